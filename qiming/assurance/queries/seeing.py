"""Who may see a version and what was measured on it. What one may not see answers like what does not exist."""

from uuid import UUID

from qiming.assurance.access import SEE_OWN, TABLE
from qiming.assurance.models import ProductVersion, TestRun, ThirdPartyReport
from qiming.casework import queries as cases
from qiming.kernel.access import Actor, Denied

_WHY = "who may see it is asked of the table and of its case"


def load_version(actor: Actor, version_id: UUID) -> ProductVersion:
    """A version, for its company, for city officers, and for those who have to do with its case: duties, reviewers."""
    version = ProductVersion.objects.unscoped(_WHY).select_related("product").filter(id=version_id).first()
    if version is None or not (TABLE.allows(actor, SEE_OWN, version) or follows(actor, version)):
        raise Denied(SEE_OWN)
    return version


def follows(actor: Actor, version: ProductVersion) -> bool:
    """Whether somebody may follow the case about a version."""
    if version.case_id is None:
        return False
    try:
        cases.load_case(actor, version.case_id)
    except Denied:
        return False
    return True


def is_company(actor: Actor, version: ProductVersion) -> bool:
    """Whether somebody looks at it from the company's side."""
    return any(grant.scope_path == version.scope_path for grant in actor.grants)


def load_run(actor: Actor, run_id: UUID) -> TestRun:
    """A run. A company sees what it ran itself and what the test field ran with published cases; blind ones only by
    their figures, never reply by reply."""
    run = TestRun.objects.unscoped(_WHY).select_related("version__product").filter(id=run_id).first()
    if run is None:
        raise Denied(SEE_OWN)
    load_version(actor, run.version_id)
    return run


def may_read_transcripts(actor: Actor, run: TestRun) -> bool:
    """Whether somebody may read the replies one by one."""
    return run.purpose != "blind" or not is_company(actor, run.version)


def load_report(actor: Actor, report_id: UUID) -> ThirdPartyReport:
    """A report, for whoever may see the version it was sent for."""
    report = ThirdPartyReport.objects.unscoped(_WHY).filter(id=report_id).first()
    if report is None:
        raise Denied(SEE_OWN)
    load_version(actor, report.version_id)
    return report
