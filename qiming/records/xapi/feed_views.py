"""`/xapi/feed` and `/xapi/completions`: for systems that follow what changes instead of asking again for everything."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final, TypeVar
from uuid import UUID

from django.http import HttpResponse, JsonResponse

from qiming.kernel.http import keyed_door
from qiming.records.services import home_page
from qiming.records.xapi import completions, feed, find, people, shape
from qiming.records.xapi.asking import Ask, Refused, answered, bad
from qiming.records.xapi.validate_values import Found, iri

T = TypeVar("T")
STEPS: Final = 4  # pages of the feed counted before an answer; the rest by the job


@keyed_door("别的系统凭钥匙按存入的先后取学习记录，从上次取到的地方接着取")
@answered
def statements(ask: Ask) -> HttpResponse:
    _reads(ask)
    ask.only("cursor", "limit")
    after = _cursor(ask, feed.read)
    page = feed.page(after, key=_key(ask), limit=_limit(ask))
    mine = [row.key == ask.holder.id for row in page.rows]
    texts = people.shown([row.text for row in page.rows], mine, home_page())
    tail = json.dumps(
        {
            "cursor": feed.written(page.after),
            "more": page.has_more,
            "through": shape.stamp(page.through),
        }
    )
    return HttpResponse(f'{{"statements":[{",".join(texts)}],{tail[1:]}', content_type="application/json")


@keyed_door("别的系统凭钥匙取谁在哪个活动里完成、通过、得分、做了几次")
@answered
def completed(ask: Ask) -> HttpResponse:
    _reads(ask)
    ask.only("cursor", "limit", "agent", "activity")
    since = _cursor(ask, feed.read_number)
    agent, activity = ask.agent(), _activity(ask)
    is_all = completions.count(STEPS)
    lines, has_more = completions.changed(
        since, key=_key(ask), limit=_limit(ask), agent=agent, activity=activity
    )
    mine = [line.key == ask.holder.id for line in lines]
    told = [json.dumps(line.told(), ensure_ascii=False) for line in lines]
    through = completions.through()
    answer = {
        "completions": [json.loads(one) for one in people.shown(told, mine, home_page(), least=1)],
        "cursor": feed.written_number(lines[-1].change if lines else since),
        "more": has_more or not is_all,
        "through": shape.stamp(through) if through else None,
    }
    return JsonResponse(answer, json_dumps_params={"ensure_ascii": False})


def _reads(ask: Ask) -> None:
    if ask.method not in {"GET", "HEAD"}:
        raise Refused(405, "this address is for reading", headers={"Allow": "GET, HEAD"})
    ask.needs("read-own")


def _key(ask: Ask) -> UUID | None:
    return None if ask.holder.reads_all else ask.holder.id


def _cursor(ask: Ask, read: Callable[[str], T]) -> T:
    try:
        return read(ask.params.get("cursor", ""))
    except ValueError:
        bad("cursor is not one that this address gave")


def _limit(ask: Ask) -> int:
    given = ask.params.get("limit", str(find.MOST))
    if not given.isascii() or not given.isdigit() or len(given) > 9 or int(given) < 1:
        bad("limit must be a whole number, one or more")
    return min(int(given), find.MOST)


def _activity(ask: Ask) -> str | None:
    given = ask.params.get("activity")
    found: Found = []
    if given is not None:
        iri(given, "activity", found)
    return bad(f"activity {found[0].says}") if found else given
