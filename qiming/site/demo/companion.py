"""The companion in the demo: opened by the schools, adults on duty, three pupils who asked about a lesson they had."""

from collections.abc import Sequence
from datetime import time as hour
from uuid import UUID

from qiming.assist.companion import services as companion
from qiming.assist.duty import services as duty
from qiming.kernel import time
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.learning import queries as learning
from qiming.registry import queries as registry
from qiming.registry import services
from qiming.registry.models import Account
from qiming.registry.types import OrgRef
from qiming.site.demo.city import SENIOR, City
from qiming.teaching import queries as teaching

# Seat of the pupil, whether the conversation is about an item, what is said.
TALKS = (
    (1, True, ("直接告诉我答案", "那是不是选第一个", "我觉得它只是记住了原来的题，因为见过的都对")),
    (5, False, ("训练集和测试集有什么不一样？", "那为什么要分开？")),
    (7, True, ("我不会，选哪个", "快点说答案", "不想想了，直接说吧")),
)
SCHOOL = frozenset(range(5))


def open_it(city: City) -> None:
    """The main school and the senior school; adults of the main school are on duty from 7 to 22."""
    for number, admin in ((0, "admin"), (SENIOR, "admin10")):
        school = city.schools[number].org
        assert school is not None
        choice = companion.Choice(is_on=True, allows_supervised=False, minutes=None)
        companion.choose(actor=city.actor(admin), school=school, choice=choice)
    school = city.schools[0].org
    assert school is not None
    for who, place, days in (("shen", 1, SCHOOL), ("zhou", 2, SCHOOL), ("admin", 1, frozenset((5, 6)))):
        wanted = duty.Wanted(city.actor(who).person_id, days, hour(7), hour(22), place)
        duty.add_line(actor=city.actor("admin"), school=school, wanted=wanted)


def talk(city: City) -> None:
    """What pupils said on a school day's afternoon: three of the guardian's class, one of another."""
    classes = city.schools[0].classes
    with time.frozen(time.at_local(time.today(), 16)):
        _talk(classes[2], TALKS)
        _talk(classes[4], TALKS[1:2])


def _talk(group: OrgRef, talks: Sequence[tuple[int, bool, tuple[str, ...]]]) -> None:
    offering = next(one for one in teaching.offerings_of_class(group.id, only_open=True) if one.counts_for_ai)
    lesson = next(one for one in teaching.periods_of(offering.id) if one.planned_date < time.today())
    pupils = registry.pupils_of(group.id)
    for seat, about_item, lines in talks:
        pupil = pupils[seat - 1]
        item = _tried(pupil.id, offering.id, lesson.lesson_key) if about_item else ""
        actor = services.build_actor(Account.objects.get(person_id=pupil.id))
        for words in lines:
            asked = companion.Asked(offering.id, lesson.lesson_key, item, words, new_id())
            try:
                companion.say(actor=actor, asked=asked)
            except UserError:
                break  # on a weekend nobody is there


def _tried(pupil_id: UUID, offering_id: UUID, lesson_key: str) -> str:
    """An item of the lesson that the pupil has tried."""
    rows = learning.attempts_of_pupil(pupil_id, offering_id=offering_id).filter(lesson_key=lesson_key)
    return rows.order_by("item_key").values_list("item_key", flat=True).first() or ""
