"""The letters that a decision on shares causes: one to each person of a unit, with all that changes for the unit."""

import hashlib
from collections import defaultdict
from datetime import datetime, time

from django.db.models import Q
from django.utils import timezone

from targets import notifications
from targets.models import Allocation, Answer, GoalChange, Submission
from targets.numbers import show_interval
from units.models import Message, MessageKind, MessageState, ward_day

NO_LONGER_NEEDED = "Thay bằng thư đủ các thay đổi cùng quyết định"


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
    for unit, submission in topics.items():
        notifications.tell_unit(
            submission,
            kind=MessageKind.ALLOCATION,
            key=f"{key}:{unit}:{at.isoformat()}",
            subject=f"Chỉ tiêu giao {submission.unit.called} thay đổi theo Quyết định số {decision}",
            body=_body(campaign, submission.unit, changes[unit], decision),
            at=at,
        )


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


def _changes_of_the_day(campaign, unit_ids, decision, at):
    """{unit: [(target, words), …]} of everything that a decision changed for some units on the day of a moment."""
    morning = timezone.make_aware(datetime.combine(ward_day(at), time.min))
    rows = (
        GoalChange.objects.filter(
            Q(allocation__target__campaign=campaign) | Q(target__campaign=campaign),
            decision_number=decision,
            at__gte=morning,
            at__lte=at,
        )
        .select_related("target", "allocation__target")
        .order_by("at", "pk")
    )
    rows = list(rows)
    holders = _holders_without_a_goal([row.target_id for row in rows if row.target_id], unit_ids)
    found = defaultdict(list)
    for row in rows:
        units = holders[row.target_id] if row.target_id else {row.allocation.unit_id} & unit_ids
        for unit in units:
            found[unit].append(row)
    return found


def _holders_without_a_goal(target_ids, unit_ids):
    holders = defaultdict(set)
    held = Allocation.objects.open().filter(
        target__in=target_ids, unit__in=unit_ids, at_least__isnull=True, at_most__isnull=True
    )
    for target, unit in held.order_by().values_list("target", "unit"):
        holders[target].add(unit)
    return holders


def _body(campaign, unit, changes, decision):
    lines = "\n".join(f"- {_line(change)}" for change in changes)
    reasons = "; ".join(dict.fromkeys(change.reason for change in changes))
    return (
        f"Theo Quyết định số {decision}, chỉ tiêu giao {unit.name} trong đợt thi đua “{campaign.short_name}” "
        f"thay đổi như sau:\n{lines}\nLý do: {reasons}."
    )


def _line(change):
    """“Chỉ tiêu 3. Thu ngân sách: ≥ 30 → ≥ 40 triệu đồng”."""
    target = change.target or change.allocation.target
    measure = f" {target.unit_of_measure}".rstrip()
    old = show_interval(change.old_at_least, change.old_at_most)
    new = show_interval(change.new_at_least, change.new_at_most)
    becomes = f"{new}{measure}" if (change.new_at_least, change.new_at_most) != (None, None) else new
    if change.target_id:
        return f"Chỉ tiêu {target}: mức của phường {old} → {becomes}"
    if change.ends_duty:
        return f"Chỉ tiêu {target}: thôi giao (trước đây {old})"
    if change.gives_duty:
        return f"Chỉ tiêu {target}: giao mới, {becomes}"
    return f"Chỉ tiêu {target}: {old} → {becomes}"
