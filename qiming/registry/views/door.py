"""Signing in and out: the front door."""

from typing import Any

from django.contrib.auth import logout
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from qiming.kernel.errors import UserError
from qiming.kernel.http import client_address, public_page, to_sign_in
from qiming.registry import joining, oidc, queries
from qiming.registry.forms import CodeForm, FamilyCodeForm, FamilyForm, PasswordForm, SignInForm, refuse
from qiming.registry.models import Account, Session
from qiming.registry.secrets import PICTURES
from qiming.registry.services import join_family, sign_in
from qiming.registry.views.entering import (
    Way,
    actor_of,
    arrival,
    enter,
    let_in,
    onward,
    passkeys_possible,
    signed_in,
)

_COOKIE = "qm_card"
_COOKIE_AGE_S = 600


@public_page("进入启明的门：学生用班级卡，老师和家长用密码")
def door(request: HttpRequest) -> HttpResponse:
    onward_to = onward(request)
    if request.method != "POST":
        if actor_of(request) is not None:
            return HttpResponseRedirect(onward_to)
        return _door(request, SignInForm())
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _door(request, form, status=422)
    try:
        account = sign_in.by_password(
            username=form.cleaned_data["username"],
            password=form.cleaned_data["password"],
            address=client_address(request),
        )
    except UserError as error:
        form.add_error("password", error.message + error.kept)
        return _door(request, form, status=error.status)
    return enter(request, account, onward_to, Way.PASSWORD)


@public_page("学生扫班级卡：卡上的码打开这一页，再点三个小图")
def card(request: HttpRequest, token: str) -> HttpResponse:
    face = sign_in.by_token(token)
    return _to_pictures(str(face.card_id), onward(request), Way.CARD)


@public_page("学生扫班级卡：摄像头读到的码送到这里")
@require_POST
def scanned(request: HttpRequest) -> HttpResponse:
    face = sign_in.by_token(request.POST.get("code", ""))
    return _to_pictures(str(face.card_id), onward(request), Way.CARD)


@public_page("学生点自己的三个小图")
def pictures(request: HttpRequest) -> HttpResponse:
    pending = _pending(request)
    if pending is None:
        return HttpResponseRedirect(reverse("registry.sign_in"))
    face = sign_in.face(pending["card"])
    told = ""
    status = 200
    if request.method == "POST":
        try:
            account = sign_in.by_pictures(
                card_id=face.card_id,
                pictures=request.POST.get("pin", "").split("-")[:3],
                address=client_address(request),
            )
            response = enter(request, account, pending["next"], Way(pending.get("way", Way.CARD)))
            response.delete_cookie(_COOKIE)
            return response
        except UserError as error:
            told, status = f"{error.message}。{error.next}", error.status
            face = sign_in.face(face.card_id)
    return render(
        request, "registry/pictures.html", {"face": face, "pad": PICTURES, "told": told}, status=status
    )


@public_page("没有摄像头的学生输入黑板上的入课码")
def code(request: HttpRequest) -> HttpResponse:
    if not joining.is_offered():
        return HttpResponseRedirect(reverse("registry.sign_in"))
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            typed = form.cleaned_data["code"].strip().upper()
            if sign_in.join_target(typed, client_address(request)) is None:
                raise UserError("没有找到这节课", next="看看黑板上的码，再输一次。", field="code", status=404)
            return HttpResponseRedirect(reverse("registry.seat", args=[typed]))
        except UserError as error:
            refuse(form, error)
    status = 422 if form.errors else 200
    return render(request, "registry/code.html", {"form": form}, status=status)


@public_page("用入课码进来的学生选自己的座号；只有号码，没有姓名")
def seat(request: HttpRequest, code: str) -> HttpResponse:
    target = sign_in.join_target(code, client_address(request))
    if target is None:
        return HttpResponseRedirect(reverse("registry.code"))
    if request.method == "POST":
        given = request.POST.get("seat", "")
        seat_no = int(given) if given.isascii() and given.isdigit() and len(given) < 3 else 0
        card_id = sign_in.card_of_seat(target.class_id, seat_no)
        return _to_pictures(str(card_id), target.next_url, Way.CODE)
    return render(
        request,
        "registry/seat.html",
        {
            "place": queries.org(target.class_id),
            "seats": [p.seat_no for p in queries.pupils_of(target.class_id)],
        },
    )


@public_page("家长用学校发的一次性家长码建自己的账号，或者再添一个孩子")
def family(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    own = actor if actor and not actor.has_role("pupil") else None
    kind: type[FamilyCodeForm] = FamilyCodeForm if own else FamilyForm
    form = kind(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        given["password"] = given.pop("new_password", "")
        try:
            account = join_family(actor=own, address=client_address(request), **given)
            return HttpResponseRedirect("/") if own else enter(request, account, "/", Way.PASSWORD)
        except UserError as error:
            refuse(form, error)
    return render(
        request, "registry/family.html", {"form": form, "own": own}, status=422 if form.errors else 200
    )


@public_page("用密码登录的人改自己的密码；没登录的先去登录")
def password(request: HttpRequest) -> HttpResponse:
    """Change the own password; the first one must be changed before anything else. Open to whoever is
    signed in with a password, also before any role was given."""
    actor = actor_of(request)
    if actor is None:
        return to_sign_in(request)
    account = Account.objects.get(id=actor.account_id)
    if account.kind == Account.Kind.PUPIL:
        return HttpResponseRedirect("/")
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            changed = sign_in.change_password(
                account_id=account.id,
                old=form.cleaned_data["old_password"],
                new=form.cleaned_data["new_password"],
                keep_session=request.session.session_key or "",
            )
            # The same browser goes on, under a fresh key, trusted as far as before.
            had = signed_in(request).has_second_factor
            return let_in(request, changed, "/", Way.PASSWORD, has_second_factor=had)
        except UserError as error:
            refuse(form, error)
    return render(
        request,
        "registry/password.html",
        {"form": form, "first": account.must_change_password},
        status=422 if form.errors else 200,
    )


@public_page("退出")
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    response = HttpResponseRedirect(reverse("registry.sign_in"))
    response.delete_cookie(_COOKIE)
    return response


def _door(request: HttpRequest, form: SignInForm, status: int = 200) -> HttpResponse:
    return render(
        request,
        "registry/sign_in.html",
        {
            "form": form,
            "next": onward(request),
            "join_codes": joining.is_offered(),
            "outside": list(oidc.providers().values()),
            "arrived": arrival(request),
            "passkeys": passkeys_possible(request),
        },
        status=status,
    )


def _to_pictures(card_id: str, onward_to: str, way: Session.Way) -> HttpResponse:
    response = HttpResponseRedirect(reverse("registry.pictures"))
    response.set_cookie(
        _COOKIE,
        signing.dumps({"card": card_id, "next": onward_to, "way": way.value}, salt=_COOKIE),
        max_age=_COOKIE_AGE_S,
        httponly=True,
        samesite="Lax",
    )
    response["Referrer-Policy"] = "no-referrer"
    return response


def _pending(request: HttpRequest) -> dict[str, Any] | None:
    try:
        pending: dict[str, Any] = signing.loads(
            request.COOKIES.get(_COOKIE, ""), salt=_COOKIE, max_age=_COOKIE_AGE_S
        )
    except signing.BadSignature:
        return None
    return pending
