"""Certificates: the public page of each, what others' programs read, checking what somebody brings, one's own."""

import json
from typing import Any

import segno
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from qiming.credentials import drawing, services
from qiming.credentials.access import NAME, OWN, REVOKE, TABLE
from qiming.credentials.addresses import absolute
from qiming.credentials.forms import CheckForm, RevokeForm
from qiming.credentials.models import Achievement, Certificate, Issuer, SigningKey, StatusList
from qiming.credentials.queries import checking, given
from qiming.credentials.rules import documents, reading, token
from qiming.credentials.types import AchievementSaid, KeyKind, RecipientKind
from qiming.kernel import exports, pdf, time
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, body_limit, page, public_page, signed_in_page
from qiming.kernel.throttle import COMPLAINT, SEARCH, limited

CREDENTIAL = "application/vc"
_SHARED = "public, max-age=300"  # seconds; a list of those taken back is asked for again after that
_PUBLIC = "谁拿到证书的网址或文件，都可以核验它是真是假；网址里的编号猜不出来"
PAGE = 50


@require_GET
@limited(SEARCH, reading=True)
@public_page(_PUBLIC)
def certificate(request: HttpRequest, code: str) -> HttpResponseBase:
    """How one certificate stands, in words; the signed document for programs that ask for it."""
    row = checking.by_code(code)
    wants = request.get_preferred_type(["text/html", CREDENTIAL, "application/ld+json", "application/json"])
    if wants not in {None, "text/html"}:
        return _data(_kept(row), CREDENTIAL)
    return _page(request, row)


def _page(request: HttpRequest, row: Certificate, form: RevokeForm | None = None) -> HttpResponse:
    actor: Actor | None = getattr(request, "actor", None)
    is_person = row.recipient_kind == RecipientKind.PERSON
    is_own = bool(actor and is_person and row.recipient_id and TABLE.allows(actor, OWN, row))
    context = {
        "row": row,
        "checked": checking.check_one(row),
        "address": absolute("credentials.certificate", row.code),
        "name": actor.name if actor and is_own else "",
        "may_name": bool(actor and is_own and TABLE.allows(actor, NAME, row)),
        "form": form or RevokeForm(),
        "crumbs": [("证书", reverse("credentials.certificates")), (row.about_title, "")] if actor else [],
        "may_revoke": bool(actor and row.revoked_at is None and TABLE.allows(actor, REVOKE, row.issuer)),
    }
    bad = form is not None and bool(form.errors)
    return render(request, "credentials/certificate.html", context, status=422 if bad else 200)


@require_GET
@limited(SEARCH, reading=True)
@public_page(_PUBLIC)
def as_json(request: HttpRequest, code: str) -> HttpResponseBase:
    row = checking.by_code(code)
    return exports.attachment(_written(_kept(row)), called=f"证书-{code[:8]}.json", media_type=CREDENTIAL)


@require_GET
@limited(SEARCH, reading=True)
@public_page(_PUBLIC)
def as_token(request: HttpRequest, code: str) -> HttpResponseBase:
    row = checking.by_code(code)
    _kept(row)
    return exports.attachment(
        row.token.encode(), called=f"证书-{code[:8]}.jwt", media_type="application/vc+jwt"
    )


@require_GET
@limited(SEARCH, reading=True)
@public_page(_PUBLIC)
def as_picture(request: HttpRequest, code: str) -> HttpResponseBase:
    """The picture with the certificate in it; it is shown on pages too, so it isn't sent as a download."""
    row = checking.by_code(code)
    data = drawing.picture(row, _written(_kept(row)).decode())
    return _shared(HttpResponse(data, content_type="image/png"))


@require_GET
@limited(COMPLAINT, reading=True)
@public_page(_PUBLIC)
def as_pdf(request: HttpRequest, code: str) -> HttpResponseBase:
    """A sheet to print. It proves nothing by itself and says so: the code leads to the page that does."""
    row = checking.by_code(code)
    _kept(row)
    address = absolute("credentials.certificate", row.code)
    checked = checking.check_one(row)
    told: dict[str, Any] = {
        "name": checked.name,
        "to": checked.to,
        "about": checked.about,
        "by": checked.by,
        "since": time.local(row.valid_from).date(),
        "until": time.local(row.valid_until).date() if row.valid_until else None,
        "criteria": checked.criteria,
        "standing": checked.standing.zh,
        "is_good": checked.standing.is_good,
        "address": address,
        "qr": segno.make(address, error="m").svg_inline(scale=4, border=0),
    }
    data = pdf.write("credentials/documents/certificate.typ", told)
    return exports.attachment(data, called=f"{checked.name}.pdf", media_type=pdf.MEDIA_TYPE)


@body_limit(1024 * 1024)
@limited(SEARCH)
@public_page("谁都可以把一个证书文件拿来核验；文件看完就丢，不保存，也不去别的网站取东西")
def check(request: HttpRequest) -> HttpResponseBase:
    """Check what somebody brings: a JSON file, a token, a picture, or their text."""
    form = CheckForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form}
    status = 200
    if request.method == "POST" and form.is_valid():
        brought = form.cleaned_data["file"]
        data = brought.read() if brought else form.cleaned_data["text"].encode()
        try:
            context["checked"] = checking.check_brought(data)
        except reading.Unfit as error:
            context["wrong"], status = error.wrong, 422
    elif request.method == "POST":
        context["wrong"], status = _wrong(form), 422
    return render(request, "credentials/check.html", context, status=status)


def _wrong(form: CheckForm) -> reading.Wrong:
    return reading.Wrong.TOO_BIG if form.errors.get("text") else reading.Wrong.EMPTY


@require_GET
@public_page("颁发单位的公开资料和公钥，供别的系统核验证书")
def issuer(request: HttpRequest, code: str) -> HttpResponseBase:
    row = _found(Issuer.objects.unscoped("an issuer is public").filter(code=code).first())
    keys = list(SigningKey.objects.filter(issuer=row).order_by("created_at"))
    told = documents.profile(
        url=row.url,
        name=row.name,
        keys=[one.public for one in keys if one.kind == KeyKind.PROOF],
        tokens=[
            (token.address(row.url, one.public), token.jwk(one.public))
            for one in keys
            if one.kind == KeyKind.TOKEN
        ],
    )
    return _data(told, "application/ld+json")


@require_GET
@public_page("颁发单位的一把公钥，供别的系统核验证书")
def token_key(request: HttpRequest, code: str, public: str) -> HttpResponseBase:
    row = _found(SigningKey.objects.filter(issuer__code=code, public=public, kind=KeyKind.TOKEN).first())
    return _data(token.jwk(row.public), "application/jwk+json")


@require_GET
@public_page("撤销名单：每张证书占一位，从中看不出是谁的")
def status_list(request: HttpRequest, code: str) -> HttpResponseBase:
    return _data(_found(StatusList.objects.filter(code=code).first()).document, CREDENTIAL)


@require_GET
@public_page("一种证书因为什么颁发，供别的系统核验证书")
def achievement(request: HttpRequest, digest: str) -> HttpResponseBase:
    row = _found(Achievement.objects.filter(digest=digest).first())
    address = absolute("credentials.achievement", row.digest)
    return _data(documents.achievement_document(address, AchievementSaid(**row.body)), "application/ld+json")


@require_GET
@page(TABLE, OWN)
def certificates(request: ActorRequest) -> HttpResponseBase:
    """One's own, and those of the places one answers for."""
    places = Paginator(given.of_places(request.actor), PAGE).get_page(request.GET.get("page"))
    context = {"own": list(given.own(request.actor)[:PAGE]), "page": places}
    return render(request, "credentials/certificates.html", context)


@require_POST
@page(TABLE, REVOKE)
def revoke(request: ActorRequest, code: str) -> HttpResponseBase:
    row = checking.by_code(code)
    form = RevokeForm(request.POST)
    TABLE.require(request.actor, REVOKE, row.issuer)
    if not form.is_valid():
        return _page(request, row, form)
    services.revoke(actor=request.actor, certificate_id=row.id, reason=form.cleaned_data["reason"])
    return HttpResponseRedirect(reverse("credentials.certificate", args=[code]))


@require_POST
@signed_in_page("持证的教职工决定自己的证书在公开的核验页上写不写姓名，别人的动不了")
def show_name(request: ActorRequest, code: str) -> HttpResponseBase:
    row = checking.by_code(code)
    services.show_name(actor=request.actor, certificate_id=row.id, yes=request.POST.get("yes") == "1")
    return HttpResponseRedirect(reverse("credentials.certificate", args=[code]))


def _kept(row: Certificate) -> dict[str, Any]:
    """The signed document; a refusal when the holder's data were erased and nothing is left to hand out."""
    if not row.document:
        raise UserError(
            "这张证书的文件已经依法删除", kept="核验页还在，写着它已撤销。", next="请看核验页。", status=410
        )
    told: dict[str, Any] = row.document
    return told


def _found(row: Any) -> Any:
    if row is None:
        raise checking.NONE
    return row


def _written(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _data(said: dict[str, Any], media_type: str) -> HttpResponse:
    answer = JsonResponse(said, content_type=media_type, json_dumps_params={"ensure_ascii": False})
    return _shared(answer)


def _shared(answer: HttpResponse) -> HttpResponse:
    """Public data, kept for some minutes by whoever asks."""
    answer["Cache-Control"] = _SHARED
    return answer
