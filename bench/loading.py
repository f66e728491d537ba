"""Loads, each in a process of its own: ours, and the `UNWIND … MERGE` that one writes by hand.

Both write the same elements in transactions of the same size. What making the elements takes is
left out of both times; our hashes, versions and diff are in ours. The hand-written one is the
quickest found for each engine: its labels are SET, since on ArcadeDB a MERGE of several labels
finds no index, and there they cannot be SET in the same statement as properties.

    python -m bench.loading < job.json      one job, its figures as JSON
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from bench import ROOT
from bench.synthetic import DATASET, Generated
from graph.elements import Elements, Node, Relationship
from graph.engines.endpoint import EMBEDDED, Endpoint
from graph.store import Store
from loaders.syncing import apply

if TYPE_CHECKING:
    from neo4j import ManagedTransaction

OURS, BY_HAND = "ours", "by hand"
_NO_HASH = "0" * 32

CONSTRAINT = "CREATE CONSTRAINT bench_id IF NOT EXISTS FOR (n:Entrepot) REQUIRE n.id IS UNIQUE"
MERGE_NODES = "UNWIND $rows AS row MERGE (n:Entrepot {{id: row.id}}) SET n += row, n:{labels}"
MERGE_PLAIN = "UNWIND $rows AS row MERGE (n:Entrepot {id: row.id}) SET n += row"
ADD_LABELS = "UNWIND $rows AS row MATCH (n:Entrepot {{id: row.id}}) SET n:{labels}"
MERGE_LINKS = """
UNWIND $rows AS row
MATCH (a:Entrepot {{id: row.start}})
MATCH (b:Entrepot {{id: row.end}})
MERGE (a)-[r:{type} {{id: row.id}}]->(b)
SET r += row.properties
"""


@dataclass(frozen=True)
class Measured:
    """What a load took: seconds without the making of elements, and the process's peak in MB."""

    seconds: float
    peak_mb: float


class _Timed:
    """Batches that know how long making them took."""

    def __init__(self, batches: Generated) -> None:
        self.batches = batches
        self.seconds = 0.0

    def __call__(self) -> Iterator[Elements]:
        batches = iter(self.batches())
        while True:
            since = time.perf_counter()
            batch = next(batches, None)
            self.seconds += time.perf_counter() - since
            if batch is None:
                return
            yield batch


def measure(how: str, endpoint: Endpoint, graph: Generated) -> Measured:
    """Run a load in a new process."""
    job = {"how": how, "endpoint": asdict(endpoint), "graph": asdict(graph)}
    line = [sys.executable, "-m", "bench.loading"]
    done = subprocess.run(
        line, input=json.dumps(job), cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    return Measured(**json.loads(done.stdout))


def load_ours(endpoint: Endpoint, graph: Generated) -> float:
    """Our load, or one that finds nothing to change; the seconds without the making."""
    batches = _Timed(graph)
    with Store.open(endpoint, access="write") as store:
        since = time.perf_counter()
        apply(store, batches, {DATASET: f"{graph.nodes} {graph.links} {graph.seed}"})
        return time.perf_counter() - since - batches.seconds


def load_by_hand(endpoint: Endpoint, graph: Generated) -> float:
    """The same elements by `UNWIND … MERGE`; the seconds without the making."""
    from neo4j import GraphDatabase

    account = (endpoint.username, endpoint.password)
    batches = _Timed(graph)
    with (
        GraphDatabase.driver(endpoint.uri, auth=account) as driver,
        driver.session(database=endpoint.database) as session,
    ):
        since = time.perf_counter()
        session.run(CONSTRAINT).consume()
        for batch in batches():
            for text, rows in _by_hand(batch, endpoint.engine):
                session.execute_write(_run, text, rows)
        return time.perf_counter() - since - batches.seconds


def _run(transaction: ManagedTransaction, text: str, rows: list[dict[str, Any]]) -> None:
    transaction.run(text, rows=rows).consume()


def _by_hand(batch: Elements, engine: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    if engine == EMBEDDED and batch.nodes:
        yield MERGE_PLAIN, [_row(node) for node in batch.nodes.values()]
    for labels, nodes in _grouped((n.labels, n) for n in batch.nodes.values()).items():
        if engine == EMBEDDED:
            yield ADD_LABELS.format(labels=":".join(labels)), [{"id": n.id} for n in nodes]
        else:
            yield MERGE_NODES.format(labels=":".join(labels)), [_row(node) for node in nodes]
    for kind, links in _grouped((r.type, r) for r in batch.relationships.values()).items():
        ends = [{"id": r.id, "start": r.start, "end": r.end} for r in links]
        rows = [{**e, "properties": _row(r)} for e, r in zip(ends, links, strict=True)]
        yield MERGE_LINKS.format(type=kind), rows


def _row(element: Node | Relationship) -> dict[str, Any]:
    return {**element.properties, "hash": _NO_HASH}


def _grouped(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, list[Any]]:
    groups: dict[Any, list[Any]] = defaultdict(list)
    for key, item in pairs:
        groups[key].append(item)
    return groups


def main() -> None:
    """Run the job on standard input."""
    job = json.load(sys.stdin)
    load = load_ours if job["how"] == OURS else load_by_hand
    seconds = load(Endpoint(**job["endpoint"]), Generated(**job["graph"]))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps(asdict(Measured(seconds, peak))))


if __name__ == "__main__":
    main()
