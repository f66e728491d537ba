"""The embedded server, from its start to its end, and what must survive in between.

Each test that ends a server has a folder of its own; the others share one.
"""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from neo4j import GraphDatabase
from neo4j.exceptions import DriverError, Forbidden, Neo4jError

from graph.engines import embedded, runtime_file, store_folder
from graph.engines.endpoint import Endpoint
from graph.errors import StoreUnavailable

HEAP = "256m"
BUSY = "RETURN reduce(a = 0, x IN range(1, 5000) | a + reduce(b = 0, y IN range(1, 90000) | b + y))"
ENDABLE = (
    "UNWIND range(1, 5000) AS x UNWIND range(1, 90000) AS y WITH x WHERE x < 0 RETURN count(x)"
)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder for a store of one test."""
    path = tmp_path / "store"
    yield path
    embedded.stop(path, timeout=2)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a running server, for tests that leave it so."""
    path = tmp_path_factory.mktemp("shared") / "store"
    embedded.ensure_started(path, heap=HEAP)
    yield path
    embedded.stop(path)


def running(folder: Path) -> Endpoint:
    endpoint = embedded.find(folder)
    assert endpoint is not None
    return endpoint


def ask(endpoint: Endpoint, text: str, *, as_reader: bool = False) -> list[Any]:
    """The first column of an answer."""
    account = (endpoint.username, endpoint.password)
    if as_reader:
        account = (endpoint.reader_username, endpoint.reader_password)
    with (
        GraphDatabase.driver(endpoint.uri, auth=account) as driver,
        driver.session(database=endpoint.database) as session,
    ):
        return [row[0] for row in session.run(text)]


def pid_of(folder: Path) -> int:
    pid = embedded.status(folder).pid
    assert pid is not None
    return pid


def wait_for(what: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


# Start, find, stop


def test_start_find_stop_and_start_again(folder: Path) -> None:
    starts: list[str] = []
    assert embedded.find(folder) is None
    first = embedded.ensure_started(folder, heap=HEAP, on_start=lambda: starts.append("first"))
    ask(first, "CREATE (:Thing {id: 1})")
    again = embedded.ensure_started(folder, heap=HEAP, on_start=lambda: starts.append("again"))
    assert again == first == embedded.find(folder)
    assert starts == ["first"]
    assert embedded.stop(folder) is True
    assert embedded.stop(folder) is False
    assert embedded.find(folder) is None
    later = embedded.ensure_started(folder, heap=HEAP)
    assert ask(later, "MATCH (n:Thing) RETURN n.id") == [1]
    assert later.password != first.password


def test_start_by_several_processes_at_once_starts_one_server(folder: Path) -> None:
    code = (
        "import sys, pathlib; from graph.engines import embedded;"
        f"print(embedded.ensure_started(pathlib.Path(sys.argv[1]), heap={HEAP!r}).uri)"
    )
    command = [sys.executable, "-c", code, str(folder)]
    with ThreadPoolExecutor(3) as pool:
        uris = set(pool.map(lambda _: subprocess.check_output(command, cwd=root()), range(3)))
    assert len(uris) == 1
    wait_for(lambda: len(servers_of(folder)) == 1)  # those that found it served are still ending


def root() -> Path:
    return Path(embedded.__file__).parents[2]


def servers_of(folder: Path) -> list[int]:
    """The server processes of a folder, one that only waits for the lock included."""
    lines = [process.info for process in psutil.process_iter(["pid", "cmdline"])]
    return [info["pid"] for info in lines if str(folder) in (info["cmdline"] or [])]


def test_start_in_a_process_that_is_killed_meanwhile_is_finished_by_the_next(folder: Path) -> None:
    code = (
        "import sys, pathlib; from graph.engines import embedded;"
        f"embedded.ensure_started(pathlib.Path(sys.argv[1]), heap={HEAP!r})"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(folder)], cwd=root()) as first:
        wait_for(lambda: servers_of(folder))
        first.kill()
    embedded.ensure_started(folder, heap=HEAP)
    wait_for(lambda: servers_of(folder) == [pid_of(folder)])


def test_find_imports_nothing_slow(shared: Path) -> None:
    code = (
        "import sys, pathlib; from graph.engines import embedded;"
        "assert embedded.find(pathlib.Path(sys.argv[1]));"
        "print(*{'psutil', 'filelock', 'subprocess', 'neo4j', 'jpype'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", code, str(shared)]
    assert subprocess.check_output(command, cwd=root(), text=True).split() == []


def test_status_of_a_running_server_and_of_none(shared: Path, folder: Path) -> None:
    warm, cold = embedded.status(shared), embedded.status(folder)
    assert warm.running
    assert warm.pid
    assert running(shared).uri.endswith(f":{warm.bolt_port}")
    assert running(shared).http_url.endswith(f":{warm.http_port}")
    assert warm.size_bytes > 0
    assert warm.started is not None
    assert (cold.running, cold.pid, cold.size_bytes, cold.started) == (False, None, 0, None)
    assert cold.version.startswith(warm.version)


# What may go wrong


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": 1}', "null"])
def test_find_with_a_damaged_runtime_file_removes_it(folder: Path, content: str) -> None:
    store_folder.prepare(folder)
    (folder / runtime_file.RUNTIME).write_text(content)
    assert embedded.find(folder) is None
    assert not (folder / runtime_file.RUNTIME).exists()


def test_start_after_a_crash_keeps_what_was_committed(folder: Path) -> None:
    first = embedded.ensure_started(folder, heap=HEAP)
    ask(first, "UNWIND range(1, 1000) AS i CREATE (:Thing {id: i})")
    pid = pid_of(folder)
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: runtime_file.birth_of(pid) is None)
    second = embedded.ensure_started(folder, heap=HEAP)
    assert second != first
    assert ask(second, "MATCH (n:Thing) RETURN count(n)", as_reader=True) == [1000]


def test_find_when_the_process_id_belongs_to_another_process_by_now(
    shared: Path, folder: Path
) -> None:
    store_folder.prepare(folder)
    runtime = runtime_file.read(shared)
    assert runtime is not None
    runtime_file.write(folder, replace(runtime, pid=os.getpid()))
    assert embedded.stop(folder) is False
    assert embedded.find(folder) is None
    assert not (folder / runtime_file.RUNTIME).exists()


def test_start_in_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    mode = tmp_path.stat().st_mode
    with pytest.raises(StoreUnavailable, match="holds other files"):
        embedded.ensure_started(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
    assert tmp_path.stat().st_mode == mode


def test_start_where_the_folder_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("")
    with pytest.raises(StoreUnavailable, match="File exists"):
        embedded.ensure_started(tmp_path / "store")


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """A small file system of its own, whose options can be changed."""
    place = tmp_path / "mounted"
    place.mkdir()

    def mount(options: str) -> Path:
        line = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
        done = subprocess.run(line, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            pytest.skip(f"mounting is not permitted here: {done.stderr.strip()}")
        return place

    if shutil.which("mount") is None:
        pytest.skip("there is no mount command here")
    yield mount
    subprocess.run(["umount", str(place)], capture_output=True, check=False)


@pytest.mark.parametrize("is_a_store", [False, True])
def test_start_in_a_read_only_folder_says_so(
    mount: Callable[[str], Path], is_a_store: bool
) -> None:
    folder = mount("size=100m")
    if is_a_store:
        store_folder.prepare(folder)
    mount("remount,ro")
    with pytest.raises(StoreUnavailable, match=r"cannot write .*--store"):
        embedded.ensure_started(folder)
    assert embedded.find(folder) is None
    assert embedded.stop(folder) is False


def test_start_on_a_full_disk_says_so(mount: Callable[[str], Path]) -> None:
    with pytest.raises(StoreUnavailable, match="only 4 MB are free"):
        embedded.ensure_started(mount("size=4m"))


def test_start_that_fails_gives_the_reason_and_the_log(folder: Path) -> None:
    store_folder.prepare(folder)
    (folder / runtime_file.ENGINE).write_text("in the way")
    with pytest.raises(StoreUnavailable, match=r"FileExistsError.*see .*server\.log"):
        embedded.ensure_started(folder, heap=HEAP)


# Its end


def test_idle_server_stops_by_itself_but_not_a_wanted_one(folder: Path) -> None:
    endpoint = embedded.ensure_started(folder, heap=HEAP, idle_seconds=1)
    account = (endpoint.username, endpoint.password)
    with GraphDatabase.driver(endpoint.uri, auth=account) as driver:
        driver.verify_connectivity()
        time.sleep(2.5)
        assert embedded.status(folder).running
    for _ in range(25):
        assert embedded.find(folder) == endpoint
        time.sleep(0.1)
    pid = pid_of(folder)
    wait_for(lambda: runtime_file.birth_of(pid) is None)
    assert not (folder / runtime_file.RUNTIME).exists()
    assert "ArcadeDB Server is down" in (folder / runtime_file.LOG).read_text()


def test_server_stops_when_its_folder_is_removed_under_it(folder: Path) -> None:
    embedded.ensure_started(folder, heap=HEAP, idle_seconds=4)
    pid = pid_of(folder)
    shutil.rmtree(folder)
    wait_for(lambda: runtime_file.birth_of(pid) is None)


def test_sigterm_stops_the_server_cleanly(folder: Path) -> None:
    ask(embedded.ensure_started(folder, heap=HEAP), "CREATE (:Thing)")
    pid = pid_of(folder)
    os.kill(pid, signal.SIGTERM)
    wait_for(lambda: runtime_file.birth_of(pid) is None)
    assert not (folder / runtime_file.RUNTIME).exists()
    assert "ArcadeDB Server is down" in (folder / runtime_file.LOG).read_text()
    assert not list(folder.rglob("hs_err*"))


def test_delete_removes_the_store_and_nothing_else(folder: Path) -> None:
    embedded.ensure_started(folder, heap=HEAP)
    pid = pid_of(folder)
    (folder / "notes.txt").write_text("mine")
    embedded.delete(folder)
    assert runtime_file.birth_of(pid) is None
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]
    with pytest.raises(StoreUnavailable, match="is no store"):
        embedded.delete(folder)


def test_delete_of_a_store_that_is_alone_in_its_folder_removes_that(folder: Path) -> None:
    store_folder.prepare(folder)
    embedded.delete(folder)
    assert not folder.exists()
    embedded.delete(folder)


# What it lets whom do


def test_secrets_are_for_the_owner_only(shared: Path) -> None:
    endpoint = running(shared)
    assert stat.S_IMODE(shared.stat().st_mode) == 0o700
    assert stat.S_IMODE((shared / runtime_file.RUNTIME).stat().st_mode) == 0o600
    for path in [path for path in shared.rglob("*") if path.is_file()]:
        if path.name != runtime_file.RUNTIME:
            content = path.read_bytes()
            assert endpoint.password.encode() not in content, path
            assert endpoint.reader_password.encode() not in content, path
    assert endpoint.password not in repr(endpoint)
    assert endpoint.password not in " ".join(psutil.Process(pid_of(shared)).cmdline())


def test_log_tells_of_this_start(shared: Path) -> None:
    assert "ArcadeDB Server started" in (shared / runtime_file.LOG).read_text(encoding="utf-8")


def test_server_listens_on_loopback_only(shared: Path) -> None:
    connections = psutil.Process(pid_of(shared)).net_connections("inet")
    listening = {c.laddr.ip for c in connections if c.status == psutil.CONN_LISTEN}
    assert listening <= {"127.0.0.1", "::ffff:127.0.0.1"}


@pytest.mark.parametrize(
    "statement",
    ["CREATE (:Thing)", "CREATE (:Other)", "MATCH (n) SET n.x = 1", "MATCH (n) DETACH DELETE n"],
)
def test_reader_cannot_write(shared: Path, statement: str) -> None:
    ask(running(shared), "MERGE (:Thing {id: 7})")
    with pytest.raises(Forbidden):
        ask(running(shared), statement, as_reader=True)
    found = ask(running(shared), "MATCH (n:Thing) RETURN n.id", as_reader=True)
    assert found == [7]


def test_terminate_ends_a_statement_that_can_be_ended(shared: Path) -> None:
    endpoint = running(shared)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(ask, endpoint, f"/* mark-1 */ {ENDABLE}", as_reader=True)
        other = "RETURN 'mark-2'"
        time.sleep(1.5)
        assert ask(endpoint, other) == ["mark-2"]
        assert embedded.terminate_running(endpoint, "mark-1") is True
        with pytest.raises(Neo4jError, match="terminated"):
            answer.result(30)
    assert embedded.terminate_running(endpoint, "mark-1") is True


def test_restart_ends_a_statement_that_cannot_be_ended(folder: Path) -> None:
    endpoint = embedded.ensure_started(folder, heap="300m", idle_seconds=77)
    ask(endpoint, "CREATE (:Thing {id: 1})")
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(ask, endpoint, f"/* mark-3 */ {BUSY}", as_reader=True)
        time.sleep(1)
        assert embedded.terminate_running(endpoint, "mark-3") is False
        restarted = embedded.restart(folder)
        with pytest.raises((Neo4jError, DriverError)):
            answer.result(10)
    assert ask(restarted, "MATCH (n:Thing) RETURN n.id") == [1]
    runtime = runtime_file.read(folder)
    assert runtime is not None
    assert (runtime.heap, runtime.idle_seconds) == ("300m", 77)
