"""One Neo4j of the tests: its jars from Maven Central, a Java to run it on, and the server.

The jars and a file of accounts go to a folder of the user's cache that all
later sessions share. The Java is one of this machine that the release is made
for, or else the one inside ArcadeDB's wheel, which both releases start on.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock
from platformdirs import user_cache_dir

from graph.engines.endpoint import NEO4J, Endpoint

PASSWORD = "entrepot-tests"  # of servers that only this machine reaches, for as long as a test
START_LIMIT = 120.0


@dataclass(frozen=True)
class Release:
    """One Neo4j to test against: what it is called, and which Java runs it."""

    name: str
    version: str
    main_class: str
    java: tuple[int, ...]  # the versions it is made for, best first
    options: tuple[str, ...] = ()


RELEASES = (
    Release("neo4j-5", "5.26.12", "org.neo4j.server.CommunityEntryPoint", (17, 21)),
    Release("neo4j-2025", "2025.12.1", "org.neo4j.server.Neo4jCommunity", (21, 25)),
)

ADMIN = "org.neo4j.server.startup.Neo4jAdminCommand"
OPENED = ("java.base/java.nio", "java.base/java.io", "java.base/sun.nio.ch")
COPY_JARS = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
POM = """\
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>entrepot.tests</groupId><artifactId>neo4j</artifactId><version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.neo4j.app</groupId><artifactId>neo4j-server</artifactId>
      <version>{version}</version>
    </dependency>
    <dependency>
      <groupId>org.neo4j</groupId><artifactId>neo4j</artifactId>
      <version>{version}</version>
    </dependency>
  </dependencies>
</project>
"""
CONFIGURATION = """\
server.directories.data={home}/data
server.bolt.listen_address=127.0.0.1:{port}
server.http.enabled=false
server.https.enabled=false
server.memory.pagecache.size=128m
dbms.usage_report.enabled=false
"""
# Kills the server when our end of the pipe closes, which happens however we end,
# and ends when the server does.
GUARD = """
exec 3<&0
"$@" </dev/null 3<&- & server=$!
(read -r _ <&3; kill -9 $server) & watch=$!
wait $server; kill $watch
"""


class EngineMissing(Exception):
    """An engine that this machine cannot run, and why."""


# What is needed to run a Neo4j: a Java, its jars, and a password that is set.


def java_for(release: Release) -> Path:
    """The Java to run a release on: one that it is made for, else ArcadeDB's own (25)."""
    found = {_java_version(home): home for home in reversed(_java_homes())}
    wanted = [found[version] for version in release.java if version in found]
    return (wanted[0] if wanted else _wheel_java()) / "bin" / "java"


def _java_homes() -> list[Path]:
    """The Javas of this machine, the most deliberate choice first."""
    homes = [Path(os.environ["JAVA_HOME"])] if os.environ.get("JAVA_HOME") else []
    on_path = shutil.which("java")
    if on_path:
        homes.append(Path(on_path).resolve().parents[1])
    homes += sorted(Path("/usr/lib/jvm").glob("*"))
    return [home for home in homes if (home / "bin" / "java").exists()]


def _java_version(home: Path) -> int:
    """A Java's version from the file beside it, which spares starting it; 0 if there is none."""
    with contextlib.suppress(OSError):
        found = re.search(r'^JAVA_VERSION="(\d+)', (home / "release").read_text(), re.MULTILINE)
        return int(found[1]) if found else 0
    return 0


def _wheel_java() -> Path:
    package = importlib.util.find_spec("arcadedb_embedded")
    if package is None or package.origin is None:
        raise EngineMissing("no Java: neither on this machine nor from arcadedb-embedded")
    return Path(package.origin).parent / "jre"


def provide(release: Release, java: Path) -> Path:
    """The cache folder of a release, with its jars and a set password, made if need be."""
    folder = Path(user_cache_dir("entrepot")) / "neo4j" / release.version
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "lock"):
        if not (folder / "lib").exists():
            _copy_jars(release, folder)
        if not (folder / "auth.ini").exists():
            _set_password(release, java, folder)
    return folder


def _copy_jars(release: Release, folder: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise EngineMissing("no Maven on the PATH to fetch it with, and it is not in the cache")
    (folder / "pom.xml").write_text(POM.format(version=release.version))
    draft = folder / "lib.draft"
    shutil.rmtree(draft, ignore_errors=True)
    copied = subprocess.run(
        [maven, "-q", "-B", COPY_JARS, "-DincludeScope=runtime", f"-DoutputDirectory={draft}"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if copied.returncode != 0:
        reason = next(iter((copied.stdout + copied.stderr).strip().splitlines()), "no reason given")
        raise EngineMissing(f"Maven could not fetch it: {reason}")
    draft.rename(folder / "lib")


def _set_password(release: Release, java: Path, folder: Path) -> None:
    """Let Neo4j make its file of accounts, once: that costs 3 seconds and never differs."""
    home = folder / "home.draft"
    _lay_out(home, port=0)
    subprocess.run(
        [*_java_command(release, java, folder), ADMIN, "dbms", "set-initial-password", PASSWORD],
        env={**os.environ, "NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")},
        capture_output=True,
        check=True,
    )
    made = next(home.rglob("auth.ini"))
    made.rename(folder / "auth.ini")
    shutil.rmtree(home)


def _lay_out(home: Path, port: int) -> None:
    """The folders and the configuration of a server; Neo4j refuses one that others can read."""
    for name in ("conf", "data/dbms", "logs", "plugins"):
        (home / name).mkdir(parents=True, exist_ok=True)
    configuration = home / "conf" / "neo4j.conf"
    configuration.touch(mode=0o600)
    configuration.write_text(CONFIGURATION.format(home=home, port=port))


def _java_command(release: Release, java: Path, folder: Path) -> list[str]:
    opened = [f"--add-opens={package}=ALL-UNNAMED" for package in OPENED]
    return [str(java), *opened, *release.options, "-cp", f"{folder / 'lib'}/*"]


# One running Neo4j.


class Neo4jServer:
    """A Neo4j in a folder of its own, on a free port of the loopback address."""

    def __init__(self, release: Release, home: Path) -> None:
        self.release = release
        self.home = home
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> Endpoint:
        """Start it, and wait until Bolt answers."""
        java = java_for(self.release)
        folder = provide(self.release, java)
        port = _free_port()
        _lay_out(self.home, port)
        shutil.copy(folder / "auth.ini", self.home / "data" / "dbms" / "auth.ini")
        memory = ["-Xms64m", "-Xmx512m"]
        line = [*_java_command(self.release, java, folder), *memory, self.release.main_class]
        line += [f"--home-dir={self.home}", f"--config-dir={self.home / 'conf'}"]
        with open(self.home / "output.log", "wb") as log:
            self.process = subprocess.Popen(
                ["sh", "-c", GUARD, "guard", *line],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        endpoint = Endpoint(f"bolt://127.0.0.1:{port}", "neo4j", PASSWORD, "neo4j", engine=NEO4J)
        self._await(endpoint, port)
        return endpoint

    def _await(self, endpoint: Endpoint, port: int) -> None:
        deadline = time.monotonic() + START_LIMIT
        while time.monotonic() < deadline and self.process and self.process.poll() is None:
            if _listens(port) and _answers(endpoint):
                return
            time.sleep(0.1)
        self.stop()
        tail = (self.home / "output.log").read_text(errors="replace")[-2000:]
        raise RuntimeError(f"{self.release.name} did not start:\n{tail}")

    def stop(self) -> None:
        """End it; what it stored is of no use to anybody."""
        if self.process is None or self.process.stdin is None:
            return
        self.process.stdin.close()
        self.process.wait(60)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _answers(endpoint: Endpoint) -> bool:
    """Whether a statement comes back: Bolt listens a moment before the database is there."""
    from neo4j.exceptions import DriverError, Neo4jError

    try:
        run(endpoint, "RETURN 1")
    except (DriverError, Neo4jError):
        return False
    return True


def run(endpoint: Endpoint, *statements: str) -> list[list[str]]:
    """What some statements answer, on one connection: the first column of each, as text."""
    from neo4j import GraphDatabase

    account = (endpoint.username, endpoint.password)
    with (
        GraphDatabase.driver(endpoint.uri, auth=account, max_transaction_retry_time=0) as driver,
        driver.session(database=endpoint.database) as session,
    ):
        return [[str(row[0]) for row in session.run(text)] for text in statements]
