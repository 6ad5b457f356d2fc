"""Examinations: the list, a file taken in, what one says, doubts settled, concepts confirmed."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from qiming.insight.access import EDIT_EXAM, SEE_EXAM, TABLE
from qiming.insight.consent import is_beyond
from qiming.insight.exams import queries, services, words
from qiming.insight.exams.forms import ExamForm
from qiming.insight.exams.marks import plain
from qiming.insight.models import Examination
from qiming.kernel import exports, tables
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, body_limit, page
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef, Role
from qiming.trust import services as trust

LEAST = 10  # pupils: a reader from outside the class sees no figures of fewer
Crumbs = list[tuple[str, str]]


@require_GET
@page(TABLE, SEE_EXAM)
def listed(request: ActorRequest) -> HttpResponse:
    """The examinations of one's classes, and where to bring another."""
    lines = queries.exam_lines(request.actor)
    taught = [grant.org_id for grant in request.actor.grants if grant.role == Role.TEACHER]
    mine = sorted(
        registry.orgs(taught).values(), key=lambda one: (one.grade or 0, one.class_no or 0, one.name)
    )
    context = {"lines": lines, "mine": mine, "crumbs": _crumbs(("考试", ""))}
    return render(request, "insight/exams/list.html", context)


@body_limit(tables.MAX_BYTES * 3)
@page(TABLE, EDIT_EXAM)
def new(request: ActorRequest, class_id: UUID) -> HttpResponse:
    """Bring the results of a class."""
    group = registry.org(class_id)
    TABLE.require(request.actor, EDIT_EXAM, group)
    form = ExamForm(request.POST, request.FILES) if request.method == "POST" else ExamForm()
    if request.method == "POST" and form.is_valid():
        files = [(one.name or "", one.read()) for one in request.FILES.getlist("results")]
        wish = services.Wish(class_id, form.cleaned_data["title"], form.cleaned_data["held_on"], files)
        try:
            exam = services.import_exam(actor=request.actor, wish=wish)
            return HttpResponseRedirect(reverse("insight.exam", args=[exam.id]))
        except UserError as error:
            said = "。".join(part.rstrip("。") for part in (error.message, error.kept, error.next) if part)
            form.add_error("results" if error.field == "file" else error.field, said + "。")
    context = {
        "form": form,
        "group": group,
        "crumbs": _crumbs(("考试", reverse("insight.exams")), (group.name, "")),
    }
    return render(request, "insight/exams/new.html", context, status=422 if form.errors else 200)


@require_GET
@page(TABLE, EDIT_EXAM)
def template(request: ActorRequest) -> HttpResponse:
    """A workbook one may fill in; schools' own sheets are read as well."""
    headings = ["班级", "座号", "姓名", *(str(n) for n in range(1, 6)), "总分"]
    rows: list[list[Any]] = [
        ["", "", "满分", 4, 4, 4, 8, 10, 30],
        ["", "", "答案", "B", "C", "A", "", "", ""],
    ]
    rows.append(["1班", 1, "（示例，请删掉）", "B", "A", "A", 6, 7.5, 21.5])
    items = ["题号", "题型", "分值", "考查内容", "能力要求", "预设难度"]
    told: list[list[Any]] = [
        [1, "选择", 4, "训练数据和测试数据要分开", "理解", 0.8],
        ["2-3", "选择", 8, "特征和标签", "了解", 0.7],
    ]
    data = tables.xlsx([("信息科技", headings, rows), ("信息科技细目表", items, told)])
    return exports.blank(data, called="考试成绩和细目表模板.xlsx")


@require_GET
@page(TABLE, SEE_EXAM)
def exam(request: ActorRequest, exam_id: UUID) -> HttpResponse:
    """What an examination says: what to teach next, then paper by paper."""
    row, group = _load(request, exam_id, SEE_EXAM)
    papers = queries.papers_of(row)
    is_own = not is_beyond(request.actor, row.scope_path)
    small = not is_own and max((one.stats.n for one in papers), default=0) < LEAST
    concepts = [] if small else queries.concept_lines(row, papers)
    weak = [line for line in concepts if line.is_weak]
    if is_own:
        subjects = [line.pupil.id for one in papers[:1] for line in one.lines if line.result]
        trust.log_read(
            request.actor, verb=SEE_EXAM, subjects=subjects, scope_path=row.scope_path, what="考试得分"
        )
    context = {
        "exam": row,
        "group": group,
        "papers": [] if small else papers,
        "small": small,
        "least": LEAST,
        "concepts": concepts,
        "weak": weak,
        "heading": words.heading(papers, weak),
        "doubts": len(queries.doubts_of(row)) if is_own else 0,
        "forecasts": [] if small else _forecasts(row.class_group_id),
        "may_edit": TABLE.allows(request.actor, EDIT_EXAM, row),
        "is_own": is_own,
        "crumbs": _crumbs(("考试", reverse("insight.exams")), (group.name, "")),
    }
    return render(request, "insight/exams/exam.html", context)


@page(TABLE, EDIT_EXAM)
def doubts(request: ActorRequest, exam_id: UUID) -> HttpResponse:
    """Lines that wait: whose is it, what stands in the cell."""
    row, group = _load(request, exam_id, EDIT_EXAM)
    error: UserError | None = None
    asked = ""
    if request.method == "POST":
        asked = request.POST.get("doubt", "")
        try:
            _settle(request, row, asked)
            return HttpResponseRedirect(reverse("insight.exam_doubts", args=[row.id]))
        except UserError as caught:
            error = caught
    waiting = queries.doubts_of(row)
    if not waiting and request.method == "GET" and "settled" in request.GET:
        return HttpResponseRedirect(reverse("insight.exam", args=[row.id]))
    labels = {one.paper.id: [item.label for item in one.items] for one in queries.papers_of(row)}
    pupils = registry.pupils_of(row.class_group_id)
    told = [
        {
            "doubt": one,
            "bad": [(at, labels[one.paper_id][at], one.cells[at]) for at in one.bad if at < len(one.cells)],
            "marks": [
                (labels[one.paper_id][at], cell)
                for at, cell in enumerate(one.cells)
                if at < len(labels[one.paper_id])
            ],
            "needs_total": not one.cells and not one.bad,
            "error": error if str(one.id) == asked else None,
        }
        for one in waiting
    ]
    trust.log_read(
        request.actor,
        verb=EDIT_EXAM,
        subjects=[one.guess_id for one in waiting if one.guess_id],
        scope_path=row.scope_path,
        what="考试得分",
    )
    context = {
        "exam": row,
        "group": group,
        "told": told,
        "pupils": pupils,
        "crumbs": _crumbs(
            ("考试", reverse("insight.exams")),
            (row.title, reverse("insight.exam", args=[row.id])),
            ("没对上的行", ""),
        ),
    }
    return render(request, "insight/exams/doubts.html", context, status=422 if error else 200)


def _settle(request: ActorRequest, row: Examination, asked: str) -> None:
    doubt = next((one for one in queries.doubts_of(row) if str(one.id) == asked), None)
    if doubt is None:
        return
    if request.POST.get("act") == "leave":
        services.settle(actor=request.actor, doubt_id=doubt.id, pupil_id=None)
        return
    chosen = next(
        (one for one in registry.pupils_of(row.class_group_id) if str(one.id) == request.POST.get("pupil")),
        None,
    )
    if chosen is None:
        raise UserError(
            "还没有选是哪名学生", kept="这一行还在。", next="选一名学生，或点“不记这一行”。", field="pupil"
        )
    fixes = {at: request.POST.get(f"cell{at}", "")[:20] for at in doubt.bad if f"cell{at}" in request.POST}
    if "total" in request.POST:
        fixes[-1] = request.POST["total"][:20]
    services.settle(actor=request.actor, doubt_id=doubt.id, pupil_id=chosen.id, fixes=fixes)


@page(TABLE, EDIT_EXAM)
def concepts(request: ActorRequest, exam_id: UUID, paper_id: UUID) -> HttpResponse:
    """Which concept each item asks for: suggested by its words, decided by the teacher."""
    row, group = _load(request, exam_id, EDIT_EXAM)
    facts = next((one for one in queries.papers_of(row) if one.paper.id == paper_id), None)
    if facts is None:
        raise Denied(EDIT_EXAM)
    error: UserError | None = None
    if request.method == "POST":
        chosen = {
            item.id: request.POST[f"item{item.id}"][:80]
            for item in facts.items
            if f"item{item.id}" in request.POST
        }
        try:
            services.confirm_concepts(actor=request.actor, paper_id=paper_id, chosen=chosen)
            return HttpResponseRedirect(reverse("insight.exam", args=[row.id]))
        except UserError as caught:
            error = caught
    told = []
    for item, found in queries.suggestions(facts, group.grade):
        best = item.concept or (found[0].key if found and not item.confirmed_by else "")
        near = {one.key for one in found}
        told.append({"item": item, "found": found, "near": near, "chosen": best, "full": plain(item.full)})
    context = {
        "exam": row,
        "paper": facts.paper,
        "graph": facts.graph,
        "told": told,
        "choices": queries.choices(facts.graph),
        "error": error,
        "crumbs": _crumbs(
            ("考试", reverse("insight.exams")),
            (row.title, reverse("insight.exam", args=[row.id])),
            ("知识点", ""),
        ),
    }
    return render(request, "insight/exams/concepts.html", context, status=422 if error else 200)


@require_POST
@page(TABLE, EDIT_EXAM)
def drop(request: ActorRequest, exam_id: UUID) -> HttpResponse:
    services.drop_exam(actor=request.actor, exam_id=exam_id)
    return HttpResponseRedirect(reverse("insight.exams"))


def _forecasts(class_id: UUID) -> list[dict[str, Any]]:
    return [
        {
            "subject": one.subject,
            "shares": one.shares,
            "words": words.told(one.forecast) if one.forecast else "",
        }
        for one in queries.forecasts(class_id)
    ]


def _load(request: ActorRequest, exam_id: UUID, verb: str) -> tuple[Examination, OrgRef]:
    row = TABLE.load(request.actor, verb, Examination, id=exam_id)
    return row, registry.org(row.class_group_id)


def _crumbs(*more: tuple[str, str]) -> Crumbs:
    return [("学情", reverse("insight.home")), *more]
