"""What a published case is found by: its title, and everything it says."""

from django.db import connection

from qiming.curriculum.search.words import tokens
from qiming.programmes.models import Application
from qiming.registry import queries as registry
from qiming.resources.queries.scenarios import scenario_words

_WRITE = """
    UPDATE programmes_application
    SET words = setweight(array_to_tsvector(%s), 'A') || setweight(array_to_tsvector(%s), 'C')
    WHERE id = %s
"""


def index(row: Application) -> None:
    """Let the library find the case. `words` is left out of what the caller saves."""
    owner = registry.org_by_path(row.scope_path).name
    body = [*row.answers.values(), owner, scenario_words(row.scenario) if row.scenario else ""]
    said = (sorted(set(tokens(row.title))), sorted(set(tokens(" ".join(body)))), row.id)
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, said)
