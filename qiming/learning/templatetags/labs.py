"""A lab's picture in a page."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from qiming.learning.labs.catalogue import LabCard

register = template.Library()

# For a lab that brings no picture of its own: a flask.
PLAIN = (
    '<svg viewBox="0 0 64 64" fill="none" stroke="currentColor" stroke-width="3" stroke-linejoin="round"'
    ' aria-hidden="true"><path d="M25 8h14M28 8v17L13 52c-2 4 0 6 4 6h30c4 0 6-2 4-6L36 25V8M20 42h24"/></svg>'
)


@register.simple_tag
def lab_picture(card: LabCard) -> SafeString:
    """The picture that lies beside the lab's manifest: a file of ours, never anybody's upload."""
    return format_html('<span class="labpic">{}</span>', mark_safe(card.picture or PLAIN))
