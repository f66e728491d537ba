"""The layout that ARCHITECTURE.md promises: which way imports point, and how large things are."""

from __future__ import annotations

import ast
import importlib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

import entrepot

REPOSITORY = Path(__file__).parents[1]
LAYERS = ("ontology", "graph", "loaders", "entrepot")  # each may import those before it
FILES = sorted(
    path
    for folder in (*LAYERS, "tests", "bench")
    for path in (REPOSITORY / folder).rglob("*.py")
    if "generated" not in path.parts
)
LONGEST_FILE, LONGEST_FUNCTION, MIDDLE_FUNCTION = 500, 60, 10
_PATH = re.compile(r"`([\w.{},*-]*/[\w./{},*-]*|[\w-]+\.(?:md|toml|py|ttl)|Makefile|LICENSE)`")


@pytest.mark.parametrize("layer", LAYERS)
def test_imports_of_a_layer_point_down_only(layer: str) -> None:
    above = LAYERS[LAYERS.index(layer) + 1 :]
    wrong = [
        f"{path.relative_to(REPOSITORY)} imports {module}"
        for path in (REPOSITORY / layer).rglob("*.py")
        for module in _imports(path)
        if module.split(".")[0] in (*above, "tests", "bench")
    ]
    assert wrong == []


@pytest.mark.parametrize("layer", LAYERS)
def test_packages_load_from_this_checkout(layer: str) -> None:
    origin = importlib.import_module(layer).__file__
    assert origin == str(REPOSITORY / layer / "__init__.py")


def test_paths_named_in_the_architecture_exist() -> None:
    page = (REPOSITORY / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = _PATH.findall(page)
    assert len(named) > 10
    assert [name for name in named if not any(REPOSITORY.glob(name.rstrip("/")))] == []


def test_files_are_short_enough_to_read() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert {str(p): n for p, n in lengths.items() if n > LONGEST_FILE} == {}


def test_functions_are_short() -> None:
    lengths = {name: length for path in FILES for name, length in _functions(path)}
    assert {name: n for name, n in lengths.items() if n > LONGEST_FUNCTION} == {}
    assert median(lengths.values()) <= MIDDLE_FUNCTION


def test_modules_say_what_they_are_for() -> None:
    silent = [
        path.relative_to(REPOSITORY).as_posix()
        for path in FILES
        if ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) is None
    ]
    assert silent == []


def test_modules_are_named_after_no_library() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"], "yaml"]
    libraries = {re.split(r"[<>=]", name)[0].replace("-", "_").lower() for name in wanted}
    assert [str(path) for path in FILES if path.stem.lower() in libraries] == []


def test_tests_are_no_package() -> None:
    assert list((REPOSITORY / "tests").rglob("__init__.py")) == []


def test_public_names_are_sorted_and_there() -> None:
    assert sorted(entrepot.__all__, key=str) == entrepot.__all__
    assert [name for name in entrepot.__all__ if not hasattr(entrepot, name)] == []


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def _functions(path: Path) -> Iterator[tuple[str, int]]:
    """Each function of a file with its number of lines, the docstring left out."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            told = node.body[0] if ast.get_docstring(node) is not None else None
            docstring = (told.end_lineno or 0) - told.lineno + 1 if told else 0
            length = (node.end_lineno or 0) - node.lineno + 1 - docstring
            yield f"{path.relative_to(REPOSITORY)}:{node.lineno} {node.name}", length
