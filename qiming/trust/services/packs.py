"""The yearly minors' protection pack: asked for, built section by section by a job, frozen with a hash."""

import hashlib
import json
import logging
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from procrastinate.contrib.django import app as jobs

from qiming.kernel import audit, made, pdf, tables, time
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.registry import queries as registry
from qiming.registry.types import OrgKind
from qiming.trust.access import TABLE
from qiming.trust.models import YearPack
from qiming.trust.queries import packs as queries
from qiming.trust.types.packs import PackState

log = logging.getLogger(__name__)
MAKE = "trust.make_pack"
BUILD_TASK = "trust.build_pack"
FIRST_YEAR = 2025
PLACES = {OrgKind.CITY, OrgKind.DISTRICT, OrgKind.SCHOOL}
_BUILDING = "built by the job that the checked request started"


def ask_pack(*, actor: Actor, place_id: UUID, year: int) -> YearPack:
    """Ask for a pack; while one of this place and year is being made, that one is returned."""
    place = registry.org(place_id)
    TABLE.require(actor, MAKE, place)
    if place.kind not in PLACES:
        raise UserError("年度审计包按学校、区或市生成", field="year")
    if not FIRST_YEAR <= year <= time.today().year:
        raise UserError(f"请选{FIRST_YEAR}年到{time.today().year}年", field="year")
    try:
        with transaction.atomic():
            pack = YearPack.objects.create(
                scope_path=place.path,
                year=year,
                asked_by=actor.person_id,
                state=PackState.WAITING,
                total=len(queries.SECTIONS) + 1,
            )
            audit.write(
                actor, MAKE, thing="year_pack", thing_id=pack.id, scope_path=place.path, detail={"year": year}
            )
            transaction.on_commit(lambda: jobs.configure_task(BUILD_TASK).defer(pack_id=str(pack.id)))
    except IntegrityError:
        building = YearPack.objects.for_actor(actor, MAKE).filter(
            scope_path=place.path, year=year, state__in=[PackState.WAITING, PackState.BUILDING]
        )
        return building.get()
    return pack


def build_pack(pack_id: UUID) -> None:
    """Read every section, freeze it, set the PDF and the table; a failure is said on the page."""
    pack = YearPack.objects.unscoped(_BUILDING).filter(id=pack_id).first()
    if pack is None or pack.state not in {PackState.WAITING, PackState.BUILDING}:
        return
    try:
        place = registry.org_by_path(pack.scope_path)
        content: dict[str, Any] = {"head": queries.head(place, pack.year)}
        for done, (key, words, read) in enumerate(queries.SECTIONS):
            _progress(pack_id, state=PackState.BUILDING, done=done, step=words)
            content[key] = read(place, pack.year)
        content["head"]["made_at"] = f"{time.local(time.now()):%Y-%m-%d %H:%M}"
        _progress(pack_id, done=len(queries.SECTIONS), step="排版")
        frozen = json.loads(json.dumps(content, ensure_ascii=False, cls=DjangoJSONEncoder))
        digest = hash_of(frozen)
        paper = frozen | {"sha256": digest, "number": str(pack_id)}
        pdf_sha256 = made.keep(f"packs/{pack_id}.pdf", pdf.write("trust/documents/year_pack.typ", paper))
        xlsx_sha256 = made.keep(f"packs/{pack_id}.xlsx", _xlsx(paper))
    except Exception as failure:
        log.error("pack %s failed: %s", pack_id, type(failure).__name__)
        _progress(pack_id, state=PackState.FAILED)
        raise
    with transaction.atomic():
        _progress(
            pack_id,
            state=PackState.READY,
            done=pack.total,
            step="",
            content=frozen,
            content_sha256=digest,
            pdf_sha256=pdf_sha256,
            xlsx_sha256=xlsx_sha256,
            ready_at=time.now(),
        )
        detail = {"content": digest, "pdf": pdf_sha256, "xlsx": xlsx_sha256}
        audit.write(
            None,
            "trust.pack_frozen",
            thing="year_pack",
            thing_id=pack_id,
            scope_path=pack.scope_path,
            detail=detail,
        )


def hash_of(content: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON of a pack's content."""
    said = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


def is_as_frozen(pack: YearPack) -> bool:
    """Whether content and files are still those that were frozen."""
    files = ((f"packs/{pack.id}.pdf", pack.pdf_sha256), (f"packs/{pack.id}.xlsx", pack.xlsx_sha256))
    for name, digest in files:
        path = made.path_of(name)
        if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            return False
    return hash_of(pack.content) == pack.content_sha256


def load_pack(actor: Actor, pack_id: UUID) -> YearPack:
    """A pack the actor may see."""
    return TABLE.load(actor, MAKE, YearPack, id=pack_id)


_SHEETS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("categories", "数据类别", {"name": "类别", "grade": "级别", "holds": "存的是什么", "why": "为什么存"}),
    ("held", "存了多少", {"what": "数据", "grade": "级别", "rows": "条数"}),
    (
        "consents",
        "同意与撤回",
        {"purpose": "用途", "given": "同意", "refused": "不同意", "withdrawn": "撤回"},
    ),
    (
        "incidents",
        "安全事件",
        {
            "found_on": "发现",
            "categories": "涉及数据",
            "people": "涉及人数",
            "told_in_time": "按时通知",
            "closed_on": "结案",
        },
    ),
    (
        "complaints",
        "投诉举报",
        {"category": "类别", "made": "件数", "answered": "已答复", "passed_up": "过期上转"},
    ),
    (
        "deletions",
        "到期清除",
        {"says": "规则", "runs": "证明（张）", "rows": "清除（条）", "held_back": "暂停而留下"},
    ),
    ("left", "导出", {"what": "导出了什么", "grade": "级别", "n": "次数", "people": "人数"}),
)


def _xlsx(paper: dict[str, Any]) -> bytes:
    head = paper["head"]
    facts = [
        ["单位", head["place"]],
        ["年度", head["year"]],
        ["生成时间", head["made_at"]],
        ["学生", head["pupils"]],
        ["数据级别", "L2（只有合计，不写姓名）"],
        ["分级根据", f"{head['source']}；{head['source_status']}"],
        ["内容摘要 SHA-256", paper["sha256"]],
    ]
    sheets: list[tuple[str, list[str], list[list[Any]]]] = [("说明", ["项目", "内容"], facts)]
    for key, name, columns in _SHEETS:
        lines = [[_cell(one.get(column)) for column in columns] for one in paper[key]]
        sheets.append((name, list(columns.values()), lines))
    readers = paper["readings"]["roles"]
    lines = [[one["role"], one["times"], one["readers"], one["pupils"]] for one in readers]
    sheets.insert(3, ("谁看过", ["身份", "次数", "看的人", "被看的学生"], lines))
    asked = [["要副本", paper["requests"]["copies"]]]
    asked += [[f"删除：{one['state']}", one["n"]] for one in paper["requests"]["erasures"]]
    sheets.append(("副本与删除", ["请求", "件数"], asked))
    return tables.xlsx(sheets)


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else value


def _progress(pack_id: UUID, **values: object) -> None:
    YearPack.objects.unscoped(_BUILDING).filter(id=pack_id).update(**values)
