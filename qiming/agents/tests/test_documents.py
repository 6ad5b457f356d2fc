"""Documents: how they are split and read, and their life from draft to withdrawn."""

import io
import zipfile
from dataclasses import replace
from datetime import date, timedelta

import pytest
from docx import Document as Word
from hypothesis import given
from hypothesis import strategies as st

from qiming.agents.knowledge import Kind, documents, search, shelf
from qiming.agents.knowledge.reading import text_of, unwrapped
from qiming.agents.knowledge.splitting import LONGEST, split
from qiming.agents.knowledge.types import Facts
from qiming.agents.models import Document
from qiming.kernel import time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.tests import samples
from qiming.registry import testing
from qiming.registry.testing import Cast
from qiming.registry.types import Role

ARTICLES = "示例办法\n第一章 总则\n第一条　为了管好平板，制定本办法。\n第二条　平板放学后收回充电柜。\n但是维修的除外。\n第二章　附则\n第三条之一　本办法明年施行。"
HEADINGS = (
    "示例通知\n各学校：\n一、时间安排\n（一）报名在三月。\n（二）比赛在五月。\n二、有关要求\n要带校徽。"
)


def test_articles_are_pieces_with_their_chapter() -> None:
    assert [one.place for one in split(ARTICLES)] == [
        "开头",
        "第一章 总则 › 第一条",
        "第一章 总则 › 第二条",
        "第二章 附则 › 第三条之一",
    ]
    assert split(ARTICLES)[2].text.endswith("但是维修的除外。")


def test_headings_and_plain_text_are_split_too() -> None:
    assert [one.place for one in split(HEADINGS)] == [
        "正文",
        "一、时间安排",
        "一、时间安排 › （一）报名在三月",
        "一、时间安排 › （二）比赛在五月",
        "二、有关要求",
    ]
    assert [one.place for one in split("没有标题的一句话。")] == ["正文"]
    assert split("") == split(" \n\n") == []


def test_an_article_that_is_only_mentioned_begins_nothing() -> None:
    text = "第一条　甲。\n按照\n第二条的规定办理。\n第二条　乙。"
    assert [one.place for one in split(text)] == ["第一条", "第二条"]


@given(st.text(alphabet="第一二三条章节、（）。\n 甲乙#　", max_size=3000))
def test_nothing_is_lost_and_nothing_is_too_long(text: str) -> None:
    pieces = split(text)
    flat = "".join(text.split())
    assert "".join("".join(one.text.split()) for one in pieces) == flat
    assert all(one.text.strip() and len(one.text) <= LONGEST and one.place for one in pieces)


def _docx(*paragraphs: str) -> bytes:
    word, out = Word(), io.BytesIO()
    for one in paragraphs:
        word.add_paragraph(one)
    table = word.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "档次", "金额"
    word.save(out)
    return out.getvalue()


def _pdf(text: str) -> bytes:
    """A PDF of one page with a line of Latin text, as small as it gets."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, at = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        at.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % one for one in at)
    return (
        out
        + b"xref\n0 6\n0000000000 65535 f \n%strailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (table, len(out))
    )


def test_every_kind_of_file_is_read() -> None:
    assert text_of(ARTICLES.encode("gb18030")) == ARTICLES
    assert text_of(ARTICLES.encode("utf-16")) == ARTICLES
    assert "第二条　平板放学后收回充电柜。" in text_of(_docx("第二条　平板放学后收回充电柜。"))
    assert "档次　金额" in text_of(_docx("说明文字在这里。"))
    assert "Tablets stay at school overnight" in text_of(_pdf("Tablets stay at school overnight"))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "空的"),
        (b"   \n", "空的"),
        (b"x" * (12 * 1024 * 1024 + 1), "超过 12 MB"),
        (b"\x00\x01\x02\x03" * 400, "看不懂|文字文件"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 50, "旧版"),
        (b"MZ" + b"\x00" * 50, "不是可以上传"),
        (b"PK\x03\x04broken", "打不开"),
        (_pdf(""), "扫描"),
        (_pdf("x").replace(b"/Root 1 0 R", b"/Root 1 0 R /Encrypt 9 0 R"), "密码"),
        (b"%PDF-1.4\nnothing\n%%EOF", "打不开"),
        (samples.png(), "看不懂|文字文件"),
        ("短".encode(), "没有读到文字"),
        (("长" * 600_001).encode(), "60万"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_read_is_said_plainly(data: bytes, says: str) -> None:
    with pytest.raises(UserError, match=says) as told:
        text_of(data)
    assert told.value.next


def test_a_zip_that_is_no_word_file_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("a.txt", "x" * 50)
    with pytest.raises(UserError, match="打不开"):
        text_of(out.getvalue())


def test_printed_lines_become_paragraphs_again() -> None:
    printed = "第一条　学生平板由学校统一保管，放学后收\n回充电柜。\n— 3 —\n第二条　另有规定的除外。"
    assert (
        unwrapped(printed) == "第一条　学生平板由学校统一保管，放学后收回充电柜。\n第二条　另有规定的除外。"
    )


@pytest.fixture
def cast(db: None) -> Cast:
    made = testing.cast(pupils=1)
    from qiming.registry import services

    services.appoint(
        actor=None, person_id=made.people["colleague"], role=Role.DISTRICT_OFFICER, place_id=made.district.id
    )
    return made


FACTS = Facts(
    "平板办法", Kind.POLICY, issued_by="示例区教委", number="示教〔2026〕1号", issued_on=date(2026, 2, 1)
)


def _bring(cast: Cast, text: str = ARTICLES, **more: object) -> Document:
    actor = cast.actor("district_officer")
    return documents.bring(actor=actor, place_id=cast.district.id, facts=FACTS, text=text, **more)  # type: ignore[arg-type]  # passed through


def _found(cast: Cast) -> list[str]:
    return [one.text for one in search((Kind.POLICY,), "平板放学后收回吗", scope_path=cast.klass.path)]


def _in_force(cast: Cast, row: Document) -> None:
    documents.approve(
        actor=cast.actor("district_officer"), document_id=row.id, valid_from=None, valid_until=None
    )
    documents.release(actor=cast.actor("colleague"), document_id=row.id)


def test_found_only_after_two_people_and_gone_at_once_when_withdrawn(cast: Cast) -> None:
    row, officer = _bring(cast), cast.actor("district_officer")
    assert _found(cast) == []
    with pytest.raises(UserError, match="核对过"):
        documents.release(actor=cast.actor("colleague"), document_id=row.id)
    documents.approve(actor=officer, document_id=row.id, valid_from=None, valid_until=None)
    assert _found(cast) == []
    with pytest.raises(UserError, match="两个人"):
        documents.release(actor=officer, document_id=row.id)
    documents.release(actor=cast.actor("colleague"), document_id=row.id)
    assert "第二条　平板放学后收回充电柜。" in _found(cast)[0]
    assert shelf.to_read(row.id, [cast.klass.path]).sections
    with pytest.raises(Denied):
        shelf.to_read(row.id, [cast.other_class.path])
    for _ in range(2):
        documents.withdraw(actor=officer, document_id=row.id, why="写错了")
    assert _found(cast) == []
    with pytest.raises(Denied):
        shelf.to_read(row.id, [cast.klass.path])
    again = _bring(cast)
    assert again.id != row.id


def test_a_new_version_ends_the_old_in_the_same_moment(cast: Cast) -> None:
    first = _bring(cast)
    _in_force(cast, first)
    with pytest.raises(UserError, match="一字不差"):
        _bring(cast, replaces=first.id)
    second = _bring(cast, ARTICLES.replace("充电柜", "保管室"), replaces=first.id)
    assert "充电柜" in _found(cast)[0]
    _in_force(cast, second)
    assert "保管室" in _found(cast)[0]
    assert len(_found(cast)) == len({one for one in _found(cast) if "充电柜" not in one})
    first.refresh_from_db()
    assert first.state == "superseded"
    assert shelf.replaced_on(second.key, second.scope_path) is not None


@pytest.mark.parametrize("who", ["teacher", "guardian", "vendor", "head", "admin", "other_admin"])
def test_only_the_people_of_the_place_keep_its_documents(cast: Cast, who: str) -> None:
    row = _bring(cast)
    actor = cast.actor(who)
    with pytest.raises(Denied):
        documents.bring(actor=actor, place_id=cast.district.id, facts=FACTS, text=ARTICLES)
    with pytest.raises(Denied):
        documents.approve(actor=actor, document_id=row.id, valid_from=None, valid_until=None)
    with pytest.raises(Denied):
        documents.withdraw(actor=actor, document_id=row.id, why="不要了")
    assert shelf.kept_by(actor) == []


def test_wrong_facts_are_said_at_their_field(cast: Cast) -> None:
    tomorrow = time.today() + timedelta(days=1)
    officer = cast.actor("district_officer")
    for facts, field in (
        (replace(FACTS, title=" "), "title"),
        (replace(FACTS, issued_on=tomorrow), "issued_on"),
    ):
        with pytest.raises(UserError) as told:
            documents.bring(actor=officer, place_id=cast.district.id, facts=facts, text=ARTICLES)
        assert told.value.field == field
    row = _bring(cast)
    with pytest.raises(UserError, match="失效"):
        documents.approve(actor=officer, document_id=row.id, valid_from=None, valid_until=date(2020, 1, 1))
    with pytest.raises(UserError, match="早于"):
        documents.approve(actor=officer, document_id=row.id, valid_from=tomorrow, valid_until=time.today())
