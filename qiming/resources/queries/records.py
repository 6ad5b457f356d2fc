"""What the national platform is sent about a resource: its card and how it was reviewed, nobody's name."""

import io
import json
import zipfile
from datetime import datetime
from typing import Any

from qiming.casework import queries as cases
from qiming.casework.queries.sheets import opinions
from qiming.registry import queries as registry
from qiming.resources.models import Resource, ResourceVersion
from qiming.resources.queries.opinions import opinions_of
from qiming.resources.queries.shelf import users_of
from qiming.resources.rules.bytes import file_hash
from qiming.resources.types import Report

_WHY = "the officer's right was asked for before"
FORMAT = "qiming-resource-record/1"
# A fixed moment: the same record is the same file, byte for byte.
_WHEN = (2020, 1, 1, 0, 0, 0)


def record_of(resource: Resource, version: ResourceVersion) -> bytes:
    """A ZIP: `metadata.json` (card, versions, use), `review.json` (screening, steps, opinions without names)."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (
            ("metadata.json", _metadata(resource, version)),
            ("review.json", _review(version)),
        ):
            body = json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True)
            archive.writestr(zipfile.ZipInfo(name, _WHEN), body.encode(), zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _metadata(resource: Resource, version: ResourceVersion) -> dict[str, Any]:
    said = opinions_of(version.id)
    rows = ResourceVersion.objects.unscoped(_WHY).filter(resource=resource).exclude(published_at=None)
    return {
        "format": FORMAT,
        "kind": resource.kind,
        "offered_by": registry.org_by_path(resource.scope_path).name,
        "teaches": resource.teaches,
        "grade": resource.grade,
        "card": version.card,
        "address": version.address,
        "model_sha256": file_hash(version.model) if version.model is not None else "",
        "content_hash": version.content_hash,
        "schools_using": len(users_of(resource.id)),
        "rating": {"n": said.rated, "average": said.average},
        "versions": [
            {
                "number": one.number,
                "approved_hash": one.approved_hash,
                "published_at": _moment(one.published_at),
            }
            for one in rows.order_by("number")
        ],
    }


def _review(version: ResourceVersion) -> dict[str, Any]:
    case = cases.follow_case([version.id]).get(version.id)
    report = Report.of(version.report).as_json() if version.report else None
    if case is None:
        return {"screening": report, "steps": [], "opinions": []}
    return {
        "screening": report,
        "steps": [
            {
                "at": _moment(one.at),
                "step": one.title,
                "to": one.to,
                "reason": one.reason,
                "evidence": [{"title": proof.title, "sha256": proof.sha256} for proof in one.proofs],
            }
            for one in cases.history(case)
        ],
        "opinions": [
            {
                "verdict": one.verdict.value,
                "points": one.total,
                "of": one.most,
                "advice": one.advice,
                "criteria": [
                    {"title": line.title, "points": line.points, "of": line.most, "note": line.note}
                    for line in one.lines
                ],
            }
            for one in opinions(case)
        ],
    }


def _moment(at: datetime | None) -> str:
    return at.isoformat() if at else ""
