"""Units renamed, merged, closed and opened again: what happens to their duties, people, reports and history."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertRedirects

from campaigns.models import Event, Participation
from campaigns.tests.factories import CampaignFactory, ParticipationFactory, PeriodFactory
from targets.models import Allocation, GoalChange, Submission
from targets.tests.factories import AllocationFactory, SubmissionFactory, TargetFactory
from units.models import Membership, Role, Unit, UnitChange, User
from units.tests.factories import MembershipFactory, OrganiserFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db

WARD = ZoneInfo("Asia/Ho_Chi_Minh")
NOON = datetime(2025, 11, 20, 12, tzinfo=WARD)
TODAY = date(2025, 11, 20)
DECIDED = {"decision_number": "12/QĐ-UBND", "reason": "Sắp xếp tổ dân phố."}


@pytest.fixture
def ward(time_machine):
    time_machine.move_to(NOON, tick=False)
    return OrganiserFactory(name="Ủy ban nhân dân phường Hải Yến")


@pytest.fixture
def unit(ward):
    return UnitFactory(organiser=ward, name="Tổ dân phố Đồng Hoà", code="TDP-4")


@pytest.fixture
def taker(ward):
    return UnitFactory(organiser=ward, name="Tổ dân phố Sông Lấp", code="TDP-5")


@pytest.fixture
def admin_client(client, ward):
    client.force_login(UserFactory(admin_of=ward, full_name="Quản Trị Viên"))
    return client


@pytest.fixture
def campaign(ward, unit):
    campaign = CampaignFactory(organiser=ward, short_name="Đợt cuối năm")
    PeriodFactory(campaign=campaign)
    taking_part(campaign, unit)
    return campaign


def taking_part(campaign, unit, **fields):
    ParticipationFactory(campaign=campaign, unit=unit, **fields)
    for period in campaign.periods.all():
        SubmissionFactory(period=period, unit=unit)


def page(name, unit):
    return reverse(f"targets:{name}_unit", args=[unit.pk])


def words(response):
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


def history(client, unit):
    return words(client.get(reverse("admin:units_unit_history", args=[unit.pk])))


def merge(client, unit, into, **more):
    return client.post(page("merge", unit), DECIDED | {"into": into.pk} | more, follow=True)


def close(client, unit, **more):
    return client.post(page("close", unit), DECIDED | more, follow=True)


def share(target, unit):
    held = Allocation.objects.open().filter(target=target, unit=unit).first()
    return held and (held.at_least, held.at_most)


def found(client, query):
    return set(client.get(reverse("admin:units_unit_changelist"), {"q": query}).context["cl"].queryset)


# --- Renaming ---------------------------------------------------------------------------------------------------------


def test_a_renamed_unit_is_found_by_both_names_and_its_history_tells(admin_client, unit):
    response = admin_client.post(
        page("rename", unit), DECIDED | {"name": "Tổ dân phố Lãm Khê", "short_name": "Lãm Khê"}
    )

    assertRedirects(response, reverse("admin:units_unit_change", args=[unit.pk]))
    assert [found(admin_client, query) for query in ("lam khe", "dong hoa", "ĐỒNG HÒA")] == [{unit}] * 3
    told = "Đổi tên từ “Tổ dân phố Đồng Hoà” thành “Tổ dân phố Lãm Khê” theo văn bản số 12/QĐ-UBND"
    assert told in history(admin_client, unit)
    assert told in words(admin_client.get(reverse("admin:units_unit_change", args=[unit.pk])))
    unit.refresh_from_db()
    assert unit.sort_key < UnitFactory(organiser=unit.organiser, name="Tổ dân phố Mai").sort_key


def test_a_typing_slip_is_mended_without_a_decision_but_not_without_a_reason(admin_client, unit):
    named = {"name": "Tổ dân phố Đồng Hòa", "short_name": "", "decision_number": ""}

    refused = admin_client.post(page("rename", unit), named | {"reason": " "})
    assert refused.context["form"].errors["reason"]
    admin_client.post(page("rename", unit), named | {"reason": "Gõ nhầm."})

    assert Unit.objects.get(pk=unit.pk).name == "Tổ dân phố Đồng Hòa"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("tổ dân phố sông lấp", "Đã có đơn vị đang hoạt động tên"),
        ("Tổ dân phố Đồng Hoà", "chưa có gì để đổi"),
        ("Tổ\x01dân phố", "chỉ được viết trên một dòng"),
        ("   ", "Đề nghị điền mục này."),
    ],
)
def test_a_name_that_will_not_do_is_refused_and_kept_on_the_form(admin_client, unit, taker, name, sentence):
    response = admin_client.post(page("rename", unit), DECIDED | {"name": name, "short_name": ""})

    assert sentence in words(response)
    assert "Sắp xếp tổ dân phố." in words(response)
    assert not UnitChange.objects.exists()


def test_the_admins_form_neither_renames_nor_closes(admin_client, unit):
    url = reverse("admin:units_unit_change", args=[unit.pk])
    admin_client.post(url, {"name": "Khác", "short_name": "K", "code": "TDP-4", "kind": unit.kind, "order": "7"})

    unit.refresh_from_db()
    assert (unit.name, unit.short_name, unit.active, unit.order) == ("Tổ dân phố Đồng Hoà", "", True, 7)


def test_the_organiser_may_be_renamed_but_not_merged_or_closed(admin_client, ward):
    admin_client.post(page("rename", ward), DECIDED | {"name": "Ủy ban nhân dân phường Hải Yến 2", "short_name": ""})
    answers = [words(admin_client.get(page(name, ward), follow=True)) for name in ("merge", "close")]

    assert Unit.objects.get(pk=ward.pk).name == "Ủy ban nhân dân phường Hải Yến 2"
    assert all("không sáp nhập, giải thể được trên cổng" in answer for answer in answers)


# --- Merging ----------------------------------------------------------------------------------------------------------


def test_the_page_tells_first_what_a_merger_will_do(admin_client, campaign, unit, taker):
    AllocationFactory(target=TargetFactory(campaign=campaign, name="Số hộ hiến đất"), unit=unit, at_least=Decimal(12))
    UserFactory(full_name="Đàm Thị Luyến", reporter_of=unit)
    UnitFactory(organiser=unit.organiser, name="Nhóm hộ A", parent=unit)

    told = words(admin_client.get(page("merge", unit)))

    for expected in ("Đợt cuối năm", "Số hộ hiến đất", "≥ 12", "Đàm Thị Luyến", "Nhóm hộ A", "thôi diện phải báo cáo"):
        assert expected in told


def test_the_receiving_unit_takes_over_duties_and_the_place_in_the_reports(admin_client, campaign, unit, taker):
    summed, alone = TargetFactory(campaign=campaign), TargetFactory(campaign=campaign)
    AllocationFactory(target=summed, unit=unit, at_least=Decimal(12))
    AllocationFactory(target=alone, unit=unit, at_least=Decimal(3))
    taking_part(campaign, taker)
    AllocationFactory(target=summed, unit=taker, at_least=Decimal(30))

    response = merge(admin_client, unit, taker)

    assert "Đã sáp nhập Tổ dân phố Đồng Hoà vào Tổ dân phố Sông Lấp." in words(response)
    assert (share(summed, taker), share(alone, taker)) == ((42, None), (3, None))
    assert (share(summed, unit), share(alone, unit)) == (None, None)
    changes = GoalChange.objects.filter(allocation__unit=unit, ends_duty=True)
    assert {change.decision_number for change in changes} == {"12/QĐ-UBND"}
    reporting = Participation.objects.filter(reports=True).values_list("unit", flat=True)
    assert set(reporting) == {taker.pk}


def test_a_receiving_unit_that_took_no_part_joins_with_its_hand_ins(admin_client, campaign, unit, taker):
    target = TargetFactory(campaign=campaign)
    AllocationFactory(target=target, unit=unit)

    merge(admin_client, unit, taker)

    assert Submission.objects.filter(unit=taker, period__campaign=campaign).count() == 1
    assert share(target, taker) == (None, None)


def test_a_merger_in_a_drafted_plan_moves_the_shares_there_too(admin_client, ward, unit, taker):
    draft = CampaignFactory(organiser=ward, draft=True)
    target = TargetFactory(campaign=draft)
    ParticipationFactory(campaign=draft, unit=unit)
    AllocationFactory(target=target, unit=unit, at_least=Decimal(5))

    merge(admin_client, unit, taker)

    assert share(target, taker) == (5, None)
    assert not Allocation.objects.filter(unit=unit).exists()


def test_a_closed_campaign_keeps_everything_as_it_was(admin_client, ward, unit, taker):
    past = CampaignFactory(organiser=ward, closed=True)
    ParticipationFactory(campaign=past, unit=unit)
    held = AllocationFactory(target=TargetFactory(campaign=past), unit=unit)

    merge(admin_client, unit, taker)

    held.refresh_from_db()
    assert held.ended_at is None
    assert Participation.objects.get(campaign=past).reports


def test_who_handed_in_stays_in_the_reports_and_the_hand_in_stays_readable(admin_client, campaign, unit, taker):
    Submission.objects.filter(unit=unit).delete()
    handed_in = SubmissionFactory(period=campaign.periods.get(), unit=unit, submitted=True)

    merge(admin_client, unit, taker)

    assert Participation.objects.get(unit=unit).reports
    office = Client()
    office.force_login(UserFactory(office_of=unit.organiser))
    assert office.get(reverse("targets:submission", args=[handed_in.pk])).status_code == 200


def test_roles_end_with_the_day_and_ticked_people_go_on_at_the_receiving_unit(admin_client, unit, taker, time_machine):
    moves = UserFactory(username="di", head_of=unit)
    stays = UserFactory(username="o", reporter_of=unit)
    MembershipFactory(user=stays, unit=unit, role=Role.HEAD, starts_on=date(2025, 12, 1))

    merge(admin_client, unit, taker, moving=[moves.pk])

    assert set(unit.memberships.values_list("user__username", "ends_on")) == {("di", TODAY), ("o", TODAY)}
    there = Membership.objects.get(unit=taker)
    assert (there.user, there.role, there.starts_on, there.ends_on) == (moves, Role.HEAD, TODAY, None)
    time_machine.move_to(datetime(2025, 11, 21, tzinfo=WARD), tick=False)
    assert (User.objects.get(pk=stays.pk).unit_ids, User.objects.get(pk=moves.pk).unit_ids) == (set(), {taker.pk})


def test_whoever_already_acts_at_the_receiving_unit_gets_no_second_role(admin_client, unit, taker):
    person = UserFactory(head_of=unit)
    MembershipFactory(user=person, unit=taker, role=Role.HEAD)

    merge(admin_client, unit, taker, moving=[person.pk])

    assert Membership.objects.filter(user=person, unit=taker).count() == 1


def test_units_below_move_up_also_when_the_receiving_unit_is_one_of_them(admin_client, ward, unit, taker):
    above = UnitFactory(organiser=ward)
    Unit.objects.filter(pk=unit.pk).update(parent=above)
    Unit.objects.filter(pk=taker.pk).update(parent=unit)
    sibling = UnitFactory(organiser=ward, parent=unit)

    merge(admin_client, unit, taker)

    taker.refresh_from_db()
    sibling.refresh_from_db()
    assert (taker.parent, sibling.parent) == (above, taker)


def test_the_name_of_a_merged_unit_finds_it_and_who_took_its_place(admin_client, unit, taker):
    merge(admin_client, unit, taker)

    assert found(admin_client, "dong hoa") == {unit, taker}
    assert "Sáp nhập vào Tổ dân phố Sông Lấp theo văn bản số 12/QĐ-UBND" in history(admin_client, unit)
    assert "Nhận sáp nhập Tổ dân phố Đồng Hoà" in history(admin_client, taker)
    receiving = words(admin_client.get(reverse("admin:units_unit_change", args=[taker.pk])))
    assert "Đã nhận sáp nhập: Tổ dân phố Đồng Hoà" in receiving


def test_its_people_and_the_office_see_the_story_in_the_campaign(admin_client, campaign, unit, taker):
    merge(admin_client, unit, taker)

    told = set(Event.objects.filter(campaign=campaign).values_list("verb", flat=True))
    assert f"{unit.name} thôi diện phải báo cáo" in told


@pytest.mark.parametrize("wrong", ["itself", "foreign", "organiser", "closed", "unknown", "9" * 30])
def test_only_another_working_unit_of_the_ward_receives(admin_client, campaign, unit, taker, wrong):
    Unit.objects.filter(pk=taker.pk).update(active=False)
    keys = {"itself": unit.pk, "foreign": UnitFactory().pk, "organiser": unit.organiser_id, "closed": taker.pk}

    response = admin_client.post(page("merge", unit), DECIDED | {"into": keys.get(wrong, wrong)})

    assert response.status_code == 200
    assert response.context["form"].errors["into"]
    assert Unit.objects.get(pk=unit.pk).active


def test_people_of_elsewhere_are_not_moved_in(admin_client, unit, taker):
    UserFactory(reporter_of=unit)
    stranger = UserFactory(reporter_of=UnitFactory())

    response = admin_client.post(page("merge", unit), DECIDED | {"into": taker.pk, "moving": [stranger.pk]})

    assert response.context["form"].errors["moving"]
    assert not Membership.objects.filter(unit=taker).exists()


def test_a_second_press_changes_nothing_more(admin_client, campaign, unit, taker):
    merge(admin_client, unit, taker)

    response = merge(admin_client, unit, taker)

    assert "đã thôi hoạt động" in words(response)
    assert UnitChange.objects.count() == 1


# --- Closing ----------------------------------------------------------------------------------------------------------


def test_a_closed_units_duties_end_or_go_to_whom_was_chosen(admin_client, campaign, unit, taker):
    target = TargetFactory(campaign=campaign)
    AllocationFactory(target=target, unit=unit, at_least=Decimal(7))

    close(admin_client, unit, to=taker.pk)

    assert (share(target, unit), share(target, taker)) == (None, (7, None))
    assert not Unit.objects.get(pk=unit.pk).active


def test_closing_without_a_taker_is_refused_where_one_unit_must_hold_the_target(admin_client, campaign, unit):
    target = TargetFactory(campaign=campaign, single_source=True)
    AllocationFactory(target=target, unit=unit)
    UserFactory(reporter_of=unit)

    response = close(admin_client, unit)

    assert "phải giao cho đúng một đơn vị" in words(response)
    assert share(target, unit) == (None, None)
    assert Unit.objects.get(pk=unit.pk).active
    assert Participation.objects.get(unit=unit).reports
    assert Membership.objects.get(unit=unit).ends_on is None


@pytest.mark.parametrize("missing", ["decision_number", "reason"])
@pytest.mark.parametrize("verb", ["merge", "close"])
def test_neither_goes_without_decision_and_reason(admin_client, unit, taker, verb, missing):
    response = admin_client.post(page(verb, unit), DECIDED | {"into": taker.pk, missing: " "})

    assert response.context["form"].errors[missing]
    assert Unit.objects.get(pk=unit.pk).active


def test_a_closed_unit_works_again_under_its_name_unless_that_is_taken(admin_client, unit):
    close(admin_client, unit)
    twin = UnitFactory(organiser=unit.organiser, name=unit.name)

    refused = admin_client.post(page("reopen", unit), DECIDED)
    Unit.objects.filter(pk=twin.pk).update(active=False)
    admin_client.post(page("reopen", unit), DECIDED)

    assert "Đã có đơn vị đang hoạt động tên" in words(refused)
    assert Unit.objects.get(pk=unit.pk).active
    assert [change.kind for change in unit.changes.all()] == ["reopened", "closed"]


def test_the_units_page_offers_what_can_be_done_with_it(admin_client, unit):
    def offered():
        tools = BeautifulSoup(
            admin_client.get(reverse("admin:units_unit_change", args=[unit.pk])).content, "html.parser"
        ).select(".object-tools a")
        return [tool.text for tool in tools]

    assert offered() == ["Đổi tên", "Sáp nhập", "Giải thể", "Lịch sử"]
    close(admin_client, unit)
    assert offered() == ["Đổi tên", "Hoạt động lại", "Lịch sử"]


def test_the_outlook_costs_the_same_for_one_duty_and_for_many(admin_client, campaign, unit, django_assert_num_queries):
    def duties(number):
        for _ in range(number):
            AllocationFactory(target=TargetFactory(campaign=campaign), unit=unit)

    for number in (1, 2):
        duties(number)
        with django_assert_num_queries(OUTLOOK):
            admin_client.get(page("close", unit))


OUTLOOK = 10
