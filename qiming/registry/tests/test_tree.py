"""The officers' tree: numbers of what lies under each place, a page at a time, by indexes."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qiming.registry import services
from qiming.registry.models import Organisation
from qiming.registry.queries import tree
from qiming.registry.testing import Cast
from qiming.registry.testing import cast as make_cast
from qiming.registry.types import Stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_each_level_counts_what_lies_under_it(cast: Cast) -> None:
    officer = cast.actor("city_officer")
    city = tree.below(officer, cast.city)
    assert (city.schools, city.classes, city.pupils) == (2, 3, 7)
    lines = {line.place.id: line for line in city.lines}
    near = lines[cast.district.id]
    assert (near.schools, near.classes, near.pupils) == (1, 2, 6)
    district = tree.below(officer, cast.district)
    assert [(line.place.id, line.classes, line.pupils) for line in district.lines] == [(cast.school.id, 2, 6)]
    school = tree.below(officer, cast.school)
    assert [line.pupils for line in school.lines] == [6, 0]
    assert school.classes == 2


def test_who_left_is_not_counted(cast: Cast) -> None:
    services.end_membership(actor=cast.admin, person_id=cast.pupils[0].id)
    assert tree.below(cast.actor("city_officer"), cast.city).pupils == 6


def test_many_schools_come_in_pages_with_the_same_few_questions(cast: Cast) -> None:
    officer = cast.actor("district_officer")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queried:
            tree.below(officer, cast.district, page="2")
        return len(queried)

    few = asked()
    for number in range(tree.A_PAGE + 5):
        services.found_school(
            district_id=cast.district.id, name=f"第{number}小学", stages=[Stage.PRIMARY], is_synthetic=True
        )
    first = tree.below(officer, cast.district)
    second = tree.below(officer, cast.district, page="2")
    assert (len(first.lines), len(second.lines)) == (tree.A_PAGE, 6)
    assert first.schools == second.schools == tree.A_PAGE + 6
    assert asked() <= few
    client = cast.client("district_officer")
    answer = client.get("/places/?page=2")
    assert "共56所" in answer.content.decode()
    assert client.get("/places/?page=x").status_code == 200


def test_the_kept_plan_uses_the_index() -> None:
    rows = Organisation.objects.unscoped("looks at the plan").filter(scope_path__startswith="b/4k/")
    sql, params = rows.values("id").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute("SET LOCAL enable_seqscan = off")
        for number in range(len(params)):
            sql = sql.replace("%s", f"${number + 1}", 1)
        cursor.execute(f"PREPARE asked (text, text) AS {sql}")
        cursor.execute("EXPLAIN EXECUTE asked ('b/4k/', 'b/4k0')")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index Cond" in plan, plan
