"""The packaged records in every engine: a pytest plugin.

    loaded    each engine in turn, holding the packaged records

Tests share their engines, and some empty them. So those that need the packaged records come last,
the graph's version is looked at before each, and the records are loaded again only where it is not
the one that was left there.
"""

from __future__ import annotations

import pytest
from servers import empty

from graph.engines.endpoint import Endpoint
from graph.store import Store
from loaders.loading import load


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests on loaded engines last; without it they are loaded for each file anew."""
    items.sort(key=lambda item: "loaded" in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def loaded_versions() -> dict[str, str]:
    """The version that loading gave to the graph of each server, by its address."""
    return {}


@pytest.fixture
def loaded(endpoint: Endpoint, loaded_versions: dict[str, str]) -> Endpoint:
    """Each engine in turn, with the packaged records in it; a test may only read them."""
    if _version(endpoint) != loaded_versions.get(endpoint.uri, "none yet"):
        empty(endpoint)
        with Store.open(endpoint, access="write") as store:
            load(store)
        loaded_versions[endpoint.uri] = _version(endpoint)
    return endpoint


def _version(endpoint: Endpoint) -> str:
    with Store.open(endpoint) as store:
        return store.meta().version
