"""How campaigns open, periods close and reopen, and how units are let in after a deadline."""

from datetime import date, datetime, timedelta

import pytest

from campaigns.models import CampaignState, Event, Extension, Prompt
from campaigns.tests.factories import (
    WARD,
    CampaignFactory,
    ExtensionFactory,
    MovementFactory,
    ParticipationFactory,
    PeriodFactory,
    PromptFactory,
)
from targets import periods
from targets.models import Submission
from targets.standing import deadline_for
from targets.tests.factories import AllocationFactory, SubmissionFactory, TargetFactory
from targets.tests.racing import together
from units.refusals import Refused
from units.tests.factories import UnitFactory, UserFactory

pytestmark = pytest.mark.django_db
AT = datetime(2025, 12, 9, 9, tzinfo=WARD)
HOUR = timedelta(hours=1)


@pytest.fixture
def office():
    return UserFactory()


@pytest.fixture
def campaign():
    """A draft that lacks nothing: one period, one question, one unit that reports, one target that it holds."""
    campaign = CampaignFactory(draft=True)
    PeriodFactory(campaign=campaign, figures_as_of=date(2025, 12, 9))
    PromptFactory(campaign=campaign)
    part = ParticipationFactory(campaign=campaign)
    AllocationFactory(target=TargetFactory(campaign=campaign), unit=part.unit)
    return campaign


# --- Opening ----------------------------------------------------------------------------------------------------------


def test_a_whole_plan_lacks_nothing(campaign):
    assert periods.missing_to_open(campaign) == []


def test_everything_missing_is_named_at_once():
    bare = CampaignFactory(draft=True, signer_block=" ", signer_name="", recipients="", report_recipients="")
    assert periods.missing_to_open(bare) == [
        "Chưa ghi quyền hạn, chức vụ người ký.",
        "Chưa ghi họ tên người ký.",
        "Chưa ghi nơi nhận kế hoạch.",
        "Chưa ghi nơi nhận báo cáo.",
        "Chưa có kỳ báo cáo nào.",
        "Chưa có câu hỏi nào để đơn vị báo cáo bằng lời.",
        "Chưa có đơn vị nào phải báo cáo.",
        "Chưa có chỉ tiêu nào.",
    ]


def test_a_target_without_a_unit_is_missing_one_unless_it_is_judged_in_words_or_retired(campaign):
    bare = TargetFactory(campaign=campaign, name="Thu ngân sách")
    TargetFactory(campaign=campaign, text=True)
    TargetFactory(campaign=campaign, retired=True)

    assert periods.missing_to_open(campaign) == [f"Chỉ tiêu {bare.number} (Thu ngân sách) chưa giao cho đơn vị nào."]


def test_a_share_that_was_ended_is_no_share(campaign):
    allocation = campaign.targets.get().allocations.get()
    allocation.ended_at = AT
    allocation.save()

    assert "chưa giao cho đơn vị nào" in periods.missing_to_open(campaign)[0]


def test_a_single_source_has_exactly_one_unit(campaign):
    target = campaign.targets.get()
    target.single_source = True
    target.save()
    assert periods.missing_to_open(campaign) == []

    AllocationFactory(target=target, unit=ParticipationFactory(campaign=campaign).unit)
    assert periods.missing_to_open(campaign) == [
        f"Chỉ tiêu {target.number} ({target.name}) chỉ được giao cho một đơn vị."
    ]


def test_a_unit_that_does_not_report_holds_no_target(campaign):
    outsider = ParticipationFactory(campaign=campaign, reports=False).unit
    target = campaign.targets.get()
    AllocationFactory(target=target, unit=outsider)

    assert periods.missing_to_open(campaign) == [
        f"{outsider.name} được giao chỉ tiêu {target.number} nhưng không thuộc diện phải báo cáo."
    ]


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        (
            {"starts_on": date(2025, 12, 20)},
            [
                "hạn của đơn vị trước ngày bắt đầu đợt thi đua (20/12/2025).",
                "ngày chốt số liệu trước ngày bắt đầu đợt thi đua (20/12/2025).",
            ],
        ),
        ({"starts_on": date(2025, 12, 9)}, []),
        (
            {"starts_on": date(2024, 1, 1), "ends_on": date(2024, 12, 13)},
            ["hạn báo cáo quá xa ngày kết thúc đợt thi đua (13/12/2024)."],
        ),
    ],
)
def test_a_period_outside_the_campaign_is_named(campaign, changes, sentences):
    campaign.starts_on, campaign.ends_on = changes.get("starts_on"), changes.get("ends_on", campaign.ends_on)
    campaign.save()

    name = campaign.periods.get().name
    assert periods.missing_to_open(campaign) == [f"Kỳ “{name}”: {sentence}" for sentence in sentences]


def test_figures_from_after_the_units_hand_in_are_named(campaign):
    campaign.periods.update(figures_as_of=date(2025, 12, 10))

    assert periods.missing_to_open(campaign) == [
        f"Kỳ “{campaign.periods.get().name}”: đơn vị nộp chậm nhất 09/12/2025 nên chưa thể có số liệu sau ngày ấy."
    ]


def test_figures_from_before_the_campaign_are_named(campaign):
    campaign.periods.update(figures_as_of=date(2024, 12, 31))

    assert periods.missing_to_open(campaign) == [
        f"Kỳ “{campaign.periods.get().name}”: ngày chốt số liệu trước ngày bắt đầu đợt thi đua (01/01/2025)."
    ]


def test_opening_makes_a_row_for_each_period_and_reporting_unit_and_asks_about_movements(campaign, office):
    PeriodFactory(campaign=campaign, figures_as_of=date(2025, 12, 9))
    ParticipationFactory(campaign=campaign)
    ParticipationFactory(campaign=campaign, reports=False)
    movement = MovementFactory(campaign=campaign)

    periods.open_campaign(campaign, by=office, at=AT)

    campaign.refresh_from_db()
    assert campaign.state == CampaignState.OPEN
    rows = Submission.objects.filter(period__campaign=campaign)
    reporting = campaign.participations.filter(reports=True).values_list("unit", flat=True)
    assert set(rows.values_list("period", "unit")) == {
        (period.pk, unit) for period in campaign.periods.all() for unit in reporting
    }
    assert rows.count() == 4
    assert campaign.prompts.get(movement__isnull=False).movement == movement
    assert Event.objects.about(campaign).values_list("verb", "by", "at").get() == ("Mở đợt thi đua", office.pk, AT)


def test_opening_keeps_the_question_a_movement_has(campaign, office):
    prompt = PromptFactory(campaign=campaign, about_a_movement=True)

    periods.open_campaign(campaign, by=office, at=AT)

    assert Prompt.objects.get(campaign=campaign, movement__isnull=False) == prompt


def test_opening_refuses_with_the_whole_list_and_changes_nothing(campaign, office):
    campaign.periods.all().delete()
    TargetFactory(campaign=campaign)

    with pytest.raises(Refused, match="Chưa có kỳ báo cáo nào.*chưa giao cho đơn vị nào"):
        periods.open_campaign(campaign, by=office, at=AT)

    campaign.refresh_from_db()
    assert campaign.state == CampaignState.DRAFT
    assert not Submission.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize("state", ["open", "closed"])
def test_only_a_draft_opens(state, office):
    with pytest.raises(Refused, match="đã mở hoặc đã kết thúc"):
        periods.open_campaign(CampaignFactory(**{state: True}), by=office, at=AT)


def test_a_unit_that_joins_an_open_campaign_gets_its_rows_at_once(campaign, office):
    periods.open_campaign(campaign, by=office, at=AT)
    unit = UnitFactory(organiser=campaign.organiser)

    periods.add_participation(campaign=Submission.objects.get().period.campaign, unit=unit, by=office, at=AT)

    assert Submission.objects.get(unit=unit).period == campaign.periods.get()


def test_a_unit_that_joins_without_the_duty_to_report_gets_no_row(campaign, office):
    periods.open_campaign(campaign, by=office, at=AT)
    campaign.refresh_from_db()
    unit = UnitFactory(organiser=campaign.organiser)

    periods.add_participation(campaign, unit, reports=False, by=office, at=AT)

    assert not Submission.objects.filter(unit=unit).exists()


@pytest.mark.parametrize("closed", [True, False])
def test_a_campaign_ends_after_its_periods(closed, office):
    campaign = CampaignFactory()
    PeriodFactory(campaign=campaign, closed_at=AT if closed else None)

    if closed:
        periods.close_campaign(campaign, by=office, at=AT)
    else:
        with pytest.raises(Refused, match="chưa khoá sổ"):
            periods.close_campaign(campaign, by=office, at=AT)

    campaign.refresh_from_db()
    assert campaign.state == (CampaignState.CLOSED if closed else CampaignState.OPEN)


# --- Closing and reopening --------------------------------------------------------------------------------------------


def test_a_period_closes_once_and_says_when(office):
    period = PeriodFactory()

    periods.close_period(period, reason="Đã hết hạn nộp.", by=office, at=AT)
    with pytest.raises(Refused, match="đã khoá sổ"):
        periods.close_period(period, reason="Đã hết hạn nộp.", by=office, at=AT + HOUR)

    period.refresh_from_db()
    assert period.closed_at == AT
    assert Event.objects.about(period).values_list("verb", "by").get() == ("Khoá sổ", office.pk)


def test_a_closed_period_reopens_with_a_reason(office):
    period = PeriodFactory(closed_at=AT)

    with pytest.raises(Refused, match="lý do"):
        periods.reopen_period(period, reason="  ", by=office, at=AT + HOUR)
    periods.reopen_period(period, reason="Ba đơn vị mất điện.", by=office, at=AT + HOUR)

    period.refresh_from_db()
    assert period.closed_at is None
    assert Event.objects.about(period).get().detail == "Ba đơn vị mất điện."


def test_an_open_period_does_not_reopen(office):
    with pytest.raises(Refused, match="chưa khoá sổ"):
        periods.reopen_period(PeriodFactory(), reason="Nhầm.", by=office, at=AT)


@pytest.mark.django_db(transaction=True)
def test_two_people_closing_at_once_close_it_once():
    period, office = PeriodFactory(), UserFactory()
    SubmissionFactory(period=period)

    results = together(*[lambda: periods.close_period(period, reason="Đã hết hạn nộp.", by=office, at=AT)] * 2)

    assert sum(isinstance(result, Refused) for result in results) == 1
    assert Event.objects.about(period).count() == 1


# --- More time for one unit -------------------------------------------------------------------------------------------

AFTER = datetime(2025, 12, 12, tzinfo=WARD)


def test_a_unit_asks_and_the_office_agrees(office):
    submission, head = SubmissionFactory(), UserFactory()

    asked = periods.ask_extension(
        submission.period, submission.unit, reason=" Chờ số liệu thuế. ", until=AFTER, by=head, at=AT
    )
    assert (asked.reason, asked.granted, asked.asked_by) == ("Chờ số liệu thuế.", None, head)
    assert deadline_for(submission) == submission.period.units_due

    periods.decide_extension(asked, granted=True, by=office, at=AT + HOUR)
    asked.refresh_from_db()
    assert (asked.granted, asked.decided_by, asked.decided_at) == (True, office, AT + HOUR)
    assert deadline_for(submission) == AFTER
    assert set(Event.objects.about(asked).values_list("verb", flat=True)) == {"Xin gia hạn", "Đồng ý gia hạn"}


def test_a_refused_request_moves_no_deadline(office):
    submission = SubmissionFactory()
    asked = ExtensionFactory(period=submission.period, unit=submission.unit)

    periods.decide_extension(asked, granted=False, note="Còn đủ thời gian.", by=office, at=AT)

    assert deadline_for(submission) == submission.period.units_due
    assert Event.objects.about(asked).get().verb == "Không đồng ý gia hạn"


def test_a_request_is_decided_once(office):
    asked = ExtensionFactory(decided=True)

    with pytest.raises(Refused, match="đã được quyết định"):
        periods.decide_extension(asked, granted=False, note="Còn đủ thời gian.", by=office, at=AT)

    asked.refresh_from_db()
    assert asked.granted is True


@pytest.mark.django_db(transaction=True)
def test_a_yes_and_a_no_at_once_leave_one_decision():
    asked, office = ExtensionFactory(), UserFactory()
    SubmissionFactory(period=asked.period, unit=asked.unit)

    results = together(
        lambda: periods.decide_extension(asked, granted=True, by=office, at=AT),
        lambda: periods.decide_extension(asked, granted=False, note="Còn đủ thời gian.", by=office, at=AT),
    )

    won = [result for result in results if not isinstance(result, Refused)]
    asked.refresh_from_db()
    assert [result.granted for result in won] == [asked.granted]


def test_a_unit_has_one_open_request(office):
    asked = ExtensionFactory()

    with pytest.raises(Refused, match="đang có một đề nghị"):
        periods.ask_extension(asked.period, asked.unit, reason="Lại chờ.", until=AFTER, by=office, at=AT)

    assert Extension.objects.count() == 1


def test_the_office_gives_time_on_its_own_account_also_after_closing(office):
    submission = SubmissionFactory(period=PeriodFactory(closed_at=AT))

    granted = periods.grant_extension(
        submission.period, submission.unit, reason="Trưởng phòng đồng ý.", until=AFTER, by=office, at=AT
    )

    assert (granted.granted, granted.decided_by, granted.decided_at) == (True, office, AT)
    assert deadline_for(submission) == AFTER


@pytest.mark.parametrize("verb", [periods.ask_extension, periods.grant_extension])
@pytest.mark.parametrize(
    ("reason", "until", "sentence"),
    [
        ("  ", AFTER, "lý do"),
        ("Chờ.", datetime(2025, 12, 10, tzinfo=WARD), "phải sau hạn nộp"),
        ("Chờ.", AT, "phải sau hạn nộp"),
    ],
)
def test_more_time_needs_a_reason_and_a_later_moment(verb, reason, until, sentence, office):
    submission = SubmissionFactory()

    with pytest.raises(Refused, match=sentence):
        verb(submission.period, submission.unit, reason=reason, until=until, by=office, at=AT)

    assert not Extension.objects.exists()


def test_the_latest_granted_moment_rules(office):
    submission = SubmissionFactory()
    for until in (AFTER + 5 * HOUR, AFTER):
        ExtensionFactory(period=submission.period, unit=submission.unit, decided=True, until=until)

    assert deadline_for(submission) == AFTER + 5 * HOUR
