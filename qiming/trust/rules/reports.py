"""To whom a complaint or report goes, and who comes next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qiming.registry.types import OrgKind, Role

MAX_TEXT = 2000
# Who is asked next when a list doesn't answer in time or the answer satisfies nobody.
_ABOVE = (Role.SCHOOL_ADMIN, Role.SCHOOL_HEAD, Role.DISTRICT_OFFICER, Role.CITY_OFFICER)


@dataclass(frozen=True, slots=True)
class Category:
    """What a report is about: in the words of an adult and of a pupil, and on whose list it lands first."""

    key: str
    zh: str
    for_pupils: str
    holders: tuple[Role, ...]
    is_urgent: bool = False


CATEGORIES: dict[str, Category] = {
    one.key: one
    for one in (
        Category(
            "safety",
            "有人有危险：欺凌、伤害、轻生、侵害",
            "有人欺负我，或者有人有危险",
            (Role.SCHOOL_HEAD, Role.DISTRICT_OFFICER),
            is_urgent=True,
        ),
        Category(
            "privacy",
            "个人信息、照片、同意方面的问题",
            "别人看到了不该看的我的东西",
            (Role.SCHOOL_ADMIN,),
        ),
        Category("content", "课程、题目、平台上的内容不妥", "课里或题里有不对的地方", (Role.SCHOOL_ADMIN,)),
        Category("conduct", "某位老师或工作人员的做法", "有大人让我不舒服", (Role.SCHOOL_HEAD,)),
        Category("school", "学校的做法", "学校的做法不对", (Role.DISTRICT_OFFICER,)),
        Category("other", "别的事", "别的事", (Role.SCHOOL_ADMIN,)),
    )
}


def first_holders(category: Category, kind: OrgKind, own_roles: Iterable[str]) -> list[Role]:
    """On whose list a report from a place of this kind begins; nobody decides on what they wrote themselves."""
    if kind is OrgKind.CITY:
        return [Role.CITY_OFFICER]
    if kind is OrgKind.DISTRICT:
        wanted: Sequence[Role] = (Role.DISTRICT_OFFICER,)
    else:
        wanted = category.holders
    held = set(own_roles)
    return list(dict.fromkeys(_not_own(role, held) for role in wanted))


def next_holder(holders: Iterable[str]) -> Role | None:
    """Who comes above everybody that holds a report now; None when it is with the city."""
    highest = max((_ABOVE.index(Role(role)) for role in holders), default=-1)
    return _ABOVE[highest + 1] if highest + 1 < len(_ABOVE) else None


def _not_own(role: Role, held: set[str]) -> Role:
    while role in held:
        above = next_holder([role])
        if above is None:
            return role
        role = above
    return role
