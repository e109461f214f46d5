"""A plan copied to the next year: what is shown first, what is copied, what is left, what last year says of goals."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertNumQueries, assertRedirects

from campaigns.models import Campaign, CampaignState, Event, GivenBy
from campaigns.tests.factories import (
    WARD,
    CampaignFactory,
    MovementFactory,
    ParticipationFactory,
    PeriodFactory,
    PromptFactory,
)
from targets import next_year
from targets.models import Target
from targets.tests.factories import (
    AllocationFactory,
    HeadingFactory,
    ResultFactory,
    SectorFactory,
    SubmissionFactory,
    TargetFactory,
)
from units.models import UnitChange, UnitChangeKind
from units.tests.factories import ClusterFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 1, 15, 12, tzinfo=WARD)


def ward(*when):
    return datetime(*when, tzinfo=WARD)


@pytest.fixture
def campaign():
    return CampaignFactory(
        closed=True,
        title="Kế hoạch phát động đợt thi đua năm 2025, chào mừng Đại hội (nhiệm kỳ 2025 - 2030)",
        short_name="Đợt thi đua năm 2025",
        slug="dot-thi-dua-2025",
        number="12/KH-UBND",
        issued_on=date(2025, 1, 10),
        purpose="Thi đua hoàn thành nhiệm vụ năm 2025 của phường.",
    )


@pytest.fixture
def period(campaign):
    return PeriodFactory(campaign=campaign, name="Kỳ cuối năm 2025", figures_as_of=date(2025, 12, 9))


@pytest.fixture
def as_staff(client, campaign):
    client.force_login(UserFactory(staff_of=campaign.organiser))
    return client


def url(campaign):
    return reverse("targets:roll_over", args=[campaign.slug])


def shown(client, campaign, **changes):
    """What a browser sends when the page is posted as it was shown, but for some changes."""
    page = client.get(url(campaign)).context
    data = {}
    for form in (page["form"], *page["rounds"]):
        for bound in form:
            value = bound.value()
            data[bound.html_name] = value.isoformat() if isinstance(value, date) else value
    return data | changes


def rolled_over(client, campaign, **changes):
    response = client.post(url(campaign), shown(client, campaign, **changes))
    made = campaign.following.get()
    assertRedirects(response, made.get_absolute_url())
    return made


def accepted(period, target, amount, unit=None, **fields):
    """A unit that holds the target, with an accepted result."""
    duty = AllocationFactory(target=target, at_least=Decimal(50), **({"unit": unit} if unit else {}))
    ParticipationFactory(campaign=period.campaign, unit=duty.unit)
    submission = SubmissionFactory(period=period, unit=duty.unit, accepted=True)
    ResultFactory(revision=submission.current_revision, target=target, amount=Decimal(amount), **fields)
    return duty


# --- The year moves on ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "later"),
    [
        (date(2025, 12, 10), date(2026, 12, 10)),
        (date(2028, 2, 29), date(2029, 2, 28)),
        (date(2027, 2, 28), date(2028, 2, 28)),
        (date(2025, 12, 31), date(2026, 12, 31)),
    ],
)
def test_a_day_is_the_same_next_year_and_29_february_the_28th(day, later):
    assert next_year.same_day(day) == later


@pytest.mark.parametrize(
    ("words", "later", "moment"),
    [
        ("trước ngày 10/12/2025", "trước ngày 10/12/2026", ward(2026, 12, 10)),
        ("chậm nhất ngày 10/12/2025", "chậm nhất ngày 10/12/2026", ward(2026, 12, 11)),
        ("trước 16 giờ ngày 10/12/2025", "trước 16 giờ ngày 10/12/2026", ward(2026, 12, 10, 16)),
        ("trước ngày 10 tháng 12 năm 2025", "trước ngày 10 tháng 12 năm 2026", ward(2026, 12, 10)),
        ("chậm nhất ngày 29/02/2028", "chậm nhất ngày 28/02/2029", ward(2029, 3, 1)),
        ("trước ngày 29/02/2028", "trước ngày 28/02/2029", ward(2029, 2, 28)),
        ("trước thứ Tư, ngày 10/12/2025", "trước ngày 10/12/2026", ward(2026, 12, 10)),
        ("đến hết tháng 11 năm 2025", "đến hết tháng 11 năm 2026", ward(2026, 12, 1)),
        ("theo thông báo của thành phố", "trước ngày 10/12/2026", ward(2026, 12, 10)),
    ],
)
def test_a_deadline_s_own_words_move_on_and_name_the_new_moment(words, later, moment):
    old = datetime(2025, 12, 10, tzinfo=WARD)
    assert next_year.deadline(words, old) == (later, moment)


@pytest.mark.parametrize(
    ("deadline", "later"),
    [
        (ward(2028, 3, 1), ward(2029, 3, 1)),  # to the end of 29 February: to the end of the 28th
        (ward(2027, 3, 1), ward(2028, 2, 29)),  # to the end of 28 February, in a leap year too
        (ward(2028, 2, 29, 16), ward(2029, 2, 28, 16)),
    ],
)
def test_an_exclusive_moment_keeps_its_last_day(deadline, later):
    assert next_year.same_moment(deadline) == later


@pytest.mark.parametrize(
    ("name", "later"),
    [
        ("Đợt thi đua năm 2025", "Đợt thi đua năm 2026"),
        ("Thi đua năm 2025, chào mừng Đại hội (2025 - 2030)", "Thi đua năm 2026, chào mừng Đại hội (2025 - 2030)"),
        ("Kế hoạch 232/2025 ngày 09/9/2025", "Kế hoạch 232/2025 ngày 09/9/2025"),
        ("Thi đua chào mừng Đại hội năm 2030", "Thi đua chào mừng Đại hội năm 2030"),
        ("Không có năm", "Không có năm"),
    ],
)
def test_only_the_campaign_s_own_year_moves_on_in_a_name(name, later):
    assert next_year.names(name, first=2025, last=2025) == later


def test_a_school_year_moves_on_as_a_whole():
    assert next_year.names("Năm học 2025 - 2026", first=2025, last=2026) == "Năm học 2026 - 2027"


@pytest.mark.parametrize(
    ("slug", "later"),
    [("kien-an-2025", "kien-an-2026"), ("dot-mau", "dot-mau-2026"), ("thi-dua-12", "thi-dua-12-2026")],
)
def test_an_address_names_the_next_year(slug, later):
    assert next_year.slug(slug, first=2025, last=2025) == later


# --- What is shown first ----------------------------------------------------------------------------------------------


def test_the_page_shows_names_days_and_deadlines_a_year_on_with_their_last_moment(as_staff, campaign, period):
    response = as_staff.get(url(campaign))

    assert response.context["form"].initial["title"].startswith("Kế hoạch phát động đợt thi đua năm 2026, chào mừng")
    page = response.content.decode()
    assert 'value="Đợt thi đua năm 2026"' in page
    assert 'value="dot-thi-dua-2026"' in page
    assert 'value="2026-12-31"' in page
    assert 'value="Kỳ cuối năm 2026"' in page
    assert 'value="trước ngày 10/12/2026"' in page
    assert "Đúng hạn: đến hết 23:59 thứ Tư, ngày 09/12/2026" in page


def test_a_last_day_that_is_no_working_day_is_pointed_out(as_staff, campaign):
    PeriodFactory(
        campaign=campaign, units_due_words="trước ngày 08/11/2025", units_due=datetime(2025, 11, 8, tzinfo=WARD)
    )

    page = as_staff.get(url(campaign)).content.decode()

    assert "Ngày cuối còn đúng hạn là thứ Bảy, không phải ngày làm việc." in page


def test_texts_that_still_name_this_year_are_listed_and_not_changed(as_staff, campaign, period):
    TargetFactory(campaign=campaign, number=3, wording="Giải quyết việc làm năm 2025: 1.805 người.")

    page = as_staff.get(url(campaign)).content.decode()
    made = rolled_over(as_staff, campaign)

    assert "còn nhắc năm 2025 ở 2 chỗ" in page
    assert "Thi đua hoàn thành nhiệm vụ năm 2025 của phường." in page
    assert "Chỉ tiêu 3" in page
    assert made.purpose == campaign.purpose
    assert made.targets.get().wording == "Giải quyết việc làm năm 2025: 1.805 người."


@pytest.mark.parametrize("state", CampaignState.values)
def test_a_plan_in_any_state_can_be_copied(as_staff, campaign, period, state):
    Campaign.objects.filter(pk=campaign.pk).update(state=state)

    made = rolled_over(as_staff, campaign)

    assert (made.state, made.previous) == (CampaignState.DRAFT, campaign)


def test_a_second_copy_is_warned_of(as_staff, campaign, period):
    made = rolled_over(as_staff, campaign)

    page = as_staff.get(url(campaign)).content.decode()

    assert "đã được chép một lần" in page
    assert made.get_absolute_url() in page


# --- What is typed ----------------------------------------------------------------------------------------------------


def test_corrected_names_days_and_words_are_those_of_the_copy(as_staff, campaign, period):
    made = rolled_over(as_staff, campaign, short_name="Thi đua Bính Ngọ", slug="binh-ngo", ends_on="2026-11-30")

    assert (made.short_name, made.slug, made.ends_on) == ("Thi đua Bính Ngọ", "binh-ngo", date(2026, 11, 30))


def test_a_changed_deadline_is_read_back_before_anything_is_copied(as_staff, campaign, period):
    period.figures_as_of = date(2025, 12, 8)
    period.save()
    field = f"ky-{period.pk}-units_due_words"

    first = as_staff.post(url(campaign), shown(as_staff, campaign, **{field: "chậm nhất ngày 08/12/2026"}))

    assert not campaign.following.exists()
    page = first.content.decode()
    assert "được hiểu là: Đúng hạn: đến hết 23:59 thứ Ba, ngày 08/12/2026" in page
    assert 'value="chậm nhất ngày 08/12/2026"' in page
    again = {name: first.context["rounds"][0][name].value() for name in ("units_due_seen",)}
    rolled_over(
        as_staff,
        campaign,
        **{field: "chậm nhất ngày 08/12/2026", f"ky-{period.pk}-units_due_seen": again["units_due_seen"]},
    )
    copied = campaign.following.get().periods.get()
    assert (copied.units_due_words, copied.units_due) == (
        "chậm nhất ngày 08/12/2026",
        datetime(2026, 12, 9, tzinfo=WARD),
    )


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("slug", "dot-khac", "Đã có đợt thi đua dùng mã này"),
        ("slug", "có dấu", "slug"),
        ("ends_on", "2025-06-01", "Ngày kết thúc đợt thi đua phải sau ngày bắt đầu"),
        ("short_name", "", "Đề nghị điền mục này"),
        ("targets", [], "giữ lại ít nhất một chỉ tiêu"),
        ("targets", ["999999"], "999999"),
        ("units_due_words", "ngày mai", "Chưa hiểu thời hạn này"),
        ("units_due_words", "trước ngày 30/12/2026", "Hạn báo cáo thành phố phải sau hạn của đơn vị"),
        ("units_due_seen", "x", "được hiểu là"),
        ("figures_as_of", "hôm nay", "ngày"),
    ],
)
def test_bad_input_gets_a_sentence_keeps_what_was_typed_and_copies_nothing(
    as_staff, campaign, period, field, typed, sentence
):
    CampaignFactory(slug="dot-khac")
    TargetFactory(campaign=campaign)
    name = f"ky-{period.pk}-{field}" if field in ("units_due_words", "units_due_seen", "figures_as_of") else field

    response = as_staff.post(url(campaign), shown(as_staff, campaign, **{name: typed}, title="Tên vừa gõ"))

    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert "Tên vừa gõ" in response.content.decode()
    assert not campaign.following.exists()


def test_targets_that_are_unticked_or_retired_are_left_out_and_the_rest_is_numbered_anew(as_staff, campaign, period):
    whole, dropped, part = (TargetFactory(campaign=campaign, number=number) for number in (1, 2, 3))
    retired = TargetFactory(campaign=campaign, number=4, retired=True)
    Target.objects.filter(pk=part.pk).update(part_of=whole)

    made = rolled_over(as_staff, campaign, targets=[whole.pk, part.pk])

    first, second = made.targets.order_by("number")
    assert [(t.number, t.code, t.copied_from) for t in (first, second)] == [(1, "CT01", whole), (2, "CT03", part)]
    assert (second.part_of, first.part_of) == (first, None)
    assert retired.name in as_staff.get(url(campaign)).content.decode()


# --- What is copied ---------------------------------------------------------------------------------------------------


def test_the_copy_is_a_draft_without_number_and_date_that_follows_the_old_plan(as_staff, campaign, period):
    made = rolled_over(as_staff, campaign)

    assert (made.number, made.issued_on, made.state, made.previous) == ("", None, CampaignState.DRAFT, campaign)
    assert (made.signer_name, made.report_recipients) == (campaign.signer_name, campaign.report_recipients)
    assert "Chép từ “Đợt thi đua năm 2025”" in Event.objects.about(made).values_list("verb", flat=True)
    assert "Chép sang “Đợt thi đua năm 2026”" in Event.objects.about(campaign).values_list("verb", flat=True)
    copied = made.periods.get()
    assert (copied.figures_as_of, copied.units_due, copied.closed_at) == (
        date(2026, 12, 9),
        datetime(2026, 12, 10, tzinfo=WARD),
        None,
    )


def test_a_target_is_copied_with_its_headings_lead_and_co_ordinators(as_staff, campaign, period):
    sector = SectorFactory(campaign=campaign, order=2)
    above = HeadingFactory(sector=sector, name="Chỉ tiêu giáo dục")
    heading = HeadingFactory(sector=sector, name="Giáo dục mầm non", parent=above)
    lead, helper, gone = (UnitFactory(organiser=campaign.organiser) for _ in range(3))
    gone.active = False
    gone.save()
    old = TargetFactory(
        campaign=campaign,
        ratio=True,
        sector=sector,
        heading=heading,
        lead=lead,
        given_by=GivenBy.CITY,
        caution="Hỏi lại",
    )
    old.coordinators.set([helper, gone])

    target = rolled_over(as_staff, campaign).targets.get()

    assert (target.sector.name, target.sector.campaign_id) == (sector.name, target.campaign_id)
    assert (target.heading.name, target.heading.parent.name) == ("Giáo dục mầm non", "Chỉ tiêu giáo dục")
    assert target.heading.parent.sector == target.sector
    assert (target.lead, list(target.coordinators.all())) == (lead, [helper])
    kept = (
        "answer",
        "factor",
        "decimals",
        "at_least",
        "at_most",
        "base_label",
        "given_by",
        "caution",
        "wording",
        "code",
    )
    assert [getattr(target, name) for name in kept] == [getattr(old, name) for name in kept]
    assert target.search_key == old.search_key != ""


def test_movements_and_their_questions_are_copied_together(as_staff, campaign, period):
    prompt = PromptFactory(campaign=campaign, about_a_movement=True)
    prompt.code = f"movement-{prompt.movement_id}"
    prompt.save()
    PromptFactory(campaign=campaign, code="nhiem-vu-a", asked_of=["school"])
    MovementFactory(campaign=campaign, launched_by=GivenBy.CITY, asked=True)

    made = rolled_over(as_staff, campaign)

    copied = made.prompts.get(kind="movement")
    assert copied.movement.campaign == made
    assert copied.code == f"movement-{copied.movement_id}"
    assert made.prompts.get(code="nhiem-vu-a").asked_of == ["school"]
    assert made.movements.count() == 2


def test_units_that_still_stand_take_part_again_without_last_year_s_theme(as_staff, campaign, period):
    cluster = ClusterFactory(organiser=campaign.organiser)
    part = ParticipationFactory(campaign=campaign, cluster=cluster, theme="Chủ đề cũ")
    listener = ParticipationFactory(campaign=campaign, reports=False)

    made = rolled_over(as_staff, campaign)

    copied = {each.unit: (each.cluster, each.reports, each.theme) for each in made.participations.all()}
    assert copied == {part.unit: (cluster, True, ""), listener.unit: (None, False, "")}


def test_open_shares_are_copied_with_their_goals_and_ended_ones_are_not(as_staff, campaign, period):
    target = TargetFactory(campaign=campaign)
    share = AllocationFactory(target=target, at_least=Decimal(40), at_most=Decimal(60))
    ended = AllocationFactory(target=target, ended_at=NOON)
    for each in (share, ended):
        ParticipationFactory(campaign=campaign, unit=each.unit)

    copied = rolled_over(as_staff, campaign).targets.get().allocations.get()

    assert (copied.unit, copied.at_least, copied.at_most, copied.ended_at) == (share.unit, 40, 60, None)


@pytest.fixture
def merged(campaign, period):
    """One unit merged into another that takes part too, with a share of 50 and 50 reported each; one closed unit."""
    target = TargetFactory(campaign=campaign, number=1)
    gone, receiver, closed = (accepted(period, target, "30").unit for _ in range(3))
    for unit in (gone, closed):
        unit.active = False
        unit.save()
    person = UserFactory()
    UnitChange.objects.create(unit=gone, kind=UnitChangeKind.MERGED, into=receiver, by=person, at=NOON)
    UnitChange.objects.create(unit=closed, kind=UnitChangeKind.CLOSED, by=person, at=NOON)
    return gone, receiver, closed


def test_closed_and_merged_units_are_listed_before_the_copy(as_staff, campaign, merged):
    gone, receiver, closed = merged

    page = as_staff.get(url(campaign)).content.decode()

    assert f"{gone.name} → {receiver.name}" in page
    assert f"Không chép 1 đơn vị đã thôi hoạt động: {closed.name}" in page


def test_who_received_a_unit_takes_over_its_share_and_result(as_staff, campaign, merged):
    _, receiver, _ = merged

    made = rolled_over(as_staff, campaign)

    assert [part.unit for part in made.participations.all()] == [receiver]
    share = made.targets.get().allocations.get()
    assert (share.unit, share.at_least, share.baseline) == (receiver, 100, 60)


def test_a_merged_unit_that_is_unticked_is_left_out(as_staff, campaign, merged):
    _, receiver, _ = merged

    made = rolled_over(as_staff, campaign, merged=[])

    share = made.targets.get().allocations.get()
    assert (share.unit, share.at_least, share.baseline) == (receiver, 50, 30)


def test_a_single_share_of_a_merged_unit_goes_to_its_receiver(as_staff, campaign, period):
    duty = AllocationFactory(target=TargetFactory(campaign=campaign), at_least=Decimal(7))
    ParticipationFactory(campaign=campaign, unit=duty.unit)
    receiver = UnitFactory(organiser=campaign.organiser)
    UnitChange.objects.create(unit=duty.unit, kind=UnitChangeKind.MERGED, into=receiver, by=UserFactory(), at=NOON)
    duty.unit.active = False
    duty.unit.save()

    made = rolled_over(as_staff, campaign)

    assert (made.participations.get().unit, made.targets.get().allocations.get().unit) == (receiver, receiver)


# --- This year's results beside next year's goals ---------------------------------------------------------------------


def test_accepted_results_become_the_baseline_with_where_they_come_from(as_staff, campaign, period):
    target = TargetFactory(campaign=campaign)
    accepted(period, target, "60")
    accepted(period, target, "55")
    AllocationFactory(target=target)

    copied = rolled_over(as_staff, campaign).targets.get()

    assert (copied.baseline, copied.baseline_note) == (
        115,
        "Kỳ cuối năm 2025, số liệu đến 09/12/2025, đã duyệt, 2/3 đơn vị",
    )
    assert sorted(copied.allocations.values_list("baseline", flat=True), key=str) == [Decimal(55), Decimal(60)]


def test_a_ratio_s_baseline_is_its_value_and_never_the_mean_of_rates(as_staff, campaign, period):
    target = TargetFactory(campaign=campaign, ratio=True)
    accepted(period, target, "10", base=Decimal(10))
    accepted(period, target, "45", base=Decimal(90))

    copied = rolled_over(as_staff, campaign).targets.get()

    assert copied.baseline == 55
    assert sorted(copied.allocations.values_list("baseline", flat=True)) == [50, 100]


def test_what_was_only_handed_in_is_no_baseline(as_staff, campaign, period):
    target = TargetFactory(campaign=campaign)
    duty = AllocationFactory(target=target)
    ParticipationFactory(campaign=campaign, unit=duty.unit)
    submission = SubmissionFactory(period=period, unit=duty.unit, submitted=True)
    ResultFactory(revision=submission.current_revision, target=target)

    copied = rolled_over(as_staff, campaign).targets.get()

    assert (copied.baseline, copied.baseline_note) == (None, "")
    assert copied.allocations.get().baseline is None


def test_the_final_round_speaks_for_the_year_else_the_last(as_staff, campaign, period):
    Campaign.objects.filter(pk=campaign.pk).update(ends_on=period.figures_as_of)
    target = TargetFactory(campaign=campaign)
    later = datetime(2025, 12, 11, tzinfo=WARD)
    half = PeriodFactory(campaign=campaign, name="Kỳ phụ", figures_as_of=date(2025, 11, 30), units_due=later)
    accepted(half, target, "5")
    accepted(period, target, "70")

    assert rolled_over(as_staff, campaign).targets.get().baseline == 70


@pytest.mark.parametrize(
    ("goal", "result", "suggested"),
    [
        ({"at_least": "95"}, "96.24", "≥ 96,2"),
        ({"at_least": "95"}, "94", "≥ 95"),
        ({"at_least": "95"}, "95.04", "≥ 95"),
        ({"at_least": "95"}, None, "≥ 95"),
        ({"at_most": "2"}, "1", "≤ 2"),
        ({"at_least": "13", "at_most": "14"}, "20", "13 – 14"),
        ({}, "20", ""),
    ],
)
def test_a_goal_to_start_from_is_the_better_of_last_year_s_goal_and_result(as_staff, campaign, goal, result, suggested):
    goals = dict.fromkeys(("at_least", "at_most")) | {end: Decimal(bound) for end, bound in goal.items()}
    old = TargetFactory(campaign=campaign, decimals=1, **goals)
    new = TargetFactory(
        campaign=CampaignFactory(draft=True, organiser=campaign.organiser),
        copied_from=old,
        decimals=1,
        baseline=result and Decimal(result),
        **goals,
    )

    page = " ".join(as_staff.get(new.get_absolute_url()).content.decode().split())

    assert ("Gợi ý" in page) is bool(suggested)
    assert f"Gợi ý: <strong>{suggested}" in page or not suggested


def test_the_suggestion_is_taken_by_one_button_and_never_by_itself(as_staff, campaign, period):
    target = TargetFactory(campaign=campaign)
    accepted(period, target, "130")
    copied = rolled_over(as_staff, campaign).targets.get()
    assert copied.at_least == 100

    page = as_staff.get(copied.get_absolute_url()).content.decode()
    assert (
        "Kế hoạch ≥ 100 cuộc, thực hiện 130 cuộc (Kỳ cuối năm 2025, số liệu đến 09/12/2025, đã duyệt, 1/1 đơn vị)"
        in page
    )
    assert "Năm trước: kế hoạch ≥ 50 cuộc, thực hiện 130 cuộc" in page
    response = as_staff.post(reverse("targets:take_suggestion", args=[copied.pk]))

    assertRedirects(response, copied.get_absolute_url())
    copied.refresh_from_db()
    assert copied.at_least == 130
    assert "Dùng mức gợi ý" not in as_staff.get(copied.get_absolute_url()).content.decode()


def test_last_year_stands_beside_the_form_of_a_target(as_staff, campaign, period):
    target = TargetFactory(campaign=campaign)
    accepted(period, target, "130")
    copied = rolled_over(as_staff, campaign).targets.get()

    page = as_staff.get(reverse("targets:edit_target", args=[copied.pk])).content.decode()

    assert "Gợi ý: ≥ 130 cuộc (kết quả năm trước, cao hơn kế hoạch năm trước)." in page


@pytest.mark.parametrize("state", [CampaignState.OPEN, CampaignState.CLOSED])
def test_no_goal_of_a_plan_in_force_changes_by_suggestion(as_staff, campaign, state):
    new = TargetFactory(
        campaign=CampaignFactory(organiser=campaign.organiser, state=state),
        copied_from=TargetFactory(campaign=campaign),
        baseline=Decimal(130),
    )

    response = as_staff.post(reverse("targets:take_suggestion", args=[new.pk]), follow=True)

    assert "Chỉ dùng được mức gợi ý khi kế hoạch đang soạn" in response.content.decode()
    new.refresh_from_db()
    assert new.at_least == 100


# --- Other wards, and how much it costs -------------------------------------------------------------------------------


def test_another_ward_s_plan_is_not_found(client, campaign):
    client.force_login(UserFactory(staff_of=CampaignFactory().organiser))

    assert client.get(url(campaign)).status_code == 404
    assert client.post(url(campaign)).status_code == 404


def shares(campaign, count):
    targets = [TargetFactory(campaign=campaign) for _ in range(count)]
    for _ in range(count):
        unit = UnitFactory(organiser=campaign.organiser)
        ParticipationFactory(campaign=campaign, unit=unit)
        PromptFactory(campaign=campaign)
        for target in targets:
            AllocationFactory(target=target, unit=unit)


@pytest.mark.parametrize("count", [1, 3])
def test_however_many_shares_there_are_the_page_asks_as_much(as_staff, campaign, period, count):
    shares(campaign, count)

    with assertNumQueries(20):
        as_staff.get(url(campaign))


def test_however_many_shares_there_are_the_copy_asks_as_much(as_staff, campaign, period):
    counted = []
    for number in (1, 3):
        shares(campaign, number)
        data = shown(as_staff, campaign, slug=f"nam-sau-{number}")
        with CaptureQueriesContext(connection) as asked:
            as_staff.post(url(campaign), data)
        counted.append(len(asked))
    assert Campaign.objects.get(slug="nam-sau-3").targets.count() == 4
    assert counted[0] == counted[1]


# --- Rounds beside each other and beside the campaign -----------------------------------------------------------------


def test_two_rounds_of_one_name_are_refused_in_words(as_staff, campaign, period):
    other = PeriodFactory(campaign=campaign, name="Kỳ giữa năm 2025", figures_as_of=date(2025, 6, 30))

    response = as_staff.post(url(campaign), shown(as_staff, campaign, **{f"ky-{other.pk}-name": "Kỳ cuối năm 2026"}))

    assert "Hai kỳ báo cáo cùng tên" in response.content.decode()
    assert not campaign.following.exists()


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("figures_as_of", "2026-12-31", "chưa thể có số liệu sau ngày ấy"),
        ("figures_as_of", "2025-12-31", "Ngày chốt số liệu trước ngày bắt đầu"),
        ("name", "Kỳ\ncuối", "một dòng"),
    ],
)
def test_a_round_keeps_the_rules_of_periods(as_staff, campaign, period, field, typed, sentence):
    response = as_staff.post(url(campaign), shown(as_staff, campaign, **{f"ky-{period.pk}-{field}": typed}))

    assert sentence in response.content.decode()
    assert not campaign.following.exists()
