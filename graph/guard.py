"""What a read-only statement may not contain, told from its text.

The servers refuse writes: Neo4j by the access mode, the embedded store by the rights of its reading
account. What they let through in read mode is refused here: `LOAD CSV`, which reads files and opens
connections; procedures and functions that nobody has vouched for; `SHOW` and `TERMINATE`, which
look at and end what others do; administration; more than one statement. Writes are refused here
too, so that every engine gives the same answer before anything is sent.

Engines decode `\\uXXXX` each in its own way, some before they read a statement and some in forms
that no grammar lists. So that the text read here is the one that runs, there may be none: such
characters go as they are, or as parameters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from graph.errors import StoreRefused

PROCEDURES = frozenset(
    {
        "db.labels",
        "db.propertykeys",
        "db.relationshiptypes",
        "db.schema.nodetypeproperties",
        "db.schema.reltypeproperties",
        "db.schema.visualization",
    }
)
FUNCTION_SPACES = frozenset(
    {"date", "datetime", "duration", "localdatetime", "localtime", "point", "time", "vector"}
)
WRITING = frozenset(
    {
        "CREATE",
        "DELETE",
        "DETACH",
        "DROP",
        "FOREACH",
        "INSERT",
        "MERGE",
        "NODETACH",
        "REMOVE",
        "SET",
    }
)
ADMINISTRATION = frozenset(
    {
        "ALTER",
        "DEALLOCATE",
        "DENY",
        "DRYRUN",
        "ENABLE",
        "GRANT",
        "REALLOCATE",
        "RENAME",
        "REVOKE",
        "SHOW",
        "TERMINATE",
        "USE",
    }
)
_HINT = "questions only read; `entrepot cypher --write` writes"
_TOKEN = re.compile(
    r"""
      (?P<comment> //[^\r\n]* | /\*.*?\*/ )
    | (?P<text> '(?:[^'\\]|\\.)*' | "(?:[^"\\]|\\.)*" )
    | (?P<quoted> `(?:[^`]|``)*` )
    | (?P<number> \d[\w]*(?:\.\d\w*)? )
    | (?P<word> \w+ )
    | (?P<space> \s+ )
    | (?P<sign> . )
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Token:
    """A piece of a statement; `text` of a quoted name is without its quotes."""

    kind: str
    text: str

    @property
    def is_name(self) -> bool:
        return self.kind in ("word", "quoted")


def check_read_only(statement: str) -> None:
    """Raise StoreRefused where a statement would do more than read the graph.

    >>> check_read_only("MATCH (a:Actor {id: 'alibaba'})-[r:OWNS]->(c) RETURN c.name, r.share")
    >>> check_read_only("LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line")
    Traceback (most recent call last):
        ...
    graph.errors.StoreRefused: LOAD CSV is not allowed: it reads files and opens connections; ...
    """
    if "\\u" in statement.casefold():
        raise StoreRefused("escapes such as \\u0041 are not allowed", hint="use a parameter")
    _check(tokens(statement))


def tokens(statement: str) -> list[Token]:
    """The pieces of a statement without its comments and blanks.

    Raises StoreRefused where a comment, a text or a quoted name has no end.
    """
    found = []
    for match in _TOKEN.finditer(statement):
        kind = str(match.lastgroup)
        text = match.group()
        if (kind == "sign" and text in "'\"`") or (
            text == "/" and statement.startswith("/*", match.start())
        ):
            raise StoreRefused(f"the statement has a {text} that nothing ends", hint=_HINT)
        if kind == "quoted":
            text = text[1:-1].replace("``", "`")
        if kind not in ("comment", "space"):
            found.append(Token(kind, text))
    return found


def _check(found: Sequence[Token]) -> None:
    _check_single(found)
    for place, token in enumerate(found):
        if token.kind == "word" and not _is_property(found, place):
            _check_word(found, place)
        if token.is_name:
            _check_function(found, place)


def _check_single(found: Sequence[Token]) -> None:
    places = [place for place, token in enumerate(found) if token.text == ";"]
    if places and places[0] != len(found) - 1:
        raise StoreRefused("one statement at a time", hint="nothing was run")


def _check_word(found: Sequence[Token], place: int) -> None:
    word = found[place].text.upper()
    following = found[place + 1].text.upper() if place + 1 < len(found) else ""
    if word == "LOAD" and following == "CSV":
        raise StoreRefused(
            "LOAD CSV is not allowed: it reads files and opens connections", hint=_HINT
        )
    before = {token.text.upper() for token in found[max(0, place - 3) : place]}
    if word == "TRANSACTIONS" and "IN" in before:
        raise StoreRefused("CALL … IN TRANSACTIONS is not allowed", hint=_HINT)
    if word in WRITING and not _is_map_key(found, place):
        raise StoreRefused(f"{word} is not allowed: it writes", hint=_HINT)
    if word in ADMINISTRATION and not _is_map_key(found, place):
        raise StoreRefused(f"{word} is not allowed: it administers the server", hint=_HINT)
    if word in ("START", "STOP") and following == "DATABASE":
        raise StoreRefused(f"{word} DATABASE is not allowed", hint=_HINT)
    if word == "CALL":
        _check_call(found, place + 1)


def _check_call(found: Sequence[Token], place: int) -> None:
    """A subquery, or a procedure that is on the list."""
    name, _ = dotted_name(found, place)
    if name and name.lower() not in PROCEDURES:
        allowed = ", ".join(sorted(PROCEDURES))
        raise StoreRefused(f"CALL {name} is not allowed", hint=f"allowed are {allowed}")


def _check_function(found: Sequence[Token], place: int) -> None:
    """A function in a name space of its own may do anything; only the language's own are known."""
    if _is_property(found, place):
        return
    name, after = dotted_name(found, place)
    is_called = after < len(found) and found[after].text == "("
    space = name.split(".", 1)[0].lower()
    follows_call = place > 0 and found[place - 1].text.upper() == "CALL"
    if is_called and "." in name and space not in FUNCTION_SPACES and not follows_call:
        raise StoreRefused(f"the function {name} is not allowed", hint=_HINT)


def dotted_name(found: Sequence[Token], place: int) -> tuple[str, int]:
    """The dotted name that begins at a place, and the place after it."""
    parts: list[str] = []
    while place < len(found) and found[place].is_name:
        parts.append(found[place].text)
        place += 1
        if place + 1 < len(found) and found[place].text == "." and found[place + 1].is_name:
            place += 1
        else:
            break
    return ".".join(parts), place


def _is_property(found: Sequence[Token], place: int) -> bool:
    """Whether a word is a property of what stands before it: `n.set`."""
    if place < 2 or found[place - 1].text != ".":
        return False
    before = found[place - 2]
    return before.is_name or before.text in (")", "]")


def _is_map_key(found: Sequence[Token], place: int) -> bool:
    """Whether a word is a key of a map: `{set: 1}`."""
    is_key = place + 1 < len(found) and found[place + 1].text == ":"
    return is_key and place > 0 and found[place - 1].text in ("{", ",")
