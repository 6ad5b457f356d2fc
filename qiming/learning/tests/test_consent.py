"""Works on the wall and pictures of the camera: shown while consent holds, gone at the next request."""

import base64
import copy
import io
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from qiming.kernel import outbox
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.learning import pictures, services
from qiming.learning.models import Work, WorkVersion
from qiming.learning.services.forgetting import forget_camera_pictures
from qiming.learning.tests.conftest import LESSON, Class
from qiming.learning.tests.test_pages import open_player
from qiming.learning.types import WorkKind
from qiming.registry import queries as registry
from qiming.registry.types import PupilRef
from qiming.teaching import services as teaching
from qiming.trust import testing
from qiming.trust.types import Purpose, Said


def jpeg() -> str:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "JPEG")
    return "data:image/jpeg;base64," + base64.b64encode(out.getvalue()).decode()


def state(*sources: str | None) -> dict[str, Any]:
    """A lab's state with own pictures from these sources, beside a bundled one."""
    own = [{"id": f"own-{n}", "cls": "can", "use": "train"} for n, _ in enumerate(sources)]
    for one, source in zip(own, sources, strict=True):
        if source:
            one["from"] = source
    return {
        "v": 1,
        "own": own,
        "placed": {"can-01.svg": "can"} | {one["id"]: "can" for one in own},
        "local": {"pictures": {one["id"]: jpeg() for one in own}},
    }


def pupil(cls: Class, seat: int = 1) -> PupilRef:
    return registry.pupil(cls.world.pupils[seat - 1].id)


def keep(cls: Class, given: dict[str, Any], *, hand_in: bool, kind: WorkKind = WorkKind.LAB) -> UUID:
    services.keep_work(
        actor=cls.pupil(1),
        save_id=new_id(),
        offering_id=cls.offering.id,
        lesson_key=LESSON,
        activity_key="try" if kind is WorkKind.LAB else "say",
        kind=kind,
        state=given,
        hand_in=hand_in,
    )
    return Work.objects.unscoped("test").get(pupil_id=cls.world.pupils[0].id, kind=kind).id


def wall(cls: Class, client: Client, etag: str = "") -> Any:
    period = cls.period()
    return client.get(f"/teach/periods/{period.id}/wall/state/", headers={"If-None-Match": etag})


def test_a_work_is_shown_with_consent_and_gone_at_the_next_poll_after_withdrawal(cls: Class) -> None:
    child, client = pupil(cls), cls.teacher_client()
    work_id = keep(cls, {"text": "我改了想法"}, hand_in=True, kind=WorkKind.REFLECTION)
    period = cls.runs(1)
    act = f"/teach/periods/{period.id}/live/act/"
    screen = f"/teach/periods/{period.id}/live/pupils/{child.id}/"
    refused = client.post(act, {"act": "show", "work": str(work_id)})
    assert refused.status_code == 422 and "不能投给全班看" in refused.content.decode()
    seen = client.get(screen).content.decode()
    assert "家里没有同意展示作品" in seen and 'value="show"' not in seen
    testing.agree(child, Purpose.WORKS)
    assert 'value="show"' in client.get(screen).content.decode()
    assert client.post(act, {"act": "show", "work": str(work_id)}).status_code == 302
    shown = wall(cls, client)
    assert "我改了想法" in shown.content.decode() and child.name not in shown.content.decode()
    assert wall(cls, client, shown["ETag"]).status_code == 304
    testing.take_back(child, Purpose.WORKS)
    after = wall(cls, client, shown["ETag"])
    assert after.status_code == 200
    assert "我改了想法" not in after.content.decode() and "收起来了" in after.content.decode()
    whole = client.get(f"/teach/periods/{period.id}/wall/").content.decode()
    assert "我改了想法" not in whole
    assert wall(cls, client, after["ETag"]).status_code == 304
    # the teacher of the class sees the work all the same: only showing it to others needs consent
    assert "我改了想法" in client.get(f"/learn/works/{work_id}/").content.decode()


def test_no_work_of_another_class_and_no_invented_one_is_shown(cls: Class) -> None:
    period = cls.runs(1)
    for wrong in (new_id(),):
        with pytest.raises(UserError, match="不能投给全班看"):
            teaching.show_work(actor=cls.teacher, period_id=period.id, work_id=wrong)
    assert teaching.show_work(actor=cls.teacher, period_id=period.id, work_id=None).shown_work_id is None


def test_the_page_offers_the_camera_only_with_consent(cls: Class) -> None:
    child = pupil(cls)
    answer, page = open_player(cls)
    assert page["camera"] is False and answer["Permissions-Policy"].startswith("camera=(),")
    testing.agree(child, Purpose.CAMERA)
    answer, page = open_player(cls)
    assert page["camera"] is True and "camera=(self)" in answer["Permissions-Policy"]
    testing.take_back(child, Purpose.CAMERA)
    answer, page = open_player(cls)
    assert page["camera"] is False and answer["Permissions-Policy"].startswith("camera=(),")


def test_pictures_of_the_camera_are_refused_without_consent_and_chosen_ones_are_not(cls: Class) -> None:
    for sources in (("camera",), (None,), ("file", "camera")):
        with pytest.raises(UserError, match="摄像头") as refusal:
            keep(cls, state(*sources), hand_in=True)
        assert refusal.value.status == 403
    assert not Work.objects.unscoped("test").exists()
    keep(cls, state("file"), hand_in=True)
    hidden = state("file") | {"note": {"deep": [jpeg()]}}
    with pytest.raises(UserError, match="摄像头"):
        keep(cls, hidden, hand_in=True)
    testing.agree(pupil(cls), Purpose.CAMERA)
    keep(cls, state("file", "camera"), hand_in=True)


def test_recordings_are_never_kept_whatever_was_consented_to(cls: Class) -> None:
    testing.agree(pupil(cls), Purpose.CAMERA, Purpose.MICROPHONE)
    heard = {
        "v": 1,
        "local": {"sounds": {"own-1": "data:audio/x-qiming-pcm8;base64,AAAA"}},
        "deep": [["data:audio/x"]],
    }
    for hand_in in (False, True):
        keep(cls, heard, hand_in=hand_in)
        kept = Work.objects.unscoped("test").get().state
        assert kept == {"v": 1, "local": {"sounds": {"own-1": ""}}, "deep": [[""]]}


def test_after_withdrawal_pictures_are_hidden_at_once_and_then_deleted(cls: Class) -> None:
    child, client = pupil(cls), cls.teacher_client()
    testing.agree(child, Purpose.CAMERA)
    work_id = keep(cls, state("file", "camera"), hand_in=True)
    where = f"/learn/works/{work_id}/"
    assert client.get(where).content.decode().count("data:image/jpeg") == 2
    testing.take_back(child, Purpose.CAMERA)
    assert client.get(where).content.decode().count("data:image/jpeg") == 1
    assert len(open_player(cls)[1]["works"]["try"]["state"]["local"]["pictures"]) == 1
    kept = Work.objects.unscoped("test").get(id=work_id)
    assert len(kept.state["local"]["pictures"]) == 2  # the worker has not come yet
    outbox.deliver_all()
    kept.refresh_from_db()
    version = WorkVersion.objects.unscoped("test").get(work=kept)
    for left in (kept.state, version.state):
        assert set(left["local"]["pictures"]) == {"own-0"} and "own-1" not in left["placed"]
    assert forget_camera_pictures(child.id) == 0


def test_consent_given_again_before_the_worker_came_keeps_the_pictures(cls: Class) -> None:
    child = pupil(cls)
    mother = testing.guardian_of(child)
    testing.says(mother, child, Purpose.CAMERA, Said.GIVEN)
    work_id = keep(cls, state("camera"), hand_in=True)
    testing.says(mother, child, Purpose.CAMERA, Said.WITHDRAWN)
    testing.says(mother, child, Purpose.CAMERA, Said.GIVEN)
    outbox.deliver_all()
    assert Work.objects.unscoped("test").get(id=work_id).state["local"]["pictures"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("data:image/png;base64,AA"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["own", "local", "pictures", "id", "from", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON)
def test_whatever_the_state_nothing_of_the_camera_is_left_and_the_given_is_not_touched(value: Any) -> None:
    before = copy.deepcopy(value)
    bare = pictures.without_camera(value)
    assert not pictures.of_camera(bare)
    assert value == before
    assert pictures.without_camera(bare) == bare
