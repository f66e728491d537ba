"""Constraints: every engine accepts them twice, and refuses what they forbid."""

from __future__ import annotations

import pytest
from neo4j import GraphDatabase
from neo4j.exceptions import Neo4jError

from graph.engines.embedded import Endpoint
from ontology.generated.vocabulary import CONSTRAINTS, INDEXES, RELATIONSHIP_TYPES

NODES = "CREATE (:Entrepot:Actor {id: 'acme'}), (:Entrepot:Actor {id: 'globex'})"
LINK = (
    "MATCH (a:Entrepot {{id: 'acme'}}), (b:Entrepot {{id: 'globex'}}) "
    "CREATE (a)-[:{type} {{id: 'one'}}]->(b)"
)


def test_every_engine_keeps_ids_unique(empty_endpoint: Endpoint) -> None:
    auth = (empty_endpoint.username, empty_endpoint.password)
    statements = [*CONSTRAINTS.values(), *INDEXES.values()]
    with (
        GraphDatabase.driver(empty_endpoint.uri, auth=auth) as driver,
        driver.session(database=empty_endpoint.database) as session,
    ):
        for statement in [*statements, *statements, NODES]:
            session.run(statement).consume()
        with pytest.raises(Neo4jError):
            session.run("CREATE (:Entrepot:Place {id: 'acme'})").consume()
        for name in sorted(RELATIONSHIP_TYPES):
            session.run(LINK.format(type=name)).consume()
            with pytest.raises(Neo4jError):
                session.run(LINK.format(type=name)).consume()
