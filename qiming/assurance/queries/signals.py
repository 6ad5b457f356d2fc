"""The four signals of a product as rules and pages read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import Sum
from django.db.models.functions import TruncDate

from qiming.assurance.admission import LEAST_SCOPES, Conditions, SignalKind, Source
from qiming.assurance.models import Product, ProductVersion, Signal, TelemetryKey, ThirdPartyReport
from qiming.assurance.rules.watching import DAY, Limits, Seen
from qiming.kernel import content, time

_WHY = "the watch looks at every product; pages checked their access table"
WEEK = 7 * DAY


@lru_cache(maxsize=4)
def _limits(root: Path, on: date) -> Limits:
    found = [
        content.read_yaml(path, root).data for path in sorted((root / "assurance" / "watch").glob("*.yaml"))
    ]
    day = on.isoformat()
    day = max(day, min(one["from"] for one in found))  # before the first of them, the first
    holding = [one for one in found if one["from"] <= day and (one["to"] is None or day <= one["to"])]
    return Limits.of(max(holding, key=lambda one: one["from"]))


def limits_today() -> Limits:
    """The thresholds that hold today."""
    return _limits(Path(settings.CONTENT_ROOT), time.today())


def seen(product: Product, version: ProductVersion) -> Seen:
    """What is known of a product at this moment."""
    now = time.now().replace(minute=0, second=0, microsecond=0)
    rows = Signal.objects.unscoped(_WHY).filter(
        product=product, hour__gt=now - timedelta(hours=WEEK), hour__lte=now
    )
    counts = {
        (kind, source, hour): n
        for kind, source, hour, n in rows.values_list("kind", "source", "hour", "count")
    }

    def by_hour(kind: SignalKind, source: Source, hours: int) -> list[int]:
        moments = (now - timedelta(hours=ago) for ago in reversed(range(hours)))
        return [counts.get((kind.value, source.value, moment), 0) for moment in moments]

    return Seen(
        ours_use=by_hour(SignalKind.USE, Source.OURS, WEEK),
        door_use=by_hour(SignalKind.USE, Source.DOOR, WEEK),
        door_model=by_hour(SignalKind.MODEL, Source.DOOR, DAY),
        door_sensitive=by_hour(SignalKind.SENSITIVE, Source.DOOR, DAY),
        ours_data=by_hour(SignalKind.DATA, Source.OURS, DAY),
        use=by_hour(SignalKind.USE, Source.VENDOR, DAY),
        data=by_hour(SignalKind.DATA, Source.VENDOR, DAY),
        model=by_hour(SignalKind.MODEL, Source.VENDOR, DAY),
        sensitive=by_hour(SignalKind.SENSITIVE, Source.VENDOR, DAY),
        reports=product.hosting == "vendor" and not product.watched_by,
        opens_data=bool(Conditions.of(version.conditions).data_scopes - LEAST_SCOPES),
        silent_h=_silent_hours(product, version),
        report_days_over=_report_days_over(version),
    )


def _silent_hours(product: Product, version: ProductVersion) -> float | None:
    """Hours since the last report, or since it was let in; None where a product runs here or somebody else watches it."""
    if product.hosting != "vendor" or product.watched_by:
        return None
    keys = TelemetryKey.objects.unscoped(_WHY).filter(product=product)
    moments: list[datetime] = [
        one
        for one in (*keys.values_list("last_taken_at", flat=True), version.serving_since)
        if one is not None
    ]
    return (time.now() - max(moments)).total_seconds() / 3600 if moments else None


def _report_days_over(version: ProductVersion) -> int:
    rows = ThirdPartyReport.objects.unscoped(_WHY).filter(version=version, accepted=True)
    last = rows.order_by("-valid_until").values_list("valid_until", flat=True).first()
    return (time.today() - last).days - 1 if last is not None else -1


@dataclass(frozen=True, slots=True)
class Line:
    """One signal over the last days: what we counted (launches, the door to models) and what the company reported."""

    kind: SignalKind
    ours: list[int]
    vendor: list[int]


def by_day(product_id: UUID, days: int = 14) -> tuple[list[date], list[Line]]:
    """The signals of the last days, for plots."""
    last = time.today()
    listed = [last - timedelta(days=ago) for ago in reversed(range(days))]
    rows = (
        Signal.objects.unscoped(_WHY)
        .filter(product_id=product_id, hour__gte=time.at_local(listed[0]))
        .annotate(day=TruncDate("hour"))
        .order_by()
        .values_list("kind", "source", "day")
        .annotate(n=Sum("count"))
    )
    counts: Mapping[tuple[str, str, date], int] = {(kind, source, day): n for kind, source, day, n in rows}
    return listed, [
        Line(
            kind,
            [
                counts.get((kind.value, Source.OURS.value, day), 0)
                + counts.get((kind.value, Source.DOOR.value, day), 0)
                for day in listed
            ],
            [counts.get((kind.value, Source.VENDOR.value, day), 0) for day in listed],
        )
        for kind in SignalKind
    ]
