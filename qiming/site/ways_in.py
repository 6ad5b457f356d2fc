"""What the doctor says about signing in: the second factor, and the outside sign-ins."""

from collections.abc import Iterator

from qiming.site import home
from qiming.site.findings import Finding


def sign_in() -> Iterator[Finding]:
    """Django is open. That nobody must use a second factor can wait; a file that is wrong cannot."""
    from django.conf import settings

    from qiming.registry import oidc

    required = settings.SECOND_FACTOR.is_required
    demo = (home.path() / "demo-accounts.txt").exists()
    yield Finding(
        "两步登录对管理员、校长和市、区人员是必须的"
        if required
        else f"两步登录只是可选{'，示例城市不用改' if demo else ''}",
        required or demo,
        "有真实学生的系统请设 QIMING_MFA=required（或 required@2027-03-01，从那天起）",
        is_urgent=False,
    )
    if not settings.OIDC_FILE:
        return
    try:
        known = oidc.read(settings.OIDC_FILE)
    except oidc.ConfigurationTrouble as trouble:
        yield Finding(f"QIMING_OIDC 指的文件有错：{trouble}", False, "请按 docs/sign-in.md 改正，再重启")
        return
    yield Finding(f"能用的统一身份登录：{'、'.join(one.name for one in known.values())}", bool(known))
    yield Finding(
        "统一身份登录走 https",
        settings.HTTPS or not known,
        "回来的网址要和在那边登记的一样：请在 TLS 后面运行，设 QIMING_HTTPS=1",
        is_urgent=False,
    )
