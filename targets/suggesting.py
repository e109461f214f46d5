"""What last year says about a goal: what was planned, what was reached, and a goal to start from.

A suggestion is only ever shown; it stands in the plan when somebody takes it.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from targets import numbers
from targets.models import Allocation, Answer


@dataclass(frozen=True)
class LastYear:
    """One goal last year beside its result; `decimals` is how a figure of the target is written."""

    at_least: Decimal | None
    at_most: Decimal | None
    result: Decimal | None
    note: str
    unit_of_measure: str
    decimals: int
    counts_yes: bool = False

    @property
    def words(self):
        """ "kế hoạch ≥ 95 %, thực hiện 96,2 % (Kỳ cuối năm, đã duyệt, 48/48 đơn vị)"."""
        plan = numbers.show_interval(self.at_least, self.at_most)
        has_goal = (self.at_least, self.at_most) != (None, None)
        said = [f"kế hoạch {plan} {self.unit_of_measure}".strip() if has_goal else "chỉ theo dõi"]
        said.append(self._reached())
        return ", ".join(said) + (f" ({self.note})" if self.note else "")

    @property
    def in_full(self):
        """The same as a sentence, with the suggestion and why."""
        said = f"{self.words[0].upper()}{self.words[1:]}."
        hint = self.suggestion
        return f"{said} Gợi ý: {hint.goal} {self.unit_of_measure} ({hint.why})." if hint else said

    def _reached(self):
        if self.result is None:
            return "chưa có kết quả được duyệt"
        if self.counts_yes:
            return "đạt" if self.result else "không đạt"
        shown = numbers.show_beside_goal(
            self.result, at_least=self.at_least, at_most=self.at_most, decimals=self.decimals
        )
        return f"thực hiện {shown} {self.unit_of_measure}".strip()

    @property
    def suggestion(self):
        """The goal to start from, or None where last year had none.

        A goal [x, –] becomes the better of last year's goal and result, to the target's decimals. An upper bound, a
        range and an exact figure are kept: a result below them says nothing about what is allowed.
        """
        if (self.at_least, self.at_most) == (None, None):
            return None
        if self.at_most is None and self.result is not None and self.result > self.at_least:
            places = Decimal(1).scaleb(-self.decimals)
            reached = self.result.quantize(places, rounding=ROUND_HALF_UP)
            if reached > self.at_least:
                return Suggestion(reached, None, "kết quả năm trước, cao hơn kế hoạch năm trước")
        why = "mức năm trước" if self.at_most is not None else "kế hoạch năm trước, không thấp hơn kết quả"
        if self.at_most is None and self.result is None:
            why = "kế hoạch năm trước; chưa có kết quả được duyệt"
        return Suggestion(self.at_least, self.at_most, why)


@dataclass(frozen=True)
class Suggestion:
    at_least: Decimal | None
    at_most: Decimal | None
    why: str

    @property
    def goal(self):
        return numbers.show_interval(self.at_least, self.at_most)


def of_target(target):
    """What last year says about a target, or None where it was not copied from another plan. Reads `copied_from`."""
    before = target.copied_from
    if before is None or target.answer == Answer.TEXT:
        return None
    return LastYear(
        before.at_least, before.at_most, target.baseline, target.baseline_note, before.unit_of_measure, target.decimals
    )


def says_more(last_year, target):
    """Whether there is a suggestion, and the target's goal is another."""
    hint = last_year and last_year.suggestion
    return bool(hint) and (hint.at_least, hint.at_most) != (target.at_least, target.at_most)


def of_shares(target):
    """{unit id: LastYear} of a target's units. Two queries; empty where the target was not copied."""
    if target.copied_from_id is None:
        return {}
    results = dict(target.allocations.open().values_list("unit", "baseline"))
    before = Allocation.objects.filter(target=target.copied_from_id, ended_at__isnull=True)
    goals = {unit: (low, high) for unit, low, high in before.values_list("unit", "at_least", "at_most")}
    return {
        unit: LastYear(
            *goals.get(unit, (None, None)),
            results.get(unit),
            "",
            target.unit_of_measure,
            target.decimals,
            counts_yes=target.answer == Answer.YES_NO,
        )
        for unit in goals.keys() | {unit for unit, result in results.items() if result is not None}
    }
