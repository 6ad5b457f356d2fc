"""What the programmes' pages are about: a call, a form of the first school that nobody sent yet, a file, a name it holds."""

from datetime import timedelta
from uuid import UUID

from qiming.kernel import time
from qiming.kernel.ids import new_id
from qiming.kernel.tests import samples
from qiming.programmes import services
from qiming.programmes.models import Application, Naming, Pairing
from qiming.programmes.types import Quota, Terms
from tests.world import World


def build(world: World) -> dict[str, object]:
    """By the room's own services: values by the names of parameters."""
    today = time.today()
    call = services.open_call(
        actor=world.actor("city_officer"),
        key="case_collection",
        title="应用案例征集（测试）",
        terms=Terms(today, today + timedelta(days=30), Quota(5)),
    )
    head = world.actor("school_head")
    school = world.here.school
    form = services.Form("一份申报", str(school.stages[0]))
    mine = services.begin(actor=head, call_id=call, school_id=school.id, form=form)
    file_id = services.attach(actor=head, application_id=mine, name="照片.png", data=samples.png())
    naming, theirs = _named(world, call, "here"), _named(world, call, "near")
    pairing = _paired(world, naming, "here", "near")
    return {
        "call_id": call,
        "application_id": mine,
        "attachment_id": file_id,
        "naming_id": naming,
        "pairing_id": pairing,
        "support_id": _done_for_here(world, theirs),
    }


def _named(world: World, call: UUID, place: str) -> UUID:
    """A name that the school at `place` holds; how it came to it is the room's own tests' business. Where
    two schools' objects are built, the second finds what the first made."""
    school, today = world.places[place].school, time.today()
    there = (
        Naming.objects.unscoped("the access test names the object")
        .filter(programme="demonstration_school", scope_path=school.path)
        .first()
    )
    if there is not None:
        return there.id
    row_id = new_id()
    row = Application.objects.create(
        id=row_id,
        scope_path=school.path,
        call_id=call,
        made_by=world.places[place].people["school_head"],
        title="有名称的学校",
        stage=str(school.stages[0]),
        district_path=world.places[place].district.path,
        only_key=str(row_id),
        state="named",
    )
    term = {"since": today, "until": today + timedelta(days=1000)}
    named = Naming.objects.create(
        scope_path=school.path, application=row, programme="demonstration_school", **term
    )
    return named.id


def _paired(world: World, naming: UUID, named: str, partner: str) -> UUID:
    """The edge from a named school to a partner, made once."""
    school = world.places[partner].school
    there = Pairing.objects.filter(naming_id=naming, partner_path=school.path, ended_on=None).first()
    if there is not None:
        return there.id
    head = world.actor("school_head", named)
    return services.pair(actor=head, naming_id=naming, partner_id=school.id)


def _done_for_here(world: World, naming: UUID) -> UUID:
    """What the school next door did for this one, and nobody confirmed yet."""
    head = world.actor("school_head", "near")
    pairing = _paired(world, naming, "near", "here")
    return services.note_support(actor=head, pairing_id=pairing, day=time.today(), says="一起备了第一课")
