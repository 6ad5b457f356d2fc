"""What a tool's server asks with its token: line items, scores, results (AGS), the members of the class (NRPS)."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiming.kernel.http import body_limit, keyed_door
from qiming.kernel.throttle import limited
from qiming.registry import queries as registry
from qiming.resources.lti import gate, sealing
from qiming.resources.lti.models import LtiLine, LtiLink, LtiScore, LtiToken, LtiTool
from qiming.resources.lti.protocol import grades, rosters
from qiming.resources.lti.protocol.conditions import told_of
from qiming.resources.lti.protocol.names import (
    LINE_ITEM,
    LINE_ITEM_READ,
    LINE_ITEM_TYPE,
    LINE_ITEMS_TYPE,
    MEMBERS,
    MEMBERS_TYPE,
    RESULT_READ,
    RESULTS_TYPE,
    SCORE,
    Plain,
)
from qiming.resources.lti.protocol.refusals import Code, Refused
from qiming.resources.lti.protocol.rosters import MAX_PAGE, Member, page_of
from qiming.resources.lti.services import scores as keeping
from qiming.resources.lti.services.access_tokens import need
from qiming.resources.lti.services.asked import line_of, link_and_decision, link_of
from qiming.resources.lti.services.launches import Base
from qiming.resources.lti.types import Note
from qiming.resources.lti.views.common import SERVER, answered, base_of

_WHY = "the link was found for the tool that asks"
MAX_BYTES = 64 * 1024


@limited(SERVER, reading=True)
@body_limit(MAX_BYTES)
@keyed_door("工具凭访问凭证看、加自己的成绩项；每次都问这个班现在能不能用它")
@require_http_methods(["GET", "POST"])
@answered(Note.LINE)
def lines(request: HttpRequest, token: LtiToken, link_id: UUID) -> HttpResponse:
    base = base_of(request)
    if request.method == "POST":
        tool = need(token, LINE_ITEM)
        made = keeping.add_line(tool, link_of(tool, link_id), grades.line_of(_json(request)))
        return _answer(_line_json(made, base), LINE_ITEM_TYPE, status=201)
    link = link_of(need(token, LINE_ITEM, LINE_ITEM_READ), link_id)
    rows = LtiLine.objects.unscoped(_WHY).filter(link=link, removed_at=None).order_by("id")
    for name, column in (("resource_id", "resource_id"), ("tag", "tag")):
        if name in request.GET:
            rows = rows.filter(**{column: request.GET[name][:200]})
    if request.GET.get("resource_link_id", str(link.id)) != str(link.id):
        rows = rows.none()
    size, start = page_of(request.GET.get("limit", ""), request.GET.get("page", ""))
    answer = _answer([_line_json(one, base) for one in rows[start : start + size]], LINE_ITEMS_TYPE)
    return _with_next(answer, request, start + size, rows.count())


@limited(SERVER, reading=True)
@body_limit(MAX_BYTES)
@keyed_door("工具凭访问凭证看、改、去掉自己的一个成绩项")
@require_http_methods(["GET", "PUT", "DELETE"])
@answered(Note.LINE)
def line(request: HttpRequest, token: LtiToken, link_id: UUID, line_id: UUID) -> HttpResponse:
    scopes = (LINE_ITEM, LINE_ITEM_READ) if request.method == "GET" else (LINE_ITEM,)
    tool = need(token, *scopes)
    found = line_of(link_of(tool, link_id), line_id)
    if request.method == "DELETE":
        keeping.remove_line(tool, found)
        return HttpResponse(status=204)
    if request.method == "PUT":
        found = keeping.change_line(tool, found, grades.line_of(_json(request)))
    return _answer(_line_json(found, base_of(request)), LINE_ITEM_TYPE)


@limited(SERVER, reading=True)
@body_limit(MAX_BYTES)
@keyed_door("工具凭访问凭证送来一名学生的成绩（只用假名编号）；老师看得到，不改变掌握情况")
@require_POST
@answered(Note.SCORE)
def scores(request: HttpRequest, token: LtiToken, link_id: UUID, line_id: UUID) -> HttpResponse:
    keeping.receive(need(token, SCORE), link_id, line_id, grades.score_of(_json(request)))
    return HttpResponse(status=204)


@limited(SERVER, reading=True)
@keyed_door("工具凭访问凭证看自己送来的、现在算数的成绩")
@require_GET
@answered(Note.SCORE)
def results(request: HttpRequest, token: LtiToken, link_id: UUID, line_id: UUID) -> HttpResponse:
    tool = need(token, RESULT_READ)
    found = line_of(link_of(tool, link_id), line_id)
    rows = LtiScore.objects.unscoped(_WHY).filter(line=found, is_current=True).order_by("id")
    size, start = page_of(request.GET.get("limit", ""), request.GET.get("page", ""))
    base, wanted = base_of(request), request.GET.get("user_id", "")
    named = [(gate.pseudonym(tool, one.person_id), one) for one in rows]
    named = [(subject, one) for subject, one in named if wanted in ("", subject)]
    told = [_result_json(found, one, subject, base) for subject, one in named[start : start + size]]
    return _with_next(_answer(told, RESULTS_TYPE), request, start + size, len(named))


@limited(SERVER, reading=True)
@keyed_door("工具凭访问凭证看一个班的名单：只有假名编号、身份、年级、在不在班")
@require_GET
@answered(Note.MEMBERS)
def members(request: HttpRequest, token: LtiToken, link_id: UUID) -> HttpResponse:
    tool = need(token, MEMBERS)
    link, decision = link_and_decision(tool, link_id)
    if request.GET.get("rlid", str(link.id)) != str(link.id):
        raise Refused(Code.MISSING)
    everybody = _members(tool, link)
    if role := request.GET.get("role", ""):
        wants_teachers = role.rpartition("#")[2] == "Instructor"
        everybody = [one for one in everybody if one.is_teacher == wants_teachers]
    size, start = page_of(request.GET.get("limit", ""), request.GET.get("page", ""))
    place, url = registry.org(link.class_id), base_of(request).link(link.id, "members")
    context_id = sealing.context_id(tool.id, link.class_id)
    told = told_of(place.name, place.grade, decision.data_scopes)
    body = rosters.container(url, context_id, told.label, told.grade, everybody[start : start + size])
    return _with_next(_answer(body, MEMBERS_TYPE), request, start + size, len(everybody))


def _members(tool: LtiTool, link: LtiLink) -> list[Member]:
    teachers = [one.id for one in registry.teachers_of(link.class_id)]
    pupils = [one.id for one in registry.pupils_of(link.class_id)]
    named = [Member(gate.pseudonym(tool, one), is_teacher=True) for one in teachers]
    named += [Member(gate.pseudonym(tool, one), is_teacher=False) for one in pupils if one not in teachers]
    # Not by seat: the order of a list says who somebody is.
    return sorted(named, key=lambda one: one.subject)


def _line_json(row: LtiLine, base: Base) -> Plain:
    said = grades.Line(row.label, row.max_score, str(row.link_id), row.resource_id, row.tag)
    return grades.line_json(said, base.link(row.link_id, f"lines/{row.id}"))


def _result_json(row: LtiLine, score: LtiScore, subject: str, base: Base) -> Plain:
    url = base.link(row.link_id, f"lines/{row.id}")
    given = None
    if score.given is not None and score.max_score and score.grading == "FullyGraded":
        given = grades.scaled(score.given, score.max_score, row.max_score)
    return grades.result_json(
        url=f"{url}/results/{score.id}",
        line_url=url,
        subject=subject,
        given=given,
        most=row.max_score,
        comment=score.comment,
    )


def _answer(body: Any, media_type: str, *, status: int = 200) -> HttpResponse:
    answer = JsonResponse(body, safe=False, status=status, content_type=media_type)
    answer["Cache-Control"] = "no-cache"
    return answer


def _with_next(answer: HttpResponse, request: HttpRequest, following: int, total: int) -> HttpResponse:
    if following < total:
        asked = request.GET.copy()
        asked["page"], asked["limit"] = str(following), request.GET.get("limit", str(MAX_PAGE))
        where = f"{base_of(request).issuer}{request.path}?{asked.urlencode()}"
        answer["Link"] = f'<{where}>; rel="next"'
    return answer


def _json(request: HttpRequest) -> Any:
    try:
        return json.loads(request.body)
    except (ValueError, RecursionError):
        raise Refused(Code.BAD_REQUEST, "no JSON") from None
