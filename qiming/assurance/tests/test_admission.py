"""The whole way of a product, and everything that is not a way."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from qiming.assurance import events, queries, services
from qiming.assurance.admission import Authority, FilingKind, Tier
from qiming.assurance.models import ProductVersion, Proposal
from qiming.assurance.tests import steps
from qiming.casework import services as cases
from qiming.casework.models import ReviewSheet
from qiming.casework.queries.verifying import broken_cases
from qiming.kernel import time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.models import OutboxEvent
from qiming.registry.testing import Cast


def test_from_filing_to_the_register(cast: Cast) -> None:
    version_id = steps.admitted(cast)
    found = steps.version(version_id)
    assert found.state == "admitted" and found.product.current_id == version_id
    stands = queries.standing(found.product_id)
    assert stands.verdict == "admitted" and stands.conditions.stages == {"junior"}
    assert queries.may_serve(found.product_id, stage="junior", personal_fields=frozenset({"answers"}))
    assert not queries.may_serve(found.product_id, stage="senior")
    assert broken_cases() == []
    names = set(OutboxEvent.objects.values_list("name", flat=True))
    assert {events.TRIAL, events.ADMITTED} <= names


def test_while_on_trial_only_the_named_schools_use_it(cast: Cast) -> None:
    found = steps.version(steps.on_trial(cast))

    def serve(path: str) -> bool:
        return bool(queries.may_serve(found.product_id, stage="junior", school_path=path))

    assert queries.standing(found.product_id).verdict == "trial"
    assert serve(cast.school.path) and not serve(cast.other_school.path) and not serve("")
    with time.frozen(time.now() + timedelta(days=61)):
        assert not serve(cast.school.path)


def test_a_filing_with_gaps_is_not_sent(cast: Cast) -> None:
    assert cast.vendor
    made = steps.drafted(cast.actor("vendor"), cast.vendor.id, minor_audit="")
    with pytest.raises(UserError) as caught:
        services.file(actor=cast.actor("vendor"), version_id=made.id, declaration="真的")
    assert "未成年人保护审计" in caught.value.next


def test_a_number_nobody_found_stops_the_clerk(cast: Cast) -> None:
    version_id = steps.filed(cast)
    with pytest.raises(UserError, match="还不能"):
        steps.move(cast, version_id, "clerk", "accept")
    services.check_number(
        actor=cast.actor("clerk"),
        version_id=version_id,
        kind=FilingKind.ICP,
        found=False,
        link="https://list.example.gov.cn",
        said="查无此号",
    )
    with pytest.raises(UserError) as caught:
        steps.move(cast, version_id, "clerk", "accept")
    assert "没有查到" in caught.value.next


@pytest.mark.parametrize("who", ["vendor", "city_officer", "tester", "teacher", "head"])
def test_only_the_duty_checks(cast: Cast, who: str) -> None:
    version_id = steps.filed(cast)
    with pytest.raises(Denied):
        services.check_number(
            actor=cast.actor(who),
            version_id=version_id,
            kind=FilingKind.ICP,
            found=True,
            link="https://a.example",
            said="在",
        )


def test_childrens_data_are_never_less_than_high(cast: Cast) -> None:
    version_id = steps.filed(cast)
    for kind in FilingKind:
        services.check_number(
            actor=cast.actor("clerk"), version_id=version_id, kind=kind, found=True,
            link="https://list.example.gov.cn", said="在",
        )  # fmt: skip
    steps.move(cast, version_id, "clerk", "accept")
    with pytest.raises(UserError, match="不能低于"):
        services.set_tier(actor=cast.actor("risk_officer"), version_id=version_id, tier=Tier.MEDIUM)


def test_measuring_anew_is_owed_when_what_was_filed_changes(cast: Cast) -> None:
    version_id = steps.filed(cast)
    steps.checked(cast, version_id)
    steps.measured(cast, version_id)
    steps.move(cast, version_id, "tester", "return_filing", reason="接口换了")
    changed = steps.facts_with(version_id, model_version="2.0")
    services.revise(actor=cast.actor("vendor"), version_id=version_id, facts=changed)
    services.file(actor=cast.actor("vendor"), version_id=version_id, declaration="真的")
    steps.checked(cast, version_id)
    with pytest.raises(UserError) as caught:
        steps.move(cast, version_id, "tester", "pass_lab")
    assert "还没有做" in caught.value.next


def test_without_blind_retest_nothing_is_proposed(cast: Cast) -> None:
    version_id = steps.on_trial(cast)
    services.note_trial(actor=cast.actor("panel"), version_id=version_id, found="好用")
    services.propose(
        actor=cast.actor("panel"),
        version_id=version_id,
        conditions=steps.OPEN_JUNIOR.with_until(time.today() + timedelta(days=300)),
        grounds="合格",
    )
    with pytest.raises(UserError) as caught:
        steps.move(cast, version_id, "panel", "propose")
    assert "密封题复测" in caught.value.next


def test_all_three_authorities_sign_one_and_the_same(cast: Cast) -> None:
    version_id = steps.noticed(cast)
    with time.frozen(time.now() + timedelta(days=20)):
        steps.move(cast, version_id, "clerk", "close_notice")
        steps.signed(cast, version_id, Authority.EDUCATION, Authority.CYBERSPACE)
        with pytest.raises(UserError) as caught:
            steps.move(cast, version_id, "clerk", "admit")
        assert "公安机关" in caught.value.next
        with pytest.raises(UserError, match="改过"):
            services.sign(
                actor=cast.actor("police_signer"),
                version_id=version_id,
                authority=Authority.POLICE,
                seen_hash="0",
            )
        seen = Proposal.objects.unscoped("test").get(version_id=version_id, is_current=True).content_hash
        with pytest.raises(Denied):
            services.sign(
                actor=cast.actor("education_signer"),
                version_id=version_id,
                authority=Authority.POLICE,
                seen_hash=seen,
            )


def test_the_notice_stands_still_in_the_holidays(cast: Cast) -> None:
    """Five school days from the last Friday of January end in March, after the winter holidays."""
    with time.frozen(datetime(2027, 1, 22, 2, 0, tzinfo=UTC)):
        version_id = steps.noticed(cast)
        due = steps.case_of(version_id).due_at
    assert due is not None and (due.date() - datetime(2027, 1, 22, tzinfo=UTC).date()).days > 14


def test_what_changed_is_not_served_and_the_change_is_told(cast: Cast) -> None:
    found = steps.version(steps.admitted(cast))
    launch = {**found.product.launch, "url": "https://moved.example.com/"}
    services.change_launch(
        actor=cast.actor("vendor"), product_id=found.product_id, launch=launch, why="换了机房"
    )
    assert steps.version(found.id).state == "retest"
    assert "复测" in queries.may_serve(found.product_id, stage="junior").reason
    assert OutboxEvent.objects.filter(name=events.RETEST).exists()
    steps.measured(cast, found.id, "blind")
    with pytest.raises(UserError) as caught:
        steps.move(cast, found.id, "panel", "retested", "finding", reason="测过了")
    assert "和申报的不一样" in caught.value.next


def test_the_next_version_takes_the_place_of_the_one_before(cast: Cast) -> None:
    first = steps.version(steps.admitted(cast))
    with pytest.raises(UserError, match="还在办"):
        second_id = services.next_version(
            actor=cast.actor("vendor"),
            product_id=first.product_id,
            facts=steps.facts_with(first.id, model_version="2"),
        )
        services.next_version(
            actor=cast.actor("vendor"),
            product_id=first.product_id,
            facts=steps.facts_with(first.id, model_version="3"),
        )
    assert queries.standing(first.product_id).version_id == first.id
    ProductVersion.objects.unscoped("test").filter(id=second_id).update(state="draft")
    steps.carry_on(cast, second_id)
    assert steps.version(first.id).state == "replaced"
    assert queries.standing(first.product_id).version_id == second_id


def test_after_a_revocation_half_a_year_passes(cast: Cast) -> None:
    found = steps.version(steps.admitted(cast))
    services.stop(actor=cast.actor("city_officer"), version_id=found.id, reason="出现有害内容")
    steps.move(cast, found.id, "panel", "revoke", "finding", reason="查实")
    assert queries.standing(found.product_id).verdict == "revoked"

    def again() -> UUID:
        return services.next_version(
            actor=cast.actor("vendor"), product_id=found.product_id, facts=steps.facts_with(found.id)
        )

    with pytest.raises(UserError, match="以后才能再申报"):
        again()
    with time.frozen(time.now() + timedelta(days=184)):
        assert again()


def test_a_stop_is_in_force_at_once_and_lifted_only_after_a_retest(cast: Cast) -> None:
    found = steps.version(steps.admitted(cast))
    services.stop(actor=cast.actor("city_officer"), version_id=found.id, reason="出现有害内容")
    assert "暂停" in queries.may_serve(found.product_id, stage="junior").reason
    assert OutboxEvent.objects.filter(name=events.SUSPENDED).exists()
    with pytest.raises(UserError) as caught:
        steps.move(cast, found.id, "panel", "restore", "finding", reason="改好了")
    assert "密封题复测" in caught.value.next
    with time.frozen(time.now() + timedelta(hours=1)):
        steps.measured(cast, found.id, "blind")
        steps.move(cast, found.id, "panel", "restore", "finding", reason="改好了，复测通过")
    assert queries.may_serve(found.product_id, stage="junior")
    assert OutboxEvent.objects.filter(name=events.RESTORED).exists()


@pytest.mark.parametrize("who", ["vendor", "teacher", "head", "district_officer", "tester"])
def test_only_city_officers_and_the_monitor_stop(cast: Cast, who: str) -> None:
    found = steps.version(steps.admitted(cast))
    with pytest.raises(Denied):
        services.stop(actor=cast.actor(who), version_id=found.id, reason="不喜欢")
    assert queries.may_serve(found.product_id, stage="junior")


def test_of_two_officers_who_decide_at_once_the_second_is_told(cast: Cast) -> None:
    version_id = steps.noticed(cast)
    seen = steps.case_of(version_id)
    with time.frozen(time.now() + timedelta(days=20)):
        steps.move(cast, version_id, "clerk", "close_notice")
        with pytest.raises(UserError, match="刚才有人办过"):
            cases.move(
                actor=cast.actor("panel"),
                case_id=seen.id,
                transition="refuse",
                reason="不同意",
                expected_seq=seen.seq,
            )
        steps.signed(cast, version_id, Authority.EDUCATION)
        with pytest.raises(UserError, match="已经签过"):
            steps.signed(cast, version_id, Authority.EDUCATION)
    assert steps.version(version_id).state == "joint_check"


def test_nobody_of_the_company_reviews_or_decides(cast: Cast) -> None:
    """Not even with the duty: the tie is computed from where they work."""
    insider = cast.people["vendor"]
    for duty in ("ai_expert", "clerk", "tester"):
        steps.give_duty(insider, duty, cast.city.path)
    version_id = steps.at_review(cast)
    asked = ReviewSheet.objects.unscoped("test").filter(case__subject_id=version_id)
    assert insider not in set(asked.values_list("person_id", flat=True)) and asked.count() == 3
    with pytest.raises(Denied):
        services.ask_run(actor=cast.actor("vendor"), version_id=version_id, suite="tiny", is_blind=True)


def test_an_expert_with_a_declared_tie_is_replaced(cast: Cast) -> None:
    version_id = steps.at_review(cast)
    rows = ReviewSheet.objects.unscoped("test").filter(case__subject_id=version_id)
    first = rows.order_by("id")[0]
    who = next(name for name, person in cast.people.items() if person == first.person_id)
    cases.declare_conflict(actor=cast.actor(who), sheet_id=first.id, reason="去年给他们讲过课")
    assert rows.filter(state="asked").count() == 3
    steps.reviewed(cast, version_id)
    assert steps.version(version_id).state == "expert_review"
