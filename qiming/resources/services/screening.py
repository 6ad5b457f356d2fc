"""The automatic screening of a version that was sent in, in the background; the case goes on by its report."""

import json
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from jsonschema import Draft202012Validator

from qiming.casework import services as cases
from qiming.casework.types import Proof
from qiming.curriculum.lending import queries as lending
from qiming.kernel import content, time
from qiming.kernel.content import hash_data
from qiming.registry import queries as registry
from qiming.resources.models import ResourceVersion
from qiming.resources.models.shelf import ON_ITS_WAY_OR_OUT
from qiming.resources.queries.bytes_now import hash_now
from qiming.resources.queries.differences import difference
from qiming.resources.queries.products import address_inside, product_of
from qiming.resources.rules import markup
from qiming.resources.rules import models as trained
from qiming.resources.rules import screening as rules
from qiming.resources.services import outside
from qiming.resources.types import Card, Finding, Level, Report

SCREEN_TASK = "resources.screen"
_WHY = "the installation looks at what was sent in"


@transaction.atomic
def screen(version_id: UUID) -> bool:
    """Screen a version that waits for it and move its case; False when it does not wait. Safe to repeat."""
    rows = ResourceVersion.objects.unscoped(_WHY).select_for_update(of=("self",)).select_related("resource")
    version = rows.filter(id=version_id, state="provider_reviewed").first()
    if version is None or version.case_id is None:
        return False
    report = _look(version)
    version.report = report.as_json() | {"at": time.now().isoformat()}
    version.save(update_fields=["report"])
    proof = Proof("screening", _summary(report), hash_data(report.as_json()))
    if report.stops:
        reason = "\n".join(f"{one.where}：{one.says}" for one in report.stops)
        cases.move(
            actor=None,
            case_id=version.case_id,
            transition="return_screening",
            reason=reason,
            evidence=[proof],
        )
    else:
        way = "pass_light" if _changed_little(version) else "pass_screening"
        cases.move(actor=None, case_id=version.case_id, transition=way, evidence=[proof])
    return True


def _changed_little(version: ResourceVersion) -> bool:
    """Whether one reviewer may look at just what differs from the version before: never of what asks for care."""
    found = difference(version)
    return found is not None and found[1].is_little and not Card.of(version.card).is_important


def waiting() -> list[UUID]:
    """Versions whose screening should have been done by now: its worker was stopped, or it failed."""
    rows = ResourceVersion.objects.unscoped(_WHY).filter(state="provider_reviewed")
    return list(rows.values_list("id", flat=True)[:100])


def _look(version: ResourceVersion) -> Report:
    pieces, files = [], {}
    if version.course_version_id:
        pieces = [rules.Piece(one.where, one.body) for one in lending.own_texts(version.course_version_id)]
        files = lending.own_media(version.course_version_id)
    if version.model is not None:
        pieces = [rules.Piece(where, said) for where, said in trained.words_of(version.model)]
        files = {"模型文件": trained.as_file(version.model)}
    report = rules.screen(
        card=Card.of(version.card),
        pieces=pieces,
        address=version.address,
        words=words(),
        same_as=_same_as(version),
        content_hash=version.content_hash,
        more=[*_of_model(version), *_of_product(version)],
        is_inside=_is_inside(version),
    )
    links = [(piece.where, link) for piece in pieces for link in markup.read(piece.body).links]
    links += [("网址", version.address)] if version.address else []
    bodies = files | {piece.where: piece.body.encode() for piece in pieces}
    asked = outside.together(
        [outside.viruses(bodies), outside.dead_links([one for one in links if _leads_out(one[1])])]
    )
    findings = (*report.findings, *asked.findings)
    if hash_now(version) != version.content_hash:
        changed = Finding("same", Level.STOP, "整份", "送出以后内容变过：请看一遍再交。")
        findings = (changed, *findings)
    return Report(report.checked, findings, report.content_hash, asked.unchecked)


def _of_model(version: ResourceVersion) -> list[Finding]:
    """What is found in a trained model: its form once more, by the schema that everybody may read; its card."""
    if version.model is None:
        return []
    if not _model_schema(Path(settings.LABS_ROOT)).is_valid(version.model):
        return [Finding("model", Level.STOP, "模型文件", "和公布的格式不合。请在实验里再带出来一次。")]
    stops, looks = trained.troubles(version.model)
    return [
        *(Finding("model", Level.STOP, "模型文件", said) for said in stops),
        *(Finding("model", Level.LOOK, "模型文件", said) for said in looks),
    ]


def _of_product(version: ResourceVersion) -> list[Finding]:
    """Whether the product that a card names may be used now, and answers at the address that was tested."""
    named = product_of(Card.of(version.card))
    if named is None:
        return []
    if named.why_not:
        return [Finding("product", Level.STOP, "资源卡片", named.why_not)]
    if version.address and not _is_inside(version) and urlsplit(version.address).hostname not in named.hosts:
        said = f"网址不在产品“{named.title}”申报的服务器上：请看是不是同一个产品。"
        return [Finding("product", Level.LOOK, "网址", said)]
    return []


def _is_inside(version: ResourceVersion) -> bool:
    """Whether it opens on the page of this platform with which its product was admitted."""
    return bool(version.address) and version.address == address_inside(Card.of(version.card))


@lru_cache(maxsize=2)
def _model_schema(labs: Path) -> Draft202012Validator:
    return Draft202012Validator(json.loads((labs / "models" / "schema.json").read_text(encoding="utf-8")))


def _leads_out(link: str) -> bool:
    return link.lower().startswith(("https://", "http://"))


def _same_as(version: ResourceVersion) -> list[str]:
    """Where the same content lies already, in words."""
    others = ResourceVersion.objects.unscoped(_WHY).filter(fingerprint=version.fingerprint)
    found = others.exclude(id=version.id).filter(state__in=ON_ITS_WAY_OR_OUT)
    found = found.select_related("resource").defer("model")[:5]
    said = []
    for one in found:
        if one.resource_id == version.resource_id:
            if one.card == version.card:
                said.append(f"和第{one.number}版一样，没有改动。")
        else:
            owner = registry.org_by_path(one.scope_path).name
            said.append(f"和{owner}的“{one.card['title']}”内容相同。")
    return said


def _summary(report: Report) -> str:
    looked = "、".join(f"{count}{what}" for what, count in report.checked)
    look = len(report.findings) - len(report.stops)
    return f"查了{looked}：{len(report.stops)}处要改，{look}处请评审看"


def words() -> rules.Words:
    """The lists in content/screening/words.yaml."""
    return _words(Path(settings.CONTENT_ROOT))


@lru_cache(maxsize=4)
def _words(root: Path) -> rules.Words:
    said = content.read_yaml(root / "screening" / "words.yaml", root)
    problems = content.against_schema(said, root / "schemas" / "screening.schema.json")
    if problems:
        raise ValueError("\n".join(map(str, problems)))
    return rules.Words(lists=said.data["lists"], short_links=frozenset(said.data["short_links"]))
