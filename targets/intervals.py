"""What is wrong with a goal, before anybody stores it."""

from targets import numbers

NEGATIVE_GOAL = "Chỉ tiêu không thể âm nên mức giao không được âm."
CROSSED = "“Không quá” phải lớn hơn hoặc bằng “không thấp hơn”."


def interval_faults(at_least, at_most, *, may_be_negative, most=None):
    """What is wrong with a goal, as (which end, sentence); `most` is the highest value there can be."""
    if None not in (at_least, at_most) and at_least > at_most:
        yield "at_most", CROSSED
    for end, bound in (("at_least", at_least), ("at_most", at_most)):
        if bound is not None and bound < 0 and not may_be_negative:
            yield end, NEGATIVE_GOAL
        if bound is not None and most is not None and bound > most:
            yield end, f"Chỉ tiêu này nhiều nhất là {numbers.show(most)}."


def places_of(*bounds):
    """How many decimals the finest of some bounds has; None is no bound."""
    return max((max(-bound.normalize().as_tuple().exponent, 0) for bound in bounds if bound), default=0)


def share_faults(target, at_least, at_most):
    """What is wrong with a unit's own goal of a target, as (which end, sentence); people and classes come whole."""
    most = target.factor if target.part_of_whole else None
    yield from interval_faults(at_least, at_most, may_be_negative=target.may_be_negative, most=most)
    for end, bound in (("at_least", at_least), ("at_most", at_most)):
        if places_of(bound) > target.decimals:
            yield (
                end,
                f"Chỉ tiêu này ghi nhiều nhất {target.decimals} chữ số sau dấu phẩy."
                if target.decimals
                else f"Chỉ tiêu này là số nguyên{_counted(target)}; đề nghị không giao phần lẻ.",
            )


def _counted(target):
    return f" ({target.unit_of_measure})" if target.unit_of_measure else ""
