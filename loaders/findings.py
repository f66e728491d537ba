"""What is wrong with records: findings with file, line and field, and the nearest right spelling.

A curator mends many things in one go, so that findings are collected, sorted and told together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from ontology.errors import EntrepotError

ERROR = "error"
WARNING = "warning"
_NEAR = 0.6  # below this the nearest spelling is rather a guess than a help


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that is wrong, where it stands, and what would be right.

    >>> print(Finding("a.yaml", 3, 5, "deal x", "tipe", "a field of a deal", "did you mean type?"))
    a.yaml:3:5: deal x: found 'tipe', expected a field of a deal; did you mean type?
    """

    file: str
    line: int
    column: int
    field: str
    found: str
    expected: str
    hint: str = ""
    severity: str = ERROR

    @property
    def is_error(self) -> bool:
        """Warnings are told, but stop nothing."""
        return self.severity == ERROR

    def __str__(self) -> str:
        label = "" if self.is_error else f"{self.severity}: "
        found = f"found {_short(self.found)}, " if self.found else ""
        hint = f"; {self.hint}" if self.hint else ""
        field = f"{self.field}: " if self.field else ""
        place = f"{self.file}:{self.line}:{self.column}"
        return f"{place}: {label}{field}{found}expected {self.expected}{hint}"


class RecordsInvalid(EntrepotError):
    """Records that do not check; `findings` says all that is wrong, in the order of the files."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(sorted(findings))
        errors = [f for f in self.findings if f.is_error]
        count = f"{len(errors)} error{'' if len(errors) == 1 else 's'} in the records"
        told = "\n".join(str(f) for f in errors)
        super().__init__(f"{count}, nothing was written:\n{told}")


def nearest(found: str, choices: Collection[str]) -> str:
    """The closest spelling among the choices, empty where none is near.

    >>> nearest("anounced", ["announced", "approved"])
    'announced'
    >>> nearest("zzz", ["announced", "approved"])
    ''
    """
    best = process.extractOne(
        found,
        sorted(choices),
        scorer=DamerauLevenshtein.normalized_similarity,
        score_cutoff=_NEAR,
    )
    return best[0] if best else ""


def suggest(found: str, choices: Collection[str]) -> str:
    """A hint that names the closest spelling, empty where none is near.

    >>> suggest("ipoo", ["ipo", "merger"])
    'did you mean ipo?'
    """
    near = nearest(found, choices)
    return f"did you mean {near}?" if near else ""


def _short(text: str) -> str:
    return repr(text) if len(text) <= 80 else repr(text[:77] + "...")
