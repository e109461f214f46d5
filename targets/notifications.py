"""The letters that moves of a submission cause: rows of the outbox, written in the move's transaction."""

from django.conf import settings
from django.utils import timezone

from units import outbox
from units.models import Membership, MessageKind, Role, ward_day


def topic(submission):
    return f"submission:{submission.pk}"


def clock(moment):
    return timezone.localtime(moment).strftime("%H:%M:%S ngày %d/%m/%Y")


def people_of(unit, at):
    """Everybody who reports for a unit on the day of a moment."""
    memberships = Membership.objects.in_force(ward_day(at)).filter(unit=unit, role__in=[Role.REPORTER, Role.HEAD])
    return {m.user_id: m.user for m in memberships.select_related("user").order_by("user_id")}.values()


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
    for user in people_of(submission.unit, at):
        outbox.write(
            key=f"{key}:{user.pk}",
            kind=kind,
            topic=topic(submission),
            user=user,
            unit=submission.unit,
            subject=subject,
            body=f"{body}\n\nXem tại: {link(submission)}\n",
            at=at,
        )
