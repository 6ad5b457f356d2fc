"""Personal data in a text: numbers that check themselves, patterns, and the names of a class.

Numbers and patterns are read in the cleaned text (one width, nothing invisible), so that full-width digits, characters
for digits and separators do not hide them. No pattern crosses the end of a sentence. Sources: GB 11643 (mod 11-2 of the
identity number), ISO/IEC 7812 (Luhn).
"""

import itertools
import re
from collections.abc import Iterable
from datetime import date

from qiming.agents.guard.names import Roster, introduced
from qiming.agents.guard.types import Act, Hit
from qiming.assurance.graders.privacy import is_card, is_id
from qiming.assurance.graders.text import Clean, clean

KINDS = {
    "id": "证件号",
    "card": "银行卡号",
    "phone": "电话",
    "email": "邮箱",
    "account": "账号",
    "birthday": "生日",
    "address": "住址",
    "name": "姓名",
}
# As many characters as there were: places stay the same. 幺 is how a 1 is said in a number.
_DIGITS = str.maketrans("零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖○", "0123456789112345678" + "90")
_GAP = r"[ \t\-_.·•*/|,、)]{0,2}"
_SOME_FIGURES = re.compile(r"[0-9][^0-9]{0,2}[0-9][^0-9]{0,2}[0-9][^0-9]{0,2}[0-9][^0-9]{0,2}[0-9]")
_PIECE = re.compile(r"[0-9x]+")
_CALLED = re.compile(r"电话|手机|号码|联系|打给|号是|证")

_RUN = re.compile(rf"(?<![0-9a-z.])\d(?:{_GAP}\d){{6,24}}(?:{_GAP}x)?(?![0-9a-z])")
_EMAIL = re.compile(
    r"(?<![a-z0-9._%+-])[a-z0-9][a-z0-9._%+-]{0,31}\s?(?:@|\(at\)|\[at\]|（at）|#at#|\sat\s|艾特)\s?"
    r"(?:(?:[a-z0-9-]{1,20})\s?(?:\.|点|\(dot\))\s?){1,3}(?:com|cn|net|org|edu|gov|io|me|cc|top|xyz)(?![a-z0-9])"
)
_ACCOUNT = re.compile(
    r"(?:(?P<qq>(?:qq|扣扣|企鹅)号?(?:码)?)|(?P<wx>微信号?|vx|v信|wechat|weixin|威信|薇信)|(?P<school>学号|学籍号|准考证号?|考号|身份证号?码?|护照号?码?)"
    r"|(?P<pass>密码|口令|验证码))(?:[是为:：=\s]|号|号码|叫|就|加我|我的){0,6}(?P<value>[a-z0-9][a-z0-9_\-]{3,23})(?![a-z0-9])"
)
_ANY_FIGURE = re.compile(r"[0-9]")
_BIRTHDAY = re.compile(
    r"(?:生日|出生日期|出生年月日?|出生于|生于|我是)[是为在:：\s]{0,3}(?P<value>(?:\d{4}|[零一二三四五六七八九]{4})\s?[年\-/.]\s?"
    r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s?[月\-/.]\s?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[日号]?)(?:出?生)?"
)
# The last character of an area never stands within its name, so that there is one way to read it (市北区 is the exception).
_AREA = r"(?:(?:市[东南西北中]|(?:(?![省市区县旗州镇乡村])[\u4e00-\u9fff]){1,6}?)(?:省|自治区|市|区|县|旗|州|镇|乡|街道|村))"
_ROAD = r"(?:[\u4e00-\u9fff0-9]{1,10}?(?:路|街|大街|胡同|巷|弄|道|里|条))"
_NUM = r"(?:\d{1,5}|[零一二三四五六七八九十百]{1,5}|[甲乙丙丁a-z])"
_DOOR = rf"(?:{_NUM}(?:-{_NUM})?\s?(?:号楼|号院|号|栋|幢|座|单元|层|楼|室|户|门|弄|组|队))"
_ESTATE = r"(?:[\u4e00-\u9fff0-9]{1,10}?(?:小区|家园|花园|公寓|新村|嘉园|苑|里|院|园|[一二三四五六七八九十]区|庄园|社区|大厦|宿舍))"
_ADDRESS = re.compile(
    rf"(?:{_AREA}\s?){{1,3}}(?:{_ROAD}\s?)?(?:{_ESTATE}\s?)?(?:{_DOOR}\s?){{1,5}}"
    rf"|{_ROAD}\s?(?:{_DOOR}\s?)(?:{_ESTATE}\s?)?(?:{_DOOR}\s?){{0,4}}"
    rf"|{_ESTATE}\s?(?:{_DOOR}\s?){{1,5}}|(?:{_DOOR}\s?){{2,5}}"
)
_ANY_DOOR = re.compile(
    r"[0-9一二三四五六七八九十百甲乙丙丁a-z]\s?(?:号|栋|幢|座|单元|层|楼|室|户|门|弄|组|队)"
)
# "第3单元第5层" is a chapter and a network, not a door: a lone chain needs a home in it.
_HOME = re.compile(r"栋|幢|号楼|室|户|号院|\d号|门牌|[一二三四五六七八九十]号")
_LIVES = re.compile(
    r"(?:住在?|家在|家住|地址[是为:：]?|住址[是为:：]?|搬到|我家|他家|她家|寄到|送到|来我家|籍贯|户口)[^。！？\n]{0,8}$"
)
_LEAD = re.compile(r"(?:我|他|她|们|家|就|的|是|在|住|到|了|地址|住址|搬|寄|送|来|为|[:：\s])+")
_STREET = re.compile(r"路|街|胡同|巷|弄|小区|家园|花园|公寓|新村|嘉园|苑|村|社区|宿舍|大厦|街道|镇")


def find(text: str, roster: Roster | None = None) -> tuple[Hit, ...]:
    """Every personal datum in `text`, not overlapping, by where it starts; offsets of the text as written."""
    seen = clean(text)
    found = [*_numbers(seen), *_patterns(seen), *_addresses(seen)]
    hits = [_hit(text, seen, kind, start, end) for kind, start, end in found]
    hits += [Hit(*span, "name", "name", Act.HIDE, text[slice(*span)]) for span in introduced(text)]
    if roster is not None:
        hits += [Hit(*span, "name", "name", Act.HIDE, text[slice(*span)]) for span in roster.find(text)]
    return _apart(hits)


def _hit(text: str, seen: Clean, kind: str, start: int, end: int) -> Hit:
    first, last = seen.span(start, end)
    return Hit(first, last, kind, kind, Act.HIDE, text[first:last])


def _apart(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """Of overlapping hits the one that starts first, of those the longest."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda one: (one.start, -one.end)):
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
        elif hit.end > kept[-1].end:
            last = kept[-1]
            kept[-1] = Hit(last.start, hit.end, last.key, last.category, last.act, last.word)
    return tuple(kept)


def is_identity_number(digits: str) -> bool:
    """18 places that pass their check, or the older 15 with an area and a date."""
    if len(digits) == 15 and digits.isdigit():
        return "11" <= digits[:2] <= "91" and _is_date("19" + digits[6:12])
    return is_id(digits)


def _is_date(said: str) -> bool:
    try:
        return date(int(said[:4]), int(said[4:6]), int(said[6:8])).year >= 1900
    except ValueError:
        return False


def is_card_number(digits: str) -> bool:
    """16 to 19 figures of a payment card: Luhn, an issuer's first figure, not one figure over and over."""
    return 16 <= len(digits) <= 19 and digits[0] in "3456" and len(set(digits)) >= 4 and is_card(digits)


def _is_mobile(digits: str) -> bool:
    return len(digits) == 11 and digits[0] == "1" and digits[1] in "3456789" and len(set(digits)) > 2


def _kind_of(digits: str, before: str) -> str | None:
    if is_identity_number(digits):
        return "id"
    if is_card_number(digits):
        return "card"
    for lead in ("", "86", "086", "0086"):
        if digits.startswith(lead) and _is_mobile(digits[len(lead) :]):
            return "phone"
    if re.search(r"(?:电话|座机|号码|拨打?|打给|call|tel)[^。\n]{0,6}$", before) and 7 <= len(digits) <= 12:
        return "phone"
    return None


def _is_landline(digits: str) -> bool:
    return 10 <= len(digits) <= 12 and digits[0] == "0" and digits[1] in "12356789"


def _numbers(seen: Clean) -> Iterable[tuple[str, int, int]]:
    figures = seen.text.translate(_DIGITS)
    if not _SOME_FIGURES.search(figures):
        return
    for run in _RUN.finditer(figures):
        pieces = list(_PIECE.finditer(run[0]))
        before = seen.text[max(0, run.start() - 12) : run.start()]
        if (
            len(pieces) <= 3
            and _is_landline("".join(piece[0] for piece in pieces))
            and _grouped(run[0], pieces)
        ):
            yield "phone", run.start(), run.end()
            continue
        if all(len(piece[0]) == 1 for piece in pieces):
            kind = (
                _kind_of("".join(piece[0] for piece in pieces), before) if _evenly(run[0], before) else None
            )
            if kind:
                yield kind, run.start(), run.end()
            continue
        yield from _among(run, pieces, before)


def _evenly(run: str, before: str) -> bool:
    """Single figures kept apart by one and the same sign, as nobody writes a list of numbers unless by commas."""
    signs = set(_PIECE.split(run)[1:-1])
    return len(signs) == 1 and (not signs & {",", "，", "、", ", "} or bool(_CALLED.search(before)))


def _among(run: re.Match[str], pieces: list[re.Match[str]], before: str) -> Iterable[tuple[str, int, int]]:
    """The longest joined neighbours that are a number; groups of fewer than three figures belong to a list."""
    at = 0
    while at < len(pieces):
        for upto in range(len(pieces), at, -1):
            if not _grouped(run[0], pieces[at:upto]) or (at > 0 and run[0][pieces[at].start() - 1] == "."):
                continue  # what follows a point is the rest of a decimal
            digits = "".join(piece[0] for piece in pieces[at:upto])
            kind = _kind_of(digits, before if at == 0 else "") if len(digits) <= 19 else None
            if kind:
                yield kind, run.start() + pieces[at].start(), run.start() + pieces[upto - 1].end()
                at = upto - 1
                break
        at += 1


def _grouped(run: str, pieces: list[re.Match[str]]) -> bool:
    """Written as one number: in one piece, or in groups of three and more with a space or a dash between."""
    if len(pieces) == 1:
        return True
    lead = pieces[1:] if pieces[0][0] in ("86", "1") else pieces
    if any(len(piece[0]) < 3 for piece in lead[:-1]) or not (len(lead[-1][0]) >= 3 or lead[-1][0][-1] == "x"):
        return False
    signs = {run[one.end() : two.start()] for one, two in itertools.pairwise(pieces)}
    return all(not re.search(r"[,、]", sign) for sign in signs) and len(signs) <= 2


def _patterns(seen: Clean) -> Iterable[tuple[str, int, int]]:
    if "@" in seen.text or "at" in seen.text or "艾特" in seen.text:
        for match in _EMAIL.finditer(seen.text):
            yield "email", match.start(), match.end()
    for match in _ACCOUNT.finditer(seen.text) if _ANY_FIGURE.search(seen.text) else ():
        if any(char.isdigit() for char in match["value"]):
            yield "account", match.start("value"), match.end("value")
    for match in _BIRTHDAY.finditer(seen.text):
        yield "birthday", match.start("value"), match.end("value")


def _addresses(seen: Clean) -> Iterable[tuple[str, int, int]]:
    if not _ANY_DOOR.search(seen.text):
        return
    for match in _ADDRESS.finditer(seen.text):
        lead = _LEAD.match(match[0])
        home = _HOME.search(match[0]) and any(
            char.isdigit() or char in "一二三四五六七八九十" for char in match[0]
        )
        lives = lead or _LIVES.search(seen.text[max(0, match.start() - 14) : match.start()])
        if home and (_STREET.search(match[0]) or lives):
            yield "address", match.start() + (lead.end() if lead else 0), match.end()
