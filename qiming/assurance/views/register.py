"""产品名册: open to everybody. The verdicts are the authorities'; the platform only shows them."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from qiming.assurance.admission import Scope
from qiming.assurance.queries import register as queries
from qiming.kernel.http import public_page

HOME = ("产品名册", "/register/")


@require_GET
@public_page("产品名册公开：准入结论、条件、依据的日期、哪些学校在用、排队多久；不写任何人")
def register(request: HttpRequest) -> HttpResponse:
    """Every product that was filed and where it stands."""
    lines = queries.register()
    usable = sum(one.standing.verdict in {"admitted", "watch"} for one in lines)
    context = {"lines": lines, "usable": usable, "queue": queries.queue()}
    return render(request, "assurance/register.html", context)


@require_GET
@public_page("产品名册里的一个产品公开：结论、条件、依据、用它的学校")
def product(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """One product of the register."""
    entry = queries.entry(product_id)
    if entry is None:
        raise Http404
    facts = entry.facts
    rows = [
        ("企业", entry.line.vendor),
        ("类型", entry.line.kind),
        ("用的模型", f"{facts.model_name} {facts.model_version}"),
        ("分包和转交", "、".join(facts.subprocessors) or "没有"),
        ("用到的学生数据", "、".join(Scope(one).zh for one in sorted(facts.scopes)) or "不用"),
        ("标识办法", facts.label_method),
        ("价格", facts.price),
    ]
    context = {
        "entry": entry,
        "proposed": queries.proposed(product_id),
        "rows": rows,
        "product_id": product_id,
        "crumbs": [HOME, (entry.line.title, "")],
    }
    return render(request, "assurance/product.html", context)
