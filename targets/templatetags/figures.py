"""How goals and compiled figures are written on a page."""

from decimal import Decimal

from django import template

from targets import numbers
from targets.models import Answer

register = template.Library()

HUNDRED = Decimal(100)


@register.filter
def goal(interval):
    """A goal, whoever holds it (a target, a share, a compiled line's goal): “≥ 95”."""
    return numbers.show_interval(interval.at_least, interval.at_most)


@register.filter
def beside_goal(value, line):
    """A figure of a compiled line, printed so that it never contradicts the line's verdict; “–” where there is none."""
    return numbers.show_beside_goal(
        value, at_least=line.goal.at_least, at_most=line.goal.at_most, decimals=line.target.decimals
    )


@register.filter
def percent_of_goal(line):
    """“101,25 %” of a compiled line's goal, on the verdict's side of 100; “–” where it has no meaning."""
    if line.percent_of_goal is None:
        return numbers.show(None)
    return f"{numbers.show_beside_goal(line.percent_of_goal, at_least=HUNDRED, at_most=None, decimals=2)}\u00a0%"


@register.filter
def answered(result, target):
    """What a unit answered to date: its figure, a ratio with its parts, yes or no, or its words."""
    return _answer(target, result, result.amount, result.base)


@register.filter
def estimated(result, target):
    """What a unit expects for the whole year, in the same words; “–” where it gave no estimate."""
    return _answer(target, result, result.est_amount, result.est_base)


def _answer(target, result, amount, base):
    if result.no_data:
        return "Không có số liệu"
    if result.answer == Answer.TEXT:
        return result.text
    if amount is None:
        return numbers.show(None)
    if result.answer == Answer.YES_NO:
        return "Đạt" if amount else "Không đạt"
    if result.answer == Answer.RATIO:
        value = numbers.show(target.factor * amount / base, max(target.decimals, 2))
        return f"{numbers.show(amount)} / {numbers.show(base)} = {value}\u00a0{target.unit_of_measure}"
    return numbers.show(amount)


@register.filter
def old_goal(change):
    return numbers.show_interval(change.old_at_least, change.old_at_most)


@register.filter
def new_goal(change):
    return numbers.show_interval(change.new_at_least, change.new_at_most)
