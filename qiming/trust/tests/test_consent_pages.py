"""The family's pages and the school's slips, as they are opened and sent."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from qiming.kernel import time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.kernel.models import OutboxEvent
from qiming.kernel.tests import samples
from qiming.registry import services as people
from qiming.registry import testing as registry_testing
from qiming.registry.models import Account
from qiming.registry.testing import Cast, signed_in
from qiming.trust import queries, services, testing, texts
from qiming.trust.models import AccessLog, ConsentLine, SlipBatch, SlipScan
from qiming.trust.types import Purpose, Said

pytestmark = pytest.mark.django_db
WORKS = Purpose.WORKS


@pytest.fixture
def cast(db: None) -> Cast:
    return registry_testing.cast(pupils=4)


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Any) -> None:
    settings.QIMING_HOME = tmp_path


def older(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE registry_organisation SET grade = 9 WHERE id = %s", [cast.klass.id])


def press(client: Client, person_id: UUID, purpose: Purpose, said: str, text: str | None = None) -> Any:
    digest = texts.current(purpose).digest if text is None else text
    return client.post(
        f"/consent/{person_id}/decide/", {"purpose": purpose.value, "said": said, "text": digest}
    )


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_guardian_gives_and_takes_back(cast: Cast) -> None:
    client, pupil = cast.client("guardian"), cast.pupils[0]
    assert client.get("/consent/")["Location"] == f"/consent/{pupil.id}/"
    page = text(client.get(f"/consent/{pupil.id}/"))
    assert "还有6项等您决定" in page and page.count("data-busy") == 12
    assert "现在还没有用到这一项的功能" not in page and "在课里和学伴说话" in page
    assert "上课时把作品投到大屏" in page and "还没有经法务核对" in page
    answer = press(client, pupil.id, WORKS, "given")
    assert answer.status_code == 302 and answer["Location"].endswith("?done=given#works")
    assert queries.consented(pupil.id, WORKS)
    page = text(client.get(answer["Location"]))
    assert "还有5项等您决定" in page and "撤回同意" in page and "在网页上" in page
    press(client, pupil.id, WORKS, "withdrawn")
    assert not queries.consented(pupil.id, WORKS)
    assert "改成同意" in text(client.get(f"/consent/{pupil.id}/"))


def test_a_guardian_of_two_chooses_and_one_of_none_is_told_what_to_do(cast: Cast) -> None:
    for index in (0, 1):
        code = people.give_family_code(actor=cast.teacher, person_id=cast.pupils[index].id)
        if index == 1:
            people.join_family(code=code, relation="母亲", address="::1", actor=cast.actor("guardian"))
    page = text(cast.client("guardian").get("/consent/"))
    assert all(pupil.name in page for pupil in cast.pupils[:2]) and "6项等您决定" in page


@pytest.mark.parametrize(
    ("purpose", "said", "status"),
    [("works", "asked", 422), ("everything", "given", 422), ("", "", 422), ("works", "maybe", 422)],
)
def test_bad_input_changes_nothing(cast: Cast, purpose: str, said: str, status: int) -> None:
    url = f"/consent/{cast.pupils[0].id}/decide/"
    answer = cast.client("guardian").post(url, {"purpose": purpose, "said": said, "text": "x" * 9000})
    assert answer.status_code == status and "什么都没有改" in text(answer)
    assert not ConsentLine.objects.unscoped("test").exists()


def test_an_outdated_page_is_told_so(cast: Cast) -> None:
    answer = press(cast.client("guardian"), cast.pupils[0].id, WORKS, "given", text="old")
    assert answer.status_code == 409 and "更新过" in text(answer)


def test_a_young_pupil_sees_what_was_decided_and_cannot_change_it(cast: Cast) -> None:
    client, pupil = cast.pupil_client(0), cast.pupils[0]
    testing.agree(pupil, WORKS)
    assert client.get("/consent/")["Location"] == f"/consent/{pupil.id}/"
    page = text(client.get(f"/consent/{pupil.id}/"))
    assert "家里替你决定的6件事" in page and "data-busy" not in page
    assert page.count('data-controller="speak"') == 6 and "展示作品。同意。" in page
    answer = press(client, pupil.id, WORKS, "withdrawn")
    assert answer.status_code == 403 and "监护人决定" in text(answer)
    assert client.get(f"/consent/{cast.pupils[1].id}/").status_code == 404


def test_an_older_pupil_decides_too(cast: Cast) -> None:
    older(cast)
    client, pupil = cast.pupil_client(0), cast.pupils[0]
    testing.says(cast.actor("guardian"), pupil, WORKS, Said.GIVEN)
    assert "还要学生本人同意才算" in text(cast.client("guardian").get(f"/consent/{pupil.id}/"))
    assert "有6件事要你本人决定" in text(client.get("/learn/"))
    page = text(client.get(f"/consent/{pupil.id}/"))
    assert "还有6项等你决定" in page
    press(client, pupil.id, WORKS, "given")
    assert queries.consented(pupil.id, WORKS)
    assert "有5件事" in text(client.get("/learn/"))
    press(client, pupil.id, WORKS, "withdrawn")
    assert "另有人不同意，现在不算同意" in text(cast.client("guardian").get(f"/consent/{pupil.id}/"))


@pytest.mark.parametrize("who", ["teacher", "admin", "head", "district_officer", "city_officer"])
def test_staff_do_not_open_a_familys_page(cast: Cast, who: str) -> None:
    assert cast.client(who).get(f"/consent/{cast.pupils[0].id}/").status_code == 403
    assert press(cast.client(who), cast.pupils[0].id, WORKS, "given").status_code == 403
    assert Client().get(f"/consent/{cast.pupils[0].id}/").status_code == 302


def test_links_lead_there(cast: Cast) -> None:
    assert f"/consent/{cast.pupils[0].id}/" in text(cast.client("guardian").get("/"))
    assert "/consent/classes/" in text(cast.client("admin").get("/school/classes/"))
    assert "/consent/classes/" in text(cast.client("head").get("/school/classes/"))
    roster = f"/school/classes/{cast.klass.id}/"
    slips = f"/consent/classes/{cast.klass.id}/"
    assert slips in text(cast.client("teacher").get(roster))
    assert slips not in text(cast.client("head").get(roster))
    assert "/consent/" in text(cast.pupil_client(0).get("/me/"))


def sheet(
    cast: Cast, *handed_in: int, no: tuple[tuple[int, Purpose], ...] = (), **more: Any
) -> dict[str, Any]:
    """What the grid sends: these pupils handed in, all yes but the exceptions."""
    posted: dict[str, Any] = {"batch": str(new_id()), "signed_on": time.today().isoformat()}
    for index, pupil in enumerate(cast.pupils):
        if index in handed_in:
            posted[f"in-{pupil.id}"] = "on"
        for purpose in Purpose:
            if (index, purpose) not in no:
                posted[f"y-{pupil.id}-{purpose}"] = "on"
    return posted | more


def test_a_class_is_typed_in_one_go(cast: Cast) -> None:
    client, url = cast.client("teacher"), f"/consent/classes/{cast.klass.id}/"
    page = text(client.get(url))
    assert "还差4人的同意书" in page and page.count('type="checkbox"') == 4 * 7
    scan = SimpleUploadedFile("回执.png", samples.png(), content_type="image/png")
    answer = client.post(url, sheet(cast, 0, 1, 2, no=((1, WORKS),), scans=scan))
    assert answer.status_code == 302 and answer["Location"].endswith("?done=3")
    ids = [pupil.id for pupil in cast.pupils]
    assert queries.consented_among(ids, WORKS) == {ids[0], ids[2]}
    assert queries.consented_among(ids, Purpose.CAMERA) == set(ids[:3])
    page = text(client.get(answer["Location"]))
    assert "还差1人的同意书" in page and "记下了3份" in page and "1项不同意" in page
    assert page.index(cast.pupils[3].name) < page.index(cast.pupils[0].name)  # who is missing comes first
    kept = SlipBatch.objects.unscoped("test").get()
    assert (kept.pupils, kept.typed_by) == (3, cast.people["teacher"])
    family = text(cast.client("guardian").get(f"/consent/{ids[0]}/"))
    assert "纸质回执，teacher老师录入" in family


def test_sent_twice_it_is_one_and_somebody_elses_key_is_refused(cast: Cast) -> None:
    client, url = cast.client("teacher"), f"/consent/classes/{cast.klass.id}/"
    posted = sheet(cast, 0)
    assert {client.post(url, posted).status_code for _ in range(3)} == {302}
    assert SlipBatch.objects.unscoped("test").count() == 1
    assert ConsentLine.objects.unscoped("test").count() == len(Purpose)
    stolen = cast.client("admin").post(url, sheet(cast, 1, batch=posted["batch"]))
    assert stolen.status_code == 409 and ConsentLine.objects.unscoped("test").count() == len(Purpose)


@pytest.mark.parametrize(
    ("more", "status", "says"),
    [
        ({"batch": "x"}, 422, "这一页不完整"),
        ({"signed_on": "昨天"}, 422, "签字的日期"),
        ({"signed_on": "2099-01-01"}, 422, "签字的日期"),
        ({"signed_on": "2001-01-01"}, 422, "签字的日期"),
        ({"nobody": True}, 422, "没有勾"),
        ({"scans": SimpleUploadedFile("a.exe", b"MZ" * 40)}, 422, "PDF"),
    ],
)
def test_what_is_wrong_is_said_and_the_ticks_stay(cast: Cast, more: Any, status: int, says: str) -> None:
    posted = sheet(cast, *(() if "nobody" in more else (0, 1)), no=((1, WORKS),)) | more
    answer = cast.client("teacher").post(f"/consent/classes/{cast.klass.id}/", posted)
    assert answer.status_code == status and says in text(answer)
    assert not ConsentLine.objects.unscoped("test").exists()
    assert not SlipBatch.objects.unscoped("test").exists()
    kept = text(answer)
    first = cast.pupils[0].id
    assert (f'name="in-{first}" data-slip-grid-target="in" checked' in kept) is ("nobody" not in more)
    assert f'name="y-{cast.pupils[1].id}-works" checked' not in kept


def test_a_guardian_online_afterwards_overrides_paper(cast: Cast) -> None:
    pupil, guardian = cast.pupils[0], cast.client("guardian")
    teacher, url = cast.client("teacher"), f"/consent/classes/{cast.klass.id}/"
    teacher.post(url, sheet(cast, 0))
    press(guardian, pupil.id, WORKS, "withdrawn")
    assert not queries.consented(pupil.id, WORKS)
    with time.frozen(time.now() + timedelta(minutes=5)):
        teacher.post(url, sheet(cast, 0))
    assert not queries.consented(pupil.id, WORKS)  # paper typed later takes no refusal back
    with time.frozen(time.now() + timedelta(minutes=9)):
        press(guardian, pupil.id, WORKS, "given")
        assert queries.consented(pupil.id, WORKS)


def test_a_no_on_paper_ends_what_held(cast: Cast) -> None:
    teacher, url = cast.client("teacher"), f"/consent/classes/{cast.klass.id}/"
    teacher.post(url, sheet(cast, 0))
    with time.frozen(time.now() + timedelta(minutes=5)):
        teacher.post(url, sheet(cast, 0, no=((0, Purpose.CAMERA),)))
    assert not queries.consented(cast.pupils[0].id, Purpose.CAMERA)
    assert OutboxEvent.objects.get(name="trust.consent_ended").payload["purpose"] == "camera"


def test_who_may_type_slips(cast: Cast) -> None:
    url, other = f"/consent/classes/{cast.klass.id}/", f"/consent/classes/{cast.other_class.id}/"
    expected = {"teacher": 200, "admin": 200, "head": 403, "other_teacher": 404, "district_officer": 403}
    for who, status in expected.items():
        assert cast.client(who).get(url).status_code == status, who
        posted = cast.client(who).post(url, sheet(cast, 0)).status_code
        assert posted == (302 if status == 200 else status), who
    assert cast.client("teacher").get(other).status_code == 404
    assert cast.client("teacher").get(f"/consent/classes/{uuid4()}/").status_code == 404
    with pytest.raises(UserError, match="不在这个班"):
        services.enter_slips(
            actor=cast.teacher,
            batch_id=new_id(),
            class_id=cast.klass.id,
            slips={cast.other_pupils[0].id: {WORKS: True}},
            signed_on=time.today(),
        )


def test_a_scan_is_seen_by_few_and_every_look_is_noted(cast: Cast) -> None:
    client, url = cast.client("teacher"), f"/consent/classes/{cast.klass.id}/"
    client.post(url, sheet(cast, 0, 2))
    batch = SlipBatch.objects.unscoped("test").get()
    empty = client.post(f"/consent/slips/{batch.id}/scans/")
    assert empty.status_code == 422 and "没有选文件" in text(empty)
    scan = SimpleUploadedFile("回执.png", samples.png(), content_type="image/png")
    assert client.post(f"/consent/slips/{batch.id}/scans/", {"scans": scan}).status_code == 302
    one = SlipScan.objects.unscoped("test").get()
    where = f"/consent/scans/{one.id}/"
    assert where in text(client.get(url))
    for who, status in {
        "teacher": 200,
        "admin": 200,
        "head": 403,
        "guardian": 403,
        "other_admin": 404,
    }.items():
        assert cast.client(who).get(where).status_code == status, who
    assert "no-store" in client.get(where)["Cache-Control"]
    noted = AccessLog.objects.unscoped("test").filter(verb="trust.enter_slips")
    assert set(noted.values_list("subject_id", flat=True)) == {cast.pupils[0].id, cast.pupils[2].id}
    with pytest.raises(Denied):
        services.add_scans(actor=cast.actor("other_teacher"), batch_id=batch.id, scans=[("a", b"x")])


def test_the_slip_on_paper(cast: Cast) -> None:
    client, url = cast.client("teacher"), f"/consent/classes/{cast.klass.id}/print/"
    testing.agree(cast.pupils[0])
    asked = client.post(f"/consent/classes/{cast.klass.id}/ask/")
    assert asked["Location"] == url
    page = text(client.get(url))
    assert page.count('class="paper slip"') == 3 and cast.pupils[0].name not in page
    assert "学生本人签名" not in page
    assert text(client.get(f"{url}?who=all")).count('class="paper slip"') == 4
    assert "发了，没收到" in text(client.get(f"/consent/classes/{cast.klass.id}/"))
    older(cast)
    assert "学生本人签名" in text(client.get(url))
    testing.agree_all(cast.pupils)
    assert "全班都答全了" in text(client.get(url))


def test_the_desk_counts_and_never_says_who_refused(cast: Cast) -> None:
    testing.agree(cast.pupils[0])
    testing.agree(cast.pupils[1], said=Said.REFUSED)
    for who in ("head", "admin", "teacher"):
        page = text(cast.client(who).get("/consent/classes/"))
        assert "2人，共4人" in page and "2名学生的同意书还没答全" in page
        assert "不同意办" in page and cast.pupils[1].name not in page
    assert cast.client("guardian").get("/consent/classes/").status_code == 403
    assert f"/consent/classes/{cast.klass.id}/" not in text(cast.client("head").get("/consent/classes/"))


def test_the_grid_asks_a_fixed_number_of_questions(cast: Cast, django_assert_max_num_queries: Any) -> None:
    client = cast.client("teacher")
    client.get(f"/consent/classes/{cast.klass.id}/")
    with django_assert_max_num_queries(14):
        client.get(f"/consent/classes/{cast.klass.id}/")


@pytest.mark.django_db(transaction=True)
def test_the_same_sheet_sent_at_the_same_moment(transactional_db: None) -> None:
    cast = registry_testing.cast(pupils=4)
    posted, account = sheet(cast, 0, 1, 2, 3), Account.objects.get(person_id=cast.people["teacher"])
    clients = [signed_in(account) for _ in range(4)]

    def send(client: Client) -> int:
        try:
            return client.post(f"/consent/classes/{cast.klass.id}/", posted).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(send, clients)) == {302}
    assert ConsentLine.objects.unscoped("test").count() == 4 * len(Purpose)
