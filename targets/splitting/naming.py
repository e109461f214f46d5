"""A clause becomes a target: what it is called, how it is answered, which way its goal points, what stays open."""

import re
from dataclasses import dataclass, field

from targets.goals import GRADE, OPERATOR, YES_NO, ZERO, Goal, NotAGoal, read_goal
from targets.measures import is_unit, unit_at_start
from targets.numbers import show_interval
from targets.splitting.masking import brackets_of, numbers_in_brackets

LONGEST_NAME, LONGEST_WORDING = 300, 600

_JOINS = re.compile(rf"(?:\s*(?:{OPERATOR}|(?<!\w)(?:phấn\s+đấu|ở\s+mức|là|và|giữ|mức)(?!\w)|[:,–=-]))+\s*$", re.I)
_PARTS = re.compile(
    r"(?:[:=]|(?<!\w)(?:đạt|còn|là|bằng|lên|xuống|ở\s+mức|trong\s+(?:phạm\s+vi\s+)?dự\s+toán)(?!\w))[^:=]{0,30}$", re.I
)
_MEASURED = re.compile(
    r"^(?:(?:tổng\s+)?số|tổng|tỷ\s+|tỉ\s+|tốc\s+độ|cơ\s+cấu|mức|giá\s+trị|sản\s+lượng|diện\s+tích|thu\s)", re.I
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
_SPENDING = re.compile(r"(?:tổng\s+)?chi\s+(?:ngân\s+sách|thường\s+xuyên|cân\s+đối)", re.I)
_LOWER_IS_BETTER = re.compile(
    r"tăng\s+dân\s+số|hộ\s+(?:cận\s+)?nghèo|sinh\s+con\s+thứ|suy\s+dinh\s+dưỡng|thất\s+nghiệp|tai\s+nạn|tội\s+phạm|tử\s+vong"
    r"|bỏ\s+học|tảo\s+hôn|vi\s+phạm|tồn\s+đọng|quá\s+hạn|khiếu\s+nại|mắc\s+(?:bệnh|mới)|tỷ\s+suất\s+(?:sinh|chết)|số\s+vụ",
    re.I,
)
_EITHER_WAY = re.compile(
    r"^(?:tổng\s+)?số\s+(?:lớp|phòng|nhóm)|tăng\s+dân\s+số|tỷ\s+suất\s+sinh|tỷ\s+số\s+giới|^cơ\s+cấu", re.I
)
_COUNTED_BY_UNITS = re.compile(
    r"^tỷ\s+lệ\s+(?:số\s+)?(?:tổ\s+dân\s+phố|thôn|khu\s+dân\s+cư|trường|cơ\s+quan|đơn\s+vị)", re.I
)
_GIVEN_BY = [
    ("centre", re.compile(r"trung\s+ương\s+giao|chính\s+phủ\s+giao", re.I)),
    ("city", re.compile(r"(?:thành\s+phố|tỉnh|cấp\s+trên)\s+giao", re.I)),
]
# Figures that are seldom so: (what the name says, beyond what, why it is asked about). Percentages only.
_SELDOM = [
    (
        re.compile(r"(?:BHXH|bảo\s+hiểm\s+xã\s+hội)\s+tự\s+nguyện", re.I),
        20,
        "mức này cao hơn nhiều so với thông thường",
    ),
    (re.compile(r"BHXH|bảo\s+hiểm\s+xã\s+hội", re.I), 80, "mức này thường là của BHYT, không phải BHXH"),
    (re.compile(r"tăng\s+dân\s+số", re.I), 3, "mức tăng dân số này cao hơn nhiều so với thông thường"),
    (re.compile(r"thất\s+nghiệp|hộ\s+nghèo|bỏ\s+học", re.I), 30, "mức này cao hơn nhiều so với thông thường"),
    (re.compile(r"^tỷ\s+lệ", re.I), 100, "tỷ lệ lớn hơn 100%"),
]
_WHOLE = {"người", "hộ", "học sinh", "cháu", "lớp", "trường", "lao động", "vụ", "mô hình", "tổ dân phố", "trẻ"}


@dataclass
class Reading:
    """What one clause says. `doubts` are about the reading, `open_questions` about the plan itself."""

    name: str
    wording: str
    unit: str = ""
    goal: Goal | None = None
    answer: str = "number"
    given_by: str = "ward"
    part_of: int | None = None
    doubts: list = field(default_factory=list)
    open_questions: list = field(default_factory=list)

    @property
    def goal_text(self):
        tracked = self.goal is None or (self.goal.at_least is None and self.goal.at_most is None)
        return "" if tracked else show_interval(self.goal.at_least, self.goal.at_most)


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
    finish(reading, stated=_states_a_way(words))
    return reading


def read_row(name, unit, words):
    """The target of a table's row: its three cells."""
    reading = Reading(_tidy(name), f"{name}: {words} {unit}".strip()[:LONGEST_WORDING])
    _read_goal(reading, words, "", of_cell=True)
    if unit and reading.unit and unit.lower() != reading.unit.lower():
        reading.doubts.append(f"Cột đơn vị tính ghi “{unit}” nhưng mức ghi “{reading.unit}”")
    reading.unit = unit or reading.unit
    reading.doubts = [doubt for doubt in reading.doubts if "đơn vị tính đứng" not in doubt]
    finish(reading, stated=_states_a_way(words))
    return reading


def read_words(text):
    """The target of a sentence without a number: yes or no, or told in words."""
    zero = YES_NO.search(text) and not GRADE.search(text)
    reading = Reading(_tidy(text), text[:LONGEST_WORDING], answer="yes_no" if zero else "text")
    reading.doubts.append(
        "Chỉ tiêu không có con số; tạm hiểu là trả lời đạt hay không đạt"
        if zero
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
    return "" if re.search(r"đồng|^(?:ha|m|m2|m²|m3|km|kg|tấn|tạ|lít|tỷ|triệu)$|/", unit) else unit


def _without_unit(tail, unit):
    return tail[len(unit) :] if unit and tail.lower().startswith(unit.lower()) else tail


def _unit_from_brackets(reading, before):
    """ "Thu ngân sách (tỷ đồng): 330" names its unit before the number."""
    for piece in brackets_of(before):
        inner = re.sub(r"^(?:đvt|đơn\s+vị(?:\s+tính)?)\s*:?\s*", "", piece[1:-1].strip(), flags=re.I)
        if is_unit(inner) and reading.unit in ("", inner):
            reading.unit = inner
            reading.name = _tidy(reading.name.replace(piece, " "))


def finish(reading, *, stated):
    """Answer, direction and questions that follow from name, unit and goal."""
    reading.answer = "ratio" if reading.unit.startswith(("%", "‰")) else "number"
    if (
        reading.goal
        and reading.goal.at_least is reading.goal.at_most is None
        and any("có hoặc không" in doubt for doubt in reading.goal.doubts)
    ):
        reading.answer = "yes_no"
    reading.given_by = next((who for who, said in _GIVEN_BY if said.search(reading.wording)), "ward")
    _length(reading)
    if not reading.goal_text:
        return
    if not reading.unit:
        reading.doubts.append("Con số không có đơn vị tính")
    if numbers_in_brackets(reading.wording):
        reading.doubts.append("Con số trong ngoặc được coi là điều kiện, không đọc thành chỉ tiêu")
    if not stated:
        _direction(reading)
    _magnitude(reading)
    if reading.unit.lower() in ("học sinh", "cháu", "lớp", "trẻ"):
        reading.open_questions.append("Số liệu trường học theo năm học; cần xác nhận ngày lấy số liệu")
    if reading.unit == "%" and re.search(r"(?:chỉ\s+tiêu|kế\s+hoạch|dự\s+toán)(?!\w)", reading.name, re.I):
        reading.open_questions.append("Kế hoạch không ghi số được giao làm mẫu số")
    if re.match(r"mỗi\s", reading.name, re.I):
        reading.open_questions.append("Mức này tính cho mỗi nơi, không phải cả đợt; cần xác nhận mức chung")
    if _COUNTED_BY_UNITS.match(reading.name):
        reading.doubts.append("Có thể hỏi từng đơn vị đạt hay không đạt thay cho tử số và mẫu số")


def _direction(reading):
    goal = reading.goal
    if goal.at_most is not None or goal.at_least is None:
        return
    ceiling = Goal(None, goal.at_least, goal.unit_of_measure, goal.decimals, goal.doubts)
    printed = (
        f"{show_interval(goal.at_least, goal.at_least)[2:]} {reading.unit}".replace(" %", "%")
        .replace(" ‰", "‰")
        .strip()
    )
    if _SPENDING.search(reading.name):
        reading.goal = ceiling
        reading.open_questions.append("Chi ngân sách được hiểu là trong dự toán: không quá mức giao, không tính vượt")
    elif _LOWER_IS_BETTER.search(reading.name):
        reading.goal = ceiling
        reading.open_questions.append(
            f"Kế hoạch không nói không quá, không thấp hơn hay đúng bằng {printed}; tạm hiểu là không quá"
        )
    elif _EITHER_WAY.search(reading.name):
        reading.open_questions.append(
            f"Kế hoạch không nói không thấp hơn hay đúng bằng {printed}; tạm hiểu là không thấp hơn"
        )


def _magnitude(reading):
    figure = reading.goal.at_least if reading.goal.at_least is not None else reading.goal.at_most
    if reading.unit == "%":
        for named, beyond, why in _SELDOM:
            if named.search(reading.name) and figure > beyond:
                reading.open_questions.append(f"Đề nghị xem lại con số: {why}")
                break
    elif reading.unit.lower() in _WHOLE and reading.goal.decimals:
        reading.open_questions.append(f"Số {reading.unit} phải là số nguyên; đề nghị xem lại con số")


def _length(reading):
    if len(reading.name) > LONGEST_NAME:
        reading.name = reading.name[:LONGEST_NAME].rsplit(" ", 1)[0]
        reading.doubts.append("Tên chỉ tiêu quá dài, đã cắt bớt; nguyên văn còn đủ")


def _tidy(name):
    name = " ".join(name.replace("\x01", " ").split()).strip(" .;,:–-")
    name = re.sub(r"\s+([,;)])", r"\1", name)
    return f"{name[:1].upper()}{name[1:]}"
