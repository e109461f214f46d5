"""What a plan leaves open about a target: which way its goal points, whether its figure can be right, of what it is."""

import re

from targets.goals import Goal
from targets.numbers import show_interval
from targets.splitting.masking import numbers_in_brackets

LONGEST_NAME = 300

_SPENDING = re.compile(r"(?:tổng\s+)?chi\s+(?:ngân\s+sách|thường\s+xuyên|cân\s+đối)", re.I)
_LOWER_IS_BETTER = re.compile(
    r"tăng\s+dân\s+số|hộ\s+(?:cận\s+)?nghèo|sinh\s+con\s+thứ|suy\s+dinh\s+dưỡng|thất\s+nghiệp|tai\s+nạn|tội\s+phạm|tử\s+vong"
    r"|bỏ\s+học|tảo\s+hôn|vi\s+phạm|tồn\s+đọng|quá\s+hạn|khiếu\s+nại|mắc\s+(?:bệnh|mới)|tỷ\s+suất\s+(?:sinh|chết)|số\s+vụ",
    re.I,
)
_DEALT_WITH = re.compile(
    r"xử\s+lý|giải\s+quyết|khắc\s+phục|thoát|điều\s+trị|thu\s+hồi|phát\s+hiện|hoà\s+giải|hòa\s+giải", re.I
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


def settle(reading):
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
    _direction(reading)
    _magnitude(reading)
    _open_questions(reading)


def _direction(reading):
    goal = reading.goal
    if goal.at_most is not None or goal.at_least is None:
        return
    lower = _LOWER_IS_BETTER.search(reading.name) and not _DEALT_WITH.search(reading.name)
    if reading.stated:
        if lower and "không còn" not in reading.wording.lower():
            reading.open_questions.append(
                "Chỉ tiêu thường càng thấp càng tốt nhưng mức ghi là không thấp hơn; đề nghị xem lại"
            )
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
    elif lower:
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
    if len(reading.name.split()) < 2:
        reading.doubts.append("Tên chỉ tiêu quá ngắn; đề nghị ghi rõ con số này là của việc gì")
    if len(reading.name) > LONGEST_NAME:
        reading.name = reading.name[:LONGEST_NAME].rsplit(" ", 1)[0]
        reading.doubts.append("Tên chỉ tiêu quá dài, đã cắt bớt; nguyên văn còn đủ")


def _open_questions(reading):
    if reading.unit.lower() in ("học sinh", "cháu", "lớp", "trẻ"):
        reading.open_questions.append("Số liệu trường học theo năm học; cần xác nhận ngày lấy số liệu")
    if reading.unit == "%" and re.search(r"(?:chỉ\s+tiêu|kế\s+hoạch|dự\s+toán)(?!\w)", reading.name, re.I):
        reading.open_questions.append("Kế hoạch không ghi số được giao làm mẫu số")
    if re.match(r"mỗi\s", reading.name, re.I):
        reading.open_questions.append("Mức này tính cho mỗi nơi, không phải cả đợt; cần xác nhận mức chung")
    if _COUNTED_BY_UNITS.match(reading.name):
        reading.doubts.append("Có thể hỏi từng đơn vị đạt hay không đạt thay cho tử số và mẫu số")
