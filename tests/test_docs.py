"""The pages keep up with the code: commands, labels, types, settings, and links between pages."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from packaged import packaged_memory

from entrepot import settings
from entrepot.cli.main import cli
from graph.elements import BASE_LABEL
from ontology.generated.vocabulary import (
    AMOUNT_KINDS,
    NODE_LABELS,
    RECORD_FIELDS,
    RELATIONSHIP_TYPES,
    STATUSES,
)

REPOSITORY = Path(__file__).parents[1]
DOCS = REPOSITORY / "docs"
_DATES = ("closed", "date", "dissolved", "founded", "launched", "published")
_AMOUNTS = (*AMOUNT_KINDS, "amount", "valuation")
PAGES = [*REPOSITORY.glob("*.md"), *DOCS.glob("*.md")]
_LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
# What goes with a date or an amount, which docs/cypher.md explains once for all of them.
_SUFFIX = re.compile(rf"^({'|'.join((*STATUSES, *_DATES, *_AMOUNTS))})(From|To|Text|Currency)$")
_CODE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def _commands(group: click.Group, path: tuple[str, ...]) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, f"{name} is listed and not there"
        if isinstance(command, click.Group):
            yield from _commands(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


COMMANDS = dict(_commands(cli, ()))


@pytest.mark.parametrize("name", COMMANDS)
def test_command_has_help_with_an_example_that_it_understands(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = COMMANDS[name]
    assert command.help
    example = re.search(rf"Example: +entrepot ({re.escape(name)}\b.*)", command.epilog or "")
    assert example, f"the help of {name} has no example"
    arguments = shlex.split(example[1])[len(name.split()) :]
    monkeypatch.chdir(tmp_path)
    for word in arguments:  # where the example speaks of a file or a folder, there is one
        place = tmp_path / word.replace("/", "-")
        place.touch() if place.suffix else place.mkdir(exist_ok=True)
    context = command.make_context(name, arguments, parent=click.Context(cli))
    assert context.command is command


@pytest.mark.parametrize("name", COMMANDS)
def test_command_has_a_section_among_the_commands(name: str) -> None:
    headings = _HEADING.findall((DOCS / "cli.md").read_text(encoding="utf-8"))
    assert f"entrepot {name}" in [heading.strip("`") for heading in headings]


def test_labels_and_types_of_the_packaged_graph_are_in_the_ontology() -> None:
    elements = packaged_memory().elements
    labels = {label for node in elements.nodes.values() for label in node.labels} - {BASE_LABEL}
    types = {link.type for link in elements.relationships.values()}
    assert labels - set(NODE_LABELS) == set()
    assert types - set(RELATIONSHIP_TYPES) == set()


@pytest.mark.parametrize("word", [*NODE_LABELS, *RELATIONSHIP_TYPES, *RECORD_FIELDS])
def test_word_of_the_ontology_is_on_its_page(word: str) -> None:
    assert f"`{word}`" in (DOCS / "ontology.md").read_text(encoding="utf-8")


def test_properties_in_the_packaged_graph_are_documented() -> None:
    elements = packaged_memory().elements
    nodes, links = elements.nodes.values(), elements.relationships.values()
    keys = {key for node in nodes for key in node.properties}
    keys |= {key for link in links for key in link.properties}
    used = {_SUFFIX.sub(r"\1", key) for key in keys}
    pages = [DOCS / "cypher.md", DOCS / "ontology.md"]
    told = "".join(page.read_text(encoding="utf-8") for page in pages)
    assert {key for key in used if f"`{key}`" not in told} == set()


@pytest.mark.parametrize("name", settings.VARIABLES)
def test_environment_variable_is_documented(name: str) -> None:
    pages = [page.read_text(encoding="utf-8") for page in PAGES]
    assert any(name in page for page in pages)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    assert [target for target in _links(page) if not _resolves(page, target)] == []


def _links(page: Path) -> list[str]:
    prose = _CODE.sub("", page.read_text(encoding="utf-8"))
    return [link for link in _LINK.findall(prose) if "://" not in link]


def _resolves(page: Path, target: str) -> bool:
    name, _, anchor = target.partition("#")
    other = page.parent / name if name else page
    if not other.exists() or not anchor:
        return other.exists()
    return anchor in {_anchor(h) for h in _HEADING.findall(other.read_text(encoding="utf-8"))}


def _anchor(heading: str) -> str:
    """What a heading is called in an address, as GitHub does it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
