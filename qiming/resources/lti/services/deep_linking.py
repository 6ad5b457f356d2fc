"""What a teacher chose in a tool comes back, is checked, is shown, and is placed in the lesson."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction

from qiming.curriculum import queries as curriculum
from qiming.kernel import audit, time
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.resources.access import TABLE
from qiming.resources.launching import services as launching
from qiming.resources.lti import gate, sealing
from qiming.resources.lti.access import CHOOSE
from qiming.resources.lti.models import LtiLaunch, LtiLine, LtiLink, LtiSeen, LtiTool
from qiming.resources.lti.protocol import deeplinks, tokens
from qiming.resources.lti.protocol.deeplinks import Chosen
from qiming.resources.lti.protocol.names import DEEP_DATA
from qiming.resources.lti.protocol.refusals import Code, Refused
from qiming.resources.lti.services import log
from qiming.resources.lti.services.launches import tool_named
from qiming.resources.lti.services.tool_keys import claims_of
from qiming.resources.lti.types import Note

_WHY = "the signed answer names its own request"
ANSWER_WITHIN: Final = timedelta(hours=2)
SEEN_FOR: Final = timedelta(hours=3)
LONGEST: Final = 300


def sender_of(token: str) -> LtiTool:
    """Which tool says it sends this; believed only after its signature was checked."""
    return tool_named(str(tokens.unverified(token).get("iss", "")))


@transaction.atomic
def receive(tool: LtiTool, token: str, issuer: str) -> LtiLaunch:
    """Take a tool's answer; what was chosen waits for the teacher's yes."""
    gate.usable(tool)
    claims = claims_of(tool, token, (issuer,))
    launch = _asked(tool, str(claims.get(DEEP_DATA, "")))
    response = deeplinks.read(
        claims,
        deployment_id=launch.deployment.deployment_id,
        launch_url=tool.launch_url,
        origins=tool.facts.origins,
    )
    see_once(tool, response.nonce)
    if launch.returned_at is not None:
        raise Refused(Code.REPLAYED, "this request was answered already")
    launch.returned = {
        "chosen": [asdict(one) for one in response.chosen],
        "left_out": list(response.left_out),
        "message": response.message,
    }
    launch.returned_at = time.now()
    launch.save(update_fields=["returned", "returned_at"])
    log.note(Note.CHOICE, tool, f"带回{len(response.chosen)}项，放不进的{len(response.left_out)}项")
    return launch


def _asked(tool: LtiTool, data: str) -> LtiLaunch:
    try:
        launch_id = UUID(data)
    except ValueError:
        raise Refused(Code.WRONG_MESSAGE, "the data of the request did not come back") from None
    rows = LtiLaunch.objects.unscoped(_WHY).select_for_update(of=("self",)).select_related("deployment")
    launch = rows.filter(id=launch_id, tool=tool, link=None).exclude(used_at=None).first()
    if launch is None or launch.used_at is None or time.now() - launch.used_at > ANSWER_WITHIN:
        raise Refused(Code.LAUNCH_EXPIRED)
    return launch


def see_once(tool: LtiTool, number: str) -> None:
    """Note the one-time number of a message; `Refused` when it came before."""
    try:
        with transaction.atomic():
            LtiSeen.objects.create(
                tool=tool, number_sha256=sealing.digest(number), expires_at=time.now() + SEEN_FOR
            )
    except IntegrityError:
        raise Refused(Code.REPLAYED) from None


def chosen_of(launch: LtiLaunch) -> list[Chosen]:
    found = (launch.returned or {}).get("chosen", [])
    return [_chosen(one) for one in found]


def _chosen(kept: dict[str, Any]) -> Chosen:
    return Chosen(**{**kept, "custom": tuple((str(name), str(value)) for name, value in kept["custom"])})


@transaction.atomic
def place(*, actor: Actor, launch_id: UUID, picked: list[int], instead: str) -> list[UUID]:
    """Put what the teacher ticked into the lesson: the ids of the links. `instead` is what a pupil does without it."""
    rows = LtiLaunch.objects.unscoped("loaded through the access table").select_for_update(of=("self",))
    launch = TABLE.load(
        actor, CHOOSE, rows.select_related("deployment__tool"), id=launch_id, person_id=actor.person_id
    )
    chosen = chosen_of(launch)
    if launch.placed_at is not None:
        raise UserError("这些已经放进课里了", kept="没有再放一次。", status=409)
    if not picked or not set(picked) <= set(range(len(chosen))):
        raise UserError("还没有选要放哪几项", kept="没有放。", next="勾上至少一项。", field="picked")
    if not 2 <= len(instead.strip()) <= LONGEST:
        raise UserError(
            "请写不能用它的学生怎么做", kept="没有放。", next=f"2到{LONGEST}个字。", field="instead"
        )
    made = [_link(actor, launch, chosen[no], instead.strip()) for no in sorted(set(picked))]
    launch.placed_at = time.now()
    launch.save(update_fields=["placed_at"])
    return [one.id for one in made]


def _link(actor: Actor, launch: LtiLaunch, one: Chosen, instead: str) -> LtiLink:
    product_id = gate.usable(launch.tool)
    link = LtiLink.objects.create(
        scope_path=launch.scope_path,
        deployment=launch.deployment,
        class_id=launch.class_id,
        lesson_key=launch.lesson_key,
        kind=one.kind,
        title=one.title,
        text=one.text,
        url=one.url,
        custom=[list(pair) for pair in one.custom],
        placed_by=actor.person_id,
    )
    if one.max_score is not None:
        LtiLine.objects.create(
            scope_path=launch.scope_path,
            link=link,
            label=one.score_label,
            max_score=one.max_score,
            resource_id=one.resource_id,
            tag=one.tag,
        )
    link.place_id = launching.place(
        actor=actor,
        product_id=product_id,
        class_id=launch.class_id,
        lesson_key=launch.lesson_key,
        instead=instead,
        task=one.text[:LONGEST],
        title=one.title[:80],
        subject=_subject_of(launch.lesson_key),
        link={"lti_link": str(link.id)},
    )
    link.save(update_fields=["place_id"])
    audit.write(
        actor, "resources.place_lti_link", thing="lti_link", thing_id=link.id, scope_path=link.scope_path
    )
    return link


def _subject_of(lesson_key: str) -> str:
    """The subject of a lesson, by the city's courses; empty when it is of none of them."""
    for course in curriculum.courses():
        if any(lesson.key == lesson_key for lesson in course.lessons):
            return course.subject
    return ""


@transaction.atomic
def take_away(*, actor: Actor, link_id: UUID) -> None:
    """Take it out of the lesson; what came back stays. Doing it twice changes nothing."""
    rows = LtiLink.objects.unscoped("loaded through the access table").select_for_update()
    link = TABLE.load(actor, CHOOSE, rows, id=link_id)
    if link.removed_at is not None:
        return
    link.removed_at = time.now()
    link.save(update_fields=["removed_at"])
    if link.place_id is not None:
        launching.take_away(actor=actor, place_id=link.place_id)
    audit.write(
        actor, "resources.remove_lti_link", thing="lti_link", thing_id=link.id, scope_path=link.scope_path
    )
