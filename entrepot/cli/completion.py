"""Shell completion of names: the ids in the store, where one is running already.

Completing must be quick and quiet, so that it never starts a server or loads anything.
"""

from __future__ import annotations

from collections.abc import Sequence

import click
from click.shell_completion import CompletionItem

MOST = 40


def complete_name(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """The ids and names of actors and brands that begin as what was typed."""
    return _complete(incomplete, ("Actor", "Brand"))


def complete_market(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """The markets that begin as what was typed."""
    return _complete(incomplete, ("Market",))


def _complete(incomplete: str, labels: Sequence[str]) -> list[CompletionItem]:
    try:
        return [CompletionItem(i, help=name) for i, name in _matches(incomplete, labels)]
    except Exception:  # a broken completion must not garble the prompt
        return []


def _matches(incomplete: str, labels: Sequence[str]) -> list[tuple[str, str]]:
    from entrepot.settings import read_settings
    from graph.engines.embedded import find
    from graph.engines.endpoint import Endpoint
    from graph.store import Store
    from graph.store_graph import StoreGraph

    chosen = read_settings()
    if chosen.is_embedded:
        endpoint = find(chosen.folder)
    else:
        endpoint = Endpoint(chosen.uri, chosen.username, chosen.password, chosen.database)
    if endpoint is None:
        return []
    typed = incomplete.casefold()
    with Store.open(endpoint) as store:
        nodes = [node for label in labels for node in StoreGraph(store).labelled(label)]
    named = [(node.id, node.text("name")) for node in nodes]
    found = [each for each in named if any(text.casefold().startswith(typed) for text in each)]
    return sorted(found)[:MOST]
