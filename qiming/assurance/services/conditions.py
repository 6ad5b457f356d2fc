"""The conditions of admission's workflow: each empty when it holds, else what is missing, in words."""

from collections.abc import Callable, Mapping
from uuid import UUID

from qiming.assurance.admission import Authority, Facts, Tier
from qiming.assurance.models import Filing, Proposal, Signature, ThirdPartyReport, Trial
from qiming.assurance.models.products import ProductVersion
from qiming.assurance.queries.agents import agent_names
from qiming.assurance.queries.standing import hash_now
from qiming.assurance.queries.subjects import known_subjects
from qiming.assurance.queries.testing import lacking_suites, least_tier
from qiming.assurance.rules import filing
from qiming.kernel import time

_WHY = "asked by casework for the case about it"


def _version(version_id: UUID) -> ProductVersion:
    return ProductVersion.objects.unscoped(_WHY).select_related("product").get(id=version_id)


def numbers_of(version: ProductVersion) -> list[filing.Number]:
    """The filing numbers of a version as the rules read them."""
    return [
        filing.Number(one.kind, one.number, one.not_needed_why, one.valid_until, one.found)
        for one in Filing.objects.unscoped(_WHY).filter(version=version).order_by("kind")
    ]


def filing_complete(version_id: UUID) -> str:
    version = _version(version_id)
    facts = Facts.of(version.facts)
    return " ".join(
        [
            *filing.faults(facts, known_subjects(), agent_names()),
            *filing.missing_numbers(facts, numbers_of(version)),
        ]
    )


def filings_checked(version_id: UUID) -> str:
    return " ".join(filing.unchecked_numbers(numbers_of(_version(version_id)), time.today()))


def tiered(version_id: UUID) -> str:
    version = _version(version_id)
    if not version.tier:
        return "还没有定级。"
    least, why = least_tier(Facts.of(version.facts))
    if Tier(version.tier).rank < least.rank:
        return f"{'、'.join(why)}，至少是“{least.zh}”。"
    return ""


def suites_passed(version_id: UUID) -> str:
    return " ".join(lacking_suites(_version(version_id), purpose="lab"))


def blind_passed(version_id: UUID) -> str:
    return " ".join(lacking_suites(_version(version_id), purpose="blind"))


def retest_passed(version_id: UUID) -> str:
    """Every suite with sealed cases, run after the version was stopped."""
    version = _version(version_id)
    return " ".join(lacking_suites(version, purpose="blind", after=version.since))


def report_accepted(version_id: UUID) -> str:
    version = _version(version_id)
    rows = ThirdPartyReport.objects.unscoped(_WHY).filter(version=version, accepted=True, is_full=True)
    rows = rows.filter(content_hash=version.content_hash)
    if not rows.exists():
        return "还没有核对过的第三方全面安全检测报告。"
    return "" if rows.filter(valid_until__gte=time.today()).exists() else "第三方报告已过有效期。"


def same_filing(version_id: UUID) -> str:
    """The launch as it is now is the one filed. Of a version that is not the product's current one nothing has been
    opened yet: its launch is its own."""
    version = _version(version_id)
    if version.product.current_id not in {None, version.id}:
        return ""
    if hash_now(version.product, version) == version.content_hash:
        return ""
    return "启动地址或密钥和申报的不一样。"


def trial_set(version_id: UUID) -> str:
    row = Trial.objects.unscoped(_WHY).filter(version_id=version_id, ended_on=None).first()
    if row is None:
        return "请先写明在哪些学校试用、到哪天为止。"
    return "" if row.until > time.today() else "试用截止的日子要在今天以后。"


def trial_done(version_id: UUID) -> str:
    """A product of low risk may go without; every other was tried, and what was found is written down."""
    if _version(version_id).tier == Tier.LOW:
        return ""
    tried = Trial.objects.unscoped(_WHY).filter(version_id=version_id).order_by("-id").first()
    return "" if tried is not None and tried.found.strip() else "请先写试用发现了什么。"


def proposal_made(version_id: UUID) -> str:
    there = Proposal.objects.unscoped(_WHY).filter(version_id=version_id, is_current=True).exists()
    return "" if there else "请先拟准入意见和条件。"


def signed_by_all(version_id: UUID) -> str:
    proposal = Proposal.objects.unscoped(_WHY).filter(version_id=version_id, is_current=True).first()
    if proposal is None:
        return "请先拟准入意见和条件。"
    signed = Signature.objects.unscoped(_WHY).filter(proposal=proposal, signed_hash=proposal.content_hash)
    there = set(signed.values_list("authority", flat=True))
    lacking = [one.zh for one in Authority if one.value not in there]
    return f"{'、'.join(lacking)}还没有签。" if lacking else ""


def was_admitted(version_id: UUID) -> str:
    return "" if _version(version_id).admitted_at else "这一版还没有准入过。"


def was_on_trial(version_id: UUID) -> str:
    version = _version(version_id)
    if version.admitted_at:
        return "这一版已经准入过，恢复的是使用，不是试用。"
    return trial_set(version_id)


def in_term(version_id: UUID) -> str:
    version = _version(version_id)
    over = version.until is not None and version.until < time.today()
    return "准入的期限已经过了。" if over else ""


CONDITIONS: Mapping[str, Callable[[UUID], str]] = {
    one.__name__: one
    for one in (
        filing_complete,
        filings_checked,
        tiered,
        suites_passed,
        blind_passed,
        retest_passed,
        report_accepted,
        same_filing,
        trial_set,
        trial_done,
        proposal_made,
        signed_by_all,
        was_admitted,
        was_on_trial,
        in_term,
    )
}
