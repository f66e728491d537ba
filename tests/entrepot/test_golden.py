"""The JSON of every question, as it was when somebody last looked: `--snapshot-update` rewrites it.

Its keys are a contract; a difference here is a change that users notice.
"""

from __future__ import annotations

import json

import pytest
from cli_world import Call
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

ASKED = {
    "path": ("path", "acme", "orbit"),
    "path-as-of": ("path", "acme", "orbit", "--as-of", "2016-12-31"),
    "no-path": ("path", "acme", "orbit", "--as-of", "2016-03-01", "--max-hops", "2"),
    "path-owning": ("path", "sun-fund", "lazy", "--owning", "--as-of", "2018-06-01"),
    "common": ("common", "acme", "orbit", "tesko"),
    "find": ("find", "lazy"),
    "show-company": ("show", "lazy", "--as-of", "2016-12-31"),
    "show-deal": ("show", "acme-lazy-2016"),
    "owners": ("owners", "lazy", "--as-of", "2017"),
    "owners-known-at": ("owners", "lazy", "--as-of", "2016-12-31", "--known-at", "2016-05-01"),
    "holdings": ("holdings", "acme"),
    "control": ("control", "lazy", "--as-of", "2017"),
    "market": ("market", "e-commerce-in-singapore", "--as-of", "2016"),
    "markets": ("markets", "--place", "southeast asia"),
    "rivals": ("rivals", "lazy"),
    "entangled": ("entangled",),
    "deals": ("deals", "lazy"),
    "claims": ("claims", "acme-lazy-2016"),
    "timeline": ("timeline", "lazy"),
}


@pytest.mark.parametrize("name", ASKED)
def test_json_of_a_question_is_as_it_was(
    name: str, call: Call, snapshot: SnapshotAssertion
) -> None:
    answer = json.loads(call(*ASKED[name], "-f", "json").out)
    assert answer == snapshot(name=name, extension_class=JSONSnapshotExtension)
