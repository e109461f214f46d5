"""What a target's figure is held against besides its goal: the period before, and last year."""

from decimal import Decimal

from targets import numbers, progress
from targets.models import Answer

NONE_BEFORE = "không có số liệu so sánh"
ZERO, HUNDRED = Decimal(0), Decimal(100)


def values_before(period, *, as_of):
    """{target id: accepted figure} of the period before this one, of targets that accumulate; empty without one."""
    before = period.campaign.periods.filter(units_due__lt=period.units_due).order_by("-units_due", "-pk").first()
    counted = period.campaign.targets.filter(accumulates=True, answer=Answer.NUMBER)
    if before is None or not counted.exists():
        return {}
    lines = progress.compile_period(before, as_of=as_of).lines
    return {line.target.pk: line.accepted.value for line in lines if line.target.accumulates}


def in_period(line, before):
    """What was done since the period before; None where nothing accumulates or one end is missing."""
    earlier = before.get(line.target.pk)
    if line.target.answer != Answer.NUMBER or earlier is None or line.accepted.value is None:
        return None
    return line.accepted.value - earlier


def against(value, measure, target):
    """(percentage, difference in points of a rate) of a figure against a goal or last year, or None."""
    if value is None or measure is None:
        return None, None
    return (value / measure * HUNDRED if measure else None), (value - measure if is_rate(target) else None)


def is_rate(target):
    return target.unit_of_measure == "%"


def points(difference):
    """A difference of two rates in print: "+2,5", "-0,04"; "" where there is none."""
    if difference is None:
        return ""
    shown = numbers.show_beside_goal(difference, at_least=ZERO, at_most=None, decimals=2)
    return f"+{shown}" if difference > 0 else shown


def beside_last_year(target, value, *, any_baseline):
    """The printed cells of last year's figure: baseline, baseline_percent, baseline_points."""
    if target.baseline is None:
        words = NONE_BEFORE if any_baseline else ""
        return {"baseline": words, "baseline_percent": "", "baseline_points": ""}
    percent, difference = against(value, target.baseline, target)
    return {
        "baseline": numbers.show(target.baseline, target.decimals),
        "baseline_percent": "" if percent is None else numbers.show(percent, 2),
        "baseline_points": points(difference),
    }
