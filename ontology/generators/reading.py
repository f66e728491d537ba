"""Reading: the Turtle into a `Model`, refusing what contradicts itself."""

from __future__ import annotations

from rdflib import Graph, URIRef
from rdflib.namespace import OWL, RDF, RDFS, SKOS
from rdflib.term import Node

from ontology.generators import shapes, turtle
from ontology.generators.model import (
    Alignment,
    ClosedList,
    GraphClass,
    Model,
    TaxonomyConcept,
    Word,
)
from ontology.generators.turtle import ENT
from ontology.terms import PolicyRule, RelationshipType

_MAPPING_RELATIONS = (
    OWL.equivalentClass,
    RDFS.seeAlso,
    RDFS.subClassOf,
    RDFS.subPropertyOf,
    SKOS.broadMatch,
    SKOS.closeMatch,
    SKOS.exactMatch,
    SKOS.narrowMatch,
    SKOS.relatedMatch,
)


def read_model(graph: Graph | None = None) -> Model:
    """Return the whole ontology as plain data, from its files unless a graph is given."""
    graph = turtle.load_graph() if graph is None else graph
    model = Model(
        version=turtle.demand_text(graph, URIRef("urn:entrepot:ontology"), OWL.versionInfo),
        classes=tuple(_read_classes(graph)),
        relationships=tuple(_read_relationships(graph)),
        lists=tuple(_read_lists(graph)),
        policy=tuple(_read_policy(graph)),
        forms=shapes.read_forms(graph),
        shapes=shapes.read_shapes(graph),
        sectors=tuple(_read_concepts(graph, ENT.Sector)),
        places=tuple(_read_concepts(graph, ENT.Place)),
        alignments=tuple(_read_alignments(graph)),
    )
    check_choices(model)
    return model


def check_choices(model: Model) -> None:
    """Refuse a list of choices in a shape that differs from the closed list it names."""
    lists = {
        each.name: tuple(word.word for word in each.words if not word.derived_only)
        for each in model.lists
    }
    for shape in model.shapes.values():
        for field in shape.properties:
            if field.choices_from and field.choices != lists[field.choices_from]:
                raise turtle.OntologyInvalid(
                    f"{shape.name}.{field.name} does not repeat {field.choices_from}",
                    hint="make sh:in in shapes.ttl equal to the list in core.ttl",
                )


def _read_classes(graph: Graph) -> list[GraphClass]:
    found = [
        node
        for node in graph.subjects(RDF.type, OWL.Class)
        if str(node).startswith(ENT) and not turtle.get_flag(graph, node, ENT.meta)
    ]
    classes = [_read_class(graph, node) for node in found]
    return sorted(classes, key=lambda each: each.name)


def _read_class(graph: Graph, node: Node) -> GraphClass:
    above = [each for each in graph.objects(node, RDFS.subClassOf) if str(each).startswith(ENT)]
    return GraphClass(
        name=turtle.get_local(node),
        label=turtle.demand_text(graph, node, RDFS.label),
        description=turtle.get_comment(graph, node),
        above=tuple(sorted(turtle.get_local(each) for each in above)),
        kind=turtle.get_text(graph, node, ENT.recordKind),
    )


def _read_relationships(graph: Graph) -> list[RelationshipType]:
    nodes = turtle.iterate_instances(graph, ENT.RelationshipType)
    types = [_read_relationship(graph, node) for node in nodes]
    return sorted(types, key=lambda each: (-each.strength, each.name))


def _read_relationship(graph: Graph, node: Node) -> RelationshipType:
    sentence = turtle.demand_text(graph, node, ENT.sentence)
    return RelationshipType(
        name=turtle.get_local(node),
        kind=turtle.demand_text(graph, node, ENT.linkKind),
        strength=int(turtle.demand_text(graph, node, ENT.strength)),
        sentence=sentence,
        ended_sentence=turtle.get_text(graph, node, ENT.endedSentence) or sentence,
        path_step=turtle.get_flag(graph, node, ENT.pathStep),
        from_labels=turtle.get_locals(graph, node, ENT.fromLabel),
        to_labels=turtle.get_locals(graph, node, ENT.toLabel),
        properties=tuple(str(each) for each in turtle.get_list(graph, node, ENT.properties)),
        description=turtle.get_comment(graph, node),
    )


def _read_lists(graph: Graph) -> list[ClosedList]:
    nodes = graph.subjects(RDFS.subClassOf, ENT.Choice)
    lists = [
        ClosedList(
            name=turtle.get_local(node),
            constant=turtle.demand_text(graph, node, ENT.constant),
            description=turtle.get_comment(graph, node),
            words=tuple(
                _read_word(graph, word)
                for word in turtle.iterate_instances(graph, URIRef(str(node)))
            ),
        )
        for node in nodes
    ]
    return sorted(lists, key=lambda each: each.name)


def _read_word(graph: Graph, node: Node) -> Word:
    return Word(
        word=turtle.demand_text(graph, node, SKOS.notation),
        label=turtle.get_label(graph, node),
        description=turtle.get_comment(graph, node),
        derived_only=turtle.get_flag(graph, node, ENT.derivedOnly),
    )


def _read_policy(graph: Graph) -> list[PolicyRule]:
    return [
        PolicyRule(
            id=turtle.demand_text(graph, node, SKOS.notation),
            sentence=turtle.demand_text(graph, node, ENT.sentence),
            reason=turtle.get_comment(graph, node),
        )
        for node in turtle.iterate_instances(graph, ENT.PolicyRule)
    ]


def _read_concepts(graph: Graph, cls: URIRef) -> list[TaxonomyConcept]:
    return [_read_concept(graph, node) for node in turtle.iterate_instances(graph, cls)]


def _read_concept(graph: Graph, node: Node) -> TaxonomyConcept:
    return TaxonomyConcept(
        id=turtle.get_local(node),
        label=turtle.get_label(graph, node),
        broader=turtle.get_locals(graph, node, SKOS.broader),
        notation=turtle.get_text(graph, node, SKOS.notation),
        also=tuple(sorted(str(each) for each in graph.objects(node, SKOS.altLabel))),
        kind=turtle.get_text(graph, node, ENT.placeKind),
        is_top=(node, SKOS.topConceptOf, None) in graph,
    )


def _read_alignments(graph: Graph) -> list[Alignment]:
    found = [
        Alignment(
            term=turtle.get_local(subject),
            relation=graph.qname(relation),
            target=graph.qname(str(target)),
            note=turtle.get_text(graph, subject, SKOS.note),
        )
        for relation in _MAPPING_RELATIONS
        for subject, target in graph.subject_objects(relation)
        if str(subject).startswith(ENT) and _is_foreign(target)
    ]
    found += [
        Alignment(turtle.get_local(subject), "ent:bodsInterestType", str(code), "")
        for subject, code in graph.subject_objects(ENT.bodsInterestType)
    ]
    return sorted(found, key=lambda each: (each.term, each.relation, each.target))


def _is_foreign(target: Node) -> bool:
    return isinstance(target, URIRef) and not str(target).startswith(str(ENT))
