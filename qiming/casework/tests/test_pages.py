"""The pages of cases: what each person sees and does, over HTTP."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from qiming.casework import services
from qiming.casework.models import Appointment, Case, CaseEvent, Objection, ReviewSheet
from qiming.casework.tests.test_cases import (
    FRIDAY,
    case,
    cast,
    hand_in_all,
    noticed,
    opened,
    reviewer,
    sheets,
    staffed,
    submitted,
)
from qiming.casework.types import ReviewState
from qiming.kernel import time
from qiming.registry.testing import Cast

__all__ = ["cast", "staffed"]


def page(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_applicant_submits_on_the_page_and_keeps_words_when_refused(staffed: Cast) -> None:
    case_id = opened(staffed)
    client, url = staffed.client("teacher"), f"/cases/{case_id}/"
    said = page(client, url)
    assert "轮到你：准备" in said
    assert 'role="img"' in said
    refused = client.post(f"{url}submit/", {"submit-seen": "1", "submit-reason": "我写了很多"})
    assert refused.status_code == 422
    assert "我写了很多" in refused.content.decode()
    assert "请写“申请表”" in refused.content.decode()
    done = client.post(f"{url}submit/", {"submit-seen": "1", "submit-proof_form": "学校情况……"})
    assert done.status_code == 302
    assert case(case_id).state == "reviewed"
    proof = CaseEvent.objects.get(case_id=case_id, transition="submit").evidence[0]
    assert (proof["kind"], proof["text"]) == ("form", "学校情况……")
    late = client.post(f"{url}withdraw/", {"withdraw-seen": "1"})
    assert late.status_code == 409
    assert "刚才有人办过" in late.content.decode()


@pytest.mark.parametrize("who", ["other_teacher", "guardian", "district_officer"])
def test_strangers_find_nothing(staffed: Cast, who: str) -> None:
    Appointment.objects.unscoped("test").all().delete()
    case_id = opened(staffed)
    client = staffed.client(who)
    expected = 200 if who == "district_officer" else 404  # the school lies in the officer's district
    assert client.get(f"/cases/{case_id}/").status_code == expected
    assert client.post(f"/cases/{case_id}/withdraw/", {"withdraw-seen": "1"}).status_code == 404
    assert client.post(f"/cases/{case_id}/nonsense/", {}).status_code == 404


def test_anybody_objects_and_reads_the_answer_by_the_code(staffed: Cast) -> None:
    with time.frozen(FRIDAY):
        case_id = noticed(staffed)
        stranger, url = Client(), f"/on-notice/{case_id}/"
        assert url in page(stranger, "/on-notice/")
        token = re.search(r'name="token" value="([^"]+)"', page(stranger, url))
        assert token and "署上我的名字" not in page(stranger, url)
        sent = {"token": token[1], "text": "方案是抄的<b>"}
        assert stranger.post(url, {**sent, "text": " "}).status_code == 422
        made = stranger.post(url, sent).content.decode()
        assert stranger.post(url, sent).content.decode().count("回执码") and Objection.objects.count() == 1
        code = re.search(r'<p class="code num">(\w+)</p>', made)
        assert code and Objection.objects.get().person_id is None
        said = stranger.post("/on-notice/", {"code": f" {code[1].lower()} "}).content.decode()
        assert "前会有答复" in said and "方案是抄的&lt;b&gt;" in said
        assert stranger.post("/on-notice/", {"code": "0000"}).status_code == 422
        # Who follows the case sees that there is one; only who answers reads it, and finds it in the own list.
        objection = Objection.objects.get()
        settle = f"/cases/{case_id}/objections/{objection.id}/"
        applicant = page(staffed.client("teacher"), f"/cases/{case_id}/")
        assert "1条异议等答复" in applicant and "方案是抄的" not in applicant
        assert staffed.client("teacher").post(settle, {"answer": "不", "upheld": "no"}).status_code == 404
        checker = staffed.client("city_officer")
        assert f"/cases/{case_id}/" in page(checker, "/cases/")
        assert "方案是抄的" in page(checker, f"/cases/{case_id}/")
        refused = checker.post(settle, {"answer": "查过，不是抄的"})
        assert refused.status_code == 422 and "查过，不是抄的" in refused.content.decode()
        elsewhere = f"/cases/{opened(staffed)}/objections/{objection.id}/"
        assert checker.post(elsewhere, {"answer": "不", "upheld": "no"}).status_code == 404
        done = checker.post(settle, {"answer": "查过，不是抄的", "upheld": "no"})
        assert done.status_code == 302
        assert f"/cases/{case_id}/" not in page(checker, "/cases/")
        said = stranger.post("/on-notice/", {"code": code[1]}).content.decode()
        assert "异议不成立" in said and "查过，不是抄的" in said
        assert "1条异议都答复了" in page(staffed.client("teacher"), f"/cases/{case_id}/").replace("\n", "")
    with time.frozen(FRIDAY + timedelta(days=8)):
        services.move(actor=staffed.actor("city_officer"), case_id=case_id, transition="name")
        assert stranger.get(url).status_code == 404
        assert "现在没有正在公示的" in page(stranger, "/on-notice/")


def test_nobody_learns_scores_or_names_before_the_end(staffed: Cast) -> None:
    case_id = submitted(staffed)
    hand_in_all(
        staffed,
        case_id,
        {
            "points": {"plan": 57, "team": 31},
            "notes": {"plan": "独到之处", "team": "好"},
            "verdict": "accept",
        },
    )
    second = sheets(case_id)[0]
    expert = reviewer(staffed, second)
    names = {"other_teacher老师", "other_admin老师"}
    for who in ("teacher", "head", "district_officer", "city_officer"):
        said = page(staffed.client(who), f"/cases/{case_id}/") + page(staffed.client(who), "/cases/")
        assert "独到之处" not in said
        assert not any(name in said for name in names)
        assert not re.search(r"\b88\b", said)
    own = page(staffed.client(_who(staffed, expert.person_id)), f"/cases/reviews/{second.id}/")
    assert "独到之处" not in own
    other = ReviewSheet.objects.unscoped("test").get(case_id=case_id, state=ReviewState.LOCKED)
    assert (
        staffed.client(_who(staffed, expert.person_id)).get(f"/cases/reviews/{other.id}/").status_code == 404
    )


def _who(cast: Cast, person: UUID) -> str:
    return next(who for who, one in cast.people.items() if one == person)


def test_a_reviewer_keeps_a_draft_hands_in_and_the_applicant_reads_it_unsigned(staffed: Cast) -> None:
    case_id = submitted(staffed)
    for number, sheet in enumerate(sheets(case_id)):
        client = staffed.client(_who(staffed, sheet.person_id))
        url = f"/cases/reviews/{sheet.id}/"
        assert "请评：示例一中申请命名" in page(client, url)
        assert "请你评审" in page(client, "/cases/")
        assert f"/cases/{case_id}/" not in page(staffed.client("district_officer"), "/cases/")
        given = {
            "points_plan": "50",
            "note_plan": "方案清楚",
            "points_team": "30",
            "note_team": "够",
            "verdict": "accept",
        }
        kept = client.post(url, {"points_plan": "50", "keep": "1", "version": "0"})
        assert kept.status_code == 302
        assert 'value="50"' in page(client, url)
        refused = client.post(url, given | {"note_team": ""})
        assert refused.status_code == 422
        assert "队伍”请写一句理由" in refused.content.decode()
        assert client.post(url, given | {"points_plan": "七十"}).status_code == 422
        assert client.post(url, given | {"advice": f"建议{number}"}).status_code == 302
        assert "交了不能改" in page(client, url)
        assert client.post(url, given).status_code == 409
    clerk = staffed.client("district_officer")
    assert f"/cases/{case_id}/" in page(clerk, "/cases/")  # all reviews are in: it waits for the conclusion
    assert clerk.post(f"/cases/{case_id}/propose/", {"propose-seen": "2"}).status_code == 302
    said = page(staffed.client("teacher"), f"/cases/{case_id}/")
    assert "方案清楚" in said
    assert "建议0" in said
    assert "other_teacher老师" not in said


def test_declining_and_keeping_away(staffed: Cast) -> None:
    case_id = submitted(staffed)
    first, second = sheets(case_id)
    client = staffed.client(_who(staffed, first.person_id))
    assert client.post(f"/cases/reviews/{first.id}/conflict/", {"why": ""}).status_code == 422
    assert client.post(f"/cases/reviews/{first.id}/conflict/", {"why": "亲戚"}).status_code == 302
    assert "已经收回，没有交" in page(client, f"/cases/reviews/{first.id}/")
    other = staffed.client(_who(staffed, second.person_id))
    assert other.post(f"/cases/reviews/{second.id}/decline/", {"why": "出差"}).status_code == 302
    assert "还差2位评审人" in page(staffed.client("teacher"), f"/cases/{case_id}/")


def test_an_officer_appoints_and_ends(staffed: Cast) -> None:
    client = staffed.client("city_officer")
    place = str(staffed.city.id)
    given = {
        "place": place,
        "account": "colleague",
        "duty": "checker",
        "expertise": "伦理、数据，",
        "capacity": "3",
    }
    assert client.post("/cases/duties/", given).status_code == 302
    row = Appointment.objects.unscoped("test").get(person_id=staffed.people["colleague"], duty="checker")
    assert row.expertise == ["伦理", "数据"]
    assert client.post("/cases/duties/", given).status_code == 422
    assert "没有用这个账号" in client.post("/cases/duties/", given | {"account": "nobody"}).content.decode()
    assert client.post("/cases/duties/", given | {"place": str(staffed.school.id)}).status_code == 422
    assert "colleague老师" in page(client, "/cases/duties/")
    assert client.post(f"/cases/duties/{row.id}/end/").status_code == 302
    assert "专长" in page(client, "/cases/duties/")
    assert staffed.client("teacher").get("/cases/duties/").status_code == 403


def test_a_full_queue_asks_few_questions(staffed: Cast, django_assert_max_num_queries: object) -> None:
    for _ in range(8):
        submitted(staffed)
    client = staffed.client("other_teacher")
    client.get("/cases/")
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        assert "8件等你办" in page(client, "/cases/")
    assert Case.objects.unscoped("test").count() == 8
