"""Pages and files: who sees what, and that a suite really is run against a server, whatever it answers."""

import json
import re
from html import unescape

import pytest
from django.test import Client
from django.urls import resolve

from qiming.assurance import services
from qiming.assurance.admission import Facts
from qiming.assurance.models import Filing, Product, ProductVersion, TestRun
from qiming.assurance.services import executing
from qiming.assurance.tests import steps
from qiming.assurance.tests.steps import open_one, ran
from qiming.kernel import made
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.registry import services as people
from qiming.registry.models import Account
from qiming.registry.testing import Cast, signed_in


def company(cast: Cast) -> Client:
    return cast.client("vendor")


def rival(cast: Cast) -> Client:
    """Somebody of another company."""
    other = people.found_vendor(name="另一家公司")
    person_id, _ = people.add_vendor_person(
        actor=None, vendor_id=other.id, name="某人", username="rival", password="a-long-enough-one"
    )
    return signed_in(Account.objects.get(person_id=person_id))


def test_a_suite_is_run_and_its_figures_kept(cast: Cast, server: str) -> None:
    run = ran(cast, f"{server}/good")
    assert (run.state, run.passed, run.done, run.total) == ("done", True, 2, 2)
    assert run.summary["metrics"][0]["value"] == 1
    lines = made.path_of(run.record).read_text(encoding="utf-8").splitlines()
    assert sum('"replies"' in line for line in lines) == 2
    assert "Bearer" not in "".join(lines)


def test_the_blind_set_has_the_sealed_cases_too(cast: Cast, server: str) -> None:
    assert ran(cast, f"{server}/good", purpose="blind").done == 3


@pytest.mark.parametrize("how", ["unsafe", "html", "garbage", "error"])
def test_what_is_unsafe_or_no_answer_at_all_does_not_pass(cast: Cast, server: str, how: str) -> None:
    run = ran(cast, f"{server}/{how}")
    assert run.state == "done" and run.passed is False
    assert run.summary["failed"] == (0 if how == "unsafe" else 2)
    page = company(cast).get(f"/assurance/runs/{run.id}/").content.decode()
    assert "没有通过" in page and (how == "unsafe" or "没有拿到回答" in page)


def test_an_address_of_the_inner_network_is_not_asked(cast: Cast, server: str, settings: object) -> None:
    settings.ASSURANCE_PRIVATE = False  # type: ignore[attr-defined]  # pytest-django's own
    run = ran(cast, f"{server}/good")
    assert run.state == "failed" and run.trouble


def test_a_bad_mapping_says_so(cast: Cast) -> None:
    assert cast.vendor
    endpoint = {"kind": "mapped", "url": "http://127.0.0.1:9/", "mapping": "- nonsense"}
    found = steps.drafted(cast.actor("vendor"), cast.vendor.id, endpoint=endpoint)
    run = TestRun.objects.create(
        scope_path=found.scope_path, version=found, suite="tiny", purpose="self",
        content_hash=found.content_hash, started_by=cast.people["vendor"],
    )  # fmt: skip
    executing.execute_all(found.id)
    run.refresh_from_db()
    assert run.state == "failed" and "映射" in run.trouble


def test_two_people_mark_what_the_machine_cannot(cast: Cast, server: str) -> None:
    """The echo of a dangerous question is neither a refusal nor none: a person must look."""
    version_id = steps.filed(cast, endpoint={"kind": "openai", "url": f"{server}/good/v1", "model": "m"})
    steps.checked(cast, version_id)
    found = steps.version(version_id)
    run_id = services.ask_run(actor=cast.actor("tester"), version_id=version_id, suite="tiny")
    executing.execute_all(version_id)
    run = TestRun.objects.unscoped("test").get(id=run_id)
    open_one(run)
    run.refresh_from_db()
    assert run.passed is None and run.summary["open"] == ["tiny-1"]
    services.mark(actor=cast.actor("tester"), run_id=run.id, sample="tiny-1", passed=True)
    with pytest.raises(UserError, match="判读过"):
        services.mark(actor=cast.actor("tester"), run_id=run.id, sample="tiny-1", passed=True)
    with pytest.raises(Denied):
        services.mark(actor=cast.actor("vendor"), run_id=run.id, sample="tiny-1", passed=True)
    steps.give_duty(cast.people["clerk"], "tester", cast.city.path)
    services.mark(actor=cast.actor("clerk"), run_id=run.id, sample="tiny-1", passed=True)
    marked = TestRun.objects.unscoped("test").get(id=run_id)
    assert marked.passed is True and found.state == "lab_testing"
    assert "kappa" in cast.client("tester").get(f"/assurance/runs/{run.id}/").content.decode()


def test_rivals_see_nothing_of_each_other(cast: Cast, server: str) -> None:
    run = ran(cast, f"{server}/good")
    product_id = run.version.product_id
    outsider = rival(cast)
    addresses = [
        f"/assurance/versions/{run.version_id}/",
        f"/assurance/versions/{run.version_id}/edit/",
        f"/assurance/products/{product_id}/",
        f"/assurance/runs/{run.id}/",
        f"/assurance/runs/{run.id}/progress/",
        f"/assurance/runs/{run.id}/transcript/",
    ]
    own = company(cast)
    for address in addresses:
        assert own.get(address).status_code == 200, address
        assert outsider.get(address).status_code == 404, address
        assert cast.client("teacher").get(address).status_code in {403, 404}, address
    assert "示例答疑" not in outsider.get("/assurance/").content.decode()


def test_a_company_reads_no_sealed_case(cast: Cast, server: str) -> None:
    run = ran(cast, f"{server}/unsafe", purpose="blind")
    own, tester = company(cast), cast.client("tester")
    assert own.get(f"/assurance/runs/{run.id}/transcript/").status_code == 404
    assert "偷密码" not in own.get(f"/assurance/runs/{run.id}/").content.decode()
    assert "偷密码" in tester.get(f"/assurance/runs/{run.id}/").content.decode()
    taken = tester.get(f"/assurance/runs/{run.id}/transcript/")
    assert taken.status_code == 200 and taken["Content-Disposition"].startswith("attachment")


def test_the_register_is_open_and_names_nobody(cast: Cast) -> None:
    found = steps.version(steps.admitted(cast))
    stranger = Client()
    listed = stranger.get("/register/").content.decode()
    assert "示例答疑" in listed and "中位数" in listed
    entry = stranger.get(f"/register/{found.product_id}/").content.decode()
    for words in ("教育行政部门、网信部门、公安机关签署", "初中可用", "示例检测中心"):
        assert words in entry
    assert "某工作人员" not in entry and "vendor老师" not in entry
    assert "平台准入" not in entry + listed


def test_a_draft_is_not_in_the_register(cast: Cast) -> None:
    assert cast.vendor
    found = steps.drafted(cast.actor("vendor"), cast.vendor.id)
    assert Client().get(f"/register/{found.product_id}/").status_code == 404
    assert "示例答疑" not in Client().get("/register/").content.decode()


def test_the_list_for_the_authorities(cast: Cast) -> None:
    steps.admitted(cast)
    city = cast.client("city_officer")
    table = city.get("/assurance/desk/list.csv")
    assert table.content.decode("utf-8-sig").splitlines()[1].startswith("示例答疑,")
    said = json.loads(city.get("/assurance/desk/list.json").content)
    assert (said["products"][0]["类型"], said["products"][0]["风险等级"]) == ("学习辅导", "高")
    assert said["products"][0]["签署部门"] == "教育行政部门、网信部门、公安机关"
    assert cast.client("district_officer").get("/assurance/desk/list.csv").status_code == 403


def test_the_desk_asks_few_questions(cast: Cast, django_assert_max_num_queries: object) -> None:
    steps.admitted(cast)
    steps.at_review(cast, title="另一个")
    city = cast.client("city_officer")
    city.get("/assurance/desk/")
    with django_assert_max_num_queries(60):  # type: ignore[operator]  # pytest-django's own
        page = city.get("/assurance/desk/").content.decode()
    assert "另一个" in page and "专家评审" in page


FORM = {
    "title": "新产品", "kind": "tool", "says": "做什么", "stages": ["junior"], "subjects": ["*"], "functions": ["chat"],
    "launch_kind": "link", "launch_url": "https://a.example.com/", "endpoint_kind": "openai",
    "endpoint_url": "https://a.example.com/v1", "endpoint_model": "m", "endpoint_key": "sk-secret", "hosting": "vendor",
    "model_name": "甲", "model_version": "1", "minor_audit": "做过", "label_method": "标明", "price": "免费",
    "data_answers_why": "想", "data_answers_where": "本市", "data_answers_days": "30",
}  # fmt: skip


def test_a_company_files_by_its_pages(cast: Cast) -> None:
    own = company(cast)
    refused = own.post("/assurance/new/", {**FORM, "title": ""})
    assert refused.status_code == 422 and "请写“产品名称”" in refused.content.decode()
    for typed in ("信息科技", "通用", "chinese"):
        nothing = own.post("/assurance/new/", {**FORM, "subjects": [typed]})
        assert nothing.status_code == 422, typed
    assert not ProductVersion.objects.unscoped("test").filter(product__title="新产品").exists()
    page = own.get("/assurance/new/").content.decode()
    assert 'name="subjects" value="*"' in page and 'name="subjects" value="ai"' in page
    answer = own.post("/assurance/new/", FORM)
    assert answer.status_code == 302
    found = ProductVersion.objects.unscoped("test").select_related("product").get(product__title="新产品")
    assert Facts.of(found.facts).scopes == {"answers"}
    assert b"sk-secret" not in bytes(found.product.endpoint_key)
    page = own.get(f"/assurance/versions/{found.id}/").content.decode()
    assert "sk-secret" not in page and "ICP备案" in page
    twice = own.post("/assurance/new/", FORM)
    assert twice.status_code == 422 and "已经有这个名称" in twice.content.decode()


def test_a_page_changes_the_launch_and_stops(cast: Cast) -> None:
    found = steps.version(steps.admitted(cast))
    own = company(cast)
    said = {"kind": "link", "url": "https://moved.example.com/", "keys": "", "why": "换了机房"}
    assert own.post(f"/assurance/products/{found.product_id}/launch/", said).status_code == 302
    assert "待复测" in own.get(f"/assurance/products/{found.product_id}/").content.decode()
    assert Product.objects.unscoped("test").get(id=found.product_id).launch["url"] == said["url"]


def test_duties_act_on_the_version_s_page(cast: Cast) -> None:
    version_id = steps.filed(cast)
    said = {"kind": "icp", "found": "yes", "link": "https://list.example.gov.cn/", "said": "在名单上"}
    where = f"/assurance/versions/{version_id}/do/check/"
    assert cast.client("tester").post(where, said).status_code == 404
    assert company(cast).post(where, said).status_code == 404
    missing = cast.client("clerk").post(where, {**said, "link": ""})
    assert missing.status_code == 422 and "请写查到的那一页" in missing.content.decode()
    assert cast.client("clerk").post(where, said).status_code == 302
    assert Filing.objects.unscoped("test").filter(version_id=version_id, found=True).count() == 1


def test_pages_lead_only_where_somebody_may_go(cast: Cast) -> None:
    """Every link on a company's pages opens for it."""
    steps.admitted(cast)
    own, waiting = company(cast), ["/assurance/"]
    seen = set[str]()
    while waiting:
        path = waiting.pop()
        if path in seen or len(seen) > 60:
            continue
        seen.add(path)
        answer = own.get(path)
        assert answer.status_code in {200, 302}, path
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            found = re.findall(r'href="(/[^"#?]*)', unescape(answer.content.decode()))
            waiting += [one for one in found if not one.startswith(("/static/", "/sign-out/"))]
    names = {resolve(path).url_name for path in seen}
    assert {"assurance.mine", "assurance.own_product", "assurance.version", "casework.case"} <= names
