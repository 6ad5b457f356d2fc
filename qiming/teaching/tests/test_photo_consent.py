"""Photos in which pupils can be recognised, and to whom homework was given: only as long as consent holds."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.kernel.tests import samples
from qiming.kernel.time import now
from qiming.registry import queries as registry
from qiming.registry.types import PupilRef
from qiming.teaching import queries, services
from qiming.teaching.models import PeriodPhoto
from qiming.teaching.tests.conftest import World
from qiming.trust import testing
from qiming.trust.types import Purpose

CAMERA = Purpose.CAMERA


@pytest.fixture(autouse=True)
def _files(settings: object, tmp_path: object) -> None:
    settings.QIMING_HOME = tmp_path  # type: ignore[attr-defined]


def pupil(world: World, seat: int) -> PupilRef:
    return registry.pupil(world.pupils[seat - 1].id)


def keep(world: World, *pictured: UUID) -> UUID:
    """A period on record with one photo; the photo's id."""
    period = services.record_other_period(
        actor=world.actor("teacher"),
        told=services.Told(world.class_1.id, date(2026, 11, 20), 5, "认图片", "", 45),
    )
    photo = services.Photo("课上.png", samples.png(), frozenset(pictured))
    services.add_photos(actor=world.actor("teacher"), period_id=period.id, photos=[photo])
    return PeriodPhoto.objects.unscoped("test").get(period_id=period.id).id


def test_shown_with_consent_and_gone_at_the_next_request(world: World) -> None:
    one, two = pupil(world, 1), pupil(world, 2)
    testing.agree_all([one, two], CAMERA)
    photo_id = keep(world, one.id, two.id)
    period_id = PeriodPhoto.objects.unscoped("test").get(id=photo_id).period_id
    page, picture = f"/teach/periods/{period_id}/", f"/teach/photos/{photo_id}/"
    for who in ("teacher", "head", "admin"):
        assert world.client(who).get(picture).status_code == 200
        assert picture in world.client(who).get(page).content.decode()
    assert "no-store" in world.client("head").get(picture)["Cache-Control"]
    testing.take_back(two, CAMERA)
    for who in ("teacher", "head", "admin"):
        refused = world.client(who).get(picture)
        assert refused.status_code == 403 and "不再显示" in refused.content.decode()
        seen = world.client(who).get(page).content.decode()
        assert picture not in seen.replace(f"{picture}remove/", "") and "不再显示" in seen
        assert two.name not in refused.content.decode()


def test_who_does_not_consent_is_not_let_in_and_everything_stays(world: World) -> None:
    testing.agree(pupil(world, 1), CAMERA)
    with pytest.raises(UserError, match=f"{world.pupils[1].name}没有同意") as refusal:
        keep(world, *world.ids(1, 2))
    assert refusal.value.field == "pictured"
    assert not PeriodPhoto.objects.unscoped("test").exists()
    with pytest.raises(UserError, match="不在这个班"):
        services.add_photos(
            actor=world.actor("teacher"),
            period_id=PeriodPhoto.objects.unscoped("test").values_list("period_id", flat=True).first()
            or services.record_other_period(
                actor=world.actor("teacher"),
                told=services.Told(world.class_1.id, date(2026, 11, 19), 5, "认图片", "", 45),
            ).id,
            photos=[services.Photo("a.png", samples.png(), frozenset([new_id()]))],
        )


def test_a_photo_nobody_stated_anything_about_is_seen_by_nobody(world: World) -> None:
    photo_id = keep(world)
    assert services.photo_file(actor=world.actor("head"), photo_id=photo_id)
    PeriodPhoto.objects.unscoped("test").filter(id=photo_id).update(faces="unsaid")
    with pytest.raises(UserError, match="不再显示"):
        services.photo_file(actor=world.actor("teacher"), photo_id=photo_id)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "请说明照片里认得出学生吗"),
        ({"faces": "some"}, "请勾出认得出的是谁"),
        ({"faces": "some", "pictured": "second"}, "照片没有放上"),
    ],
)
def test_the_form_asks_for_the_statement(world: World, given: dict[str, str], says: str) -> None:
    testing.agree(pupil(world, 1), CAMERA)
    keep(world)
    photo = PeriodPhoto.objects.unscoped("test").get()
    client, page = world.client("teacher"), f"/teach/periods/{photo.period_id}/"
    form = client.get(page).content.decode()
    assert f"没有同意拍照的：{world.pupils[1].name}" in form and str(world.pupils[0].id) in form
    ids = {"second": str(world.pupils[1].id)}
    posted = {name: ids.get(value, value) for name, value in given.items()}
    upload = SimpleUploadedFile("b.png", samples.png(), content_type="image/png")
    answer = client.post(f"{page}photos/", posted | {"photos": upload})
    assert answer.status_code == 422 and says in answer.content.decode()
    assert PeriodPhoto.objects.unscoped("test").count() == 1
    upload = SimpleUploadedFile("b.png", samples.png(), content_type="image/png")
    good = {"faces": "some", "pictured": str(world.pupils[0].id), "photos": upload}
    assert client.post(f"{page}photos/", good).status_code == 302
    kept = PeriodPhoto.objects.unscoped("test").order_by("-id").first()
    assert kept and (kept.faces, kept.pictured) == ("some", [str(world.pupils[0].id)])


def test_whom_homework_was_given_to_leaves_the_class_only_with_consent(world: World) -> None:
    offering = world.open()
    lesson_key = queries.periods_of(offering.id)[0].lesson_key
    ids = world.ids(1, 2)
    task = services.Task("再练一次", lesson_key, ["quiz"], [], now() + timedelta(days=2), pupil_ids=ids)
    homework = services.set_homework(actor=world.actor("teacher"), offering_id=offering.id, task=task)
    page = f"/teach/homework/{homework.id}/"
    one, two = pupil(world, 1), pupil(world, 2)
    testing.agree(one, Purpose.RECORDS)
    for who in ("head", "admin"):
        seen = world.client(who).get(page).content.decode()
        assert one.name in seen and two.name not in seen and "另有1人" in seen
    testing.take_back(one, Purpose.RECORDS)
    for who in ("head", "admin"):
        seen = world.client(who).get(page).content.decode()
        assert one.name not in seen and "2人的学习记录只在班里用" in seen
    teacher = world.client("teacher").get(page).content.decode()
    assert one.name in teacher and two.name in teacher
