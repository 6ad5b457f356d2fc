"""The addresses of the protocol itself: our configuration and keys, the tool's login coming back, tokens, registration."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiming.kernel.access import Actor
from qiming.kernel.headers import reaching
from qiming.kernel.http import body_limit, keyed_door, public_page
from qiming.kernel.throttle import limited
from qiming.resources.lti import services
from qiming.resources.lti.models import LtiTool
from qiming.resources.lti.protocol import registering
from qiming.resources.lti.protocol.refusals import Code, Refused
from qiming.resources.lti.services import access_tokens, deep_linking, platform_keys
from qiming.resources.lti.services.launches import tool_named
from qiming.resources.lti.types import Note
from qiming.resources.lti.views.common import (
    SERVER,
    addresses,
    again_of,
    base_of,
    posting_page,
    refused_page,
    told,
    words,
)

MAX_BYTES = 512 * 1024


@limited(SERVER, reading=True)
@keyed_door("工具取本平台的 LTI 配置：地址和能做什么，没有任何人的信息")
@require_GET
def configuration(request: HttpRequest) -> HttpResponse:
    return JsonResponse(registering.configuration(addresses(request)))


@limited(SERVER, reading=True)
@keyed_door("工具取本平台签名用的公钥")
@require_GET
def keys(request: HttpRequest) -> HttpResponse:
    answer = JsonResponse(platform_keys.public_set())
    answer["Cache-Control"] = "public, max-age=3600"
    return answer


@limited(SERVER, reading=True)
@csrf_exempt
@public_page("工具把浏览器送回来核对身份；只有刚在本平台点过“打开”的本人才能继续")
@require_http_methods(["GET", "POST"])
def authorize(request: HttpRequest) -> HttpResponse:
    """Who comes is told to the tool, when it is the person who clicked."""
    asked = words(request)
    if request.method == "POST":
        # A form sent from elsewhere brings no session; the same question asked by address does.
        return HttpResponseRedirect(f"{reverse('lti.authorize')}?{urlencode(asked)}", status=303)
    actor: Actor | None = getattr(request, "actor", None)
    tool: LtiTool | None = None
    try:
        tool = tool_named(asked.get("client_id", ""))
        if actor is None:
            return _unknown(request, asked)
        posting = services.answer(actor=actor, asked=asked, base=base_of(request))
    except Refused as refusal:
        return refused_page(request, refusal, Note.LAUNCH, tool, again_of(asked))
    return posting_page(request, posting, tool, Note.LAUNCH)


def _unknown(request: HttpRequest, asked: dict[str, str]) -> HttpResponse:
    """In a frame the browser may keep our own cookie back: a window of its own always works."""
    context = {"again": again_of(asked, window=True)}
    answer = render(request, "resources/lti/unknown.html", context, status=403)
    answer["Content-Security-Policy"] = reaching((), in_frame=True)
    return answer


@limited(SERVER, reading=True)
@body_limit(MAX_BYTES)
@csrf_exempt
@public_page("工具带回老师挑好的内容；凭工具的签名认，老师再确认一次才放进课里")
@require_POST
def deep_link_return(request: HttpRequest) -> HttpResponse:
    """The tool's answer is checked and kept; the teacher looks at it on a page of ours."""
    token, tool = request.POST.get("JWT", ""), None
    try:
        tool = deep_linking.sender_of(token)
        launch = services.receive(tool, token, base_of(request).issuer)
    except Refused as refusal:
        return refused_page(request, refusal, Note.CHOICE, tool)
    return HttpResponseRedirect(reverse("resources.lti_chosen", args=[launch.id]), status=303)


@limited(SERVER, reading=True)
@body_limit(MAX_BYTES)
@keyed_door("工具凭签名取一小时的访问凭证")
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    tool, asked = None, words(request)
    at = addresses(request)
    try:
        tool = access_tokens.sender_of(asked.get("client_assertion", ""))
        body = access_tokens.grant(tool, asked, (at.token, at.issuer))
    except Refused as refusal:
        log_kind = Note.TOKEN
        services.log.refused(log_kind, tool, refusal)
        return told(refusal)
    answer = JsonResponse(body)
    answer["Cache-Control"] = "no-cache"
    return answer


@limited(SERVER, reading=True)
@body_limit(MAX_BYTES)
@keyed_door("工具凭一次性口令自动登记；登记后等市、区人员核对")
@require_POST
def register(request: HttpRequest) -> HttpResponse:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    try:
        if kind.lower() != "bearer":
            raise Refused(Code.REGISTRATION_TOKEN)
        facts = registering.read(_json(request))
        tool = services.register_itself(secret.strip(), facts)
    except Refused as refusal:
        services.log.refused(Note.REGISTER, None, refusal)
        return told(refusal)
    deployment = tool.deployments.unscoped("it was just made").get()
    body = registering.answer(facts, client_id=tool.client_id, deployment_id=deployment.deployment_id)
    return JsonResponse(body, status=201)


def _json(request: HttpRequest) -> object:
    try:
        return json.loads(request.body)
    except (ValueError, RecursionError):
        raise Refused(Code.BAD_REQUEST, "no JSON") from None
