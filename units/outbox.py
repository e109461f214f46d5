"""The outbox: letters are rows, written in the transaction of their cause and sent later by lease.

A letter is claimed by a conditional UPDATE until `LEASE` from now, looked at again, sent with no transaction open and
marked by a second UPDATE. Whoever dies in between leaves an expired lease and the letter is sent again under the
same Message-ID: never lost, at most one repeat a crash.
"""

import hashlib
import logging
import time
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core import mail
from django.db.models import F, Q

from units.models import Message, MessageState, ward_day

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
BACK_OFF = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)]
MOST_ATTEMPTS = len(BACK_OFF) + 1


def write(**letter):
    """Write a letter to one person, named as `letter_to` names its parts; a key that is there keeps its letter."""
    write_all([letter_to(**letter)])


def write_all(letters):
    """Write any number of letters at once."""
    Message.objects.bulk_create(letters, ignore_conflicts=True)


def letter_to(*, key, kind, topic, user, unit, subject, body, at, role_needed=True, called_off=""):
    """A letter to one person, not yet written.

    `called_off` says why a letter that fell due will not be sent: its row stands, so that it is not planned again.

    With `role_needed` the letter goes only to somebody who, when it leaves, still has a role at the unit or at the
    unit's organiser.
    """
    return Message(
        key=key,
        kind=kind,
        topic=topic,
        user=user,
        unit=unit,
        subject=_one_line(subject)[:200],
        body=body,
        role_needed=role_needed,
        state=MessageState.CANCELLED if called_off else MessageState.WAITING,
        note=called_off,
        not_before=at,
        created_at=at,
    )


def cancel(topics, *, kind, note):
    """Call off the letters about some topics that have not left."""
    Message.objects.filter(topic__in=topics, kind=kind, state=MessageState.WAITING).update(
        state=MessageState.CANCELLED, note=note
    )


def send_again(letters, *, at):
    """Put letters that could not be delivered back in the queue; returns how many."""
    return letters.filter(state__in=[MessageState.NO_ADDRESS, MessageState.DEAD]).update(
        state=MessageState.WAITING, attempts=0, note="", leased_until=None, not_before=at
    )


def deliver_waiting(at):
    """Send every letter that is due, over one connection; stop at once when the mail server does not answer."""
    started = time.monotonic()
    connection = mail.get_connection()
    try:
        for pk in Message.objects.sendable(at).order_by("not_before", "pk").values_list("pk", flat=True):
            now = at + timedelta(seconds=time.monotonic() - started)
            letter = _claim(pk, now)
            if letter and not _is_pointless(letter, now) and not _deliver(letter, connection, now):
                break
    finally:
        _close(connection)


def _claim(pk, now):
    """The letter as it is now, held until the lease ends; None when somebody else has it or it was called off."""
    if not Message.objects.sendable(now).filter(pk=pk).update(leased_until=now + LEASE, attempts=F("attempts") + 1):
        return None
    return Message.objects.select_related("user", "unit").filter(pk=pk, state=MessageState.WAITING).first()


def _is_pointless(letter, now):
    """Settle a letter that nobody can or should get."""
    if not letter.user.is_active:
        _settle(letter, state=MessageState.CANCELLED, note="Tài khoản đã ngừng hoạt động")
    elif letter.role_needed and not _still_has_a_role(letter, now):
        _settle(letter, state=MessageState.CANCELLED, note="Người nhận không còn vai trò tại đơn vị")
    elif not letter.user.email:
        _settle(letter, state=MessageState.NO_ADDRESS, note="Người nhận chưa có địa chỉ thư điện tử")
    else:
        return False
    return True


def _still_has_a_role(letter, now):
    unit = Q(unit=letter.unit) | Q(unit=letter.unit.organiser_id)
    return letter.user.memberships.in_force(ward_day(now)).filter(unit).exists()


def _deliver(letter, connection, now):
    """Send one letter and mark it; False when the mail server cannot be reached, so that others need not try."""
    reached = False
    try:
        connection.open()
        reached = True
        _as_mail(letter, connection).send()
    except Exception as problem:  # whatever is wrong with one letter must not stop the others
        log.warning("Letter %s to user %s failed: %s", letter.pk, letter.user_id, problem)
        _put_off(letter, problem, now)
        _close(connection)
        return reached
    Message.objects.filter(pk=letter.pk).update(  # it has left, whatever became of the row meanwhile
        state=MessageState.SENT, sent_at=now, address=letter.user.email, note="", leased_until=None
    )
    return True


def _as_mail(letter, connection):
    name = hashlib.sha256(letter.key.encode()).hexdigest()[:40]
    return mail.EmailMessage(
        subject=_one_line(letter.subject),
        body=letter.body,
        to=[letter.user.email],
        headers={
            "Message-ID": f"<{name}@{urlsplit(settings.SITE_URL).hostname}>",
            "Auto-Submitted": "auto-generated",
        },
        connection=connection,
    )


def _put_off(letter, problem, now):
    note = _one_line(str(problem))[:300]
    if letter.attempts >= MOST_ATTEMPTS:
        _settle(letter, state=MessageState.DEAD, note=note)
    else:
        _settle(letter, not_before=now + BACK_OFF[letter.attempts - 1], note=note)


def _settle(letter, **changes):
    """Write the outcome and let go of the letter, unless it was called off or taken over meanwhile."""
    Message.objects.filter(pk=letter.pk, state=MessageState.WAITING, leased_until=letter.leased_until).update(
        leased_until=None, **changes
    )


def _one_line(text):
    """Blanks and control characters folded into single spaces: a subject is one line."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _close(connection):
    try:
        connection.close()
    except Exception as problem:  # a server that is gone cannot be said goodbye to
        log.info("Closing the mail connection failed: %s", problem)
