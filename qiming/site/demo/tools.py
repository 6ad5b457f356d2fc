"""A product that the demo city's main school uses in one class, and one that waits for the head. Synthetic."""

from datetime import timedelta
from uuid import UUID

from qiming.assurance import queries as assurance
from qiming.assurance.admission import ProductKind
from qiming.curriculum.types import CourseRef
from qiming.kernel import time
from qiming.registry import queries as registry
from qiming.resources.launching import seen, services
from qiming.resources.launching.types import Limits, Need
from qiming.site.demo.city import City


def adopt(city: City, course: CourseRef) -> None:
    """The first product that junior classes may use, if the gate has admitted one, from the need to a lesson."""
    found = [
        ref
        for ref, stands in assurance.admitted_products()
        if stands.conditions.stages & {"junior", "*"} and ref.kind != ProductKind.AGENT
    ]
    if not found:
        return
    group = city.schools[0].classes[2]
    used = _decided(city, found[0].id, group.id)
    services.file(actor=city.actor("district"), adoption_id=used, limits=Limits(note="合成示例"))
    services.enable(
        actor=city.actor("admin"),
        adoption_id=used,
        class_ids=[group.id],
        until=time.today() + timedelta(days=60),
    )
    _answer(city, found[0].id, group.id)
    for lesson in course.lessons[3:5]:
        services.place(
            actor=city.actor("shen"),
            product_id=found[0].id,
            class_id=group.id,
            lesson_key=lesson.key,
            task="问它一个问题，再用课上的数据查它说得对不对。",
            instead="和同桌互相提问，用课本上的数据查。",
        )
    if len(found) > 1:
        _ask(city, found[1].id, group.id)


def _ask(city: City, product_id: UUID, class_id: UUID) -> UUID:
    need = Need(
        class_id,
        "第4课",
        "让学生看到会说话的机器也会说错，学会查证（合成示例）。",
        "老师投屏演示一段存好的对话，全班一起查。",
    )
    return services.ask(actor=city.actor("shen"), product_id=product_id, need=need)


def _decided(city: City, product_id: UUID, class_id: UUID) -> UUID:
    made = _ask(city, product_id, class_id)
    said = "11月3日校务会，9人到会，都同意：只在人工智能课上用，家长不同意的学生不用（合成示例）。"
    services.decide_for_school(
        actor=city.actor("head"),
        adoption_id=made,
        minutes=services.Minutes(said),
        limits=Limits(daily_launches=200),
    )
    return made


def _answer(city: City, product_id: UUID, class_id: UUID) -> None:
    """Slips of most of the class where the product takes pupils' data; the guardian of the demo has not answered."""
    pupils = registry.pupils_of(class_id)
    answers = {one.id: one.seat_no % 9 != 0 for one in pupils if one.seat_no % 5}
    if product_id in seen.asked_of_class(registry.org(class_id).path):
        services.enter_words(
            actor=city.actor("shen"), class_id=class_id, product_id=product_id, answers=answers
        )
