"""What may be generated for whom, when and for how long: one pure decision over dated rules, the strictest by default."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from qiming.agents.guard.types import Decision, Source

STAGES = ("primary", "junior", "senior")
MODES = ("before", "in", "after", "demonstration")
NAMES = {"primary": "小学", "junior": "初中", "senior": "高中"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One dated rule. `value` by kind: open_use none | supervised | guided | open; daily_minutes and consent_under a
    number; quiet [from, to] in hours; think_first true | false; reply_asks a list. `ages`: from and to, both included.
    """

    key: str
    kind: str
    stage: str
    value: Any
    since: date
    until: date | None
    text: str
    source: str
    status: Source
    ages: tuple[int, int] | None = None

    def holds(self, stage: str, on: date) -> bool:
        return self.stage in (stage, "all") and self.since <= on and (self.until is None or on <= self.until)


@dataclass(frozen=True, slots=True)
class Session:
    """The facts of one wish to generate. What is not known is what is strictest.

    `supervised`: a named adult has opened this session and is there. `school_allows`: the school decided for
    supervised sessions. `teacher`: the teacher asks (a demonstration). `exam`: a test runs for this pupil.
    `period_open` / `duty_roster`: is an adult there to be told? `attempted`: an own attempt was made on this item.
    `guardian_agreed`: consent where the place asks for it. `at`: local school time.
    """

    stage: str
    mode: str
    at: datetime
    minutes_used: int
    age: int | None = None
    supervised: bool = False
    school_allows: bool = False
    teacher: bool = False
    exam: bool = True
    period_open: bool = False
    duty_roster: bool = False
    on_activity: bool = False
    paused: bool = False
    attempted: bool = False
    item: bool = False
    guardian_agreed: bool = False


def allowed(rules: Iterable[Rule], session: Session) -> Decision:
    """May text be generated now? `asks` lists what a reply must carry; a refusal says what can be done instead."""
    held = [rule for rule in rules if rule.holds(session.stage, session.at.date())]
    if session.stage not in STAGES:
        return Decision(
            False, "没有写明是哪个学段，不能使用生成功能。请老师先确认班级的学段。", ("stage-unknown",)
        )
    if session.mode not in MODES:
        return Decision(False, "没有写明在什么环节使用，不能使用生成功能。", ("mode-unknown",))
    for check in (_exam, _paused, _open_use, _consent, _adult, _activity, _hours, _minutes, _attempt):
        refused = check(held, session)
        if refused:
            return refused
    asks = [rule for rule in held if rule.kind == "reply_asks"]
    wanted = tuple(dict.fromkeys(str(ask) for rule in asks for ask in rule.value))
    return Decision(True, _why(held, session), tuple(rule.key for rule in held), wanted)


def strictest(rules: Iterable[Rule], kind: str) -> Rule | None:
    """Of the rules of one kind that hold together, the one that allows least."""
    order = {"none": 0, "supervised": 1, "guided": 2, "open": 3}

    def much(rule: Rule) -> float:
        return order[rule.value] if kind == "open_use" else float(rule.value)

    return min((rule for rule in rules if rule.kind == kind), key=much, default=None)


def _exam(held: list[Rule], session: Session) -> Decision | None:
    if not session.exam:
        return None
    return Decision(False, "测验和考试期间学伴停用。做完交上去以后再来，我们一起看错在哪里。", ("exam",))


def _paused(held: list[Rule], session: Session) -> Decision | None:
    if not session.paused:
        return None
    return Decision(False, "老师请大家先停一停，看黑板或和同桌讨论。老师打开以后可以接着问。", ("paused",))


def _open_use(held: list[Rule], session: Session) -> Decision | None:
    rule = strictest(held, "open_use")
    if rule is None:
        return Decision(
            False, f"没有找到{NAMES[session.stage]}今天有效的规定，按最严的办法：不能使用。", ("no-rule",)
        )
    if session.teacher and session.mode == "demonstration":
        return None
    if rule.value in ("guided", "open"):
        return None
    if rule.value == "supervised" and session.school_allows and session.supervised:
        return None
    return Decision(
        False,
        "小学生不单独使用生成功能。可以请老师在课上演示；学校同意后，也可以由老师或家长打开并陪着一起用。",
        (rule.key,),
    )


def _consent(held: list[Rule], session: Session) -> Decision | None:
    rule = strictest(held, "consent_under")
    if rule is None or session.teacher or session.guardian_agreed:
        return None
    if session.age is not None and session.age >= rule.value:
        return None
    return Decision(
        False, f"未满{rule.value}周岁的同学要先由监护人同意。请家长在“同意”页里选择。", (rule.key,)
    )


def _adult(held: list[Rule], session: Session) -> Decision | None:
    if session.teacher or session.supervised or session.period_open or session.duty_roster:
        return None
    return Decision(
        False,
        "现在没有值班的老师能及时看到求助，学伴只在上课时开放。可以先看提示，或上课时问老师。",
        ("no-adult",),
    )


def _activity(held: list[Rule], session: Session) -> Decision | None:
    if session.mode != "in" or session.on_activity or session.teacher:
        return None
    return Decision(False, "上课时学伴只帮当前的活动。请回到老师正在讲的那一步。", ("other-activity",))


def _hours(held: list[Rule], session: Session) -> Decision | None:
    if session.teacher:
        return None
    for rule in (rule for rule in held if rule.kind == "quiet"):
        first, last = (int(hour) for hour in rule.value)
        hour = session.at.hour
        if (hour >= first or hour < last) if first > last else first <= hour < last:
            return Decision(
                False, f"{first}点到{last}点学伴休息，你也早点休息。明天{last}点以后再来。", (rule.key,)
            )
    return None


def _minutes(held: list[Rule], session: Session) -> Decision | None:
    if session.teacher:
        return None
    rule = strictest([rule for rule in held if _for_age(rule, session.age)], "daily_minutes")
    if rule is None or session.minutes_used < rule.value:
        return None
    return Decision(
        False,
        f"今天已经用了{session.minutes_used}分钟，到{rule.value}分钟的上限了。离开屏幕，用纸笔再想一想，明天继续。",
        (rule.key,),
    )


def _for_age(rule: Rule, age: int | None) -> bool:
    """Of an unknown age every rule holds, so that the strictest decides."""
    return rule.ages is None or age is None or rule.ages[0] <= age <= rule.ages[1]


def _attempt(held: list[Rule], session: Session) -> Decision | None:
    rule = next((rule for rule in held if rule.kind == "think_first" and rule.value), None)
    if rule is None or not session.item or session.attempted or session.teacher:
        return None
    return Decision(
        False, "先自己试一次：写下你的想法，对不对都行。试过以后，我从你写的地方开始帮你。", (rule.key,)
    )


def _why(held: list[Rule], session: Session) -> str:
    rule = strictest(held, "open_use")
    if session.teacher and session.mode == "demonstration":
        return "教师课内演示，可以使用。"
    if rule is not None and rule.value == "supervised":
        return "学校同意、有大人打开并陪同，可以使用；这次由谁打开会记下来。"
    return f"符合{NAMES[session.stage]}的规定，可以使用。"
