"""PyLTI1p3's abstract parts over plain values: a request that came, the answer that goes."""

from dataclasses import dataclass, field
from typing import Any

from pylti1p3.cookie import CookieService
from pylti1p3.message_launch import MessageLaunch
from pylti1p3.oidc_login import OIDCLogin
from pylti1p3.redirect import Redirect
from pylti1p3.request import Request
from pylti1p3.service_connector import ServiceConnector
from pylti1p3.session import SessionService


@dataclass
class Came(Request):
    """What a browser asked of the tool. `session` is the tool's own memory, one for everybody."""

    params: dict[str, str]
    cookies: dict[str, str]
    memory: dict[str, Any]

    @property
    def session(self) -> dict[str, Any]:
        return self.memory

    def is_secure(self) -> bool:
        return False

    def get_param(self, key: str) -> str:
        return self.params.get(key, "")


@dataclass
class Goes:
    """The tool's answer to a browser."""

    status: int
    body: str = ""
    location: str = ""
    media_type: str = "text/html; charset=utf-8"
    cookies: dict[str, str] = field(default_factory=dict)


class Cookies(CookieService):
    def __init__(self, came: Came) -> None:
        self.came = came
        self.new: dict[str, str] = {}

    def get_cookie(self, name: str) -> str | None:
        return self.came.cookies.get(f"tool-{name}")

    def set_cookie(self, name: str, value: str | int, exp: int | None = 3600) -> None:
        self.new[f"tool-{name}"] = str(value)


class Leads(Redirect[Goes]):
    def __init__(self, url: str, cookies: Cookies) -> None:
        self.url = url
        self.cookies = cookies

    def do_redirect(self) -> Goes:
        return Goes(302, location=self.url, cookies=self.cookies.new)

    def do_js_redirect(self) -> Goes:
        return self.do_redirect()

    def set_redirect_url(self, location: str) -> None:
        self.url = location

    def get_redirect_url(self) -> str:
        return self.url


class Login(OIDCLogin):  # type: ignore[type-arg]  # its five parts are ours
    def __init__(self, came: Came, config: Any) -> None:
        cookies = Cookies(came)
        super().__init__(came, config, session_service=SessionService(came), cookie_service=cookies)
        self.cookies = cookies

    def get_redirect(self, url: str) -> Leads:
        return Leads(url, self.cookies)


class Connector(ServiceConnector):
    """Keeps its access tokens as long as the tool lives."""

    kept: dict[str, str] = {}

    def _get_cached_access_token(self, scope_key: str) -> str | None:
        return self.kept.get(f"{self._registration.get_client_id()}{scope_key}")

    def _cache_access_token(self, scope_key: str, access_token: str, expires_in: float) -> None:
        self.kept[f"{self._registration.get_client_id()}{scope_key}"] = access_token


class Launch(MessageLaunch):  # type: ignore[type-arg]  # its four parts are ours
    def __init__(self, came: Came, config: Any, requests_session: Any) -> None:
        super().__init__(
            came,
            config,
            session_service=SessionService(came),
            cookie_service=Cookies(came),
            requests_session=requests_session,
        )
        self._service_connector_cls = Connector

    def _get_request_param(self, key: str) -> str:
        return str(self._request.get_param(key))
