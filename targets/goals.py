"""A goal as people write it ("từ 95% trở lên", "13 - 14", "không còn hộ nghèo") becomes a closed interval."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from targets.measures import PER_HEADS, unit_at_start
from targets.numbers import NotANumber, parse, show

LONGEST = 300  # characters
LONGEST_UNIT = 40

GROUPED = r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:,\d+)?(?![\d.,]*\d)"
NUMBER = rf"(?:{GROUPED}|\d(?:[\d.,]*\d)?)"
_SIGNED = re.compile(rf"(?P<sign>(?<![\w%‰.,)\]])[-−])?(?<![^\W\d_])(?P<digits>{NUMBER})")  # not the 2 of "m2"

AT_LEAST, AT_MOST, EXACTLY, MORE_THAN, LESS_THAN, ABOUT = "at_least", "at_most", "exactly", "more", "less", "about"
_WORDS = {
    AT_LEAST: "≥|>=|=>|không thấp hơn|không dưới|không ít hơn|không nhỏ hơn|không kém|ít nhất|tối thiểu|thấp nhất"
    "|đạt và vượt|đạt, vượt|đạt từ|đạt|từ|tăng lên|nâng lên|lên",
    AT_MOST: "≤|<=|=<|không vượt quá|không quá|không cao hơn|không lớn hơn|không nhiều hơn|không vượt|tối đa|nhiều nhất"
    "|cao nhất|trong phạm vi dự toán|trong dự toán|trong phạm vi|trong mức|giảm xuống còn|giảm xuống|giảm còn"
    "|xuống còn|chỉ còn|còn lại|còn|xuống",
    EXACTLY: "=|đúng bằng|đúng|bằng",
    MORE_THAN: ">|trên|hơn|vượt|cao hơn|lớn hơn|nhiều hơn",
    LESS_THAN: "<|dưới|thấp hơn|ít hơn|nhỏ hơn|chưa đến|chưa tới",
    ABOUT: "~|≈|khoảng|gần|xấp xỉ|ước đạt|ước",
}
_KIND = {word: kind for kind, words in _WORDS.items() for word in words.split("|")}


def _either(words):
    """Words with a blank of any length between, the longer before the shorter they begin with."""
    words = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in words)


_MARKS = [word for word in _KIND if not word[0].isalpha()]
OPERATOR = rf"(?:(?<!\w)(?:{_either(_KIND.keys() - _MARKS)})(?!\w)|{_either(_MARKS)})"
_ENDS_WITH_OPERATOR = re.compile(rf"(?P<operator>{OPERATOR})\s*$", re.I)
UPWARDS, DOWNWARDS = r"trở\s+lên|hoặc\s+hơn", r"trở\s+xuống|trở\s+lại"
_DIRECTION = re.compile(rf"\s*(?:(?P<up>{UPWARDS})|(?P<down>{DOWNWARDS}))(?!\w)", re.I)
_ONLY_VERBS = re.compile(
    r"(?:phấn\s+đấu|thực\s+hiện|hoàn\s+thành|duy\s+trì|giữ|bảo\s+đảm|đảm\s+bảo|kiềm\s+chế|khống\s+chế|bình\s+quân|có|là|ở|mức|và|số|:|,|-|–|\s)*",
    re.I,
)
DELTA = r"(?:tăng|giảm)(?:\s+(?:thêm|bình\s+quân|trung\s+bình|mỗi\s+năm|ở\s+mức))*"
_DELTA_BEFORE = re.compile(rf"(?<!\w){DELTA}(?:\s*(?:{OPERATOR}))?\s*$", re.I)
_REACHES = re.compile(r"(?:lên|xuống|còn)\s*$", re.I)  # "tăng lên 95": the figure itself
COMPARED = r"so\s+với|cùng\s+kỳ|(?:kế\s+hoạch|dự\s+toán)\s+(?:giao|năm)|(?<!\w)lần(?!\w)\s*(?:trở\s+lên\s*)?(?:so|$)"
_COMPARED = re.compile(COMPARED, re.I)
_RANGE_DASH = re.compile(r"\s*(?:-|–|—|đến|tới|÷)\s*(?:dưới\s*)?", re.I)
_FROM_TO = re.compile(r"\s*(?P<way>lên|xuống)(?:\s+(?:còn|đến|tới))?\s*", re.I)
_DATE = re.compile(r"\d{1,2}[/-]\d{1,2}[/-]\d{4}")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
ZERO = re.compile(
    r"(?<!\w)(?:không\s+(?:còn|để\s+(?:xảy\s+ra|phát\s+sinh|có)|để|có|xảy\s+ra|phát\s+sinh)|xoá\s+hết|xóa\s+hết)(?!\w)",
    re.I,
)
YES_NO = re.compile(
    r"(?<!\w)(?:duy\s+trì|giữ\s+vững|đạt\s+chuẩn|đạt\s+danh\s+hiệu|được\s+công\s+nhận|bảo\s+đảm|đảm\s+bảo|hoàn\s+thành"
    r"|ổn\s+định|có|đạt|xây\s+dựng|thực\s+hiện)(?!\w)",
    re.I,
)
GRADE = re.compile(
    r"(?<!\w)(?:(?:xếp\s+)?(?:loại|hạng)|mức\s+độ|cấp\s+độ|xếp\s+thứ|xuất\s+sắc|hoàn\s+thành\s+tốt|vững\s+mạnh)(?!\w)",
    re.I,
)
_TIED = re.compile(r"(?<!\w)(?:loại|hạng|mức\s+độ|cấp\s+độ|thứ)\s*\d+\s*$", re.I)
_PER_PERIOD = re.compile(
    r"/\s*(?:năm|quý|tháng|tuần)(?!\w)|(?:mỗi|hằng|hàng)\s+(?:năm|quý|tháng|tuần)|bình\s+quân", re.I
)

_PERIODS = "Mức này tính theo từng kỳ hoặc bình quân; đề nghị xác nhận mức của cả đợt"


class NotAGoal(ValueError):
    """What was typed is no goal; str() is a sentence in Vietnamese that says what to type instead."""


@dataclass(frozen=True)
class Goal:
    """`at_least` ≤ value ≤ `at_most`; both None: tracked only. `doubts` are sentences for whoever confirms it."""

    at_least: Decimal | None
    at_most: Decimal | None
    unit_of_measure: str = ""
    decimals: int = 0
    doubts: tuple[str, ...] = ()


def read_goal(text: str, *, bare: str = "at_least") -> Goal:
    """The goal in a text that holds nothing else. Raises NotAGoal.

    A number alone is [x, –], with bare="exact" [x, x].
    """
    text = _tidy(text)
    if len(text) > LONGEST:
        raise NotAGoal("Mức chỉ tiêu quá dài; đề nghị chỉ gõ mức, ví dụ: ≥ 95")
    if text.lower() in ("", "theo dõi", "–", "-", "không giao"):
        return Goal(None, None)
    doubts = []
    if (inner := _BRACKETS.fullmatch(text)) and any(c.isdecimal() for c in text):
        text = inner[0][1:-1].strip()
    elif any(c.isdecimal() for found in _BRACKETS.findall(text) for c in found):
        doubts.append("Con số trong ngoặc được coi là điều kiện, không đọc thành mức chỉ tiêu")
    text = _tidy(_BRACKETS.sub(" ", text))
    if _DATE.search(text):
        raise NotAGoal("Đây là ngày tháng, không phải mức chỉ tiêu; đề nghị gõ mức, ví dụ: ≥ 95")
    per = [hidden.span() for hidden in PER_HEADS.finditer(text)]  # the 1.000 of "/1.000 dân" is no goal
    found = [one for one in _SIGNED.finditer(text) if not any(start <= one.start() < end for start, end in per)]
    if not found:
        goal = _without_number(text)
    elif len(found) == 1:
        goal = _of_one(text, found[0], bare)
    elif len(found) == 2:
        goal = _of_two(text, *found)
    else:
        raise NotAGoal(f"Có {len(found)} con số trong một mức; đề nghị tách thành từng chỉ tiêu")
    return Goal(goal.at_least, goal.at_most, goal.unit_of_measure, goal.decimals, (*doubts, *goal.doubts))


def _tidy(text):
    text = unicodedata.normalize("NFC", text[: LONGEST * 4])
    text = re.sub(r"[^\S \u00a0\u202f]+", " ", text)
    return re.sub(r"  +", " ", text).strip().rstrip(".;,:").strip()


def _without_number(text):
    if zero := ZERO.search(text):
        unit, _ = unit_at_start(text[zero.end() :])
        return Goal(None, Decimal(0), _head_noun(unit))
    if GRADE.search(text):
        return Goal(None, None, doubts=("Mức này là xếp loại, không phải con số; kết quả đánh giá bằng lời",))
    if YES_NO.search(text):
        return Goal(None, None, doubts=("Mức này trả lời có hoặc không, không phải con số",))
    raise NotAGoal("Chưa thấy con số; ví dụ gõ đúng: ≥ 95; từ 13 đến 14; không quá 5; không còn; trong dự toán 330.681")


def _head_noun(unit):
    """ "hộ nghèo" is counted in "hộ"."""
    return {"hộ nghèo": "hộ", "hộ cận nghèo": "hộ"}.get(unit.lower(), unit)


def _of_one(text, found, bare):
    before, after = text[: found.start()], text[found.end() :]
    if _TIED.search(text[: found.end()]):
        return Goal(None, None, doubts=("Mức này là xếp loại, không phải con số; kết quả đánh giá bằng lời",))
    _refuse_delta(before, after, text)
    value, doubts = _number(found)
    kind, words, before = _operator(before)
    unit, doubts_of_unit, upwards, downwards = _unit_and_direction(after)
    doubts += [*doubts_of_unit, *_left_unread(before)]
    if (upwards and kind in (AT_MOST, LESS_THAN)) or (downwards and kind in (AT_LEAST, MORE_THAN) and words != "từ"):
        raise NotAGoal("Vừa ghi không quá vừa ghi trở lên; đề nghị chỉ gõ một chiều, ví dụ: ≥ 95")
    if kind in (MORE_THAN, LESS_THAN):
        edge = "từ {} trở lên" if kind == MORE_THAN else "không quá {}"
        doubts.append(f"“{words} {show(value)}” được đọc là {edge.format(show(value))}, kể cả đúng {show(value)}")
    if kind == ABOUT:
        doubts.append(f"“{words} {show(value)}” chỉ là mức gần đúng; được đọc là {show(value)}")
    if upwards or downwards:
        kind = AT_LEAST if upwards else AT_MOST
    if kind in (None, ABOUT):
        kind = EXACTLY if bare == "exact" else AT_LEAST
    at_least = value if kind in (AT_LEAST, MORE_THAN, EXACTLY) else None
    at_most = value if kind in (AT_MOST, LESS_THAN, EXACTLY) else None
    return Goal(at_least, at_most, unit, _places(value), tuple(doubts))


def _refuse_delta(before, after, text):
    delta = _DELTA_BEFORE.search(before) and not _REACHES.search(before)
    if delta or _COMPARED.search(after) or _COMPARED.search(before):
        raise NotAGoal(
            f"“{text[:80]}” là mức tăng, giảm so với một kỳ khác; đề nghị gõ con số phải đạt, ví dụ: "
            "≥ 1.805 hoặc không quá 5"
        )


def _operator(before):
    """(kind or None, the words, what stands before them). Of "phấn đấu đạt trên" the last word rules."""
    kind, words = None, ""
    while found := _ENDS_WITH_OPERATOR.search(before):
        if kind is None or kind == ABOUT:
            words = " ".join(found["operator"].split())
            kind = _KIND[words.lower()]
        before = before[: found.start()]
    return kind, words, before


def _left_unread(before):
    """Doubts about words before the number that are neither an operator nor a mere verb."""
    if ZERO.search(before) or re.search(r"(?<!\w)(?:không|chưa)(?!\w)", before, re.I):
        raise NotAGoal("Vừa ghi “không” vừa ghi con số; đề nghị gõ: không còn, hoặc chỉ con số, ví dụ: không quá 5")
    doubts = [_PERIODS] if _PER_PERIOD.search(before) else []
    left = before[_ONLY_VERBS.match(before).end() :].strip()
    return [*doubts, f"Không đọc phần chữ “{left}” đứng trước con số"] if left else doubts


def _unit_and_direction(after):
    """(unit, doubts, trở lên?, trở xuống?) of what follows the number."""
    doubts, unit = [], ""
    direction = _DIRECTION.search(after)
    upwards, downwards = (bool(direction and direction[way]) for way in ("up", "down"))
    if direction:
        after = f"{after[: direction.start()]} {after[direction.end() :]}"
    unit, end = unit_at_start(after)
    rest = after[end:].strip(" ,;:.–-")
    if not unit and rest:
        unit, rest = (rest, "") if len(rest) <= LONGEST_UNIT and len(rest.split()) <= 4 else ("", rest)
        doubts.append(f"Đơn vị tính “{unit}” không có trong danh mục thường dùng" if unit else _unread(rest))
    elif rest and not _PER_PERIOD.fullmatch(rest):
        doubts.append(_unread(rest))
    if _PER_PERIOD.search(after):
        doubts.append(_PERIODS)
    return unit, doubts, upwards, downwards


def _unread(words):
    return f"Không đọc phần chữ “{words}” đứng sau con số"


def _of_two(text, first, second):
    before, between, after = text[: first.start()], text[first.end() : second.start()], text[second.end() :]
    low, doubts = _number(first)
    high, more = _number(second)
    unit, doubts_of_unit, upwards, downwards = _unit_and_direction(after)
    doubts += [*more, *doubts_of_unit]
    unit_between, end = unit_at_start(between)
    joint = between[end:] if unit_between in ("", unit) or not unit else None
    if joint is None or upwards or downwards:
        raise NotAGoal("Có hai con số trong một mức; đề nghị tách thành từng chỉ tiêu")
    _refuse_delta("" if _FROM_TO.fullmatch(joint) else before, after, text)
    kind, words, left = _operator(before)
    doubts += _left_unread(left)
    places = max(_places(low), _places(high))
    if joint.strip() == "/":
        return _fraction(low, high, unit, doubts, kind)
    if way := _FROM_TO.fullmatch(joint):
        rises = way["way"].lower() == "lên"
        doubts.append(f"Đi từ {show(low)} {way['way'].lower()} {show(high)}: mức phải đạt được đọc là {show(high)}")
        return Goal(high if rises else None, None if rises else high, unit or unit_between, places, tuple(doubts))
    if not _RANGE_DASH.fullmatch(joint):
        raise NotAGoal("Có hai con số trong một mức; đề nghị tách thành từng chỉ tiêu, hoặc gõ khoảng: 13 - 14")
    if (kind in (AT_MOST, LESS_THAN, MORE_THAN, EXACTLY) and not words.lower().endswith("còn")) or (
        kind == AT_LEAST and words in ("≥", ">=", "=>")
    ):
        raise NotAGoal("Một khoảng không đi cùng “không quá”, “trên”, “dưới”; đề nghị gõ: 13 - 14 hoặc ≤ 14")
    if low > high:
        raise NotAGoal(f"Mức dưới lớn hơn mức trên; đề nghị gõ: {show(high)} - {show(low)}")
    if "dưới" in joint.lower():
        doubts.append(f"“dưới {show(high)}” được đọc là không quá {show(high)}, kể cả đúng {show(high)}")
    if kind == ABOUT:
        doubts.append(f"“{words}” chỉ là mức gần đúng; được đọc là từ {show(low)} đến {show(high)}")
    return Goal(low, high, unit or unit_between, places, tuple(doubts))


def _fraction(part, whole, unit, doubts, kind):
    if part > whole:
        raise NotAGoal(f"Phân số {show(part)}/{show(whole)} có tử số lớn hơn mẫu số; đề nghị kiểm tra lại")
    if kind in (AT_MOST, LESS_THAN):
        raise NotAGoal("Đề nghị gõ số lượng phải đạt thay cho phân số, ví dụ: không quá 5")
    at_most = part if kind == EXACTLY else None
    said = f"{show(part)}/{show(whole)} được đọc là ít nhất {show(part)} trong tổng số {show(whole)}"
    return Goal(part, at_most, unit, _places(part), (*doubts, said))


def _number(found):
    """(the value, doubts about it). "05", as documents write numbers under ten, is 5."""
    digits = found["digits"]
    if re.fullmatch(r"0[1-9]", digits):
        digits = digits[1]
    try:
        value = parse(f"{'-' if found['sign'] else ''}{digits}")
    except NotANumber as refused:
        raise NotAGoal(f"“{found[0][:40]}”: {str(refused)[0].lower()}{str(refused)[1:]}") from refused
    doubts = []
    if re.fullmatch(r"[1-9][0-9]{0,2},[0-9]{3}", digits):
        grouped = digits.replace(",", ".")
        doubts.append(f"“{digits}” có ba chữ số sau dấu phẩy; nếu là hàng nghìn thì phải gõ {grouped}")
    return value, doubts


def _places(value):
    return max(0, -value.normalize().as_tuple().exponent)
