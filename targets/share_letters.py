"""The letters that a decision on shares causes: one to each person of a unit, with all that changes for the unit."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal

from django.utils import timezone

from targets import notifications
from targets.models import Allocation, Answer, GoalChange, Submission, Target
from targets.numbers import show_interval
from units.models import Message, MessageKind, MessageState, ward_day

NO_LONGER_NEEDED = "Thay bằng thư đủ các thay đổi cùng quyết định"
OF_A_SHARE = ("allocation__unit", "allocation__target", "allocation__since", "at")
FIGURES = ("pk", "old_at_least", "old_at_most", "new_at_least", "new_at_most", "ends_duty", "reason")


def tell_units(campaign, unit_ids, why, *, at):
    """One letter to each person who reports for one of the units: all that this decision changed for it today.

    A letter about the same decision that has not left yet is called off: the new one says everything.
    """
    decision = why["decision_number"]
    changes = _changes_of_the_day(campaign, unit_ids, decision, at)
    topics = {unit: submission for unit, submission in _submissions(campaign, unit_ids).items() if unit in changes}
    key = f"allocation:{campaign.pk}:{hashlib.sha256(decision.encode()).hexdigest()[:16]}"
    Message.objects.filter(
        topic__in=[notifications.topic(submission) for submission in topics.values()],
        kind=MessageKind.ALLOCATION,
        key__startswith=key,
        state=MessageState.WAITING,
    ).update(state=MessageState.CANCELLED, note=NO_LONGER_NEEDED)
    news = [
        notifications.News(
            submission,
            key=f"{key}:{unit}:{max(change.pk for change in changes[unit])}",
            subject=f"Chỉ tiêu giao {submission.unit.called} thay đổi theo Quyết định số {decision}",
            body=_body(campaign, submission.unit, changes[unit], decision),
        )
        for unit, submission in topics.items()
    ]
    notifications.tell_units(news, kind=MessageKind.ALLOCATION, at=at)


def tell_holders(campaign, change):
    """The ward's own goal changed: tell the units for which it counts, since they have none of their own."""
    target = change.target
    ends = (change.old_at_least, change.old_at_most), (change.new_at_least, change.new_at_most)
    counts = target.answer != Answer.NUMBER or target.single_source or (None, 0) in ends
    if not counts:
        return
    holding = Allocation.objects.open().filter(target=target, at_least__isnull=True, at_most__isnull=True)
    units = set(holding.order_by().values_list("unit", flat=True))
    tell_units(campaign, units, {"decision_number": change.decision_number}, at=change.at)


def _submissions(campaign, unit_ids):
    """{unit: its submission of the first period that is not closed, else of the first one}."""
    found = Submission.objects.with_place().filter(period__campaign=campaign, unit__in=unit_ids)
    nearest_first = sorted(found.order_by("period__units_due"), key=lambda submission: submission.period.is_closed)
    chosen = {}
    for submission in nearest_first:
        chosen.setdefault(submission.unit_id, submission)
    return chosen


@dataclass(frozen=True)
class Changed:
    """One line of a letter: a `GoalChange`; `share` is whether the unit's own goal changed, else it is the ward's."""

    pk: int
    target: Target
    share: bool
    old: tuple[Decimal | None, Decimal | None]
    new: tuple[Decimal | None, Decimal | None]
    gives_duty: bool
    ends_duty: bool
    reason: str

    def __str__(self):
        """“Chỉ tiêu 3. Thu ngân sách: ≥ 30 → ≥ 40 triệu đồng”."""
        measure = f" {self.target.unit_of_measure}".rstrip()
        old, new = show_interval(*self.old), show_interval(*self.new)
        becomes = new if self.new == (None, None) else f"{new}{measure}"
        if not self.share:
            return f"Chỉ tiêu {self.target}: mức của phường {old} → {becomes}"
        if self.ends_duty:
            return f"Chỉ tiêu {self.target}: thôi giao (trước đây {old})"
        return f"Chỉ tiêu {self.target}: {'giao mới, ' if self.gives_duty else f'{old} → '}{becomes}"


def _changes_of_the_day(campaign, unit_ids, decision, at):
    """{unit: [Changed, …]} of everything that a decision changed for some units on the day of a moment."""
    morning = timezone.make_aware(datetime.combine(ward_day(at), time.min))
    rows = GoalChange.objects.filter(decision_number=decision, at__gte=morning, at__lte=at).order_by("at", "pk")
    targets = campaign.targets.in_bulk()
    found = defaultdict(list)
    shares = rows.filter(allocation__target__campaign=campaign, allocation__unit__in=unit_ids)
    for unit, target, since, moment, *row in shares.values_list(*OF_A_SHARE, *FIGURES):
        found[unit].append(_changed(targets[target], True, row, gives_duty=since == moment))
    holders = _holders_without_a_goal(campaign, unit_ids)
    for target, *row in rows.filter(target__campaign=campaign).values_list("target", *FIGURES):
        for unit in holders[target]:
            found[unit].append(_changed(targets[target], False, row, gives_duty=False))
    return found


def _changed(target, share, row, *, gives_duty):
    pk, old_at_least, old_at_most, new_at_least, new_at_most, ends_duty, reason = row
    old, new = (old_at_least, old_at_most), (new_at_least, new_at_most)
    return Changed(pk, target, share, old, new, gives_duty, ends_duty, reason)


def _holders_without_a_goal(campaign, unit_ids):
    """{target: units for which the ward's own goal counts}."""
    holders = defaultdict(set)
    held = Allocation.objects.open().filter(
        target__campaign=campaign, unit__in=unit_ids, at_least__isnull=True, at_most__isnull=True
    )
    for target, unit in held.order_by().values_list("target", "unit"):
        holders[target].add(unit)
    return holders


def _body(campaign, unit, changes, decision):
    lines = "\n".join(f"- {change}" for change in changes)
    reasons = "; ".join(dict.fromkeys(change.reason for change in changes))
    return (
        f"Theo Quyết định số {decision}, chỉ tiêu giao {unit.name} trong đợt thi đua “{campaign.short_name}” "
        f"thay đổi như sau:\n{lines}\nLý do: {reasons}."
    )
