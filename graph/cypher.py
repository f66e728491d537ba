"""Every Cypher statement, named: values are parameters, labels and types come from the ontology.

All stand in the part of the language that Neo4j 5, Neo4j 2025 and ArcadeDB share. Lists come back
by `collect`, cut into slices: row by row the same takes ten times as long. Statements that need a
label or a type are templates, filled by `with_labels` and `with_type`, which refuse anything but
plain words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from graph.elements import BASE_LABEL
from graph.errors import StoreRefused

META_ID = "entrepot:graph"
META_LABEL = "Graph"
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")

# The graph's own node: its version, state, schema version and the editions of its data sets.

READ_META = "MATCH (g:Entrepot {id: $id}) RETURN properties(g) AS meta"

CREATE_META = "CREATE (g:Entrepot:Graph) SET g = $properties"

# Setting `writer` first takes the lock on the node (Neo4j) or makes a later commit fail (ArcadeDB),
# so that of two writers that expect one version only one finds it.
TAKE_TURN = """
MATCH (g:Entrepot {id: $id})
SET g.writer = $next
WITH g WHERE $expected = '' OR g.version = $expected
SET g.version = $next
RETURN count(g) AS turns
"""

SET_META = "MATCH (g:Entrepot {id: $id}) SET g += $properties"

# Hashes and ids of what a data set has in the store.

NODE_HASHES = """
MATCH (n:Entrepot) WHERE n.id <> $meta AND ($datasets = [] OR n.dataset IN $datasets)
WITH collect(n.hash + n.id) AS found
UNWIND range(0, size(found) - 1, $slice) AS i
RETURN found[i..i + $slice] AS hashes
"""

RELATIONSHIP_HASHES = """
MATCH (:Entrepot)-[r]->() WHERE r.hash IS NOT NULL AND ($datasets = [] OR r.dataset IN $datasets)
WITH collect(r.hash + r.id) AS found
UNWIND range(0, size(found) - 1, $slice) AS i
RETURN found[i..i + $slice] AS hashes
"""

LOCATE_NODES = """
MATCH (n:Entrepot) WHERE n.id IN $ids RETURN n.id AS id, n.dataset AS dataset, labels(n) AS labels
"""

LOCATE_RELATIONSHIPS = """
MATCH (a:Entrepot)-[r]->() WHERE r.id IN $ids AND r.hash IS NOT NULL
RETURN r.id AS id, a.id AS startId, type(r) AS type
"""

# Writing the difference.

CREATE_NODES = "UNWIND $rows AS row CREATE (n:{labels}) SET n = row RETURN count(n) AS done"

CHANGE_NODES = """
UNWIND $rows AS row MATCH (n:Entrepot {id: row.id}) SET n = row RETURN count(n) AS done
"""

ADD_LABELS = """
UNWIND $rows AS row MATCH (n:Entrepot {{id: row.id}}) SET n:{labels} RETURN count(n) AS done
"""

REMOVE_LABELS = """
UNWIND $rows AS row MATCH (n:Entrepot {{id: row.id}}) REMOVE n:{labels} RETURN count(n) AS done
"""

CREATE_RELATIONSHIPS = """
UNWIND $rows AS row
MATCH (a:Entrepot {{id: row.start}})
MATCH (b:Entrepot {{id: row.end}})
CREATE (a)-[r:{type}]->(b) SET r = row.properties
RETURN count(r) AS done
"""

CHANGE_RELATIONSHIPS = """
UNWIND $rows AS row
MATCH (a:Entrepot {{id: row.start}})-[r:{type} {{id: row.id}}]->(b:Entrepot {{id: row.end}})
SET r = row.properties
RETURN collect(r.id) AS done
"""

REMOVE_RELATIONSHIPS = """
UNWIND $rows AS row
MATCH (a:Entrepot {{id: row.start}})-[r:{type} {{id: row.id}}]->()
DELETE r
RETURN count(row) AS done
"""

REMOVE_NODES = "MATCH (n:Entrepot) WHERE n.id IN $ids DELETE n"

HELD_NODES = """
MATCH (n:Entrepot)-[r]-(other) WHERE n.id IN $ids
RETURN n.id AS id, coalesce(r.dataset, '') AS dataset, coalesce(other.id, '') AS other LIMIT 1
"""

# Relationships go first: on ArcadeDB a node with its relationships takes three times as long.
WIPE_RELATIONSHIPS = """
MATCH (:Entrepot)-[r]->() WHERE r.hash IS NOT NULL
WITH r LIMIT $limit DELETE r RETURN count(*) AS done
"""

WIPE_NODES = """
MATCH (n:Entrepot) WHERE n.id <> $meta
WITH n LIMIT $limit DETACH DELETE n RETURN count(*) AS done
"""

WIPE_META = "MATCH (g:Entrepot {id: $meta}) DETACH DELETE g RETURN count(*) AS done"

# Reading elements.

ALL_NODES = """
MATCH (n:Entrepot) WHERE n.id <> $meta
RETURN labels(n) AS labels, properties(n) AS properties ORDER BY n.id
"""

ALL_RELATIONSHIPS = """
MATCH (a:Entrepot)-[r]->(b:Entrepot) WHERE r.hash IS NOT NULL
RETURN type(r) AS type, a.id AS startId, b.id AS endId, properties(r) AS properties ORDER BY r.id
"""

NODES_BY_ID = """
MATCH (n:Entrepot) WHERE n.id IN $ids AND n.id <> $meta
RETURN labels(n) AS labels, properties(n) AS properties
"""

NODES_BY_LABEL = """
MATCH (n:{labels}) WHERE n.id <> $meta AND n:Entrepot
RETURN labels(n) AS labels, properties(n) AS properties
"""

LINKS_OUT = """
MATCH (a:Entrepot)-[r]->(b:Entrepot) WHERE a.id IN $ids AND type(r) IN $types AND r.hash IS NOT NULL
RETURN type(r) AS type, a.id AS startId, b.id AS endId, properties(r) AS properties
"""

# Where links are followed backwards ArcadeDB looks at every node, unless each id is matched alone.
LINKS_IN = """
UNWIND $ids AS own
MATCH (b:Entrepot {id: own})<-[r]-(a:Entrepot) WHERE type(r) IN $types AND r.hash IS NOT NULL
RETURN type(r) AS type, a.id AS startId, b.id AS endId, properties(r) AS properties
"""

LINKS_OF_TYPES = """
MATCH (a:Entrepot)-[r]->(b:Entrepot) WHERE type(r) IN $types AND r.hash IS NOT NULL
RETURN type(r) AS type, a.id AS startId, b.id AS endId, properties(r) AS properties
"""

# One text a link: as rows of properties a million of them take minutes to be unpacked.
LINK_TIMES = """
MATCH (a:Entrepot)-[r]->(b:Entrepot) WHERE type(r) IN $types AND r.hash IS NOT NULL
WITH collect(
  r.id + $mark + type(r) + $mark + a.id + $mark + b.id
  + $mark + coalesce(r.validFrom, '') + $mark + coalesce(r.validTo, '')
  + $mark + coalesce(r.date, '') + $mark + coalesce(r.shareAsOf, '')
  + $mark + coalesce(r.seen, '') + $mark + coalesce(r.knownFrom, '')
  + $mark + coalesce(r.dealId, '') + $mark + coalesce(r.recordId, '')
  + $mark + coalesce(toString(r.fromDay), '') + $mark + coalesce(toString(r.endsNotBefore), '')
) AS found
UNWIND range(0, size(found) - 1, $slice) AS i
RETURN found[i..i + $slice] AS lines
"""

LINKS_BY_ADDRESS = """
MATCH (a:Entrepot)-[r]->(b:Entrepot) WHERE a.id IN $starts AND r.id IN $ids AND r.hash IS NOT NULL
RETURN type(r) AS type, a.id AS startId, b.id AS endId, properties(r) AS properties
"""

RECORDS = """
MATCH (n:Entrepot) WHERE n.record IS NOT NULL
RETURN n.dataset AS dataset, n.record AS record ORDER BY n.id
"""


def with_labels(template: str, labels: Iterable[str]) -> str:
    """A template with its labels in.

    >>> with_labels("CREATE (n:{labels})", ["Entrepot", "Source"])
    'CREATE (n:Entrepot:Source)'
    """
    return template.format(labels=":".join(_word(label) for label in labels))


def with_type(template: str, name: str) -> str:
    """A template with its relationship type in."""
    return template.format(type=_word(name))


def with_base(labels: Iterable[str]) -> tuple[str, ...]:
    """Labels in one order, the common one first, so that equal sets make equal statements."""
    return (BASE_LABEL, *sorted(set(labels) - {BASE_LABEL}))


def _word(text: str) -> str:
    # A dump may come from anywhere, and labels cannot be parameters.
    if not _WORD.fullmatch(text):
        raise StoreRefused(f"{text!r} is no name of a label or of a type")
    return text
