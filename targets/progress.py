"""Compiled figures and their verdicts, as of a moment; nothing here knows what time it is.

A number is the sum of its units' amounts, a ratio is factor · Σ amount / Σ base, yes/no is the count of yes. SQL sums
amounts and bases; division, comparison and verdicts are Python decimals.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Sum

from targets.models import (
    Adjustment,
    Allocation,
    Answer,
    GoalChange,
    Result,
    Revision,
    Target,
    Verdict,
)

FOUR_PLACES = Decimal("0.0001")
ZERO = Decimal(0)


@dataclass(frozen=True)
class Reach:
    """Between which ends a figure can come to lie (None: no end); an end it does not have is only approached."""

    lowest: Decimal | None
    highest: Decimal | None
    has_lowest: bool = True
    has_highest: bool = True


@dataclass(frozen=True)
class Goal:
    """An interval; a missing end is open."""

    at_least: Decimal | None
    at_most: Decimal | None

    @property
    def is_empty(self):
        return self.at_least is None and self.at_most is None

    def holds(self, value):
        return (self.at_least is None or value >= self.at_least) and (self.at_most is None or value <= self.at_most)

    def could_flip(self, reach):
        """Whether a figure within its reach can both meet and miss the goal."""
        lowest, highest = reach.lowest, reach.highest
        inside = (self.at_least is None or (lowest is not None and lowest >= self.at_least)) and (
            self.at_most is None or (highest is not None and highest <= self.at_most)
        )
        below = (
            self.at_least is not None
            and highest is not None
            and (highest < self.at_least or (highest == self.at_least and not reach.has_highest))
        )
        above = (
            self.at_most is not None
            and lowest is not None
            and (lowest > self.at_most or (lowest == self.at_most and not reach.has_lowest))
        )
        return not (inside or below or above)

    def verdict(self, value):
        if not self.holds(value):
            return Verdict.MISSED
        return Verdict.EXCEEDED if self.at_most is None and value > self.at_least else Verdict.MET

    @property
    def bound(self):
        """The one bound that a percentage can be taken of, or None."""
        finite = {bound for bound in (self.at_least, self.at_most) if bound is not None}
        return finite.pop() if len(finite) == 1 and ZERO not in finite else None


@dataclass(frozen=True)
class Figure:
    """What k of m units reported for a target, added up; `value` and `estimate` are None where nothing can be said."""

    k: int
    m: int
    amount: Decimal | None
    base: Decimal | None
    est_amount: Decimal | None
    est_base: Decimal | None
    value: Decimal | None
    estimate: Decimal | None

    @property
    def missing(self):
        return self.m - self.k


@dataclass(frozen=True)
class Judged:
    """A verdict and the figure it rests on: the actual, the estimate ("ước"), or a hand's word."""

    verdict: str
    value: Decimal | None
    by_estimate: bool = False
    by_hand: bool = False

    @property
    def label(self):
        return Verdict(self.verdict).label


@dataclass(frozen=True)
class Line:
    """One target of the compiled table.

    `compiled` is what the accepted units add up to; `accepted` is the same with the office's adjustment in force.
    """

    target: Target
    goal: Goal
    compiled: Figure
    accepted: Figure
    handed_in: Figure
    judged: Judged
    judged_handed_in: Judged
    adjustment: Adjustment | None

    @property
    def percent_of_goal(self):
        """The judged figure, or else the actual, as a percentage of the goal's one bound; no ceiling."""
        if self.judged.verdict == Verdict.NOT_COMPUTABLE:
            return None
        value = self.judged.value if self.judged.value is not None else self.accepted.value
        return None if value is None or self.goal.bound is None else value / self.goal.bound * 100


@dataclass(frozen=True)
class Compiled:
    """The whole table of a period as of a moment."""

    lines: tuple[Line, ...]

    def count(self, *verdicts):
        return sum(1 for line in self.lines if line.judged.verdict in verdicts)

    @property
    def total(self):
        return len(self.lines)

    @property
    def met(self):
        """Đạt and vượt together."""
        return self.count(Verdict.MET, Verdict.EXCEEDED)

    @property
    def exceeded(self):
        return self.count(Verdict.EXCEEDED)

    @property
    def missed(self):
        return self.count(Verdict.MISSED)

    @property
    def not_due(self):
        return self.count(Verdict.NOT_DUE)

    @property
    def not_computable(self):
        return self.count(Verdict.NOT_COMPUTABLE)

    @property
    def tracked(self):
        return self.count(Verdict.TRACKED)

    @property
    def sectors(self):
        """[(sector, [(heading or None, [line, …]), …]), …] in the plan's order."""
        grouped = []
        for line in self.lines:
            if not grouped or grouped[-1][0] != line.target.sector:
                grouped.append((line.target.sector, []))
            headings = grouped[-1][1]
            if not headings or headings[-1][0] != line.target.heading:
                headings.append((line.target.heading, []))
            headings[-1][1].append(line)
        return grouped


def value_of(target, amount, base, m):
    """The target's own figure from added-up amounts, unrounded; None where it cannot be computed."""
    if amount is None:
        return None
    if target.answer == Answer.RATIO:
        return target.factor * amount / base if base else None
    if target.answer == Answer.YES_NO and target.factor > 1:
        return target.factor * amount / m if m else None
    return amount


def judge(target, goal, figure, *, is_final, adjustment=None):
    """The verdict of a figure (design: order of the rules is manual, no goal, a missing unit matters, then the year).

    `is_final` says that the period's figures cover the whole campaign. The clock plays no part.
    """
    if adjustment is not None and adjustment.verdict:
        return Judged(Verdict(adjustment.verdict), figure.value, by_hand=True)
    if goal.is_empty:
        return Judged(Verdict.TRACKED, figure.value)
    by_estimate = not is_final and figure.estimate is not None
    value = figure.estimate if by_estimate else figure.value
    whole = not figure.missing or (adjustment is not None and adjustment.amount is not None)
    if value is None or (not whole and goal.could_flip(_reach(target, figure, value))):
        return Judged(Verdict.NOT_COMPUTABLE, None)
    if is_final or by_estimate:
        return Judged(goal.verdict(value), value, by_estimate=by_estimate)
    if target.accumulates and target.answer == Answer.NUMBER:
        passed = goal.at_most is not None and value > goal.at_most
        reached = goal.at_most is None and value >= goal.at_least
        if passed or reached:
            return Judged(goal.verdict(value), value)
    return Judged(Verdict.NOT_DUE, None)


def _reach(target, figure, value):
    """Between which ends the figure can still come to lie when the missing units answer."""
    if target.answer == Answer.YES_NO:
        yes = figure.amount if value == figure.value else figure.est_amount
        return Reach(value, value_of(target, yes + figure.missing, None, figure.m))
    if target.may_be_negative:
        return Reach(None, None)
    if target.answer == Answer.RATIO:  # more units draw it towards an end but never onto it
        most = Decimal(target.factor) if target.part_of_whole else None
        return Reach(ZERO, most, has_lowest=value == ZERO, has_highest=value == most)
    return Reach(value, None)


def goals_as_of(campaign, as_of):
    """{target id: Goal} as of a past moment, for targets changed after it."""
    changes = GoalChange.objects.filter(target__campaign=campaign, at__gt=as_of).order_by("-at", "-pk")
    return {c.target_id: Goal(c.old_at_least, c.old_at_most) for c in changes}


def open_duties(as_of):
    """Duties to report that were open at a moment, of units with the duty to report."""
    return Allocation.objects.filter(
        Q(ended_at__isnull=True) | Q(ended_at__gt=as_of), since__lte=as_of, target__retired=False
    )


def accepted_results(period, as_of):
    """Results of revisions whose acceptance was in force at a moment."""
    return Result.objects.filter(
        Q(revision__acceptances__ended_at__isnull=True) | Q(revision__acceptances__ended_at__gt=as_of),
        revision__acceptances__accepted_at__lte=as_of,
        revision__submission__period=period,
    )


def handed_in_results(period, as_of):
    """Results of each unit's newest revision at a moment, reviewed or not."""
    newer = Revision.objects.filter(
        submission=OuterRef("revision__submission"), number__gt=OuterRef("revision__number"), arrived_at__lte=as_of
    )
    return Result.objects.filter(~Exists(newer), revision__submission__period=period, revision__arrived_at__lte=as_of)


def _added_up(results, as_of):
    """{target id: sums and counts} over units that hold an open duty for the target."""
    duty = open_duties(as_of).filter(target=OuterRef("target"), unit=OuterRef("revision__submission__unit"))
    rows = (
        results.filter(Exists(duty), no_data=False)
        .order_by()
        .values("target")
        .annotate(
            k=Count("pk"),
            amounts=Sum("amount"),
            bases=Sum("base"),
            with_estimate=Count("est_amount"),
            est_amounts=Sum("est_amount"),
            est_bases=Sum("est_base"),
        )
    )
    return {row["target"]: row for row in rows}


def handed_in_sums(period, *, as_of):
    """{target id: Σ of the amounts of every unit's newest hand-in}. One query."""
    rows = _added_up(handed_in_results(period, as_of), as_of)
    return {target: _exact(row["amounts"]) for target, row in rows.items()}


CORRECTED = (("amount", "amounts"), ("base", "bases"), ("est_amount", "est_amounts"), ("est_base", "est_bases"))


def _with_corrections(sums, corrections):
    """The same sums with the office's figure in place of each corrected unit's."""
    corrected = {target: dict(row) for target, row in sums.items()}
    for adjustment in corrections:
        row, result = corrected[adjustment.target_id], adjustment.result
        if adjustment.est_amount is not None and result.est_amount is None:
            row["with_estimate"] += 1
        for name, total in CORRECTED:
            new = getattr(adjustment, name)
            if new is not None:
                row[total] = (_exact(row[total]) or ZERO) + new - (getattr(result, name) or ZERO)
    return corrected


def _exact(value):
    """SQLite adds in floating point: back to the four decimals that every amount has."""
    return None if value is None else Decimal(value).quantize(FOUR_PLACES)


def adjustments_in_force(period, as_of):
    """Every adjustment of a period in force at a moment; one of a unit's figure says in which sums it counts."""
    duty = open_duties(as_of).filter(target=OuterRef("target"), unit=OuterRef("result__revision__submission__unit"))
    counted = Adjustment.objects.filter(
        Q(ended_at__isnull=True) | Q(ended_at__gt=as_of), period=period, at__lte=as_of
    ).select_related("result")
    return list(
        counted.annotate(
            is_accepted=Exists(accepted_results(period, as_of).filter(pk=OuterRef("result"))) & Exists(duty),
            is_newest=Exists(handed_in_results(period, as_of).filter(pk=OuterRef("result"))) & Exists(duty),
        )
    )


def figure_of(target, sums, m):
    """A `Figure` from one row of `_added_up`, or an empty one."""
    if not sums:
        return Figure(0, m, None, None, None, None, None, None)
    amount, base = _exact(sums["amounts"]), _exact(sums["bases"])
    all_estimated = sums["with_estimate"] == sums["k"]
    est_amount = _exact(sums["est_amounts"]) if all_estimated else None
    est_base = _exact(sums["est_bases"]) if all_estimated else None
    return Figure(
        k=sums["k"],
        m=m,
        amount=amount,
        base=base,
        est_amount=est_amount,
        est_base=est_base,
        value=value_of(target, amount, base, m),
        estimate=value_of(target, est_amount, est_base, m),
    )


def adjusted(target, figure, adjustment):
    """The figure with the office's own amounts in place of the units'; the count of units stays."""
    if adjustment is None or adjustment.amount is None:
        return figure
    own_estimate = adjustment.est_amount is not None
    est_amount = adjustment.est_amount if own_estimate else figure.est_amount
    est_base = adjustment.est_base if own_estimate else figure.est_base
    return replace(
        figure,
        amount=adjustment.amount,
        base=adjustment.base,
        est_amount=est_amount,
        est_base=est_base,
        value=value_of(target, adjustment.amount, adjustment.base, figure.m),
        estimate=value_of(target, est_amount, est_base, figure.m),
    )


def compile_period(period, *, as_of):
    """The compiled table of a period as of a moment: seven queries, however many units there are."""
    targets = list(
        Target.objects.filter(campaign=period.campaign_id)
        .live()
        .in_plan_order()
        .select_related("sector", "heading__parent", "lead")
    )
    earlier_goals = goals_as_of(period.campaign_id, as_of)
    assigned = dict(
        open_duties(as_of)
        .filter(target__campaign=period.campaign_id)
        .order_by()
        .values_list("target")
        .annotate(models.Count("pk"))
    )
    in_force = adjustments_in_force(period, as_of)
    accepted, handed_in = (
        _with_corrections(_added_up(results, as_of), [a for a in in_force if getattr(a, standing)])
        for results, standing in (
            (accepted_results(period, as_of), "is_accepted"),
            (handed_in_results(period, as_of), "is_newest"),
        )
    )
    adjustments = {a.target_id: a for a in in_force if a.result_id is None}
    lines = []
    for target in targets:
        goal = earlier_goals.get(target.pk, Goal(target.at_least, target.at_most))
        m = assigned.get(target.pk, 0)
        adjustment = adjustments.get(target.pk)
        figure = figure_of(target, accepted.get(target.pk), m)
        all_in = figure_of(target, handed_in.get(target.pk), m)
        judging = adjusted(target, figure, adjustment)
        lines.append(
            Line(
                target=target,
                goal=goal,
                compiled=figure,
                accepted=judging,
                handed_in=all_in,
                judged=judge(target, goal, judging, is_final=period.is_final, adjustment=adjustment),
                judged_handed_in=judge(target, goal, all_in, is_final=period.is_final),
                adjustment=adjustment,
            )
        )
    return Compiled(tuple(lines))


@dataclass(frozen=True)
class Source:
    """What one unit contributes to a target: its accepted result and its newest one, where there are any.

    `correction` is the office's figure in place of the newest one's.
    """

    allocation: Allocation
    accepted: Result | None
    handed_in: Result | None
    correction: Adjustment | None = None

    @property
    def unit(self):
        return self.allocation.unit


def sources(period, target, *, as_of):
    """Every unit that holds the target, with what it reported: where a compiled figure comes from. Four queries."""
    accepted = {
        r.revision.submission.unit_id: r
        for r in accepted_results(period, as_of).filter(target=target).select_related("revision__submission")
    }
    handed_in = {
        r.revision.submission.unit_id: r
        for r in handed_in_results(period, as_of).filter(target=target).select_related("revision__submission")
    }
    duties = open_duties(as_of).filter(target=target).select_related("unit").order_by("unit__order", "unit__sort_key")
    corrections = {a.result_id: a for a in adjustments_in_force(period, as_of) if a.target_id == target.pk}
    return [
        Source(
            allocation=duty,
            accepted=accepted.get(duty.unit_id),
            handed_in=(newest := handed_in.get(duty.unit_id)),
            correction=newest and corrections.get(newest.pk),
        )
        for duty in duties
    ]
