import time
from datetime import UTC, datetime, timedelta

import pytest

from campaigns.tests.factories import WARD, PeriodFactory
from reports import schedule, workflow
from reports.models import FileStage, Report, ReportKind
from reports.tests.factories import ReportFactory, ReportFileFactory
from units.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def ward(text):
    return datetime.strptime(f"2025-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=WARD)


PROGRESS = ["12-02 06:30", "12-06 06:30", "12-09 06:30", "12-10 00:00", "12-10 06:30", "12-12 06:30"]
CITY = ["12-10 06:30", "12-11 06:30", "12-12 06:30", "12-13 06:30", "12-14 06:30"]


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
    """Units' deadline: 10 December begins; the report's: 15 December begins."""
    return PeriodFactory()


def planned():
    return set(Report.objects.values_list("kind", "key"))


def keys(period, kind, moments):
    return {(kind, schedule.key(kind, period, moment)) for moment in moments}


@pytest.mark.usefixtures("any_zone")
def test_the_moments_of_the_plan_s_season(period):
    assert schedule.progress_moments(period) == [ward(moment) for moment in PROGRESS]
    assert schedule.city_moments(period) == [ward(moment) for moment in CITY]


@pytest.mark.parametrize(
    ("units_due", "report_due", "expected"),
    [
        ("12-10 16:00", "12-15 00:00", ["12-11 06:30", "12-12 06:30", "12-13 06:30", "12-14 06:30"]),
        ("12-10 06:30", "12-11 06:30", ["12-10 06:30"]),
        ("12-10 06:31", "12-11 06:31", ["12-11 06:30"]),
        ("12-10 00:00", "12-10 06:00", []),
    ],
)
def test_a_city_draft_is_made_each_morning_between_the_two_deadlines(units_due, report_due, expected):
    period = PeriodFactory(units_due=ward(units_due), report_due=ward(report_due))
    assert schedule.city_moments(period) == [ward(moment) for moment in expected]


@pytest.mark.usefixtures("any_zone")
@pytest.mark.parametrize("moment", PROGRESS)
def test_a_progress_report_is_asked_for_at_its_moment_and_not_a_minute_before(period, moment):
    earlier = [ward(m) for m in PROGRESS if m < moment]
    schedule.plan_all(ward(moment) - MINUTE)
    assert planned() & keys(period, ReportKind.PROGRESS, [ward(moment)]) == set()
    assert {key for kind, key in planned() if kind == "progress"} == {
        key for _, key in keys(period, ReportKind.PROGRESS, earlier[-1:])
    }

    schedule.plan_all(ward(moment))
    schedule.plan_all(ward(moment) + MINUTE)

    assert {each for each in planned() if each[0] == "progress"} == keys(
        period, ReportKind.PROGRESS, [*earlier[-1:], ward(moment)]
    )


@pytest.mark.usefixtures("any_zone")
@pytest.mark.parametrize("moment", CITY)
def test_a_city_draft_is_asked_for_at_its_moment_and_not_a_minute_before(period, moment):
    earlier = [ward(m) for m in CITY if m < moment]
    schedule.plan_all(ward(moment) - MINUTE)
    assert {each for each in planned() if each[0] == "city"} == keys(period, ReportKind.CITY, earlier[-1:])

    schedule.plan_all(ward(moment).astimezone(UTC))

    assert {each for each in planned() if each[0] == "city"} == keys(
        period, ReportKind.CITY, [*earlier[-1:], ward(moment)]
    )


def test_a_season_of_rings_asks_for_each_moment_once(period):
    moment = ward("12-01 00:00")
    while moment < ward("12-17 00:00"):
        for _ in range(2):  # two clocks
            schedule.plan_all(moment)
        moment += timedelta(minutes=30)
    assert planned() == keys(period, ReportKind.PROGRESS, [ward(m) for m in PROGRESS]) | keys(
        period, ReportKind.CITY, [ward(m) for m in CITY]
    )
    assert Report.objects.count() == len(PROGRESS) + len(CITY)


def test_after_an_outage_only_the_newest_is_made_up_for(period):
    asked = schedule.plan_all(ward("12-13 22:00"))
    assert planned() == keys(period, ReportKind.PROGRESS, [ward("12-12 06:30")]) | keys(
        period, ReportKind.CITY, [ward("12-13 06:30")]
    )
    assert {report.as_of for report in asked} == {ward("12-13 22:00")}, "a late report says how things stand now"


def test_the_city_draft_ends_at_the_report_s_deadline(period):
    schedule.plan_all(ward("12-14 23:59"))
    assert Report.objects.filter(kind=ReportKind.CITY).count() == 1
    Report.objects.all().delete()
    schedule.plan_all(ward("12-15 00:00"))
    assert not Report.objects.filter(kind=ReportKind.CITY).exists()


def test_the_city_draft_ends_when_a_city_report_of_the_period_is_issued(period):
    ReportFactory(issued=True)  # of another period
    schedule.plan_all(ward("12-11 07:00"))
    assert Report.objects.filter(kind=ReportKind.CITY, period=period).count() == 1

    report = ReportFactory(period=period, approved=True)
    ReportFileFactory(report=report, stage=FileStage.APPROVED)
    schedule.plan_all(ward("12-12 07:00"))
    assert Report.objects.filter(kind=ReportKind.CITY, period=period).exclude(key=None).count() == 2

    workflow.issue(report, number="1", issued_on=ward("12-12 08:00").date(), by=UserFactory(), at=ward("12-12 08:00"))
    schedule.plan_all(ward("12-13 07:00"))
    assert Report.objects.filter(kind=ReportKind.CITY, period=period).exclude(key=None).count() == 2


def test_a_closed_period_has_no_progress_reports_but_its_city_draft(period):
    period.closed_at = ward("12-10 01:00")
    period.save()
    schedule.plan_all(ward("12-11 07:00"))
    assert planned() == keys(period, ReportKind.CITY, [ward("12-11 06:30")])


@pytest.mark.parametrize("state", ["draft", "closed"])
def test_only_open_campaigns_count(state):
    PeriodFactory(**{f"campaign__{state}": True})
    schedule.plan_all(ward("12-11 07:00"))
    assert planned() == set()


def test_a_moved_deadline_has_its_own_moments(period):
    schedule.plan_all(ward("12-09 07:00"))
    period.units_due = ward("12-12 00:00")
    period.save()
    schedule.plan_all(ward("12-10 07:00"))
    assert planned() == keys(period, ReportKind.PROGRESS, [ward("12-09 06:30"), ward("12-08 06:30")])
