"""What a company sees of its own products."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from qiming.assurance.access import SEE_OWN
from qiming.assurance.admission import ON_THE_WAY, Facts, ProductKind, SignalKind, Standing, Verdict
from qiming.assurance.models import Incident, Product, ProductVersion, TelemetryKey
from qiming.assurance.queries.signals import by_day
from qiming.assurance.queries.standing import chosen, newest_versions, of_version
from qiming.kernel import derived
from qiming.kernel.access import Actor

_WHY = "the product was loaded through the access table"
WIDTH, HEIGHT = 240, 92
LEFT, RIGHT, TOP, FLOOR = 6, 216, 14, 78


@dataclass(frozen=True, slots=True)
class Own:
    """One product of a company's list."""

    product: Product
    kind: str
    standing: Standing
    newest: ProductVersion | None


def products_of(actor: Actor) -> list[Own]:
    """A company's products, by title."""
    rows = list(Product.objects.for_actor(actor, SEE_OWN).select_related("current").order_by("title", "id"))
    newest = newest_versions([one.id for one in rows])
    return [
        Own(one, ProductKind(one.kind).zh, _stands(one, newest.get(one.id)), newest.get(one.id))
        for one in rows
    ]


def _stands(product: Product, newest: ProductVersion | None) -> Standing:
    version = chosen(product, newest)
    return of_version(product, version) if version else Standing(Verdict.DRAFT.value)


def versions_of(product: Product) -> list[tuple[ProductVersion, Standing]]:
    """Every version, the newest first."""
    rows = ProductVersion.objects.unscoped(_WHY).filter(product=product).order_by("-number")
    return [(one, of_version(product, one)) for one in rows]


def is_on_its_way(product: Product) -> bool:
    """Whether a version is being worked on: then no other can begin."""
    rows = ProductVersion.objects.unscoped(_WHY).filter(product=product, state__in=ON_THE_WAY)
    return rows.exists()


def incidents_of(product: Product, most: int = 20) -> list[Incident]:
    """Why the watch or an officer moved it, the newest first."""
    return list(Incident.objects.filter(product=product).order_by("-id")[:most])


def key_of(product: Product) -> TelemetryKey | None:
    """The telemetry key in force."""
    return TelemetryKey.objects.unscoped(_WHY).filter(product=product, ended_at=None).first()


@dataclass(frozen=True, slots=True)
class Chart:
    """One signal as lines over the days: what we counted, what the company reported. Coordinates within 240 × 92."""

    kind: SignalKind
    ours: str
    vendor: str
    says: str
    top: int
    first: date
    last: date
    total_ours: int
    total_vendor: int


def charts(product_id: object) -> list[Chart]:
    """The four signals of the last fourteen days."""
    days, lines = by_day(product_id)  # type: ignore[arg-type]  # an id
    found = []
    for line in lines:
        top = max(1, *line.ours, *line.vendor)
        ours, theirs = sum(line.ours), sum(line.vendor)
        says = f"{line.kind.zh}，最近十四天：我们这里记了{ours}次，企业报了{theirs}次，一天最多{top}次"
        found.append(
            Chart(
                line.kind,
                _path(line.ours, top),
                _path(line.vendor, top),
                says,
                top,
                days[0],
                days[-1],
                ours,
                theirs,
            )
        )
    return found


def _path(counts: Sequence[int], top: int) -> str:
    step = (RIGHT - LEFT) / max(1, len(counts) - 1)
    points = [
        f"{LEFT + at * step:.1f} {FLOOR - (FLOOR - TOP) * count / top:.1f}" for at, count in enumerate(counts)
    ]
    return "M" + "L".join(points)


@dataclass(frozen=True, slots=True)
class Pretend:
    """A pupil that does not exist, as a launch would describe one."""

    pseudonym: str
    grade: str
    class_label: str


def sandbox(product: Product) -> list[Pretend]:
    """The pupils of the sandbox class: invented, the same every time, different for every product."""
    stages = {
        "primary": ("五年级", "（1）班"),
        "junior": ("七年级", "（3）班"),
        "senior": ("高一", "（2）班"),
    }
    version = product.current or newest_versions([product.id]).get(product.id)
    chosen_stages = Facts.of(version.facts).stages if version else ("junior",)
    found = []
    for stage in chosen_stages:
        grade, label = stages.get(stage, stages["junior"])
        for number in range(1, 5):
            name = derived.made(f"sandbox:{product.id}:{stage}:{number}").hex()[:16]
            found.append(Pretend(f"sandbox-{name}", grade, label))
    return found
