"""Generating: everything that derives from the Turtle, written or compared.

    python -m ontology.generating           writes what is generated
    python -m ontology.generating --check   exit 1 where a file differs from what would be written

Output is sorted and carries no date, so the same Turtle always gives the same bytes.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ontology.errors import EntrepotError
from ontology.generators.model import Model
from ontology.generators.page import write_page
from ontology.generators.reading import read_model
from ontology.generators.record_schema import write_record_schema
from ontology.generators.vocabulary import write_vocabulary

ROOT = Path(__file__).parent.parent
_PACKAGE = '"""What is generated from the Turtle; never edited."""\n'


def generate_files(model: Model | None = None) -> dict[Path, str]:
    """Return the text of every generated file by its path below the root."""
    model = read_model() if model is None else model
    return {
        Path("docs/ontology.md"): write_page(model),
        Path("ontology/generated/__init__.py"): _PACKAGE,
        Path("ontology/generated/record.schema.json"): write_record_schema(model),
        Path("ontology/generated/vocabulary.py"): write_vocabulary(model),
    }


def find_differences(root: Path = ROOT) -> list[Path]:
    """Return the generated files that are missing or differ."""
    return [
        path
        for path, text in generate_files().items()
        if not (root / path).is_file() or (root / path).read_text("utf-8") != text
    ]


def write_files(root: Path = ROOT) -> list[Path]:
    """Write the generated files that are missing or differ, and return them."""
    changed = find_differences(root)
    texts = generate_files()
    for path in changed:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(texts[path], "utf-8")
    return changed


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit status: 0, 1 for differences, 2 for bad Turtle."""
    parser = argparse.ArgumentParser(prog="python -m ontology.generating", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only")
    options = parser.parse_args(arguments)
    try:
        paths = find_differences() if options.check else write_files()
    except EntrepotError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    verb = "differs" if options.check else "written"
    sys.stdout.writelines(f"{verb}: {path}\n" for path in paths)
    if options.check and paths:
        sys.stderr.write("to repair: python -m ontology.generating\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
