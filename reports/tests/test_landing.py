from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from campaigns.tests.factories import WARD, CampaignFactory, ExtensionFactory, ParticipationFactory, PeriodFactory
from commendations.tests.factories import NominationFactory
from reports import landing
from reports.tests.factories import ReportFactory, reported_ward
from targets import periods
from targets.tests.factories import AllocationFactory, SubmissionFactory, TargetFactory
from units.models import Role
from units.tests.factories import MembershipFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 12, 7, 9, tzinfo=WARD)
AFTER = datetime(2025, 12, 11, 9, tzinfo=WARD)


@pytest.fixture
def at(time_machine):
    """Signed in on 7 December, two days before the units' last on-time day."""
    time_machine.move_to(NOW)
    return NOW


@pytest.fixture
def period():
    return PeriodFactory()


def asked(period, **submission):
    """A unit with the duty to report in a period, and its submission."""
    unit = UnitFactory(organiser=period.campaign.organiser)
    ParticipationFactory(campaign=period.campaign, unit=unit)
    return SubmissionFactory(period=period, unit=unit, **submission)


def home(client, user):
    client.force_login(user)
    response = client.get("/")
    assert response.status_code == 200
    return response


# --- Units ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "label", "must_act"),
    [
        ({}, "Nhập và nộp kết quả", True),
        ({"draft": {"target.1.amount": {"text": "1", "version": 1, "by": "1", "at": ""}}}, "Tiếp tục nhập", True),
        ({"submitted": True}, "Xem biên nhận", False),
        ({"returned": True}, "Sửa và nộp lại", True),
        ({"accepted": True}, "Xem biên nhận", False),
    ],
)
def test_a_unit_sees_the_time_left_and_one_button(client, at, period, state, label, must_act):
    submission = asked(period, **state)
    response = home(client, UserFactory(reporter_of=submission.unit))
    [step] = response.context["unit_steps"]
    assert (step.submission, step.must_act, step.deadline) == (submission, must_act, period.units_due)
    assert label in response.text
    assert ("trước ngày 10/12/2025 (hết ngày 09/12/2025)" in response.text) is must_act
    form = reverse("targets:submit_results", args=[submission.pk])
    assert (form in response.text) is must_act
    page = response.text.partition("<main")[2].partition("</main>")[0]
    assert page.count("btn btn-primary") == (1 if must_act else 0)


def test_a_unit_s_most_pressing_period_comes_first(at, period):
    submission = asked(period, accepted=True)
    user = UserFactory(reporter_of=submission.unit)
    made = {}
    for name, due in {"early": "12-20", "late": "12-25", "passed": "12-01"}.items():
        other = PeriodFactory(
            campaign=period.campaign,
            units_due=datetime.strptime(f"2025-{due}", "%Y-%m-%d").replace(tzinfo=WARD),
            report_due=datetime(2025, 12, 30, tzinfo=WARD),
        )
        made[name] = SubmissionFactory(period=other, unit=submission.unit)
    steps = landing.unit_steps(user, at=NOW)
    assert [step.submission for step in steps] == [made["early"], made["late"], made["passed"], submission]


def test_a_unit_sees_its_own_extension_and_asks_for_its_theme(client, at, period):
    submission = asked(period)
    ExtensionFactory(period=period, unit=submission.unit, decided=True, until=datetime(2025, 12, 12, tzinfo=WARD))
    response = home(client, UserFactory(head_of=submission.unit))
    assert "trước ngày 12/12/2025 (hết ngày 11/12/2025)" in response.text
    assert reverse("targets:choose_theme", args=[submission.pk]) in response.text


def test_a_unit_of_a_closed_period_is_told_so(client, at, period):
    submission = asked(period)
    periods.close_period(period, reason="Đã hết hạn nộp.", by=UserFactory(), at=NOW)
    response = home(client, UserFactory(reporter_of=submission.unit))
    assert "Kỳ báo cáo đã khoá sổ" in response.text
    assert reverse("targets:submit_results", args=[submission.pk]) not in response.text


@pytest.mark.parametrize("state", ["draft", "closed"])
def test_a_unit_sees_open_campaigns_only(client, at, state):
    submission = asked(PeriodFactory(**{f"campaign__{state}": True}))
    response = home(client, UserFactory(reporter_of=submission.unit))
    assert response.context["unit_steps"] == []
    assert "Hiện chưa có việc nào cần làm" in response.text


def test_somebody_whose_role_has_ended_sees_nothing_of_the_unit(client, at, period):
    submission = asked(period)
    user = MembershipFactory(unit=submission.unit, ends_on=NOW.date() - timedelta(days=1)).user
    response = home(client, user)
    assert response.context["unit_steps"] == []
    assert submission.unit.name not in response.text


# --- The organiser ----------------------------------------------------------------------------------------------------


def test_the_office_sees_counts_by_state_and_the_queue(client, at, period):
    asked(period)
    submitted = asked(period, submitted=True)
    asked(period, returned=True)
    asked(period, accepted=True)
    response = home(client, UserFactory(office_of=period.campaign.organiser))
    [view] = response.context["office_views"]
    found = view.hand_ins
    assert (found.assigned, found.submitted, found.unreviewed, found.returned, found.accepted, len(found.silent)) == (
        4,
        3,
        1,
        1,
        1,
        1,
    )
    assert [row.unit for row in view.waiting] == [submitted.unit]
    assert reverse("targets:review", args=[submitted.pk]) in response.text
    assert "Duyệt 1 kết quả" in response.text


def test_staff_see_what_the_plan_still_lacks(client, at):
    campaign = CampaignFactory(draft=True)
    TargetFactory(campaign=campaign, number=4, name="Chi ngân sách", caution="Cần phường xác nhận mức.")
    response = home(client, UserFactory(staff_of=campaign.organiser))
    assert "Chưa có kỳ báo cáo nào." in response.text
    assert "Chỉ tiêu 4 (Chi ngân sách) chưa giao cho đơn vị nào." in response.text
    assert "1 chỉ tiêu có điều cần phường xác nhận." in response.text
    assert "1 chỉ tiêu chưa ghi đơn vị chủ trì." in response.text


def test_the_leader_sees_the_compiled_table_who_is_silent_and_what_waits(client, time_machine):
    time_machine.move_to(AFTER)
    period = reported_ward()
    silent = asked(period)
    report = ReportFactory(period=period, ready=True)
    nomination = NominationFactory(campaign=period.campaign, checked=True, recipient="Bà Trần Thị Mẫu")
    NominationFactory(campaign=period.campaign, recipient="Chưa thẩm tra")

    response = home(client, UserFactory(leader_of=period.campaign.organiser))

    [view] = response.context["leader_views"]
    assert (view.compiled.total, view.compiled.met, view.report, view.nominations) == (1, 1, report, [nomination])
    assert "Số cuộc tuyên truyền" in response.text
    assert silent.unit.name in response.text
    assert report.get_absolute_url() in response.text
    assert nomination.get_absolute_url() in response.text
    assert "Chưa thẩm tra" not in response.text


def test_a_draft_that_a_newer_approved_or_issued_report_overtook_waits_for_nobody():
    period = reported_ward()
    ReportFactory(period=period, ready=True)
    campaigns = landing.organisers_campaigns(UserFactory(is_superuser=True), set(), at=AFTER, states=["open"])
    for state in ("approved", "issued"):
        overtaking = ReportFactory(period=period, requested_at=AFTER, **{state: True})
        [view] = landing.leader_views(campaigns, at=AFTER)
        assert view.report is None
        overtaking.delete()


def test_a_draft_of_another_period_is_not_this_one_s(period):
    other = PeriodFactory(
        campaign=period.campaign,
        units_due=period.units_due - timedelta(days=90),
        report_due=period.report_due - timedelta(days=90),
    )
    ReportFactory(period=other, ready=True)
    campaigns = landing.organisers_campaigns(UserFactory(is_superuser=True), set(), at=AFTER, states=["open"])
    [view] = landing.leader_views(campaigns, at=AFTER)
    assert (view.view.period, view.report) == (period, None)


def test_roles_see_their_own_organiser_only(client, at, period):
    asked(period, submitted=True)
    other = UnitFactory().organiser
    for role in ("office_of", "staff_of", "leader_of"):
        response = home(client, UserFactory(**{role: other}))
        assert not response.context["office_views"]
        assert not response.context["plan_views"]
        assert not response.context["leader_views"]
        assert period.campaign.short_name not in response.text


def test_a_person_with_two_roles_sees_both_steps(client, at, period):
    submission = asked(period)
    user = UserFactory(office_of=period.campaign.organiser)
    MembershipFactory(user=user, unit=submission.unit, role=Role.REPORTER)
    response = home(client, user)
    assert len(response.context["unit_steps"]) == 1
    assert len(response.context["office_views"]) == 1


def test_the_period_that_is_worked_on():
    campaign = CampaignFactory()
    first, second = (
        PeriodFactory(
            campaign=campaign,
            units_due=datetime(2025, month, 10, tzinfo=WARD),
            report_due=datetime(2025, month, 15, tzinfo=WARD),
        )
        for month in (6, 12)
    )

    def worked_on(day):
        return landing.current_period(campaign, at=datetime(2025, *day, tzinfo=WARD))

    assert worked_on((6, 14)) == first
    assert worked_on((6, 15)) == second
    assert worked_on((12, 31)) == second
    first.closed_at = datetime(2025, 6, 12, tzinfo=WARD)
    first.save()
    assert worked_on((6, 13)) == first, "closed, but its report is not issued yet"
    ReportFactory(period=first, issued=True)
    assert worked_on((6, 13)) == second
    assert landing.current_period(CampaignFactory(), at=NOW) is None


@pytest.mark.parametrize("units", [1, 4])
def test_the_landing_page_asks_the_database_the_same_number_of_times(client, at, units, django_assert_num_queries):
    period = PeriodFactory()
    target = TargetFactory(campaign=period.campaign, at_least=Decimal(10))
    for _ in range(units):
        AllocationFactory(target=target, unit=asked(period, submitted=True).unit)
        NominationFactory(campaign=period.campaign, checked=True)
    user = UserFactory(office_of=period.campaign.organiser)
    MembershipFactory(user=user, unit=period.campaign.organiser, role=Role.LEADER)
    client.force_login(user)
    with django_assert_num_queries(27):
        client.get("/")
