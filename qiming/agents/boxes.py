"""The room's boxes, closed with this installation's signing key."""

from django.conf import settings

from qiming.agents.sealing import Box


def ours() -> Box:
    return Box([settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS])
