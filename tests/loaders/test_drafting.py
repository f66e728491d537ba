"""Drafting: a new record is in canonical form, and says of itself what is still missing."""

from __future__ import annotations

import pytest

from graph.records import KINDS
from loaders.checking import check_reading
from loaders.drafting import draft_record
from loaders.formatting import format_text
from loaders.reading import read_text
from ontology.generated.vocabulary import RECORD_FIELDS


@pytest.mark.parametrize("kind", KINDS)
def test_draft_is_in_canonical_form(kind: str) -> None:
    text = draft_record(kind, "acme")
    assert format_text(text) == text


@pytest.mark.parametrize("kind", KINDS)
def test_draft_names_every_field_of_its_kind(kind: str) -> None:
    text = draft_record(kind, "acme")
    assert [spec.name for spec in RECORD_FIELDS[kind] if f"{spec.name}:" not in text] == []


@pytest.mark.parametrize("kind", KINDS)
def test_draft_is_told_what_to_fill_in_and_nothing_else(kind: str) -> None:
    findings = check_reading(read_text(draft_record(kind, "acme"), "x.yaml")).errors
    assert not [f for f in findings if f.found not in ("some-id", "SOURCE", "URL", "…")]
    assert findings
