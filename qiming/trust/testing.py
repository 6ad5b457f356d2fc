"""For tests of every room: consent given, refused, withdrawn in one line.

testing.agree(pupil, Purpose.WORKS)      a slip that says yes
testing.take_back(pupil, Purpose.WORKS)  a guardian online takes it back
"""

from collections.abc import Iterable
from uuid import UUID

from django.contrib.auth.hashers import make_password

from qiming.kernel import time
from qiming.kernel.access import Actor
from qiming.kernel.ids import new_id
from qiming.registry import queries as registry
from qiming.registry.models import Account, Guardianship, Person
from qiming.registry.services import build_actor
from qiming.registry.types import PupilRef
from qiming.trust import texts
from qiming.trust.models import ConsentLine, SlipBatch
from qiming.trust.services import decide
from qiming.trust.types import Purpose, Said, Via


def agree(pupil: PupilRef, *purposes: Purpose, said: Said = Said.GIVEN) -> None:
    """A signed slip with these purposes (all of them when none is named)."""
    typist = new_id()
    batch = SlipBatch.objects.create(
        scope_path=pupil.scope_path,
        class_id=pupil.class_id,
        typed_by=typist,
        signed_on=time.today(),
        pupils=1,
    )
    for purpose in purposes or tuple(Purpose):
        text = texts.current(purpose)
        ConsentLine.objects.create(
            scope_path=pupil.scope_path,
            person_id=pupil.id,
            purpose=purpose,
            said=said,
            via=Via.PAPER,
            entered_by=typist,
            text_no=text.no,
            text_digest=text.digest,
            batch=batch,
        )


def agree_all(pupils: Iterable[PupilRef], *purposes: Purpose) -> None:
    for pupil in pupils:
        agree(pupil, *purposes)


def guardian_of(pupil: PupilRef, name: str = "母亲") -> Actor:
    """A guardian of this pupil, new, able to sign in."""
    person = Person.objects.create(name=name)
    account = Account.objects.create(
        person=person, kind="guardian", username=f"g{person.id.hex[-12:]}", password=make_password(None)
    )
    Guardianship.objects.create(guardian=person, ward_id=pupil.id, scope_path=pupil.scope_path)
    return build_actor(account)


def says(actor: Actor, pupil: PupilRef | UUID, purpose: Purpose, said: Said) -> bool:
    """What somebody signed in says, after reading the words of today."""
    person_id = pupil if isinstance(pupil, UUID) else pupil.id
    return decide(
        actor=actor,
        person_id=person_id,
        purpose=purpose,
        said=said,
        text_digest=texts.current(purpose).digest,
    )


def take_back(pupil: PupilRef, purpose: Purpose) -> None:
    """One of the guardians, present or new, takes consent back."""
    guardians = registry.guardians_of([pupil.id]).get(pupil.id, frozenset())
    known = Account.objects.filter(person_id__in=guardians).first()
    says(build_actor(known) if known else guardian_of(pupil), pupil, purpose, Said.WITHDRAWN)
