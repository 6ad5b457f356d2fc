"""CASE 1.1: what the standard demands of every part, links that lead somewhere, and the same ids for ever."""

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from qiming.curriculum.exchange import case
from qiming.curriculum.models import Concept, Outcome
from qiming.curriculum.services import sync_content

REQUIRED = {
    "CFDocument": {"identifier", "uri", "creator", "title", "lastChangeDateTime"},
    "CFItem": {"identifier", "uri", "fullStatement", "lastChangeDateTime"},
    "CFAssociation": {
        "identifier",
        "uri",
        "associationType",
        "originNodeURI",
        "destinationNodeURI",
        "lastChangeDateTime",
    },
}
KINDS = {"isChildOf", "precedes", "isRelatedTo"}


@pytest.fixture
def synced(tiny: Path, labs: Path, db: None) -> None:
    assert sync_content(tiny, labs=labs).ok


def get(client: Client, path: str) -> Any:
    response = client.get(f"/ims/case/v1p1/{path}")
    assert response.status_code == 200, path
    return response.json()


def test_every_part_has_what_case_demands(synced: None, client: Client) -> None:
    documents = get(client, "CFDocuments")["CFDocuments"]
    assert len(documents) >= 2
    for document in documents:
        assert REQUIRED["CFDocument"] | {"CFPackageURI"} <= document.keys()
        package = get(client, f"CFPackages/{document['identifier']}")
        assert all(REQUIRED["CFItem"] <= item.keys() for item in package["CFItems"])
        assert all(REQUIRED["CFAssociation"] <= one.keys() for one in package["CFAssociations"])
        assert {one["associationType"] for one in package["CFAssociations"]} <= KINDS
        assert all(one["identifier"] == str(UUID(one["identifier"])) for one in package["CFItems"])


def test_every_link_leads_to_something_and_ids_are_unique(synced: None) -> None:
    packages = case.packages("https://example.org")
    known = {part["identifier"] for p in packages for part in (p.document, *p.items)}
    said = [part["identifier"] for p in packages for part in (p.document, *p.items, *p.associations)]
    assert len(said) == len(set(said))
    for one in (association for p in packages for association in p.associations):
        assert one["originNodeURI"]["identifier"] in known
        assert one["destinationNodeURI"]["identifier"] in known


def test_everything_in_the_graph_and_the_syllabus_is_there(synced: None) -> None:
    codes = {item.get("humanCodingScheme") for p in case.packages("x") for item in p.items}
    assert set(Concept.objects.values_list("key", flat=True)) <= codes
    assert set(Outcome.objects.values_list("key", flat=True)) <= codes
    before = sum(len(concept.prerequisites) for concept in Concept.objects.all())
    kinds = [one["associationType"] for p in case.packages("x") for one in p.associations]
    assert kinds.count("precedes") == before


def test_a_proposal_is_never_called_adopted(synced: None) -> None:
    assert {p.document["adoptionStatus"] for p in case.packages("x")} == {"Draft"}


def test_the_identifier_of_a_concept_never_changes() -> None:
    assert str(case.identifier("concept", "c052")) == "1d79a4aa-2788-5ce5-ae58-63415dc2e84c"


def test_items_and_associations_alone_name_their_document(synced: None, client: Client) -> None:
    own = case.identifier("concept", "c052")
    item = get(client, f"CFItems/{own}")
    assert item["humanCodingScheme"] == "c052" and item["CFDocumentURI"]["uri"].startswith(
        "http://testserver/"
    )
    near = get(client, f"CFItemAssociations/{own}")["CFAssociations"]
    assert near and get(client, f"CFAssociations/{near[0]['identifier']}")["CFDocumentURI"]


@pytest.mark.parametrize(
    "kind", ["CFDocuments", "CFPackages", "CFItems", "CFAssociations", "CFItemAssociations"]
)
def test_what_is_unknown_is_said_in_the_words_of_case(synced: None, client: Client, kind: str) -> None:
    response = client.get(f"/ims/case/v1p1/{kind}/{uuid4()}")
    assert response.status_code == 404
    assert response.json()["imsx_codeMajor"] == "failure"


def test_a_list_can_be_read_in_pages(synced: None, client: Client) -> None:
    first = client.get("/ims/case/v1p1/CFDocuments?limit=1")
    assert len(first.json()["CFDocuments"]) == 1 and int(first["X-Total-Count"]) >= 2
    assert client.get("/ims/case/v1p1/CFDocuments?offset=999&limit=x").json() == {"CFDocuments": []}
