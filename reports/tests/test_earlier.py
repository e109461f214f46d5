"""What a target's figure is held against in the report: the period before, and last year."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from campaigns.tests.factories import WARD, PeriodFactory
from reports.figures import gather
from reports.models import ReportKind
from reports.tests.factories import MORNING, ReportFactory, reported_ward
from targets.models import Target
from targets.tests.factories import ResultFactory, SubmissionFactory

pytestmark = pytest.mark.django_db


def line(period, as_of=MORNING):
    [sector] = gather(period, ReportKind.CITY, as_of=as_of)["sectors"]
    return sector["groups"][0]["targets"][0]


def period_before(period, amounts):
    """An earlier round of the same units, accepted with these amounts."""
    before = PeriodFactory(
        campaign=period.campaign,
        name="Kỳ 6 tháng",
        figures_as_of=date(2025, 6, 30),
        units_due=datetime(2025, 7, 1, tzinfo=WARD),
        report_due=datetime(2025, 7, 5, tzinfo=WARD),
    )
    for submission, amount in zip(period.submissions.order_by("pk"), amounts, strict=True):
        earlier = SubmissionFactory(period=before, unit=submission.unit, accepted=True)
        target = submission.current_revision.results.get().target
        ResultFactory(revision=earlier.current_revision, target=target, amount=Decimal(amount))
    return before


def all_targets_are(**fields):
    Target.objects.update(**fields)


def test_what_accumulates_says_what_was_done_since_the_period_before():
    period = reported_ward()
    period_before(period, (20, 25))
    all_targets_are(accumulates=True)
    assert (line(period)["actual"], line(period)["in_period"]) == ("110", "65")


def test_what_does_not_accumulate_and_a_first_period_say_nothing():
    period = reported_ward()
    before = period_before(period, (20, 25))
    assert line(period)["in_period"] == ""
    all_targets_are(accumulates=True)
    assert line(before)["in_period"] == ""


def test_last_year_stands_beside_with_its_percentage():
    period = reported_ward()
    all_targets_are(baseline=Decimal(88))
    found = line(period)
    assert (found["baseline"], found["baseline_percent"], found["baseline_points"]) == ("88", "125", "")


def test_a_rate_says_the_difference_in_points():
    period = reported_ward()
    all_targets_are(baseline=Decimal("107.5"), unit_of_measure="%", decimals=1)
    found = line(period)
    assert (found["points"], found["baseline_points"]) == ("+10", "+2,5")


def test_a_last_year_of_zero_has_no_percentage():
    period = reported_ward()
    all_targets_are(baseline=Decimal(0))
    assert (line(period)["baseline"], line(period)["baseline_percent"]) == ("0", "")


def test_where_another_target_has_a_last_year_its_lack_is_told():
    period = reported_ward()
    assert line(period)["baseline"] == ""
    all_targets_are(baseline=Decimal(1))
    target = Target.objects.get()
    target.pk, target.number, target.code, target.baseline = None, 2, "khac", None
    target.save()
    [sector] = gather(period, ReportKind.CITY, as_of=MORNING)["sectors"]
    assert [each["baseline"] for each in sector["groups"][0]["targets"]] == ["1", "không có số liệu so sánh"]


def test_the_report_in_force_is_named_for_the_one_that_replaces_it():
    period = reported_ward()
    assert gather(period, ReportKind.CITY, as_of=MORNING)["replaces"] == ""
    ReportFactory(period=period, issued=True, number="5")
    later = MORNING.replace(day=13)
    assert gather(period, ReportKind.CITY, as_of=later)["replaces"] == "Báo cáo số 05/BC-UBND ngày 12 tháng 12 năm 2025"
    assert gather(period, ReportKind.CITY, as_of=MORNING)["replaces"] == ""
