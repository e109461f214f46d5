"""Vietnamese numbers: one parser, one printer. Dots tell groups of three apart, a comma opens the decimals."""

import re
import unicodedata
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

MAX_DIGITS = 15
MAX_DECIMALS = 4
LONGEST = 40  # characters; nothing longer can be a number of 15 digits

_SHAPE = re.compile(
    r"(?P<sign>-?)"
    r"(?P<whole>0|[1-9][0-9]{0,2}(?:(?P<gap>[. \u00a0\u202f])[0-9]{3}(?:(?P=gap)[0-9]{3})*)?|[1-9][0-9]*)"
    r"(?:,(?P<fraction>[0-9]+))?"
)
_ENGLISH = str.maketrans(",.", ".,")

# What people type instead, how it is mended, and why. The first that fits speaks; the mended text is parsed again.
_SLIPS = [
    (re.compile(r"^(?:-\s+|[–—]\s*)"), "-", "Dấu âm gõ là “-”, liền trước số"),
    (re.compile(r"^\+\s*"), "", "Số dương không gõ dấu +"),
    (re.compile(r"\s*%$"), "", "Đề nghị bỏ dấu %"),
    (re.compile(r"^(-?)0+(?=[0-9])"), r"\1", "Số không bắt đầu bằng chữ số 0 thừa"),
    (re.compile(r"(?<=[0-9])[.,]$"), "", "Đề nghị bỏ dấu ở cuối số"),
    (re.compile(r"^(-?)(?=[.,][0-9]+$)"), r"\g<1>0", "Trước phần thập phân phải có chữ số"),
    (
        re.compile(r"^-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?$"),
        lambda found: found[0].translate(_ENGLISH),
        "Số viết theo kiểu Anh",
    ),
    (  # 5000.000 may be five million or five thousand: no guess
        re.compile(r"^(-?0|[^.,]+(?=\.(?:[0-9]{1,2}|[0-9]{4,})$))\.([0-9]+)$"),
        r"\1,\2",
        "Phần thập phân gõ sau dấu phẩy, không phải dấu chấm",
    ),
]


class NotANumber(ValueError):
    """What was typed is no number; str() is a sentence in Vietnamese that says what to type instead."""


def parse(text: str, *, decimals: int = MAX_DECIMALS) -> Decimal:
    """The number a person typed, exactly: at most 15 digits, at most `decimals` of them (never over 4) after the comma.

    Groups of three may be set apart by dots or by one kind of space, the same throughout. Raises NotANumber.
    """
    text = text.strip().replace("−", "-")
    decimals = min(decimals, MAX_DECIMALS)
    if len(text) > LONGEST:
        raise NotANumber(_too_many_digits())
    found = _SHAPE.fullmatch(text)
    if not found:
        raise NotANumber(_advice(text, decimals))
    whole = re.sub(r"[^0-9]", "", found["whole"])
    fraction = found["fraction"] or ""
    if len(fraction) > decimals:
        raise NotANumber(
            f"Chỉ tiêu này ghi nhiều nhất {decimals} chữ số sau dấu phẩy; đề nghị làm tròn trước khi gõ"
            if decimals
            else "Chỉ tiêu này là số nguyên; đề nghị không gõ phần thập phân"
        )
    if len((whole + fraction).lstrip("0")) > MAX_DIGITS:
        raise NotANumber(_too_many_digits())
    value = Decimal(f"{whole}.{fraction}" if fraction else whole)
    return -value if found["sign"] else value


def show(value: Decimal | int | None, decimals: int | None = None) -> str:
    """`537.487,84`: rounded half up to at most `decimals` places (None: all it has), no forced zeros; “–” for None."""
    if value is None:
        return "–"
    value = Decimal(value)
    if decimals is not None:
        value = _rounded(value, decimals)
    whole, _, fraction = f"{abs(value):f}".partition(".")
    fraction = fraction.rstrip("0")
    grouped = f"{int(whole):,}".replace(",", ".")
    sign = "-" if value < 0 else ""
    return f"{sign}{grouped},{fraction}" if fraction else f"{sign}{grouped}"


def show_beside_goal(
    value: Decimal | int | None, *, at_least: Decimal | None, at_most: Decimal | None, decimals: int
) -> str:
    """`show`, with as many more decimals as the printed figure needs to stand on the value's own side of each bound.

    After 4 decimals it is cut towards its own side: 99,99999 beside a goal of 100 prints 99,9999.
    """
    if value is None:
        return show(value)
    value = Decimal(value)
    bounds = [bound for bound in (at_least, at_most) if bound is not None]
    tries = [_rounded(value, places) for places in range(decimals, MAX_DECIMALS + 1)]
    tries += [_rounded(value, MAX_DECIMALS, ROUND_FLOOR), _rounded(value, MAX_DECIMALS, ROUND_CEILING), value]
    return show(next(shown for shown in tries if all(shown.compare(b) == value.compare(b) for b in bounds)))


def show_interval(at_least: Decimal | None, at_most: Decimal | None, decimals: int | None = None) -> str:
    """A goal in print: “≥ 95”, “≤ 330.681”, “= 12”, “13 – 14”; “theo dõi” where there is none."""
    if at_least is None and at_most is None:
        return "theo dõi"
    if at_most is None:
        return f"≥ {show(at_least, decimals)}"
    if at_least is None:
        return f"≤ {show(at_most, decimals)}"
    if at_least == at_most:
        return f"= {show(at_least, decimals)}"
    return f"{show(at_least, decimals)} – {show(at_most, decimals)}"


def percent(part: Decimal, whole: Decimal) -> Decimal:
    """How many hundredths of `whole` is `part`, unrounded and without a ceiling. `whole` must not be 0."""
    return part * 100 / whole


def out_of_range(value: Decimal, *, at_least: Decimal | None, at_most: Decimal | None) -> bool:
    """Whether a figure is outside 1/10 … 10 × its goal and so may be a slip of units.

    A bound of 0 is no measure, and a figure may be as low as it likes under an upper bound alone.
    """
    too_small = bool(at_least) and value / at_least < Decimal("0.1")
    ceiling = at_least if at_most is None else at_most
    too_big = bool(ceiling) and abs(value) > 10 * abs(ceiling)
    return too_small or too_big


_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_BILLION = 1_000_000_000


def in_words(value: Decimal | int) -> str:
    """The number read aloud, decimals digit by digit: “năm trăm ba mươi bảy nghìn … phẩy tám bốn”."""
    whole, _, fraction = f"{abs(Decimal(value)):f}".partition(".")
    words = ["âm"] if value < 0 else []
    words += _whole_in_words(int(whole)) or ["không"]
    if fraction := fraction.rstrip("0"):
        words += ["phẩy", *(_DIGITS[int(digit)] for digit in fraction)]
    return " ".join(words)


def _whole_in_words(number: int, *, follows: bool = False) -> list[str]:
    """Words of a whole number, none for 0. `follows`: higher words were said before, so hundreds are said even if 0."""
    words: list[str] = []
    billions, number = divmod(number, _BILLION)
    if billions:
        words += [*_whole_in_words(billions, follows=follows), "tỷ"]
    for unit, name in ((1_000_000, "triệu"), (1_000, "nghìn"), (1, "")):
        group, number = divmod(number, unit)
        if group:
            words += _group_in_words(group, follows=follows or bool(words))
            words += [name] if name else []
    return words


def _group_in_words(group: int, *, follows: bool) -> list[str]:
    """Words of 1 … 999."""
    hundreds, rest = divmod(group, 100)
    tens, ones = divmod(rest, 10)
    words = [_DIGITS[hundreds], "trăm"] if hundreds or follows else []
    if tens == 0:
        words += ["linh"] if ones and words else []
        return [*words, _DIGITS[ones]] if ones else words
    words += ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
    if ones == 1 and tens > 1:
        return [*words, "mốt"]
    if ones == 4 and tens > 1:
        return [*words, "tư"]
    if ones == 5:
        return [*words, "lăm"]
    return [*words, _DIGITS[ones]] if ones else words


def _rounded(value: Decimal, places: int, rounding: str = ROUND_HALF_UP) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding=rounding)


def _too_many_digits() -> str:
    return f"Số có quá {MAX_DIGITS} chữ số; đề nghị kiểm tra lại số và đơn vị tính"


def _advice(text: str, decimals: int) -> str:
    """What to tell someone whose text has not the shape of a number."""
    example = f"ví dụ gõ đúng: {show(Decimal('537487.84'), decimals)}"
    if not text:
        return f"Chưa gõ số; {example}"
    if any(mark.isalpha() for mark in text):
        return f"Chỉ gõ số, không gõ chữ hay đơn vị tính; {example}"
    if plain := _ascii_digits(text):
        return _mended(plain, decimals, "Đề nghị gõ bằng các chữ số thường từ 0 đến 9")
    for slip, mend, reason in _SLIPS:
        mended, count = slip.subn(mend, text, count=1)
        if count:
            return _mended(mended, decimals, reason)
    if re.fullmatch(r"-?[0-9., \u00a0\u202f]*[0-9][0-9., \u00a0\u202f]*", text):
        if "." in text:
            return f"Dấu chấm chỉ dùng để tách từng nhóm ba chữ số; {example}"
        if text.count(",") > 1:
            return f"Chỉ gõ một dấu phẩy, trước phần thập phân; {example}"
        return f"Dấu cách chỉ dùng để tách từng nhóm ba chữ số; {example}"
    return f"Số chỉ gồm chữ số, dấu chấm, dấu phẩy và dấu âm đứng đầu; đề nghị gõ lại, {example}"


def _mended(text: str, decimals: int, reason: str) -> str:
    try:
        return f"{reason}; đề nghị gõ {show(parse(text, decimals=decimals))}"
    except NotANumber as deeper:
        return str(deeper)


def _ascii_digits(text: str) -> str:
    """The text with digits of other scripts written 0–9; empty if it had none."""
    plain = "".join(str(unicodedata.decimal(mark)) if mark.isdecimal() else mark for mark in text)
    return plain if plain != text else ""
