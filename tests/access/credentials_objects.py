"""A certificate of the first class's school, given by its district, so that the district's and the city's officers may take
it back."""

from qiming.credentials import services
from qiming.credentials.models import SigningKey
from qiming.credentials.queries.checking import by_code
from qiming.credentials.types import About, AchievementSaid, KeyKind, organisation
from qiming.kernel.ids import new_id
from qiming.registry import queries as registry
from tests.world import World


def build(world: World) -> dict[str, dict[str, object]]:
    """Values by url name."""
    services.define(AchievementSaid("access-test", "收录证书", "看谁打得开哪一页", "看得到的才打得开"))
    given = services.issue(
        actor=world.actor("district_officer"),
        achievement="access-test",
        by=world.here.district.id,
        to=organisation(registry.school_of(world.here.group.path).id),
        about=About("access.test", new_id(), "数据课资源包"),
    )
    row = by_code(given.code)
    key = SigningKey.objects.get(issuer=row.issuer, kind=KeyKind.TOKEN)
    one: dict[str, object] = {"code": row.code}
    by: dict[str, object] = {"code": row.issuer.code}
    pages = ("certificate", "json", "token", "picture", "pdf", "revoke", "show_name")
    return {
        **{f"credentials.{name}": one for name in pages},
        "credentials.issuer": by,
        "credentials.token_key": {**by, "public": key.public},
        "credentials.status": {"code": row.status_list.code},
        "credentials.achievement": {"digest": row.achievement.digest},
    }
