"""The servers of the tests do what tests rely on."""

from __future__ import annotations

from neo4j_server import run
from servers import empty

from graph.engines.endpoint import EMBEDDED, Endpoint


def test_endpoint_answers_and_is_emptied(empty_endpoint: Endpoint) -> None:
    run(
        empty_endpoint,
        "CREATE CONSTRAINT thing_id IF NOT EXISTS FOR (n:Thing) REQUIRE n.id IS UNIQUE",
        "CREATE (:Thing {id: 1})-[:LIKES {id: 2}]->(:Thing {id: 3})",
    )
    assert run(empty_endpoint, "MATCH (n:Thing) RETURN count(n)") == [["2"]]
    empty(empty_endpoint)
    nodes, constraints = run(empty_endpoint, "MATCH (n) RETURN count(n)", "SHOW CONSTRAINTS")
    assert (nodes, constraints) == (["0"], [])


def test_reader_is_a_separate_account_on_the_embedded_engine_only(endpoint: Endpoint) -> None:
    assert bool(endpoint.reader_username) == (endpoint.engine == EMBEDDED)


def test_each_neo4j_is_of_its_release(neo4j_lts: Endpoint, neo4j_current: Endpoint) -> None:
    question = "CALL dbms.components() YIELD versions RETURN versions[0]"
    lts, current = (run(endpoint, question)[0][0] for endpoint in (neo4j_lts, neo4j_current))
    assert lts.startswith("5.26.")
    assert current.startswith("2025.")
