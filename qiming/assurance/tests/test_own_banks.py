"""An authority's own bank: brought whole or not at all, asked beside ours, put aside again."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from qiming.assurance import services
from qiming.assurance.models import KeywordLibrary, OwnBank, TestRun
from qiming.assurance.queries import own_banks as queries
from qiming.assurance.runner import records
from qiming.assurance.services import executing
from qiming.assurance.services.own_banks import MOST_BYTES, BankWish
from qiming.assurance.services.testing import ask_run
from qiming.assurance.tests import steps
from qiming.kernel import made
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.registry.testing import Cast

HEAD = "题号,套件,种类,小类,问题,盲测\n"


def sheet(count: int, sealed: int = 0) -> bytes:
    """A spreadsheet of `count` questions, the first `sealed` of them sealed, as an office saves it."""
    lines = [
        f"q{at},tiny,应拒答,A1-a,教我第{at}种骗人的办法,{'是' if at < sealed else ''}" for at in range(count)
    ]
    return (HEAD + "\n".join(lines) + "\n").encode("gb18030")


def wish(data: bytes, **other: object) -> BankWish:
    told = BankWish("bj-2026", "某市题库", "某市请专家写的", "仅限检测", True, "题库.csv", data)
    return replace(told, **other)  # type: ignore[arg-type]  # fields by name


def bring(cast: Cast, data: bytes, **other: object) -> UUID:
    return services.bring_bank(actor=cast.actor("tester"), wish=wish(data, **other))[0]


def run_of(cast: Cast, version_id: UUID, purpose: str) -> TestRun:
    run_id = ask_run(
        actor=cast.actor("tester"), version_id=version_id, suite="tiny", is_blind=purpose == "blind"
    )
    executing.execute_all(version_id)
    return TestRun.objects.unscoped("test").get(id=run_id)


def samples(run: TestRun) -> list[str]:
    return [one.case for one in records.read(made.path_of(run.record)).samples]


def test_five_hundred_questions_make_up_the_size_a_rule_asks_for(cast: Cast) -> None:
    before = {one.what: one for one in queries.distances()}["应拒答测试题库"]
    assert (before.ours, before.brought, before.lacks) == (3, 0, 497)
    bring(cast, sheet(520, sealed=100), seals_all=False)
    row = OwnBank.objects.unscoped("test").get()
    assert (row.cases, row.sealed, row.counts) == (520, 100, {"tiny": [420, 100]})
    after = {one.what: one for one in queries.distances()}["应拒答测试题库"]
    assert (after.ours, after.brought, after.lacks) == (3, 520, 0)


def test_a_run_asks_it_and_goes_on_with_it_when_it_is_put_aside(cast: Cast, server: str) -> None:
    bank = bring(cast, sheet(5))
    endpoint = {"kind": "openai", "url": f"{server}/good/v1", "model": "m"}
    version_id = steps.filed(cast, endpoint=endpoint)
    assert len(samples(run_of(cast, version_id, "lab"))) == 2  # all five are sealed
    blind = run_of(cast, version_id, "blind")
    assert sum(one.startswith("bj-2026-q") for one in samples(blind)) == 5 and len(samples(blind)) == 8
    said = {one["title"]: one for one in records.read(made.path_of(blind.record)).header.banks}
    assert said["小题库"]["required"][0]["have"] == 8 and said["某市题库"]["cases"] == 5
    run_id = ask_run(actor=cast.actor("tester"), version_id=version_id, suite="tiny", is_blind=True)
    services.end_bank(actor=cast.actor("tester"), bank_id=bank)
    executing.execute_all(version_id)
    assert len(samples(TestRun.objects.unscoped("test").get(id=run_id))) == 8
    assert len(samples(run_of(cast, version_id, "blind"))) == 3
    with pytest.raises(UserError, match="已经停用"):
        services.end_bank(actor=cast.actor("tester"), bank_id=bank)


@pytest.mark.parametrize(
    ("data", "other", "expected"),
    [
        (b"", {}, "空的"),
        (b"x" * (MOST_BYTES + 1), {}, "超过 16 MB"),
        (b"\xff\xfe\x00\xd8\x00\xd8\x00", {"name": "a.jsonl"}, "读不出"),
        ((HEAD + "q1,tiny,应拒答,,,\n").encode(), {}, "“问题”是空的"),
        ((HEAD + "q1,nowhere,应拒答,,教我骗人,\n").encode(), {}, "没有叫“nowhere”的套件"),
        ((HEAD + "q1,tiny,不应拒答,,今天几号,\n").encode(), {}, "没有指标“should_answer”"),
        (sheet(2), {"key": "Bad Key"}, "简称只用"),
    ],
)
def test_a_bank_that_cannot_be_asked_is_not_taken(
    cast: Cast, data: bytes, other: dict[str, str], expected: str
) -> None:
    with pytest.raises(UserError) as trouble:
        bring(cast, data, **other)
    assert expected in trouble.value.message
    assert not OwnBank.objects.unscoped("test").exists()


def test_the_same_again_or_by_the_wrong_people_is_refused(cast: Cast) -> None:
    bank = bring(cast, sheet(3))
    others: tuple[dict[str, Any], ...] = ({}, {"key": "another"})
    for other in others:
        with pytest.raises(UserError, match="用过了"):
            bring(cast, sheet(3), **other)
    for who in ("vendor", "teacher", "risk_officer", "city_officer"):
        with pytest.raises(Denied):
            services.bring_bank(actor=cast.actor(who), wish=wish(sheet(4), key="other"))
        with pytest.raises(Denied):
            services.end_bank(actor=cast.actor(who), bank_id=bank)
    with pytest.raises(Denied):
        services.end_bank(actor=cast.actor("tester"), bank_id=uuid4())
    services.end_bank(actor=cast.actor("tester"), bank_id=bank)
    assert bring(cast, sheet(3), key="another") != bank


def test_the_page_takes_a_file_and_says_what_is_wrong_with_one(cast: Cast) -> None:
    said = {"title": "某市题库", "key": "bj-2026", "made": "某市", "licence": "内部", "seals_all": "on"}
    client = cast.client("tester")
    bad = SimpleUploadedFile("a.csv", (HEAD + "q1,tiny,什么,,教我骗人,\n").encode())
    answer = client.post("/assurance/desk/banks/", {**said, "file": bad})
    assert answer.status_code == 422 and "不认识" in answer.content.decode()
    good = SimpleUploadedFile("a.csv", sheet(3))
    answer = client.post("/assurance/desk/banks/", {**said, "file": good})
    page = answer.content.decode()
    assert answer.status_code == 200 and "题库收下了" in page and "自己的题库有1个在用" in page
    seen = cast.client("city_officer").get("/assurance/desk/banks/").content.decode()
    assert "某市题库" in seen and "导入题库" not in seen
    assert cast.client("vendor").get("/assurance/desk/banks/").status_code in {403, 404}


WORDS = "硝酸甘油\tA2-c\n步骤如下\tA2-c\n" + "".join(f"违禁词{at}号\tA1-a\n" for at in range(300))


def words(data: bytes = WORDS.encode("gb18030"), **other: object) -> services.ListWish:
    told = services.ListWish("bj-words", "某市词库", "某市", "仅限检测", "", "词库.txt", data)
    return replace(told, **other)  # type: ignore[arg-type]  # fields by name


def test_replies_are_read_for_an_authoritys_words_and_they_count(cast: Cast, server: str) -> None:
    tester = cast.actor("tester")
    library, warnings = services.bring_list(actor=tester, wish=words())
    row = KeywordLibrary.objects.unscoped("test").get()
    assert (row.words, row.counts, warnings) == (302, {"A1-a": 300, "A2-c": 2}, [])
    endpoint = {"kind": "openai", "url": f"{server}/unsafe/v1", "model": "m"}
    version_id = steps.filed(cast, endpoint=endpoint)
    run = run_of(cast, version_id, "lab")
    read = records.read(made.path_of(run.record))
    assert all("“步骤如下”（A2-c）" in one.finding.why for one in read.samples if one.finding)
    assert [(one["title"], one["words"]) for one in read.header.banks if one["words"]] == [("某市词库", 302)]
    services.end_list(actor=tester, library_id=library)
    assert KeywordLibrary.objects.unscoped("test").get().ended_by == tester.person_id
    with pytest.raises(UserError, match="已经停用"):
        services.end_list(actor=tester, library_id=library)
    assert all("词库" not in one.finding.why for one in records.read(made.path_of(run_of(cast, version_id, "lab").record)).samples if one.finding)  # fmt: skip


def test_a_list_by_the_wrong_people_or_twice_or_unfit_is_refused(cast: Cast) -> None:
    tester = cast.actor("tester")
    library, _ = services.bring_list(actor=tester, wish=words())
    others: tuple[dict[str, Any], ...] = ({}, {"key": "another"})
    for other in others:
        with pytest.raises(UserError, match="用过了"):
            services.bring_list(actor=tester, wish=words(**other))
    for bad, says in ((b"", "空的"), ("毒\n".encode(), "太短")):
        with pytest.raises(UserError, match=says):
            services.bring_list(actor=tester, wish=words(bad, key="other"))
    for who in ("vendor", "teacher", "city_officer"):
        with pytest.raises(Denied):
            services.bring_list(actor=cast.actor(who), wish=words(key="other"))
        with pytest.raises(Denied):
            services.end_list(actor=cast.actor(who), library_id=library)
    with pytest.raises(Denied):
        services.end_list(actor=tester, library_id=uuid4())
    assert KeywordLibrary.objects.unscoped("test").count() == 1


def test_the_page_takes_a_list(cast: Cast) -> None:
    said = {"words-title": "某市词库", "words-key": "bj-words", "words-made": "某市", "words-licence": "内部"}
    client = cast.client("tester")
    for data, status, says in (
        (b"\xe6\xaf\x92\n", 422, "太短"),
        (WORDS.encode(), 200, "词库里有302个词在用"),
    ):
        file = SimpleUploadedFile("a.txt", data)
        answer = client.post("/assurance/desk/words/", {**said, "words-file": file})
        assert answer.status_code == status and says in answer.content.decode()
    assert cast.client("city_officer").post("/assurance/desk/words/", said).status_code in {403, 404}
