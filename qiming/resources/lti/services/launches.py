"""One launch: from the click, over the tool's own login, to the signed message that opens it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode, urlsplit, urlunsplit
from uuid import UUID

from django.db import IntegrityError, transaction

from qiming.kernel import time
from qiming.kernel.access import Actor, Denied
from qiming.registry import queries as registry
from qiming.registry.types import Role
from qiming.resources.access import TABLE
from qiming.resources.launching.types import Decision
from qiming.resources.lti import gate, sealing
from qiming.resources.lti.access import CHOOSE, OPEN
from qiming.resources.lti.models import LtiDeployment, LtiLaunch, LtiLine, LtiLink, LtiTool
from qiming.resources.lti.protocol import claims, conditions
from qiming.resources.lti.protocol.names import AGS_SCOPES, INSTRUCTOR, LEARNER, MEMBERS, Plain
from qiming.resources.lti.protocol.refusals import Code, Refused
from qiming.resources.lti.services import log, platform_keys
from qiming.resources.lti.services.tools import deployment_of
from qiming.resources.lti.types import Note, Posting

_WHY = "the launch was begun by this person"
OPEN_FOR: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Base:
    """Where this platform is: `https://qiming.example`, and the addresses a launch may name."""

    issuer: str

    def link(self, link_id: UUID, part: str) -> str:
        return f"{self.issuer}/lti/links/{link_id}/{part}"


@transaction.atomic
def begin(*, actor: Actor, link_id: UUID, in_frame: bool, is_counted: bool = False) -> LtiLaunch:
    """Somebody of the class opens what was placed. `is_counted`: the gate let this launch through and noted it."""
    rows = LtiLink.objects.unscoped("loaded through the access table").select_related("deployment__tool")
    link = TABLE.load(actor, OPEN, rows, id=link_id, removed_at=None)
    tool = link.deployment.tool
    gate.require(tool, link.scope_path, link.lesson_key, actor=actor)
    if link.deployment.ended_at:
        raise Refused(Code.WRONG_DEPLOYMENT, "ended")
    return _launch(
        actor,
        link.deployment,
        link.class_id,
        link.lesson_key,
        link=link,
        in_frame=in_frame,
        is_counted=is_counted,
    )


@transaction.atomic
def resumed(*, actor: Actor, link_id: UUID, launch_id: UUID, in_frame: bool) -> LtiLaunch | None:
    """The launch that was begun for this person before the page with the frame was shown; None when it is used or over."""
    rows = (
        LtiLaunch.objects.unscoped(_WHY)
        .select_for_update(of=("self",))
        .select_related("tool", "link", "deployment")
    )
    launch = rows.filter(id=launch_id, link_id=link_id, person_id=actor.person_id, used_at=None).first()
    if launch is None or launch.expires_at <= time.now():
        return None
    launch.in_frame = in_frame
    launch.save(update_fields=["in_frame"])
    return launch


@transaction.atomic
def begin_choice(*, actor: Actor, tool_id: UUID, class_id: UUID, lesson_key: str) -> LtiLaunch:
    """A teacher goes to a tool to choose something for a lesson of a class."""
    place = registry.org(class_id)
    TABLE.require(actor, CHOOSE, place)
    tool = LtiTool.objects.unscoped("the gate says whether the class has it").filter(id=tool_id).first()
    if tool is None:
        raise Denied(CHOOSE)
    if not tool.deep_link_url:
        raise Refused(Code.BAD_REQUEST, "工具没有登记挑选内容的地址。")
    gate.require(tool, place.path, "", actor=actor)
    return _launch(actor, deployment_of(tool, place.path), class_id, lesson_key, link=None, in_frame=False)


def _launch(
    actor: Actor,
    deployment: LtiDeployment,
    class_id: UUID,
    lesson_key: str,
    *,
    link: LtiLink | None,
    in_frame: bool,
    is_counted: bool = False,
) -> LtiLaunch:
    place = registry.org(class_id)
    teaches = any(place.path.startswith(one) for one in actor.paths(Role.TEACHER))
    return LtiLaunch.objects.create(
        scope_path=place.path,
        tool=deployment.tool,
        deployment=deployment,
        link=link,
        class_id=class_id,
        lesson_key=lesson_key,
        person_id=actor.person_id,
        is_teacher=teaches,
        in_frame=in_frame,
        is_counted=is_counted,
        login_hint=secrets.token_urlsafe(24),
        expires_at=time.now() + OPEN_FOR,
    )


def login_url(launch: LtiLaunch, base: Base) -> str:
    """Where the browser goes first: the tool's login, which sends it back to us."""
    tool = launch.tool
    asked = {
        "iss": base.issuer,
        "login_hint": launch.login_hint,
        "lti_message_hint": str(launch.id),
        "target_link_uri": launch.link.url if launch.link else tool.deep_link_url,
        "client_id": tool.client_id,
        "lti_deployment_id": launch.deployment.deployment_id,
    }
    if launch.in_frame:
        asked["lti_storage_target"] = "_parent"
    parts = urlsplit(tool.login_url)
    query = "&".join(one for one in (parts.query, urlencode(asked)) if one)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def tool_named(client_id: str) -> LtiTool:
    """`Refused` when nobody is registered under this id."""
    tool = LtiTool.objects.unscoped("a tool says who it is").filter(client_id=client_id).first()
    if tool is None:
        raise Refused(Code.UNKNOWN_TOOL)
    return tool


def check_login(tool: LtiTool, asked: Mapping[str, str]) -> None:
    """The parts of an authentication request that need no launch to be judged."""
    if asked.get("redirect_uri") not in tool.redirect_urls:
        raise Refused(Code.WRONG_REDIRECT, asked.get("redirect_uri", "")[:200])
    wanted = {"response_type": "id_token", "response_mode": "form_post", "prompt": "none"}
    for name, value in wanted.items():
        if asked.get(name) != value:
            raise Refused(Code.BAD_LOGIN, f"{name} must be {value}")
    if "openid" not in asked.get("scope", "").split():
        raise Refused(Code.BAD_LOGIN, "scope must hold openid")
    if not 1 <= len(asked.get("nonce", "")) <= 200:
        raise Refused(Code.NONCE_MISSING)


@transaction.atomic
def answer(*, actor: Actor, asked: Mapping[str, str], base: Base) -> Posting:
    """Who comes, told to the tool: a form that the browser posts to the tool's own address."""
    tool = tool_named(asked.get("client_id", ""))
    check_login(tool, asked)
    launch = _taken(tool, actor, asked)
    if launch.deployment.ended_at:
        raise Refused(Code.WRONG_DEPLOYMENT, "ended")
    launch.used_at, launch.nonce = time.now(), asked["nonce"]
    try:
        with transaction.atomic():
            launch.save(update_fields=["used_at", "nonce"])
    except IntegrityError:
        raise Refused(Code.NONCE_REPLAYED) from None
    told = _claims(launch, _let_through(tool, launch, actor), base)
    log.note(Note.LAUNCH if launch.link_id else Note.CHOICE, tool)
    fields = (("id_token", platform_keys.sign(told)), ("state", asked.get("state", "")))
    return Posting(asked["redirect_uri"], fields)


def _taken(tool: LtiTool, actor: Actor, asked: Mapping[str, str]) -> LtiLaunch:
    try:
        launch_id = UUID(asked.get("lti_message_hint", ""))
    except ValueError:
        raise Refused(Code.BAD_LOGIN, "lti_message_hint did not come back") from None
    rows = LtiLaunch.objects.unscoped(_WHY).select_for_update(of=("self",))
    launch = rows.select_related("deployment", "link", "tool").filter(id=launch_id, tool=tool).first()
    if launch is None or launch.expires_at <= time.now():
        raise Refused(Code.LAUNCH_EXPIRED)
    if launch.person_id != actor.person_id or launch.login_hint != asked.get("login_hint"):
        raise Refused(Code.OTHER_PERSON)
    if launch.used_at is not None:
        raise Refused(Code.LAUNCH_USED)
    return launch


def _let_through(tool: LtiTool, launch: LtiLaunch, actor: Actor) -> Decision:
    """The gate is asked once more, at the last moment, and counts the launch; choosing for a lesson is none."""
    if launch.link_id and not launch.is_counted:
        return gate.begin(tool, launch.scope_path, launch.lesson_key, actor=actor)
    lesson_key = launch.lesson_key if launch.link_id else ""
    return gate.require(tool, launch.scope_path, lesson_key, actor=actor)


def _claims(launch: LtiLaunch, decision: Decision, base: Base) -> Plain:
    place, link = registry.org(launch.class_id), launch.link
    told = conditions.told_of(place.name, place.grade, decision.data_scopes)
    said = claims.Said(
        issuer=base.issuer,
        client_id=launch.tool.client_id,
        deployment_id=launch.deployment.deployment_id,
        subject=decision.pseudonym,
        role=INSTRUCTOR if launch.is_teacher else LEARNER,
        nonce=launch.nonce,
        now_s=int(time.shared().timestamp()),
        target_url=link.url if link else launch.tool.deep_link_url,
        context_id=sealing.context_id(launch.tool_id, launch.class_id),
        class_label=told.label,
        grade=told.grade,
        frame=launch.in_frame,
        return_url=base.link(link.id, "") if link else f"{base.issuer}/lti/deep-links",
        platform_id=sealing.platform_id(),
    )
    written = [*launch.tool.custom, *(link.custom if link else [])]
    custom = conditions.custom(written, decision.functions_off, decision.data_scopes, decision.kept_back)
    if link is None:
        return claims.deep_linking(said, data=str(launch.id), custom=custom)
    return claims.launch(
        said, claims.Placed(str(link.id), link.title, custom), _services(launch.tool, link, base)
    )


def _services(tool: LtiTool, link: LtiLink, base: Base) -> claims.Services:
    grades = tuple(one for one in AGS_SCOPES if one in tool.scopes)
    lines = LtiLine.objects.unscoped(_WHY).filter(link=link, removed_at=None)
    only = list(lines[:2]) if grades else []
    return claims.Services(
        scopes=grades,
        line_items_url=base.link(link.id, "lines") if grades else "",
        line_item_url=base.link(link.id, f"lines/{only[0].id}") if len(only) == 1 else "",
        members_url=base.link(link.id, "members") if MEMBERS in tool.scopes else "",
    )
