"""The office hears once of each report of the schedule, with its address and what it still lacks."""

from datetime import datetime, timedelta

import pytest

from campaigns.tests.factories import WARD, ParticipationFactory
from reports import building, commenting, notifications, schedule, tasks
from reports.models import Report, ReportKind, ReportState
from reports.tests.factories import ReportFactory, ReportTextFactory, reported_ward
from targets.tests.factories import SubmissionFactory
from units.models import Message, MessageKind, ward_day
from units.tests.factories import UnitFactory, UserFactory

pytestmark = pytest.mark.django_db
HALF_HOUR = timedelta(minutes=30)


def ward(text):
    return datetime.strptime(f"2025-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=WARD)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def period():
    """Units' deadline: 10 December begins; the report's: 15 December begins. One unit is silent."""
    period = reported_ward()
    unit = UnitFactory(organiser=period.campaign.organiser, name="Tổ dân phố Cô Tiên")
    ParticipationFactory(campaign=period.campaign, unit=unit)
    SubmissionFactory(period=period, unit=unit)
    return period


@pytest.fixture
def office(period):
    return UserFactory(office_of=period.campaign.organiser, full_name="Trần Thị Văn Phòng")


def letters():
    return Message.objects.filter(kind=MessageKind.REPORT).order_by("created_at", "pk")


def ring(at):
    """What the tasks do at a moment."""
    schedule.plan_all(at)
    building.build_due(at, clock=lambda: at)


def test_the_office_gets_one_letter_with_the_address_and_what_is_missing(period, office, settings):
    UserFactory(staff_of=period.campaign.organiser)
    ReportTextFactory(period=period, section="leadership")

    ring(ward("12-11 06:30"))

    city = Report.objects.get(kind=ReportKind.CITY)
    letter = letters().get(topic=f"report:{city.pk}")
    assert (letter.user, letter.created_at) == (office, ward("12-11 06:30"))
    assert letter.subject.startswith("Dự thảo báo cáo gửi thành phố")
    assert f"{settings.SITE_URL}/bao-cao/{city.pk}/" in letter.body
    assert "1 đơn vị chưa nộp: Tổ dân phố Cô Tiên" in letter.body
    assert "mục chưa có lời báo cáo: " in letter.body
    assert "lãnh đạo" not in letter.body.partition("chưa có lời báo cáo")[2].lower()


def test_a_report_that_lacks_nothing_says_so(period, office):
    report = ReportFactory(period=period, ready=True, kind=ReportKind.PROGRESS, key="x")
    report.figures["handed_in"] |= {"silent": [], "unreviewed": 0}
    report.figures["summary"]["not_computable"] = 0
    assert notifications.missing(report) == []

    notifications.tell_office(report, at=ward("12-11 06:30"))

    assert "Không còn thiếu" in letters().get().body


def test_a_long_list_of_silent_units_is_cut(period):
    report = ReportFactory(period=period, ready=True, kind=ReportKind.PROGRESS)
    report.figures["handed_in"]["silent"] = [f"Tổ {n}" for n in range(150)]
    assert notifications.missing(report)[0].endswith("Tổ 19; và 130 mục khác")


def test_a_report_that_somebody_asked_for_causes_no_letter(period, office):
    building.request(period, ReportKind.CITY, by=office, at=ward("12-11 07:00"))
    building.build_due(ward("12-11 07:00"), clock=lambda: ward("12-11 07:00"))
    assert Report.objects.get().state == ReportState.READY
    assert not letters().exists()


def told(period, office, key, moment):
    """A scheduled city draft built at a moment; whether the office got a letter about it."""
    report = building.request(period, ReportKind.CITY, by=None, at=moment, key=key)
    assert building.build(report.pk, at=moment)
    return letters().filter(topic=notifications.topic(report), user=office).exists()


def test_a_draft_that_says_the_same_is_told_once_a_day_and_a_new_one_again(period, office):
    assert told(period, office, "a", ward("12-11 06:30"))
    assert not told(period, office, "b", ward("12-11 07:30"))
    ReportTextFactory(period=period)
    assert told(period, office, "c", ward("12-11 08:30"))
    assert not told(period, office, "d", ward("12-11 09:30"))
    assert told(period, office, "e", ward("12-12 06:30"))


def test_a_comment_of_the_same_day_does_not_silence_the_morning_s_letter(period, office):
    assert told(period, office, "a", ward("12-11 06:30"))
    report = Report.objects.get()
    commenting.comment(report, section="", text="Đề nghị xem lại.", by=UserFactory(), at=ward("12-12 05:00"))
    assert letters().count() == 2

    assert told(period, office, "b", ward("12-12 06:30"))


def test_a_draft_built_again_is_not_told_again(period, office):
    assert told(period, office, "a", ward("12-11 06:30"))
    Report.objects.update(needs_file=True, state=ReportState.QUEUED, attempts=0)
    ring(ward("12-11 06:45"))
    assert letters().filter(topic=f"report:{Report.objects.get(key='a').pk}").count() == 1


def test_a_season_with_three_beats_and_two_workers_is_the_plan_and_nothing_more(period, office):
    moment = ward("12-01 00:00")
    while moment < ward("12-17 00:00"):
        for _ in range(3):
            schedule.plan_all(moment)
        for _ in range(2):
            building.build_due(moment, clock=lambda moment=moment: moment)
        moment += HALF_HOUR

    asked = [*schedule.progress_moments(period), *schedule.city_moments(period)]
    assert sorted(Report.objects.values_list("requested_at", flat=True)) == sorted(asked)
    assert set(Report.objects.values_list("state", "attempts")) == {(ReportState.READY, 1)}
    days = {(report.kind, ward_day(report.requested_at)) for report in Report.objects.all()}
    assert letters().count() == len(days) == len(asked) - 1, "midnight's and the morning's report say the same"


def test_after_an_outage_the_office_gets_the_newest_alone(period, office):
    ring(ward("12-13 22:00"))
    assert sorted(Report.objects.values_list("kind", flat=True)) == ["city", "progress"]
    assert letters().count() == 2


def test_the_task_that_plans_leaves_the_building_to_the_documents_worker(period, time_machine):
    time_machine.move_to(ward("12-11 06:30"), tick=False)
    tasks.plan_scheduled_reports()
    assert set(Report.objects.values_list("state", flat=True)) == {ReportState.QUEUED}
