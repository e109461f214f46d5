"""The admin in a real browser: its widgets work under the strict content security policy and speak Vietnamese."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from campaigns.tests.factories import ParticipationFactory
from commendations.models import Decision, Nomination
from commendations.tests.factories import AwardFormFactory, NominationFactory
from units.tests.factories import UnitFactory, UserFactory

PASSWORD = "hoa-phuong-do-2025"


@pytest.fixture
def part(portal_server):
    return ParticipationFactory(unit__name="Tổ dân phố Đồng Hoà")


@pytest.fixture
def office_page(page, part):
    UserFactory(username="phong.vhxh", office_of=part.campaign.organiser, password=PASSWORD)
    page.goto(reverse("units:sign_in"))
    page.get_by_label("Tên đăng nhập").fill("phong.vhxh")
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Đăng nhập").click()
    page.get_by_role("link", name="Quản trị").click()
    return page


def test_the_office_enters_a_nomination_by_typing_without_accents(office_page, part):
    AwardFormFactory(name="Giấy khen đặc biệt")
    page = office_page
    page.goto(reverse("admin:commendations_nomination_add"))
    page.get_by_label("Đợt thi đua").select_option(str(part.campaign.pk))
    for field, typed, found in (
        ("unit", "dong hoa", "Tổ dân phố Đồng Hoà"),
        ("award", "dac biet", "Giấy khen đặc biệt"),
    ):
        page.locator(f".field-{field} .select2-selection").click()
        page.locator(".select2-search__field").fill(typed)
        page.get_by_role("option", name=found).click()
    page.get_by_label("Đối tượng").select_option("individual")
    page.get_by_label("Họ tên hoặc tên tập thể").fill("Đàm Thị Luyến")
    page.get_by_label("Tóm tắt thành tích").fill("Vận động 120 hộ.")
    page.get_by_role("button", name="Lưu", exact=True).click()

    expect(page.locator(".messagelist .success")).to_contain_text("Đàm Thị Luyến")
    assert Nomination.objects.get().unit == part.unit


def test_the_office_puts_agreed_nominations_into_a_decision_and_picks_its_day(office_page, part):
    nomination = NominationFactory(campaign=part.campaign, unit=part.unit, decided=True)
    page = office_page
    page.goto(reverse("admin:commendations_decision_add"))
    page.get_by_label("Đợt thi đua").select_option(str(part.campaign.pk))
    page.get_by_label("Trích yếu").fill("Về việc tặng Giấy khen")
    page.get_by_label("Số quyết định").fill("115/QĐ-UBND")
    page.locator(".field-issued_on").get_by_role("link", name="Hôm nay").click()
    page.locator("#id_nominations_from").select_option(str(nomination.pk))
    page.locator("#id_nominations_add").click()
    page.get_by_role("button", name="Lưu", exact=True).click()

    expect(page.locator(".messagelist .success")).to_contain_text("115/QĐ-UBND")
    assert list(Decision.objects.get().nominations.all()) == [nomination]


def test_the_admin_adds_a_person_with_a_second_role_in_one_go(page, portal_server):
    unit = UnitFactory(name="Tổ dân phố Đồng Hoà")
    UserFactory(username="quan.tri", admin_of=unit.organiser, password=PASSWORD)
    page.goto(f"{reverse('units:sign_in')}?next={reverse('admin:units_user_add')}")
    page.get_by_label("Tên đăng nhập").fill("quan.tri")
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Đăng nhập").click()
    page.get_by_role("button", name="Thêm vai trò tại đơn vị").click()

    expect(page.locator("tr.dynamic-memberships")).to_have_count(2)
