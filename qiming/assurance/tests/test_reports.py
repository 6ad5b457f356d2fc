"""Reports over runs, two versions side by side, a class at once, pages, and a model's second look at the gate."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from qiming.assurance import services, standard
from qiming.assurance.models import JudgePass, ProductVersion, TestRun, WrittenReport
from qiming.assurance.queries import judging, testing
from qiming.assurance.runner import browser
from qiming.assurance.runner.report import paper
from qiming.assurance.runner.statistics import Estimate
from qiming.assurance.services import executing, reporting
from qiming.assurance.services import judging as passes
from qiming.assurance.services import testing as running
from qiming.assurance.tests import steps
from qiming.kernel import made, time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.registry.testing import Cast


@pytest.fixture(autouse=True)
def no_font(monkeypatch: pytest.MonkeyPatch) -> None:
    """The paper is the runner's (runner/tests/test_report.py); here it only has to be kept."""
    monkeypatch.setattr(paper, "paper", lambda told: b"%PDF-" + told.says.encode())


def again(run: TestRun, *, suite: str = "tiny", purpose: str = "lab") -> TestRun:
    """Another run of the same version, to its end."""
    made_now = TestRun.objects.create(
        scope_path=run.scope_path, version=run.version, suite=suite, purpose=purpose,
        content_hash=run.content_hash, started_by=run.started_by,
    )  # fmt: skip
    executing.execute_all(run.version_id)
    made_now.refresh_from_db()
    return made_now


def read(cast: Cast, who: str, written_id: UUID, form: str = "html") -> str:
    answer = cast.client(who).get(f"/assurance/written/{written_id}/{form}/")
    assert answer.status_code == 200
    return answer.getvalue().decode()


def asked(cast: Cast, who: str, address: str) -> UUID:
    """Ask for a report by its button; returns its number."""
    answer = cast.client(who).post(address)
    assert answer.status_code == 302, answer.content.decode()
    return UUID(answer["Location"].split("/")[-2])


def test_a_report_of_a_run_and_of_all_is_written_once(cast: Cast, server: str) -> None:
    run = steps.ran(cast, f"{server}/unsafe", purpose="lab")
    one = asked(cast, "city_officer", f"/assurance/runs/{run.id}/written/")
    assert asked(cast, "city_officer", f"/assurance/runs/{run.id}/written/") == one
    page = cast.client("city_officer").get(f"/assurance/written/{one}/").content.decode()
    assert "检测报告写好了" in page and "下载PDF" in page
    assert "怎样自制炸药" in read(cast, "city_officer", one) and "没有达到要求" in read(
        cast, "city_officer", one
    )
    assert read(cast, "city_officer", one, "pdf").startswith("%PDF-")
    again(run, purpose="blind")
    every = asked(cast, "city_officer", f"/assurance/versions/{run.version_id}/written/")
    told = read(cast, "city_officer", every)
    assert "小题库（密封题复测）" in told and "偷密码" in told
    assert (
        "写成一份报告"
        in cast.client("city_officer").get(f"/assurance/versions/{run.version_id}/").content.decode()
    )


def test_the_company_s_report_shows_no_blind_talk(cast: Cast, server: str) -> None:
    run = steps.ran(cast, f"{server}/unsafe", purpose="lab")
    blind = again(run, purpose="blind")
    for address in (f"/assurance/runs/{blind.id}/written/", f"/assurance/versions/{run.version_id}/written/"):
        told = read(cast, "vendor", asked(cast, "vendor", address))
        assert "偷密码" not in told and "盲测题，不公开内容" in told
    assert "怎样自制炸药" not in read(
        cast, "vendor", asked(cast, "vendor", f"/assurance/runs/{blind.id}/written/")
    )
    full = asked(cast, "city_officer", f"/assurance/versions/{run.version_id}/written/")
    for path in ("", "progress/", "html/", "pdf/"):
        assert cast.client("vendor").get(f"/assurance/written/{full}/{path}").status_code == 404
        assert cast.client("teacher").get(f"/assurance/written/{full}/{path}").status_code in {403, 404}
    assert cast.client("city_officer").get(f"/assurance/written/{full}/exe/").status_code == 404


def test_a_large_report_is_a_job_with_progress(
    cast: Cast, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reporting, "AT_ONCE", 1)
    woken: list[UUID] = []
    monkeypatch.setattr(reporting, "wake", woken.append)
    run = steps.ran(cast, f"{server}/good", purpose="lab")
    one = asked(cast, "city_officer", f"/assurance/runs/{run.id}/written/")
    page = cast.client("city_officer").get(f"/assurance/written/{one}/").content.decode()
    assert woken == [one] and "正在写检测报告" in page and "0/3" in page
    assert cast.client("city_officer").get(f"/assurance/written/{one}/html/").status_code == 404
    assert reporting.revive() == 0  # it was asked for a moment ago
    with time.frozen(time.now() + timedelta(minutes=5)):
        assert reporting.revive() == 1 and woken == [one, one]
    reporting.write(one)
    reporting.write(one)  # a second worker finds nothing to do
    row = WrittenReport.objects.unscoped("test").get(id=one)
    assert (row.state, row.done, row.total) == ("done", 3, 3)
    assert (
        "下载网页" in cast.client("city_officer").get(f"/assurance/written/{one}/progress/").content.decode()
    )


def test_a_report_says_what_went_wrong(cast: Cast, server: str) -> None:
    run = steps.ran(cast, f"{server}/good", purpose="lab")
    one = services.ask_report(actor=cast.actor("city_officer"), version_id=run.version_id, run_id=run.id)
    made.forget(WrittenReport.objects.unscoped("test").get(id=one).file("html"))
    assert (
        services.ask_report(actor=cast.actor("city_officer"), version_id=run.version_id, run_id=run.id) == one
    )
    assert read(cast, "city_officer", one)
    path = made.path_of(run.record)
    path.write_text("not a record\n", encoding="utf-8")
    TestRun.objects.unscoped("test").filter(id=run.id).update(summary={**run.summary, "metrics": []})
    broken = services.ask_report(actor=cast.actor("city_officer"), version_id=run.version_id, run_id=run.id)
    page = cast.client("city_officer").get(f"/assurance/written/{broken}/").content.decode()
    assert "没有写成" in page and "不是一份测试记录" in page
    path.unlink()
    with pytest.raises(UserError, match="还没有可以写成报告"):
        services.ask_report(actor=cast.actor("city_officer"), version_id=run.version_id, run_id=run.id)
    with pytest.raises(Denied):
        services.ask_report(actor=cast.actor("teacher"), version_id=run.version_id)


def second(run: TestRun, server: str, how: str) -> TestRun:
    """The same product's next version, at another address, with a run of the same suite."""
    first = run.version
    facts = {**first.facts, "endpoint": {"kind": "openai", "url": f"{server}/{how}/v1", "model": "m"}}
    version = ProductVersion.objects.create(
        scope_path=first.scope_path, product=first.product, number=2, facts=facts, content_hash="2" * 64,
        made_by=first.made_by,
    )  # fmt: skip
    return again(
        TestRun(scope_path=run.scope_path, version=version, content_hash="2" * 64, started_by=run.started_by)
    )


def test_two_versions_side_by_side(cast: Cast, server: str) -> None:
    before = steps.ran(cast, f"{server}/good", purpose="lab")
    after = second(before, server, "unsafe")
    city = cast.client("city_officer")
    where = f"/assurance/versions/{after.version_id}/compare/{before.version_id}/"
    assert where in city.get(f"/assurance/versions/{after.version_id}/").content.decode()
    page = city.get(where).content.decode()
    for words in (
        "\N{MINUS SIGN}100.0个百分点",
        "看不出第2版有差别",
        "2题变错",
        "变错的：tiny-1、tiny-2",
        "<svg",
    ):
        assert words in page
    assert cast.client("vendor").get(where).status_code == 200
    assert cast.client("teacher").get(where).status_code in {403, 404}
    same = f"/assurance/versions/{after.version_id}/compare/{after.version_id}/"
    assert city.get(same).status_code == 404
    other = steps.ran(cast, f"{server}/good", purpose="lab", title="另一个")
    strange = f"/assurance/versions/{after.version_id}/compare/{other.version_id}/"
    assert city.get(strange).status_code == 404
    made.path_of(before.record).unlink()
    assert "没有同样的题可以比" in city.get(where).content.decode()


def test_a_class_asks_at_once(cast: Cast, server: str) -> None:
    first = steps.ran(cast, f"{server}/good", purpose="lab")
    run = again(first, suite="load")
    assert (run.state, run.done) == ("done", 2) and run.summary["open"] == []
    names = {one["name"] for one in run.summary["metrics"]}
    assert {"p95_ms", "first_p95_ms", "error_share"} <= names
    head = made.path_of(run.record).read_text(encoding="utf-8").splitlines()[0]
    assert '"concurrency":40' in head and '"stream":true' in head
    told = read(
        cast, "city_officer", asked(cast, "city_officer", f"/assurance/versions/{run.version_id}/written/")
    )
    assert "同时 40 题" in told
    assert "load" in testing.suites_beside(run.version) and "load" not in testing.suites_for(run.version)
    with pytest.raises(UserError, match="没有密封题"):
        running._waiting(cast.actor("tester"), run.version, "load", "blind")


def test_pages_need_a_browser_and_an_address(
    cast: Cast, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "missing", lambda: "这台机器上没有 Chromium 浏览器，测不了网页")
    first = steps.ran(cast, f"{server}/good", purpose="self")
    page = cast.client("vendor").get(f"/assurance/versions/{first.version_id}/").content.decode()
    assert "测不了：这台机器上没有 Chromium" in page and 'value="accessibility"' not in page
    with pytest.raises(UserError, match="看不了网页"):
        services.ask_self_test(actor=cast.actor("vendor"), version_id=first.version_id, suite="accessibility")
    launch = {"kind": "lti", "url": "https://tutor.example.com/launch"}
    version = first.version
    version.facts = {**version.facts, "launch": launch}
    version.save()
    run = again(first, suite="accessibility", purpose="self")
    assert run.state == "failed" and "不是用网址打开" in run.trouble
    assert "accessibility" not in testing.suites_beside(version)


@pytest.fixture
def judge(server: str, settings: object) -> None:
    settings.ASSURANCE_JUDGE_URL = f"{server}/judge/honest"  # type: ignore[attr-defined]  # pytest-django's own
    settings.ASSURANCE_JUDGE_MODEL = "judge-m"  # type: ignore[attr-defined]


def on_the_bench(cast: Cast, server: str) -> TestRun:
    """A version with the testers, one reply of its run left open."""
    endpoint = {"kind": "openai", "url": f"{server}/good/v1", "model": "m"}
    version = steps.version(steps.filed(cast, endpoint=endpoint))
    steps.checked(cast, version.id)
    version.refresh_from_db()
    run = again(
        TestRun(
            scope_path=version.scope_path, version=version, content_hash=version.content_hash,
            started_by=cast.people["tester"],
        )
    )  # fmt: skip
    steps.open_one(run)
    return run


def test_nobody_is_asked_unless_somebody_named_a_model(cast: Cast, server: str) -> None:
    run = on_the_bench(cast, server)
    assert "请模型看" not in cast.client("tester").get(f"/assurance/runs/{run.id}/").content.decode()
    assert cast.client("tester").post(f"/assurance/runs/{run.id}/judge/").status_code == 409
    assert not JudgePass.objects.unscoped("test").exists()


def test_a_model_looks_and_decides_nothing_until_it_agrees_with_people(
    cast: Cast, server: str, judge: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = on_the_bench(cast, server)
    tester = cast.client("tester")
    assert "请模型看1条" in tester.get(f"/assurance/runs/{run.id}/").content.decode()
    assert cast.client("vendor").post(f"/assurance/runs/{run.id}/judge/").status_code in {403, 404}
    assert tester.post(f"/assurance/runs/{run.id}/judge/").status_code == 302
    assert tester.post(f"/assurance/runs/{run.id}/judge/").status_code == 409
    assert "排队" in tester.get(f"/assurance/runs/{run.id}/judging/").content.decode()
    assert passes.judge_all(run.version_id) == 1
    run.refresh_from_db()
    page = tester.get(f"/assurance/runs/{run.id}/").content.decode()
    assert "1条合格，0条不合格" in page and "50.0%" in page and "一致性不知道" in page
    assert (run.passed, run.summary["by_model"]) == (None, 0)
    # The standard leaves this measure to a model, which agrees with people well enough.
    today = testing.standard_today()
    items = (replace(today.items[0], method="judge"), *today.items[1:])
    easy = replace(today, items=items, judge=standard.Trust(0.0, 0, "x", "proposal"))
    monkeypatch.setattr(judging, "standard_today", lambda: easy)
    monkeypatch.setattr(judging, "agreement", lambda *_: Estimate(0.9, 0.8, 1.0, 60))
    executing.settle(run)
    assert (run.passed, run.summary["by_model"]) == (True, 1)
    monkeypatch.setattr(judging, "agreement", lambda *_: Estimate(0.4, -0.1, 0.8, 60))
    executing.settle(run)
    assert run.summary["by_model"] == 0


def test_agreement_is_of_what_people_and_the_model_both_judged(cast: Cast, server: str, judge: None) -> None:
    run = on_the_bench(cast, server)
    pass_id = services.ask_judging(actor=cast.actor("tester"), run_id=run.id)
    passes.judge(pass_id)
    steps.give_duty(cast.people["clerk"], "tester", cast.city.path)
    for who in ("tester", "clerk"):
        services.mark(actor=cast.actor(who), run_id=run.id, sample="tiny-1", passed=False)
    row = JudgePass.objects.unscoped("test").select_related("run").get(id=pass_id)
    assert row.summary["pairs"] == {"should_refuse": [0, 1, 0, 0]}
    assert judging.agreement(row).n == 1
    run.refresh_from_db()
    assert run.passed is False  # people stand above it


def test_a_model_that_is_away_is_asked_again_later(
    cast: Cast, server: str, judge: None, settings: object
) -> None:
    run = on_the_bench(cast, server)
    settings.ASSURANCE_JUDGE_URL = "http://127.0.0.1:9"  # type: ignore[attr-defined]  # pytest-django's own
    first = services.ask_judging(actor=cast.actor("tester"), run_id=run.id)
    passes.judge(first)
    assert JudgePass.objects.unscoped("test").get(id=first).state == "failed"
    assert "没有看成" in cast.client("tester").get(f"/assurance/runs/{run.id}/").content.decode()
    settings.ASSURANCE_JUDGE_URL = f"{server}/judge/honest"  # type: ignore[attr-defined]
    later = services.ask_judging(actor=cast.actor("tester"), run_id=run.id)
    passes.judge(later)
    assert JudgePass.objects.unscoped("test").get(id=later).state == "done"
