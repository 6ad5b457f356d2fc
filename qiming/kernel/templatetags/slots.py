"""`{% slot "room.place" thing=thing %}`: what higher rooms have to show here."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from qiming.kernel import slots

register = template.Library()


@register.simple_tag(takes_context=True)
def slot(context: template.Context, name: str, **given: Any) -> SafeString:
    """Everything filled into the slot `name`, or nothing."""
    return slots.render(name, context["request"], **given)
