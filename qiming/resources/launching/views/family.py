"""孩子的班用哪些产品: what a family reads and answers; the school types what came on paper."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.registry import queries as registry
from qiming.registry.types import Stage
from qiming.resources.access import TABLE
from qiming.resources.access_tools import ENTER_WORDS, SAY, SEE_FAMILY
from qiming.resources.launching import seen, services
from qiming.resources.launching.consent import verdicts
from qiming.trust.queries import decides_too
from qiming.trust.types import Said, State

DONE = {Said.GIVEN: "记下了：同意。", Said.REFUSED: "记下了：不同意。", Said.WITHDRAWN: "记下了：撤回同意。"}


@require_GET
@page(TABLE, SEE_FAMILY)
def family(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """The products of one child's classes: whose they are, what they get, and the family's answer."""
    pupil = registry.pupil(person_id)
    TABLE.require(request.actor, SEE_FAMILY, pupil)
    group = registry.org(pupil.class_id)
    is_self = pupil.id == request.actor.person_id
    lines = seen.of_family(pupil)
    may_act = not is_self or decides_too(pupil.id)
    said = request.GET.get("done", "")
    context = {
        "pupil": pupil,
        "group": group,
        "is_self": is_self,
        "may_act": may_act,
        "lines": [(one, _acts(one) if may_act else ()) for one in lines],
        "waiting": sum(one.verdict is not None and not one.verdict.state.is_answered for one in lines),
        "done": DONE[Said(said)] if said in set(DONE) else "",
        "frame": "kernel/pupil_base.html" if is_self else "kernel/base.html",
        "primary": group.stage is Stage.PRIMARY,
    }
    return render(request, "resources/launching/family.html", context)


def _acts(line: seen.FamilyTool) -> tuple[tuple[Said, str], ...]:
    """What can be pressed: the same weight for yes and no."""
    if line.verdict is None:
        return ()
    if line.verdict.holds:
        return ((Said.WITHDRAWN, "撤回同意"),)
    if line.verdict.state in (State.REFUSED, State.WITHDRAWN):
        return ((Said.GIVEN, "改成同意"),)
    return ((Said.GIVEN, "同意"), (Said.REFUSED, "不同意"))


@require_POST
@page(TABLE, SAY)
def say(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """One button: yes, no, or taking it back."""
    try:
        product_id = UUID(request.POST.get("product", ""))
        said = Said(request.POST.get("said", ""))
    except ValueError as wrong:
        TABLE.require(request.actor, SAY, registry.pupil(person_id))
        raise UserError("没有这个选择", kept="什么都没有改。", next="刷新页面，再点一次。") from wrong
    services.say(
        actor=request.actor,
        person_id=person_id,
        product_id=product_id,
        said=said,
        digest=request.POST.get("text", ""),
    )
    where = reverse("resources.family_tools", args=[person_id])
    return HttpResponseRedirect(f"{where}?done={said.value}")


@require_http_methods(["GET", "POST"])
@page(TABLE, ENTER_WORDS)
def words(request: ActorRequest, class_id: UUID, product_id: UUID) -> HttpResponse:
    """Pupil by pupil whether the family agrees, and what came back on paper."""
    group = registry.org(class_id)
    TABLE.require(request.actor, ENTER_WORDS, group)
    tool = next((one for one in seen.enabled_in(group.path) if one.product_id == product_id), None)
    if tool is None or not tool.terms.needs_consent:
        raise Denied(ENTER_WORDS)
    pupils = registry.pupils_of(class_id)
    if request.method == "POST":
        sent = {one.id: request.POST.get(f"a-{one.seat_no}", "") for one in pupils}
        answers = {who: said == "yes" for who, said in sent.items() if said in ("yes", "no")}
        written = services.enter_words(
            actor=request.actor, class_id=class_id, product_id=product_id, answers=answers
        )
        where = reverse("resources.tool_words", args=[class_id, product_id])
        return HttpResponseRedirect(f"{where}?done={written}")
    board = verdicts(product_id, [one.id for one in pupils], tool.digest)
    done = request.GET.get("done", "")
    context = {
        "group": group,
        "tool": tool,
        "lines": [(one, board[one.id]) for one in pupils],
        "given": sum(one.holds for one in board.values()),
        "done": done if done.isascii() and done.isdigit() and len(done) < 4 else "",
        "crumbs": [(group.name, ""), (tool.title, "")],
    }
    return render(request, "resources/launching/words.html", context)
