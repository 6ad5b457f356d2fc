"""A crawler as every role: no broken page, no dead link, no page without a title, no name outside its scope."""

import pytest
from django.test import Client

from qiming.registry.types import Role
from tests.security.addresses import every_page
from tests.security.conftest import Two
from tests.security.crawling import Crawl
from tests.sessions import sign_in
from tests.world import World

STAFF = {Role.TEACHER, Role.SCHOOL_ADMIN, Role.SCHOOL_HEAD}
# A report under one's name, a hold on one pupil's data, an emergency power over one pupil: cases that somebody brought
# before an officer. There, and nowhere else, an officer meets the names of pupils under the own place.
CASES = frozenset({"registry.powers", "trust.holds", "trust.reports", "trust.report", "trust.report_answer"})
OFFICERS = {Role.DISTRICT_OFFICER: ("here", "near"), Role.CITY_OFFICER: ("here", "near", "far")}
LEAST = {"": 3, Role.VENDOR: 2, Role.GUARDIAN: 8, Role.PUPIL: 15}


def out_of_scope(two: Two, role: str) -> list[str]:
    """Pupils whose names this person must never meet."""
    own = (
        two.names["here"]
        if role in STAFF
        else two.names["here"][:1]
        if role in {Role.PUPIL, Role.GUARDIAN}
        else []
    )
    return [name for names in two.names.values() for name in names if name not in own]


@pytest.mark.parametrize("role", ["", *Role])
def test_a_walk_through_everything(world: World, two: Two, role: str) -> None:
    client = Client(raise_request_exception=False)
    if role:
        sign_in(client, world.account(role))
    in_cases = frozenset(name for place in OFFICERS.get(role, ()) for name in two.names[place])
    crawl = Crawl(client, out_of_scope(two, role), CASES, in_cases)
    crawl.run("/" if role else "/sign-in/", *(page.url for page in every_page(two.own)))
    assert not crawl.problems, "\n".join(dict.fromkeys(crawl.problems))
    assert len(crawl.seen) >= LEAST.get(role, 25), crawl.seen
