"""What an application may call at a place, and which models are tried in which order. Pure; every no has its reason."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from qiming.agents.types import Application, Audience, Enabled, Kind, Model, Route, Switch, Target


@dataclass(frozen=True, slots=True)
class No:
    """A refusal: a code for programs, a sentence for people, the HTTP status."""

    code: str
    says: str
    status: int = 403


def key_holds(application: Application, now: datetime) -> No | None:
    """Whether a key that is known still opens anything."""
    if application.revoked:
        return No("key_revoked", "这把钥匙已经收回，打不开了。请向发钥匙的人要新的。", 401)
    if application.expires_at <= now:
        return No("key_expired", "这把钥匙已经过期，打不开了。请向发钥匙的人要新的。", 401)
    return None


def may_call(
    application: Application,
    route: Route | None,
    place: str,
    *,
    kind: Kind,
    enabled: Iterable[Enabled],
    switches: Iterable[Switch],
) -> No | None:
    """Whether this application may call this route for the class or school at `place`. Unknown and unallowed routes
    answer alike."""
    no = _key_reaches(application, place, kind) or _route_fits(application, route, kind)
    if no is not None or route is None:
        return no
    if not is_enabled(route.key, place, enabled):
        return No("not_enabled", "这个模型没有给这个学校或班级打开。请学校管理员在学校打开。")
    return stopped(application, route, None, place, switches)


def _key_reaches(application: Application, place: str, kind: Kind) -> No | None:
    if not place.startswith(application.path):
        return No("place_not_allowed", "这把钥匙不能用在这个学校或班级。请核对 X-Qiming-Place。")
    if kind.value not in application.kinds:
        return No("scope_missing", f"这把钥匙没有“{kind.value}”的权限。请让发钥匙的人加上。")
    return None


def _route_fits(application: Application, route: Route | None, kind: Kind) -> No | None:
    if route is None or not route.is_active or route.key not in application.routes or route.kind is not kind:
        return No("model_not_found", "没有这个模型，或者这把钥匙不能用它。可用的见 /v1/models。", 404)
    if application.stage not in route.stages:
        return No("stage_not_allowed", "这个模型不给这个学段用。请换一个可用的，见 /v1/models。")
    no = suspended(application, route)
    if no is not None:
        return no
    if _alone(application):
        return No(
            "primary_alone",
            "小学生不单独使用生成功能。可以由老师在课上演示；学校决定并写明陪同的大人以后，再换一把钥匙。",
        )
    return None


def suspended(application: Application, route: Route) -> No | None:
    """Whether the product that the route stands on may not serve this stage just now."""
    if application.stage not in route.held:
        return None
    return No(
        "product_suspended",
        "这个模型所依据的产品现在没有通过测试场，已经停用。请换一个，或等它恢复。",
        503,
    )


def _alone(application: Application) -> bool:
    by_pupils = application.audience is Audience.PUPIL and application.stage == "primary"
    return by_pupils and not application.supervised


def is_enabled(route: str, place: str, enabled: Iterable[Enabled]) -> bool:
    """Somebody at or above the place said yes, and nobody there said no: below one can only be stricter."""
    said = [one.yes for one in enabled if one.route == route and place.startswith(one.path)]
    return bool(said) and all(said)


def stopped(
    application: Application, route: Route, model: Model | None, place: str, switches: Iterable[Switch]
) -> No | None:
    """Whether a kill switch stops this call, now. Asked before the call and again for every piece of a reply."""
    held = {
        Target.ALL: "",
        Target.ROUTE: route.key,
        Target.APPLICATION: str(application.id),
        Target.MODEL: model.key if model else None,
    }
    for switch in switches:
        if place.startswith(switch.path) and held[switch.target] == switch.key:
            return No(
                "switched_off", f"这个模型已经被停用：{switch.reason}。请等停用的人恢复，或换一个。", 503
            )
    return None


def candidates(
    application: Application,
    route: Route,
    place: str,
    models: Mapping[str, Model],
    *,
    switches: Iterable[Switch],
    needs_tokens: int,
    is_up: Callable[[str], bool],
) -> list[Model]:
    """The models to try, best first: those of the route that may see such data and are long enough, in its order,
    without those whose circuit is open. What pupils read comes only from models with a filing number."""
    switched = list(switches)
    return [
        model
        for key in route.models
        if (model := models.get(key)) is not None
        and model.is_active
        and model.kind is route.kind
        and route.grade in model.grades
        and (model.is_filed or application.audience is Audience.STAFF)
        and needs_tokens <= model.context_tokens
        and stopped(application, route, model, place, switched) is None
        and is_up(model.key)
    ]
