"""The engines to measure: those that can be started here, one after the other."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from neo4j_server import RELEASES, EngineMissing, Neo4jServer

from graph.engines import embedded
from graph.engines.endpoint import EMBEDDED, Endpoint

NAMES = (EMBEDDED, *(release.name for release in RELEASES))
IDLE_SECONDS = 3600


@contextmanager
def started(name: str) -> Iterator[Endpoint | None]:
    """An engine with an empty store, stopped afterwards; None, and a word, where it is missing."""
    with tempfile.TemporaryDirectory(prefix="entrepot-bench-", ignore_cleanup_errors=True) as root:
        if name == EMBEDDED:
            try:
                yield embedded.ensure_started(Path(root), idle_seconds=IDLE_SECONDS)
            finally:
                embedded.stop(Path(root))
            return
        server = Neo4jServer(next(r for r in RELEASES if r.name == name), Path(root))
        try:
            yield server.start()
        except EngineMissing as missing:
            sys.stderr.write(f"{name} is not measured: {missing}\n")
            yield None
        finally:
            server.stop()
