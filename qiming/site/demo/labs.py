"""What invented pupils did in labs, in class and on their own: each plays one of the ways of `lab_works.json`.

That file is played on the labs' own benches by web/labs/demo-works.test.ts, so states, evidence and models are what the
labs really say; here it goes through the same services as a pupil's.
"""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from qiming.kernel import time
from qiming.kernel.access import Actor
from qiming.kernel.ids import new_id
from qiming.learning import services as learning
from qiming.learning.labs import free, gallery, microphone, shelf
from qiming.learning.types import LabAct, WorkKind
from qiming.site.demo.city import City
from qiming.site.demo.seats import Seat, dice_for
from qiming.teaching.types import OfferingRef, PeriodRef

Play = Mapping[str, Any]
WORKS = Path(__file__).with_name("lab_works.json")
FREE_LAB = "text"


@dataclass(frozen=True, slots=True)
class Scene:
    """One lab step of a lesson and how the class divides over the ways through it, the best first."""

    step: str
    plays: str
    shares: tuple[int, ...]
    takes_part: float = 0.95  # the others look on at a neighbour's
    hands_in: float = 1.0
    is_shown: bool = False


# By lesson: in which steps these classes worked.
SCENES: Mapping[str, tuple[Scene, ...]] = {
    "g7l2": (Scene("try", "leaves", (20, 34, 16, 12, 10, 8), hands_in=0.85, is_shown=True),),
    "g7l3": (Scene("consent", "consent", (30, 20, 12, 10, 18, 10), takes_part=0.5, hands_in=0.2),),
    "g5l2": (Scene("maze", "maze", (36, 20, 30, 14), hands_in=0.7, is_shown=True),),
}
LETTERS = (50, 30, 20)
WRITERS = 8  # senior pupils who played on their own


@lru_cache(maxsize=1)
def _plays() -> Mapping[str, list[Play]]:
    found: dict[str, list[Play]] = json.loads(WORKS.read_text(encoding="utf-8"))
    return found


def work_in_class(period: PeriodRef, seats: Sequence[Seat], at: datetime) -> None:
    """The lesson's lab steps, done by those present while the period runs."""
    dice = dice_for(f"labs/{period.lesson_key}", seats)
    for scene in SCENES.get(period.lesson_key, ()):
        plays = _plays()[scene.plays]
        for seat in seats:
            if dice.random() > scene.takes_part:
                continue
            play = dice.choices(plays, scene.shares)[0]
            hands_in = bool(play["state"]["reached"]) and dice.random() < scene.hands_in
            _one(period, scene, seat.actor, play, hands_in=hands_in, at=at)


def _one(period: PeriodRef, scene: Scene, actor: Actor, play: Play, *, hands_in: bool, at: datetime) -> None:
    assert period.offering_id
    here: dict[str, Any] = {
        "actor": actor,
        "offering_id": period.offering_id,
        "lesson_key": period.lesson_key,
        "activity_key": scene.step,
    }
    work = here | {"kind": WorkKind.LAB, "period_id": period.id, "page": "desk"}
    if hands_in and play["model"]:
        with time.frozen(at):
            learning.keep_work(**work, save_id=new_id(), state=play["drafts"][0], hand_in=True)
    with time.frozen(at + timedelta(minutes=14)):
        learning.keep_acts(**here, acts=_acts(play), period_id=period.id)
        if hands_in:
            learning.keep_work(**work, save_id=new_id(), state=play["state"], base=1, hand_in=True)
        if hands_in and play["model"]:
            shelf.keep_model(**here, model=_model(play))


def play_alone(seats: Sequence[Seat], at: datetime) -> None:
    """A few pupils on their own: a lab in free play, handed in, and the model they trained kept."""
    plays = _plays()["letters"]
    dice = random.Random("labs/alone")  # noqa: S311 - invented works
    with time.frozen(at):
        for number, seat in enumerate(seats[:WRITERS]):
            play = plays[number % 2] if number < 2 else dice.choices(plays, LETTERS)[0]
            free.keep_free_acts(actor=seat.actor, lab_id=FREE_LAB, acts=_acts(play))
            free.keep_free_work(
                actor=seat.actor, save_id=new_id(), lab_id=FREE_LAB, state=play["state"], hand_in=True
            )
            if play["model"]:
                shelf.keep_model(
                    actor=seat.actor,
                    offering_id=None,
                    lesson_key="",
                    activity_key=FREE_LAB,
                    model=_model(play),
                )


def show(teacher: Actor, offering: OfferingRef, lesson_keys: Sequence[str], at: datetime) -> None:
    """The teacher opens to the class what was handed in, of the lessons held."""
    with time.frozen(at):
        for lesson_key in lesson_keys:
            for scene in SCENES.get(lesson_key, ()):
                if scene.is_shown:
                    gallery.set_gallery(
                        actor=teacher,
                        offering_id=offering.id,
                        lesson_key=lesson_key,
                        activity_key=scene.step,
                        is_open=True,
                    )


def show_alone(teacher: Actor, offering: OfferingRef) -> None:
    """The same for free play."""
    gallery.set_gallery(
        actor=teacher, offering_id=offering.id, lesson_key="", activity_key=FREE_LAB, is_open=True
    )


def let_record(city: City) -> None:
    """The main school has turned the microphone on; the others have not."""
    school = city.schools[0].org
    assert school is not None
    microphone.choose(actor=city.actor("admin"), school_id=school.id, is_on=True)


def _acts(play: Play) -> list[LabAct]:
    return [LabAct(new_id(), what, detail, time.now()) for what, detail in play["acts"]]


def _model(play: Play) -> dict[str, Any]:
    model: dict[str, Any] = play["model"]
    made = model["made"] | {"at": time.now().isoformat()}
    return model | {"id": str(new_id()), "made": made}
