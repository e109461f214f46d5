"""Letters to units that are silent: which are due by a moment, each once, caught up after an outage.

Times are the ward's. The last on-time day of a deadline is the day of the last moment before it.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from campaigns import deadlines
from campaigns.models import CampaignState, ReportingPeriod
from targets.models import Submission, SubmissionState
from targets.notifications import topic
from targets.standing import extended_until
from units import outbox
from units.models import Membership, Message, MessageKind, MessageState, Role, ward_day

logger = logging.getLogger(__name__)

EIGHT, SEVENTEEN = time(8), time(17)
# (name, days from the last on-time day, time of day)
RULES = [
    ("7-days", -7, EIGHT),
    ("3-days", -3, EIGHT),
    ("last-day", 0, EIGHT),
    ("last-day-late", 0, SEVENTEEN),
    ("1-after", 1, EIGHT),
    ("3-after", 3, EIGHT),
]
AFTER = {"1-after", "3-after"}
SECOND_OF_THE_DAY = {"last-day-late"}
TODAY_ALREADY = "Bỏ qua: hôm nay đã nhắc người này"


@dataclass(frozen=True)
class Ring:
    """A rule at the moment it falls due."""

    rule: str
    moment: datetime


def at_ward_time(day, clock):
    return datetime.combine(day, clock, tzinfo=timezone.get_default_timezone())


def rings(deadline):
    """Every reminder of a deadline with its moment; one that would not come before the deadline is left out."""
    day = deadlines.last_on_time_day(deadline)
    planned = [Ring(rule, at_ward_time(day + timedelta(days=days), clock)) for rule, days, clock in RULES]
    return [ring for ring in planned if ring.rule in AFTER or ring.moment < deadline]


LAST_RING_LASTS = timedelta(days=30)


def plan(period, *, at):
    """Write the reminders that are due in a period and not yet written; running twice writes nothing more.

    Returns what the office should hear of: [(the day it fell due, unit that is silent after its deadline)].
    Each unit is planned in a transaction of its own, with its row held: a hand-in under way comes before or after it.
    """
    if period.is_closed:
        return []
    extensions = extended_until(period)
    silent = list(
        Submission.objects.filter(
            period=period,
            state=SubmissionState.DRAFT,
            unit__active=True,
            unit__participations__campaign=period.campaign_id,
            unit__participations__reports=True,
        )
        .select_related("unit")
        .defer("draft")
        .order_by("unit__order", "unit__sort_key")
    )
    people, written = _people(silent, at), _written(silent)
    late = []
    for submission in silent:
        deadline = max(filter(None, [period.units_due, extensions.get(submission.unit_id)])).astimezone(UTC)
        due = [ring for ring in rings(deadline) if ring.moment <= at]
        if due and due[-1].rule == RULES[-1][0] and at > due[-1].moment + LAST_RING_LASTS:
            continue
        wanted = {
            _key(ring.rule, period, submission.unit, user, deadline): (ring, user)
            for ring in due
            for user in people.get(submission.unit_id, [])
        }
        known = written.get(topic(submission), {})
        moved = any(waits and not key.endswith(f":{deadline.isoformat()}") for key, waits in known.items())
        if moved or wanted.keys() - known.keys():
            _plan_unit(submission, period, deadline, due, wanted, at=at)
        if due and due[-1].rule in AFTER:
            late.append((ward_day(due[-1].moment), submission.unit))
    return late


def _people(silent, at):
    """{unit id: everybody who reports for it on the day of a moment}. One query."""
    people = {}
    memberships = Membership.objects.in_force(ward_day(at)).filter(
        unit__in=[submission.unit_id for submission in silent], role__in=[Role.REPORTER, Role.HEAD]
    )
    for membership in memberships.select_related("user").order_by("user_id"):
        named = people.setdefault(membership.unit_id, [])
        if membership.user not in named:
            named.append(membership.user)
    return people


def _written(silent):
    """{topic: {key: whether it still waits}} of the reminders there are. One query."""
    written = {}
    letters = Message.objects.filter(kind=MessageKind.REMINDER, topic__in=[topic(submission) for submission in silent])
    for about, key, state in letters.values_list("topic", "key", "state"):
        written.setdefault(about, {})[key] = state == MessageState.WAITING
    return written


@transaction.atomic
def _plan_unit(submission, period, deadline, due, wanted, *, at):
    still_silent = Submission.objects.select_for_update().filter(pk=submission.pk, state=SubmissionState.DRAFT)
    if not still_silent.exists():
        return
    waiting = Message.objects.filter(
        topic=topic(submission), kind=MessageKind.REMINDER, state=MessageState.WAITING
    ).exclude(key__in=wanted)
    waiting.update(state=MessageState.CANCELLED, note="Hạn nộp đã thay đổi")
    for key, (ring, user) in wanted.items():
        _remind(key, submission, period, ring, deadline, user, at=at, skipped=ring is not due[-1])


def _key(rule, period, unit, user, deadline):
    return f"reminder:{rule}:{period.pk}:{unit.pk}:{user.pk}:{deadline.isoformat()}"


def _remind(key, submission, period, ring, deadline, user, *, at, skipped):
    note = ""
    if skipped:
        note = "Bỏ qua: đã đến lượt nhắc sau"
    elif _reminded_today(user, ring.rule, at=at):
        note = TODAY_ALREADY
    outbox.write(
        key=key,
        kind=MessageKind.REMINDER,
        topic=topic(submission),
        user=user,
        unit=submission.unit,
        subject=_subject(submission, ring),
        body=_body(submission, period, deadline, user, ring, at=at),
        at=at,
        called_off=note,
    )


def _reminded_today(user, rule, *, at):
    """One reminder a day and person; the last day's second one stands apart."""
    start = at_ward_time(ward_day(at), time.min)
    today = Message.objects.filter(
        user=user,
        kind=MessageKind.REMINDER,
        state__in=[MessageState.WAITING, MessageState.SENT],
        created_at__gte=start,
        created_at__lt=start + timedelta(days=1),
    )
    second = any(f":{name}:" in key for name in SECOND_OF_THE_DAY for key in today.values_list("key", flat=True))
    return second if rule in SECOND_OF_THE_DAY else today.exists()


def _subject(submission, ring):
    verb = "Đã quá hạn nộp" if ring.rule in AFTER else "Nhắc nộp"
    return f"{verb} kết quả “{submission.period.name}” – {submission.unit.called}"


def _body(submission, period, deadline, user, ring, *, at):
    """The letter, which also names whatever else the person's units have not handed in."""
    own = user.memberships.in_force(ward_day(at)).filter(role__in=[Role.REPORTER, Role.HEAD]).values("unit")
    others = (
        Submission.objects.filter(
            unit__in=own,
            state=SubmissionState.DRAFT,
            period__closed_at__isnull=True,
            period__campaign__state=CampaignState.OPEN,
        )
        .exclude(pk=submission.pk)
        .with_place()
        .order_by("period__units_due", "unit__order")
    )
    late = "\nBáo cáo nộp sau hạn vẫn được nhận và ghi là nộp muộn." if ring.rule in AFTER else ""
    more = "".join(
        f"\n- {other.unit.name}: “{other.period.name}” ({other.period.campaign.short_name}),"
        f" {deadlines.in_full(other.period.units_due)}"
        for other in others
    )
    return (
        f"Kính gửi: {user.full_name},\n\n"
        f"Đến nay Cổng thi đua chưa nhận được kết quả “{period.name}” ({period.campaign.short_name}) của"
        f" {submission.unit.name}.\n"
        f"Hạn nộp: {deadlines.in_full(deadline)}.{late}\n\n"
        f"Nộp tại: {settings.SITE_URL}{submission.get_absolute_url()}\n" + (f"\nCòn chưa nộp:{more}\n" if more else "")
    )


def _tell_office(organiser, late, *, at):
    """One letter to each person of the office for a day on which units fell silent, over all of its campaigns.

    `late` is {period: [(day, unit), …]}.
    """
    day = max(day for rows in late.values() for day, _ in rows)
    units = sum(len(rows) for rows in late.values())
    of_what = f" “{next(iter(late)).name}”" if len(late) == 1 else ""
    parts = [
        f"{period.name} ({period.campaign.short_name}):\n" + "\n".join(f"- {unit.name}" for _, unit in rows)
        for period, rows in late.items()
    ]
    office = Membership.objects.in_force(ward_day(at)).filter(unit=organiser, role=Role.OFFICE, user__is_active=True)
    for membership in office.select_related("user"):
        outbox.write(
            key=f"reminder:office:{organiser.pk}:{membership.user_id}:{day.isoformat()}",
            kind=MessageKind.REMINDER,
            topic=f"organiser:{organiser.pk}",
            user=membership.user,
            unit=organiser,
            subject=f"{units} đơn vị chưa nộp kết quả{of_what}",
            body="Các đơn vị đã quá hạn chưa nộp:\n\n" + "\n\n".join(parts) + "\n",
            at=at,
        )


def plan_all(at):
    """Plan the reminders of every open period of every open campaign; one period's fault does not stop the others."""
    silent_after = {}
    periods = ReportingPeriod.objects.in_open_campaigns().filter(closed_at__isnull=True)
    for period in periods.select_related("campaign__organiser"):
        try:
            late = plan(period, at=at)
        except (ArithmeticError, ValueError):  # a date beyond the calendar
            logger.exception("Reminders of period %s could not be planned", period.pk)
            continue
        if late:
            silent_after.setdefault(period.campaign.organiser, {})[period] = late
    for organiser, late in silent_after.items():
        _tell_office(organiser, late, at=at)
