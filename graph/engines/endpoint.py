"""How a Bolt server is reached: all that a store needs to know of its engine."""

from __future__ import annotations

from dataclasses import dataclass, field

EMBEDDED = "embedded"
NEO4J = "neo4j"


@dataclass(frozen=True)
class Endpoint:
    """One Bolt server, and the accounts to write and to read with.

    `reader_username` is '' where the engine itself enforces read access by the
    session's access mode (Neo4j). The embedded one does not, so questions go to
    it as an account that has no right to write. `http_url` is the embedded
    engine's other door, and the only one through which it ends a statement.
    """

    uri: str
    username: str
    password: str = field(repr=False)
    database: str
    reader_username: str = ""
    reader_password: str = field(default="", repr=False)
    engine: str = NEO4J
    http_url: str = ""
