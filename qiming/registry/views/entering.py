"""The last steps through the door, whichever way somebody came: second factor, session, what there is to tell."""

from typing import Any

from django.contrib.auth import SESSION_KEY, login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from qiming.kernel import time
from qiming.kernel.access import Actor
from qiming.kernel.addresses import parse
from qiming.kernel.errors import UserError
from qiming.registry.actors import SignedIn
from qiming.registry.models import Account, AccountNotice, Session
from qiming.registry.oidc import Arrival, provider
from qiming.registry.services import second_factor, sessions

Way = Session.Way
_WAITING = "registry.second"
_ARRIVAL = "registry.arrival"
_PATIENCE_S = 600


def enter(
    request: HttpRequest, account: Account, onward: str, way: Session.Way, *, is_strong: bool = False
) -> HttpResponse:
    """Somebody has proven who they are, once. With a second factor the session opens after that one."""
    has_factor = account.kind != Account.Kind.PUPIL and second_factor.factors(account.id).exists()
    if has_factor and not is_strong:
        if request.session.get(SESSION_KEY):
            request.session.flush()
        request.session[_WAITING] = _dated({"account": str(account.id), "next": onward, "way": way.value})
        return HttpResponseRedirect(reverse("registry.second"))
    return let_in(request, account, onward, way, has_second_factor=is_strong)


def let_in(
    request: HttpRequest, account: Account, onward: str, way: Session.Way, *, has_second_factor: bool
) -> HttpResponse:
    """Open the session. login() gives the browser a fresh key; what another person left in it is dropped."""
    login(request, account, backend="django.contrib.auth.backends.ModelBackend")
    request.session.pop(_WAITING, None)
    # A pupil's cookie lives as long as the browser: the device may be the next child's.
    request.session.set_expiry(0 if account.kind == Account.Kind.PUPIL else None)
    request.session.save()
    entry = sessions.Entry(way, request.headers.get("User-Agent", ""), has_second_factor)
    sessions.begin(session_key=str(request.session.session_key), account=account, entry=entry)
    if account.kind != Account.Kind.PUPIL and _has_news(account):
        return HttpResponseRedirect(f"{reverse('registry.told')}?{urlencode({'next': onward})}")
    if request.session.get(_ARRIVAL):
        return HttpResponseRedirect(reverse("registry.link_confirm"))
    return HttpResponseRedirect(onward)


def waiting(request: HttpRequest) -> tuple[Account, str, Session.Way] | None:
    """Who has given a right password (or come from outside) and still owes the second factor."""
    kept = _fresh(request, _WAITING)
    account = Account.objects.filter(id=kept["account"], is_active=True).first() if kept else None
    return (account, kept["next"], Session.Way(kept["way"])) if kept and account else None


def keep_arrival(request: HttpRequest, arrival: Arrival) -> None:
    """An outside account nobody is linked to yet waits in this browser for its owner to say who they are."""
    request.session[_ARRIVAL] = _dated({"key": arrival.provider.key, "digest": arrival.digest})


def arrival(request: HttpRequest) -> Arrival | None:
    """The outside account that waits in this browser."""
    kept = _fresh(request, _ARRIVAL)
    return Arrival(provider(kept["key"]), kept["digest"], {}) if kept else None


def forget_arrival(request: HttpRequest) -> None:
    request.session.pop(_ARRIVAL, None)


def onward(request: HttpRequest) -> str:
    """Where somebody wanted to go: a path of our own, else the start."""
    return own_path(request.POST.get("next") or request.GET.get("next") or "/")


def own_path(wanted: str) -> str:
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if safe and wanted.startswith("/") else "/"


def actor_of(request: HttpRequest) -> Actor | None:
    return getattr(request, "actor", None)


def signed_in(request: HttpRequest) -> SignedIn:
    """How the present session was opened; only behind `signed_in_page`."""
    found: SignedIn = request.signed_in  # type: ignore[attr-defined]  # set by ActorMiddleware
    return found


def passkeys_possible(request: HttpRequest) -> bool:
    """Browsers make passkeys only for names reached by TLS, and for localhost; never for bare addresses."""
    host = request.get_host().partition(":")[0] if "[" not in request.get_host() else "::1"
    if parse(host) is not None:
        return False
    return request.is_secure() or host == "localhost" or host.endswith(".localhost")


def refuse_stranger() -> UserError:
    return UserError("这一步停得太久了", kept="什么也没有改。", next="回到登录页再来一次。")


def _has_news(account: Account) -> bool:
    return AccountNotice.objects.filter(account=account, seen_at=None).exists()


def _dated(kept: dict[str, str]) -> dict[str, Any]:
    return {**kept, "at": time.now().timestamp()}


def _fresh(request: HttpRequest, name: str) -> dict[str, Any] | None:
    if not request.session.session_key:
        return None
    kept: dict[str, Any] | None = request.session.get(name)
    if kept is None or time.now().timestamp() - kept["at"] > _PATIENCE_S:
        return None
    return kept
