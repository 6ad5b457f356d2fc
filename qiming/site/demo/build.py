"""Builds the demo city once, saying what it does."""

from collections.abc import Callable

from qiming.curriculum import queries as curriculum
from qiming.governance.jobs import recount_city
from qiming.kernel import outbox
from qiming.registry import queries as registry
from qiming.registry import services
from qiming.registry.models import ClassCard, Organisation
from qiming.registry.secrets import card_token, pin_pictures
from qiming.registry.types import OrgRef
from qiming.site import home
from qiming.site.demo import (
    at_once,
    calls,
    closing,
    companion,
    consents,
    dated,
    educators,
    exams,
    labs,
    lti,
    outside,
    past,
    planned,
    products,
    rounds,
    seats,
    shelf,
    surveying,
    tools,
)
from qiming.site.demo import city as cities
from qiming.site.demo.city import PRIMARY, SENIOR

ACCOUNTS_FILE = "demo-accounts.txt"
COURSE = "g7-learning-from-examples"
Say = Callable[[str], object]


def build(say: Say = print) -> bool:
    """Make the demo city unless it is there; True when it was made."""
    place = registry.city()
    if registry.schools_under(place.path):
        return False
    Organisation.objects.unscoped("the installation marks its city as synthetic").filter(id=place.id).update(
        is_synthetic=True
    )
    say("  学校、班级、名单、账号")
    city = cities.found(place)
    _guardian(city)
    say("  同意书")
    consents.collect(city)
    say("  人工智能产品")
    products.fill(city)
    course = curriculum.current_course(COURSE)
    if course is not None:
        say("  开课、上过的课、作答")
        at_once.each(past.teach, past.lots(city, course))
        past.document(city)
        labs.let_record(city)
        say("  考试和改进行动")
        exams.hold(city, course)
        say("  学伴")
        companion.open_it(city)
        companion.talk(city)
        planned.plan(city)
        say("  应用超市")
        shelf.fill(city, course)
        tools.adopt(city, course)
        say("  征集和评选")
        calls.fill(city)
    say("  师资和培训")
    educators.grow(city)
    say("  接入的系统")
    outside.connect(city.schools[0].classes[2])
    lti.register(city)
    say("  区里的任务计划")
    dated.plan(city)
    say("  调查")
    surveying.ask(city)
    say("  课时台的数")
    outbox.deliver_all()
    recount_city()
    say("  学年核定的演练")
    closing.close(city)
    say("  专项督导")
    rounds.hold(city)
    _write_accounts(city)
    return True


def _guardian(city: cities.City) -> None:
    group = city.schools[0].classes[2]
    ward = registry.pupils_of(group.id)[4]
    code = services.give_family_code(actor=city.actor("admin"), person_id=ward.id)
    services.join_family(
        code=code,
        relation="母亲",
        address="127.0.0.1",
        name="示例家长",
        username="guardian",
        password=cities.PASSWORD,
    )
    city.logins.append(cities.Login("家长", "guardian", f"{group.name}{ward.name}的家长"))


def _write_accounts(city: cities.City) -> None:
    lines = ["示例账号（合成数据），密码都是 " + cities.PASSWORD, ""]
    lines += [f"  {login.role:<4}  {login.username:<10} {login.where}" for login in city.logins]
    shown = [(city.schools[0].classes[2], 6)]
    shown += [(group, 2) for number in (PRIMARY, SENIOR) for group in city.schools[number].classes]
    for group, count in shown:
        lines += ["", *_pupil_lines(group, count)]
    keep = home.path() / ACCOUNTS_FILE
    keep.touch(mode=0o600)
    keep.write_text("\n".join(lines) + "\n")


def _pupil_lines(group: OrgRef, count: int) -> list[str]:
    """Cards of the first pupils of a class, as they stand on the printed sheet."""
    from qiming.kernel.templatetags.ui import pictures

    drawn = pictures()
    cards = {card.person_id: card for card in ClassCard.objects.unscoped("the demo prints some cards")}
    lines = [f"  学生（{group.name}）打开卡上的网址，再按顺序点三个小图："]
    for pupil in seats.some_pupils(group, count):
        card = cards[pupil.id]
        words = "、".join(str(drawn[key]["name"]) for key in pin_pictures(card.id, card.pin_serial))
        lines.append(
            f"  {pupil.seat_no}号 {pupil.name}  /c/{card_token(card.id, card.token_serial)}  {words}"
        )
    return lines
