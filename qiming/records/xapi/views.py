"""`/xapi/about` and `/xapi/statements`: for other systems with a key, in the words of the standard."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.http import http_date

from qiming.kernel.http import body_limit, keyed_door
from qiming.records.services import home_page
from qiming.records.xapi import attachments, checking, find, people, shape, store, usage
from qiming.records.xapi.asking import MAX_BYTES, VERSION_HEADER, Ask, Refused, answered, bad, read_json
from qiming.records.xapi.checking import Judged, told
from qiming.records.xapi.shape import Plain
from qiming.records.xapi.usage import Came
from qiming.records.xapi.validate_values import Finding, Found, iri

MAX_BATCH = 2000
MAX_STATEMENT_BYTES = 1024 * 1024
LENIENT = "handling=lenient"
BECAME = ("stored", "duplicate", "refused")
MOST_SAID = 20
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
        raise Refused(413, f"at most {MAX_BATCH} statements at once; nothing was stored")
    _take(ask, len(several))
    if _is_lenient(ask) and isinstance(body, list):
        return _keep_good(ask, several, contents)
    _check(ask, several, contents, is_batch=isinstance(body, list))
    return JsonResponse([str(one) for one in _keep(ask, several, contents)], safe=False)


def _put(ask: Ask) -> HttpResponse:
    ask.needs("write")
    ask.only("statementId")
    statement_id = ask.uuid("statementId") or bad("statementId is needed")
    body, contents = _body(ask)
    _take(ask, 1)
    _check(ask, [body], contents, is_batch=False)
    if str(body.get("id", statement_id)).lower() != str(statement_id):
        bad("the statement has another id than the parameter")
    _keep(ask, [body | {"id": str(statement_id)}], contents, is_batch=False)
    return HttpResponse(status=204)


def _take(ask: Ask, statements: int) -> None:
    """What the key's rate lets through, counted before anything is looked at."""
    rate = ask.holder.limits.per_minute
    if rate is None or not statements:
        return
    if statements > rate:
        ask.came.turned_away = statements
        raise Refused(413, f"with this key at most {rate} statements a minute; nothing was stored")
    if wait_s := usage.take(ask.holder.id, statements, rate):
        ask.came.turned_away = statements
        says = f"with this key at most {rate} statements a minute; nothing was stored"
        raise Refused(429, says, headers={"Retry-After": str(wait_s)})


def _is_lenient(ask: Ask) -> bool:
    """Whether the good ones of a batch are to be kept though others are refused: said with every request (RFC 7240)."""
    given = ask.headers.get("prefer", "").lower().replace(";", ",").split(",")
    return LENIENT in [one.replace(" ", "").replace('"', "") for one in given]


def _body(ask: Ask) -> tuple[Any, dict[str, bytes]]:
    """The JSON of a request, and the contents of attachments that came with it."""
    given = ask.headers.get("content-type", "")
    kind = given.partition(";")[0].strip().lower()
    if kind == "application/json":
        return _no_giants(ask.body), {}
    if kind != "multipart/mixed":
        bad("Content-Type must be application/json or multipart/mixed")
    try:
        first, contents = attachments.unpack(given, ask.body)
    except attachments.Malformed as error:
        bad(f"{error}; nothing was stored")
    return _no_giants(first), contents


def _no_giants(data: bytes) -> Any:
    """The JSON of a request in which no statement is larger than anybody's (contents of attachments are not in it)."""
    body = read_json(data)
    if len(data) > MAX_STATEMENT_BYTES:
        for index, one in enumerate(body if isinstance(body, list) else [body]):
            if (size := len(shape.text_of(one).encode())) > MAX_STATEMENT_BYTES:
                says = f"has {size} bytes; a statement has at most {MAX_STATEMENT_BYTES}"
                said = told([Finding("", "statement.size", says)], index if isinstance(body, list) else None)
                raise Refused(413, f"a statement {says}; nothing was stored", findings=said)
    return body


def _judge(ask: Ask, several: list[Any], contents: dict[str, bytes], *, to_the_end: bool = False) -> Judged:
    judged = checking.judge(
        several,
        version=ask.version,
        holder=ask.holder,
        home=home_page(),
        contents=contents,
        to_the_end=to_the_end,
    )
    # While something is wrong, what it would have used is not known.
    if set(contents) - judged.used and not judged.wrong:
        bad("a part is not the content of any attachment; nothing was stored")
    return judged


def _check(ask: Ask, several: list[Any], contents: dict[str, bytes], *, is_batch: bool) -> None:
    """Refuse the whole batch for the first statements that break a rule, each with its place."""
    wrong = _judge(ask, several, contents).wrong
    said = [one for index, found in wrong.items() for one in told(found, index if is_batch else None)]
    if said:
        ask.came.refused = len(several)
        raise Refused(400, f"{said[0]['pointer']} {said[0]['says']}; nothing was stored", findings=said)


def _keep(ask: Ask, several: list[Plain], contents: dict[str, bytes], *, is_batch: bool = True) -> list[UUID]:
    try:
        kept = store.keep(several, holder=ask.holder, version=_stored_version(ask), contents=contents)
    except store.NotKept as why:
        ask.came.refused = len(several)
        said = told([why.finding], why.index if is_batch else None)
        raise Refused(why.status, f"{why}; nothing was stored", findings=said) from why
    ask.came.stored, ask.came.duplicate = len(kept.fresh), len(kept.ids) - len(kept.fresh)
    return kept.ids


def _stored_version(ask: Ask) -> str:
    return "1.0.0" if ask.version == "1.0.3" else "2.0.0"


def _keep_good(ask: Ask, several: list[Any], contents: dict[str, bytes]) -> HttpResponse:
    """Keep what can be kept, in one transaction, and say of each statement what became of it."""
    refused = _judge(ask, several, contents, to_the_end=True).wrong
    good = [index for index in range(len(several)) if index not in refused]
    kept = store.keep(
        [several[index] for index in good],
        holder=ask.holder,
        version=_stored_version(ask),
        contents=contents,
        lenient=True,
    )
    refused |= {good[place]: [why.finding] for place, why in kept.refused.items()}
    results: list[Plain] = [{}] * len(several)
    for place, index in enumerate(good):
        became = "stored" if kept.ids[place] in kept.fresh else "duplicate"
        results[index] = {"index": index, "id": str(kept.ids[place]), "became": became}
    for index, found in refused.items():
        said = told(found[:MOST_SAID], None)
        results[index] = {"index": index, "became": "refused", "findings": said}
    counts = Counter(one["became"] for one in results)
    ask.came = Came(**{one: counts[one] for one in BECAME})
    answer = JsonResponse({one: counts[one] for one in BECAME} | {"results": results})
    answer["Preference-Applied"] = LENIENT
    return answer


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
    texts = ",".join(form(text) for text in _shown(ask, rows))
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
    answer = _answer(ask, form(_shown(ask, [row])[0]), [row])
    answer["Last-Modified"] = http_date(row.stored.timestamp())
    return answer


def _answer(ask: Ask, text: str, rows: list[find.Row]) -> HttpResponse:
    """JSON, or (attachments=true) the same as the first part of a multipart answer, the contents of attachments after it."""
    if not ask.flag("attachments"):
        return HttpResponse(text, content_type="application/json")
    found = [(one.sha2, one.media_type, one.body) for one in find.contents(rows)]
    kind, whole = attachments.pack(text, found)
    return HttpResponse(whole, content_type=kind)


def _shown(ask: Ask, rows: list[find.Row]) -> list[str]:
    return people.shown([row.text for row in rows], [row.key == ask.holder.id for row in rows], home_page())


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
