"""The public addresses that stand in certificates. They are signed: what is answered there may change, they may not."""

from django.conf import settings
from django.urls import reverse


def absolute(name: str, *parts: str) -> str:
    """The address of one of our pages as the world reaches it."""
    return f"{settings.PUBLIC_ADDRESS}{reverse(name, args=parts)}"
