"""What several pages need: names of places and people, the eight-ruler's numbers, words for what was done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.forms import BaseForm
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from qiming.curriculum import queries as curriculum
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest
from qiming.kernel.time import today
from qiming.registry import queries as registry
from qiming.registry.types import OrgKind, OrgRef, Role
from qiming.teaching import queries
from qiming.teaching.types import ClassSummary, PeriodRef

Crumb = tuple[str, str]
HOME: Crumb = ("上课", "/teach/")


@dataclass(frozen=True, slots=True)
class Year:
    """A class's school year on the eight-ruler: whole periods only, the exact sum stands in words."""

    group: OrgRef
    summary: ClassSummary
    required: int

    @property
    def confirmed(self) -> int:
        return int(self.summary.confirmed_periods)

    @property
    def unconfirmed(self) -> int:
        return int(self.summary.confirmed_periods + self.summary.unconfirmed_periods) - self.confirmed

    @property
    def planned(self) -> int:
        all_of_it = (
            self.summary.confirmed_periods + self.summary.unconfirmed_periods + self.summary.planned_periods
        )
        return int(all_of_it) - self.confirmed - self.unconfirmed

    @property
    def missing(self) -> int:
        """What a class still lacks. Nothing is asked of a teaching group: its pupils' classes are counted."""
        if self.group.kind is OrgKind.TEACHING_GROUP:
            return 0
        return max(0, self.required - self.confirmed - self.unconfirmed - self.planned)


def years_of(groups: Iterable[OrgRef], on: date | None = None) -> list[Year]:
    """The school year of several classes, with one question for all of them."""
    wanted = list(groups)
    day = on or today()
    sums = queries.class_summaries([group.id for group in wanted], registry.current_year(day).key)
    required = {
        stage: curriculum.stage_rules(day, stage).periods_per_year or 8
        for stage in {group.stage for group in wanted}
    }
    return [Year(group, sums[group.id], required[group.stage]) for group in wanted]


def classes_seen_by(actor: Actor) -> list[OrgRef]:
    """The classes and groups taught; for head and administrator, all of the school."""
    found = {group.id: group for group in registry.classes_of(actor)}
    for role in (Role.SCHOOL_HEAD, Role.SCHOOL_ADMIN):
        for path in actor.paths(role):
            all_of_it = [*registry.classes_under(path), *registry.groups_under(path)]
            found |= {group.id: group for group in all_of_it}
    return sorted(found.values(), key=lambda group: (group.path[:12], group.grade or 0, group.class_no or 0))


@dataclass(frozen=True, slots=True)
class Named:
    """A period with the name of its class."""

    period: PeriodRef
    class_name: str


def named(periods: Iterable[PeriodRef]) -> list[Named]:
    found = list(periods)
    groups = {
        one.id: one
        for one in registry.with_school(registry.orgs({one.class_group_id for one in found}).values())
    }
    return [Named(one, groups[one.class_group_id].name) for one in found]


def done(name: str, *args: object, said: str) -> HttpResponseRedirect:
    """Back to a page that says what was done."""
    return HttpResponseRedirect(f"{reverse(name, args=args)}?said={said}")


SAID = {
    "opened": "开好课了，课时都排进了日程。",
    "confirmed": "已确认，课时记进了台账。",
    "already": "另一位老师已经确认过这节课，没有重复记。",
    "amended": "已更正，台账按新的重新算过，原来的留着。",
    "reopened": "已撤回确认，这节课先不计课时。",
    "moved": "时间改好了。",
    "cancelled": "这节课取消了，原因记下了。",
    "added": "多排了一节。",
    "recorded": "记好了，课时已经算进台账。",
    "photos": "照片放好了。",
    "photo_removed": "照片拿掉了。",
    "closed": "这门课结束了，还没上的都取消了。",
    "set": "作业布置好了，学生现在就能看到。",
    "due": "截止时间改好了。",
    "withdrawn": "作业收回了，已经交的都留着。",
    "applied": "以往的课时写进了台账。",
}


def said(request: ActorRequest) -> str:
    return SAID.get(request.GET.get("said", ""), "")


def refuse(form: BaseForm, error: UserError) -> None:
    """Put a refusal where the person looks: beside its field, or above the form."""
    words = f"{error.message}。{error.next}" if error.next else f"{error.message}。"
    form.add_error(error.field if error.field in form.fields else None, words)


def fragment(response: HttpResponse) -> HttpResponse:
    """A piece of a page, never kept by anybody."""
    response["Cache-Control"] = "private, no-cache"
    return response


def uuid_or_denied(text: str, verb: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Denied(verb) from error
