"""The headers that keep a page safe, as plain text: settings read them before Django is there."""

from typing import Final
from wsgiref.headers import Headers

REPORTS: Final = "/csp-reports/"
# 'wasm-unsafe-eval' lets a lab run its compiled model; blob: is how a lab shows what the camera saw.
POLICY: Final = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; media-src 'self' blob:; "
    "script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self' blob:; "
    "object-src 'none'; frame-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    # report-to would silence this one, and browsers obey it behind TLS only; schools' own servers often have none.
    f"report-uri {REPORTS}"
)
# The worker that runs a pupil's own program (web/labs/python): it computes and loads its engine's script, nothing else.
# It may connect nowhere, not even back to us, where the pupil's session would speak for the program.
SEALED_WORKER: Final = "/static/web/assets/sealed-worker-"
SEALED: Final = f"default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; report-uri {REPORTS}"
# Only what a lab uses, and only for our own pages.
ALLOWED_DEVICES: Final = (
    "camera=(self), microphone=(self), accelerometer=(), bluetooth=(), display-capture=(), encrypted-media=(), "
    "geolocation=(), gyroscope=(), hid=(), magnetometer=(), midi=(), payment=(), serial=(), usb=()"
)


def devices(*, camera: bool, microphone: bool) -> str:
    """The policy for a page on which one or the other must stay shut: the browser keeps it so, whatever a page tries."""
    shut = [name for name, is_open in (("camera", camera), ("microphone", microphone)) if not is_open]
    policy = ALLOWED_DEVICES
    for name in shut:
        policy = policy.replace(f"{name}=(self)", f"{name}=()")
    return policy


def reaching(origins: tuple[str, ...], *, in_frame: bool = False) -> str:
    """The policy of a page that leads into a registered tool: forms may go to these origins and frames may show them,
    nothing else. `in_frame`: the page itself may stand in a frame of ours (a step on the way into the tool)."""
    there = " ".join(("'self'", *origins))
    policy = POLICY.replace("form-action 'self'", f"form-action {there}")
    policy = policy.replace("frame-src 'none'", f"frame-src {there}")
    return policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'") if in_frame else policy


def calling(origin: str) -> str:
    """The policy of a page whose script may also call this one other server of ours; "" or a path: none but this."""
    if "://" not in origin:
        return POLICY
    return POLICY.replace("connect-src 'self'", f"connect-src 'self' {origin}")


HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": ALLOWED_DEVICES,
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


def static_headers(headers: Headers, path: str, url: str) -> None:
    """The same policy for static files (for whitenoise): a worker obeys the one its own script came with."""
    headers["Content-Security-Policy"] = SEALED if url.startswith(SEALED_WORKER) else POLICY
    headers["Cross-Origin-Resource-Policy"] = HEADERS["Cross-Origin-Resource-Policy"]
