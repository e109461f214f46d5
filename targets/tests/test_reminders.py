import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.urls import reverse

from campaigns.tests.factories import WARD, ExtensionFactory, ParticipationFactory, PeriodFactory
from targets import periods, reminders, workflow
from targets.answers import Answers
from targets.models import Submission
from targets.tests.factories import SubmissionFactory
from units import outbox
from units.models import Message, MessageKind, MessageState
from units.tests.factories import MembershipFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
SEASON = {
    "7-days": "12-02 08:00",
    "3-days": "12-06 08:00",
    "last-day": "12-09 08:00",
    "last-day-late": "12-09 17:00",
    "1-after": "12-10 08:00",
    "3-after": "12-12 08:00",
}


def ward(text):
    return datetime.strptime(f"2025-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=WARD)


@pytest.fixture(params=["Asia/Ho_Chi_Minh", "UTC", "America/New_York"])
def any_zone(request, monkeypatch):
    """The zone of the machine and its process must not matter."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def period():
    """Units' deadline: 10 December begins, so the 9th is the last on-time day."""
    return PeriodFactory()


def silent_unit(period, **unit):
    unit = UnitFactory(organiser=period.campaign.organiser, **unit)
    ParticipationFactory(campaign=period.campaign, unit=unit)
    SubmissionFactory(period=period, unit=unit)
    return unit


@pytest.fixture
def unit(period):
    return silent_unit(period)


@pytest.fixture
def reporter(unit):
    return UserFactory(reporter_of=unit)


def letters(**which):
    return Message.objects.filter(kind=MessageKind.REMINDER, **which).order_by("created_at", "pk")


def rules(**which):
    """The rules that letters were written for, in order: waiting ones unless asked otherwise."""
    return [letter.key.split(":")[1] for letter in letters(**{"state": MessageState.WAITING} | which)]


def ticks():
    """Rings of the clock through the whole season, more than once around every moment."""
    for day in range(1, 20):
        for clock in ("00:00", "07:45", "08:00", "08:15", "16:45", "17:00", "17:15", "23:45"):
            yield ward(f"12-{day:02} {clock}")


def hand_in(unit, at, by):
    submission = Submission.objects.get(unit=unit)
    return workflow.submit(submission, Answers([], []), key=workflow.fresh_key(), by=by, at=at)


# --- When -------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("any_zone")
@pytest.mark.parametrize("rule", SEASON)
def test_a_reminder_is_written_at_its_moment_and_not_a_minute_before(period, reporter, rule):
    moment = ward(SEASON[rule])
    before = list(SEASON)[: list(SEASON).index(rule)]
    reminders.plan_all(moment - MINUTE)
    assert rules() == before[-1:]
    Message.objects.all().delete()

    reminders.plan_all(moment.astimezone(UTC))

    assert rules() == [rule]
    assert rules(state=MessageState.CANCELLED) == before
    written = letters(state=MessageState.WAITING).get()
    assert (written.user, written.not_before) == (reporter, moment)


@pytest.mark.parametrize(
    ("deadline", "expected"),
    [
        ("12-10 00:00", SEASON),
        (
            "12-10 16:00",  # the last on-time day is the 10th itself; 17:00 would come too late
            {
                "7-days": "12-03 08:00",
                "3-days": "12-07 08:00",
                "last-day": "12-10 08:00",
                "1-after": "12-11 08:00",
                "3-after": "12-13 08:00",
            },
        ),
        (
            "12-10 08:00",  # not before the deadline: left out
            {
                "7-days": "12-03 08:00",
                "3-days": "12-07 08:00",
                "1-after": "12-11 08:00",
                "3-after": "12-13 08:00",
            },
        ),
        (
            "12-10 08:01",
            {
                "7-days": "12-03 08:00",
                "3-days": "12-07 08:00",
                "last-day": "12-10 08:00",
                "1-after": "12-11 08:00",
                "3-after": "12-13 08:00",
            },
        ),
        (
            "12-10 17:00",
            {
                "7-days": "12-03 08:00",
                "3-days": "12-07 08:00",
                "last-day": "12-10 08:00",
                "1-after": "12-11 08:00",
                "3-after": "12-13 08:00",
            },
        ),
    ],
)
def test_the_moments_of_a_deadline(deadline, expected):
    found = {ring.rule: ring.moment for ring in reminders.rings(ward(deadline))}
    assert found == {rule: ward(moment) for rule, moment in expected.items()}


def test_nothing_is_written_before_the_first_moment(period, reporter):
    reminders.plan_all(ward("12-02 07:59"))
    assert not letters().exists()


def test_a_season_of_rings_writes_each_letter_once(period, reporter):
    for moment in ticks():
        reminders.plan_all(moment)
        reminders.plan_all(moment)  # a second clock
        outbox.deliver_waiting(moment)
    assert rules(state=MessageState.SENT) == list(SEASON)
    assert [letter.sent_at.replace(second=0, microsecond=0) for letter in letters()] == list(map(ward, SEASON.values()))


@pytest.mark.django_db(transaction=True)
def test_two_planners_at_the_same_moment_write_each_letter_once(period, reporter):
    silent = silent_unit(period)
    UserFactory(reporter_of=silent)
    start = threading.Barrier(3)

    def plan():
        start.wait()
        try:
            reminders.plan_all(ward("12-06 08:00"))
        finally:
            connection.close()

    threads = [threading.Thread(target=plan) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert rules() == ["3-days", "3-days"]
    assert letters().values("user").distinct().count() == 2


# --- After an outage --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("back_at", "fires", "skipped"),
    [
        ("12-04 03:00", "7-days", []),
        ("12-09 16:59", "last-day", ["7-days", "3-days"]),
        ("12-09 21:00", "last-day-late", ["7-days", "3-days", "last-day"]),
        ("12-11 09:00", "1-after", ["7-days", "3-days", "last-day", "last-day-late"]),
        ("12-25 09:00", "3-after", ["7-days", "3-days", "last-day", "last-day-late", "1-after"]),
    ],
)
def test_after_an_outage_only_the_newest_fires_and_the_older_are_marked(period, reporter, back_at, fires, skipped):
    reminders.plan_all(ward(back_at))
    reminders.plan_all(ward(back_at))
    assert rules() == [fires]
    assert rules(state=MessageState.CANCELLED) == skipped
    assert {letter.note for letter in letters(state=MessageState.CANCELLED)} <= {"Bỏ qua: đã đến lượt nhắc sau"}


# --- Whom -------------------------------------------------------------------------------------------------------------


def test_only_silent_units_are_reminded(period, reporter):
    for state in ("submitted", "returned", "accepted"):
        done = UnitFactory(organiser=period.campaign.organiser)
        ParticipationFactory(campaign=period.campaign, unit=done)
        SubmissionFactory(period=period, unit=done, **{state: True})
        UserFactory(reporter_of=done)
    UserFactory(reporter_of=silent_unit(period, active=False))
    released = silent_unit(period)
    released.participations.update(reports=False)
    UserFactory(reporter_of=released)

    reminders.plan_all(ward("12-06 08:00"))

    assert [letter.user for letter in letters(state=MessageState.WAITING)] == [reporter]


def test_before_the_deadline_the_organiser_gets_nothing(period, reporter):
    UserFactory(office_of=period.campaign.organiser)
    UserFactory(leader_of=period.campaign.organiser)
    reminders.plan_all(ward("12-09 17:00"))
    assert {letter.user for letter in letters()} == {reporter}


@pytest.mark.parametrize("rule", ["1-after", "3-after"])
def test_after_the_deadline_the_head_and_the_office_are_told(period, unit, reporter, rule):
    head, office = UserFactory(head_of=unit), UserFactory(office_of=period.campaign.organiser)
    other = silent_unit(period)
    UserFactory(staff_of=period.campaign.organiser)
    UserFactory(office_of=UnitFactory().organiser)

    reminders.plan_all(ward(SEASON[rule]))
    reminders.plan_all(ward(SEASON[rule]) + 15 * MINUTE)

    waiting = {letter.user: letter for letter in letters(state=MessageState.WAITING)}
    assert set(waiting) == {head, reporter, office}
    assert waiting[office].subject == f"2 đơn vị chưa nộp kết quả “{period.name}”"
    assert unit.name in waiting[office].body
    assert other.name in waiting[office].body
    assert "Đã quá hạn nộp" in waiting[head].subject
    assert "vẫn được nhận và ghi là nộp muộn" in waiting[head].body


def test_a_person_whose_role_has_ended_or_not_begun_gets_nothing(period, unit):
    MembershipFactory(unit=unit, ends_on=ward("12-05 00:00").date())
    MembershipFactory(unit=unit, starts_on=ward("12-07 00:00").date())
    last_day = MembershipFactory(unit=unit, ends_on=ward("12-06 00:00").date())
    reminders.plan_all(ward("12-06 08:00"))
    assert [letter.user for letter in letters(state=MessageState.WAITING)] == [last_day.user]


def test_the_letter_says_what_is_due_until_when_and_where(period, unit, reporter, settings):
    reminders.plan_all(ward("12-06 08:00"))
    letter = letters(state=MessageState.WAITING).get()
    assert letter.subject == f"Nhắc nộp kết quả “{period.name}” – {unit.name}"
    assert reporter.full_name in letter.body
    assert "trước ngày 10/12/2025 (hết ngày 09/12/2025)" in letter.body
    assert settings.SITE_URL + reverse("targets:submission", args=[Submission.objects.get().pk]) in letter.body
    assert "nộp muộn" not in letter.body


# --- One a day --------------------------------------------------------------------------------------------------------


def test_one_letter_a_day_names_all_silent_units_of_a_person(period, unit, reporter):
    second = silent_unit(period)
    MembershipFactory(user=reporter, unit=second)

    reminders.plan_all(ward("12-06 08:00"))

    waiting = letters(state=MessageState.WAITING).get()
    assert unit.name in waiting.body
    assert second.name in waiting.body
    assert [letter.note for letter in letters(state=MessageState.CANCELLED, key__contains="3-days")] == [
        "Bỏ qua: hôm nay đã nhắc người này"
    ]


def test_over_several_campaigns_a_person_still_gets_one_letter_a_day_and_two_on_the_last(period, unit, reporter):
    other = PeriodFactory(campaign__organiser=unit.organiser)
    ParticipationFactory(campaign=other.campaign, unit=unit)
    SubmissionFactory(period=other, unit=unit)
    for moment in ticks():
        reminders.plan_all(moment)
    assert rules() == list(SEASON)


def test_the_office_s_list_counts_as_its_letter_of_the_day(period, unit, reporter):
    """One a day and person holds for the office too, however many campaigns and extensions there are."""
    office = UserFactory(office_of=unit.organiser)
    other = PeriodFactory(campaign__organiser=unit.organiser)
    ParticipationFactory(campaign=other.campaign, unit=unit)
    SubmissionFactory(period=other, unit=unit)
    reminders.plan_all(ward("12-10 08:00"))
    assert letters(state=MessageState.WAITING, user=office).count() == 1


# --- A deadline moves, a unit hands in, a period closes ---------------------------------------------------------------


def test_an_extension_plans_anew_what_was_not_sent(period, unit, reporter):
    reminders.plan_all(ward("12-09 08:00"))
    assert rules() == ["last-day"]

    ExtensionFactory(period=period, unit=unit, decided=True, until=ward("12-12 00:00"))
    reminders.plan_all(ward("12-09 08:15"))

    assert [letter.note for letter in letters(key__contains="last-day:", state=MessageState.CANCELLED)] == [
        "Hạn nộp đã thay đổi"
    ]
    assert rules() == ["3-days"], "of the new deadline, since 8 December"
    reminders.plan_all(ward("12-11 07:59"))
    assert rules() == ["3-days"]
    reminders.plan_all(ward("12-11 08:00"))
    assert rules() == ["3-days", "last-day"]
    assert "trước ngày 12/12/2025 (hết ngày 11/12/2025)" in letters(state=MessageState.WAITING).last().body


def test_a_letter_of_an_earlier_deadline_that_has_left_is_not_called_off(period, unit, reporter):
    reminders.plan_all(ward("12-06 08:00"))
    outbox.deliver_waiting(ward("12-06 08:01"))
    ExtensionFactory(period=period, unit=unit, decided=True, until=ward("12-20 00:00"))
    reminders.plan_all(ward("12-06 08:15"))
    assert rules(state=MessageState.SENT) == ["3-days"]
    assert rules() == []


def test_a_request_that_waits_or_was_refused_moves_nothing(period, unit, reporter):
    ExtensionFactory(period=period, unit=unit, until=ward("12-20 00:00"))
    ExtensionFactory(period=period, unit=unit, decided=True, granted=False, until=ward("12-20 00:00"))
    reminders.plan_all(ward("12-06 08:00"))
    assert rules() == ["3-days"]


def test_handing_in_calls_off_what_waits(period, unit, reporter):
    reminders.plan_all(ward("12-06 08:00"))
    hand_in(unit, ward("12-06 08:00"), reporter)
    assert rules() == []
    assert letters(key__contains="3-days").get().note == "Đơn vị đã nộp"

    reminders.plan_all(ward("12-12 08:00"))

    assert rules() == []


@pytest.mark.parametrize("state", ["draft", "closed"])
def test_only_open_campaigns_count(state):
    period = PeriodFactory(**{f"campaign__{state}": True})
    UserFactory(reporter_of=silent_unit(period))
    reminders.plan_all(ward("12-12 08:00"))
    assert not letters().exists()


def test_a_closed_period_has_no_reminders(period, unit, reporter):
    periods.close_period(period, reason="Đã hết hạn nộp.", by=UserFactory(), at=ward("12-12 07:00"))
    reminders.plan_all(ward("12-12 08:00"))
    assert not letters().exists()


def test_closing_a_period_calls_off_what_waits(period, unit, reporter):
    reminders.plan_all(ward("12-12 08:00"))
    assert rules() == ["3-after"]
    periods.close_period(period, reason="Đã hết hạn nộp.", by=UserFactory(), at=ward("12-12 08:00"))
    assert rules() == []


# --- Out of the house -------------------------------------------------------------------------------------------------


def test_a_person_without_an_address_is_left_for_the_office_to_call(period, unit):
    UserFactory(reporter_of=unit, email="")
    reminders.plan_all(ward("12-06 08:00"))
    outbox.deliver_waiting(ward("12-06 08:01"))
    assert rules(state=MessageState.NO_ADDRESS) == ["3-days"]


def test_a_reminder_a_receipt_and_a_return_leave_as_real_mail(period, unit, reporter, smtp):
    reminders.plan_all(ward("12-06 08:00"))
    outbox.deliver_waiting(ward("12-06 08:01"))
    revision = hand_in(unit, ward("12-06 09:00"), reporter)
    outbox.deliver_waiting(ward("12-06 09:01"))
    workflow.send_back(
        revision.submission,
        revision_number=1,
        reason="Số liệu chỉ tiêu 3 chưa khớp.",
        by=UserFactory(),
        at=ward("12-06 10:00"),
    )
    outbox.deliver_waiting(ward("12-06 10:01"))

    reminder, receipt, returned = smtp.messages
    assert {letter["To"] for letter in smtp.messages} == {reporter.email}
    assert reminder["Subject"].strip() == f"Nhắc nộp kết quả “{period.name}” – {unit.name}"
    assert "trước ngày 10/12/2025 (hết ngày 09/12/2025)" in reminder.get_content()
    assert f"Biên nhận số {revision.pk}" in receipt["Subject"]
    assert revision.digest in receipt.get_content()
    assert "09:00:00 ngày 06/12/2025 (đúng hạn)" in receipt.get_content()
    assert "được trả lại" in returned["Subject"]
    assert "Số liệu chỉ tiêu 3 chưa khớp." in returned.get_content()
    assert len({letter["Message-ID"] for letter in smtp.messages}) == 3
    assert {letter["From"] for letter in smtp.messages} == {"Cổng thi đua <thidua@phuong.example>"}


def test_who_hands_in_between_planning_and_sending_gets_no_reminder(period, unit, reporter, smtp):
    reminders.plan_all(ward("12-06 08:00"))
    hand_in(unit, ward("12-06 08:00"), reporter)
    outbox.deliver_waiting(ward("12-06 08:01"))
    [receipt] = smtp.messages
    assert "Biên nhận" in receipt["Subject"]
