"""A product of the company beside the first school, not sent yet, with a run and two reports."""

from datetime import timedelta

from qiming.assurance.models import KeywordLibrary, OwnBank, TestRun, ThirdPartyReport, WrittenReport
from qiming.assurance.testing import drafted
from qiming.kernel import time
from qiming.kernel.ids import new_id
from tests.world import World


def build(world: World) -> dict[str, dict[str, object]]:
    """Values by url name."""
    actor = world.actor("vendor")
    version = drafted(actor, actor.grants[0].org_id)
    run = TestRun.objects.create(
        scope_path=version.scope_path,
        version=version,
        suite="content-safety",
        purpose="self",
        content_hash=version.content_hash,
        started_by=actor.person_id,
        state="failed",
        trouble="地址打不开",
    )
    report = ThirdPartyReport.objects.create(
        scope_path=version.scope_path,
        version=version,
        body="示例检测中心",
        accreditation="CMA",
        dated=time.today(),
        valid_until=time.today() + timedelta(days=300),
        file_id=new_id(),
        sha256=new_id().hex * 2,
        content_hash=version.content_hash,
        sent_by=actor.person_id,
    )
    written = WrittenReport.objects.create(
        scope_path=version.scope_path,
        version=version,
        basis="0" * 64,
        state="failed",
        trouble="记录打不开",
        asked_by=actor.person_id,
    )
    bank = OwnBank.objects.create(
        scope_path=world.city.path,
        key=f"own-{new_id().hex[-8:]}",
        title="题库",
        made="示例",
        licence="示例",
        cases=0,
        sealed=0,
        sha256=new_id().hex * 2,
        body=b"",
        brought_by=actor.person_id,
    )
    library = KeywordLibrary.objects.create(
        scope_path=world.city.path,
        key=f"words-{new_id().hex[-8:]}",
        title="词库",
        made="示例",
        licence="示例",
        words=0,
        sha256=new_id().hex * 2,
        body=b"",
        brought_by=actor.person_id,
    )
    of_version: dict[str, object] = {"version_id": version.id, "what": "tier", "other_id": version.id}
    of_written: dict[str, object] = {"written_id": written.id, "form": "html"}
    of_run = ("run", "progress", "mark", "transcript", "judge", "judging", "write_run")
    of_product: dict[str, object] = {"product_id": version.product_id}
    names = (
        "version",
        "edit",
        "numbers",
        "send",
        "self_test",
        "report",
        "stop",
        "act",
        "write_version",
        "compare",
    )
    products = ("registered", "watching", "own_product", "renew", "launch", "key")
    return {
        **{f"assurance.{name}": of_version for name in names},
        **{f"assurance.{name}": of_product for name in products},
        **{f"assurance.{name}": {"run_id": run.id} for name in of_run},
        **{f"assurance.{name}": of_written for name in ("written", "writing", "written_file")},
        "assurance.report_file": {"report_id": report.id},
        "assurance.end_bank": {"bank_id": bank.id},
        "assurance.end_list": {"library_id": library.id},
        "resources.lti_own": of_product,
    }
