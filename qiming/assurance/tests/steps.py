"""The steps of an admission, each by the person whose duty it is."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from qiming.assurance import services
from qiming.assurance.admission import Authority, Facts, FilingKind, Tier
from qiming.assurance.models import ProductVersion, Proposal, TestRun, ThirdPartyReport
from qiming.assurance.queries.testing import suites_for
from qiming.assurance.services import executing
from qiming.assurance.testing import OPEN, drafted
from qiming.casework import services as cases
from qiming.casework.models import Case, ReviewSheet
from qiming.casework.testing import give_duty
from qiming.casework.types import Proof
from qiming.kernel import made, time
from qiming.kernel.ids import new_id
from qiming.registry.testing import Cast

__all__ = ["drafted", "give_duty"]

DOCS = Path(__file__).resolve().parents[3] / "docs"
GOOD = {
    "points": {"ethics": 20, "data": 20, "fit": 20, "sound": 20},
    "notes": dict.fromkeys(("ethics", "data", "fit", "sound"), "看过检测和材料"),
    "verdict": "accept",
}


def version(version_id: UUID) -> ProductVersion:
    return ProductVersion.objects.unscoped("test").select_related("product").get(id=version_id)


def move(cast: Cast, version_id: UUID, who: str, transition: str, *kinds: str, reason: str = "") -> None:
    """One move by one person, with evidence of these kinds."""
    case_id = version(version_id).case_id
    assert case_id
    cases.move(
        actor=cast.actor(who),
        case_id=case_id,
        transition=transition,
        reason=reason,
        evidence=[Proof(kind, "材料", "0" * 64) for kind in kinds],
    )


def filed(cast: Cast, **other: object) -> UUID:
    """Sent in by the company."""
    assert cast.vendor
    made = drafted(cast.actor("vendor"), cast.vendor.id, **other)
    services.file(actor=cast.actor("vendor"), version_id=made.id, declaration="所填都是真的")
    return made.id


def checked(cast: Cast, version_id: UUID) -> None:
    """Every number looked up, the tier set."""
    for kind in FilingKind:
        services.check_number(
            actor=cast.actor("clerk"),
            version_id=version_id,
            kind=kind,
            found=True,
            link="https://list.example.gov.cn/1",
            said="名单上有，主体一致",
        )
    move(cast, version_id, "clerk", "accept")
    services.set_tier(actor=cast.actor("risk_officer"), version_id=version_id, tier=Tier.HIGH)
    move(cast, version_id, "risk_officer", "tier", "risk_note")


def measured(cast: Cast, version_id: UUID, purpose: str = "lab", *, passed: bool = True) -> None:
    """Finished runs of every suite, by rows alone."""
    found = version(version_id)
    for suite in suites_for(found):
        TestRun.objects.create(
            scope_path=found.scope_path,
            version=found,
            suite=suite,
            purpose=purpose,
            content_hash=found.content_hash,
            started_by=cast.people["tester"],
            state="done",
            started_at=time.now(),
            ended_at=time.now(),
            passed=passed,
        )


def reported(cast: Cast, version_id: UUID, days: int = 300) -> None:
    """A report of an accredited body, accepted, by rows alone."""
    found = version(version_id)
    ThirdPartyReport.objects.create(
        scope_path=found.scope_path,
        version=found,
        body="示例检测中心",
        accreditation="CMA 0001",
        dated=time.today() - timedelta(days=10),
        valid_until=time.today() + timedelta(days=days),
        file_id=new_id(),
        sha256="0" * 64,
        content_hash=found.content_hash,
        is_full=True,
        sent_by=cast.people["vendor"],
        accepted=True,
        note="核对过",
        checked_by=cast.people["clerk"],
        checked_at=time.now(),
    )


def reviewed(cast: Cast, version_id: UUID) -> None:
    """Three blind experts agree."""
    by_person = {person: who for who, person in cast.people.items()}
    for sheet in (
        ReviewSheet.objects.unscoped("test").filter(case__subject_id=version_id, state="asked").order_by("id")
    ):
        cases.hand_in(actor=cast.actor(by_person[sheet.person_id]), sheet_id=sheet.id, **GOOD)  # type: ignore[arg-type]


def at_review(cast: Cast, **other: object) -> UUID:
    """Checked, measured, with a report: with the experts."""
    version_id = filed(cast, **other)
    checked(cast, version_id)
    measured(cast, version_id)
    move(cast, version_id, "tester", "pass_lab")
    reported(cast, version_id)
    move(cast, version_id, "clerk", "take_report")
    return version_id


def on_trial(cast: Cast, **other: object) -> UUID:
    """Tried by one school."""
    version_id = at_review(cast, **other)
    reviewed(cast, version_id)
    services.set_trial(
        actor=cast.actor("panel"),
        version_id=version_id,
        school_ids=[cast.school.id],
        until=time.today() + timedelta(days=60),
        conditions=OPEN_JUNIOR,
    )
    move(cast, version_id, "panel", "start_trial")
    return version_id


OPEN_JUNIOR = replace(OPEN, stages=frozenset({"junior"}), until=None)


def noticed(cast: Cast, **other: object) -> UUID:
    """On public notice."""
    version_id = on_trial(cast, **other)
    services.note_trial(actor=cast.actor("panel"), version_id=version_id, found="好用，没有异常")
    measured(cast, version_id, "blind")
    services.propose(
        actor=cast.actor("panel"),
        version_id=version_id,
        conditions=OPEN_JUNIOR.with_until(time.today() + timedelta(days=700)),
        grounds="检测、评审和试用都合格",
    )
    move(cast, version_id, "panel", "propose")
    return version_id


def signed(cast: Cast, version_id: UUID, *authorities: Authority) -> None:
    """Each by its own signer."""
    proposal = Proposal.objects.unscoped("test").get(version_id=version_id, is_current=True)
    for one in authorities or tuple(Authority):
        services.sign(
            actor=cast.actor(one.duty), version_id=version_id, authority=one, seen_hash=proposal.content_hash
        )


def admitted(cast: Cast, **other: object) -> UUID:
    """All the way, at the moment of the clock; the notice's school days pass meanwhile."""
    start = time.now()
    version_id = noticed(cast, **other)
    with time.frozen(start + timedelta(days=20)):
        move(cast, version_id, "clerk", "close_notice")
        signed(cast, version_id)
        move(cast, version_id, "clerk", "admit")
    return version_id


def facts_with(version_id: UUID, **other: object) -> Facts:
    """What a version filed, with something changed."""
    return replace(Facts.of(version(version_id).facts), **other)  # type: ignore[arg-type]  # fields by name


def case_of(version_id: UUID) -> Case:
    return Case.objects.unscoped("test").get(subject_id=version_id)


def carry_on(cast: Cast, version_id: UUID) -> None:
    """From a draft all the way."""
    services.file(actor=cast.actor("vendor"), version_id=version_id, declaration="真的")
    checked(cast, version_id)
    measured(cast, version_id)
    move(cast, version_id, "tester", "pass_lab")
    reported(cast, version_id)
    move(cast, version_id, "clerk", "take_report")
    reviewed(cast, version_id)
    services.set_trial(
        actor=cast.actor("panel"),
        version_id=version_id,
        school_ids=[cast.school.id],
        until=time.today() + timedelta(days=60),
        conditions=OPEN_JUNIOR,
    )
    move(cast, version_id, "panel", "start_trial")
    services.note_trial(actor=cast.actor("panel"), version_id=version_id, found="好用")
    measured(cast, version_id, "blind")
    services.propose(
        actor=cast.actor("panel"),
        version_id=version_id,
        conditions=OPEN_JUNIOR.with_until(time.today() + timedelta(days=700)),
        grounds="合格",
    )
    move(cast, version_id, "panel", "propose")
    with time.frozen(time.now() + timedelta(days=20)):
        move(cast, version_id, "clerk", "close_notice")
        signed(cast, version_id)
        move(cast, version_id, "clerk", "admit")


def ran(cast: Cast, address: str, *, purpose: str = "self", **other: object) -> TestRun:
    """A suite run to its end, here and now: the process is a matter of the worker."""
    assert cast.vendor
    endpoint = {"kind": "openai", "url": f"{address}/v1", "model": "m"}
    found = drafted(cast.actor("vendor"), cast.vendor.id, endpoint=endpoint, **other)
    run = TestRun.objects.create(
        scope_path=found.scope_path,
        version=found,
        suite="tiny",
        purpose=purpose,
        content_hash=found.content_hash,
        started_by=cast.people["tester"],
    )
    executing.execute_all(found.id)
    run.refresh_from_db()
    return run


def open_one(run: TestRun, *names: str) -> None:
    """As if the grader had not been able to tell."""
    path = made.path_of(run.record)
    lines = path.read_text(encoding="utf-8").splitlines()
    changed = [json.loads(line) for line in lines]
    for one in changed:
        if one.get("id") in (names or ("tiny-1",)):
            one["finding"]["passed"] = None
    path.write_text(
        "\n".join(json.dumps(one, ensure_ascii=False) for one in changed) + "\n", encoding="utf-8"
    )
    executing.settle(run)
