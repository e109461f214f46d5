"""A clause, a table's row or a sentence without a number becomes a target: what it is called and what its goal says."""

import re

from targets.goals import GRADE, OPERATOR, YES_NO, ZERO, NotAGoal, read_goal
from targets.measures import is_unit, unit_at_start
from targets.splitting.masking import brackets_of
from targets.splitting.readings import Reading

LONGEST_WORDING = 600

_JOINS = re.compile(
    rf"(?:\s*(?:(?<!trở\s){OPERATOR}|(?<!\w)(?:phấn\s+đấu|ở\s+mức|là|và|giữ|mức)(?!\w)|[:,–=-]))+\s*$", re.I
)
_PARTS = re.compile(
    r"(?:[:=]|(?<!\w)(?:đạt|còn|là|bằng|lên|xuống|ở\s+mức|trong\s+(?:phạm\s+vi\s+)?dự\s+toán)(?!\w))[^:=]{0,30}$", re.I
)
_MEASURED = re.compile(
    r"^(?:(?:tổng\s+)?số|tổng|tỷ\s+|tỉ\s+|tốc\s+độ|cơ\s+cấu|mức|giá\s+trị|sản\s+lượng|diện\s+tích|thu\s+(?:ngân|nhập|phí|thuế|nsnn|từ)\b)",
    re.I,
)
_ONLY_OPENING = re.compile(
    r"(?:có|phấn\s+đấu|trong\s+năm\s+\d{4}|đạt|bảo\s+đảm|đảm\s+bảo|năm\s+\d{4}|đến\s+(?:hết\s+)?năm\s+\d{4}|[\s,:–-]|và|trong\s+đó|riêng|duy\s+trì)*",
    re.I,
)
_OPENING_YEAR = re.compile(
    r"^(?:phấn\s+đấu\s*,?\s*)?(?:(?:đến|trong)\s+(?:hết\s+)?)?năm\s+\d{4}\s*[:,]?\s+(?=\S)", re.I
)
_UNIT_AT_END = re.compile(r"\s((?:nghìn|triệu|tỷ)\s+[^\W\d]+|[^\W\d]+|%|‰)$")
_CHANGES = re.compile(r"(?:giảm|tăng)\s+(?!trưởng|cường)", re.I)


def read_clause(text, clause):
    """The target of a clause of `text` that holds a measure."""
    whole = text[clause.start : clause.end].strip(" ,")
    before, words, after = (
        text[clause.start : clause.left],
        text[clause.left : clause.right],
        text[clause.right : clause.end],
    )
    reading = Reading("", whole[:LONGEST_WORDING], doubts=list(clause.doubts))
    _read_goal(reading, words, after)
    _name(reading, before, words, after)
    reading.stated = _states_a_way(words)
    return reading


def read_row(name, unit, words):
    """The target of a table's row: its three cells."""
    reading = Reading(_tidy(name), f"{name}: {words} {unit}".strip()[:LONGEST_WORDING])
    _read_goal(reading, words, "", of_cell=True)
    if unit and reading.unit and unit.lower() != reading.unit.lower():
        reading.doubts.append(f"Cột đơn vị tính ghi “{unit}” nhưng mức ghi “{reading.unit}”")
    reading.unit = unit or reading.unit
    reading.doubts = [doubt for doubt in reading.doubts if "đơn vị tính đứng" not in doubt]
    reading.stated = _states_a_way(words)
    return reading


def read_words(text):
    """The target of a sentence without a number: yes or no, or told in words."""
    kept_or_not = YES_NO.search(text) and not GRADE.search(text)
    reading = Reading(_tidy(text), text[:LONGEST_WORDING], answer="yes_no" if kept_or_not else "text")
    reading.doubts.append(
        "Chỉ tiêu không có con số; tạm hiểu là trả lời đạt hay không đạt"
        if kept_or_not
        else "Chỉ tiêu không có con số; tạm hiểu là báo cáo bằng lời"
    )
    return reading


def _read_goal(reading, words, after, *, of_cell=False):
    try:
        reading.goal = read_goal(words)
    except NotAGoal as refused:
        reading.doubts.append(f"Chưa đọc được mức: {str(refused)[0].lower()}{str(refused)[1:]}")
        found = re.search(r"\d(?=\D*$)", words)
        reading.unit = unit_at_start(words[found.end() :])[0] if found else ""
        return
    reading.unit = reading.goal.unit_of_measure
    reading.doubts += reading.goal.doubts
    if not reading.unit and not of_cell and not ZERO.search(words):
        noun = re.match(r"\s*([^\W\d_]+)", after)
        if noun and noun[1].lower() not in ("và", "trở", "trong", "so", "năm", "của"):
            reading.unit = noun[1]
            reading.doubts.append(f"Đơn vị tính “{noun[1]}” lấy theo chữ đứng sau con số")


def _states_a_way(words):
    return bool(
        re.search(OPERATOR, words, re.I) or re.search(r"trở\s+(?:lên|xuống)|\d\s*%?\s*(?:-|–|đến)\s*\d", words, re.I)
    )


def _name(reading, before, words, after):
    """Before the number up to the colon or "đạt"; or, where the number comes first, what it counts."""
    head, tail = before.strip(" :,–-•"), after.strip(" .;,:")
    separated = bool(_PARTS.search(before.rstrip()[-2:]) or _PARTS.search(_opening_of(words)))
    head = _OPENING_YEAR.sub("", _JOINS.sub("", head).strip(" :,–-"))
    if not reading.unit and (named := _UNIT_AT_END.search(head)) and is_unit(named[1]):
        reading.unit, head = named[1], head[: named.start()]
        reading.doubts.append(f"Đơn vị tính “{reading.unit}” lấy theo chữ đứng trước con số")
    if _CHANGES.match(head) and not separated and reading.goal:
        reading.goal = None
        reading.doubts.append("Có thể là mức tăng, giảm so với một kỳ khác; đề nghị gõ con số phải đạt")
    unit = reading.unit
    if ZERO.match(words) and not head:
        _name_of_zero(reading, words, tail)
        return
    if _ONLY_OPENING.fullmatch(head):
        share = unit in ("%", "‰")
        reading.name = _tidy(f"Tỷ lệ {tail}" if share else f"Số {_counted(unit)} {_without_unit(tail, unit)}")
        if not tail and share:
            reading.doubts.append("Không rõ con số này là của chỉ tiêu nào")
    elif separated:
        condition = next((found for found in brackets_of(tail) if tail.startswith(found)), "")
        compared = re.match(r"(?:so\s+với|kế\s+hoạch|dự\s+toán|chỉ\s+tiêu)\b.*", tail, re.I)
        reading.name = _tidy(f"{head} {condition or (f'({tail})' if compared and reading.goal else '')}")
    else:
        named = not tail and (_MEASURED.match(head) or unit.lower() in head.lower())
        counted = "" if named or unit in ("%", "‰") else _counted(unit)
        reading.name = _tidy(f"{head} {counted} {_without_unit(tail, unit)}")
        if unit in ("%", "‰") and not _MEASURED.match(reading.name):
            reading.name = f"Tỷ lệ {reading.name[:1].lower()}{reading.name[1:]}"
    if ZERO.match(words) and re.match(r"t[ỷỉ]\s+lệ\s", reading.name, re.I) and unit not in ("%", "‰"):
        reading.name = f"Số {reading.name.split(maxsplit=2)[2]}"
        reading.open_questions.append("Kế hoạch ghi là tỷ lệ nhưng mức là “không còn” nên theo dõi bằng số lượng")
    _unit_from_brackets(reading, before)


def _opening_of(words):
    """The goal's words before its first digit: "đạt trên "."""
    found = re.search(r"\d", words)
    return f" {words[: found.start()]}" if found else ""


def _name_of_zero(reading, words, tail):
    unit = reading.unit or ("vụ" if re.search(r"xảy|phát\s+sinh", words, re.I) else "")
    counted = words[ZERO.match(words).end() :].strip() or unit
    reading.name = _tidy(f"Số {counted if counted.lower().startswith(unit.lower()) else unit} {tail}")
    if not reading.unit:
        reading.unit = unit
        reading.doubts.append(f"Không ghi đơn vị tính; tạm hiểu là “{unit}”" if unit else "Con số không có đơn vị tính")


def _counted(unit):
    """ "triệu đồng" and "ha" are not what is counted; "mô hình" is."""
    counted = unit.partition("/")[0]
    return "" if re.search(r"đồng|^(?:ha|m|m2|m²|m3|km|kg|tấn|tạ|lít|tỷ|triệu)$", counted) else counted


def _without_unit(tail, unit):
    return tail[len(unit) :] if unit and tail.lower().startswith(unit.lower()) else tail


def _unit_from_brackets(reading, before):
    """ "Thu ngân sách (tỷ đồng): 330" names its unit before the number."""
    for piece in brackets_of(before):
        inner = re.sub(r"^(?:đvt|đơn\s+vị(?:\s+tính)?)\s*:?\s*", "", piece[1:-1].strip(), flags=re.I)
        if is_unit(inner) and reading.unit in ("", inner):
            reading.unit = inner
            reading.name = _tidy(reading.name.replace(piece, " "))


def _tidy(name):
    name = " ".join(name.replace("\x01", " ").split()).strip(" .;,:–-")
    name = re.sub(r"\s+([,;)])|(?<=\()\s+", r"\1", name)
    return f"{name[:1].upper()}{name[1:]}"
