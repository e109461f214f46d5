"""The plan's pages: campaigns, the plan itself, and its targets."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from pytest_django.asserts import assertRedirects

from campaigns.models import CampaignState, Event, GivenBy
from campaigns.tests.factories import (
    CampaignFactory,
    MovementFactory,
    ParticipationFactory,
    PeriodFactory,
    PromptFactory,
)
from targets import allocating, grid
from targets.models import Answer, GoalChange, Submission, Target
from targets.tests.factories import (
    AllocationFactory,
    HeadingFactory,
    ResultFactory,
    RevisionFactory,
    SectorFactory,
    SubmissionFactory,
    TargetFactory,
)
from units.refusals import Refused
from units.tests.factories import OrganiserFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    return CampaignFactory(draft=True)


@pytest.fixture
def staff(campaign):
    return UserFactory(staff_of=campaign.organiser)


@pytest.fixture
def as_staff(client, staff):
    client.force_login(staff)
    return client


def typed(campaign, **changes):
    """What a browser sends for a sound target with the goal 537.487,84."""
    sector = campaign.sectors.first() or SectorFactory(campaign=campaign)
    fields = {
        "wording": "Giá trị sản xuất công nghiệp: 537.487,84 triệu đồng.",
        "name": "Giá trị sản xuất công nghiệp",
        "sector": sector.pk,
        "given_by": GivenBy.WARD,
        "answer": Answer.NUMBER,
        "unit_of_measure": "triệu đồng",
        "decimals": "2",
        "at_least": "537.487,84",
    }
    return fields | changes


def ratio(**changes):
    fields = {"answer": Answer.RATIO, "unit_of_measure": "%", "at_least": "95", "part_of_whole": "on"}
    return fields | {"amount_label": "Số hộ đạt", "base_label": "Tổng số hộ"} | changes


def add_url(campaign):
    return reverse("targets:add_target", args=[campaign.slug])


def edit_url(target):
    return reverse("targets:edit_target", args=[target.pk])


# --- Who may --------------------------------------------------------------------------------------------------------


@pytest.fixture
def addresses(campaign):
    target = TargetFactory(campaign=campaign)
    return {
        "campaigns": reverse("targets:campaigns"),
        "campaign": campaign.get_absolute_url(),
        "target": target.get_absolute_url(),
        "add_target": add_url(campaign),
        "edit_target": edit_url(target),
        "allocate": reverse("targets:allocate", args=[target.pk]),
        "open_campaign": reverse("targets:open_campaign", args=[campaign.slug]),
    }


READ = {"campaigns", "campaign", "target"}
POSTED = {"open_campaign"}
PAGES = ["campaigns", "campaign", "target", "add_target", "edit_target", "allocate", "open_campaign"]


def visit(client, name, addresses):
    return client.post(addresses[name]) if name in POSTED else client.get(addresses[name])


@pytest.mark.parametrize("name", PAGES)
def test_nobody_signed_in_goes_to_sign_in(client, addresses, name):
    response = visit(client, name, addresses)

    assertRedirects(response, f"{reverse('units:sign_in')}?next={addresses[name]}", fetch_redirect_response=False)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("role", ["staff_of", "office_of", "leader_of", "admin_of"])
def test_the_organiser_reads_and_staff_and_office_write(client, campaign, addresses, name, role):
    client.force_login(UserFactory(**{role: campaign.organiser}))

    may = name in READ or role in ("staff_of", "office_of")
    assert visit(client, name, addresses).status_code == (403 if not may else 302 if name in POSTED else 200)


def test_a_new_target_has_no_version_to_clash_with(client, campaign):
    client.force_login(UserFactory(staff_of=campaign.organiser))
    response = client.post(add_url(campaign), {"version": "9", "wording": "", "coordinators": "1"})
    assert response.status_code == 200
    assert "vừa được người khác sửa" not in response.text


@pytest.mark.parametrize("name", PAGES)
def test_a_unit_s_people_and_other_organisers_see_no_plan(client, campaign, addresses, name):
    unit = UnitFactory(organiser=campaign.organiser)
    ParticipationFactory(campaign=campaign, unit=unit)
    other = OrganiserFactory()
    for user, found in ((UserFactory(head_of=unit), False), (UserFactory(office_of=other), name == "campaigns")):
        client.force_login(user)
        refused = 403 if name == "campaigns" else 404
        assert visit(client, name, addresses).status_code == (200 if found else refused)


def test_a_get_opens_no_campaign(as_staff, campaign):
    assert as_staff.get(reverse("targets:open_campaign", args=[campaign.slug])).status_code == 405


# --- Campaigns ------------------------------------------------------------------------------------------------------


def test_the_list_shows_the_organiser_s_own_campaigns_with_who_handed_in(as_staff, campaign):
    CampaignFactory(short_name="Đợt của nơi khác")
    period = PeriodFactory(campaign=campaign, name="Kỳ cuối năm")
    for state in ("accepted", "submitted", "draft"):
        submission = SubmissionFactory(period=period, state=state)
        ParticipationFactory(campaign=campaign, unit=submission.unit)
    SubmissionFactory(period=period, accepted=True)  # of a unit that has left

    page = as_staff.get(reverse("targets:campaigns")).content.decode()

    assert campaign.short_name in page
    assert "Đợt của nơi khác" not in page
    assert "Kỳ cuối năm" in page
    assert "2/3" in page
    assert "trước ngày 10/12/2025 (hết ngày 09/12/2025)" in page
    assert "đã quá hạn" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kien an", True),
        ("KIẾN AN thang loi", True),
        ("thắng lợi", True),
        ("thủ thiêm", False),
        ("100%", False),
        ("x" * 500, False),
        ("", True),
    ],
)
def test_campaigns_are_found_without_accents(as_staff, campaign, query, found):
    campaign.title = "Phát động đợt thi đua thực hiện thắng lợi nhiệm vụ năm 2025 của phường Kiến An"
    campaign.save()

    page = as_staff.get(reverse("targets:campaigns"), {"q": query}).content.decode()

    assert (campaign.get_absolute_url() in page) is found
    assert ("Không tìm thấy đợt thi đua nào" in page) is not found


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_campaigns_takes_a_constant_number_of_queries(client, count, django_assert_num_queries):
    organiser = OrganiserFactory()
    for _ in range(count):
        PeriodFactory(campaign__organiser=organiser)
    client.force_login(UserFactory(staff_of=organiser))

    with django_assert_num_queries(6):
        response = client.get(reverse("targets:campaigns"))
    assert response.content.decode().count("Kỳ báo cáo") >= count


# --- One plan -------------------------------------------------------------------------------------------------------


def test_the_plan_shows_all_its_parts(as_staff, campaign):
    campaign.purpose, campaign.cautions = "Khơi dậy truyền thống\n\nPhát hiện điển hình", "Ngày bắt đầu: cần xác nhận."
    campaign.save()
    MovementFactory(campaign=campaign, name="Vì người nghèo", caution="Chưa rõ cấp phát động")
    heading = HeadingFactory(sector__campaign=campaign, name="Giáo dục mầm non")
    lead = UnitFactory(organiser=campaign.organiser, short_name="VHXH")
    target = TargetFactory(campaign=campaign, sector=heading.sector, heading=heading, lead=lead, caution="Xem lại số")
    for _ in range(2):
        AllocationFactory(target=target)
    AllocationFactory(target=target, ended_at=target.allocations.first().since)
    PeriodFactory(campaign=campaign)

    page = as_staff.get(campaign.get_absolute_url()).content.decode()

    for words in (
        "<p>Khơi dậy truyền thống</p>",
        "Ngày bắt đầu: cần xác nhận.",
        "Vì người nghèo",
        "Chưa rõ cấp phát động",
        "Giáo dục mầm non",
        "VHXH",
        "Xem lại số",
        "≥ 100",
        "2 đơn vị",
        "trước ngày 15/12/2025 (hết ngày 14/12/2025)",
    ):
        assert words in page


def test_the_plan_s_text_is_never_taken_for_markup(as_staff, campaign):
    campaign.purpose = "<script>alert(1)</script>"
    campaign.save()
    TargetFactory(campaign=campaign, name="<b>đậm</b>", caution="<i>")

    page = as_staff.get(campaign.get_absolute_url()).content.decode()

    assert "<script>alert" not in page
    assert "<b>đậm" not in page
    assert "&lt;b&gt;đậm" in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_plan_takes_a_constant_number_of_queries(client, count, django_assert_num_queries):
    campaign = CampaignFactory()
    PeriodFactory(campaign=campaign)
    for _ in range(count):
        heading = HeadingFactory(sector__campaign=campaign)
        TargetFactory(campaign=campaign, sector=heading.sector, heading=heading)
    client.force_login(UserFactory(staff_of=campaign.organiser))

    with django_assert_num_queries(10):
        client.get(campaign.get_absolute_url())


def test_a_draft_says_everything_it_lacks_and_does_not_open(as_staff, campaign):
    TargetFactory(campaign=campaign, number=7, name="Thu ngân sách")

    page = as_staff.get(campaign.get_absolute_url()).content.decode()
    response = as_staff.post(reverse("targets:open_campaign", args=[campaign.slug]), follow=True)

    for sentence in ("Chưa có kỳ báo cáo nào.", "Chỉ tiêu 7 (Thu ngân sách) chưa giao cho đơn vị nào."):
        assert sentence in page
        assert sentence in response.content.decode()
    assert "Mở đợt thi đua</button>" not in page
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.DRAFT


def test_a_whole_plan_opens_with_a_row_for_each_unit(as_staff, campaign):
    PeriodFactory(campaign=campaign, figures_as_of=date(2025, 12, 9))
    PromptFactory(campaign=campaign)
    share = AllocationFactory(target__campaign=campaign)
    ParticipationFactory(campaign=campaign, unit=share.unit)
    assert "Mở đợt thi đua</button>" in as_staff.get(campaign.get_absolute_url()).content.decode()

    assertRedirects(as_staff.post(reverse("targets:open_campaign", args=[campaign.slug])), campaign.get_absolute_url())

    campaign.refresh_from_db()
    assert campaign.state == CampaignState.OPEN
    assert Submission.objects.get().unit == share.unit


# --- Adding a target ------------------------------------------------------------------------------------------------


def test_a_target_is_added_at_the_end_of_the_plan(as_staff, campaign, staff):
    TargetFactory(campaign=campaign, number=22)
    lead, helping = (UnitFactory(organiser=campaign.organiser) for _ in range(2))

    response = as_staff.post(
        add_url(campaign), typed(campaign, lead=lead.pk, coordinators=[helping.pk], accumulates="on", caution="Xem lại")
    )

    added = campaign.targets.get(number=23)
    assertRedirects(response, added.get_absolute_url())
    assert (added.at_least, added.at_most, added.decimals, added.factor) == (Decimal("537487.84"), None, 2, 1)
    assert (added.lead, list(added.coordinators.all()), added.accumulates) == (lead, [helping], True)
    assert Event.objects.about(added).get().by == staff


def test_the_first_target_has_the_number_one_in_a_new_sector_under_a_new_heading(as_staff, campaign):
    as_staff.post(add_url(campaign), typed(campaign, sector="", new_sector="Giáo dục", new_heading="Mầm non"))
    as_staff.post(
        add_url(campaign), typed(campaign, name="Khác", sector="", new_sector="Giáo dục", new_heading="Mầm non")
    )

    first, second = campaign.targets.order_by("number")
    assert (first.number, second.number) == (1, 2)
    assert (first.sector.name, first.heading.name) == ("Giáo dục", "Mầm non")
    assert (first.sector, first.heading) == (second.sector, second.heading)


@pytest.mark.parametrize(
    ("changes", "factor"),
    [
        ({}, 1),
        (ratio(), 100),
        (ratio(unit_of_measure="‰", part_of_whole=""), 1000),
        (ratio(unit_of_measure="học sinh/lớp", part_of_whole=""), 1),
        ({"answer": Answer.YES_NO, "unit_of_measure": "%", "at_least": "95"}, 100),
        ({"answer": Answer.YES_NO, "unit_of_measure": "tổ dân phố", "at_least": "38"}, 1),
        ({"answer": Answer.TEXT, "unit_of_measure": "", "at_least": ""}, 1),
        ({"unit_of_measure": "%", "single_source": "on"}, 1),
    ],
)
def test_the_factor_follows_the_unit_of_measure(as_staff, campaign, changes, factor):
    as_staff.post(add_url(campaign), typed(campaign, **changes))

    assert campaign.targets.get().factor == factor


@pytest.mark.parametrize(
    ("at_least", "at_most", "stored"),
    [
        ("95", "", ("95", None)),
        ("", "330.681", (None, "330681")),
        ("12", "12", ("12", "12")),
        ("13", "14", ("13", "14")),
        ("", "0", (None, "0")),
        ("", "", (None, None)),
        ("10 712 726,79", "", ("10712726.79", None)),
    ],
)
def test_the_goal_is_typed_as_vietnamese_writes_it(as_staff, campaign, at_least, at_most, stored):
    as_staff.post(add_url(campaign), typed(campaign, at_least=at_least, at_most=at_most))

    target = campaign.targets.get()
    assert (target.at_least, target.at_most) == tuple(bound and Decimal(bound) for bound in stored)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"at_least": "537,487.84"}, "at_least", "537.487,84"),
        ({"at_least": "0.67"}, "at_least", "0,67"),
        ({"at_least": "1.2.3"}, "at_least", "nhóm ba chữ số"),
        ({"at_least": "abc"}, "at_least", "Chỉ gõ số"),
        ({"at_least": "9" * 40}, "at_least", "chữ số"),
        ({"at_least": "-5"}, "at_least", "không được âm"),
        ({"at_least": "14", "at_most": "13"}, "at_most", "phải lớn hơn hoặc bằng"),
        ({"decimals": "1"}, "decimals", "từ 2 trở lên"),
        ({"decimals": "5"}, "decimals", ""),
        ({"wording": ""}, "wording", ""),
        ({"name": ""}, "name", ""),
        ({"name": "hai\ndòng\x07"}, "name", "một dòng"),
        ({"sector": ""}, "sector", "chọn một lĩnh vực"),
        ({"new_sector": "Giáo dục"}, "sector", "chọn một lĩnh vực"),
        ({"sector": "999999"}, "sector", ""),
        ({"answer": "tổng"}, "answer", ""),
        ({"unit_of_measure": ""}, "unit_of_measure", "đơn vị tính"),
        ({"unit_of_measure": "%", "at_least": "95"}, "answer", "Không cộng các tỷ lệ"),
        (ratio(base_label=""), "base_label", "tên mẫu số"),
        (ratio(at_least="101"), "at_least", "nhiều nhất là 100"),
        (ratio(may_be_negative="on"), "may_be_negative", "không thể âm"),
        (ratio(accumulates="on"), "accumulates", "luỹ kế"),
        ({"part_of_whole": "on"}, "part_of_whole", "tỷ lệ"),
        ({"answer": Answer.TEXT}, "at_least", "không có mức bằng số"),
        ({"answer": Answer.YES_NO, "unit_of_measure": "%", "at_least": "101"}, "at_least", "nhiều nhất là 100"),
    ],
)
def test_a_slip_is_told_beside_its_field_and_everything_typed_is_kept(as_staff, campaign, changes, field, sentence):
    data = typed(campaign, **changes)

    response = as_staff.post(add_url(campaign), data)

    assert response.status_code == 200
    form = response.context["form"]
    assert any(sentence in error for error in form.errors[field])
    for name, value in data.items():
        assert str(form[name].value()) in (str(value), str(value == "on"))
    assert not campaign.targets.exists()


def test_only_the_organiser_s_own_units_sectors_and_headings_can_be_chosen(as_staff, campaign):
    stranger = UnitFactory()
    closed = UnitFactory(organiser=campaign.organiser, active=False)
    elsewhere = HeadingFactory()
    other = HeadingFactory(sector__campaign=campaign)
    for changes, field in (
        ({"lead": stranger.pk}, "lead"),
        ({"lead": closed.pk}, "lead"),
        ({"coordinators": [stranger.pk]}, "coordinators"),
        ({"sector": elsewhere.sector.pk}, "sector"),
        ({"heading": elsewhere.pk}, "heading"),
        ({"heading": other.pk, "sector": SectorFactory(campaign=campaign).pk}, "heading"),
        ({"part_of": TargetFactory().pk}, "part_of"),
    ):
        response = as_staff.post(add_url(campaign), typed(campaign, **changes))
        assert field in response.context["form"].errors
    assert not campaign.targets.exists()


def test_the_same_target_is_not_added_twice(as_staff, campaign):
    data = typed(campaign)
    as_staff.post(add_url(campaign), data)

    response = as_staff.post(add_url(campaign), data)

    assert "Chỉ tiêu cùng tên đã có" in response.content.decode()
    assert campaign.targets.count() == 1


# --- Editing a target -----------------------------------------------------------------------------------------------


def kept(target, **changes):
    """The form of a stored target as the browser sends it back."""
    fields = typed(target.campaign, name=target.name, wording=target.wording, sector=target.sector_id, decimals="0")
    fields["version"] = grid.version_of_page(Target.objects.get(pk=target.pk))
    return fields | {"unit_of_measure": "cuộc", "at_least": "100"} | changes


def test_a_stored_goal_is_shown_as_vietnamese_writes_it(as_staff, campaign):
    target = TargetFactory(campaign=campaign, at_least=Decimal("10712726.79"), decimals=2)

    assert 'value="10.712.726,79"' in as_staff.get(edit_url(target)).content.decode()


def test_a_draft_goal_changes_without_a_trace(as_staff, campaign):
    target = TargetFactory(campaign=campaign)

    response = as_staff.post(edit_url(target), kept(target, at_least="120", name="Tên mới"))

    assertRedirects(response, target.get_absolute_url())
    target.refresh_from_db()
    assert (target.at_least, target.name) == (Decimal(120), "Tên mới")
    assert not GoalChange.objects.exists()


def test_in_an_open_campaign_a_changed_goal_needs_its_reason(as_staff, campaign, staff):
    target = TargetFactory(campaign=campaign)
    campaign.state = CampaignState.OPEN
    campaign.save()

    refused = as_staff.post(edit_url(target), kept(target, at_least="120"))
    assert "reason" in refused.context["form"].errors
    target.refresh_from_db()
    assert target.at_least == Decimal(100)

    as_staff.post(
        edit_url(target), kept(target, at_least="120", reason="Thành phố giao thêm", decision_number="45/QĐ-UBND")
    )
    change = GoalChange.objects.get()
    target.refresh_from_db()
    assert target.at_least == Decimal(120)
    assert (change.target, change.old_at_least, change.new_at_least) == (target, Decimal(100), Decimal(120))
    assert (change.reason, change.decision_number, change.by) == ("Thành phố giao thêm", "45/QĐ-UBND", staff)
    page = as_staff.get(target.get_absolute_url()).content.decode()
    assert "≥ 100 → ≥ 120" in page
    assert "45/QĐ-UBND" in page


def test_in_an_open_campaign_other_fields_change_without_a_reason(as_staff, campaign):
    target = TargetFactory(campaign=campaign)
    campaign.state = CampaignState.OPEN
    campaign.save()

    as_staff.post(edit_url(target), kept(target, how_to_count="Đếm mỗi người một lần."))

    target.refresh_from_db()
    assert target.how_to_count == "Đếm mỗi người một lần."
    assert not GoalChange.objects.exists()


@pytest.mark.parametrize(
    "change",
    [{"unit_of_measure": "buổi"}, {"accumulates": "on"}, {"single_source": "on"}, {"may_be_negative": "on"}],
    ids=lambda change: next(iter(change)),
)
def test_what_results_rest_on_changes_in_an_open_campaign_only_by_a_decision(as_staff, campaign, change):
    target = TargetFactory(campaign=campaign)
    ResultFactory(target=target, revision=RevisionFactory(submission__period__campaign=campaign))
    campaign.state = CampaignState.OPEN
    campaign.save()

    asked = as_staff.post(edit_url(target), kept(target, **change))
    done = as_staff.post(edit_url(target), kept(target, reason="Sửa sót", decision_number="45/QĐ-UBND", **change))

    assert set(asked.context["form"].errors) == {"reason", "decision_number"}
    assertRedirects(done, target.get_absolute_url())
    detail = Event.objects.about(target).get(verb="Sửa chỉ tiêu").detail
    assert " → " in detail
    assert detail.endswith("Lý do: Sửa sót. Quyết định số 45/QĐ-UBND")


def test_the_verb_asks_for_a_decision_on_what_results_rest_on(campaign, staff):
    target = TargetFactory(campaign=campaign)
    ResultFactory(target=target, revision=RevisionFactory(submission__period__campaign=campaign))
    campaign.state = CampaignState.OPEN
    campaign.save()
    target.unit_of_measure = "buổi"

    with pytest.raises(Refused, match="số quyết định điều chỉnh đơn vị tính"):
        allocating.save_target(target, reason="Sửa sót", by=staff, at=RevisionFactory().arrived_at)


def test_the_history_says_what_every_changed_field_was_and_is(as_staff, campaign):
    target = TargetFactory(campaign=campaign)
    unit = UnitFactory(organiser=campaign.organiser)

    as_staff.post(
        edit_url(target), kept(target, name="Tên mới", at_least="120", accumulates="on", coordinators=unit.pk)
    )

    detail = Event.objects.about(target).get().detail
    for words in (f"{target.name} → Tên mới", "100 → 120", "không → có", f"(để trống) → {unit.called}"):
        assert words in detail
    assert "đơn vị tính" not in detail


def test_two_people_do_not_undo_each_other_on_the_form(as_staff, campaign):
    target = TargetFactory(campaign=campaign)
    mine = kept(target, name="Tên của tôi")
    as_staff.post(edit_url(target), kept(target, name="Tên người khác", how_to_count="Đếm mỗi người một lần."))

    refused = as_staff.post(edit_url(target), mine)
    page = refused.content.decode()

    assert Target.objects.get().name == "Tên người khác"
    assert "Tên người khác" in page
    assert 'value="Tên của tôi"' in page
    as_staff.post(edit_url(target), mine | {"version": refused.context["form"].version})
    assert Target.objects.get().name == "Tên của tôi"


def test_the_form_keeps_a_number_that_changed_meanwhile(campaign, staff):
    target = TargetFactory(campaign=campaign, number=1)
    stale = Target.objects.get(pk=target.pk)
    Target.objects.update(number=7, code="CT77")

    stale.name = "Tên mới"
    allocating.save_target(stale, by=staff, at=RevisionFactory().arrived_at)

    stored = Target.objects.get(pk=target.pk)
    assert (stored.number, stored.code, stored.name, stored.search_key) == (7, "CT77", "Tên mới", "ten moi")


@pytest.mark.parametrize("page", ["edit_target", "allocate"])
def test_a_decisions_number_is_one_line(as_staff, campaign, page):
    target = TargetFactory(campaign=campaign)
    campaign.state = CampaignState.OPEN
    campaign.save()
    address = reverse(f"targets:{page}", args=[target.pk])

    response = as_staff.post(address, {"reason": "Sửa", "decision_number": "45/QĐ\nUBND"})

    assert "một dòng" in response.context["form"].errors["decision_number"][0]


def test_a_finished_campaign_s_plan_stays_as_it_is(as_staff, campaign):
    target = TargetFactory(campaign=campaign)
    campaign.state = CampaignState.CLOSED
    campaign.save()

    response = as_staff.post(edit_url(target), kept(target, name="Tên mới"))

    assert "Đợt thi đua đã kết thúc" in response.content.decode()
    target.refresh_from_db()
    assert target.name != "Tên mới"
    page = as_staff.get(target.get_absolute_url()).content.decode()
    assert edit_url(target) not in page


@pytest.mark.parametrize(
    ("changes", "locked"),
    [
        ({"answer": Answer.YES_NO, "unit_of_measure": "cuộc"}, True),
        (ratio(at_least="100"), True),
        ({"unit_of_measure": "buổi"}, False),
    ],
)
def test_the_kind_of_answer_is_fixed_once_there_are_results(as_staff, campaign, changes, locked):
    target = TargetFactory(campaign=campaign)
    assert as_staff.post(edit_url(target), kept(target)).status_code == 302
    ResultFactory(target=target, revision=RevisionFactory(submission__period__campaign=campaign))

    response = as_staff.post(edit_url(target), kept(target, **changes))

    assert response.status_code == (200 if locked else 302)
    assert "answer" in response.context["form"].errors if locked else response.context is None


def test_a_target_is_no_part_of_itself_or_of_its_own_part(as_staff, campaign):
    whole = TargetFactory(campaign=campaign)
    part = TargetFactory(campaign=campaign, part_of=whole)

    for above in (whole, part):
        response = as_staff.post(edit_url(whole), kept(whole, part_of=above.pk))
        assert "part_of" in response.context["form"].errors


def test_a_target_given_to_several_units_does_not_become_single_source(as_staff, campaign):
    target = TargetFactory(campaign=campaign)
    for _ in range(2):
        AllocationFactory(target=target)

    response = as_staff.post(edit_url(target), kept(target, single_source="on"))

    assert "giao lại cho một đơn vị trước" in response.content.decode()
    assert not Target.objects.get(pk=target.pk).single_source


# --- One target -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("goals", "words"),
    [(["40", "60"], "khớp"), (["40", "50"], "còn 10 chưa giao"), (["60", "50"], "giao vượt 10"), ([None], "")],
)
def test_units_goals_are_added_up_beside_the_ward_s(as_staff, campaign, goals, words):
    target = TargetFactory(campaign=campaign)
    for goal in goals:
        AllocationFactory(target=target, at_least=goal and Decimal(goal))

    page = as_staff.get(target.get_absolute_url()).content.decode()

    assert ("Σ mức giao" in page) is bool(words)
    assert words in page


def test_rates_are_never_added_up(as_staff, campaign):
    target = TargetFactory(campaign=campaign, ratio=True)
    for _ in range(2):
        AllocationFactory(target=target, at_least=Decimal(95))

    assert "Σ mức giao" not in as_staff.get(target.get_absolute_url()).content.decode()
