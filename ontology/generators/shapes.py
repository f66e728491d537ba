"""Shapes: reads the subset of SHACL that shapes.ttl and values.ttl declare in their headers.

Anything outside of the subset is refused: a constraint that only one of the two checkers knows
would let them disagree.
"""

from __future__ import annotations

from dataclasses import replace

from rdflib import Graph, URIRef
from rdflib.namespace import RDF, RDFS, SH
from rdflib.term import Node

from ontology.generators import turtle
from ontology.generators.model import Property, Requirement, Shape
from ontology.generators.turtle import ENT, OntologyInvalid
from ontology.terms import Form

_NODE_TERMS = {
    SH.targetClass,
    SH.closed,
    SH.ignoredProperties,
    SH.nodeKind,
    SH.pattern,
    SH.node,
    SH.property,
    SH.description,
    SH["or"],
    ENT.valueType,
    ENT.citable,
    RDF.type,
}
_PROPERTY_TERMS = {
    SH.path,
    SH.order,
    SH.minCount,
    SH.maxCount,
    SH["in"],
    SH.node,
    SH["or"],
    SH.description,
    ENT.claims,
    ENT.many,
    ENT.keyed,
    ENT.refersTo,
    ENT.choicesFrom,
}
_OTHER_REFERENCES = {"Sector": "sector", "Place": "place", "Market": "market"}


def read_forms(graph: Graph) -> dict[str, Form]:
    """Return the forms of values by name."""
    nodes = sorted(graph.subjects(ENT.valueType), key=str)
    return {turtle.get_local(node).removesuffix("Form"): _read_form(graph, node) for node in nodes}


def _read_form(graph: Graph, node: Node) -> Form:
    _refuse_others(graph, node, _NODE_TERMS)
    return Form(
        value_type=turtle.demand_text(graph, node, ENT.valueType),
        citable=turtle.get_flag(graph, node, ENT.citable),
        pattern=turtle.demand_text(graph, node, SH.pattern),
        description=turtle.demand_text(graph, node, SH.description),
    )


def read_shapes(graph: Graph) -> dict[str, Shape]:
    """Return the node shapes of records and mappings by name."""
    nodes = {turtle.get_local(node): node for node in graph.subjects(RDF.type, SH.NodeShape)}
    named = sorted(name for name in nodes if not name.endswith("Form"))
    return {name: _read_shape(graph, nodes[name]) for name in named}


def _read_shape(graph: Graph, node: Node) -> Shape:
    _refuse_others(graph, node, _NODE_TERMS)
    base = graph.value(node, SH.node)
    if base is not None:
        return _narrow_claim(graph, node, _read_shape(graph, base))
    if not turtle.get_flag(graph, node, SH.closed):
        raise OntologyInvalid(f"{node} is not closed", hint="add sh:closed true")
    properties = [_read_property(graph, each) for each in graph.objects(node, SH.property)]
    target = graph.value(node, SH.targetClass)
    return Shape(
        name=turtle.get_local(node),
        kind=turtle.demand_text(graph, target, ENT.recordKind) if target is not None else "",
        description=_describe(graph, node, target),
        properties=tuple(sorted(properties, key=lambda each: (each.order, each.name))),
        conditions=tuple(_read_conditions(graph, node)),
    )


def _describe(graph: Graph, node: Node, target: Node | None) -> str:
    if target is not None:
        return turtle.get_comment(graph, target)
    return turtle.demand_text(graph, node, SH.description)


def _narrow_claim(graph: Graph, node: Node, base: Shape) -> Shape:
    """Return the mapping of a claim with the form of its value."""
    value = graph.value(node, SH.property)
    form = graph.value(value, SH.node)
    if form is None:
        raise OntologyInvalid(f"{node} does not say the form of its value")
    properties = tuple(
        replace(each, form=_get_form(form)) if each.name == "value" else each
        for each in base.properties
    )
    return replace(base, name=turtle.get_local(node), properties=properties)


def _get_form(node: Node) -> str:
    return turtle.get_local(node).removesuffix("Form")


def _read_property(graph: Graph, node: Node) -> Property:
    _refuse_others(graph, node, _PROPERTY_TERMS)
    alternatives = turtle.get_list(graph, node, SH["or"]) or list(graph.objects(node, SH.node))
    forms = [each for each in alternatives if turtle.get_local(each).endswith("Form")]
    mappings = [each for each in alternatives if each not in forms]
    choices = turtle.get_list(graph, node, SH["in"])
    if len(forms) > 1 or len(mappings) > 1 or not (choices or alternatives):
        raise OntologyInvalid(f"{_get_path(graph, node)} needs choices, or a form and a mapping")
    return Property(
        name=_get_path(graph, node),
        order=int(turtle.get_text(graph, node, SH.order) or 0),
        description=turtle.demand_text(graph, node, SH.description),
        required=turtle.get_text(graph, node, SH.minCount) == "1",
        single=turtle.get_text(graph, node, SH.maxCount) == "1",
        claims=turtle.get_flag(graph, node, ENT.claims),
        many=turtle.get_flag(graph, node, ENT.many),
        keyed=turtle.get_flag(graph, node, ENT.keyed),
        form=_get_form(forms[0]) if forms else "",
        mapping=turtle.get_local(mappings[0]) if mappings else "",
        choices=tuple(str(each) for each in choices),
        choices_from="".join(turtle.get_locals(graph, node, ENT.choicesFrom)),
        refers_to=_read_references(graph, node),
    )


def _get_path(graph: Graph, node: Node) -> str:
    path = graph.value(node, SH.path)
    if not isinstance(path, URIRef):
        raise OntologyInvalid("a property shape without a plain sh:path")
    return turtle.get_local(path)


def _read_references(graph: Graph, node: Node) -> tuple[str, ...]:
    found: set[str] = set()
    for cls in graph.objects(node, ENT.refersTo):
        found |= _list_kinds(graph, cls)
    return tuple(sorted(found))


def _list_kinds(graph: Graph, cls: Node) -> set[str]:
    """Return the kinds of record that make a thing of the class or of one below it."""
    name = turtle.get_local(cls)
    if name in _OTHER_REFERENCES:
        return {_OTHER_REFERENCES[name]}
    below = [each for each in graph.transitive_subjects(RDFS.subClassOf, cls) if each is not None]
    return {kind for each in below if (kind := turtle.get_text(graph, each, ENT.recordKind))}


def _read_conditions(graph: Graph, node: Node) -> list[tuple[tuple[Requirement, ...], ...]]:
    alternatives = turtle.get_list(graph, node, SH["or"])
    if not alternatives:
        return []
    return [tuple(_read_alternative(graph, each) for each in alternatives)]


def _read_alternative(graph: Graph, node: Node) -> tuple[Requirement, ...]:
    found = [_read_requirement(graph, each) for each in graph.objects(node, SH.property)]
    return tuple(sorted(found, key=lambda each: each.field))


def _read_requirement(graph: Graph, node: Node) -> Requirement:
    _refuse_others(graph, node, {SH.path, SH.minCount, SH.maxCount, SH["in"]})
    known = {("1", ""): True, ("", "0"): False, ("", ""): None}
    count = (turtle.get_text(graph, node, SH.minCount), turtle.get_text(graph, node, SH.maxCount))
    if count not in known:
        raise OntologyInvalid(f"the condition on {_get_path(graph, node)} has other counts")
    return Requirement(
        field=_get_path(graph, node),
        present=known[count],
        choices=tuple(str(each) for each in turtle.get_list(graph, node, SH["in"])),
    )


def _refuse_others(graph: Graph, node: Node, allowed: set[URIRef]) -> None:
    others = sorted(str(each) for each in set(graph.predicates(node)) - allowed)
    if others:
        raise OntologyInvalid(
            f"{node} uses {', '.join(others)}",
            hint="extend the subset in generators/shapes.py first",
        )
