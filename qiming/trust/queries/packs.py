"""The contents of a yearly pack: figures only, read from the ledgers; nobody is named."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db.models import Count, Model, Q, QuerySet
from django.db.models.functions import TruncMonth

from qiming.kernel import exports, time
from qiming.kernel.access import Actor
from qiming.kernel.models import AuditRow
from qiming.kernel.privacy import SOURCE, SOURCE_STATUS, Grade, PersonalData, grade_of
from qiming.registry import queries as registry
from qiming.registry.types import ROLE_NAMES, OrgRef, Role
from qiming.trust import texts
from qiming.trust.models import (
    AccessLog,
    ConsentLine,
    ErasureCase,
    Incident,
    PersonCopy,
    Report,
    YearPack,
)
from qiming.trust.queries import classes
from qiming.trust.queries.rights import certificates
from qiming.trust.rules.reports import CATEGORIES
from qiming.trust.types.consent import Purpose, Said
from qiming.trust.types.reports import StepKind
from qiming.trust.types.rights import ErasureState

_WHY = "counted only, below the place whose pack was asked for"
Content = dict[str, Any]


def bounds(year: int) -> tuple[datetime, datetime]:
    """The first moment of a calendar year in Shanghai and the first of the next."""
    return time.at_local(date(year, 1, 1)), time.at_local(date(year + 1, 1, 1))


def packs_of(actor: Actor) -> QuerySet[YearPack]:
    """The packs of the actor's places, latest first."""
    return YearPack.objects.for_actor(actor, "trust.make_pack").order_by("-created_at")[:50]


def held(place: OrgRef, year: int) -> list[Content]:
    """How many rows each table with personal fields holds below the place now; empty ones are left out."""
    lines = []
    for model in apps.get_models():
        said = getattr(model, "personal_data", None)
        if not isinstance(said, PersonalData) or grade_of(model) < Grade.L3 or not _has_place(model):
            continue
        rows = _rows(model).filter(scope_path__startswith=place.path).count()
        if rows:
            lines.append({"what": said.holds, "grade": grade_of(model).name, "rows": rows})
    return sorted(lines, key=lambda line: -int(line["rows"]))


def categories(place: OrgRef, year: int) -> list[Content]:
    """The categories of data, their level and why they are held."""
    return [
        {"name": line.name, "grade": line.grade.name, "holds": line.holds, "why": line.why}
        for line in classes.by_category()
    ]


def readings(place: OrgRef, year: int) -> Content:
    """Who read named records: by role, by month."""
    rows = _year(AccessLog.objects.unscoped(_WHY), place, year)
    by_role = rows.values("role").annotate(
        times=Count("id"),
        readers=Count("reader_id", distinct=True),
        pupils=Count("subject_id", distinct=True),
    )
    by_month = rows.annotate(month=TruncMonth("created_at", tzinfo=time.SHANGHAI)).values("month")
    months = {one["month"].month: one["n"] for one in by_month.annotate(n=Count("id")).order_by("month")}
    return {
        "roles": [
            {"role": ROLE_NAMES[Role(one["role"])] if one["role"] else "其他"}
            | {key: one[key] for key in ("times", "readers", "pupils")}
            for one in by_role.order_by("-times")
        ],
        "months": [months.get(month, 0) for month in range(1, 13)],
    }


def consents(place: OrgRef, year: int) -> list[Content]:
    """What was said about each purpose during the year."""
    rows = _year(ConsentLine.objects.unscoped(_WHY), place, year).values("purpose", "said")
    said = {(one["purpose"], one["said"]): one["n"] for one in rows.annotate(n=Count("id"))}
    known = texts.purposes()
    return [
        {"purpose": known[purpose].name}
        | {
            kind.value: said.get((purpose.value, kind.value), 0)
            for kind in (Said.GIVEN, Said.REFUSED, Said.WITHDRAWN)
        }
        for purpose in Purpose
    ]


def incidents(place: OrgRef, year: int) -> list[Content]:
    """The incidents of the year: dates, kinds of data, people touched; no title, for a title may name somebody."""
    rows = _year(Incident.objects.unscoped(_WHY), place, year).prefetch_related("steps")
    return [
        {
            "found_on": time.local(row.found_at).date(),
            "categories": "、".join(row.categories),
            "people": row.people_touched,
            "is_grave": row.is_grave,
            "told_in_time": any(step.kind == "told" and step.at <= row.tell_by for step in row.steps.all()),
            "closed_on": time.local(row.closed_at).date() if row.closed_at else None,
        }
        for row in rows.order_by("found_at")
    ]


def complaints(place: OrgRef, year: int) -> list[Content]:
    """Complaints by kind: how many, answered, passed up because nobody answered in time."""
    answered = Q(steps__kind=StepKind.ANSWERED)
    rows = _year(Report.objects.unscoped(_WHY), place, year).values("category")
    counted = rows.annotate(
        made=Count("id", distinct=True),
        answered=Count("id", filter=answered, distinct=True),
        passed_up=Count("id", filter=Q(passed_up__gt=0), distinct=True),
    )
    return [
        {"category": CATEGORIES[one["category"]].zh if one["category"] in CATEGORIES else "别的事"}
        | {key: one[key] for key in ("made", "answered", "passed_up")}
        for one in counted.order_by("-made")
    ]


def deletions(place: OrgRef, year: int) -> list[Content]:
    """What was deleted because its time had come, by rule, with the number of certificates."""
    since, until = bounds(year)
    sums: dict[str, Content] = {}
    for run, here in certificates(place.path, since=since, until=until, limit=20_000):
        line = sums.setdefault(run.rule, {"says": run.says, "runs": 0, "rows": 0, "held_back": 0})
        line["runs"] += 1
        line["rows"] += here
        line["held_back"] = max(line["held_back"], run.held_back)
    return sorted(sums.values(), key=lambda line: -int(line["rows"]))


def requests(place: OrgRef, year: int) -> Content:
    """Copies asked for and requests for erasure, by how they ended."""
    cases = _year(ErasureCase.objects.unscoped(_WHY), place, year).values("state").annotate(n=Count("id"))
    return {
        "copies": _year(PersonCopy.objects.unscoped(_WHY), place, year).count(),
        "erasures": [
            {"state": ErasureState(one["state"]).zh, "n": one["n"]} for one in cases.order_by("state")
        ],
    }


def left(place: OrgRef, year: int) -> list[Content]:
    """Files that left the platform, by kind and level."""
    rows = _year(AuditRow.objects.all(), place, year).filter(verb="kernel.export")
    counted = rows.values("thing").annotate(n=Count("id"), people=Count("account_id", distinct=True))
    return [
        {
            "what": exports.EXPORTS[one["thing"]].what if one["thing"] in exports.EXPORTS else one["thing"],
            "grade": exports.EXPORTS[one["thing"]].grade.name if one["thing"] in exports.EXPORTS else "",
            "n": one["n"],
            "people": one["people"],
        }
        for one in counted.order_by("-n")
    ]


# The sections in the order in which they are read and built: key, what the progress line says, how.
SECTIONS: tuple[tuple[str, str, Callable[[OrgRef, int], Any]], ...] = (
    ("categories", "数据类别", categories),
    ("held", "存了多少", held),
    ("readings", "谁看过", readings),
    ("consents", "同意与撤回", consents),
    ("incidents", "安全事件", incidents),
    ("complaints", "投诉举报", complaints),
    ("deletions", "到期清除", deletions),
    ("requests", "副本与删除", requests),
    ("left", "导出", left),
)


def head(place: OrgRef, year: int) -> Content:
    """What stands above everything."""
    sizes = registry.class_sizes(place.path)
    return {
        "place": place.name,
        "year": year,
        "pupils": sum(sizes.values()),
        "classes": len(sizes),
        "source": SOURCE,
        "source_status": SOURCE_STATUS,
        "is_synthetic": place.is_synthetic,
    }


def shown(pack: YearPack) -> Content:
    """A pack's frozen content with its hash."""
    content: Content = pack.content
    return content | {"sha256": pack.content_sha256, "number": str(pack.id)}


def _year(rows: QuerySet[Any], place: OrgRef, year: int) -> QuerySet[Any]:
    since, until = bounds(year)
    return rows.filter(
        scope_path__startswith=place.path, created_at__gte=since, created_at__lt=until
    ).order_by()


def _has_place(model: type[Model]) -> bool:
    return any(field.name == "scope_path" for field in model._meta.concrete_fields)


def _rows(model: type[Model]) -> QuerySet[Any]:
    unscoped = getattr(model._default_manager, "unscoped", None)
    rows: QuerySet[Any] = unscoped(_WHY) if unscoped else model._default_manager.all()
    return rows
