"""The tool itself: which address does what. No web framework; `server.py` puts it on a port."""

import json
from datetime import UTC, datetime
from html import escape
from typing import Any

import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pylti1p3.deep_link_resource import DeepLinkResource
from pylti1p3.exception import LtiException
from pylti1p3.grade import Grade
from pylti1p3.lineitem import LineItem
from pylti1p3.registration import Registration
from pylti1p3.tool_config.dict import ToolConfDict

from tests.lti_tool.adapters import Came, Goes, Launch, Login

SCOPES = (
    "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem",
    "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly",
    "https://purl.imsglobal.org/spec/lti-ags/scope/score",
    "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly",
)
EXERCISES = {"times": ("七乘八", "7 × 8 = ?", "56"), "plus": ("七加八", "7 + 8 = ?", "15")}
FULL = 10
STORAGE = """<p id="storage">平台存储：没有</p><script>
addEventListener("message", (one) => {
  if (one.data.subject === "lti.put_data.response") ask({subject: "lti.get_data", message_id: "2", key: "was-here"});
  if (one.data.subject === "lti.get_data.response" && one.data.value === "yes")
    document.getElementById("storage").textContent = "平台存储可用";
});
const ask = (what) => parent.postMessage(what, "PLATFORM");
if (parent !== window) ask({subject: "lti.put_data", message_id: "1", key: "was-here", value: "yes"});
</script>"""


def key_pair() -> tuple[str, str]:
    """(private, public) as PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public.decode()


class Tool:
    """One running tool. `session` is how it reaches the platform."""

    def __init__(self, base: str, session: requests.Session | None = None) -> None:
        self.base = base
        self.session = session or requests.Session()
        self.private, self.public = key_pair()
        self.memory: dict[str, Any] = {}
        self.launches: dict[str, Launch] = {}
        self.told: list[dict[str, Any]] = []
        self.scores: list[int] = []
        self.config: ToolConfDict | None = None
        self.platform = ""

    @property
    def jwks(self) -> dict[str, Any]:
        return {"keys": [dict(Registration.get_jwk(self.public))]}

    def know(self, client_id: str, deployment_id: str, platform: str) -> None:
        """What the platform said when the tool was registered there."""
        self.platform = platform
        said: Any = {
            "default": True,
            "client_id": client_id,
            "auth_login_url": f"{platform}/lti/authorize",
            "auth_token_url": f"{platform}/lti/token",
            "key_set_url": f"{platform}/lti/jwks",
            "deployment_ids": [deployment_id],
        }
        self.config = ToolConfDict({platform: [said]})
        self.config.set_private_key(platform, self.private, client_id=client_id)
        self.config.set_public_key(platform, self.public, client_id=client_id)

    def handle(self, method: str, path: str, params: dict[str, str], cookies: dict[str, str]) -> Goes:
        """One request of a browser. `params` are of the query or the form; several values joined by commas."""
        came = Came(params, cookies, self.memory)
        pages = {
            "/login": self._login,
            "/launch": self._launch,
            "/choose": self._launch,
            "/answer": self._answer,
            "/give": self._give,
            "/members": self._members,
            "/register": self._register,
        }
        if path == "/jwks":
            return Goes(200, json.dumps(self.jwks), media_type="application/json")
        if path not in pages:
            return Goes(404, "没有这一页")
        try:
            return pages[path](came)
        except LtiException as error:
            return Goes(401, page("没有打开", f"<p id='refused'>{escape(str(error))}</p>"))

    def _login(self, came: Came) -> Goes:
        wanted = came.params.get("target_link_uri", "")
        path = "/choose" if wanted.endswith("/choose") else "/launch"
        return Login(came, self.config).redirect(self.base + path)  # type: ignore[no-any-return]

    def _launch(self, came: Came) -> Goes:
        launch = Launch(came, self.config, self.session)
        self.told.append(dict(launch.get_launch_data()))
        self.launches[launch.get_launch_id()] = launch
        hidden = f"<input type='hidden' name='launch' value='{launch.get_launch_id()}'>"
        if launch.is_deep_link_launch():
            boxes = "".join(
                f"<label><input type='checkbox' name='pick' value='{key}' checked>{title}</label>"
                for key, (title, _, _) in EXERCISES.items()
            )
            return Goes(
                200,
                page(
                    "挑一项",
                    f"<form method='post' action='/give'>{hidden}{boxes}<button id='give'>放进课里</button></form>",
                ),
            )
        which = self._exercise(launch)
        form = f"<form method='post' action='/answer'>{hidden}<p>{which[1]}</p><label>答案<input id='answer' name='answer'></label><button id='send'>交</button></form>"
        if launch.check_teacher_access():
            form += (
                f"<form method='post' action='/members'>{hidden}<button id='members'>看全班</button></form>"
            )
        return Goes(200, page(which[0], form + STORAGE.replace("PLATFORM", self.platform)))

    @staticmethod
    def _exercise(launch: Launch) -> tuple[str, str, str]:
        custom = launch.get_launch_data().get("https://purl.imsglobal.org/spec/lti/claim/custom", {})
        return EXERCISES[str(custom.get("exercise", "times"))]

    def _answer(self, came: Came) -> Goes:
        launch = self.launches[came.params["launch"]]
        given = FULL if came.params.get("answer", "").strip() == self._exercise(launch)[2] else 0
        status = self.send(launch, given)
        said = f"得分 {given} / {FULL}，平台回答 {status}"
        return Goes(200, page("做完了", f"<p id='result'>{said}</p>"))

    def send(self, launch: Launch, given: float, *, comment: str = "", at: datetime | None = None) -> int:
        """Report a score by AGS; the platform's status."""
        grade = Grade()
        moment = (at or datetime.now(UTC)).isoformat()
        grade.set_score_given(given).set_score_maximum(FULL).set_timestamp(moment)
        grade.set_activity_progress("Completed").set_grading_progress("FullyGraded")
        grade.set_user_id(launch.get_launch_data()["sub"])
        if comment:
            grade.set_comment(comment)
        try:
            launch.get_ags().put_grade(grade, self._line(launch))
            self.scores.append(204)
        except LtiException as error:
            self.scores.append(error.response.status_code)  # type: ignore[attr-defined]  # the library's own
        return self.scores[-1]

    def _line(self, launch: Launch) -> LineItem | None:
        endpoint = launch.get_launch_data()["https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"]
        if "lineitem" in endpoint:
            return None
        line = LineItem()
        line.set_label("练习").set_score_maximum(FULL).set_tag("exercise")
        return line

    def _give(self, came: Came) -> Goes:
        launch = self.launches[came.params["launch"]]
        chosen = []
        for key in came.params.get("pick", "").split(","):
            title = EXERCISES[key][0]
            line = LineItem()
            line.set_label(title).set_score_maximum(FULL).set_resource_id(key)
            one = DeepLinkResource().set_url(f"{self.base}/launch").set_title(title)
            chosen.append(one.set_custom_params({"exercise": key}).set_lineitem(line))
        return Goes(200, page("送回平台", launch.get_deep_link().output_response_form(chosen)))

    def _members(self, came: Came) -> Goes:
        found = list(self.launches[came.params["launch"]].get_nrps().get_members())
        return Goes(200, page("全班", f"<p id='count'>{len(found)}人</p>"))

    def _register(self, came: Came) -> Goes:
        config = self.session.get(came.params["openid_configuration"]).json()
        asked: dict[str, Any] = {
            "application_type": "web",
            "response_types": ["id_token"],
            "grant_types": ["implicit", "client_credentials"],
            "initiate_login_uri": f"{self.base}/login",
            "redirect_uris": [f"{self.base}/launch", f"{self.base}/choose"],
            "client_name": "口算练习",
            "jwks": self.jwks,
            "token_endpoint_auth_method": "private_key_jwt",
            "scope": " ".join(SCOPES),
            "https://purl.imsglobal.org/spec/lti-tool-configuration": {
                "domain": self.base.split("/")[2],
                "target_link_uri": f"{self.base}/launch",
                "description": "一道口算题，做完把得分送回平台。",
                "claims": ["sub", "iss"],
                "messages": [
                    {"type": "LtiResourceLinkRequest"},
                    {"type": "LtiDeepLinkingRequest", "target_link_uri": f"{self.base}/choose"},
                ],
            },
        }
        answer = self.session.post(
            config["registration_endpoint"],
            json=asked,
            headers={"Authorization": f"Bearer {came.params['registration_token']}"},
        )
        if answer.status_code != 201:
            return Goes(400, page("没有登记上", f"<p id='refused'>{escape(answer.text)}</p>"))
        said = answer.json()
        deployment = said["https://purl.imsglobal.org/spec/lti-tool-configuration"]["deployment_id"]
        self.know(said["client_id"], deployment, config["issuer"])
        return Goes(200, page("登记好了", "<p id='registered'>可以关掉这个窗口了。</p>"))


def page(title: str, body: str) -> str:
    return f"<!doctype html><html lang='zh-CN'><meta charset='utf-8'><title>{title}</title><h1>{title}</h1>{body}</html>"
