"""A resource of the first class's school on the shelf, a version that came back, and what the school uses itself."""

from uuid import UUID

from qiming.curriculum.lending import queries as lending
from qiming.kernel import time
from qiming.kernel.ids import new_id
from qiming.registry import queries as registry
from qiming.resources.models import Adoption, Exclusion, Improvement, Resource, ResourceVersion
from qiming.resources.rules.bytes import content_hash, model_fingerprint, tool_fingerprint
from qiming.resources.types import Card
from tests.world import World

CARD = Card(
    title="数据课",
    says="用食堂的照片教。",
    stage="junior",
    subject="人工智能",
    area="learn",
    licence="cc-by-4.0",
    ai_share=0,
    ai_says="",
    accessibility="有文字说明",
    data_needs="不用学生数据",
    cost="没有",
)


def build(world: World) -> dict[str, dict[str, object]]:
    """Rows as the room's services leave them: values by url name."""
    here = registry.school_of(world.here.group.path)
    near = registry.school_of(world.places["near"].group.path)
    teacher = world.actor("teacher").person_id
    course, _ = lending.editions_of(here.path)[0]
    shown = _resource(here.path, teacher, "pack", course.key)
    served = ResourceVersion.objects.create(
        scope_path=here.path,
        resource=shown,
        number=1,
        card=CARD.as_json(),
        course_version_id=course.id,
        lessons=[lesson_id for lesson_id, _, _ in lending.own_lessons(course.id)],
        fingerprint="f" * 64,
        made_by=teacher,
        state="published",
        is_served=True,
        published_at=time.now(),
        **_hashes(content_hash(CARD, seal=lending.seal_of(course.id))),
    )
    address = "https://tool.example.org/"
    back = ResourceVersion.objects.create(
        scope_path=here.path,
        resource=_resource(here.path, teacher, "tool", ""),
        number=1,
        card=CARD.as_json(),
        address=address,
        fingerprint=tool_fingerprint(address),
        made_by=teacher,
        state="returned",
        content_hash=content_hash(CARD, address=address),
    )
    used = Adoption.objects.create(
        scope_path=here.path,
        resource=_resource(near.path, new_id(), "tool", ""),
        place_id=here.id,
        school_path=here.path,
        decided_by=world.actor("school_head").person_id,
        minutes="校务会商量过。",
        since=time.today(),
    )
    task = Improvement.objects.create(
        scope_path=here.path,
        resource=shown,
        version_id=served.id,
        source=Improvement.Source.RATINGS,
        says="评分低。",
    )
    district = registry.ancestors(here.path)[-2]
    put_away = Exclusion.objects.create(
        scope_path=district.path,
        resource=_resource(near.path, new_id(), "tool", ""),
        decided_by=teacher,
        why="进度不合。",
        since=time.today(),
    )
    return {
        "resources.mend": {"improvement_id": task.id},
        "resources.readmit": {"exclusion_id": put_away.id},
        "resources.rate": {"resource_id": shown.id},
        "resources.record": {"resource_id": shown.id},
        "resources.resource": {"resource_id": shown.id},
        "resources.version": {"version_id": served.id},
        "resources.revise": {"version_id": back.id},
        "resources.model_file": {"version_id": _model(here.path, teacher).id},
        "resources.end": {"adoption_id": used.id},
    }


def _model(path: str, person: UUID) -> ResourceVersion:
    """A trained model that is served."""
    model = {
        "format": "qiming-model/1",
        "id": str(new_id()),
        "name": "直线",
        "made": {"lab": "line", "at": "", "camera": False},
        "kind": "line",
        "input": {"of": "numbers", "names": ["x"]},
        "labels": [],
        "parameters": {"weights": [2], "bias": 1, "unit": ""},
        "scores": {"train": None, "test": None},
        "card": {"what_for": "估高度"},
    }
    return ResourceVersion.objects.create(
        scope_path=path,
        resource=_resource(path, person, "model", ""),
        number=1,
        card=CARD.as_json(),
        model=model,
        fingerprint=model_fingerprint(model),
        made_by=person,
        state="published",
        is_served=True,
        published_at=time.now(),
        **_hashes(content_hash(CARD, model=model)),
    )


def _hashes(found: str) -> dict[str, str]:
    return {"content_hash": found, "approved_hash": found}


def _resource(path: str, person: UUID, kind: str, key: str) -> Resource:
    return Resource.objects.create(
        scope_path=path,
        kind=kind,
        offered_by=person,
        course_key=key,
        title=CARD.title,
        says=CARD.says,
        stage=CARD.stage,
        subject=CARD.subject,
        area=CARD.area,
        on_shelf=kind == "pack",
        published_at=time.now() if kind == "pack" else None,
    )
