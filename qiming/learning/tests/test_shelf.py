"""Trained models that pupils keep: few, small, the pupil's own, gone with the consent they rest on."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from qiming.kernel import outbox
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.kernel.models import AuditRow
from qiming.learning import rights, services
from qiming.learning.labs import shelf
from qiming.learning.models import KeptModel, Work
from qiming.learning.tests.conftest import LESSON, Class
from qiming.learning.types import WorkKind
from qiming.registry import queries as registry
from qiming.trust import testing
from qiming.trust.types import Purpose

LEAF = {"says": 0, "counts": [3, 0]}


def model(**more: Any) -> dict[str, Any]:
    return {
        "format": "qiming-model/1",
        "id": str(uuid4()),
        "name": "分叶子",
        "kind": "tree",
        "made": {"lab": "decision-tree", "at": "2026-11-20T02:00:00Z", "camera": False},
        "input": {"of": "table", "columns": [{"key": "a", "text": "长", "kind": "number"}]},
        "labels": [{"key": "x", "text": "柳"}, {"key": "y", "text": "杨"}],
        "parameters": {"root": {"column": "a", "at": 2.5, "yes": LEAF, "no": {"says": 1, "counts": [0, 3]}}},
        "scores": {"train": {"right": 6, "all": 6}, "test": None},
        "card": {"what_for": "分两种叶子"},
    } | more


def keep(cls: Class, body: object, seat: int = 1, activity: str = "try") -> KeptModel:
    return shelf.keep_model(
        actor=cls.pupil(seat),
        offering_id=cls.offering.id,
        lesson_key=LESSON,
        activity_key=activity,
        model=body,
    )


def rows(cls: Class, seat: int = 1) -> list[KeptModel]:
    return shelf.models_of(cls.pupil(seat))


def send(client: Any, path: str, body: Any, method: str = "put") -> Any:
    return getattr(client, method)(f"/api/learning/{path}", json.dumps(body), content_type="application/json")


def test_kept_read_changed_and_dropped_over_the_api(cls: Class) -> None:
    client, one = cls.client(1), model()
    sent = {"offering": str(cls.offering.id), "lesson": LESSON, "activity": "try", "model": one}
    assert send(client, "models", sent).json()["id"] == one["id"]
    assert send(client, "models", sent).status_code == 200
    assert client.get("/api/learning/models").json()["models"] == [one]
    send(client, "models", sent | {"model": one | {"name": "换了名字"}})
    (kept,) = rows(cls)
    assert kept.name == "换了名字" and kept.lab == "decision-tree" and kept.kind == "tree"
    assert cls.client(2).get("/api/learning/models").json()["models"] == []
    assert send(cls.client(2), "models/drop", {"id": one["id"]}, "post").status_code == 200
    assert rows(cls)
    assert send(client, "models/drop", {"id": one["id"]}, "post").status_code == 200
    assert not rows(cls)
    assert send(client, "models/drop", {"id": one["id"]}, "post").status_code == 200
    verbs = list(AuditRow.objects.filter(verb__endswith="_model").values_list("verb", flat=True))
    assert sorted(verbs) == ["learning.changed_model"] * 2 + ["learning.dropped_model", "learning.kept_model"]


BAD: list[Any] = [
    None,
    "x",
    [],
    {},
    {"format": "qiming-model/1"},
    model(format="qiming-model/2"),
    model(kind="oracle"),
    model(name=""),
    model(name="长" * 41),
    model(name=3),
    model(id="1"),
    model(parameters=[1]),
    model(parameters={"root": "data:image/png;base64,AA"}),
    model(card={"data": "data:image/png;base64,AA"}),
]


@pytest.mark.parametrize("body", BAD)
def test_what_is_no_model_is_refused_in_words(cls: Class, body: Any) -> None:
    with pytest.raises(UserError) as refusal:
        keep(cls, body)
    assert refusal.value.kept and refusal.value.next
    assert not KeptModel.objects.unscoped("test").exists()


def test_size_and_count_have_an_end(cls: Class) -> None:
    with pytest.raises(UserError, match="太大") as refusal:
        keep(cls, model(parameters={"x": [1.25] * 120_000}))
    assert refusal.value.status == 413
    kept = [model() for _ in range(shelf.MOST)]
    for one in kept:
        keep(cls, one)
    with pytest.raises(UserError, match="放不下"):
        keep(cls, model())
    keep(cls, kept[0] | {"name": "又学了一次"})
    keep(cls, model(), seat=2)
    shelf.drop_model(actor=cls.pupil(1), made_id=UUID(kept[3]["id"]))
    keep(cls, model())
    assert len(rows(cls)) == shelf.MOST


def test_only_a_pupil_of_the_class_keeps_and_only_in_a_lesson_that_is_there(cls: Class) -> None:
    with pytest.raises(Denied):
        shelf.keep_model(
            actor=cls.teacher, offering_id=cls.offering.id, lesson_key=LESSON, activity_key="", model=model()
        )
    with pytest.raises(Denied):
        shelf.keep_model(
            actor=cls.pupil(1), offering_id=new_id(), lesson_key=LESSON, activity_key="", model=model()
        )
    with pytest.raises(Denied):
        shelf.keep_model(
            actor=cls.pupil(1), offering_id=cls.offering.id, lesson_key="no", activity_key="", model=model()
        )
    with pytest.raises(Denied):
        shelf.drop_model(actor=cls.teacher, made_id=new_id())
    assert cls.teacher_client().get("/api/learning/models").status_code in {403, 404}


def test_the_teacher_sees_a_model_beside_the_work_once_it_is_handed_in(cls: Class) -> None:
    one = model(card={"what_for": "分两种<b>叶子</b>", "made_by": "小树"})
    keep(cls, one)
    keep(cls, model(name="别的一步"), activity="quiz")

    def save(hand_in: bool) -> UUID:
        return services.keep_work(
            actor=cls.pupil(1),
            save_id=new_id(),
            offering_id=cls.offering.id,
            lesson_key=LESSON,
            activity_key="try",
            kind=WorkKind.LAB,
            state={"v": 1},
            hand_in=hand_in,
        ).id

    where = f"/learn/works/{save(False)}/"
    assert "分叶子" in cls.client(1).get(where).content.decode()
    assert "分叶子" not in cls.teacher_client().get(where).content.decode()
    save(True)
    page = cls.teacher_client().get(where).content.decode()
    assert "分叶子" in page and "分两种&lt;b&gt;叶子" in page and "小树" in page and "别的一步" not in page
    work = Work.objects.unscoped("test").get()
    assert not shelf.models_with(cls.pupil(2), work)


def test_a_model_of_free_play_needs_no_offering(cls: Class) -> None:
    sent = {"activity": "decision-tree", "model": model()}
    assert send(cls.client(1), "models", sent).status_code == 200
    (kept,) = rows(cls)
    assert kept.offering_id is None and kept.activity_key == "decision-tree"
    with pytest.raises(Denied):
        shelf.keep_model(actor=cls.teacher, offering_id=None, lesson_key="", activity_key="x", model=model())


def test_what_the_camera_taught_needs_consent_and_goes_with_it(cls: Class) -> None:
    child = registry.pupil(cls.world.pupils[0].id)
    taught = model(made={"lab": "image-classifier", "at": "", "camera": True})
    with pytest.raises(UserError, match="摄像头") as refusal:
        keep(cls, taught)
    assert refusal.value.status == 403
    testing.agree(child, Purpose.CAMERA)
    keep(cls, taught)
    keep(cls, model())
    assert len(rows(cls)) == 2
    testing.take_back(child, Purpose.CAMERA)
    assert len(rows(cls)) == 1
    assert KeptModel.objects.unscoped("test").count() == 2  # the worker has not come yet
    outbox.deliver_all()
    assert KeptModel.objects.unscoped("test").get().from_camera is False


def test_the_copy_holds_it_and_erasure_takes_it(cls: Class) -> None:
    keep(cls, model())
    child = cls.world.pupils[0].id
    (part,) = [part for part in rights.export(child) if part.key == "learning.keptmodel"]
    assert len(part.rows) == 1
    rights.erase(child, new_id())
    assert not KeptModel.objects.unscoped("test").exists()
