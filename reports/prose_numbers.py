"""Which numbers in the office's prose stand in no table of the report."""

import re
from decimal import Decimal, InvalidOperation

from reports import award_table
from reports.target_columns import targets_of
from reports.wording import TRACKS, on_track

TOKEN = re.compile(r"\d+(?:[.,]\d+)*")
# A number that stands alone: not part of 232/KH-UBND, 09/12/2025, 41-CT/TW or a code.
ALONE = re.compile(r"(?<![\w/.,:-])(\d+(?:[.,]\d+)*)(?![\w/:]|-\w|[.,]\d)")
NAMES = re.compile(  # words after which a number names a thing and counts nothing
    r"(?:\bsố|\bđiều|\bkhoản|\bmục|\bphần|\bquý|\btháng|\bngày|\bnăm|\bthứ|\bkhoá|\bkhóa|\bphụ lục|\bnhiệm kỳ"
    r"|\btổ dân phố|\btdp|\bphường|\bđường|\bkhối|\bchỉ tiêu|\bđợt|\bkỳ)\s+\Z",
    re.IGNORECASE,
)
HOURS = re.compile(r"\s*(?:giờ|phút|h)\b", re.IGNORECASE)
LISTED = re.compile(r"[-+•]?\s*\Z")
NEAR = 20  # letters before and after a number that say what it is
YEARS = range(1930, 2101)
CUT_OFF = re.compile(r"(?:tính|chốt)\s+đến\s+(?:hết\s+)?(?:ngày\s+)?(\d{1,2}/\d{1,2}/\d{4})", re.IGNORECASE)
FIELDS = ["goal", "actual", "estimate", "percent", "points", "in_period", "baseline", "baseline_percent"]
FIELDS += ["baseline_points", "adjusted_from", "note", "name"]


def numbers_without_table(figures, text):
    """[(number as written, the words around it), …] of a section, each number once."""
    tables, found = in_tables(figures), {}
    for line in text.splitlines():
        for match in ALONE.finditer(line):
            if match[1] not in found and not _names(line, match) and value_of(match[1]) not in tables:
                found[match[1]] = line[max(0, match.start() - 40) : match.end() + 40].strip()
    return list(found.items())


def _names(line, match):
    """Whether the number is a date, a year, an ordinal or the number of a paragraph, and not a figure."""
    start, end = match.span()
    before, after = line[max(0, start - NEAR) : start], line[end : end + NEAR]
    is_year = len(match[1]) == 4 and match[1].isdecimal() and int(match[1]) in YEARS
    starts = start < NEAR and LISTED.match(before) and re.match(r"[.)]\s", after)
    return bool(is_year or starts or NAMES.search(before) or HOURS.match(after))


def value_of(token):
    """A printed number as a decimal; None where it is none."""
    try:
        return abs(Decimal(token.replace(".", "").replace(",", ".")))
    except InvalidOperation:
        return None


def in_tables(figures):
    """Every number that the report's tables and counted sentences say."""
    texts = [str(target.get(field, "")) for target in targets_of(figures) for field in FIELDS]
    texts += [str(target[part]) for target in targets_of(figures) for part in ("k", "m")]
    texts += [figures["campaign"]["subject"], figures["campaign"]["short_name"]]
    texts += [f"{example['name']} {example['summary']}" for example in figures["examples"]]
    texts += [row["achievement"] for row in figures["commendations"]["rows"]]
    texts += [str(count) for count in _counts(figures)]
    return {value_of(token) for text in texts for token in TOKEN.findall(text)}


def _counts(figures):
    summary, handed_in = figures["summary"], figures["handed_in"]
    yield from summary.values()
    yield from (summary["met"] + summary["exceeded"], summary["total"] - summary["tracked"])
    yield from (value for value in handed_in.values() if isinstance(value, int))
    yield from (len(handed_in["silent"]), len(figures["examples"]), figures["commendations"]["waiting"])
    yield from (len(figures["sectors"]), len(figures["tasks"]), len(figures["movements"]))
    for sector in figures["sectors"]:
        verdicts = [target["verdict"] for group in sector["groups"] for target in group["targets"]]
        yield from (len(verdicts), sum(verdict in ("met", "exceeded") for verdict in verdicts))
    for track, _ in TRACKS:
        yield from award_table.counts(on_track(figures["commendations"], track))
    for row in award_table.rows(figures["commendations"]):
        yield from row["counts"]


def other_cut_offs(text, stated):
    """Dates up to which the prose says that figures were counted, other than the report's own."""
    return [date for date in CUT_OFF.findall(text) if _day(date) != _day(stated)]


def _day(date):
    return [int(part) for part in date.split("/")] if date else []
