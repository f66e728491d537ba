"""Real servers for tests: the embedded store and two Neo4j, as a pytest plugin.

    endpoint          session fixture, once per engine: its `Endpoint`
    empty_endpoint    the same with an empty database, anew for each test
    neo4j_lts, neo4j_current    one Neo4j, for what only Neo4j is asked

and `empty`, which empties an endpoint's database. A Neo4j that cannot be had is
skipped, and pytest's summary says so; with ENTREPOT_DEMAND_ENGINES=1 it fails
instead. The servers that the collected tests need start together, while the
first tests run, and end with the session, also when that is killed.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from neo4j_server import RELEASES, EngineMissing, Neo4jServer, run

from graph.engines import embedded
from graph.engines.embedded_http import command
from graph.engines.endpoint import EMBEDDED, Endpoint

ENGINES = (EMBEDDED, *(release.name for release in RELEASES))
LTS, CURRENT = (release.name for release in RELEASES)
DEMAND = "ENTREPOT_DEMAND_ENGINES"
IDLE_SECONDS = 3600  # longer than a session leaves its store alone


def empty(endpoint: Endpoint) -> None:
    """Empty a database, its constraints and indexes included.

    On the embedded store by making the database anew: 80 ms, where deleting
    6,000 nodes takes more than a second and leaves their types behind.
    """
    if endpoint.engine == EMBEDDED:
        command(endpoint, f"drop database {endpoint.database}")
        command(endpoint, f"create database {endpoint.database}")
        return
    _, constraints, indexes = run(
        endpoint,
        "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS",  # at once takes all its memory
        "SHOW CONSTRAINTS YIELD name",
        "SHOW INDEXES YIELD name, type, owningConstraint"
        " WHERE type <> 'LOOKUP' AND owningConstraint IS NULL RETURN name",
    )
    drops = [f"DROP CONSTRAINT `{name}`" for name in constraints]
    run(endpoint, *drops, *(f"DROP INDEX `{name}`" for name in indexes))


# The servers of one test session.


@dataclass
class Servers:
    """The servers of a session: each started once, when it is first needed."""

    root: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="entrepot-tests-")))
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(len(ENGINES)))
    started: dict[str, Future[Endpoint]] = field(default_factory=dict)
    running: list[Neo4jServer] = field(default_factory=list)

    def begin(self, name: str) -> Future[Endpoint]:
        """Start an engine if it is not yet starting, without waiting for it."""
        if name not in self.started:
            self.started[name] = self.pool.submit(self._start, name)
        return self.started[name]

    def _start(self, name: str) -> Endpoint:
        if name == EMBEDDED:
            return embedded.ensure_started(self.root / name, idle_seconds=IDLE_SECONDS, heap="512m")
        release = next(release for release in RELEASES if release.name == name)
        server = Neo4jServer(release, self.root / name)
        self.running.append(server)
        return server.start()

    def endpoint(self, name: str) -> Endpoint:
        """How an engine is reached; skips the test, or fails it if all engines are demanded."""
        try:
            return self.begin(name).result()
        except EngineMissing as missing:
            if os.environ.get(DEMAND) == "1":
                pytest.fail(f"{name}, which {DEMAND} demands, is missing: {missing}")
            pytest.skip(f"{name}: {missing}")

    def stop(self) -> None:
        """End all that was started, and remove what it stored: a Neo4j takes half a gigabyte."""
        self.pool.shutdown(wait=True, cancel_futures=True)
        for server in self.running:
            server.stop()
        embedded.stop(self.root / EMBEDDED)
        shutil.rmtree(self.root, ignore_errors=True)

    def verdict(self, name: str) -> str:
        """What became of an engine, for the summary; '' if it was tested."""
        future = self.started.get(name)
        if future is None:
            return "no test asked for it"
        error = future.exception() if future.done() and not future.cancelled() else None
        return str(error).splitlines()[0] if error else ""


FIXTURES = {LTS: "neo4j_lts", CURRENT: "neo4j_current"}
SERVERS = pytest.StashKey[Servers]()


def _servers(config: pytest.Config) -> Servers:
    if SERVERS not in config.stash:
        config.stash[SERVERS] = Servers()
    return config.stash[SERVERS]


@pytest.fixture(scope="session", params=ENGINES)
def endpoint(request: pytest.FixtureRequest) -> Endpoint:
    """Each engine in turn, with whatever the tests before left in it."""
    return _servers(request.config).endpoint(request.param)


@pytest.fixture
def empty_endpoint(endpoint: Endpoint) -> Endpoint:
    """Each engine in turn, empty."""
    empty(endpoint)
    return endpoint


@pytest.fixture(scope="session")
def neo4j_lts(request: pytest.FixtureRequest) -> Endpoint:
    """The Neo4j with long-term support."""
    return _servers(request.config).endpoint(LTS)


@pytest.fixture(scope="session")
def neo4j_current(request: pytest.FixtureRequest) -> Endpoint:
    """The newer Neo4j."""
    return _servers(request.config).endpoint(CURRENT)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start what the tests will ask for, all at once."""
    if session.config.option.collectonly:
        return
    for name in sorted(_asked_for(session.items)):
        _servers(session.config).begin(name)


def _asked_for(items: list[pytest.Item]) -> set[str]:
    asked: set[str] = set()
    for item in items:
        names = getattr(item, "fixturenames", ())
        asked |= {name for name, fixture in FIXTURES.items() if fixture in names}
        parameters = item.callspec.params if hasattr(item, "callspec") else {}
        asked |= {parameters["endpoint"]} if "endpoint" in parameters else set()
    return asked


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the servers, at the very end of the session."""
    if SERVERS in config.stash:
        config.stash[SERVERS].stop()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> Iterator[None]:
    """Say last which engines were tested, and why others were not, if any test asked for one."""
    yield
    servers = config.stash.get(SERVERS, None)
    if servers is None:
        return
    verdicts = {name: servers.verdict(name) for name in ENGINES}
    tested = [name for name, verdict in verdicts.items() if not verdict]
    terminalreporter.write_line(f"engines tested: {', '.join(tested) or 'none'}")
    for name, verdict in verdicts.items():
        if verdict:
            terminalreporter.write_line(f"engine NOT tested: {name} ({verdict})", yellow=True)
