"""The second step through the door, passkeys at the door, and proving once more who one is."""

from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, client_address, public_page, signed_in_page
from qiming.registry.forms import refuse
from qiming.registry.forms_account import AgainForm, SecondCodeForm
from qiming.registry.models import Account
from qiming.registry.queries import account as queries
from qiming.registry.services import second_factor, sessions, sign_in
from qiming.registry.views.entering import (
    Way,
    enter,
    let_in,
    onward,
    own_path,
    passkeys_possible,
    refuse_stranger,
    waiting,
)

_AGAIN = "registry.again"


@public_page("两步登录的第二步：密码对了以后，再填动态码、备用码或用通行密钥")
def second(request: HttpRequest) -> HttpResponse:
    pending = waiting(request)
    if pending is None:
        return HttpResponseRedirect(reverse("registry.sign_in"))
    account, onward_to, way = pending
    form = SecondCodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and request.POST.get("credential"):
        passkey = _used(request, account)
        second_factor.note_passkey_used(passkey)
        return let_in(request, account, onward_to, way, has_second_factor=True)
    if request.method == "POST" and form.is_valid():
        try:
            second_factor.prove(
                account_id=account.id, code=form.cleaned_data["code"], address=client_address(request)
            )
            return let_in(request, account, onward_to, way, has_second_factor=True)
        except UserError as error:
            refuse(form, error)
    return _ask(request, account, form, "registry/second.html", {"codes": True})


@public_page("用通行密钥进来：浏览器要的一次性题目，不含任何人的信息")
@require_POST
def passkey_begin(request: HttpRequest) -> HttpResponse:
    """The challenge for the second step, for proving again, or (nobody known yet) for the door."""
    from qiming.registry import passkeys  # noqa: PLC0415 - 12 MB that most workers never need

    if not passkeys_possible(request):
        raise UserError("这个网址用不了通行密钥", next="请用密码或动态码进来。")
    actor = getattr(request, "actor", None)
    pending = waiting(request)
    known = Account.objects.get(id=actor.account_id) if actor else pending[0] if pending else None
    return JsonResponse(passkeys.ask_to_use(known))


@public_page("用通行密钥进来")
@require_POST
def passkey_enter(request: HttpRequest) -> HttpResponse:
    passkey = _used(request, None)
    if not passkey.user.is_active:
        raise UserError("这个账号停用了", next="请学校管理员看一看。", status=403)
    second_factor.note_passkey_used(passkey)
    return enter(request, passkey.user, onward(request), Way.PASSKEY, is_strong=True)


@signed_in_page("要紧的事之前，再证明一次是你本人")
def again(request: ActorRequest) -> HttpResponse:
    account = Account.objects.select_related("person").get(id=request.actor.account_id)
    has_factor = second_factor.factors(account.id).exists()
    key = request.session.session_key or ""
    onward_to = own_path(request.GET.get("next") or request.POST.get("next") or "/account/")
    form_class = SecondCodeForm if has_factor else AgainForm
    form = form_class(request.POST if request.method == "POST" else None)
    if request.method == "POST" and has_factor and request.POST.get("credential"):
        second_factor.note_passkey_used(_used(request, account))
        sessions.note_proof(key, second_factor=True)
        return HttpResponseRedirect(onward_to)
    if request.method == "POST" and form.is_valid():
        try:
            if has_factor:
                second_factor.prove(
                    account_id=account.id, code=form.cleaned_data["code"], address=client_address(request)
                )
            else:
                sign_in.prove_again(account_id=account.id, password=form.cleaned_data["password"])
            sessions.note_proof(key, second_factor=has_factor)
            return HttpResponseRedirect(onward_to)
        except UserError as error:
            refuse(form, error)
    return _ask(request, account, form, "registry/again.html", {"codes": has_factor, "next": onward_to})


def ask_again(request: HttpRequest) -> HttpResponse:
    """To the page that asks once more who one is, and back here."""
    return HttpResponseRedirect(f"{reverse(_AGAIN)}?{urlencode({'next': request.get_full_path()})}")


def _ask(
    request: HttpRequest,
    account: Account,
    form: SecondCodeForm | AgainForm,
    template: str,
    more: dict[str, object],
) -> HttpResponse:
    known = queries.factors(account.id)
    has_passkey = any(line.kind == "通行密钥" for line in known.lines)
    return render(
        request,
        template,
        {
            "form": form,
            "passkey": has_passkey and passkeys_possible(request),
            "has_app": known.has_app,
            "codes_left": known.codes_left,
            **more,
        },
        status=422 if form.errors else 200,
    )


def _used(request: HttpRequest, account: Account | None) -> Authenticator:
    from qiming.registry import passkeys  # noqa: PLC0415 - 12 MB that most workers never need

    if account is None and not request.session.session_key:
        raise refuse_stranger()
    return passkeys.used(request.POST.get("credential", ""), account)
