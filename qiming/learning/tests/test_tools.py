"""A product placed in a lesson, where its pupils and their teacher meet it."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from qiming.assurance import testing as gate
from qiming.assurance.admission import ANY, Conditions
from qiming.assurance.models import Product, ProductVersion
from qiming.casework.services import load_workflows
from qiming.kernel import time
from qiming.kernel.ids import new_id
from qiming.learning.tests.conftest import LESSON, Class
from qiming.registry import queries as registry
from qiming.registry import services as people
from qiming.registry.models import Account
from qiming.resources.launching.deciding import decide
from qiming.resources.models import ToolAdoption, ToolClass, ToolPlace

OPEN = Conditions(stages=frozenset({ANY}), subjects=frozenset({ANY}))
INSTEAD = "和同桌互相提问"


@pytest.fixture
def product(cls: Class) -> Product:
    """In use in the class, placed at its first lesson."""
    load_workflows(Path(settings.CONTENT_ROOT))
    company = people.found_vendor(name="示例智学公司", is_synthetic=True)
    person, _ = people.add_vendor_person(
        actor=None, vendor_id=company.id, name="某人", username="vendor", is_synthetic=True
    )
    actor = people.build_actor(Account.objects.get(person_id=person))
    made = gate.admitted(actor, company.id, OPEN, data_map=())
    path, class_id = cls.offering.scope_path, cls.offering.class_group_id
    adoption = ToolAdoption.objects.create(
        scope_path=registry.school_of(path).path,
        product_id=made.id,
        title=made.title,
        state="enabled",
        asked_by=new_id(),
        class_id=class_id,
        purpose="练习提问",
        alternatives=INSTEAD,
    )
    line = ToolClass.objects.create(
        scope_path=path,
        adoption=adoption,
        class_id=class_id,
        until=time.today() + timedelta(days=9),
        enabled_by=new_id(),
    )
    ToolPlace.objects.create(
        scope_path=path,
        tool_class=line,
        lesson_key=LESSON,
        title=made.title,
        instead=INSTEAD,
        placed_by=new_id(),
    )
    return made


def read(client: Client, where: str) -> tuple[str, int]:
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(where)
    assert answer.status_code == 200
    return answer.content.decode(), len(asked)


def suspend(product: Product) -> None:
    rows = ProductVersion.objects.unscoped("test").filter(product=product)
    rows.update(state="suspended", reason="答案里有不当内容")


def test_a_pupils_lesson_shows_it_and_at_once_that_it_was_stopped(cls: Class, product: Product) -> None:
    cls.runs(1)
    client, where = cls.client(1), f"/learn/{cls.offering.id}/{LESSON}/"
    read(client, where)
    body, with_it = read(client, where)
    assert "打开示例答疑" in body and "/resources/places/" in body
    suspend(product)
    body, _ = read(client, where)
    assert "示例答疑停了" in body and "不当内容" in body and INSTEAD in body
    ToolPlace.objects.unscoped("test").update(removed_at=time.now())
    body, without = read(client, where)
    assert "示例答疑" not in body
    assert with_it - without <= 3  # and without any product it is one question


def test_the_teacher_meets_it_at_the_period_in_the_cockpit_and_on_the_first_page(
    cls: Class, product: Product
) -> None:
    period = cls.period()
    teacher = cls.world.client("teacher")
    body, _ = read(teacher, f"/teach/periods/{period.id}/")
    assert f"/resources/classes/{cls.offering.class_group_id}/lessons/{period.lesson_version_id}/" in body
    cls.runs(1)
    body, _ = read(teacher, f"/teach/periods/{period.id}/live/")
    assert "打开示例答疑" in body
    suspend(product)
    body, _ = read(teacher, f"/teach/periods/{period.id}/live/")
    assert "示例答疑停了" in body and INSTEAD in body


def test_only_while_taught_is_true_while_the_period_runs(cls: Class, product: Product) -> None:
    rows = ProductVersion.objects.unscoped("test").filter(product=product)
    rows.update(conditions={**OPEN.as_json(), "supervised_only": True})
    path = cls.offering.scope_path

    def why(seat: int, product_id: UUID) -> str:
        return decide(cls.pupil(seat), product_id, path, LESSON).reason

    assert "老师上课的时候" in why(1, product.id)
    cls.runs(1)
    assert why(1, product.id) == ""
