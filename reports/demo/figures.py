"""What a sample unit answers for a target: most goals are met or exceeded, two are missed, and why is noted."""

from decimal import Decimal

from reports.demo.shares import households
from reports.demo.ward import group_number
from targets import numbers
from targets.answers import FIGURES, result_fields
from targets.models import Answer
from targets.result_rows import TICKED

# The year's figure of a number, as a multiple of the unit's share; 1 where it is not named.
OUTCOME = {
    1: "1.0157",
    2: "1.0189",
    3: "1.0184",
    4: "0.9612",
    5: "1.0657",
    6: "0.9762",
    11: "1.06",
    15: "1.007",
    17: "1.006",
    19: "1.001",
}
# The year's amount and base of a ratio that one unit reports.
RATIOS = {7: (612, 96_500), 12: (86_730, 91_000), 13: (18_320, 42_000), 21: (31_480, 31_480), 22: (62, 62)}
COUNTED_THROUGH_THE_YEAR = {7, 21}  # ratios whose amounts grow with the year, as the plan's hints say
NOTES = {
    4: "Mưa bão làm giảm diện tích rau màu và nuôi trồng thủy sản.",
    12: "Mẫu số: người trong độ tuổi tham gia có hộ khẩu thường trú (số liệu mẫu).",
    13: "Thu nhập của lao động tự do chưa ổn định (mẫu số: lao động không thuộc diện bắt buộc, số liệu mẫu).",
}
NOT_YET_CULTURAL = {"TDP-37"}


def answer(asked, unit, *, done):
    """One `Result` without its revision; `done` is how much of the year's work is behind us (0.93)."""
    target = asked.target
    if target.answer == Answer.YES_NO:
        yes = Decimal(unit.code not in NOT_YET_CULTURAL)
        return result_fields(target, amount=yes, est_amount=yes)
    note = NOTES.get(target.number, "")
    if target.answer == Answer.NUMBER:
        year = _year(asked, unit)
        actual = _rounded(year * done, target.decimals) if target.accumulates else year
        return result_fields(target, amount=actual, est_amount=year, note=note)
    amount, base = map(Decimal, RATIOS.get(target.number) or _of_households(target.number, unit))
    actual, actual_base = amount, base
    if target.number in COUNTED_THROUGH_THE_YEAR:
        actual = _rounded(amount * done, 0)
        actual_base = actual if target.part_of_whole else base
    return result_fields(target, amount=actual, base=actual_base, est_amount=amount, est_base=base, note=note)


def no_answer(asked):
    """The unit has no data for the target yet, and says why."""
    return result_fields(asked.target, no_data=True, note="Đang rà soát danh sách, chưa có số liệu chính thức.")


def raw(fields):
    """The cells as a person would have typed them, for the draft: {part: text}."""
    typed = {part: numbers.show(fields[part]) for part in FIGURES if fields[part] is not None}
    typed |= {"note": fields["note"]} if fields["note"] else {}
    return typed | ({"no_data": TICKED} if fields["no_data"] else {})


def _year(asked, unit):
    share = next(bound for bound in (asked.allocation.at_least, asked.allocation.at_most) if bound is not None)
    outcome = Decimal(OUTCOME.get(asked.target.number, 1))
    return _rounded(share * outcome, asked.target.decimals)


def _of_households(number, unit):
    all_of_them = households(unit)
    lacking = 2 + group_number(unit) % 5 if number == 9 else 0  # in a hundred
    return all_of_them - all_of_them * lacking // 100, all_of_them


def _rounded(value, decimals):
    return value.quantize(Decimal(1).scaleb(-decimals))
