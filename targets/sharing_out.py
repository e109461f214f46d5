"""A ward's goal shared out over units, evenly or by weight, in whole steps that make up the goal exactly."""

from decimal import Decimal

from django.db import models

from targets.intervals import places_of
from targets.numbers import show
from units.refusals import Refused

NAMED = 5  # units in a sentence


class Way(models.TextChoices):
    EVEN = "even", "Chia đều"
    LAST_YEAR = "last_year", "Theo kết quả năm trước"
    HOUSEHOLDS = "households", "Theo số hộ"
    PUPILS = "pupils", "Theo số học sinh"
    COLUMN = "column", "Theo cột số dán vào"
    SAME = "same", "Cùng một mức riêng"
    GIVE = "give", "Giao, không ghi mức riêng"
    TAKE = "take", "Thôi giao"


SPLITS = {Way.EVEN, Way.LAST_YEAR, Way.HOUSEHOLDS, Way.PUPILS, Way.COLUMN}


def parts_of(total, weights, *, decimals):
    """Decimals that add up to `total`, in the proportion of `weights` (not negative, not all 0), of so many decimals.

    Largest remainder: every part is rounded down, then the steps left over go one each to the largest remainders; of
    equal remainders to the larger weight, then to the one that stands first. A total finer than `decimals` is shared
    in its own steps.
    """
    step = Decimal(1).scaleb(-max(decimals, places_of(total)))
    steps, heavy = int(abs(total) / step), _whole(weights)
    whole = sum(heavy)
    parts = [steps * weight // whole for weight in heavy]
    remainders = [steps * weight % whole for weight in heavy]
    by_claim = sorted(range(len(heavy)), key=lambda n: (-remainders[n], -heavy[n], n))
    for n in by_claim[: steps - sum(parts)]:
        parts[n] += 1
    return [part * step if total >= 0 else -part * step for part in parts]


def _whole(weights):
    """Weights as integers in the same proportion, so that nothing is rounded on the way."""
    scale = 10 ** places_of(*weights)
    return [int(weight * scale) for weight in weights]


def shares_of(target, weights, *, kept=(None, None)):
    """[(at_least, at_most), …] that with what other units keep make up the target's goal, at both its ends.

    Raises Refused when there is no goal to share out, or nothing left of it.
    """
    if target.is_tracked_only:
        raise Refused("Chỉ tiêu chỉ theo dõi, không có mức để chia.")
    at_least, at_most = (_left(*ends) for ends in zip((target.at_least, target.at_most), kept, strict=True))
    least = _parts(at_least, weights, target)
    if at_most is None or at_most == at_least:
        return [(part, None if at_most is None else part) for part in least]
    if at_least is None:
        return [(None, part) for part in _parts(at_most, weights, target)]
    if at_most < at_least:
        raise Refused("Mức của các đơn vị không chọn để lại khoảng không hợp lệ; đề nghị chọn tất cả đơn vị.")
    room = _parts(at_most - at_least, weights, target)  # so that no unit's upper end falls below its lower
    return [(part, part + more) for part, more in zip(least, room, strict=True)]


def _left(goal, kept):
    left = goal - kept if None not in (goal, kept) else goal
    if goal is not None and kept is not None and (left < 0) != (goal < 0) and left:
        raise Refused(
            f"Các đơn vị không chọn đang giữ {show(kept)}, quá mức {show(goal)} của phường; "
            "đề nghị chọn thêm đơn vị hoặc giảm mức của họ trước."
        )
    return left


def _parts(total, weights, target):
    if total is None:
        return [None] * len(weights)
    return parts_of(total, weights, decimals=target.decimals)


def weights_of(units, figures, what):
    """The weights of units from {unit pk: figure or None}; Refused by name where some are missing or all are 0."""
    found = [figures.get(unit.pk) for unit in units]
    if lacking := [unit.called for unit, figure in zip(units, found, strict=True) if figure is None]:
        names = ", ".join(lacking[:NAMED]) + (f" và {len(lacking) - NAMED} đơn vị khác" if len(lacking) > NAMED else "")
        raise Refused(f"Chưa có {what} của: {names}. Đề nghị bổ sung, bỏ chọn các đơn vị này hoặc chia theo cách khác.")
    if any(figure < 0 for figure in found):
        raise Refused(f"Có {what} âm nên không chia được; đề nghị chọn cách khác.")
    if not any(found):
        raise Refused(f"Mọi đơn vị đều có {what} bằng 0 nên không chia được.")
    return [Decimal(figure) for figure in found]
