"""What happens to a product reaches the people concerned: once, in one line, and nobody else."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries, DjangoDbBlocker

from qiming.assurance import events as gate
from qiming.assurance import services as assurance
from qiming.assurance.models import ProductVersion
from qiming.kernel import outbox, time
from qiming.kernel.ids import new_id
from qiming.kernel.models import OutboxEvent
from qiming.resources.launching import notices, rights, services
from qiming.resources.launching.models import ToolNotice, ToolNoticeRead
from qiming.resources.tests import launching_scene
from qiming.resources.tests.launching_scene import OPEN, PLAIN, Scene

CONCERNED = ("teacher", "admin", "head", "district_officer")
OTHERS = ("other_teacher", "city_officer", "guardian", "vendor")


class _Undo(Exception):
    """Ends the outer transaction without keeping anything."""


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    """A product in use, every notice about the way there read; made once for the module and undone after it."""
    with django_db_blocker.unblock():
        try:
            with transaction.atomic():
                scene = launching_scene.build(OPEN, **PLAIN)
                scene.in_use()
                for who in CONCERNED:
                    notices.read(scene.cast.actor(who), scene.product.id)
                OutboxEvent.objects.filter(delivered_at=None).update(delivered_at=time.now())
                yield scene
                raise _Undo
        except _Undo:
            pass


@pytest.fixture
def scene(standing: Scene, db: None) -> Scene:
    return standing


def announce(scene: Scene, event: str, **more: object) -> None:
    """The gate says it, and the worker delivers."""
    said = {"product_id": str(scene.product.id), "version_id": str(new_id()), **more}
    outbox.announce(event, said, scene.product.scope_path)
    outbox.deliver_all()


def told(scene: Scene, who: str) -> list[str]:
    return [one.says for one in notices.unread(scene.cast.actor(who))]


def test_a_stop_reaches_who_uses_it_and_nobody_else(scene: Scene) -> None:
    assert [told(scene, who) for who in CONCERNED] == [[], [], [], []]
    announce(scene, gate.SUSPENDED, why="答非所问")
    for who in CONCERNED:
        assert told(scene, who) == ["停用了，从现在起打不开。答非所问。"], who
    assert [told(scene, who) for who in OTHERS] == [[]] * len(OTHERS)
    assert notices.unread(scene.cast.pupil_actor()) == []
    notices.read(scene.cast.teacher, scene.product.id)
    notices.read(scene.cast.teacher, scene.product.id)
    assert told(scene, "teacher") == [] and told(scene, "head"), "each reads for themselves"
    assert ToolNoticeRead.objects.filter(person_id=scene.cast.teacher.person_id).count() == 1


def test_one_line_a_product_whatever_happened_and_however_often_it_is_delivered(scene: Scene) -> None:
    announce(scene, gate.WATCHED, why="打开得太多")
    announce(scene, gate.SUSPENDED, why="答非所问")
    announce(scene, gate.RESTORED, why="改好了")
    assert told(scene, "teacher") == ["又可以用了。"]
    before = ToolNotice.objects.unscoped("test").count()
    last = OutboxEvent.objects.order_by("-id")[0]
    notices.of_product(last.name, last.payload, last.id)
    assert ToolNotice.objects.unscoped("test").count() == before


def test_what_was_announced_before_the_school_began_is_no_news(scene: Scene) -> None:
    before = ToolNotice.objects.unscoped("test").count()
    notices.of_product(gate.ADMITTED, {"product_id": str(scene.product.id)}, UUID(int=1))
    assert ToolNotice.objects.unscoped("test").count() == before


def test_the_warnings_before_the_end_come_from_the_watch(scene: Scene) -> None:
    rows = ProductVersion.objects.unscoped("test").filter(product=scene.product)
    for days in (60, 30, 7):
        rows.update(until=time.today() + timedelta(days=days))
        for _ in range(2):  # the watch looks every ten minutes and warns once
            assurance.tick()
            outbox.deliver_all()
        assert told(scene, "head") == [f"准入还有{days}天到期，到期以后打不开。"]
        notices.read(scene.cast.actor("head"), scene.product.id)
        assert told(scene, "head") == []


def test_a_school_tells_its_own_and_not_who_did_it(scene: Scene) -> None:
    (one,) = {row.adoption for row in ToolNotice.objects.unscoped("test").select_related("adoption")}
    services.stop(actor=scene.cast.actor("head"), adoption_id=one.id, reason="先看看效果")
    for who in ("teacher", "admin"):
        assert told(scene, who) == ["学校停用了。先看看效果。"], who
    assert told(scene, "head") == [] and told(scene, "district_officer") == []
    services.resume(actor=scene.cast.actor("head"), adoption_id=one.id, reason="没有问题")
    assert told(scene, "teacher") == ["学校恢复使用了。"]
    notices.read(scene.cast.teacher, scene.product.id)
    scene.enable(one, days=10)  # the day changes, the class has it already
    assert told(scene, "teacher") == []


def test_a_refusal_reaches_who_asked(scene: Scene) -> None:
    (one,) = {row.adoption for row in ToolNotice.objects.unscoped("test").select_related("adoption")}
    services.end(actor=scene.cast.actor("head"), adoption_id=one.id, reason="不用了")
    services.close(
        actor=scene.cast.admin, adoption_id=one.id, data_return="没有数据", deletion="没有收集，厂商书面说明"
    )
    again = scene.ask()
    services.decline(actor=scene.cast.actor("head"), adoption_id=again.id, reason="先用课本")
    assert told(scene, "teacher") == ["学校没有选用。先用课本。"]


def test_news_cost_one_question_and_old_ones_are_none(
    scene: Scene, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    announce(scene, gate.SUSPENDED, why="答非所问")
    actor = scene.cast.teacher
    with django_assert_max_num_queries(1):
        assert len(notices.unread(actor)) == 1
    with time.frozen(time.now() + notices.SHOWN_FOR + timedelta(days=1)):
        assert notices.unread(actor) == []


def test_nothing_is_kept_of_who_reads_what_does_not_concern_them(scene: Scene) -> None:
    before = ToolNoticeRead.objects.count()
    notices.read(scene.cast.actor("other_teacher"), scene.product.id)
    notices.read(scene.cast.teacher, uuid4())
    assert ToolNoticeRead.objects.count() == before


def test_who_read_what_goes_with_the_person(scene: Scene) -> None:
    head = scene.cast.people["head"]
    mine = ToolNoticeRead.objects.filter(person_id=head)
    assert mine.exists() and any(one.key == "resources.toolnoticeread" for one in rights.export(head))
    rights.erase(head, new_id())
    assert not mine.exists()
