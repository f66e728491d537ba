"""What the guard refuses from a statement's text alone; engines are attacked elsewhere."""

from __future__ import annotations

import pytest
from attacks import REFUSED
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import StoreRefused
from graph.guard import check_read_only

ALLOWED = {
    "plain": "MATCH (a:Actor {id: $id})-[r:OWNS]->(c) RETURN c.name, r.share ORDER BY r.share",
    "words in texts": "MATCH (n) WHERE n.name = 'CREATE; LOAD CSV' RETURN n",
    "words in double quotes": 'RETURN "DELETE // SET" AS x',
    "words in quoted names": "MATCH (n) RETURN n AS `CREATE`",
    "properties named so": "MATCH (n) RETURN n.set, n.delete",
    "keys named so": "RETURN {set: 1, create: 2} AS x",
    "subquery": "MATCH (n) CALL { WITH n MATCH (n)-->(m) RETURN count(m) AS c } RETURN c",
    "subquery with scope": "MATCH (n) CALL (n) { MATCH (n)-->(m) RETURN count(m) AS c } RETURN c",
    "listed procedure": "CALL db.labels() YIELD label RETURN label",
    "own functions": "RETURN date.truncate('month', date('2016-04-12')), point.distance($a, $b)",
    "dates": "MATCH (n) WHERE n.fromDay < date('2016-04-12') RETURN n",
    "end of statement": "RETURN 1;",
    "comment": "// who\nMATCH (n) RETURN n /* all */",
    "word parts": "MATCH (n) RETURN n.dataset AS settled, n.created_at AS offset",
    "quantified": "MATCH (a {id: 'x'}) ((b)-[:OWNS]->(c)){1,3} (d) RETURN d.id",
}


@pytest.mark.parametrize("statement", REFUSED.values(), ids=REFUSED.keys())
def test_guard_refuses(statement: str) -> None:
    with pytest.raises(StoreRefused):
        check_read_only(statement)


@pytest.mark.parametrize("statement", ALLOWED.values(), ids=ALLOWED.keys())
def test_guard_lets_pass(statement: str) -> None:
    check_read_only(statement)


@given(st.sampled_from(["", " ", "\n", "/* x */", "//\n", "\t"]), st.randoms())
def test_guard_refuses_whatever_the_blanks_case_and_escapes(blank: str, random: object) -> None:
    word = "".join(_disguised(letter, random) for letter in "LOAD")
    with pytest.raises(StoreRefused):
        check_read_only(f"{blank}{word}{blank or ' '}CSV{blank} FROM 'x' AS l RETURN l")


def _disguised(letter: str, random: object) -> str:
    choices = [letter, letter.lower(), f"\\u{ord(letter):04x}", f"\\uu{ord(letter.lower()):04X}"]
    return str(random.choice(choices))  # type: ignore[attr-defined]  # hypothesis gives a Random
