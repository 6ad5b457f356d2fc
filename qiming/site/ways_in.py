"""What the doctor says about signing in (the second factor, outside sign-ins) and about the address of this installation."""

from collections.abc import Iterator
from urllib.parse import urlsplit

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


def public_address() -> Iterator[Finding]:
    """Django is open. The address is signed into every certificate: a wrong one is noticed too late."""
    from django.conf import settings

    parts = urlsplit(settings.PUBLIC_ADDRESS)
    demo = (home.path() / "demo-accounts.txt").exists()
    fits = parts.scheme == "https" and (parts.hostname or "") not in {"127.0.0.1", "localhost", "::1"}
    yield Finding(
        f"证书上写的网址是 {settings.PUBLIC_ADDRESS}{'，示例城市不用改' if demo and not fits else ''}",
        fits or demo,
        "颁发第一张证书之前请设 QIMING_ADDRESS=https://对外的域名（docs/credentials.md）",
        is_urgent=False,
    )
