"""Two versions of a product on the same cases: what got better, what got worse, what may be chance."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from qiming.assurance.models import ProductVersion, TestRun
from qiming.assurance.queries.judging import decided
from qiming.assurance.queries.reporting import has_record
from qiming.assurance.queries.testing import TESTED_BY_CASES, suites_by_key
from qiming.assurance.queries.version import PURPOSES
from qiming.assurance.runner import comparing, records, summing

_WHY = "who may see both versions was asked by load_version"
WIDTH, HEIGHT = 260, 28
LEFT, RIGHT, MIDDLE = 8, 252, 14
MOST_CASES = 12


@dataclass(frozen=True, slots=True)
class Line:
    """One measure: the change in percentage points with its interval, as words and as a drawing from -`reach` to `reach`."""

    title: str
    suite: str
    n: int
    gained: int
    lost: int
    difference: str
    span: str
    p: str
    verdict: str  # better, worse, same
    x_low: float
    x: float
    x_high: float
    lost_cases: tuple[str, ...]

    @property
    def says(self) -> str:
        """The drawing in words."""
        return f"{self.title}：相差{self.difference}，95%区间{self.span}"


@dataclass(frozen=True, slots=True)
class Compared:
    """Everything two versions have in common. `reach`: how far the drawing goes, in percentage points."""

    lines: tuple[Line, ...]
    left_out: int
    troubles: tuple[str, ...]
    reach: int

    @property
    def worse(self) -> int:
        return sum(one.verdict == "worse" for one in self.lines)

    @property
    def better(self) -> int:
        return sum(one.verdict == "better" for one in self.lines)


def others(version: ProductVersion) -> list[ProductVersion]:
    """Versions of the same product that were asked the same suites, the newest first."""
    mine = set(_last(version))
    if not mine:
        return []
    rows = ProductVersion.objects.unscoped(_WHY).filter(product=version.product).exclude(id=version.id)
    return [one for one in rows.select_related("product").order_by("-number")[:20] if mine & set(_last(one))]


def _last(version: ProductVersion) -> dict[tuple[str, str], TestRun]:
    """By suite and purpose, the last finished run of questions, on the version as it is now."""
    known = suites_by_key()
    rows = TestRun.objects.unscoped(_WHY).filter(
        version=version, state="done", content_hash=version.content_hash
    )
    found = {(one.suite, one.purpose): one for one in rows.exclude(record="").order_by("id")}
    return {
        key: one
        for key, one in found.items()
        if key[0] in known and known[key[0]].method == TESTED_BY_CASES and has_record(one)
    }


def compare(before: ProductVersion, after: ProductVersion, *, names_cases: bool) -> Compared:
    """`before` against `after`. `names_cases`: whether blind cases may be named."""
    then, now = _last(before), _last(after)
    changes: list[tuple[str, str, comparing.Change]] = []
    left_out, troubles = 0, list[str]()
    for key in sorted(set(then) & set(now)):
        title = f"{suites_by_key()[key[0]].title}（{PURPOSES[key[1]]}）"
        try:
            found = comparing.compare(_read(then[key]), _read(now[key]))
        except records.RecordTrouble as trouble:
            troubles.append(f"“{title}”：{trouble}")
            continue
        left_out += found.left_out
        changes += [(title, key[1], one) for one in found.changes]
    reach = _reach([one for _, _, one in changes])
    lines = [
        _line(title, one, reach, named=names_cases or purpose != "blind") for title, purpose, one in changes
    ]
    order = {"worse": 0, "better": 1, "same": 2}
    lines.sort(key=lambda one: order[one.verdict])
    return Compared(tuple(lines), left_out, tuple(troubles), reach)


def _read(run: TestRun) -> records.Read:
    """With what people marked, and a model where it may."""
    counts = decided(run)
    return replace(counts.read, samples=list(summing.marked(counts.read.samples, counts.marks)))


def _reach(changes: Sequence[comparing.Change]) -> int:
    """How far the axis goes: a round number that holds every interval."""
    widest = max((max(abs(one.change.low), abs(one.change.high)) for one in changes), default=0.1)
    return next(step for step in (10, 20, 50, 100) if widest * 100 <= step or step == 100)


def _points(share: float) -> str:
    """+2.4, −2.4, 0.0: percentage points, with a minus that reads as one."""
    told = f"{share * 100:+.1f}"
    return "0.0" if told in {"+0.0", "-0.0"} else told.replace("-", "\N{MINUS SIGN}")


def _line(suite: str, one: comparing.Change, reach: int, *, named: bool) -> Line:
    change = one.change
    verdict = "same" if not one.is_sure else "better" if change.difference > 0 else "worse"

    def x(share: float) -> float:
        whole = (min(1.0, max(-1.0, share * 100 / reach)) + 1) / 2
        return round(LEFT + (RIGHT - LEFT) * whole, 1)

    return Line(
        title=one.title,
        suite=suite,
        n=change.n,
        gained=change.gained,
        lost=change.lost,
        difference=f"{_points(change.difference)}个百分点",
        span=f"{_points(change.low)}到{_points(change.high)}",
        p="p<0.001" if change.p < 0.001 else f"p={change.p:.3f}",
        verdict=verdict,
        x_low=x(change.low),
        x=x(change.difference),
        x_high=x(change.high),
        lost_cases=one.lost[:MOST_CASES] if named else (),
    )
