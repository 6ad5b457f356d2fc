"""What is read from a student's past before an answer: one column each, grouped as people are told of them."""

from enum import StrEnum


class Group(StrEnum):
    """Why a prediction is what it is, in the words of a report."""

    ITEM = "题目难易"
    ABILITY = "平时表现"
    SKILL = "这个知识点做过的题"
    RECENT = "最近几题"
    AGAIN = "以前做过这道题"
    BEFORE = "上一题和这一题的关系"
    TIME = "隔了多久"


SIGNS: tuple[tuple[str, Group], ...] = (
    ("item_ease", Group.ITEM),
    ("skill_ease", Group.ITEM),
    ("item_known", Group.ITEM),
    ("skills_asked", Group.ITEM),
    ("ability", Group.ABILITY),
    ("ability_fast", Group.ABILITY),
    ("ability_slow", Group.ABILITY),
    ("answered", Group.ABILITY),
    ("right", Group.ABILITY),
    ("wrong", Group.ABILITY),
    ("related", Group.ABILITY),
    ("related_spread", Group.ABILITY),
    ("skill", Group.SKILL),
    ("skill_and_ability", Group.SKILL),
    ("skill_fast", Group.SKILL),
    ("skill_mid", Group.SKILL),
    ("skill_slow", Group.SKILL),
    ("skill_answered", Group.SKILL),
    ("skill_right", Group.SKILL),
    ("skill_wrong", Group.SKILL),
    ("skill_last", Group.SKILL),
    ("skill_new", Group.SKILL),
    ("known", Group.SKILL),
    ("last", Group.RECENT),
    ("last_but_one", Group.RECENT),
    ("last_but_two", Group.RECENT),
    ("run", Group.RECENT),
    ("item_answered", Group.AGAIN),
    ("item_right", Group.AGAIN),
    ("item_wrong", Group.AGAIN),
    ("item_last", Group.AGAIN),
    ("same_item", Group.BEFORE),
    ("same_skill", Group.BEFORE),
    ("same_skill_before", Group.BEFORE),
    ("after_last", Group.BEFORE),
    ("after_last_seen", Group.BEFORE),
    ("after_last_but_one", Group.BEFORE),
    ("after_last_but_one_seen", Group.BEFORE),
    ("skill_gap", Group.TIME),
    ("pause", Group.TIME),
    ("skill_pause", Group.TIME),
    ("item_pause", Group.TIME),
)
NAMES = tuple(name for name, _ in SIGNS)
AT = {name: place for place, name in enumerate(NAMES)}
COUNT = len(SIGNS)
