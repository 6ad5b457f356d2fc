"""The products of the demo city, on a small cast: two to use (one is the platform's own agent), one with the experts, one stopped."""

from dataclasses import dataclass

import pytest
from django.conf import settings

from qiming.assurance.queries.register import queue, register
from qiming.casework.queries.verifying import broken_cases
from qiming.casework.services import load_workflows
from qiming.kernel.access import Actor
from qiming.registry import services, testing
from qiming.registry.models import Account
from qiming.site.demo import products
from qiming.site.demo.city import SCHOOLS, City


@dataclass(slots=True)
class SmallCity(City):
    """The cast's officer is the demo's."""

    def actor(self, username: str) -> Actor:
        known = "city_officer" if username == "city" else username
        return services.build_actor(Account.objects.get(username=known))


@pytest.mark.django_db
def test_four_products_stand_in_three_places() -> None:
    cast = testing.cast(pupils=1)
    Account.objects.filter(username="vendor").update(username="another")  # the demo's own takes the name
    load_workflows(settings.CONTENT_ROOT)
    school = SCHOOLS[0]
    before, school.org = school.org, cast.school
    try:
        products.fill(SmallCity(cast.city, [school], [], {"city": cast.people["city_officer"]}))
    finally:
        school.org = before
    assert [one.standing.verdict for one in register()] == ["admitted", "admitted", "suspended", "testing"]
    assert all("合成" in one.vendor and "合成示例" in one.says for one in register())
    assert (queue().waiting, queue().decided) == (1, 3)
    assert broken_cases() == []
