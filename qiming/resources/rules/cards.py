"""Whether a card is whole, before anybody is asked to read it."""

from uuid import UUID

from qiming.kernel.errors import UserError
from qiming.resources.types import CAREFUL, STAGES, Area, Card, Licence

MOST_TAGS = 12
LONGEST = {
    "title": 60,
    "says": 600,
    "subject": 40,
    "ai_says": 300,
    "accessibility": 300,
    "data_needs": 300,
    "cost": 120,
    "made_of": 600,
    "does_well": 600,
    "filing": 300,
}
NEEDED = {
    "title": "标题",
    "says": "介绍",
    "subject": "学科",
    "accessibility": "无障碍说明",
    "data_needs": "要用哪些数据",
    "cost": "费用",
}


def checked(card: Card) -> Card:
    """The card with blanks trimmed; raises `UserError` naming the first field that is wrong."""
    said = {name: str(getattr(card, name)).strip() for name in (*LONGEST, "stage", "area", "licence")}
    for name, label in NEEDED.items():
        if len(said[name]) < 2:
            raise UserError(
                f"“{label}”还没有写", kept="别的都还在这一页。", next="没有的写“没有”或“不用”。", field=name
            )
    for name, longest in LONGEST.items():
        if len(said[name]) > longest:
            raise UserError(f"最多{longest}个字", kept="写的都还在这一页。", next="请写短一些。", field=name)
    if said["stage"] not in STAGES:
        raise UserError("请选学段", field="stage")
    if said["area"] not in {one.value for one in Area}:
        raise UserError("请选帮在哪里", field="area")
    if said["licence"] not in {one.value for one in Licence}:
        raise UserError("请选授权", field="licence")
    if not 0 <= card.ai_share <= 100:
        raise UserError("人工智能生成的占比要在0到100之间", field="ai_share")
    if wrong := set(card.careful) - set(CAREFUL):
        raise UserError(f"没有这一项：{'、'.join(sorted(wrong))}", field="careful")
    careful = tuple(key for key in CAREFUL if key in card.careful)
    _check_product(card)
    return Card(
        **said,
        ai_share=card.ai_share,
        careful=careful,
        generates=bool(card.generates),
        product=card.product,
        scenario=card.scenario,
        teaches=tuple(dict.fromkeys(card.teaches))[:MOST_TAGS],
    )


def _check_product(card: Card) -> None:
    """What generates content names the product that was tested; nothing else does."""
    if card.generates and not card.product:
        raise UserError(
            "会生成内容的，要写明是哪一个产品",
            kept="写的都还在这一页。",
            next="在准入的产品里选；还没有准入的，请厂家先申报。",
            field="product",
        )
    if card.product and not _is_id(card.product):
        raise UserError("没有这个产品", field="product")


def _is_id(said: str) -> bool:
    try:
        UUID(said)
    except ValueError:
        return False
    return True
