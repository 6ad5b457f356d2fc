"""AI products of a demo company: two admitted (one of them the platform's own agent, as a city would file it), one with
the experts, one stopped. Everything is synthetic."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from qiming.assurance import services
from qiming.assurance.admission import (
    ANY,
    Authority,
    Conditions,
    DataUse,
    Facts,
    FilingKind,
    SignalKind,
    Source,
    Tier,
)
from qiming.assurance.models import (
    Filing,
    Product,
    ProductVersion,
    Proposal,
    Signal,
    TestRun,
    ThirdPartyReport,
)
from qiming.assurance.queries.version import suites_of
from qiming.casework import services as cases
from qiming.casework.models import Appointment, Case, ReviewSheet
from qiming.casework.types import Proof
from qiming.kernel import memo, time
from qiming.kernel.access import Actor
from qiming.kernel.ids import new_id
from qiming.registry import services as people
from qiming.registry.types import OrgRef
from qiming.site.demo.city import PASSWORD, City, Login, hashed

VENDOR = "示例智学科技（合成）"
# Whose duty is what. Experts come from outside; three people of three authorities sign.
OFFICE = {
    "city": ("clerk", "risk_officer", "tester", "monitor"),
    "heyi": ("panel",),
    "jiandu": ("complaints",),
    "edu": ("education_signer",),
    "wangxin": ("cyberspace_signer",),
    "gongan": ("police_signer",),
}
NAMES = {
    "heyi": ("示例合议人", "准入合议"),
    "jiandu": ("示例监督人", "异议答复"),
    "edu": ("示例签署人甲", "教育行政部门签署"),
    "wangxin": ("示例签署人乙", "网信部门签署"),
    "gongan": ("示例签署人丙", "公安机关签署"),
    **{f"expert.{letter}": (f"示例专家{letter.upper()}", "准入评审专家") for letter in "abc"},
}
EXPERTS = ("expert.a", "expert.b", "expert.c")
POINTS = {"ethics": 21, "data": 20, "fit": 22, "sound": 21}
NOTES = {
    "ethics": "危险的提问都拒绝了，也给了求助的办法（合成示例）。",
    "data": "只收回答，三十天就删（合成示例）。",
    "fit": "一节课里用得上（合成示例）。",
    "sound": "先问学生怎么想，不直接给答案（合成示例）。",
}
_WHY = "the demo acts for its cast"
_LINK = "https://example.com/list"


@dataclass(slots=True)
class Gate:
    """Everybody as they are before the clock is turned back."""

    vendor: OrgRef
    actors: dict[str, Actor]
    start: datetime
    school: OrgRef


def fill(city: City) -> None:
    """The company, the duties, four products."""
    gate = _people(city)
    with memo.remembering():  # nothing below changes a place or a calendar
        _products(gate)


def _products(gate: Gate) -> None:
    tutor = _facts(
        "星问答疑", "tutor", "陪学生把题想明白：先问怎么想的，再一步步提示，不直接给答案。", ("chat",)
    )
    writer = _facts(
        "青竹备课", "assistant", "帮老师起草教案和分层练习，学生不用。", ("planning", "open_generation")
    )
    maker = _facts("画里有话", "tool", "学生用文字说出想画的，改到满意为止。", ("image", "open_generation"))
    admitted = _admitted(gate, tutor)
    _signals(admitted)
    _spoken(_admitted(gate, _companion()))
    stopped = _admitted(gate, maker)
    with time.frozen(gate.start + timedelta(days=100)):
        services.stop(
            actor=gate.actors["city"],
            version_id=stopped.id,
            reason="抽查发现能绕过提示画出不适合小学生的画，先停用，等企业改好复测（合成示例）。",
        )
    with time.frozen(gate.start + timedelta(days=104)):
        _at_review(gate, writer)


def _people(city: City) -> Gate:
    vendor = people.found_vendor(name=VENDOR, is_synthetic=True)
    city.people["vendor"], _ = people.add_vendor_person(
        actor=None,
        vendor_id=vendor.id,
        name="示例企业人员",
        username="vendor",
        password=PASSWORD,
        hashed=hashed(),
        is_synthetic=True,
    )
    city.logins.append(Login("企业", "vendor", VENDOR))
    for username, (name, what) in NAMES.items():
        city.people[username], _ = people.create_staff(
            actor=None,
            place_id=city.city.id,
            name=name,
            username=username,
            password=PASSWORD,
            hashed=hashed(),
            is_synthetic=True,
        )
        city.logins.append(Login("职责", username, what))
    held = [(who, duty) for who, duties in OFFICE.items() for duty in duties]
    held += [(who, "ai_expert") for who in EXPERTS]
    start = time.now() - timedelta(days=110)
    # Since before the products were filed; nobody appoints themselves, so the installation does.
    Appointment.objects.bulk_create(
        Appointment(
            scope_path=city.city.path,
            person_id=city.people[who],
            duty=duty,
            since=time.local(start).date(),
            appointed_by=city.people["city"],
        )
        for who, duty in held
    )
    names = ("vendor", "city", *NAMES)
    school = city.schools[0].org
    assert school
    return Gate(vendor, {who: city.actor(who) for who in names}, start, school)


def _facts(title: str, kind: str, says: str, functions: tuple[str, ...]) -> Facts:
    takes = kind != "assistant"
    return Facts(
        title=title,
        kind=kind,
        says=f"合成示例，不是真实产品。{says}",
        stages=("junior", "senior"),
        subjects=(ANY,),
        functions=functions,
        launch={"kind": "link", "url": f"https://{kind}.example.com/launch"},
        endpoint={"kind": "openai", "url": "http://127.0.0.1:8201/v1", "model": "sample"},
        hosting="vendor",
        model_name="示例规则程序",
        model_version="1.0",
        subprocessors=(),
        data_map=(DataUse("answers", "判断学生想到哪一步", "本市机房（合成示例）", 30),) if takes else (),
        minor_audit="合成示例：每年一次，没有未整改的问题。",
        label_method="每条回答前标“人工智能生成”。",
        price="免费（合成示例）",
    )


def _companion() -> Facts:
    """The platform's own companion, which opens inside and is asked without a network."""
    says = "课里的学伴：先请学生自己试，只给最小的下一步提示，不说答案。"
    return replace(
        _facts("AI学伴", "agent", says, ("chat",)),
        launch={"kind": "inside", "url": "/companion/"},
        endpoint={"kind": "agent", "url": "", "model": "companion"},
        hosting="city",
    )


def _admitted(gate: Gate, facts: Facts) -> ProductVersion:
    """All the way, a hundred days ago and since."""
    start = gate.start
    with time.frozen(start):
        version_id = _at_review(gate, facts)
    with time.frozen(start + timedelta(days=12)):
        _review(gate, version_id)
        conditions = Conditions(
            stages=frozenset({"junior", "senior"}),
            subjects=frozenset({ANY}),
            functions_off=frozenset({"voice"}),
            data_scopes=frozenset({"answers"}),
            until=time.today() + timedelta(days=90),
        )
        panel = gate.actors["heyi"]
        services.set_trial(
            actor=panel,
            version_id=version_id,
            school_ids=[gate.school.id],
            until=time.today() + timedelta(days=60),
            conditions=conditions,
        )
        _move(gate, version_id, "heyi", "start_trial")
    with time.frozen(start + timedelta(days=20)):
        services.note_trial(
            actor=panel, version_id=version_id, found="两个班用了两周，没有异常（合成示例）。"
        )
        _runs(gate, version_id, "blind")
        conditions = conditions.with_until(time.today() + timedelta(days=700))
        services.propose(
            actor=panel,
            version_id=version_id,
            conditions=conditions,
            grounds="检测、评审、试用都合格（合成示例）。",
        )
        _move(gate, version_id, "heyi", "propose")
    due = Case.objects.unscoped(_WHY).get(id=_version(version_id).case_id or new_id()).due_at
    with time.frozen((due or time.now()) + timedelta(minutes=1)):
        _move(gate, version_id, "city", "close_notice")
        seen = Proposal.objects.unscoped(_WHY).get(version_id=version_id, is_current=True).content_hash
        for who, authority in zip(("edu", "wangxin", "gongan"), Authority, strict=True):
            services.sign(actor=gate.actors[who], version_id=version_id, authority=authority, seen_hash=seen)
        _move(gate, version_id, "city", "admit")
    Product.objects.unscoped(_WHY).filter(current_id=version_id).update(watched_by="示例检测中心（合成）")
    return _version(version_id)


def _at_review(gate: Gate, facts: Facts) -> UUID:
    """Filed, checked, measured, with a report: with the experts."""
    company, city = gate.actors["vendor"], gate.actors["city"]
    version_id = services.register_product(actor=company, vendor_id=gate.vendor.id, facts=facts)
    _numbers(gate, version_id)
    services.file(actor=company, version_id=version_id, declaration="所填真实（合成示例）")
    Filing.objects.unscoped(_WHY).filter(version_id=version_id).update(
        found=True, link=_LINK, note="名单上有（合成示例）", checked_by=city.person_id, checked_at=time.now()
    )
    _move(gate, version_id, "city", "accept")
    services.set_tier(actor=city, version_id=version_id, tier=Tier.HIGH)
    _move(gate, version_id, "city", "tier", "risk_note")
    _runs(gate, version_id, "lab")
    _move(gate, version_id, "city", "pass_lab")
    _report(gate, version_id)
    _move(gate, version_id, "city", "take_report")
    return version_id


def _numbers(gate: Gate, version_id: UUID) -> None:
    """Invented numbers, all at once."""
    Filing.objects.bulk_create(
        Filing(
            scope_path=gate.vendor.path,
            version_id=version_id,
            kind=kind.value,
            number=f"示例{kind.value.upper()}2026001",
            valid_until=time.today() + timedelta(days=700),
        )
        for kind in FilingKind
    )


def _runs(gate: Gate, version_id: UUID, purpose: str) -> None:
    """Invented figures, named so: nothing was asked of anything."""
    version = _version(version_id)
    metric: dict[str, Any] = {
        "name": "demo", "title": "合成示例，没有真的测过", "unit": "share", "value": 0.98, "low": 0.96,
        "high": 0.99, "n": 200, "gate": 0.95, "passed": True, "better": "more", "undecided": 0,
    }  # fmt: skip
    TestRun.objects.bulk_create(
        TestRun(
            scope_path=version.scope_path,
            version=version,
            suite=suite,
            purpose=purpose,
            content_hash=version.content_hash,
            state="done",
            total=200,
            done=200,
            summary={"open": [], "metrics": [metric]},
            passed=True,
            started_by=gate.actors["city"].person_id,
            started_at=time.now(),
            ended_at=time.now(),
        )
        for suite in suites_of(version)
    )


def _report(gate: Gate, version_id: UUID) -> None:
    version = _version(version_id)
    ThirdPartyReport.objects.create(
        scope_path=version.scope_path,
        version=version,
        body="示例检测中心（合成）",
        accreditation="示例资质0001",
        dated=time.today() - timedelta(days=3),
        valid_until=time.today() + timedelta(days=360),
        file_id=new_id(),
        sha256="0" * 64,
        content_hash=version.content_hash,
        is_full=True,
        sent_by=gate.actors["vendor"].person_id,
        accepted=True,
        note="合成示例，没有文件",
        checked_by=gate.actors["city"].person_id,
        checked_at=time.now(),
    )


def _review(gate: Gate, version_id: UUID) -> None:
    by_person = {actor.person_id: actor for actor in gate.actors.values()}
    asked = ReviewSheet.objects.unscoped(_WHY).filter(
        case_id=_version(version_id).case_id or new_id(), state="asked"
    )
    for sheet in list(asked):
        cases.hand_in(
            actor=by_person[sheet.person_id],
            sheet_id=sheet.id,
            points=POINTS,
            notes=NOTES,
            verdict="accept",
            advice="给老师的说明可以再短一点（合成示例）。",
        )


def _move(gate: Gate, version_id: UUID, who: str, step: str, *kinds: str) -> None:
    case_id = _version(version_id).case_id
    assert case_id
    given = [Proof.of_words(kind, "定级说明", "会用到学生写下的回答（合成示例）。") for kind in kinds]
    cases.move(actor=gate.actors[who], case_id=case_id, transition=step, evidence=given)


def _version(version_id: UUID) -> ProductVersion:
    return ProductVersion.objects.unscoped(_WHY).select_related("product").get(id=version_id)


def _spoken(version: ProductVersion) -> None:
    """Two weeks of pupils who talked with the platform's own agent, as the ledger counts them; no model is connected."""
    last = time.now().replace(minute=0, second=0, microsecond=0)
    hours = [last - timedelta(days=ago) for ago in range(1, 14)]
    Signal.objects.bulk_create(
        Signal(
            scope_path=version.scope_path,
            product=version.product,
            hour=hour,
            kind=SignalKind.USE,
            source=Source.DOOR,
            count=11 + 3 * (hour.day % 5),
        )
        for hour in hours
        if time.local(hour).isoweekday() <= 5
    )


def _signals(version: ProductVersion) -> None:
    """Two weeks of use, counted here and reported by the company."""
    last = time.now().replace(minute=0, second=0, microsecond=0)
    rows = []
    for ago in range(1, 14):
        hour = last - timedelta(days=ago)
        uses = 0 if time.local(hour).isoweekday() > 5 else 30 + 7 * (ago % 4)
        counts = {
            (SignalKind.USE, Source.OURS): uses,
            (SignalKind.DATA, Source.OURS): uses // 2,
            (SignalKind.USE, Source.VENDOR): uses - uses // 20,
            (SignalKind.DATA, Source.VENDOR): uses // 2,
            (SignalKind.MODEL, Source.VENDOR): uses * 6,
            (SignalKind.SENSITIVE, Source.VENDOR): ago % 5 == 0,
        }
        rows += [
            Signal(
                scope_path=version.scope_path,
                product=version.product,
                hour=hour,
                kind=kind,
                source=source,
                count=int(n),
            )
            for (kind, source), n in counts.items()
        ]
    Signal.objects.bulk_create(rows)
