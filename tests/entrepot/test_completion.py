"""Completion of names in the shell: quick, quiet, and of ids and names alike."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from entrepot.cli.completion import complete_market, complete_name
from entrepot.cli.markets import market
from entrepot.cli.questions import owners


def complete(typed: str) -> dict[str, str | None]:
    context = click.Context(owners)
    return {item.value: item.help for item in complete_name(context, owners.params[0], typed)}


def test_ids_and_names_that_begin_so_are_offered(
    world_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENTREPOT_STORE", str(world_store))
    monkeypatch.delenv("NEO4J_URI", raising=False)
    assert complete("ac") == {"acme": "Acme Holdings"}
    assert complete("Orbit I") == {"orbit": "Orbit Internet SE"}
    assert complete("zz") == {}


def test_markets_are_offered_where_a_market_is_asked_for(
    world_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENTREPOT_STORE", str(world_store))
    monkeypatch.delenv("NEO4J_URI", raising=False)
    found = complete_market(click.Context(market), market.params[0], "e-commerce in s")
    assert [item.value for item in found] == ["e-commerce-in-singapore"]


def test_completing_starts_no_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTREPOT_STORE", str(tmp_path / "none"))
    monkeypatch.delenv("NEO4J_URI", raising=False)
    assert complete("ac") == {}
    assert not (tmp_path / "none").exists()


def test_server_that_does_not_answer_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_URI", "neo4j://127.0.0.1:1")
    assert complete("ac") == {}
