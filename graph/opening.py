"""Opening a store: a server of the user's, or the embedded one, started where none runs."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from graph.engines import embedded
from graph.engines.endpoint import Endpoint
from graph.errors import StoreUnavailable
from graph.store import Store

_ENDING_SECONDS = 5.0
_POLL_SECONDS = 0.1


def open_server(endpoint: Endpoint, *, access: str = "read") -> Store:
    """Open the graph of a server of the user's own."""
    return Store.open(endpoint, access=access)


def open_folder(
    folder: Path, *, access: str = "read", on_start: Callable[[], None] | None = None
) -> Store:
    """Open the embedded store of a folder; `on_start` is called before its server is started."""
    until = time.monotonic() + _ENDING_SECONDS
    while True:
        endpoint = embedded.ensure_started(folder, on_start=on_start)
        try:
            return Store.open(endpoint, access=access, folder=folder)
        except StoreUnavailable:
            # A server that was just ending is found a moment longer.
            if time.monotonic() > until:
                raise
            time.sleep(_POLL_SECONDS)
