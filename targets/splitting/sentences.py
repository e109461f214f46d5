"""The targets of one sentence: its clauses read together, for they share a lead and may be parts of one another."""

import re

from targets.splitting.clauses import clauses_of
from targets.splitting.naming import read_clause
from targets.splitting.questions import settle

_PART = re.compile(r"^\s*(?:trong\s+đó|riêng)\s*:?\s*(?:có\s+)?", re.I)
_LEAD = re.compile(r"^([^:;]{2,80}):\s")
_NO_LEAD = re.compile(r"(?:phấn\s+đấu|đến\s|năm\s|trong\s+năm|cụ\s+thể|kết\s+quả|thực\s+hiện|chỉ\s+tiêu)", re.I)


def readings_of(text):
    """Readings in order; `part_of` of each is the index of the reading it is a part of, or None."""
    clauses = clauses_of(text)
    readings = []
    for clause in clauses:
        part = _PART.match(text[clause.start : clause.end]) if readings else None
        if part and clause.start + part.end() <= clause.left:
            clause.start += part.end()
        reading = read_clause(text, clause)
        reading.part_of = _whole_of(readings, reading) if part else None
        if part and reading.part_of is None:
            reading.doubts.append("Ghi là “trong đó” nhưng khác đơn vị tính với chỉ tiêu đứng trước")
        readings.append(reading)
    if len(readings) > 1:
        _share_lead(text, clauses, readings)
    for reading in readings:
        settle(reading)
    return readings


def _whole_of(readings, reading):
    return next((i for i, whole in enumerate(readings) if whole.part_of is None and whole.unit == reading.unit), None)


def _share_lead(text, clauses, readings):
    """ "Tiểu học: 139 lớp, 4.675 học sinh": what stands before the colon names both."""
    lead = _LEAD.match(text)
    if not lead or lead.end() > clauses[0].left or _NO_LEAD.match(lead[1]):
        return
    at_once = not text[lead.end() : clauses[0].left].strip()
    if at_once and any(text[one.start : one.left].strip(" ,;") for one in clauses[1:]):
        return  # the colon belongs to the first target alone
    for clause, reading in zip(clauses, readings, strict=True):
        if clause is clauses[0] and not at_once:
            continue
        own = f"số {reading.unit}" if reading.name == lead[1] else reading.name.removeprefix("Tỷ lệ ")
        reading.name = f"{lead[1]}: {own[:1].lower()}{own[1:]}"
