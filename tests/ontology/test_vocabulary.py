"""The vocabulary: sentences, taxonomies, policy, constraints and alignments hold together."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from ontology.errors import EntrepotError
from ontology.generated import vocabulary
from ontology.generated.vocabulary import (
    CONSTRAINTS,
    FORMS,
    INDEXES,
    NODE_LABELS,
    PLACE_KINDS,
    PLACES,
    POLICY,
    RECORD_FIELDS,
    RECORD_LABELS,
    RELATIONSHIP_TYPES,
    SECTORS,
    Concept,
    RelationshipType,
)
from ontology.generators.reading import read_model
from ontology.generators.turtle import FOLDER
from ontology.sentences import fill_sentence, list_placeholders

TYPES = list(RELATIONSHIP_TYPES.values())
PREFIXES = {
    "ent",
    "fibo-be-oac-cctl",
    "fibo-be-oac-cown",
    "fibo-be-oac-opty",
    "fibo-cae-ce-act",
    "fibo-fnd-oac-ctl",
    "fibo-fnd-oac-own",
    "gleif-L2",
    "org",
    "owl",
    "prov",
    "rdf",
    "rdfs",
    "schema",
    "skos",
    "wd",
}


@pytest.mark.parametrize("each", TYPES, ids=lambda each: each.name)
def test_relationship_type_has_its_sentences(each: RelationshipType) -> None:
    for template in (each.sentence, each.ended_sentence):
        names = list_placeholders(template)
        assert names[0] == "from"
        assert "to" in names
        assert set(names) - {"from", "to"} <= {*each.properties}
    assert each.kind in {"recorded", "state", "event"}
    assert each.path_step <= (each.strength > 0)


@pytest.mark.parametrize("each", TYPES, ids=lambda each: each.name)
def test_relationship_type_reads_without_its_optional_values(each: RelationshipType) -> None:
    needed = {name: name.upper() for name in ("from", "to", "share", "shareSold", "title")}
    for template in (each.sentence, each.ended_sentence):
        text = fill_sentence(template, needed)
        assert not re.search(r"[\[\]{}]|\s\s|\s,|\(\)", text)


def test_states_have_a_sentence_for_their_end() -> None:
    same = {each.name for each in TYPES if each.sentence == each.ended_sentence}
    assert not {each.name for each in TYPES if each.kind == "state"} & same


def test_strengths_of_path_steps_differ() -> None:
    strengths = [each.strength for each in TYPES if each.path_step]
    assert len(set(strengths)) == len(strengths)


def test_steps_of_paths_join_actors_and_brands_only() -> None:
    actors = {"Actor", "Brand", "Company", "Fund", "Person", "PublicBody"}
    for each in TYPES:
        if each.path_step:
            assert {*each.from_labels, *each.to_labels} <= actors


def test_labels_avoid_those_of_other_tools() -> None:
    taken = {"Resource", "__Entity__", "__KGBuilder__", "Entity", "Episodic", "RELATES_TO"}
    assert not taken & {*NODE_LABELS, *RELATIONSHIP_TYPES}
    for each in TYPES:
        assert not {"start", "end", "order", "uri"} & set(each.properties)


def test_sentence_without_a_needed_value_is_refused() -> None:
    with pytest.raises(EntrepotError, match="share"):
        fill_sentence("{from} holds {share} of {to}", {"from": "Acme", "to": "Globex"})


def test_sentence_keeps_brackets_of_a_value() -> None:
    assert fill_sentence("{from}[ in {date}]", {"from": "A [x]", "date": "{to}"}) == "A [x] in {to}"


@pytest.mark.parametrize(
    ("taxonomy", "tops"),
    [(PLACES, {"world"}), (SECTORS, None)],
    ids=["places", "sectors"],
)
def test_taxonomy_is_acyclic_and_rooted(
    taxonomy: Mapping[str, Concept], tops: set[str] | None
) -> None:
    def climb(name: str, below: tuple[str, ...]) -> set[str]:
        assert name not in below, f"a circle: {below}"
        wider = taxonomy[name].broader
        return set().union(*(climb(each, (*below, name)) for each in wider)) if wider else {name}

    concepts = read_model().places if tops else read_model().sectors
    declared = {each.id for each in concepts if each.is_top}
    assert declared == (tops or declared)
    for name in taxonomy:
        assert climb(name, ()) <= declared


def test_taxonomy_says_nothing_twice() -> None:
    """A wider concept that follows from another one is not repeated."""

    def list_wider(name: str) -> set[str]:
        direct = {**PLACES, **SECTORS}[name].broader
        return set(direct).union(*(list_wider(each) for each in direct))

    for name, concept in {**PLACES, **SECTORS}.items():
        for wider in concept.broader:
            others = set(concept.broader) - {wider}
            assert not any(wider in list_wider(other) for other in others), name


def test_ids_are_slugs_and_unique_over_taxonomies() -> None:
    names = [*PLACES, *SECTORS]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(FORMS["Ref"].pattern.strip("^$"), name) for name in names)
    assert not any("-in-" in name for name in names), "a market's id could be read in two ways"


def test_countries_have_codes_and_cities_have_countries() -> None:
    codes = [concept.notation for concept in PLACES.values() if concept.notation]
    assert len(set(codes)) == len(codes) == len(vocabulary.COUNTRIES)
    for name, kind in PLACE_KINDS.items():
        assert bool(PLACES[name].notation) == (kind == "country")
        if kind == "city":
            assert {PLACE_KINDS[each] for each in PLACES[name].broader} == {"country"}


def test_policy_has_its_rules_in_order() -> None:
    assert [rule.id for rule in POLICY] == [
        "rank",
        "completion",
        "source-kind",
        "witnesses",
        "publication",
        "id",
    ]
    assert ", ".join(vocabulary.SOURCE_KINDS.values()) in POLICY[2].sentence.replace(
        "filing, company, agency", "filing, company, news agency"
    )


def test_constraints_cover_nodes_and_every_relationship_type() -> None:
    text = "\n".join(CONSTRAINTS.values())
    for name in RELATIONSHIP_TYPES:
        assert f"[r:{name}]" in text
    for name, statement in {**CONSTRAINTS, **INDEXES}.items():
        assert f" {name} IF NOT EXISTS FOR " in statement


def test_every_kind_of_record_makes_a_known_label() -> None:
    assert set(RECORD_LABELS) == set(RECORD_FIELDS)
    assert {label for labels in RECORD_LABELS.values() for label in labels} <= set(NODE_LABELS)


def test_fields_stand_in_their_order() -> None:
    for fields in RECORD_FIELDS.values():
        assert [field.order for field in fields] == sorted(field.order for field in fields)
        assert fields[-1].name in {"sources", "about"}


def test_constants_are_listed() -> None:
    public = {name for name in vars(vocabulary) if not name.startswith("_")} - {"annotations"}
    assert vocabulary.__all__ == sorted(public)


def test_alignments_use_known_prefixes_and_terms_of_ours() -> None:
    model = read_model()
    properties = {name for each in model.relationships for name in each.properties}
    fields = {each.name for shape in model.shapes.values() for each in shape.properties}
    classes = {each.name for each in model.classes}
    words = {
        f"{each.name[0].lower()}{each.name[1:]}.{word.word}"
        for each in model.lists
        for word in each.words
    }
    ours = properties | fields | classes | words | set(RELATIONSHIP_TYPES) | {"knownFrom"}
    for each in model.alignments:
        assert each.term in ours
        assert each.relation.split(":")[0] in PREFIXES
        assert ":" not in each.target or each.target.split(":")[0] in PREFIXES


def test_page_mentions_every_class_type_and_field() -> None:
    page = Path(FOLDER.parent / "docs/ontology.md").read_text("utf-8")
    names = {*NODE_LABELS, *RELATIONSHIP_TYPES, *RECORD_FIELDS, *PLACES, *SECTORS}
    names |= {field.name for fields in RECORD_FIELDS.values() for field in fields}
    assert sorted(name for name in names if f"`{name}`" not in page) == []
