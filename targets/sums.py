"""What the units' own goals add up to beside the ward's, and whether a difference was explained."""

from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal

from targets.models import Allocation, Answer, DifferenceNote
from targets.numbers import show, show_interval
from targets.share_cells import as_state

ENDS = (("at_least", "không thấp hơn"), ("at_most", "không quá"))


@dataclass(frozen=True)
class AddedUp:
    """One end of the units' own goals added up, beside the ward's."""

    words: str
    total: Decimal
    goal: Decimal | None

    @property
    def short(self):
        """How much of the ward's goal is not given to any unit yet."""
        return self.goal - self.total if self.goal is not None and self.goal > self.total else None

    @property
    def over(self):
        """How much more than the ward's goal was given."""
        return self.total - self.goal if self.goal is not None and self.total > self.goal else None


def adds_up(target):
    """Whether several units make the target up; rates are never added."""
    return target.answer == Answer.NUMBER and not target.single_source


def added_up(target, shares):
    """Σ of the units' goals at each end that the ward or a unit has; nothing while no unit has a goal of its own."""
    if not adds_up(target):
        return []
    totals = _totals([(share.at_least, share.at_most) for share in shares])
    if totals == (None, None):
        return []
    sums = []
    for (end, words), total in zip(ENDS, totals, strict=True):
        goal = getattr(target, end)
        if total is not None or goal is not None:
            sums.append(AddedUp(words, total or Decimal(0), goal))
    return sums


def _totals(shares):
    """(Σ of the lower ends, Σ of the upper ends) of pairs; None where no share has that end."""

    def total(end):
        bounds = [share[end] for share in shares if share[end] is not None]
        return sum(bounds) if bounds else None

    return total(0), total(1)


@dataclass(frozen=True)
class Difference:
    """The units' shares do not make up the ward's goal. `note` is the explanation that still holds, if any."""

    target: object
    sum_at_least: Decimal | None
    sum_at_most: Decimal | None
    note: DifferenceNote | None = None

    @property
    def figures(self):
        """The four figures for which an explanation holds."""
        return {
            "goal_at_least": self.target.at_least,
            "goal_at_most": self.target.at_most,
            "sum_at_least": self.sum_at_least,
            "sum_at_most": self.sum_at_most,
        }

    @property
    def key(self):
        """The four figures as text: what a page sends back with an explanation."""
        return (
            f"{as_state((self.target.at_least, self.target.at_most))}/{as_state((self.sum_at_least, self.sum_at_most))}"
        )

    @property
    def words(self):
        """“tổng mức giao là ≥ 900, mức của phường là ≥ 1.000: còn 100 người chưa giao”."""
        given = show_interval(self.sum_at_least, self.sum_at_most)
        goal = show_interval(self.target.at_least, self.target.at_most)
        return f"tổng mức giao là {given}, mức của phường là {goal}: {'; '.join(self._parts())}"

    def _parts(self):
        measure = f" {self.target.unit_of_measure}".rstrip()
        for goal, total in (
            (self.target.at_least, self.sum_at_least),
            (self.target.at_most, self.sum_at_most),
        ):
            apart = None if goal is None else (total or Decimal(0)) - goal
            if apart:
                yield f"giao vượt {show(apart)}{measure}" if apart > 0 else f"còn {show(-apart)}{measure} chưa giao"


def differences(campaign, targets=None):
    """The `Difference` of every live target whose shares do not make up its goal, in the plan's order."""
    targets = list(campaign.targets.live().in_plan_order() if targets is None else targets)
    shares = defaultdict(list)
    rows = Allocation.objects.open().filter(target__in=targets).order_by()
    for pk, at_least, at_most in rows.values_list("target", "at_least", "at_most"):
        shares[pk].append((at_least, at_most))
    notes = newest_notes(targets)
    found = (difference_of(target, shares[target.pk], notes.get(target.pk)) for target in targets)
    return [difference for difference in found if difference]


def newest_notes(targets):
    """{target pk: its newest DifferenceNote, with who wrote it}."""
    oldest_first = DifferenceNote.objects.filter(target__in=targets).select_related("by").order_by("at", "pk")
    return {note.target_id: note for note in oldest_first}


def difference_of(target, shares, note=None):
    """The `Difference` between a target's goal and its units' (at_least, at_most); None where there is none.

    A target of which no unit has a goal of its own has no Σ and so no difference.
    """
    totals = _totals(shares) if adds_up(target) else (None, None)
    goals = (target.at_least, target.at_most)
    apart = any(goal is not None and goal != (total or 0) for goal, total in zip(goals, totals, strict=True))
    if totals == (None, None) or not apart:
        return None
    found = Difference(target, *totals)
    holds = note and all(getattr(note, name) == figure for name, figure in found.figures.items())
    return replace(found, note=note) if holds else found


def unexplained(campaign):
    """What must be explained before the campaign opens, as sentences."""
    return [
        f"Chỉ tiêu {found.target.number} ({found.target.name}): {found.words}. "
        "Đề nghị giao lại hoặc ghi giải thích chênh lệch."
        for found in differences(campaign)
        if not found.note
    ]
