"""A company files a product: its facts and numbers, then the case begins to move; officers check the numbers and the tier."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from qiming.assurance import sealing
from qiming.assurance.access import FILE, TABLE
from qiming.assurance.admission import OF_STATE, ON_THE_WAY, Facts, FilingKind, Tier, Verdict
from qiming.assurance.models import Filing, Product, ProductVersion
from qiming.assurance.queries.subjects import subject_words
from qiming.assurance.queries.testing import least_tier
from qiming.assurance.rules import filing as rules
from qiming.assurance.rules.standing import SERVING, version_hash
from qiming.assurance.services.common import (
    WHY,
    note,
    own_product,
    own_version,
    require_state,
    version_on_duty,
)
from qiming.casework import queries as case_queries
from qiming.casework import services as cases
from qiming.casework.types import Proof
from qiming.kernel import time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.registry import queries as registry
from qiming.registry.types import OrgKind

MOST_NOTE = 300


@transaction.atomic
def register_product(*, actor: Actor, vendor_id: UUID, facts: Facts, endpoint_key: str = "") -> UUID:
    """Begin a product of the company with its first version as a draft; returns the version's id."""
    company = registry.org(vendor_id)
    if company.kind is not OrgKind.VENDOR:
        raise Denied(FILE)
    TABLE.require(actor, FILE, company)
    try:
        with transaction.atomic():
            product = Product.objects.create(
                scope_path=company.path,
                title=facts.title,
                kind=facts.kind,
                says=facts.says,
                launch=dict(facts.launch),
                hosting=facts.hosting,
                endpoint_key=sealing.close(endpoint_key),
                filed_by=actor.person_id,
            )
    except IntegrityError as error:
        raise UserError(
            "本企业已经有这个名称的产品",
            kept="没有新建。",
            next="换一个名称，或到那个产品里报新的一版。",
            field="title",
        ) from error
    return _begin(actor, product, facts)


@transaction.atomic
def next_version(*, actor: Actor, product_id: UUID, facts: Facts, endpoint_key: str = "") -> UUID:
    """Begin the next version of a product; the one admitted goes on being served until this one is admitted."""
    product = own_product(actor, FILE, product_id)
    rows = ProductVersion.objects.unscoped(WHY).filter(product=product)
    if rows.filter(state__in=ON_THE_WAY).exists():
        raise UserError(
            "上一版还在办", kept="没有新建。", next="等它办完，或者先撤回，再报新的。", status=409
        )
    _refuse_too_early(product)
    if endpoint_key:
        product.endpoint_key = sealing.close(endpoint_key)
        product.save(update_fields=["endpoint_key"])
    return _begin(actor, product, facts)


def _refuse_too_early(product: Product) -> None:
    """After a refusal or a revocation, the day on which the company may file again is written in its case."""
    last = ProductVersion.objects.unscoped(WHY).filter(product=product).order_by("-number").first()
    if last is None or last.case_id is None or last.state not in {"refused", "revoked"}:
        return
    again = case_queries.again_on(last.case_id)
    if again is not None and time.today() < again:
        raise UserError(
            f"{again:%Y-%m-%d}以后才能再申报",
            kept="没有新建。",
            next="不予准入或撤销的理由在上一版的经过里。",
            status=409,
        )


def _begin(actor: Actor, product: Product, facts: Facts) -> UUID:
    last = ProductVersion.objects.unscoped(WHY).filter(product=product).order_by("-number").first()
    version = ProductVersion.objects.create(
        scope_path=product.scope_path,
        product=product,
        number=(last.number if last else 0) + 1,
        facts=facts.as_json(),
        content_hash=version_hash(facts),
        made_by=actor.person_id,
        since=time.now(),
    )
    version.case_id = cases.open_case(
        actor=actor,
        key="admission",
        title=f"{facts.title}（第{version.number}版）",
        subject_id=version.id,
        scope_path=product.scope_path,
        office_path=registry.city().path,
        topics=[*facts.stages, *subject_words(facts.subjects).split("、"), facts.kind],
        data={"content_hash": version.content_hash},
    )
    version.save(update_fields=["case_id"])
    if last is not None:
        _carry_numbers(last, version)
    note(actor, "assurance.begin", version)
    return version.id


def _carry_numbers(last: ProductVersion, version: ProductVersion) -> None:
    """The numbers of the last version stand in the new one, to be looked up again."""
    for one in Filing.objects.unscoped(WHY).filter(version=last):
        Filing.objects.create(
            scope_path=version.scope_path,
            version=version,
            kind=one.kind,
            number=one.number,
            not_needed_why=one.not_needed_why,
            valid_until=one.valid_until,
        )


@transaction.atomic
def revise(*, actor: Actor, version_id: UUID, facts: Facts, endpoint_key: str = "") -> None:
    """Change what is not sent yet, or came back. What was measured on the earlier content does not count any more."""
    version = own_version(actor, FILE, version_id)
    require_state(version, "draft", "returned")
    version.facts, version.content_hash = facts.as_json(), version_hash(facts)
    version.save(update_fields=["facts", "content_hash"])
    product = version.product
    if product.current_id is None:
        product.title, product.kind, product.says = facts.title, facts.kind, facts.says
        product.launch, product.hosting = dict(facts.launch), facts.hosting
    if endpoint_key:
        product.endpoint_key = sealing.close(endpoint_key)
    try:
        with transaction.atomic():
            product.save()
    except IntegrityError as error:
        raise UserError("本企业已经有这个名称的产品", kept="没有改动。", field="title") from error
    note(actor, "assurance.revise", version)


@transaction.atomic
def set_number(
    *,
    actor: Actor,
    version_id: UUID,
    kind: FilingKind,
    number: str = "",
    not_needed_why: str = "",
    valid_until: date | None = None,
) -> None:
    """Give a filing number, or say why there is none; what was looked up before counts no more."""
    version = own_version(actor, FILE, version_id)
    require_state(version, "draft", "returned")
    number, why = number.strip()[:80], not_needed_why.strip()[:200]
    if not number and not why:
        raise UserError("请填号码，不需要的写明为什么", kept="没有改动。", field=kind.value)
    Filing.objects.unscoped(WHY).update_or_create(
        version=version,
        kind=kind.value,
        defaults={
            "scope_path": version.scope_path,
            "number": number,
            "not_needed_why": "" if number else why,
            "valid_until": valid_until,
            "found": None,
            "link": "",
            "note": "",
            "checked_by": None,
            "checked_at": None,
        },
    )


@transaction.atomic
def check_number(
    *, actor: Actor, version_id: UUID, kind: FilingKind, found: bool, link: str, said: str
) -> None:
    """A clerk looked a number up: where, and what was seen."""
    version = version_on_duty(actor, version_id, "clerk")
    require_state(version, "filed")
    row = Filing.objects.unscoped(WHY).select_for_update().filter(version=version, kind=kind.value).first()
    if row is None:
        raise Denied(FILE)
    if not said.strip():
        raise UserError("请写怎么核验的、看到了什么", kept="没有改动。", field=kind.value)
    if row.number and not rules.is_address(link):
        raise UserError("请写查到的那一页的网址", kept="没有改动。", field=kind.value)
    row.found, row.link, row.note = found, link.strip(), said.strip()[:MOST_NOTE]
    row.checked_by, row.checked_at = actor.person_id, time.now()
    row.save()
    note(actor, "assurance.check_number", version, kind=kind.value, found=found)


@transaction.atomic
def set_tier(*, actor: Actor, version_id: UUID, tier: Tier, why: str = "") -> None:
    """A risk officer sets the tier: as high as the rules say, or higher."""
    version = version_on_duty(actor, version_id, "risk_officer")
    require_state(version, "checked")
    least, reasons = least_tier(Facts.of(version.facts))
    if tier.rank < least.rank:
        raise UserError(
            f"不能低于“{least.zh}”",
            kept="没有定级。",
            next=f"{'、'.join(reasons)}。",
            field="tier",
            status=409,
        )
    version.tier, version.tier_why = (
        tier.value,
        [*reasons, *([why.strip()[:MOST_NOTE]] if why.strip() else [])],
    )
    version.save(update_fields=["tier", "tier_why"])
    note(actor, "assurance.set_tier", version, tier=tier.value)


def file(*, actor: Actor, version_id: UUID, declaration: str, expected_seq: int | None = None) -> None:
    """Send the filing in, with the word of the company that it is true."""
    version = TABLE.load(actor, FILE, ProductVersion.objects.unscoped(WHY), id=version_id)
    assert version.case_id
    proof = Proof("declaration", declaration.strip()[:60] or "真实性承诺", version.content_hash)
    cases.move(
        actor=actor,
        case_id=version.case_id,
        transition="file",
        evidence=[proof] if declaration.strip() else [],
        expected_seq=expected_seq,
    )


@transaction.atomic
def change_launch(*, actor: Actor, product_id: UUID, launch: Mapping[str, Any], why: str) -> None:
    """The company opens its product from another address, or with other keys. A product in use is stopped at once until
    the change was tested; one that is not is simply changed."""
    product = own_product(actor, FILE, product_id)
    if not why.strip():
        raise UserError("请写改了什么、为什么", kept="没有改动。", field="why")
    if product.launch.get("kind") == rules.INSIDE:
        raise UserError(
            "它在平台里打开，没有启动地址可换", kept="没有改动。", next="要改，报新的一版。", field="url"
        )
    if not rules.is_address(launch.get("url", "")) or launch.get("kind") not in {"lti", "link"}:
        raise UserError("启动地址请写完整的 https:// 网址", kept="没有改动。", field="url")
    if dict(launch) == product.launch:
        return
    product.launch = dict(launch)
    product.save(update_fields=["launch"])
    note(actor, "assurance.change_launch", product)
    note_change(product, f"企业变更启动方式：{why.strip()[:MOST_NOTE]}", actor=actor)


def note_change(product: Product, why: str, actor: Actor | None = None) -> bool:
    """Stop a product in use that is no longer what was judged; true when it was in use."""
    version = product.current
    if version is None or version.case_id is None or OF_STATE[version.state] not in SERVING:
        return False
    cases.move(actor=actor, case_id=version.case_id, transition="change", reason=why)
    return True


@transaction.atomic
def note_tool_changed(*, product_id: UUID, why: str) -> bool:
    """Whoever keeps a product's tool saw that its addresses or keys are others now: stopped until it was tested again."""
    product = Product.objects.unscoped(WHY).filter(id=product_id).first()
    return product is not None and note_change(product, why.strip()[:MOST_NOTE])


@transaction.atomic
def declare_change(*, actor: Actor, product_id: UUID, why: str) -> None:
    """The company says that the model, the data or a sub-processor is another now: not served until tested again."""
    product = own_product(actor, FILE, product_id)
    if not why.strip():
        raise UserError("请写改了什么", kept="没有改动。", field="why")
    if not note_change(product, f"企业申报变更：{why.strip()[:MOST_NOTE]}", actor=actor):
        raise UserError("这个产品现在没有在用", kept="没有改动。", next="直接报新的一版。", status=409)


def is_over(version: ProductVersion) -> bool:
    """Whether the case about a version has ended."""
    return OF_STATE[version.state] in {Verdict.REVOKED, Verdict.EXPIRED, Verdict.REFUSED, Verdict.WITHDRAWN}
