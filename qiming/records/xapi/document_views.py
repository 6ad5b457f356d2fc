"""`/xapi/activities/state`, both profiles, `/xapi/agents` and `/xapi/activities`: in the words of the standard."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Final
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.utils.http import http_date

from qiming.kernel import time
from qiming.kernel.http import body_limit, keyed_door
from qiming.records.xapi import documents, store
from qiming.records.xapi.asking import Ask, Refused, answered, bad, read_json
from qiming.records.xapi.documents import Belief, Document, Kind, MustSay, Place
from qiming.records.xapi.validate_values import Found, iri

MAX_DOCUMENT: Final = 1024 * 1024
# In the alternate syntax every byte of a document may be three of the form.
MAX_REQUEST: Final = 3 * MAX_DOCUMENT + 64 * 1024
_MEDIA: Final = re.compile(r"[A-Za-z0-9!#$&^_.+\-]+/[A-Za-z0-9!#$&^_.+\-]+(?: *;[\x20-\x7e]*)?")
# A document is whatever a system sent: shown by a browser it could do nothing, and with nobody's session.
SEALED: Final = "sandbox; default-src 'none'"
_NAMED: Final[dict[Kind, str]] = {"state": "stateId", "agent": "profileId", "activity": "profileId"}
_OF: Final[dict[Kind, tuple[str, ...]]] = {
    "state": ("activityId", "agent"),
    "agent": ("agent",),
    "activity": ("activityId",),
}


@keyed_door("别的系统凭钥匙问一个人在记录里用哪些标识；只回答问的那一个")
@answered
def agents(ask: Ask) -> HttpResponse:
    _reads(ask)
    ask.only("agent")
    if ask.agent() is None:
        bad("agent is needed")
    given = read_json(ask.params["agent"].encode())
    if given.get("objectType", "Agent") != "Agent":
        bad("agent must be an Agent")
    person = {"objectType": "Person"}
    return JsonResponse(person | {name: [one] for name, one in given.items() if name != "objectType"})


@keyed_door("别的系统凭钥匙问一个活动最近的说明")
@answered
def activities(ask: Ask) -> HttpResponse:
    _reads(ask)
    ask.only("activityId")
    given = _activity(ask)
    found = documents.definition(given)
    whole: dict[str, object] = {"objectType": "Activity", "id": given}
    return JsonResponse(whole | ({"definition": found} if found else {}))


@body_limit(MAX_REQUEST)
@keyed_door("别的系统凭钥匙存、取某人在某活动里的进度")
@answered
def state(ask: Ask) -> HttpResponse:
    return _documents(ask, "state")


@body_limit(MAX_REQUEST)
@keyed_door("别的系统凭钥匙存、取某人的资料文档")
@answered
def agent_profile(ask: Ask) -> HttpResponse:
    return _documents(ask, "agent")


@body_limit(MAX_REQUEST)
@keyed_door("别的系统凭钥匙存、取某活动的资料文档")
@answered
def activity_profile(ask: Ask) -> HttpResponse:
    return _documents(ask, "activity")


def _reads(ask: Ask) -> None:
    if ask.method not in {"GET", "HEAD"}:
        raise Refused(405, "this address is for reading", headers={"Allow": "GET, HEAD"})
    ask.needs("read-own")


def _documents(ask: Ask, kind: Kind) -> HttpResponse:
    handlers: dict[str, Callable[[Ask, Place], HttpResponse]] = {
        "GET": _get,
        "HEAD": _get,
        "PUT": _put,
        "POST": _post,
        "DELETE": _delete,
    }
    handler = handlers.get(ask.method)
    if handler is None:
        raise Refused(405, "no such method here", headers={"Allow": "GET, HEAD, PUT, POST, DELETE"})
    ask.needs("read-own" if handler is _get else "write")
    try:
        if handler not in {_put, _post}:
            return handler(ask, _place(ask, kind))
        # A person who is being erased is not given a new document meanwhile.
        with transaction.atomic():
            store.enter()
            return handler(ask, _place(ask, kind, is_writing=True))
    except documents.Unmet as unmet:
        raise Refused(unmet.status, unmet.says) from unmet
    except documents.NotMergeable as error:
        raise Refused(400, f"{error}; nothing was changed") from error


def _place(ask: Ask, kind: Kind, *, is_writing: bool = False) -> Place:
    extra = ("registration",) if kind == "state" else ()
    listing = ("since",) if ask.method in {"GET", "HEAD"} else ()
    ask.only(*_OF[kind], _NAMED[kind], *extra, *listing)
    agent = None
    if "agent" in _OF[kind]:
        agent = ask.agent(make=is_writing) or bad("agent is needed")
    activity = _activity(ask) if "activityId" in _OF[kind] else None
    if is_writing and activity and not ask.holder.may_about(activity):
        raise Refused(403, "activityId does not begin as the activities of this key do; nothing was stored")
    return Place(kind, activity, agent, ask.uuid("registration"))


def _activity(ask: Ask) -> str:
    given = ask.params.get("activityId")
    if given is None:
        bad("activityId is needed")
    found: Found = []
    iri(given, "activityId", found)
    return bad(f"activityId {found[0].says}") if found else given


def _name(ask: Ask, place: Place) -> str | None:
    given = ask.params.get(_NAMED[place.kind])
    if given is not None and not (1 <= len(given) <= 500 and given.isprintable()):
        bad(f"{_NAMED[place.kind]} must be 1 to 500 printable characters")
    return given


def _get(ask: Ask, place: Place) -> HttpResponse:
    name, since = _name(ask, place), ask.moment("since")
    if name is None:
        key: UUID | None = None if ask.holder.reads_all else ask.holder.id
        return JsonResponse(documents.names(place, since=since, key=key), safe=False)
    found = documents.get(place, name, key=ask.holder.id, reads_all=ask.holder.reads_all)
    if found is None:
        raise Refused(404, "there is no such document")
    answer = HttpResponse(found.body, content_type=found.media_type)
    answer["ETag"] = found.etag
    answer["Last-Modified"] = http_date(found.updated_at.timestamp())
    answer["Content-Security-Policy"] = SEALED
    return answer


def _put(ask: Ask, place: Place) -> HttpResponse:
    name, sent = _wanted(ask, place), _sent(ask)
    # 1.0.3 lets a state be written over and has every PUT of a profile say what it believes.
    first: MustSay = "never" if place.kind == "state" else "always"
    belief = _belief(ask, "if it exists" if ask.version == "2.0.0" else first)
    documents.put(place, name, sent, key=ask.holder.id, belief=belief)
    return HttpResponse(status=204)


def _post(ask: Ask, place: Place) -> HttpResponse:
    name, sent = _wanted(ask, place), _sent(ask)
    if documents.is_json(sent.media_type) and not isinstance(json.loads(sent.body), dict):
        bad("a document of type application/json is posted as a JSON object")
    documents.merge(place, name, sent, key=ask.holder.id, belief=_belief(ask))
    return HttpResponse(status=204)


def _delete(ask: Ask, place: Place) -> HttpResponse:
    name = _name(ask, place)
    if name is None and place.kind != "state":
        bad(f"{_NAMED[place.kind]} is needed")
    belief = _belief(ask)
    if name is None and belief != Belief():
        bad("If-Match and If-None-Match are about one document: stateId is needed")
    documents.remove(place, name, key=ask.holder.id, belief=belief)
    return HttpResponse(status=204)


def _wanted(ask: Ask, place: Place) -> str:
    return _name(ask, place) or bad(f"{_NAMED[place.kind]} is needed")


def _belief(ask: Ask, must_say: MustSay = "never") -> Belief:
    return Belief(ask.headers.get("if-match", ""), ask.headers.get("if-none-match", ""), must_say)


def _sent(ask: Ask) -> Document:
    """The document of a request; one that calls itself JSON is JSON."""
    if len(ask.body) > MAX_DOCUMENT:
        raise Refused(413, f"a document has at most {MAX_DOCUMENT} bytes; nothing was stored")
    media_type = ask.headers.get("content-type", "").strip() or "application/octet-stream"
    if len(media_type) > 200 or not _MEDIA.fullmatch(media_type):
        bad("Content-Type must be a media type")
    if documents.is_json(media_type):
        read_json(ask.body)
    return Document(media_type, ask.body, time.now())
