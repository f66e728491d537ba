"""Every environment variable that Entrepôt reads, in one place, when it is asked and not before.

NEO4J_URI, NEO4J_USERNAME, NEO4J_PASSWORD, NEO4J_DATABASE   a server of the user's own
ENTREPOT_STORE                                             the embedded store's folder
NO_COLOR                                                   no colours, whatever the terminal
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

URI = "NEO4J_URI"
USERNAME = "NEO4J_USERNAME"
PASSWORD = "NEO4J_PASSWORD"
DATABASE = "NEO4J_DATABASE"
STORE = "ENTREPOT_STORE"
NO_COLOR = "NO_COLOR"
VARIABLES = (URI, USERNAME, PASSWORD, DATABASE, STORE, NO_COLOR)


@dataclass(frozen=True)
class Settings:
    """Where the graph is. Without `uri` it is the embedded store in `folder`."""

    uri: str
    username: str
    password: str
    database: str
    folder: Path

    @property
    def is_embedded(self) -> bool:
        """Whether the embedded store is meant."""
        return not self.uri


def read_settings(
    uri: str | None = None,
    store: str | Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Settings:
    """Settings from the environment; what is given goes first, and a store before a server.

    >>> read_settings(environment={"NEO4J_URI": "neo4j://localhost"}).is_embedded
    False
    >>> read_settings(store="here", environment={"NEO4J_URI": "neo4j://localhost"}).is_embedded
    True
    """
    given = os.environ if environment is None else environment
    chosen = uri or ("" if store else given.get(URI, ""))
    folder = store or given.get(STORE) or _default_folder()
    return Settings(
        uri=chosen,
        username=given.get(USERNAME, "neo4j"),
        password=given.get(PASSWORD, ""),
        database=given.get(DATABASE, ""),
        folder=Path(folder).expanduser(),
    )


def wants_colour(environment: Mapping[str, str] | None = None) -> bool | None:
    """False where the user wants no colours, None where the terminal decides.

    >>> wants_colour({"NO_COLOR": "1"}), wants_colour({})
    (False, None)
    """
    given = os.environ if environment is None else environment
    return False if given.get(NO_COLOR) else None


def cache_folder(uri: str, database: str) -> Path:
    """Where views of a server's graph are kept: the user's cache, apart for each graph."""
    from hashlib import blake2b

    from platformdirs import user_cache_dir

    name = blake2b(f"{uri}\n{database}".encode(), digest_size=8).hexdigest()
    return Path(user_cache_dir("entrepot")) / "views" / name


def _default_folder() -> Path:
    from platformdirs import user_data_dir

    return Path(user_data_dir("entrepot")) / "store"
