"""Letters to units that are silent: which are due by a moment, each once, caught up after an outage.

Times are the ward's. The last on-time day of a deadline is the day of the last moment before it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from campaigns.models import ReportingPeriod
from targets.models import Submission, SubmissionState
from targets.notifications import people_of, topic
from targets.standing import extended_until
from units import outbox
from units.models import Membership, Message, MessageKind, MessageState, Role, ward_day

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


def last_on_time_day(deadline):
    return ward_day(deadline - timedelta(microseconds=1))


def at_ward_time(day, clock):
    return datetime.combine(day, clock, tzinfo=timezone.get_default_timezone())


def rings(deadline):
    """Every reminder of a deadline with its moment; one that would not come before the deadline is left out."""
    day = last_on_time_day(deadline)
    planned = [Ring(rule, at_ward_time(day + timedelta(days=days), clock)) for rule, days, clock in RULES]
    return [ring for ring in planned if ring.rule in AFTER or ring.moment < deadline]


@transaction.atomic
def plan(period, *, at):
    """Write the reminders that are due in a period and not yet written; running twice writes nothing more."""
    if period.is_closed:
        return
    extensions = extended_until(period)
    silent = (
        Submission.objects.filter(period=period, state=SubmissionState.DRAFT, unit__active=True)
        .filter(unit__participations__campaign=period.campaign_id, unit__participations__reports=True)
        .select_related("unit")
        .defer("draft")
        .order_by("unit__order", "unit__sort_key")
    )
    silent = list(silent)
    written = set(
        Message.objects.filter(kind=MessageKind.REMINDER, topic__in=[topic(submission) for submission in silent])
        .values_list("key", flat=True)
        .order_by()
    )
    late = {}
    for submission in silent:
        deadline = max(filter(None, [period.units_due, extensions.get(submission.unit_id)])).astimezone(UTC)
        due = [ring for ring in rings(deadline) if ring.moment <= at]
        _call_off_moved(submission, deadline)
        if not due:
            continue
        for ring in due:
            for user in people_of(submission.unit, at):
                key = _key(ring.rule, period, submission.unit, user, deadline)
                if key not in written:
                    _remind(key, submission, period, ring, deadline, user, at=at, skipped=ring is not due[-1])
        if due[-1].rule in AFTER:
            late.setdefault((due[-1].rule, deadline), []).append(submission.unit)
    for (rule, deadline), units in late.items():
        _tell_office(period, rule, deadline, units, at=at)


def _call_off_moved(submission, deadline):
    """Reminders of an earlier deadline that were not sent yet are planned anew."""
    Message.objects.filter(topic=topic(submission), kind=MessageKind.REMINDER, state=MessageState.WAITING).exclude(
        key__endswith=f":{deadline.isoformat()}"
    ).update(state=MessageState.CANCELLED, note="Hạn nộp đã thay đổi")


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
        body=_body(submission, period, deadline, user, ring),
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
    if rule in SECOND_OF_THE_DAY:
        today = today.filter(key__startswith=f"reminder:{rule}:")
    return today.exists()


def _subject(submission, ring):
    verb = "Đã quá hạn nộp" if ring.rule in AFTER else "Nhắc nộp"
    return f"{verb} kết quả “{submission.period.name}” – {submission.unit.called}"


def _body(submission, period, deadline, user, ring):
    others = (
        Submission.objects.filter(
            state=SubmissionState.DRAFT, period__closed_at__isnull=True, unit__memberships__user=user, period=period
        )
        .exclude(pk=submission.pk)
        .select_related("unit")
        .distinct()
    )
    names = [submission.unit.name, *(other.unit.name for other in others)]
    local = timezone.localtime(deadline)
    late = "\nBáo cáo nộp sau hạn vẫn được nhận và ghi là nộp muộn." if ring.rule in AFTER else ""
    return (
        f"Kính gửi: {user.full_name},\n\n"
        f"Đến nay Cổng thi đua chưa nhận được kết quả “{period.name}” ({period.campaign.short_name}) của: "
        f"{'; '.join(names)}.\n"
        f"Hạn nộp: trước {local:%H:%M ngày %d/%m/%Y}.{late}\n\n"
        f"Nộp tại: {settings.SITE_URL}{submission.get_absolute_url()}\n"
    )


def _tell_office(period, rule, deadline, units, *, at):
    organiser = period.campaign.organiser
    office = (
        Membership.objects.in_force(ward_day(at))
        .filter(unit=organiser, role=Role.OFFICE, user__is_active=True)
        .select_related("user")
    )
    for membership in office:
        outbox.write(
            key=_key(f"office-{rule}", period, organiser, membership.user, deadline),
            kind=MessageKind.REMINDER,
            topic=f"period:{period.pk}",
            user=membership.user,
            unit=organiser,
            subject=f"{len(units)} đơn vị chưa nộp kết quả “{period.name}”",
            body="Các đơn vị đã quá hạn chưa nộp:\n" + "\n".join(f"- {unit.name}" for unit in units) + "\n",
            at=at,
            called_off=TODAY_ALREADY if _reminded_today(membership.user, rule, at=at) else "",
        )


def plan_all(at):
    """Plan the reminders of every open period of every open campaign."""
    periods = ReportingPeriod.objects.in_open_campaigns().filter(closed_at__isnull=True)
    for period in periods.select_related("campaign__organiser"):
        plan(period, at=at)
