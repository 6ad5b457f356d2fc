"""Registering a tool, by hand or by itself; checking what was registered, changing it, stopping it."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from qiming.assurance import queries as gate
from qiming.assurance import services as assurance
from qiming.kernel import audit, time
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.registry import queries as registry
from qiming.resources.access import TABLE
from qiming.resources.lti import products
from qiming.resources.lti.access import APPLY, KEEP
from qiming.resources.lti.models import LtiDeployment, LtiInvitation, LtiTool
from qiming.resources.lti.protocol.facts import ToolFacts, trouble_of_url, troubles
from qiming.resources.lti.protocol.refusals import Code, Refused
from qiming.resources.lti.sealing import digest
from qiming.resources.lti.services import log
from qiming.resources.lti.types import Note, ToolState, Way

_WHY = "loaded through the access table"
INVITED_FOR: Final = timedelta(hours=1)
FIELDS: Final = (
    "name", "description", "login_url", "launch_url", "deep_link_url", "redirect_urls", "key_set_url",
    "key_set", "scopes", "custom", "digest",
)  # fmt: skip


def register(
    *, actor: Actor, place_id: UUID, facts: ToolFacts, product_id: UUID | None, in_frame: bool
) -> LtiTool:
    """Put a tool on the list by hand: whoever typed it has looked at it."""
    place = registry.org(place_id)
    TABLE.require(actor, KEEP, place)
    _refuse(facts, product_id)
    return _create(
        place.path, facts, product_id, in_frame=in_frame, way=Way.BY_HAND, actor=actor, state=ToolState.ACTIVE
    )


@transaction.atomic
def apply(*, actor: Actor, product_id: UUID, facts: ToolFacts, in_frame: bool) -> LtiTool:
    """A company types the registration of its own product, or changes it. It waits for somebody of the city to look at it
    (`confirm`), the first time and after every change."""
    TABLE.require(actor, APPLY, gate.vendor_of(product_id))
    _refuse(facts, product_id)
    rows = LtiTool.objects.unscoped("the company's own product").select_for_update()
    tool = rows.filter(product_id=product_id).first()
    if tool is None:
        return _create(
            registry.city().path,
            facts,
            product_id,
            in_frame=in_frame,
            way=Way.BY_VENDOR,
            actor=actor,
            state=ToolState.WAITING,
        )
    _changed(actor, tool, facts, in_frame=in_frame)
    return tool


def _refuse(facts: ToolFacts, product_id: UUID | None) -> None:
    for field, said in troubles(facts).items():
        raise UserError(said, kept="没有登记，填的都在。", field=field)
    if product_id and (said := products.trouble(product_id, facts.launch_url)):
        raise UserError(
            said,
            kept="没有登记，填的都在。",
            next="先不选产品，或请企业按现在的地址重新申报。",
            field="product",
        )


@transaction.atomic
def _create(
    path: str,
    facts: ToolFacts,
    product_id: UUID | None,
    *,
    in_frame: bool,
    way: Way,
    actor: Actor | None,
    state: ToolState,
) -> LtiTool:
    tool = LtiTool(
        scope_path=path,
        product_id=product_id,
        client_id=new_id().hex,
        state=state.value,
        in_frame=in_frame,
        way=way.value,
        registered_by=actor.person_id if actor else None,
    )
    _take(tool, facts)
    if state is ToolState.ACTIVE:
        tool.checked_digest = tool.digest
    _saved(tool)
    LtiDeployment.objects.create(tool=tool, scope_path=path, deployment_id=new_id().hex)
    _tell(actor, "resources.register_lti_tool", tool, {"way": way.value})
    log.note(Note.REGISTER, tool, way.zh)
    return tool


def _take(tool: LtiTool, facts: ToolFacts) -> None:
    tool.name, tool.description = facts.name.strip(), facts.description.strip()
    tool.login_url, tool.launch_url = facts.login_url, facts.launch_url
    tool.deep_link_url, tool.redirect_urls = facts.deep_link_url, list(facts.redirect_urls)
    tool.key_set_url, tool.key_set = facts.key_set_url, facts.key_set
    tool.scopes, tool.custom = list(facts.scopes), [list(one) for one in facts.custom]
    tool.digest = facts.digest


def _saved(tool: LtiTool) -> None:
    try:
        with transaction.atomic():
            tool.save()
    except IntegrityError:
        raise UserError(
            "这个产品已经登记过一个工具",
            kept="没有改动。",
            next="改原来的那一个。",
            field="product",
            status=409,
        ) from None


@transaction.atomic
def change(
    *, actor: Actor, tool_id: UUID, facts: ToolFacts, product_id: UUID | None, in_frame: bool
) -> LtiTool:
    """Change a registration. Other addresses, keys or rights are another version of the product: nothing opens until it
    was tested anew and somebody has looked at it (`confirm`)."""
    tool = locked(actor, tool_id)
    _refuse(facts, product_id)
    tool.product_id = product_id
    _changed(actor, tool, facts, in_frame=in_frame)
    return tool


def _changed(actor: Actor, tool: LtiTool, facts: ToolFacts, *, in_frame: bool) -> None:
    before = tool.digest
    _take(tool, facts)
    tool.in_frame = in_frame
    if tool.digest != before:
        tool.fetched_keys, tool.fetched_at = None, None
        told = "地址、密钥或权限改过，核对以前打不开"
        if tool.product_id and assurance.note_tool_changed(
            product_id=tool.product_id, why="LTI 登记的地址、密钥或权限改过"
        ):
            told = "地址、密钥或权限改过：产品要复测，复测和核对以前打不开"
        log.note(Note.CHANGE, tool, told)
    _saved(tool)
    _tell(actor, "resources.change_lti_tool", tool, {"changed": tool.digest != before})


@transaction.atomic
def confirm(*, actor: Actor, tool_id: UUID, digest_seen: str) -> LtiTool:
    """Somebody looked at the registration as it is (`digest_seen`): it may be opened."""
    tool = locked(actor, tool_id)
    if digest_seen != tool.digest:
        raise UserError(
            "登记刚刚又改过", kept="没有核对通过。", next="看看现在的地址和密钥，再点一次。", status=409
        )
    tool.checked_digest, tool.state = tool.digest, ToolState.ACTIVE.value
    tool.save(update_fields=["checked_digest", "state"])
    _tell(actor, "resources.confirm_lti_tool", tool, {})
    log.note(Note.CHANGE, tool, "核对通过")
    return tool


@transaction.atomic
def set_paused(*, actor: Actor, tool_id: UUID, paused: bool) -> LtiTool:
    """Stop a tool at once, or let it be opened again."""
    tool = locked(actor, tool_id)
    tool.state = (ToolState.PAUSED if paused else ToolState.ACTIVE).value
    tool.save(update_fields=["state"])
    if paused:
        tool.tokens.all().delete()
    _tell(actor, "resources.pause_lti_tool", tool, {"paused": paused})
    log.note(Note.CHANGE, tool, "停用" if paused else "恢复")
    return tool


def locked(actor: Actor, tool_id: UUID) -> LtiTool:
    rows = LtiTool.objects.unscoped(_WHY).select_for_update()
    return TABLE.load(actor, KEEP, rows, id=tool_id)


@transaction.atomic
def invite(
    *, actor: Actor, place_id: UUID, registration_url: str, product_id: UUID | None
) -> tuple[UUID, str]:
    """A token with which the tool at this address may register itself once, within the hour: (id, token)."""
    place = registry.org(place_id)
    TABLE.require(actor, KEEP, place)
    if said := trouble_of_url(registration_url):
        raise UserError(said, kept="没有开始登记。", field="registration_url")
    secret = secrets.token_urlsafe(32)
    row = LtiInvitation.objects.create(
        scope_path=place.path,
        secret_sha256=digest(secret),
        registration_url=registration_url,
        product_id=product_id,
        made_by=actor.person_id,
        expires_at=time.now() + INVITED_FOR,
    )
    audit.write(
        actor, "resources.invite_lti_tool", thing="lti_invitation", thing_id=row.id, scope_path=place.path
    )
    return row.id, secret


@transaction.atomic
def register_itself(secret: str, facts: ToolFacts) -> LtiTool:
    """A tool registers itself with its token; it waits until somebody has looked at it."""
    rows = LtiInvitation.objects.unscoped("whoever brings the token").select_for_update()
    row = rows.filter(secret_sha256=digest(secret), used_at=None, expires_at__gt=time.now()).first()
    if row is None:
        raise Refused(Code.REGISTRATION_TOKEN)
    if row.product_id and (said := products.trouble(row.product_id, facts.launch_url)):
        raise Refused(Code.BAD_REGISTRATION, f"target_link_uri: {said}")
    row.tool = _create(
        row.scope_path,
        facts,
        row.product_id,
        in_frame=True,
        way=Way.BY_ITSELF,
        actor=None,
        state=ToolState.WAITING,
    )
    row.used_at = time.now()
    row.save(update_fields=["tool", "used_at"])
    return row.tool


def deployment_of(tool: LtiTool, path: str) -> LtiDeployment:
    """The deployment that reaches a place: the nearest one above it."""
    rows = LtiDeployment.objects.unscoped("the tool and the class were checked").filter(
        tool=tool, ended_at=None
    )
    found = [one for one in rows if path.startswith(one.scope_path)]
    if not found:
        raise Refused(Code.WRONG_DEPLOYMENT, "the tool is not deployed here")
    return max(found, key=lambda one: len(one.scope_path))


def _tell(actor: Actor | None, verb: str, tool: LtiTool, detail: dict[str, object]) -> None:
    audit.write(
        actor,
        verb,
        thing="lti_tool",
        thing_id=tool.id,
        scope_path=tool.scope_path,
        detail={"digest": tool.digest, **detail},
    )
