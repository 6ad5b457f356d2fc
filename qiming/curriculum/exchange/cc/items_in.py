"""Questions in QTI 1.2, as cartridges carry them, as drafts of ours."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from qiming.curriculum.exchange.cc.pages_in import Pages
from qiming.curriculum.exchange.model import DraftItem, Level, Report
from qiming.curriculum.exchange.qti.asked import KEY, NotOurs
from qiming.curriculum.exchange.qti.declared import number
from qiming.curriculum.exchange.qti.replies import MISCONCEPTION
from qiming.curriculum.exchange.xml import Element, below, child, children, local, words

_NEVER = {
    "calculated_question": "题里的数每次随机生成，没有对应",
    "file_upload_question": "这种题没有对应的题型：上传文件",
    "text_only_question": "只有文字，没有要作答的地方",
}
_COMPARES = ("varequal", "varsubset", "vargte", "varlte", "vargt", "varlt")
_HOLDERS = ("response_lid", "response_str", "response_num", "response_xy", "response_grp")


@dataclass(slots=True)
class _Condition:
    """One way to answer: what must be given, what must not, what it earns, which feedback it shows."""

    given: list[tuple[str, str]] = field(default_factory=list)
    not_given: list[tuple[str, str]] = field(default_factory=list)
    ranges: list[tuple[str, str, float]] = field(default_factory=list)
    points: float = 0.0
    shows: list[str] = field(default_factory=list)
    catches_all: bool = False
    strict_case: bool = False
    joined: bool = False


def read_item(item: Element, where: str, pages: Pages, report: Report) -> list[DraftItem]:
    """Drafts for a QTI 1.2 item, empty with a line in the report when it can't be ours."""
    own = item.get("ident") or item.get("title") or "?"
    at = f"{where}#{own}"
    try:
        specs = _Question(item, at, where, pages, report).specs()
    except NotOurs as reason:
        report.add(Level.OUT, at, str(reason))
        return []
    if len(specs) > 1:
        report.add(Level.CHANGED, at, f"一道题里有{len(specs)}问，拆成了{len(specs)}道题")
    found = []
    for n, spec in enumerate(specs, start=1):
        spec["id"] = own if len(specs) == 1 else f"{own}.{n}"
        spec |= {"difficulty": 2, "use": ["class", "practice", "homework"]}
        found.append(DraftItem(spec, at, title=item.get("title") or ""))
    return found


class _Question:
    """One item being read."""

    def __init__(self, item: Element, at: str, where: str, pages: Pages, report: Report) -> None:
        self.item, self.at, self.where, self.pages, self.report = item, at, where, pages, report
        self.profile = _profile(item)
        self.presentation = child(item, "presentation")
        self.conditions = [_condition(one) for one in below(item, "respcondition")]
        self.feedback = {one.get("ident", ""): one for one in children(item, "itemfeedback")}

    def specs(self) -> list[dict[str, Any]]:
        if self.profile in _NEVER:
            raise NotOurs(_NEVER[self.profile])
        asked = below(self.presentation, *_HOLDERS) if self.presentation is not None else []
        asked = [one for one in asked if not any(local(up) in _HOLDERS for up in one.iterancestors())]
        if not asked:
            raise NotOurs("题里没有要作答的地方")
        if any(local(one) in ("response_xy", "response_grp") for one in asked):
            raise NotOurs("这种题没有对应的题型：在图上点位置或拖动")
        stem = self._stem(asked)
        common = {"stem": stem} | self._solution()
        if len(asked) > 1 and all(local(one) == "response_lid" for one in asked):
            return self._several(common, asked)
        if len(asked) > 1:
            return [
                common | {"stem": f"{stem}\n\n（第{n}问）"} | self._one(one)
                for n, one in enumerate(asked, start=1)
            ]
        return [common | self._one(asked[0])]

    def _stem(self, asked: Sequence[Element]) -> str:
        """The material before and around the answers, never what stands inside them."""
        parts = []
        for one in self.presentation.iter() if self.presentation is not None else ():
            if local(one) == "material" and not any(local(up) in _HOLDERS for up in one.iterancestors()):
                parts.append(self.pages.said(one, self.where))
        if len(asked) == 1:
            direct = child(asked[0], "material")
            parts.append(self.pages.said(direct, self.where) if direct is not None else "")
        stem = "\n\n".join(part for part in parts if part)
        if not stem:
            self.report.add(Level.TO_DO, self.at, "没有题干，先用了标题")
            stem = " ".join((self.item.get("title") or "题").split())
        return stem

    def _solution(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        texts = [
            self.pages.said(one, self.where)
            for one in below(self.item, "solution", "solutionmaterial")
            if local(one) == "solution"
        ]
        general = self.feedback.get("general_fb")
        if general is not None:
            texts.append(self.pages.said(general, self.where))
        if any(texts):
            found["solution"] = "\n\n".join(text for text in texts if text)
        hints = [self.pages.said(one, self.where) for one in below(self.item, "hint")]
        if any(hints):
            found["hints"] = [hint for hint in hints if hint][:4]
        return found

    def _one(self, asked: Element) -> dict[str, Any]:
        if local(asked) in ("response_str", "response_num"):
            return self._written(asked)
        return self._chosen(asked)

    def _chosen(self, asked: Element) -> dict[str, Any]:
        name = asked.get("ident", "")
        labels = below(asked, "response_label")
        right, best = self._right(name)
        many = (asked.get("rcardinality") or "Single").lower() == "multiple"
        if not right:
            raise NotOurs("没有写正确答案")
        keys = _keys([one.get("ident", "") for one in labels])
        if not set(right) <= set(keys):
            raise NotOurs("正确答案不在选项里")
        single = not many and len(right) == 1
        options = []
        for label in labels:
            identifier = label.get("ident", "")
            text = self.pages.line(label, self.where) or "（空白）"
            reply = self._reply(name, identifier, best if identifier in right else None)
            if identifier in right:
                reply.pop("misconception", None)
            options.append(
                {"key": keys[identifier], "text": text}
                | ({"correct": True} if identifier in right else {})
                | reply
            )
        return {"kind": "single" if single else "multiple", "options": options}

    def _right(self, name: str) -> tuple[list[str], _Condition | None]:
        """The values that earn most, and the condition that says so; adding conditions are taken together."""
        earning = [one for one in self.conditions if one.points > 0 and any(n == name for n, _ in one.given)]
        if not earning:
            return [], None
        best = max(earning, key=lambda one: one.points)
        whole = [value for n, value in best.given if n == name]
        if len(whole) == 1 and len(earning) > 1 and all(len(one.given) == 1 for one in earning):
            top = [one for one in earning if one.points == best.points]
            if len(top) < len(earning):
                self.report.add(Level.CHANGED, self.at, "选了别的也给一部分分，这一条没有收")
            return list(dict.fromkeys(one.given[0][1] for one in top)), best
        return whole, best

    def _reply(self, name: str, value: str, best: _Condition | None) -> dict[str, Any]:
        shown = [
            ident
            for one in self.conditions
            if (name, value) in one.given and (len(one.given) == 1 or one is best)
            for ident in one.shows
        ]
        elements = [
            self.feedback[ident]
            for ident in dict.fromkeys(shown)
            if ident in self.feedback and ident != "general_fb"
        ]
        text = "\n\n".join(said for one in elements if (said := self.pages.said(one, self.where)))
        known = next((m for one in elements if (m := MISCONCEPTION.fullmatch(one.get("title") or ""))), None)
        return ({"reply": text} if text else {}) | (
            {"misconception": known.group(0)} if text and known else {}
        )

    def _several(self, common: dict[str, Any], asked: Sequence[Element]) -> list[dict[str, Any]]:
        """Several choices in one item: lines to draw when each has its own words and all offer the same."""
        if self.profile == "fill_in_multiple_blanks_question":
            return [common | self._blank(one) for one in asked]
        offered = [tuple(words(label) for label in below(one, "response_label")) for one in asked]
        if len(set(offered)) != 1 or self.profile == "multiple_dropdowns_question":
            found = []
            for n, one in enumerate(asked, start=1):
                said = self.pages.line(child(one, "material"), self.where) or str(n)
                found.append(common | {"stem": f"{common['stem']}\n\n〔{said}〕"} | self._chosen(one))
            return found
        return [common | self._matched(asked)]

    def _matched(self, asked: Sequence[Element]) -> dict[str, Any]:
        labels = below(asked[0], "response_label")
        right_keys = {one.get("ident", ""): f"r{n}" for n, one in enumerate(labels, start=1)}
        right = [
            {"key": right_keys[one.get("ident", "")], "text": self.pages.line(one, self.where) or "（空白）"}
            for one in labels
        ]
        left, pairs = [], {}
        for n, one in enumerate(asked, start=1):
            wanted, _ = self._right(one.get("ident", ""))
            # Labels may be named anew in each row: then their place says which is which.
            here = [label.get("ident", "") for label in below(one, "response_label")]
            if len(wanted) != 1 or wanted[0] not in here:
                raise NotOurs("连线题里有的没有写答案")
            left.append(
                {"key": f"l{n}", "text": self.pages.line(child(one, "material"), self.where) or f"第{n}项"}
            )
            pairs[f"l{n}"] = right[here.index(wanted[0])]["key"]
        if len(set(pairs.values())) == len(left) and len(right) <= len(left) + 1:
            return {"kind": "match", "left": left, "right": right, "pairs": pairs}
        return {
            "kind": "classify",
            "bins": right,
            "entries": [{**piece, "bin": pairs[piece["key"]]} for piece in left],
        }

    def _blank(self, asked: Element) -> dict[str, Any]:
        accept = [words(one) for one in below(asked, "response_label")]
        if not any(accept):
            raise NotOurs("没有写正确答案")
        said = self.pages.line(child(asked, "material"), self.where)
        asks = {"stem": f"{self._stem([asked, asked])}\n\n〔{said}〕＿＿＿＿"} if said else {}
        return {"kind": "short", "accept": accept, "sample": accept[0]} | asks

    def _written(self, asked: Element) -> dict[str, Any]:
        name = asked.get("ident", "")
        earning = [one for one in self.conditions if one.points > 0]
        accept = [value for one in earning for n, value in one.given if n == name and value]
        if self.profile == "numerical_question" or local(asked) == "response_num":
            return self._numeric(name, earning)
        if any(one.strict_case for one in earning) and accept:
            self.report.add(Level.CHANGED, self.at, "原来区分大小写，现在不分大小写和全角半角")
        if "pattern_match" in self.profile:
            self.report.add(
                Level.CHANGED, self.at, "原来答案里含有这些字就算对，现在要一样才自动算对，其余由老师看"
            )
        accept = list(dict.fromkeys(accept))
        return {"kind": "short", "accept": accept} | ({"sample": accept[0]} if accept else {})

    def _numeric(self, name: str, earning: Sequence[_Condition]) -> dict[str, Any]:
        exact = [
            value
            for one in earning
            for n, text in one.given
            if n == name and (value := number(text)) is not None
        ]
        ends = [(kind, value) for one in earning for n, kind, value in one.ranges if n == name]
        low = max((value for kind, value in ends if kind.startswith("varg")), default=None)
        high = min((value for kind, value in ends if kind.startswith("varl")), default=None)
        if exact:
            off = (
                max(abs(exact[0] - low), abs(high - exact[0]))
                if low is not None and high is not None
                else 0.0
            )
            return {"kind": "numeric", "answer": {"value": exact[0], "tolerance": round(off, 9)}}
        if low is not None and high is not None and low <= high:
            return {"kind": "numeric", "answer": {"value": (low + high) / 2, "tolerance": (high - low) / 2}}
        raise NotOurs("没有写正确答案")


def _condition(element: Element) -> _Condition:
    found = _Condition()
    test = child(element, "conditionvar")
    for one in test.iter() if test is not None else ():
        name = local(one)
        if name == "other":
            found.catches_all = True
        if name not in _COMPARES:
            continue
        value = " ".join("".join(one.itertext()).split())
        said = (one.get("respident", ""), value)
        if any(local(up) == "not" for up in one.iterancestors()):
            found.not_given.append(said)
        elif name in ("varequal", "varsubset"):
            found.given.append(said)
            found.strict_case |= (one.get("case") or "No").lower() == "yes"
        elif (edge := number(value)) is not None:
            found.ranges.append((said[0], name, edge))
    for one in children(element, "setvar"):
        points = number("".join(one.itertext()))
        if points is not None and (one.get("action") or "Set") in ("Set", "Add"):
            found.points = points
    found.shows = [one.get("linkrefid", "") for one in children(element, "displayfeedback")]
    return found


def _profile(item: Element) -> str:
    """What kind of question the item says it is, in the cartridge's words or those of the platform it came from."""
    said = {}
    for one in below(item, "qtimetadatafield"):
        said[words(child(one, "fieldlabel"))] = words(child(one, "fieldentry"))
    return said.get("question_type") or said.get("cc_profile") or ""


def _keys(identifiers: Sequence[str]) -> dict[str, str]:
    """Our keys for the identifiers of a question's answers: the same where they can be, letters otherwise."""
    if len(set(identifiers)) != len(identifiers):
        raise NotOurs("两个选项用了同一个标识")
    if all(KEY.fullmatch(one) for one in identifiers):
        return {one: one for one in identifiers}
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return {one: letters[n] if n < len(letters) else f"K{n}" for n, one in enumerate(identifiers)}
