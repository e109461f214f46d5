"""How an exclusive deadline is said: "trước ngày 10/12/2025 (hết ngày 09/12/2025)", and how long is left."""

from datetime import timedelta

from django.utils import timezone


def before(deadline):
    """The day or hour it names: "trước ngày 10/12/2025", or "trước 16:00 ngày 10/12/2025"."""
    local = timezone.localtime(deadline)
    return f"trước ngày {local:%d/%m/%Y}" if local.time() == local.time().min else f"trước {local:%H:%M ngày %d/%m/%Y}"


def last_moment(deadline):
    """What is still on time: "hết ngày 09/12/2025"; for a deadline inside a day the same words as `before`."""
    local = timezone.localtime(deadline)
    if local.time() == local.time().min:
        return f"hết ngày {local - timedelta(days=1):%d/%m/%Y}"
    return before(deadline)


def in_full(deadline):
    """Both sayings: "trước ngày 10/12/2025 (hết ngày 09/12/2025)"."""
    words, last = before(deadline), last_moment(deadline)
    return words if words == last else f"{words} ({last})"


def time_left(deadline, now):
    """The two largest units: "còn 3 ngày 4 giờ"; "đã quá hạn 2 ngày" after it."""
    seconds = int((deadline - now).total_seconds())
    days, rest = divmod(abs(seconds), 86400)
    hours, rest = divmod(rest, 3600)
    parts = [f"{days} ngày"] if days else []
    if hours:
        parts.append(f"{hours} giờ")
    if not days:
        parts.append(f"{rest // 60} phút")
    return ("còn " if seconds > 0 else "đã quá hạn ") + " ".join(parts)
