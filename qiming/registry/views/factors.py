"""两步登录: adding an app or a passkey, recovery codes, taking one away."""

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from qiming.kernel import time
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, signed_in_page
from qiming.registry.allauth_adapters import SecondFactors
from qiming.registry.defaults import sign_in_rules
from qiming.registry.forms import refuse
from qiming.registry.forms_account import AppCodeForm
from qiming.registry.models import Account
from qiming.registry.queries import account as queries
from qiming.registry.services import second_factor, sessions
from qiming.registry.views.common import done
from qiming.registry.views.entering import passkeys_possible, signed_in
from qiming.registry.views.second import ask_again

_SECRET = "registry.totp"  # noqa: S105 - the name under which the session keeps it
_SHOW_CODES = "registry.codes"


@signed_in_page("两步登录：加、换、删第二种证明")
def overview(request: ActorRequest) -> HttpResponse:
    if _is_pupil(request):
        return HttpResponseRedirect(reverse("registry.account"))
    known = queries.factors(request.actor.account_id)
    if known.lines and not signed_in(request).has_second_factor:
        return ask_again(request)
    return render(
        request,
        "registry/second_factor.html",
        {
            "factors": known,
            "demand": second_factor.demanded(request.actor).value,
            "passkeys": passkeys_possible(request),
            "codes": second_factor.codes_of(request.actor) if request.session.pop(_SHOW_CODES, False) else [],
            "done": done(request),
            "crumbs": [("我的账号", reverse("registry.account")), ("两步登录", "")],
        },
    )


@signed_in_page("两步登录：加手机动态码")
def add_app(request: ActorRequest) -> HttpResponse:
    if _is_pupil(request) or not is_fresh(request):
        return ask_again(request)
    secret = _secret(request)
    form = AppCodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            fresh = second_factor.add_app(actor=request.actor, secret=secret, code=form.cleaned_data["code"])
            del request.session[_SECRET]
            return _added(request, fresh_codes=fresh)
        except UserError as error:
            refuse(form, error)
    account = Account.objects.select_related("person").get(id=request.actor.account_id)
    return render(
        request,
        "registry/add_app.html",
        {
            "form": form,
            "secret": secret,
            "groups": [secret[at : at + 4] for at in range(0, len(secret), 4)],
            "address": SecondFactors().build_totp_url(account, secret),
            "crumbs": [
                ("我的账号", reverse("registry.account")),
                ("两步登录", reverse("registry.second_factor")),
                ("加手机动态码", ""),
            ],
        },
        status=422 if form.errors else 200,
    )


@require_POST
@signed_in_page("两步登录：做一把通行密钥，浏览器要的一次性题目")
def passkey_make(request: ActorRequest) -> HttpResponse:
    from qiming.registry import passkeys  # noqa: PLC0415 - 12 MB that most workers never need

    _check_may_add(request)
    account = Account.objects.select_related("person").get(id=request.actor.account_id)
    return JsonResponse(passkeys.ask_to_make(account))


@require_POST
@signed_in_page("两步登录：收下做好的通行密钥")
def passkey_keep(request: ActorRequest) -> HttpResponse:
    from qiming.registry import passkeys  # noqa: PLC0415 - 12 MB that most workers never need

    _check_may_add(request)
    credential = passkeys.made(request.POST.get("credential", ""))
    name = " ".join(request.POST.get("name", "").split())[:40] or f"{time.today():%Y年%-m月%-d日}加的"
    fresh = second_factor.keep_passkey(actor=request.actor, name=name, credential=credential)
    return _added(request, fresh_codes=fresh)


@require_POST
@signed_in_page("两步登录：换一组备用码")
def new_codes(request: ActorRequest) -> HttpResponse:
    if not is_fresh(request):
        return _again_from_form()
    second_factor.new_codes(actor=request.actor)
    request.session[_SHOW_CODES] = True
    return HttpResponseRedirect(reverse("registry.second_factor"))


@require_POST
@signed_in_page("两步登录：删掉一种")
def remove(request: ActorRequest, factor_id: int) -> HttpResponse:
    if not is_fresh(request):
        return _again_from_form()
    second_factor.remove(actor=request.actor, factor_id=factor_id)
    return HttpResponseRedirect(f"{reverse('registry.second_factor')}?done=factor_removed")


def is_fresh(request: ActorRequest) -> bool:
    """Whether the owner of the session has proven who they are a few minutes ago."""
    proven = signed_in(request).proven_at
    if proven is None:
        return False
    return (time.now() - proven).total_seconds() < sign_in_rules(time.today()).proof * 60


def _added(request: ActorRequest, *, fresh_codes: bool) -> HttpResponse:
    # The session in which it was added is as good as one opened with it; fresh codes are shown once.
    sessions.note_proof(request.session.session_key or "", second_factor=True)
    if fresh_codes:
        request.session[_SHOW_CODES] = True
    return HttpResponseRedirect(f"{reverse('registry.second_factor')}?done=factor_added")


def _secret(request: ActorRequest) -> str:
    """The secret being set up: sealed where it waits, the same until it is taken into use."""
    sealing = SecondFactors()
    if kept := request.session.get(_SECRET):
        opened: str = sealing.decrypt(kept)
        return opened
    secret = second_factor.new_secret()
    request.session[_SECRET] = sealing.encrypt(secret)
    return secret


def _check_may_add(request: ActorRequest) -> None:
    if _is_pupil(request) or not passkeys_possible(request):
        raise UserError("这个网址用不了通行密钥", kept="什么也没有改。", next="请用手机动态码。")
    if not is_fresh(request):
        raise UserError(
            "进来有一会儿了，请再证明一次是你本人",
            kept="什么也没有改。",
            next="刷新这一页，再加一次。",
            status=403,
        )


def _again_from_form() -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('registry.again')}?next={reverse('registry.second_factor')}")


def _is_pupil(request: ActorRequest) -> bool:
    return Account.objects.filter(id=request.actor.account_id, kind=Account.Kind.PUPIL).exists()
