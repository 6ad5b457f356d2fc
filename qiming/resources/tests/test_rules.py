"""The screening and the hashes, as pure functions."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiming.kernel.errors import UserError
from qiming.resources.rules import bytes as same
from qiming.resources.rules import markup
from qiming.resources.rules.cards import LONGEST, checked
from qiming.resources.rules.screening import MOST_SHOWN, Piece, Words, is_identity_number, screen
from qiming.resources.tests.conftest import CARD
from qiming.resources.types import Card, Level, Report

WORDS = Words(lists={"广告": ("加微信", "限时优惠")}, short_links=frozenset({"t.cn"}))
GOOD = '<p>看图：<img src="media/a.svg" alt="三只瓶子"></p><a href="https://example.org/a">来源</a>'


def look(body: str = GOOD, *, card: Card = CARD, address: str = "", same_as: tuple[str, ...] = ()) -> Report:
    pieces = [] if address else [Piece("第1课教案", body)]
    return screen(card=card, pieces=pieces, address=address, words=WORDS, same_as=same_as, content_hash="a")


def test_what_is_in_order_is_counted_and_nothing_found() -> None:
    report = look()
    assert report.findings == ()
    assert report.checked == (("段文字", 2), ("个链接", 1), ("幅图", 1))


@pytest.mark.parametrize(
    ("body", "rule", "level", "says"),
    [
        ("联系电话13800138000", "personal", Level.STOP, "手机号"),
        ("编号113800138000和1380013800不是", "", None, ""),
        ("证号11010519491231002X", "personal", Level.STOP, "身份证号"),
        ("证号110105194912310021", "", None, ""),
        ("写信到 wang@example.org", "personal", Level.LOOK, "w…@example.org"),
        ("老师加 微信领取", "words", Level.LOOK, "加微信"),
        ('<a href="http://example.org/">旧</a>', "links", Level.LOOK, "没有加密"),
        ('<a href="https://t.cn/x">短</a>', "links", Level.STOP, "缩短"),
        ("见 https://192.168.1.1/a", "links", Level.STOP, "一台机器"),
        ("见 https://[2001:db8::1]/", "links", Level.STOP, "机器"),
        ('<a href="https://localhost/a">本机</a>', "links", Level.STOP, "一台机器"),
        ('<a href="https://u:p@example.org/">号</a>', "links", Level.STOP, "账号"),
        ('<a href="javascript:alert(1)">点</a>', "links", Level.STOP, "只能链到"),
        ('<a href="https://[broken/">坏</a>', "links", Level.STOP, "写坏"),
        ('<img src="media/a.svg" alt=" ">', "pictures", Level.LOOK, "1幅图没有文字说明"),
        ('<a href="/lessons/1/">上一课</a><a href="#a">上面</a>', "", None, ""),
    ],
)
def test_each_rule_finds_its_own(body: str, rule: str, level: Level | None, says: str) -> None:
    found = look(body).findings
    if level is None:
        assert found == ()
    else:
        assert [(one.rule, one.level) for one in found] == [(rule, level)]
        assert says in found[0].says
        assert found[0].where == "第1课教案"


def test_a_finding_never_repeats_the_whole_number() -> None:
    for number in ("13800138000", "11010519491231002X"):
        assert all(number not in one.says for one in look(f"号{number}").findings)


def test_many_of_one_kind_are_counted_and_those_that_stop_come_first() -> None:
    body = "x ".join(f"a{n}@example.org" for n in range(40)) + " 13800138000"
    found = look(body).findings
    assert len(found) == MOST_SHOWN + 1
    assert found[0].level is Level.STOP
    assert found[-1].says == f"同样的还有{41 - MOST_SHOWN}处。"


def test_nothing_of_ones_own_a_silent_share_and_the_same_again_go_back() -> None:
    assert [one.rule for one in look("").stops] == ["format"]
    assert [one.where for one in look(card=replace(CARD, ai_says=" ")).stops] == ["资源卡片"]
    assert look(same_as=("和第1版一样，没有改动。",)).stops[0].rule == "same"


def test_a_tool_is_its_address() -> None:
    assert look(address="https://tool.example.org/").findings == ()
    assert look(address="http://tool.example.org/").stops[0].rule == "links"
    assert look(address="https://10.0.0.7/").stops[0].rule == "links"


def test_a_report_survives_being_stored() -> None:
    report = look("13800138000")
    assert Report.of(report.as_json() | {"at": "2026-11-22"}) == report


@given(st.text(max_size=300))
def test_any_text_is_read(said: str) -> None:
    found = markup.read(said)
    assert found.pictures >= 0
    look(said)


@given(st.from_regex(r"[1-9]\d{16}", fullmatch=True))
def test_exactly_one_last_figure_fits_an_identity_number(figures: str) -> None:
    assert sum(is_identity_number(figures + last) for last in "0123456789X") == 1


@pytest.mark.parametrize("name", sorted(LONGEST))
def test_a_card_that_is_too_long_names_the_field(name: str) -> None:
    with pytest.raises(UserError) as caught:
        checked(replace(CARD, **{name: "长" * (LONGEST[name] + 1)}))  # type: ignore[arg-type]  # all are text
    assert caught.value.field == name


@pytest.mark.parametrize(
    "change",
    [{"title": " "}, {"stage": "infant"}, {"area": "x"}, {"licence": ""}, {"ai_share": 101}, {"cost": ""}],
)
def test_a_card_that_is_not_whole_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(UserError) as caught:
        checked(replace(CARD, **change))  # type: ignore[arg-type]  # wrong on purpose
    assert caught.value.field == next(iter(change))


def test_hashes_tell_versions_apart_and_the_same_content_alike() -> None:
    one = same.content_hash(CARD, seal="a" * 64)
    assert one == same.content_hash(Card.of(CARD.as_json()), seal="a" * 64)
    assert one != same.content_hash(CARD, seal="b" * 64)
    assert one != same.content_hash(replace(CARD, cost="十元"), seal="a" * 64)
    assert same.pack_fingerprint(["x", "y"]) == same.pack_fingerprint(["y", "x"])
    assert same.tool_fingerprint("https://A.example.org/t/#top") == same.tool_fingerprint(
        "https://a.example.org/t"
    )
    assert same.tool_fingerprint("https://a.example.org/t?x=1") != same.tool_fingerprint(
        "https://a.example.org/t?x=2"
    )


@pytest.mark.parametrize(
    ("approved", "sent", "now", "ok"),
    [
        ("a", "a", "a", True),
        ("", "a", "a", False),
        ("a", "a", "b", False),
        ("a", "b", "b", False),
        ("a", "a", "", False),
    ],
)
def test_only_what_was_approved_may_be_served(approved: str, sent: str, now: str, ok: bool) -> None:
    assert (same.same_bytes(approved=approved, sent=sent, now=now) == "") is ok
