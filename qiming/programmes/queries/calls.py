"""Calls as they were opened, and how many places of a programme are given."""

from django.db.models import Count, Q, QuerySet, Sum

from qiming.kernel import time
from qiming.kernel.access import Actor
from qiming.programmes.access import BROWSE, TABLE
from qiming.programmes.models import Application, Call, Naming
from qiming.programmes.rules.reading import parse
from qiming.programmes.types import Programme, Quota

_WHY = "calls are for all who work at schools and offices; sums name nobody"
HOLDING = ("noticed", "named", "checking", "warned", "fixing", "hearing", "published")
REVIEWED = ("school_review", "campus_review", "practice_review")
# On the way to a ranking: until none is left, nobody is ranked.
COMING = ("submitted", "returned", "checked", "not_recommended", "appealed")
LIVE = (*COMING, *REVIEWED, "scored", "noticed")


def calls(actor: Actor) -> QuerySet[Call]:
    """Every call, those that close last first."""
    return Call.objects.for_actor(actor, BROWSE).order_by("-closes_on", "-id")


def load_call(actor: Actor, call_id: object) -> Call:
    found: Call = TABLE.load(actor, BROWSE, Call.objects.unscoped(_WHY), id=call_id)
    return found


def programme_of(call: Call) -> Programme:
    """The programme as it stood when the call was opened."""
    return parse(call.body, call.digest)


def quota_of(call: Call) -> Quota:
    terms = call.terms
    return Quota(
        total=call.total,
        per_cell=terms["per_cell"],
        cells={(district, stage): n for district, stage, n in terms["cells"]},
        floor=call.floor,
        floor_districts=frozenset(terms["floor_districts"]),
    )


def is_open(call: Call) -> bool:
    return call.opens_on <= time.today() <= call.closes_on


def in_force(key: str) -> int:
    """How many places of a programme are given or promised: names in force, and what calls still running may give."""
    running = Call.objects.unscoped(_WHY).filter(programme=key).filter(_unfinished()).values("id")
    named = Naming.objects.unscoped(_WHY).filter(programme=key, ended_on=None)
    promised = Call.objects.unscoped(_WHY).filter(id__in=running).aggregate(n=Sum("total"))["n"] or 0
    return int(promised) + named.exclude(application__call_id__in=running).count()


def _unfinished() -> Q:
    """Calls of which something may still be named."""
    live = Application.objects.unscoped(_WHY).filter(state__in=LIVE).values("call_id")
    return Q(closes_on__gte=time.today()) | Q(id__in=live)


def standing(call: Call, district_path: str = "") -> dict[str, int]:
    """How many applications stand where: no scores, no names."""
    rows = Application.objects.unscoped(_WHY).filter(call=call)
    if district_path:
        rows = rows.filter(district_path=district_path)
    return dict(rows.order_by().values_list("state").annotate(n=Count("id")))
