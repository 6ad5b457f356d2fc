"""`/xapi/about` and `/xapi/statements`: for other systems with a key, in the words of the standard."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.http import http_date

from qiming.kernel.http import body_limit, keyed_door
from qiming.records.services import home_page
from qiming.records.xapi import attachments, find, shape, store
from qiming.records.xapi.asking import MAX_BYTES, VERSION_HEADER, Ask, Refused, answered, bad, read_json, told
from qiming.records.xapi.shape import Plain
from qiming.records.xapi.validate import findings
from qiming.records.xapi.validate_values import Finding, Found, iri

MAX_BATCH = 2000
THROUGH = "X-Experience-API-Consistent-Through"
_FILTERS = "agent verb activity registration since until limit ascending related_agents related_activities format attachments"


@keyed_door("别的系统问记录库懂 xAPI 的哪些版本；没有任何人的信息")
def about(request: HttpRequest) -> HttpResponse:
    if request.method not in {"GET", "HEAD"}:
        return HttpResponse(status=405, headers={"Allow": "GET"})
    answer = JsonResponse({"version": ["1.0.3", "2.0.0"]})
    given = request.headers.get(VERSION_HEADER, "")
    answer[VERSION_HEADER] = "1.0.3" if given.startswith("1.0") else "2.0.0"
    return answer


@body_limit(MAX_BYTES)
@keyed_door("别的系统凭钥匙送来、取走学习记录")
@answered
def statements(ask: Ask) -> HttpResponse:
    handlers: dict[str, Callable[[Ask], HttpResponse]] = {
        "GET": _get,
        "HEAD": _get,
        "POST": _post,
        "PUT": _put,
    }
    handler = handlers.get(ask.method)
    if handler is None:
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD, POST, PUT"})
    try:
        answer = handler(ask)
    except Refused as refused:
        answer = refused.answer()
    answer[THROUGH] = shape.stamp(store.consistent_through())
    return answer


# --- writing ----------------------------------------------------------------------------------------------


def _post(ask: Ask) -> HttpResponse:
    ask.needs("write")
    ask.only()
    body, contents = _body(ask)
    several = body if isinstance(body, list) else [body]
    if len(several) > MAX_BATCH:
        raise Refused(413, f"at most {MAX_BATCH} statements at once")
    _check(ask, several, contents, is_batch=isinstance(body, list))
    return JsonResponse([str(one) for one in _keep(ask, several, contents)], safe=False)


def _put(ask: Ask) -> HttpResponse:
    ask.needs("write")
    ask.only("statementId")
    statement_id = ask.uuid("statementId") or bad("statementId is needed")
    body, contents = _body(ask)
    _check(ask, [body], contents, is_batch=False)
    if str(body.get("id", statement_id)).lower() != str(statement_id):
        bad("the statement has another id than the parameter")
    _keep(ask, [body | {"id": str(statement_id)}], contents)
    return HttpResponse(status=204)


def _body(ask: Ask) -> tuple[Any, dict[str, bytes]]:
    """The JSON of a request, and the contents of attachments that came with it."""
    given = ask.headers.get("content-type", "")
    kind = given.partition(";")[0].strip().lower()
    if kind == "application/json":
        return read_json(ask.body), {}
    if kind != "multipart/mixed":
        bad("Content-Type must be application/json or multipart/mixed")
    try:
        first, contents = attachments.unpack(given, ask.body)
    except attachments.Malformed as error:
        bad(f"{error}; nothing was stored")
    return read_json(first), contents


def _check(ask: Ask, several: list[Any], contents: dict[str, bytes], *, is_batch: bool) -> None:
    """Refuse the whole batch for the first statements that break a rule, each with its place."""
    said: list[Plain] = []
    seen: set[str] = set()
    used: set[str] = set()
    for index, one in enumerate(several):
        found = findings(one, ask.version)
        if not found:
            _of_this_store(one, seen, found)
            used |= attachments.check(one, contents, found)
        said += told(found, index if is_batch else None)
        if len(said) >= 100:
            break
    if said:
        raise Refused(400, f"{said[0]['pointer']} {said[0]['says']}; nothing was stored", findings=said)
    if set(contents) - used:
        bad("a part is not the content of any attachment; nothing was stored")


def _of_this_store(statement: Plain, seen: set[str], found: Found) -> None:
    """What the standard leaves to the store."""
    statement_id = str(statement.get("id", "")).lower()
    if statement_id and statement_id in seen:
        found.append(Finding("/id", "batch.distinct_ids", "another statement of this batch has this id"))
    seen.add(statement_id)
    if (named := _own_person_by_name(statement, "")) is not None:
        says = "people of this platform are named by their account alone"
        found.append(Finding(named, "agent.no_name", says))


def _own_person_by_name(value: Any, pointer: str) -> str | None:
    """Where an account of ours stands with a name beside it: a pupil's name is not taken from anybody."""
    ours = home_page()
    for name in ("actor", "object", "authority", "context", "instructor", "team"):
        inner = value.get(name)
        if not isinstance(inner, dict):
            continue
        if inner.get("account", {}).get("homePage") == ours and "name" in inner:
            return f"{pointer}/{name}/name"
        if (deeper := _own_person_by_name(inner, f"{pointer}/{name}")) is not None:
            return deeper
    members = list(enumerate(value.get("member", ()))) if isinstance(value.get("member"), list) else []
    for index, one in members:
        if one.get("account", {}).get("homePage") == ours and "name" in one:
            return f"{pointer}/member/{index}/name"
    return None


def _keep(ask: Ask, several: list[Plain], contents: dict[str, bytes]) -> list[UUID]:
    version = "1.0.0" if ask.version == "1.0.3" else "2.0.0"
    try:
        return store.keep(several, holder=ask.holder, version=version, contents=contents)
    except store.Conflict as conflict:
        raise Refused(
            409, f"another statement has the id {conflict.statement_id}; nothing was stored"
        ) from conflict
    except store.NotVoidable as error:
        found = [Finding("/object/id", "voiding.target", "is a voiding statement")]
        raise Refused(
            400, "what is to be voided is a voiding statement", findings=told(found, error.index)
        ) from error


# --- reading ----------------------------------------------------------------------------------------------


def _get(ask: Ask) -> HttpResponse:
    ask.needs("read-own")
    if "statementId" in ask.params or "voidedStatementId" in ask.params:
        return _one(ask)
    ask.only(*_FILTERS.split(), "cursor")
    form, ascending = _format(ask), ask.flag("ascending")
    asked = find.Asked(
        agent=ask.agent(),
        verb=_iri(ask, "verb"),
        activity=_iri(ask, "activity"),
        registration=ask.uuid("registration"),
        since=ask.moment("since"),
        until=ask.moment("until"),
        related_agents=ask.flag("related_agents"),
        related_activities=ask.flag("related_activities"),
        ascending=ascending,
        limit=_limit(ask),
        after=_cursor(ask),
        key=_key(ask),
    )
    rows, has_more = find.search(asked)
    if ask.flag("attachments") and len(fitting := find.within(rows, MAX_BYTES)) < len(rows):
        rows, has_more = fitting, True
    more = ""
    if has_more:
        last = rows[-1]
        cursor = f"{shape.stamp(last.stored)}_{last.id}"
        more = f"{ask.root}statements?{urlencode(ask.params | {'cursor': cursor})}"
    texts = ",".join(form(row.text) for row in rows)
    return _answer(ask, f'{{"statements":[{texts}],"more":{json.dumps(more)}}}', rows)


def _one(ask: Ask) -> HttpResponse:
    ask.only("statementId", "voidedStatementId", "format", "attachments")
    standing, voided = ask.uuid("statementId"), ask.uuid("voidedStatementId")
    if standing and voided:
        bad("statementId and voidedStatementId exclude each other")
    form = _format(ask)
    wanted = standing or voided
    assert wanted is not None
    row = find.one(wanted, voided=voided is not None, key=_key(ask))
    if row is None:
        raise Refused(404, "there is no such statement")
    answer = _answer(ask, form(row.text), [row])
    answer["Last-Modified"] = http_date(row.stored.timestamp())
    return answer


def _answer(ask: Ask, text: str, rows: list[find.Row]) -> HttpResponse:
    """JSON, or (attachments=true) the same as the first part of a multipart answer, the contents of attachments after it."""
    if not ask.flag("attachments"):
        return HttpResponse(text, content_type="application/json")
    found = [(one.sha2, one.media_type, one.body) for one in find.contents(rows)]
    kind, whole = attachments.pack(text, found)
    return HttpResponse(whole, content_type=kind)


def _key(ask: Ask) -> UUID | None:
    return None if ask.holder.reads_all else ask.holder.id


def _iri(ask: Ask, name: str) -> str | None:
    given = ask.params.get(name)
    found: Found = []
    if given is not None:
        iri(given, name, found)
    return bad(f"{name} {found[0].says}") if found else given


def _limit(ask: Ask) -> int:
    given = ask.params.get("limit", "0")
    if not given.isascii() or not given.isdigit() or len(given) > 9:
        bad("limit must be a whole number, zero or more")
    return min(int(given) or find.MOST, find.MOST)


def _cursor(ask: Ask) -> tuple[datetime, UUID] | None:
    given = ask.params.get("cursor")
    if given is None:
        return None
    moment, _, statement_id = given.partition("_")
    try:
        return datetime.fromisoformat(moment.replace(" ", "+")), UUID(statement_id)
    except ValueError:
        return bad("cursor is not one of ours")


def _format(ask: Ask) -> Callable[[str], str]:
    given = ask.params.get("format", "exact")
    if given == "exact":
        return lambda text: text
    if given == "ids":
        return lambda text: _dump(shape.ids_only(json.loads(text)))
    if given != "canonical":
        bad("format must be ids, exact or canonical")
    languages = _languages(ask.headers.get("accept-language", ""))
    return lambda text: _dump(shape.in_language(json.loads(text), languages))


def _languages(given: str) -> list[str]:
    """The languages of an `Accept-Language`, in small letters, the dearest first."""
    weighed: list[tuple[float, str]] = []
    for part in given[:500].split(","):
        tag, _, rest = part.strip().partition(";")
        try:
            weight = float(rest.strip().removeprefix("q=") or 1)
        except ValueError:
            weight = 0.0
        if tag and tag != "*":
            weighed.append((-weight, tag.lower()))
    return [tag for _, tag in sorted(weighed, key=lambda one: one[0])]


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
