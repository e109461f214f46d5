import re
from datetime import date, datetime, timedelta
from threading import Thread
from zoneinfo import ZoneInfo

import pytest
from axes.models import AccessLog
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.mail.backends.smtp import EmailBackend
from django.db import connection
from django.utils import timezone

from tests.rig.servers import free_port
from units import outbox, tasks
from units.models import Message, MessageKind, MessageState
from units.tests.factories import UnitFactory, UserFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2025, 12, 3, 12, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
MINUTE = timedelta(minutes=1)


@pytest.fixture
def unit():
    return UnitFactory(name="Tổ dân phố 12")


@pytest.fixture
def person(unit):
    return UserFactory(email="ha@phuong.example", reporter_of=unit)


def write(person, unit, *, key="reminder:1", at=NOON, **more):
    fields = {
        "kind": MessageKind.REMINDER,
        "topic": "submission:1",
        "subject": "Nhắc nộp kết quả thi đua",
        "body": "Đề nghị đơn vị nộp kết quả trước ngày 10/12/2025.",
    }
    outbox.write(key=key, user=person, unit=unit, at=at, **fields | more)
    return Message.objects.get(key=key)


def fate(letter):
    letter.refresh_from_db()
    return letter.state, letter.attempts, letter.leased_until


def test_a_letter_leaves_once_as_plain_vietnamese_text(person, unit, smtp):
    letter = write(person, unit)

    outbox.deliver_waiting(NOON)
    outbox.deliver_waiting(NOON + MINUTE)

    (mail,) = smtp.messages
    assert (mail["to"], mail["subject"]) == ("ha@phuong.example", "Nhắc nộp kết quả thi đua")
    assert mail.get_content().strip() == "Đề nghị đơn vị nộp kết quả trước ngày 10/12/2025."
    assert mail.get_content_type() == "text/plain"
    assert re.fullmatch(r"<[0-9a-f]{40}@127\.0\.0\.1>", mail["message-id"])
    assert fate(letter) == (MessageState.SENT, 1, None)
    assert letter.address == "ha@phuong.example"
    assert NOON <= letter.sent_at < NOON + MINUTE


def test_a_key_is_written_once_and_keeps_its_first_text(person, unit):
    write(person, unit, body="Lần một")
    write(person, unit, body="Lần hai")

    assert [letter.body for letter in Message.objects.all()] == ["Lần một"]


def test_a_subject_is_one_line_of_at_most_two_hundred_characters(person, unit, smtp):
    write(person, unit, subject="Kết quả\r\nBcc: ai-do@khac.example\t" + "x" * 300)

    outbox.deliver_waiting(NOON)

    (mail,) = smtp.messages
    assert mail["bcc"] is None
    assert Message.objects.get().subject.startswith("Kết quả Bcc: ai-do@khac.example xxx")
    assert len(Message.objects.get().subject) == 200


def test_a_letter_waits_for_its_hour(person, unit, smtp):
    write(person, unit, at=NOON + timedelta(hours=1))

    outbox.deliver_waiting(NOON + timedelta(minutes=59))
    assert smtp.messages == []

    outbox.deliver_waiting(NOON + timedelta(minutes=60))
    assert len(smtp.messages) == 1


def test_a_letter_called_off_stays_here(person, unit, smtp):
    reminder = write(person, unit, key="reminder")
    receipt = write(person, unit, key="receipt", kind=MessageKind.RECEIPT)

    outbox.cancel(["submission:1"], kind=MessageKind.REMINDER, note="Đơn vị đã nộp")
    outbox.deliver_waiting(NOON)

    assert fate(reminder) == (MessageState.CANCELLED, 0, None)
    assert reminder.note == "Đơn vị đã nộp"
    assert fate(receipt)[0] == MessageState.SENT
    assert len(smtp.messages) == 1


def test_a_letter_written_as_called_off_says_why_and_never_leaves(person, unit, smtp):
    letter = write(person, unit, called_off="Đã có lần nhắc mới hơn")
    write(person, unit)

    outbox.deliver_waiting(NOON)

    assert fate(letter) == (MessageState.CANCELLED, 0, None)
    assert letter.note == "Đã có lần nhắc mới hơn"
    assert smtp.messages == []


def test_calling_off_leaves_what_was_sent(person, unit, smtp):
    letter = write(person, unit)
    outbox.deliver_waiting(NOON)

    outbox.cancel(["submission:1"], kind=MessageKind.REMINDER, note="Đơn vị đã nộp")

    assert fate(letter)[0] == MessageState.SENT


def test_a_person_without_an_address_is_listed_for_the_office(unit, smtp):
    letter = write(UserFactory(email="", reporter_of=unit), unit)

    outbox.deliver_waiting(NOON)

    assert fate(letter) == (MessageState.NO_ADDRESS, 1, None)
    assert letter.note == "Người nhận chưa có địa chỉ thư điện tử"
    assert smtp.messages == []


def test_a_stopped_account_gets_nothing(person, unit, smtp):
    letter = write(person, unit)
    person.is_active = False
    person.save()

    outbox.deliver_waiting(NOON)

    assert fate(letter)[0] == MessageState.CANCELLED
    assert smtp.messages == []


@pytest.mark.parametrize(
    ("ends_on", "role_needed", "state"),
    [
        (date(2025, 12, 2), True, MessageState.CANCELLED),
        (date(2025, 12, 3), True, MessageState.SENT),
        (date(2025, 12, 2), False, MessageState.SENT),
    ],
)
def test_who_lost_the_role_gets_only_what_needs_none(person, unit, smtp, ends_on, role_needed, state):
    letter = write(person, unit, role_needed=role_needed)
    person.memberships.update(ends_on=ends_on)

    outbox.deliver_waiting(NOON)

    assert fate(letter)[0] == state
    assert len(smtp.messages) == (state == MessageState.SENT)


def test_the_office_gets_letters_about_the_units_it_serves(unit, smtp):
    letter = write(UserFactory(office_of=unit.organiser), unit)
    stranger = write(UserFactory(office_of=UnitFactory().organiser), unit, key="stranger")

    outbox.deliver_waiting(NOON)

    assert fate(letter)[0] == MessageState.SENT
    assert fate(stranger)[0] == MessageState.CANCELLED


def test_a_refused_letter_is_tried_after_1_5_15_and_60_minutes_and_then_given_up(person, unit, smtp):
    letter = write(person, unit)
    smtp.refusal = "451 Requested action aborted"
    now, waits = NOON, []
    for attempt in range(1, 5):
        outbox.deliver_waiting(now)
        assert fate(letter) == (MessageState.WAITING, attempt, None)
        waits.append(round((letter.not_before - now).total_seconds() / 60))
        outbox.deliver_waiting(letter.not_before - timedelta(seconds=1))
        assert fate(letter)[1] == attempt
        now = letter.not_before

    outbox.deliver_waiting(now)

    assert waits == [1, 5, 15, 60]
    assert fate(letter) == (MessageState.DEAD, 5, None)
    assert "451" in letter.note
    smtp.refusal = ""
    outbox.deliver_waiting(now + timedelta(days=1))
    assert smtp.messages == []


def test_a_letter_that_was_given_up_can_be_put_back_in_the_queue(person, unit, smtp):
    letter = write(person, unit)
    Message.objects.update(state=MessageState.DEAD, attempts=5, note="451")

    assert outbox.send_again(Message.objects.all(), at=NOON) == 1
    outbox.deliver_waiting(NOON)

    assert fate(letter) == (MessageState.SENT, 1, None)
    assert outbox.send_again(Message.objects.all(), at=NOON) == 0


def test_one_bad_letter_does_not_stop_the_others(unit, smtp):
    people = [UserFactory(reporter_of=unit) for _ in range(3)]
    people[1].email = "khong-phai\ndia-chi@phuong.example"
    people[1].save()
    letters = [write(person, unit, key=f"reminder:{person.pk}") for person in people]

    outbox.deliver_waiting(NOON)

    assert [fate(letter)[0] for letter in letters] == [MessageState.SENT, MessageState.WAITING, MessageState.SENT]
    assert len(smtp.messages) == 2


def test_while_the_mail_server_is_away_one_letter_tries_and_the_others_wait_untouched(person, unit, smtp, settings):
    letters = [write(person, unit, key=f"reminder:{number}") for number in range(3)]
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()

    outbox.deliver_waiting(NOON)
    assert [fate(letter)[:2] for letter in letters] == [("waiting", 1), ("waiting", 0), ("waiting", 0)]

    settings.EMAIL_PORT = port
    outbox.deliver_waiting(NOON + 2 * MINUTE)
    assert len(smtp.messages) == 3
    assert {fate(letter)[0] for letter in letters} == {MessageState.SENT}


def test_a_letter_in_the_hands_of_another_sender_is_left_alone_until_its_lease_ends(person, unit, smtp):
    letter = write(person, unit)
    Message.objects.update(leased_until=NOON + 5 * MINUTE, attempts=1)

    outbox.deliver_waiting(NOON + 4 * MINUTE)
    assert smtp.messages == []

    outbox.deliver_waiting(NOON + 5 * MINUTE)
    assert fate(letter) == (MessageState.SENT, 2, None)


def test_a_sender_that_died_before_marking_costs_one_repeat_under_the_same_id(person, unit, smtp):
    write(person, unit)
    outbox.deliver_waiting(NOON)
    Message.objects.update(state=MessageState.WAITING, sent_at=None, leased_until=NOON + 5 * MINUTE)

    outbox.deliver_waiting(NOON + 6 * MINUTE)
    outbox.deliver_waiting(NOON + 20 * MINUTE)

    assert len(smtp.messages) == 2
    assert len({mail["message-id"] for mail in smtp.messages}) == 1


class Watchful(EmailBackend):
    """Says whether a transaction was open when a letter left."""

    seen = []

    def send_messages(self, messages):
        self.seen.append(connection.in_atomic_block)
        return super().send_messages(messages)


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_a_letter_leaves(person, unit, smtp, settings):
    settings.EMAIL_BACKEND = "units.tests.test_outbox.Watchful"
    Watchful.seen.clear()
    write(person, unit)

    outbox.deliver_waiting(NOON)

    assert Watchful.seen == [False]


@pytest.mark.django_db(transaction=True)
def test_senders_at_the_same_time_send_each_letter_once(person, unit, smtp):
    for number in range(30):
        write(person, unit, key=f"reminder:{number}", subject=f"Thư {number}")

    def send():
        try:
            outbox.deliver_waiting(NOON)
        finally:
            connection.close()

    senders = [Thread(target=send) for _ in range(3)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()

    assert sorted(mail["subject"] for mail in smtp.messages) == sorted(f"Thư {number}" for number in range(30))
    assert Message.objects.filter(state=MessageState.SENT, attempts=1).count() == 30


def test_the_alarm_clock_sends_what_is_due(person, unit, smtp):
    write(person, unit, at=timezone.now())

    tasks.send_waiting_messages()

    assert len(smtp.messages) == 1


def test_the_nightly_clean_up_forgets_old_sessions_and_sign_ins(time_machine):
    time_machine.move_to("2025-12-09 19:30:00+00:00", tick=False)
    now = timezone.now()
    for days in (-1, 1):
        session = SessionStore()
        session.set_expiry(now + timedelta(days=days))
        session.create()
    for days in (300, 400):
        log = AccessLog.objects.create(username="ha", ip_address="10.0.0.1", path_info="/", user_agent="")
        AccessLog.objects.filter(pk=log.pk).update(attempt_time=now - timedelta(days=days))

    tasks.clean_up()

    assert [session.expire_date > now for session in Session.objects.all()] == [True]
    assert [(now - log.attempt_time).days for log in AccessLog.objects.all()] == [300]
