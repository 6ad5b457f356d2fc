"""What a tool is told at a launch: a pseudonym, a role, the class by its label and grade, and what was placed. No name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from qiming.resources.lti.protocol.names import (
    AGS,
    CONTEXT,
    CUSTOM,
    DEEP_DATA,
    DEEP_REQUEST,
    DEEP_SETTINGS,
    DEPLOYMENT,
    GRADE,
    LAUNCH,
    LTI_VERSION,
    MESSAGE_TYPE,
    NRPS,
    PLATFORM,
    PRESENTATION,
    RESOURCE_LINK,
    ROLES,
    SECTION,
    TARGET,
    VERSION,
    Plain,
)

LIFE_S: Final = 300
ACCEPTED: Final = ("ltiResourceLink", "link")


@dataclass(frozen=True, slots=True)
class Said:
    """One launch. Every id here is a pseudonym made for this tool alone. Without class label or grade: not told."""

    issuer: str
    client_id: str
    deployment_id: str
    subject: str
    role: str
    nonce: str
    now_s: int
    target_url: str
    context_id: str
    class_label: str
    grade: int | None
    frame: bool
    return_url: str
    platform_id: str


@dataclass(frozen=True, slots=True)
class Placed:
    """What was placed in a lesson."""

    id: str
    title: str
    custom: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Services:
    """Addresses of the services the tool may ask; empty when it may not."""

    scopes: tuple[str, ...] = ()
    line_items_url: str = ""
    line_item_url: str = ""
    members_url: str = ""


def launch(said: Said, placed: Placed, services: Services) -> Plain:
    """The claims of an id token that opens what was placed."""
    claims = _common(said) | {
        MESSAGE_TYPE: LAUNCH,
        RESOURCE_LINK: {"id": placed.id, "title": placed.title},
    }
    if placed.custom:
        claims[CUSTOM] = substituted(placed.custom, _known(said, placed))
    if services.line_items_url:
        claims[AGS] = {"scope": list(services.scopes), "lineitems": services.line_items_url} | (
            {"lineitem": services.line_item_url} if services.line_item_url else {}
        )
    if services.members_url:
        claims[NRPS] = {"context_memberships_url": services.members_url, "service_versions": ["2.0"]}
    return claims


def deep_linking(said: Said, *, data: str, custom: tuple[tuple[str, str], ...]) -> Plain:
    """The claims of an id token that asks a teacher to choose something in the tool."""
    claims = _common(said) | {
        MESSAGE_TYPE: DEEP_REQUEST,
        DEEP_SETTINGS: {
            "deep_link_return_url": said.return_url,
            "accept_types": list(ACCEPTED),
            "accept_presentation_document_targets": ["iframe", "window"],
            "accept_multiple": True,
            "accept_lineitem": True,
            "auto_create": False,
            DEEP_DATA.rpartition("/")[2]: data,
        },
    }
    if custom:
        claims[CUSTOM] = substituted(custom, _known(said, None))
    return claims


def _common(said: Said) -> Plain:
    context: Plain = {"id": said.context_id, "type": [SECTION]}
    if said.class_label:
        context["label"] = said.class_label
    if said.grade is not None:
        context[GRADE] = said.grade
    return {
        "iss": said.issuer,
        "aud": said.client_id,
        "azp": said.client_id,
        "sub": said.subject,
        "iat": said.now_s,
        "exp": said.now_s + LIFE_S,
        "nonce": said.nonce,
        LTI_VERSION: VERSION,
        DEPLOYMENT: said.deployment_id,
        TARGET: said.target_url,
        ROLES: [said.role],
        CONTEXT: context,
        PLATFORM: {"guid": said.platform_id, "product_family_code": "qiming", "name": "启明"},
        PRESENTATION: {
            "document_target": "iframe" if said.frame else "window",
            "locale": "zh-CN",
            "return_url": said.return_url,
        },
    }


# What a tool may have written in for a `$Word`: nothing that is not in the launch anyway.
VARIABLES: Final = (
    "Context.id",
    "Context.label",
    "ResourceLink.id",
    "ResourceLink.title",
    "User.id",
    "ToolPlatform.productFamilyCode",
)


def _known(said: Said, placed: Placed | None) -> Mapping[str, str]:
    found = {
        "Context.id": said.context_id,
        "User.id": said.subject,
        "ToolPlatform.productFamilyCode": "qiming",
    }
    if said.class_label:
        found["Context.label"] = said.class_label
    return found | ({"ResourceLink.id": placed.id, "ResourceLink.title": placed.title} if placed else {})


def substituted(custom: tuple[tuple[str, str], ...], known: Mapping[str, str]) -> dict[str, str]:
    """Custom parameters with `$Variables` filled in; one we do not know stays as it was written, as the standard says."""
    return {name: known.get(value[1:], value) if value.startswith("$") else value for name, value in custom}
