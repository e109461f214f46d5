"""The letters that moves of a submission cause: rows of the outbox, written in the move's transaction."""

from collections import defaultdict, namedtuple

from django.conf import settings
from django.utils import timezone

from units import outbox
from units.models import Membership, MessageKind, Role, ward_day

# What people of a unit are told about one of its submissions; `key` tells it apart from every other letter.
News = namedtuple("News", "submission key subject body")


def topic(submission):
    return f"submission:{submission.pk}"


def clock(moment):
    return timezone.localtime(moment).strftime("%H:%M:%S ngày %d/%m/%Y")


def people_of(unit, at):
    """Everybody who reports for a unit on the day of a moment."""
    return _people_of_each([unit], at)[unit.pk]


def _people_of_each(units, at):
    """{unit's key: everybody who reports for it on the day of a moment}."""
    memberships = Membership.objects.in_force(ward_day(at)).filter(unit__in=units, role__in=[Role.REPORTER, Role.HEAD])
    people = defaultdict(dict)
    for membership in memberships.select_related("user").order_by("user_id"):
        people[membership.unit_id][membership.user_id] = membership.user
    return defaultdict(list, {unit: list(users.values()) for unit, users in people.items()})


def link(thing):
    return settings.SITE_URL + thing.get_absolute_url()


def call_off_reminders(submission):
    """A unit that has handed in is not reminded: called in the transaction of its first hand-in."""
    outbox.cancel([topic(submission)], kind=MessageKind.REMINDER, note="Đơn vị đã nộp")


def send_receipt(revision, *, words):
    """Tell whoever submitted, and for a hand-in on behalf the unit's people too, that the results arrived.

    `words` says how the hand-in stands.
    """
    submission = revision.submission
    people = [revision.submitted_by]
    source = ""
    if revision.on_behalf_source:
        people += [user for user in people_of(submission.unit, revision.arrived_at) if user != revision.submitted_by]
        source = f"Phòng Văn hoá - Xã hội nhập thay theo: {revision.on_behalf_source}.\n"
    for user in people:
        outbox.write(
            key=f"receipt:{revision.submit_key}:{user.pk}",
            kind=MessageKind.RECEIPT,
            topic=topic(submission),
            user=user,
            unit=submission.unit,
            subject=f"Biên nhận số {revision.pk}: {submission.unit.called} nộp kết quả {submission.period.name}",
            body=(
                f"{submission.unit.name} đã nộp kết quả “{submission.period.name}”, lần {revision.number}.\n"
                f"{source}"
                f"Thời điểm: {clock(revision.handed_in_at)} ({words}).\n"
                f"Mã kiểm tra nội dung (SHA-256): {revision.digest}\n\n"
                f"Xem biên nhận, tải bản PDF: {link(revision)}\n"
            ),
            at=revision.arrived_at,
            role_needed=False,
        )


def tell_unit(submission, *, kind, key, subject, body, at):
    """One letter to each person who reports for the unit."""
    tell_units([News(submission, key, subject, body)], kind=kind, at=at)


def tell_units(news, *, kind, at):
    """One letter to each person who reports for a unit, for any number of units in two queries."""
    people = _people_of_each([told.submission.unit_id for told in news], at)
    outbox.write_all(
        outbox.letter_to(
            key=f"{told.key}:{user.pk}",
            kind=kind,
            topic=topic(told.submission),
            user=user,
            unit=told.submission.unit,
            subject=told.subject,
            body=f"{told.body}\n\nXem tại: {link(told.submission)}\n",
            at=at,
        )
        for told in news
        for user in people[told.submission.unit_id]
    )
