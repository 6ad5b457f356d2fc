"""What was measured, and what is still lacking."""

from datetime import datetime
from pathlib import Path

from django.conf import settings

from qiming.assurance.models import TestRun
from qiming.assurance.models.products import ProductVersion
from qiming.kernel import content

_WHY = "asked for the case about the version"


def suites_for(version: ProductVersion) -> list[str]:
    """The keys of the suites a version must pass: those of content/assurance/suites, each for the kinds it names."""
    root = Path(settings.CONTENT_ROOT)
    found = []
    for path in sorted((root / "assurance" / "suites").glob("*.yaml")):
        said = content.read_yaml(path, root).data
        kinds = said.get("products")
        if not kinds or version.facts["kind"] in kinds:
            found.append(str(said["key"]))
    return found


def lacking_suites(version: ProductVersion, *, purpose: str, after: datetime | None = None) -> list[str]:
    """In words, every suite not run for this purpose on the version as it is now (after `after`), or not passed."""
    wanted = suites_for(version)
    if not wanted:
        return ["还没有载入检测题库。"]
    rows = TestRun.objects.unscoped(_WHY).filter(
        version=version, purpose=purpose, state="done", content_hash=version.content_hash
    )
    if after is not None:
        rows = rows.filter(started_at__gt=after)
    last = {one.suite: one for one in rows.order_by("id")}
    what = "密封题复测" if purpose == "blind" else "检测"
    lacking = []
    for key in wanted:
        run = last.get(key)
        if run is None:
            lacking.append(f"“{key}”的{what}还没有做。")
        elif not run.passed:
            lacking.append(f"“{key}”的{what}没有通过。")
    return lacking
