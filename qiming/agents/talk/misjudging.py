"""Does a reply judge falsely: call a wrong option right, a right one wrong, agree with an attempt that is not right yet? Pure.

A reply that tells the right answer is a leak and found elsewhere (`guard.answers`); this is about what is false. Questions, ifs and
what somebody else is said to think judge nothing. Where it is in doubt it says nothing of plain words, and is strict with a bare nod:
a false find costs a sentence of the course in the place of the model's.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from qiming.assurance.graders.numbers import numbers, value_of
from qiming.assurance.graders.text import clean, sentences, squeezed

WRONG_CALLED_RIGHT: Final = "wrong_called_right"
RIGHT_CALLED_WRONG: Final = "right_called_wrong"
CONFIRMS: Final = "confirms"  # an attempt that is not right yet
DENIES: Final = "denies"  # an attempt that is right
LEAST_TEXT: Final = 3  # characters of an option that are known without its letter

_NO: Final = r"(?:不对|不正确|不是(?:正确|对的|答案)|不符合|不合适|不能选|不该选|不应该?选|不要选|不选|排除|说不通|有误|有问题|错误(?!率)|(?<!没)错(?:的|了|啦)?(?=$|[!。~]))"
_YES: Final = r"(?:对(?:的|了|啦|呀|哦)?(?=$|[!。~])|正确(?:的|答案|选项)?(?=$|[!。~])|没错|没问题|符合题意|正解|最合适|说得通|(?:就是|是)答案)"
_NOT_YET: Final = re.compile(
    rf"(?:不|没有?|未必|不一定|还没|算不上|并非|不完全|不太|不全)(?:是|答|做|算|选|说|填|能算)?{_YES}"
)
_SAYS_NO: Final = re.compile(_NO)
_SAYS_YES: Final = re.compile(_YES)
# A mark stands before each: ‹b› is option b, in letters or word for word.
_MARK: Final = re.compile(r"‹([a-z])›")
_PICKS: Final = re.compile(
    r"(?:答案|正确(?:的|选项|答案)*|应该|应当|应|就|要|可以|请|我)(?:的?选项?)?(?:应该|就|当然)?(?:是|为|选择?|填|:|=)+[\s“\"「(]*‹([a-z])›"
)
_NOT_THAT: Final = re.compile(r"(?:不是|不选|不该是|不应该是|排除)[“\"「(]*‹([a-z])›")
_OTHERS: Final = re.compile(
    r"如果|假如|假设|要是|万一|是不是|是否|对不对|对还是错|(?:你|他|她|它|有人|同学|谁|大家|有的)[^,]{0,4}(?:觉得|认为|以为|说(?!得|对)|猜|怀疑)|为什么|怎么(?:知道|判断|看)"
)
_JOINS: Final = re.compile(r"所以|因此|因为|那么|其实|也就是说|这时候?|于是|就是|就|是|答案|选项?|项|[\s\W_]")
_ASKS: Final = re.compile(r"(?:[?]|吗|呢)\s*[?]?$")
_QUOTED: Final = re.compile(
    r"(?:说|问|喊|写着?|写道):?\s?[“\"「][^”\"」]*[”\"」]"
)  # somebody's words, not the reply's
_YOURS: Final = r"(?:你|您)[^?]{0,12}?"
_NODS: Final = re.compile(
    rf"^(?:嗯|啊|哇|哈|好的?|恭喜你?|太棒了|非常好|很好|其实|你)*(?:是的|答对|说对|猜对|选对|做对|算对|填对|(?:说|答|做|算|选|填)得(?:很|非常|完全)?对|(?:完全|非常|确实|当然|就是|都)?{_YES})(?:了|啦|呀)?[!。~]*$"
    rf"|{_YOURS}(?:答|说|猜|选|做|算|填|想)(?:得(?:很|非常|完全)?)?对(?:了|啦|$|[!。~])|{_YOURS}{_YES}|(?:答案|结果|想法|选择)(?:也|就|都|完全|确实|非常|是)*{_YES}"
)
_SHAKES: Final = re.compile(
    rf"^(?:嗯|啊|可惜|很遗憾|抱歉|其实|你|,)*(?:不是的?|{_NO})(?:了|啦|哦)?[!。~]*$"
    rf"|{_YOURS}(?:答|说|猜|选|做|算|填|想)(?:得)?(?:不对|错(?:了|啦|$|[!。~]))|{_YOURS}{_NO}|(?:答案|结果|想法|选择)(?:也|就|都|是)*{_NO}"
)
_STATED: Final = re.compile(
    r"(?:答案|正确答案|正确结果)(?:应该|就|当然|其实)?(?:是|为|等于|=|:)+\s*[“\"「(]*$"
)
_CONCLUDES: Final = re.compile(
    r"^(?:所以|因此|于是|最后|这样|综上)[^?]{0,12}?(?:一共|总共)?(?:就?是|等于|=|得到|得出)\s*$"
)
_THEN: Final = r"^\s*(?:%|个|张|分|元)?[”\"」)]*(?:这个)?(?:答案|结果|数|数字)?(?:也|就|都|是|完全|确实)*"
_NUMBER_YES: Final = re.compile(_THEN + _YES)
_NUMBER_NO: Final = re.compile(_THEN + _NO)
_TIES: Final = [
    "放进",
    "放到",
    "属于",
    "归到",
    "归入",
    "是",
    "分到",
    "应该放",
    "应该放进",
    "连",
    "连到",
    "对应",
    "配",
    "应该连",
]


@dataclass(frozen=True, slots=True)
class Tried:
    """The last own attempt: in words, and what the platform said of it."""

    said: str
    correct: bool | None


class Judging:
    """What is right and wrong of one item, and whether a reply says otherwise."""

    def __init__(
        self, known: Iterable[Mapping[str, Any]], tried: Tried | None = None, read: Iterable[str] = ()
    ) -> None:
        """`known`: the answers as graders read them (`talk.facts.known_of`). `read`: what the pupil has before him; its numbers
        may be spoken of."""
        known = tuple(known)
        self.tried = tried
        choices = [one for one in known if one["kind"] == "choice"]
        self.right = frozenset(str(one["value"]).casefold() for one in choices)
        options = {
            str(key).casefold(): str(text)
            for one in choices
            for key, text in dict(one.get("options", {})).items()
        }
        self.wrong = frozenset(options) - self.right
        self.texts = _texts(options)
        self.numbers = tuple(one for one in known if one["kind"] == "number")
        self.seen = (
            frozenset(one.value for text in read for one in numbers(clean(text).text))
            if self.numbers
            else frozenset()
        )
        self.pairs = dict(pair for one in known if one["kind"] == "text" for pair in _pairs(one))

    def __bool__(self) -> bool:
        return bool(self.right or self.numbers or self.pairs or self.tried)

    def found(self, reply: str, *, whole: bool = True) -> str:
        """What `reply` judges falsely; "" when nothing. `whole`: nothing stands before or after it."""
        text = self._marked(_QUOTED.sub("说", clean(reply).text))
        for sentence in sentences(text):
            for clause in _clauses(sentence):
                kind = self._of_clause(clause)
                if kind:
                    return kind
            if not _ASKS.search(sentence) and not _OTHERS.search(sentence) and self._concludes(sentence):
                return WRONG_CALLED_RIGHT
        return (self._bare(text) or self._bare_number(text)) if whole else ""

    def _marked(self, text: str) -> str:
        """The options in it as marks: a letter that stands alone, or an option's own words."""
        for key, words in self.texts:
            label = rf"(?<![a-z0-9]){key}[.:、,)\s]{{1,2}}[“\"「]?"
            label = f"(?:{label})?" if len(words) >= LEAST_TEXT else label
            text = re.sub(rf"{label}{re.escape(words)}[。.]?[”\"」]?", f"‹{key}›", text)
        for key in self.right | self.wrong:
            text = re.sub(rf"(?<![a-z0-9‹]){key}(?![a-z0-9›])", f"‹{key}›", text)
        return text

    def _of_clause(self, clause: str) -> str:
        if _ASKS.search(clause) or _OTHERS.search(clause):
            return ""
        return (
            self._of_options(clause)
            or self._of_numbers(clause)
            or self._of_pairs(clause)
            or self._of_attempt(clause)
        )

    def _of_options(self, clause: str) -> str:
        named = set(_MARK.findall(clause))
        if not named:
            return ""
        rest = _MARK.sub("", clause) if not _PICKS.search(clause) else clause
        denied = set(_NOT_THAT.findall(clause))
        if denied or _SAYS_NO.search(rest) or _NOT_YET.search(rest):
            return RIGHT_CALLED_WRONG if (denied or named) & self.right else ""
        picked = set(_PICKS.findall(clause)) | (named if _SAYS_YES.search(rest) else set())
        return WRONG_CALLED_RIGHT if picked & self.wrong else ""

    def _of_numbers(self, clause: str) -> str:
        for known in self.numbers:
            wanted = value_of(str(known["value"]))
            if wanted is None:
                continue
            for one in numbers(clause):
                right = _same(one.value, wanted, known)
                before, after = clause[: one.start], clause[one.end :]
                if (
                    not right
                    and (_NUMBER_YES.search(after) or _STATED.search(before))
                    and not _SAYS_NO.search(after)
                ):
                    return WRONG_CALLED_RIGHT
                if right and _NUMBER_NO.search(after):
                    return RIGHT_CALLED_WRONG
        return ""

    def _concludes(self, sentence: str) -> bool:
        """So it is …: a number that is neither the answer nor one the item speaks of."""
        return any(
            _CONCLUDES.search(sentence[: one.start])
            and self._is_false(one.value)
            and one.value not in self.seen
            for one in (numbers(sentence) if self.numbers else ())
        )

    def _bare_number(self, text: str) -> str:
        """A number that is not the answer, and nothing else."""
        for one in numbers(text) if self.numbers else ():
            rest = text[: one.start] + text[one.end :]
            if not rest.strip(" 。.!%个张分元\n") and self._is_false(one.value):
                return WRONG_CALLED_RIGHT
        return ""

    def _is_false(self, value: Fraction) -> bool:
        wanted = [(value_of(str(known["value"])), known) for known in self.numbers]
        return not any(right is None or _same(value, right, known) for right, known in wanted)

    def _of_pairs(self, clause: str) -> str:
        tight = squeezed(clause).text
        places = set(self.pairs.values())
        for thing, place in self.pairs.items():
            at = tight.find(thing)
            if at < 0:
                continue
            rest = tight[at + len(thing) :]
            if any(rest.startswith(tie + other) for other in places - {place} for tie in _TIES):
                return WRONG_CALLED_RIGHT
            if any(
                rest.startswith(no + tie + place) for tie in _TIES for no in ("不", "不应该", "不该", "并不")
            ):
                return RIGHT_CALLED_WRONG
        return ""

    def _of_attempt(self, clause: str) -> str:
        if self.tried is None or self.tried.correct is None:
            return ""
        plain = _MARK.sub("", clause)
        own = squeezed(self.tried.said).text
        if self.tried.correct:
            return DENIES if _SHAKES.search(plain) else ""
        nods = bool(_NODS.search(plain)) or (
            len(own) > 1 and own in squeezed(clause).text and bool(_SAYS_YES.search(plain))
        )
        return CONFIRMS if nods and not _NOT_YET.search(plain) and not _SAYS_NO.search(plain) else ""

    def _bare(self, text: str) -> str:
        """One wrong option said flatly, and no other named: it stands there as the answer."""
        flat = [set(_MARK.findall(one)) for one in sentences(text) if not _ASKS.search(one)]
        alone = {
            key
            for one, marks in zip([s for s in sentences(text) if not _ASKS.search(s)], flat, strict=True)
            for key in marks
            if len(marks) == 1 and not _JOINS.sub("", _MARK.sub("", one)) and not _NOT_THAT.search(one)
        }
        return (
            WRONG_CALLED_RIGHT
            if len(alone) == 1 and set(_MARK.findall(text)) == alone and alone <= self.wrong
            else ""
        )


def _texts(options: Mapping[str, str]) -> list[tuple[str, str]]:
    """(letter, cleaned words) of the options, the longest first."""
    said = [(key, clean(text).text.rstrip("。.!！").strip()) for key, text in options.items()]
    return sorted((one for one in said if one[1]), key=lambda one: -len(one[1]))


def _pairs(known: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """Things and their places, where the answer is what belongs where (`talk.facts`)."""
    said = set(known.get("paraphrases", ()))
    for one in said:
        thing, _, place = one.partition("：")
        if thing and place and (f"{thing}属于{place}" in said or f"{thing}对应{place}" in said):
            yield squeezed(thing).text, squeezed(place).text


def _clauses(sentence: str) -> list[str]:
    return [one.strip() for one in re.split(r"[,，]|——", sentence) if one.strip()]


def _same(value: Fraction, wanted: Fraction, known: Mapping[str, Any]) -> bool:
    most = Fraction(str(known.get("tolerance", 0)))
    unit = str(known.get("unit", ""))
    return abs(value - wanted) <= most or (unit in {"%", "％"} and abs(value * 100 - wanted) <= most)
