"""Concept graphs and syllabuses as CASE 1.1 (1EdTech Competencies and Academic Standards Exchange).

A graph is a CFDocument: strands, abilities and concepts are its CFItems; a concept is a child of its strand, precedes
what builds on it and is related to its abilities. A syllabus: themes with outcomes below them, related to concepts.
Identifiers are UUIDs made from our own keys: the same at every installation and for ever.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db.models import QuerySet

from qiming.curriculum.models import Concept, ConceptGraph, Outcome, Syllabus
from qiming.curriculum.queries import subject_words
from qiming.curriculum.types import STATUS_WORDS

BASE = "/ims/case/v1p1/"
_OURS = uuid5(NAMESPACE_URL, "urn:qiming:case")
Json = dict[str, Any]


def identifier(kind: str, *keys: str) -> UUID:
    """The identifier of one of our things: `identifier("concept", "c052")`."""
    return uuid5(_OURS, "/".join((kind, *keys)))


@dataclass(slots=True)
class Package:
    """A CFPackage in the making; `root` is the address before `/ims/case/…`, without a slash at its end."""

    root: str
    at: datetime
    document: Json
    items: list[Json] = field(default_factory=list)
    associations: list[Json] = field(default_factory=list)

    def as_json(self) -> Json:
        return {"CFDocument": self.document, "CFItems": self.items, "CFAssociations": self.associations}


def packages(root: str) -> list[Package]:
    """Everything there is, in a fixed order."""
    graphs = [_of_graph(root, graph) for graph in ConceptGraph.objects.order_by("key")]
    return graphs + [_of_syllabus(root, one) for one in _own_syllabuses()]


def package(root: str, document_id: UUID) -> Package | None:
    """The package of one document; None when there is none."""
    for graph in ConceptGraph.objects.order_by("key"):
        if identifier("graph", graph.key) == document_id:
            return _of_graph(root, graph)
    for syllabus in _own_syllabuses():
        if identifier("syllabus", syllabus.key) == document_id:
            return _of_syllabus(root, syllabus)
    return None


def _own_syllabuses() -> QuerySet[Syllabus]:
    """The platform's: what a school or district brought is not published."""
    return Syllabus.objects.filter(scope_path="").order_by("key")


def alone(package: Package, part: Json) -> Json:
    """An item or association outside its package: it names its document."""
    return part | {"CFDocumentURI": _link(package.root, "CFDocuments", package.document)}


def document_alone(package: Package) -> Json:
    """A document outside its package: it says where the package is."""
    said = package.document
    return said | {"CFPackageURI": _link(package.root, "CFPackages", said)}


def _of_graph(root: str, graph: ConceptGraph) -> Package:
    document = _document(root, "graph", graph, graph.subject, notes=graph.source)
    made = Package(root, graph.changed_at, document)
    concepts = list(Concept.objects.filter(graph=graph, is_current=True).order_by("key"))
    strands = list(dict.fromkeys(concept.strand for concept in concepts))
    for n, strand in enumerate(strands, start=1):
        _add(made, identifier("strand", graph.key, strand), strand, kind="Strand")
        _relate(made, "isChildOf", made.items[-1], made.document, order=n, to="CFDocuments")
    for n, ability in enumerate(graph.abilities, start=len(strands) + 1):
        levels = "；".join(ability["levels"])
        own = identifier("ability", graph.key, ability["id"])
        _add(
            made,
            own,
            ability["says"],
            kind="Ability",
            code=ability["id"],
            short=ability["title"],
            notes=levels,
        )
        _relate(made, "isChildOf", made.items[-1], made.document, order=n, to="CFDocuments")
    for concept in concepts:
        _add(
            made,
            identifier("concept", concept.key),
            f"{concept.title}：{concept.note}",
            kind="Concept",
            code=concept.key,
            short=concept.title,
            grades=[concept.grade],
            notes=concept.teacher,
        )
    _relate_concepts(made, graph, concepts)
    return made


def _relate_concepts(made: Package, graph: ConceptGraph, concepts: list[Concept]) -> None:
    by_id = {item["identifier"]: item for item in made.items}

    def of(kind: str, *keys: str) -> Json:
        return by_id[str(identifier(kind, *keys))]

    here = {concept.key for concept in concepts}
    for n, concept in enumerate(concepts, start=1):
        own = of("concept", concept.key)
        _relate(made, "isChildOf", own, of("strand", graph.key, concept.strand), order=n)
        for before in concept.prerequisites:
            if before in here:
                _relate(made, "precedes", of("concept", before), own)
        for ability in concept.abilities:
            _relate(made, "isRelatedTo", own, of("ability", graph.key, ability))


def _of_syllabus(root: str, syllabus: Syllabus) -> Package:
    document = _document(
        root,
        "syllabus",
        syllabus,
        subject_words(syllabus.subject),
        notes=syllabus.note,
        version=syllabus.published,
    )
    made = Package(root, syllabus.changed_at, document)
    outcomes = list(syllabus.outcomes.filter(is_current=True).order_by("position"))
    for n, (theme, title) in enumerate({o.theme: o.theme_title for o in outcomes}.items(), start=1):
        _add(made, identifier("theme", syllabus.key, theme), title, kind="Theme", code=theme)
        _relate(made, "isChildOf", made.items[-1], made.document, order=n, to="CFDocuments")
    by_theme = {item["humanCodingScheme"]: item for item in made.items}
    named = Concept.objects.in_bulk({key for o in outcomes for key in o.concepts}, field_name="key")
    for outcome in outcomes:
        _outcome(made, outcome)
        own = made.items[-1]
        _relate(made, "isChildOf", own, by_theme[outcome.theme], order=outcome.position)
        for key in outcome.concepts:
            if key in named:
                there = {"identifier": str(identifier("concept", key)), "fullStatement": named[key].title}
                _relate(made, "isRelatedTo", own, there)
        for other in outcome.supports:
            there = {"identifier": str(identifier("outcome", other)), "fullStatement": other}
            _relate(made, "isRelatedTo", own, there)
    return made


def _outcome(made: Package, outcome: Outcome) -> None:
    verified = "已核对原文" if outcome.verified else "未核对原文"
    _add(
        made,
        identifier("outcome", outcome.key),
        outcome.text,
        kind="Outcome",
        code=outcome.key,
        grades=[outcome.grade] if outcome.grade else list(_GRADES[outcome.stage]),
        notes=f"{outcome.source}（{verified}）",
    )


_GRADES = {"primary": range(1, 7), "junior": range(7, 10), "senior": range(10, 13)}


def _document(
    root: str, kind: str, row: ConceptGraph | Syllabus, subject: str, *, notes: str, version: str = ""
) -> Json:
    own = identifier(kind, row.key)
    said = {
        "identifier": str(own),
        "uri": f"{root}{BASE}CFDocuments/{own}",
        "caseVersion": "1.1",
        "creator": "启明课程组",
        "title": row.title,
        "lastChangeDateTime": _moment(row.changed_at),
        "subject": [subject],
        "language": "zh",
        "version": version,
        # Only what its issuer adopted is called so; a proposal or a digest of the press never is.
        "adoptionStatus": "Adopted" if row.status == "official" else "Draft",
        "notes": f"{STATUS_WORDS.get(row.status, row.status)}。{notes}",
    }
    return {name: value for name, value in said.items() if value}


def _add(
    made: Package,
    own: UUID,
    statement: str,
    *,
    kind: str,
    code: str = "",
    short: str = "",
    grades: Iterable[int] = (),
    notes: str = "",
) -> None:
    said: Json = {
        "identifier": str(own),
        "uri": f"{made.root}{BASE}CFItems/{own}",
        "fullStatement": statement,
        "abbreviatedStatement": short,
        "humanCodingScheme": code,
        "CFItemType": kind,
        "educationLevel": [f"{grade:02d}" for grade in grades],
        "language": "zh",
        "notes": notes,
        "lastChangeDateTime": _moment(made.at),
    }
    made.items.append({name: value for name, value in said.items() if value})


def _relate(
    made: Package, kind: str, origin: Json, there: Json, *, order: int = 0, to: str = "CFItems"
) -> None:
    own = identifier("association", kind, origin["identifier"], there["identifier"])
    said: Json = {
        "identifier": str(own),
        "uri": f"{made.root}{BASE}CFAssociations/{own}",
        "associationType": kind,
        "originNodeURI": _link(made.root, "CFItems", origin),
        "destinationNodeURI": _link(made.root, to, there),
        "lastChangeDateTime": _moment(made.at),
    }
    made.associations.append(said | ({"sequenceNumber": order} if order else {}))


def _link(root: str, kind: str, said: Json) -> Json:
    title = said.get("title") or said.get("abbreviatedStatement") or said["fullStatement"]
    return {
        "title": title,
        "identifier": said["identifier"],
        "uri": f"{root}{BASE}{kind}/{said['identifier']}",
    }


def _moment(at: datetime) -> str:
    return at.replace(microsecond=0).isoformat()
