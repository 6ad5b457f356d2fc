"""What a resource is found by: the words of its title, and of everything else on its card."""

from django.db import connection

from qiming.curriculum.search.words import tokens
from qiming.resources.models import Resource
from qiming.resources.types import STAGES, Area, Card

_WRITE = """
    UPDATE resources_resource
    SET words = setweight(array_to_tsvector(%s), 'A') || setweight(array_to_tsvector(%s), 'C')
    WHERE id = %s
"""


def put_on_shelf(resource: Resource, card: Card, owner: str) -> None:
    """Let the shelf show and find the resource by this card."""
    resource.title, resource.says = card.title, card.says
    resource.stage, resource.subject, resource.area = card.stage, card.subject, card.area
    resource.on_shelf = True
    resource.save(update_fields=["title", "says", "stage", "subject", "area", "on_shelf", "published_at"])
    body = [card.says, card.subject, STAGES.get(card.stage, ""), Area(card.area).zh, owner]
    said = (sorted(set(tokens(card.title))), sorted(set(tokens(" ".join(body)))), resource.id)
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, said)
