"""What a plan's dates and words become a year later: the same day, the same sentence, the year moved on by one."""

import re
from datetime import datetime, time, timedelta

from django.utils import timezone

from campaigns import deadlines
from units.models import ward_day
from units.refusals import Refused

YEAR = r"(?<![0-9/.,])(?:19|20)[0-9]{2}(?![0-9/]|[.,][0-9])"
SPAN = re.compile(r"((?:19|20)[0-9]{2})(\s*[-–]\s*)((?:19|20)[0-9]{2})(?![0-9])")
DATE = re.compile(
    r"(?P<day>\d{1,2})(?P<first>\s*[/.-]\s*|\s+tháng\s+)(?P<month>\d{1,2})"
    r"(?P<second>\s*[/.-]\s*|\s+năm\s+)(?P<year>\d{4})(?!\d)",
    re.I,
)
WHOLE_MONTH = re.compile(r"(tháng\s+\d{1,2}(?:\s*[/.-]\s*|\s+năm\s+))(\d{4})(?!\d)", re.I)
WEEKDAY = re.compile(r"[,(]?\s*\b(?:thứ\s+(?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ\s+nhật)\b[,)]?", re.I)
ROUND_AN_EXCERPT = 40  # characters


def same_day(day):
    """The same day next year; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def same_moment(deadline):
    """The exclusive moment whose last day on time is the same day next year."""
    local = timezone.localtime(deadline)
    if local.time() == time.min:
        return _midnight(same_day(local.date() - timedelta(days=1)) + timedelta(days=1))
    return datetime.combine(same_day(local.date()), local.time(), tzinfo=timezone.get_default_timezone())


def _midnight(day):
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())


def deadline(words, moment):
    """(words, exclusive moment) of a deadline a year later, in the plan's own words where they can still be read."""
    moved, dates = DATE.subn(_later_date, WEEKDAY.sub(" ", words))
    if not dates:
        moved = WHOLE_MONTH.sub(_later_month, moved)
    moved = " ".join(moved.split())
    try:
        return moved, deadlines.read_words(moved)
    except Refused:
        later = same_moment(moment)
        return deadlines.before(later), later


def _later_date(found):
    year = int(found["year"]) + 1
    leaps = int(found["day"]) == 29 and int(found["month"]) == 2
    return f"{28 if leaps else found['day']}{found['first']}{found['month']}{found['second']}{year}"


def _later_month(found):
    return f"{found[1]}{int(found[2]) + 1}"


def names(text, *, first, last):
    """A name with the campaign's own years moved on by one.

    A year in a date, in a number ("232/2025") or in a span of other years ("2025 - 2030") is not the campaign's.
    """
    spans = [found.span() for found in SPAN.finditer(text)]

    def moved(found):
        inside = any(start <= found.start() < end for start, end in spans)
        return str(int(found[0]) + 1) if int(found[0]) in {first, last} and not inside else found[0]

    text = re.sub(YEAR, moved, text)
    return SPAN.sub(
        lambda found: _moved_span(found) if (int(found[1]), int(found[3])) == (first, last) else found[0], text
    )


def _moved_span(found):
    return f"{int(found[1]) + 1}{found[2]}{int(found[3]) + 1}"


def slug(old, *, first, last):
    """An address with the year moved on; with the next year put behind it where it names none."""
    moved = "-".join(str(int(part) + 1) if part in {str(first), str(last)} else part for part in old.split("-"))
    return moved if moved != old else f"{old[:55]}-{last + 1}"


def mentions(text, years):
    """Where a text names one of the years, each as a short excerpt: ["… bảo đảm quốc phòng năm 2025 của phường …"]."""
    found, end = [], 0
    text = " ".join(text.split())
    for year in re.finditer("|".join(rf"(?<![0-9]){year}(?![0-9])" for year in sorted(years)), text):
        if year.start() < end:
            continue
        start, end = max(year.start() - ROUND_AN_EXCERPT, 0), min(year.end() + ROUND_AN_EXCERPT, len(text))
        start = text.find(" ", start, year.start()) + 1 if start else 0
        stop = text.rfind(" ", year.end(), end) if end < len(text) else end
        stop = stop if stop > 0 else end
        found.append(f"{'… ' if start else ''}{text[start:stop]}{' …' if stop < len(text) else ''}")
    return found


def years_of(campaign):
    return {campaign.starts_on.year, campaign.ends_on.year}


def weekend(deadline):
    """A warning where the last day on time is no working day, else ""."""
    day = ward_day(deadline - timedelta(microseconds=1))
    return (
        f"Ngày cuối còn đúng hạn là {deadlines.WEEKDAYS[day.weekday()]}, không phải ngày làm việc."
        if day.weekday() > 4
        else ""
    )
