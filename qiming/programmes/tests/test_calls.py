"""An application from the head's form to the library, against PostgreSQL: wrong roles, replays, what is hidden till when."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from qiming.casework.models import Case
from qiming.casework.queries.sheets import opinions
from qiming.kernel import time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.programmes import queries, services
from qiming.programmes.models import Call, Naming, Reuse, Visit
from qiming.programmes.tests.conftest import PROMISE, Scene


def close(call: UUID) -> Call:
    rows = Call.objects.unscoped("test").filter(id=call)
    rows.update(opens_on=time.today() - timedelta(days=40), closes_on=time.today() - timedelta(days=1))
    return rows.get()


def notice_over(scene: Scene, application: UUID) -> None:
    rows = Case.objects.unscoped("test").filter(subject_id=application)
    rows.update(due_at=time.now() - timedelta(minutes=1))


def test_a_case_goes_from_the_form_to_the_library(scene: Scene) -> None:
    call = scene.call()
    mine = scene.begin(call)
    scene.reviewed(mine)
    sent = scene.row(mine)
    assert [one["key"] for one in sent.facts] == ["periods", "adopted"]
    assert sent.content_hash
    assert scene.hand_in(mine, most=2) == 2
    row = close(call)
    city, head = scene.cast.actor("city_officer"), scene.cast.actor("head")
    with pytest.raises(UserError, match="评完"):  # one sheet is still owed: nobody is ranked
        services.rank(actor=scene.cast.actor("other_admin"), call_id=call)
    assert scene.row(mine).percent is None
    scene.hand_in(mine)
    assert opinions(scene.case(mine)) == []
    with pytest.raises(Denied):
        services.rank(actor=city, call_id=call)
    assert services.rank(actor=scene.cast.actor("other_admin"), call_id=call) == 1
    # ranked, not told: the school, its district and the case's page know nothing of it yet
    assert opinions(scene.case(mine)) == []
    assert queries.outcome(queries.load_application(head, mine)).percent == ""
    (line,) = queries.board(scene.cast.actor("district_officer"), row).lines
    assert (line.percent, line.rank, line.chosen, line.why) == ("", None, None, "")
    (line,) = queries.board(city, Call.objects.unscoped("test").get(id=call)).lines
    assert line.chosen
    with pytest.raises(Denied):
        queries.published_case(mine)
    scene.move(mine, "other_admin", "propose")
    assert queries.outcome(queries.load_application(head, mine)).rank == 1
    assert len(opinions(scene.case(mine))) == 3
    notice_over(scene, mine)
    with pytest.raises(UserError, match="命名"):
        scene.move(mine, "city_officer", "name")
    scene.move(mine, "city_officer", "publish")
    (found,), total = queries.library(typed="分类器")
    assert (found.id, total, queries.library(typed="火星车")[1]) == (mine, 1, 0)
    other = scene.cast.actor("other_teacher")
    for _ in range(2):
        services.note_reuse(
            actor=other, application_id=mine, school_id=scene.cast.other_school.id, says="照着做了一遍"
        )
    assert Reuse.objects.count() == 1
    assert queries.published_case(mine)[1] == ["示例七中"]
    with pytest.raises(UserError, match="本校自己"):
        services.note_reuse(
            actor=scene.cast.teacher, application_id=mine, school_id=scene.cast.school.id, says="自己用了"
        )


def test_who_may_and_when(scene: Scene) -> None:
    call = scene.call()
    form = services.Form("标题", "junior")
    for who in ("teacher", "admin", "district_officer"):
        with pytest.raises(Denied):
            services.begin(
                actor=scene.cast.actor(who), call_id=call, school_id=scene.cast.school.id, form=form
            )
    mine = scene.begin(call)
    with pytest.raises(Denied):  # not sent yet: the school's alone
        queries.load_application(scene.cast.actor("district_officer"), mine)
    with pytest.raises(Denied):
        queries.load_application(scene.cast.actor("other_admin"), mine)
    save: dict[str, Any] = {"actor": scene.cast.actor("head"), "application_id": mine}
    assert services.save(**save, form=services.Form("新标题", "junior"), version=0) == 1
    with pytest.raises(UserError, match="有人改过"):
        services.save(**save, form=services.Form("旧页", "junior"), version=0)
    with pytest.raises(UserError, match="没有记下"):
        services.save(**save, form=services.Form("新标题", "senior", answers={"did": "长" * 2000}), version=1)
    with pytest.raises(UserError) as short:
        scene.move(mine, "head", "submit", evidence=PROMISE)
    assert "还没有写" in short.value.next
    close(call)
    with pytest.raises(UserError, match="不能申报"):
        scene.begin(call)


def test_a_school_is_named_within_the_places_and_leads(scene: Scene) -> None:
    call = scene.call("benchmark_school", total=1, most=1)
    mine = scene.begin(call, "benchmark_school")
    with pytest.raises(UserError, match="已经有一份"):
        scene.begin(call, "benchmark_school")
    with pytest.raises(UserError) as full:  # the call that runs has promised one of the hundred
        scene.call("benchmark_school", total=100)
    assert "最多再给99个" in full.value.next
    scene.reviewed(mine, "recommend")
    scene.hand_in(mine)
    close(call)
    panel = scene.cast.actor("other_admin")
    services.rank(actor=panel, call_id=call)
    with pytest.raises(UserError) as unseen:
        scene.move(mine, "other_admin", "propose")
    assert "还没有去学校看过" in unseen.value.next
    key, day = new_id(), time.today()
    said: dict[str, Any] = {
        "application_id": mine,
        "key": key,
        "day": day,
        "seen": {"lesson": True},
        "note": "听了一节课，学生自己标数据。",
    }
    with pytest.raises(Denied):
        services.note_visit(actor=scene.cast.actor("head"), **said)
    assert services.note_visit(actor=panel, **said) == services.note_visit(actor=panel, **said)
    with pytest.raises(Denied):  # somebody else's record is not answered
        services.note_visit(actor=scene.cast.actor("district_officer"), **said)
    assert Visit.objects.unscoped("test").count() == 1
    scene.move(mine, "other_admin", "propose")
    notice_over(scene, mine)
    scene.move(mine, "city_officer", "name")
    naming = Naming.objects.unscoped("test").get()
    assert naming.until.year == naming.since.year + 3
    head = scene.cast.actor("head")
    pair = services.pair(actor=head, naming_id=naming.id, partner_id=scene.cast.other_school.id)
    support = services.note_support(actor=head, pairing_id=pair, day=day, says="一起备了第一课")
    assert support == services.note_support(actor=head, pairing_id=pair, day=day, says="一起备了第一课")
    with pytest.raises(Denied):  # the partner's head confirms, not the giver
        services.confirm_support(actor=head, support_id=support)
    assert queries.had_this_year(scene.row(mine)) == {"partners": 1, "supports": 0, "published": 0}
    scene.move(mine, "city_officer", "begin_check")
    with pytest.raises(UserError) as lacks:
        scene.move(mine, "district_officer", "keep")
    assert "结对带动的学校：1，应有10" in lacks.value.next
    scene.move(mine, "district_officer", "warn", reason="结对不够")
    with pytest.raises(Denied):  # nothing is taken away without a hearing
        scene.move(mine, "city_officer", "remove")
    assert services.end_terms() == 0
