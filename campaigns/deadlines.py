"""How an exclusive deadline is said and read: "trước ngày 10/12/2025 (hết ngày 09/12/2025)", and how long is left."""

import re
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from units.folding import search_key
from units.refusals import Refused


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


def last_on_time_day(deadline):
    """The day of the last moment before it, in the ward."""
    return timezone.localdate(deadline - timedelta(microseconds=1))


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


# --- A plan's own words -----------------------------------------------------------------------------------------------

WEEKDAYS = ["thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"]
YEARS = range(2000, 2100)
EXCLUSIVE = r"truoc"
INCLUSIVE = (
    r"(?:(?:cham|muon) nhat|khong (?:muon|cham) hon|khong qua)(?: la)?(?: (?:den|toi))?(?: het)?(?: vao)?(?: trong)?"
    r"|(?:(?:den|toi) )?het|trong"
)
WEEKDAY = r"(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat|cn)"
CLOCK = r"(?P<hour>\d{1,2}) ?(?:gio|h|g|:)(?: ?(?P<minute>\d{1,2})(?: ?(?:phut|p|'))?)?(?: (?P<half>sang|chieu|toi))?"
DAY = r"(?P<day>\d{1,2}) ?(?:[/.-]|thang) ?(?P<month>\d{1,2})(?: ?(?:[/.-]|nam) ?(?P<year>\d{1,4}))?"
MONTH = r"thang (?P<whole_month>\d{1,2})(?: ?(?:[/.-]|nam) ?(?P<month_year>\d{1,4}))?"
WORDS = re.compile(
    rf"(?:(?P<before>{EXCLUSIVE})|(?P<until>{INCLUSIVE}))?"
    rf"(?: ?luc)?(?: ?{CLOCK},?)?(?:,? ?(?P<weekday>{WEEKDAY}),?)?"
    rf"(?: ?(?:cua )?(?:ngay )?{DAY}| ?{MONTH})(?:,? ?\(?(?P<weekday_after>{WEEKDAY})\)?)?",
    re.ASCII,
)
EXAMPLES = "“trước ngày 10/12/2025”, “chậm nhất ngày 10/12/2025” hoặc “trước 16 giờ ngày 10/12/2025”"


def read_words(text):
    """The exclusive moment, in the ward's time, that a plan's words name; accents and capitals do not matter.

    "Trước ngày 10/12/2025" is 10 December 00:00; "chậm nhất ngày" and "đến hết ngày" the day after; with an hour, that
    hour. Raises Refused, with what to write, for whatever could be read in two ways.
    """
    folded = search_key(text).replace("–", "-").strip(" .,;")
    found = WORDS.fullmatch(folded)
    if not found:
        raise Refused(f"Chưa hiểu thời hạn này; đề nghị ghi như {EXAMPLES}, và chỉ ghi một thời hạn.")
    day, following = _day(found)
    if not (found["before"] or found["until"]):
        raise Refused("Chưa rõ ngày đó còn đúng hạn hay không; đề nghị ghi “trước ngày …” hoặc “chậm nhất ngày …”.")
    _check_weekday(found, day)
    if found["hour"]:
        return _moment(day, time.min) + _clock(found)
    return _moment(day if found["before"] else following, time.min)


def _moment(day, clock):
    return datetime.combine(day, clock, tzinfo=timezone.get_default_timezone())


def _day(found):
    """(the first day the words name, the day after the last one)."""
    year = found["year"] or found["month_year"]
    if not year or len(year) != 4:
        raise Refused("Đề nghị ghi đủ năm, bốn chữ số, ví dụ 10/12/2025.")
    if int(year) not in YEARS:
        raise Refused(f"Năm {year} quá xa; đề nghị xem lại.")
    if found["whole_month"] and found["hour"]:
        raise Refused("Có giờ thì đề nghị ghi cả ngày.")
    try:
        if found["day"]:
            day = date(int(year), int(found["month"]), int(found["day"]))
            return day, day + timedelta(days=1)
        first = date(int(year), int(found["whole_month"]), 1)
    except ValueError as slip:
        said = "/".join(filter(None, [found["day"], found["month"] or found["whole_month"], year]))
        raise Refused(f"Lịch không có {'ngày' if found['day'] else 'tháng'} {said}.") from slip
    return first, (first + timedelta(days=31)).replace(day=1)


def _clock(found):
    """How far into its day an hour stands; 24 giờ is the end of the day."""
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"] in ("chieu", "toi") and 1 <= hour < 12:
        hour += 12
    if minute > 59 or hour * 60 + minute > 24 * 60 or (found["half"] == "sang" and hour > 12):
        raise Refused("Giờ chỉ từ 0 đến 24 giờ, phút từ 0 đến 59; đề nghị xem lại.")
    return timedelta(hours=hour, minutes=minute)


def _check_weekday(found, day):
    said = found["weekday"] or found["weekday_after"]
    if not said or not found["day"]:
        return
    names = [search_key(name) for name in WEEKDAYS]
    numbers = [f"thu {number}" for number in range(2, 8)]
    right = {names[day.weekday()], *numbers[day.weekday() : day.weekday() + 1], *(["cn"] if day.weekday() == 6 else [])}
    if said not in right:
        raise Refused(f"Ngày {day:%d/%m/%Y} là {WEEKDAYS[day.weekday()]}; đề nghị xem lại thứ hoặc ngày.")


def read_back(deadline):
    """The last moment that is on time and the first that is late, said so that nobody can mistake it."""
    local = timezone.localtime(deadline)
    last = local - timedelta(minutes=1)
    return f"Đúng hạn: đến hết {_in_words(last)}. Muộn: từ {_in_words(local)}."


def _in_words(local):
    return f"{local:%H:%M} {WEEKDAYS[local.weekday()]}, ngày {local:%d/%m/%Y}"
