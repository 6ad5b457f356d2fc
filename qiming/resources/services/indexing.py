"""What a resource is found by: the words of its title, and of everything else on its card."""

from collections.abc import Iterable, Mapping

from django.db import connection

from qiming.curriculum.search.words import tokens
from qiming.resources.models import Resource
from qiming.resources.queries.scenarios import scenario_words
from qiming.resources.types import STAGES, Area, Card

_WRITE = """
    UPDATE resources_resource
    SET words = setweight(array_to_tsvector(%s), 'A') || setweight(array_to_tsvector(%s), 'C')
    WHERE id = %s
"""

_SHOWN = (
    *("title", "says", "stage", "subject", "area", "on_shelf", "published_at"),
    *("scenario", "teaches", "outcomes", "rated", "stars"),
)


def put_on_shelf(
    resource: Resource, card: Card, owner: str, concepts: Mapping[str, str], outcomes: Iterable[str] = ()
) -> None:
    """Let the shelf show and find the resource by this card; `concepts` are what it teaches, with their titles,
    `outcomes` of which syllabus items. What was said of the version before is not said of this one."""
    resource.scenario, resource.outcomes = card.scenario, sorted(set(outcomes))
    resource.teaches, resource.rated, resource.stars = list(concepts), 0, 0
    resource.title, resource.says = card.title, card.says
    resource.stage, resource.subject, resource.area = card.stage, card.subject, card.area
    resource.on_shelf = True
    resource.save(update_fields=_SHOWN)
    body = [
        card.says,
        card.subject,
        STAGES.get(card.stage, ""),
        Area(card.area).zh,
        scenario_words(card.scenario) if card.scenario else "",
        owner,
        *concepts.values(),
    ]
    said = (sorted(set(tokens(card.title))), sorted(set(tokens(" ".join(body)))), resource.id)
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, said)
