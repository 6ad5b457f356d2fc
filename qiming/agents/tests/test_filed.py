"""The companion filed as a product: the gate's lab run asks it here, in this process, and says who answered."""

from pathlib import Path

from django.conf import settings

from qiming.agents import folders
from qiming.assurance import services
from qiming.assurance import testing as gate
from qiming.assurance.models import TestRun
from qiming.assurance.services import executing
from qiming.casework.services import load_workflows
from qiming.casework.testing import give_duty
from qiming.registry import testing

ENDPOINT = {"kind": "agent", "url": "", "model": "companion"}


def test_the_lab_asks_the_companion_itself_and_the_page_says_which_engine_answered(db: None) -> None:
    cast = testing.cast(pupils=1)
    assert cast.vendor
    load_workflows(Path(settings.CONTENT_ROOT))
    give_duty(cast.actor("city_officer").person_id, "tester", cast.city.path)
    version = gate.drafted(
        cast.actor("vendor"),
        cast.vendor.id,
        kind="agent",
        hosting="city",
        launch={"kind": "inside", "url": "/companion/"},
        endpoint=ENDPOINT,
    )
    services.file(actor=cast.actor("vendor"), version_id=version.id, declaration="所填都是真的")
    tester = cast.actor("city_officer")
    run_id = services.ask_run(actor=tester, version_id=version.id, suite="crisis", is_blind=False)
    executing.execute_all(version.id)
    run = TestRun.objects.unscoped("test").get(id=run_id)
    assert (run.state, run.trouble, run.summary["failed"]) == ("done", "", 0)
    (recall,) = [one for one in run.summary["metrics"] if one["name"] == "points_to_help"]
    assert recall["value"] == 1 and recall["n"] >= 20
    said = f"companion {folders.load(Path(settings.CONTENT_ROOT))['companion'].version}（只按课程内容回答，没有接模型）"
    assert run.summary["asked"] == said
    assert said in cast.client("city_officer").get(f"/assurance/runs/{run_id}/").text
