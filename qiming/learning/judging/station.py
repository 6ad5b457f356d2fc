"""Whether there is a worker that can run programs, and for whom. Web processes only read what the worker wrote."""

import os
import platform
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction

from qiming.curriculum import queries as curriculum
from qiming.judge.standing import Standing, has_notebook, try_out
from qiming.kernel import audit
from qiming.kernel.access import Actor
from qiming.kernel.time import now
from qiming.learning.access import TABLE
from qiming.learning.judging import rules
from qiming.learning.models import JudgeStation, NotebookChoice
from qiming.registry import queries as registry

SET = "learning.set_notebook"
WHY = "whether a school has it on is no secret of anybody"
LAB = settings.LABS_ROOT / "python" / "py"


@dataclass(frozen=True, slots=True)
class Open:
    """What can be run now. `packages` as they are told to pupils."""

    judges: bool = False
    notebook: bool = False
    packages: str = ""
    says: str = "没有判题的后台进程在运行"
    remedy: str = "请看 qiming up（或 qiming judge）是否在运行"


def is_off() -> bool:
    return os.environ.get("QIMING_JUDGE", "on") == "off"


def report() -> Standing:
    """Try the walls and write down what came of it; a worker does this when it starts and every minute."""
    standing = Standing(False, "管理员把它关了（QIMING_JUDGE=off）") if is_off() else try_out(LAB)
    JudgeStation.objects.filter(seen_at__lt=now() - rules.KEPT_OWN).delete()  # containers come and go
    JudgeStation.objects.update_or_create(
        name=_name(),
        defaults={
            "works": standing.works,
            "notebook": has_notebook(standing),
            "says": standing.says,
            "remedy": standing.remedy,
            "packages": [list(one) for one in standing.packages],
            "seen_at": now(),
        },
    )
    return standing


def works_here() -> bool:
    """Whether this machine's worker, when it last tried, could run programs."""
    here = JudgeStation.objects.filter(name=_name()).first()
    return report().works if here is None or here.seen_at < now() - rules.FRESH else here.works


def _name() -> str:
    return platform.node()[:80]


def is_open() -> Open:
    """The best of the stations heard of lately."""
    fresh = JudgeStation.objects.filter(seen_at__gt=now() - rules.FRESH).order_by(
        "-notebook", "-works", "name"
    )
    best = fresh.first()
    if best is None:
        return Open()
    packages = "、".join(f"{_NAMES.get(name, name)} {version}" for name, version in best.packages)
    return Open(best.works, best.notebook, packages if best.notebook else "", best.says, best.remedy)


_NAMES = {"numpy": "NumPy", "scikit-learn": "scikit-learn", "torch": "PyTorch"}


def is_senior(course_version_id: UUID) -> bool:
    return min(curriculum.grades_of(course_version_id), default=0) >= rules.FIRST_SENIOR_GRADE


def chosen(path: str) -> NotebookChoice | None:
    """What the school of this place has set, if anything."""
    school = registry.school_of(path)
    return NotebookChoice.objects.unscoped(WHY).filter(school_id=school.id).first()


def offers_notebook(course_version_id: UUID, path: str) -> bool:
    """Whether pupils at this place may run programs of this course on the server now."""
    if not is_senior(course_version_id) or not is_open().notebook:
        return False
    choice = chosen(path)
    return choice is None or choice.is_on


def choose(*, actor: Actor, school_id: UUID, is_on: bool) -> NotebookChoice:
    """A school administrator turns it on or off for the school."""
    school = registry.org(school_id)
    TABLE.require(actor, SET, school)
    with transaction.atomic():
        row, _ = NotebookChoice.objects.unscoped(WHY).update_or_create(
            school_id=school.id,
            defaults={
                "scope_path": school.scope_path,
                "is_on": is_on,
                "set_by_id": actor.person_id,
                "set_at": now(),
            },
        )
        audit.write(
            actor, "learning.set_notebook", thing="school", thing_id=school.id, scope_path=school.scope_path,
            detail={"on": is_on},
        )  # fmt: skip
    return row
