"""How numbers and moments are written on a page; loaded in every template."""

from datetime import timedelta

from django import template
from django.utils import timezone

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
def moment_to_the_second(value):
    return timezone.localtime(value).strftime("%H:%M:%S ngày %d/%m/%Y") if value else ""


@register.filter
def last_moment(deadline):
    """What is still on time before an exclusive deadline: "hết ngày 09/12/2025", or "trước 16:00 ngày 09/12/2025"."""
    local = timezone.localtime(deadline)
    if local.time() == local.time().min:
        return f"hết ngày {local - timedelta(days=1):%d/%m/%Y}"
    return f"trước {local:%H:%M ngày %d/%m/%Y}"


@register.filter
def before(deadline):
    """An exclusive deadline: "trước ngày 10/12/2025", or "trước 16:00 ngày 10/12/2025"."""
    local = timezone.localtime(deadline)
    return f"trước ngày {local:%d/%m/%Y}" if local.time() == local.time().min else f"trước {local:%H:%M ngày %d/%m/%Y}"


@register.filter
def time_left(deadline, now):
    """How long until a deadline, in the two largest units: "còn 3 ngày 4 giờ"; "đã quá hạn 2 ngày" after it."""
    seconds = int((deadline - now).total_seconds())
    days, rest = divmod(abs(seconds), 86400)
    hours, rest = divmod(rest, 3600)
    parts = [f"{days} ngày"] if days else []
    if hours:
        parts.append(f"{hours} giờ")
    if not days:
        parts.append(f"{rest // 60} phút")
    return ("còn " if seconds > 0 else "đã quá hạn ") + " ".join(parts)
