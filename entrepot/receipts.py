"""Receipts: what it takes to see later whether a question still has the same answer.

A receipt holds the question with all that was asked, the ids that its names meant, the hash of the
whole graph and the editions of its data, the version of Entrepôt, and the hash of the answer. No
machine and no time of day is in it. Its own hash tells where somebody changed it by accident; it
proves nothing against whoever means to deceive, for anybody can compute it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from graph.queries.answers import to_json
from ontology.errors import EntrepotError

if TYPE_CHECKING:
    from entrepot.comparing import Comparing
    from graph.queries.diff import DiffAnswer

FORMAT = "entrepot-receipt"
Verdict = Literal["same", "same-on-another-graph", "different"]
_TAIL = re.compile(r"[a-z0-9]+|[A-Z][a-z0-9]*")
_STYLES = re.compile(r"\x1b\[[0-9;]*m")
_KEYS = ("receipt", "question", "arguments", "ids", "graph", "editions", "version", "answer")


class ReceiptUnreadable(EntrepotError):
    """A file without a receipt, or with one that was changed."""


@dataclass(frozen=True)
class Receipt:
    """A question, what it was put to, and the hash of what came out.

    `arguments` are those of the question's method, by their names in lowerCamel.
    """

    question: str
    arguments: dict[str, Any]
    ids: dict[str, Any]
    graph: str
    editions: dict[str, str]
    version: str
    answer: str

    @property
    def hash(self) -> str:
        """A hash over all of it."""
        return _hash({key: getattr(self, key) for key in _KEYS[1:]})

    def to_json(self) -> dict[str, Any]:
        """The receipt as it is printed, its own hash last."""
        own = {key: getattr(self, key) for key in _KEYS[1:]}
        return {"receipt": FORMAT, **own, "hash": self.hash}


@dataclass(frozen=True)
class Replay:
    """What came of asking again: `same`, `same-on-another-graph` or `different`.

    `diff` says what changed where the answer was there to be compared; `made_by` is the version of
    Entrepôt that made the receipt, where it is another than this.
    """

    verdict: Verdict
    receipt: Receipt
    now: Receipt
    made_by: str | None
    diff: DiffAnswer | None

    @property
    def found(self) -> bool:
        """Whether the answer is the same."""
        return self.verdict != "different"

    def to_json(self) -> dict[str, Any]:
        """The verdict, both receipts, and the difference."""
        return {
            "verdict": self.verdict,
            "madeBy": self.made_by,
            "receipt": self.receipt.to_json(),
            "now": self.now.to_json(),
            "diff": to_json(self.diff),
        }


def make_receipt(
    kg: Comparing, question: str, arguments: Mapping[str, Any], answer: Any
) -> Receipt:
    """The receipt for an answer that a graph gave to a question."""
    from entrepot import __version__

    plain = to_json(answer)
    asked = plain.get("question", {})
    ids = {k: v["id"] for k, v in asked.items() if isinstance(v, Mapping) and "id" in v}
    editions = dict(asked.get("editions") or {})
    return Receipt(
        question=question,
        arguments=_told(arguments),
        ids=ids,
        graph=kg.graph_hash(),
        editions=editions,
        version=__version__,
        answer=answer_hash(plain),
    )


def answer_hash(plain: Mapping[str, Any]) -> str:
    """The hash of an answer's JSON, whatever edition of the data gave it.

    >>> one = {"question": {"kind": "find", "editions": {"curated": "a"}}, "matches": []}
    >>> answer_hash(one) == answer_hash({"question": {"kind": "find"}, "matches": []})
    True
    """
    return _hash(_without_editions({k: v for k, v in plain.items() if k != "receipt"}))


def replay(kg: Comparing, given: Receipt | str) -> Replay:
    """Ask again what a receipt is for, and compare; raises ReceiptUnreadable."""
    receipt, before = read_receipt(given) if isinstance(given, str) else (given, None)
    arguments = _read_arguments(receipt.arguments)
    answer = kg.ask(receipt.question, arguments)
    now = make_receipt(kg, receipt.question, arguments, answer)
    verdict: Verdict = "different"
    if now.answer == receipt.answer:
        verdict = "same" if now.graph == receipt.graph else "same-on-another-graph"
    made_by = receipt.version if receipt.version != now.version else None
    diff = None
    if verdict == "different" and before is not None:
        diff = _difference(receipt.question, before, to_json(answer))
    return Replay(verdict, receipt, now, made_by, diff)


def read_receipt(text: str) -> tuple[Receipt, dict[str, Any] | None]:
    """The receipt in a text, and the answer where the text has all of it.

    The text is an answer as JSON or JSON lines, a printed one, or the receipt alone. Raises
    ReceiptUnreadable.
    """
    plain, answer = _find(_STYLES.sub("", text))
    told = plain.pop("hash", None)
    if plain.pop("receipt", None) != FORMAT or set(plain) != set(_KEYS[1:]):
        raise ReceiptUnreadable("this is no whole receipt", hint="--receipt prints one")
    receipt = Receipt(**plain)
    if receipt.hash != told:
        raise ReceiptUnreadable(
            "the receipt was changed since it was printed", hint="its hash is that of another"
        )
    if answer is not None and answer_hash(answer) != receipt.answer:
        raise ReceiptUnreadable(
            "the answer is not the one that the receipt is for",
            hint="the receipt alone can be replayed",
        )
    return receipt, answer


def _find(text: str) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The plain receipt in a text, and the answer that it stands in."""
    try:
        whole = json.loads(text)
    except ValueError:
        whole = None
    if isinstance(whole, dict):
        inner = whole.get("receipt")
        return (dict(inner), whole) if isinstance(inner, dict) else (whole, None)
    start = text.rfind(f'"{FORMAT}"')
    start = text.rfind("{", 0, start) if start >= 0 else -1
    if start < 0:
        raise ReceiptUnreadable("there is no receipt in it", hint="--receipt prints one")
    try:
        found, _ = json.JSONDecoder().raw_decode(text, start)
    except ValueError as error:
        raise ReceiptUnreadable("the receipt in it is damaged") from error
    return found, None


def _difference(question: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> DiffAnswer:
    """What changed between two answers, of which only the later one's graph is still there."""
    from graph.queries.diff import compare

    bare = {key: value for key, value in before.items() if key != "receipt"}
    return compare(question, bare, after)


def _told(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments as a receipt has them: plain, without those that were not given.

    Files of records are told by what is in them, for the file may be another by then.
    """
    told: dict[str, Any] = {}
    for name, value in arguments.items():
        if value is None or value == "" or value == () or value == [] or value is False:
            continue
        if name == "with_":
            told["with"] = _records(value)
        elif name == "arguments":
            told[name] = _told(value)
        else:
            told[_camel(name)] = to_json(value)
    return told


def _records(given: Sequence[Any]) -> list[dict[str, Any]]:
    from loaders.supposing import Supposition

    return Supposition(records=tuple(given)).plain_records()


def _read_arguments(told: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a method from those of a receipt."""
    names = {"from": "from_", "with": "with_"}
    return {
        names.get(name, _snake(name)): _read_arguments(value) if name == "arguments" else value
        for name, value in told.items()
    }


def _camel(name: str) -> str:
    first, *others = name.strip("_").split("_")
    return first + "".join(word.capitalize() for word in others)


def _snake(name: str) -> str:
    """`maxHops` -> `max_hops`.

    >>> _snake("maxHops"), _snake("start")
    ('max_hops', 'start')
    """
    return "_".join(part.lower() for part in _TAIL.findall(name))


def _without_editions(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: _without_editions(item) for k, item in value.items() if k != "editions"}
    return [_without_editions(item) for item in value] if isinstance(value, list) else value


def _hash(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def read_file(path: Path) -> str:
    """The text of a file with a receipt; raises ReceiptUnreadable."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise ReceiptUnreadable(f"{path} cannot be read: {reason}") from error
