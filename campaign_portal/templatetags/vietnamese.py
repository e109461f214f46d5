"""How numbers and moments are written on a page; loaded in every template."""

from datetime import datetime

from django import template
from django.utils import timezone

from campaigns import deadlines
from targets import numbers

register = template.Library()


@register.filter
def amount(value, decimals=None):
    """A decimal as Vietnamese writes it: 537.487,84."""
    return numbers.show(value, decimals)


@register.filter
def moment(value):
    """A moment to the minute: 14:03 ngày 09/12/2025."""
    return timezone.localtime(value).strftime("%H:%M ngày %d/%m/%Y") if value else ""


@register.filter
def iso_moment(text):
    """A moment that was frozen as ISO text."""
    return moment_to_the_second(datetime.fromisoformat(text)) if text else ""


@register.filter
def moment_to_the_second(value):
    return timezone.localtime(value).strftime("%H:%M:%S ngày %d/%m/%Y") if value else ""


for say in (deadlines.before, deadlines.last_moment, deadlines.time_left):
    register.filter(say.__name__, say)
