"""The slips of the demo city: most say yes, a few say no to something, two have not come back."""

from collections.abc import Sequence
from datetime import timedelta

from qiming.kernel import time
from qiming.kernel.access import Actor
from qiming.kernel.ids import new_id
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef, PupilRef
from qiming.site.demo.city import PRIMARY, SENIOR, City
from qiming.trust import services
from qiming.trust.types import Purpose

# By seat, counted from the last one: what the family does not want. The last two have not answered.
EXCEPTIONS = {
    2: frozenset({Purpose.RECORDS, Purpose.RESEARCH}),
    3: frozenset({Purpose.WORKS}),
    4: frozenset({Purpose.CAMERA, Purpose.MICROPHONE}),
    5: frozenset({Purpose.RESEARCH, Purpose.COMPANION}),
}
NOT_BACK = 2


def collect(city: City) -> None:
    """Two weeks into the year every class that AI is taught in has handed its slips in, but one."""
    main, second = city.schools[0], city.schools[1]
    primary, senior = city.schools[PRIMARY], city.schools[SENIOR]
    plan: list[tuple[Actor, Sequence[OrgRef]]] = [
        (city.actor("shen"), (main.classes[0], main.classes[2])),
        (city.actor("zhou"), (main.classes[1], main.classes[3])),
        (city.actor("lin"), (second.classes[0],)),
        (city.actor("tian"), primary.classes),
        (city.actor("gao"), senior.classes),
    ]
    day = min(registry.current_year().starts + timedelta(days=16), time.today())
    for teacher, groups in plan:
        for group in groups:
            pupils = registry.pupils_of(group.id)
            with time.frozen(time.at_local(day, 10)):
                _collect(teacher, group, pupils)


def _collect(teacher: Actor, group: OrgRef, pupils: Sequence[PupilRef]) -> None:
    services.ask_class(actor=teacher, class_id=group.id)
    slips = {
        pupil.id: {purpose: purpose not in EXCEPTIONS.get(from_last, ()) for purpose in Purpose}
        for from_last, pupil in enumerate(reversed(pupils))
        if from_last >= NOT_BACK
    }
    services.enter_slips(
        actor=teacher, batch_id=new_id(), class_id=group.id, slips=slips, signed_on=time.today()
    )
