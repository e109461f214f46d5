"""A small plan set up in a real browser by the keyboard alone; deadlines read back while typed; pages fit a phone."""

import re
from datetime import datetime

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from campaigns.models import Campaign
from campaigns.tests.factories import (
    WARD,
    CampaignFactory,
    MovementFactory,
    ParticipationFactory,
    PeriodFactory,
    PromptFactory,
)
from units.models import UnitKind
from units.tests.factories import ClusterFactory, OrganiserFactory, UnitFactory, UserFactory

PASSWORD = "mat-khau-cua-can-bo"
pytestmark = pytest.mark.usefixtures("portal_server")


@pytest.fixture
def organiser(transactional_db):
    organiser = OrganiserFactory()
    ClusterFactory(organiser=organiser, name="Cụm các tổ dân phố")
    for _ in range(2):
        UnitFactory(organiser=organiser)
    UnitFactory(organiser=organiser, kind=UnitKind.SCHOOL, school_level="primary", name="Trường Tiểu học Mẫu")
    return organiser


@pytest.fixture
def desktop_page(new_context):
    return new_context(viewport={"width": 1366, "height": 768}).new_page()


def sign_in(page, organiser):
    person = UserFactory(office_of=organiser, password=PASSWORD)
    page.goto("/dang-nhap/")
    page.get_by_label("Tên đăng nhập").fill(person.username)
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_text("Đăng xuất")).to_be_attached()


class Keyboard:
    """Somebody who never touches the mouse: goes to a thing by Tab and presses keys."""

    def __init__(self, page):
        self.page = page

    def to(self, wanted):
        for _ in range(200):
            if wanted.evaluate("element => element === document.activeElement"):
                return self
            self.page.keyboard.press("Tab")
        raise AssertionError(f"not reached by Tab: {wanted}")

    def types(self, label, text):
        self.to(self.page.get_by_label(label, exact=True)).page.keyboard.insert_text(text)

    def presses(self, role, name, key="Enter"):
        self.to(self.page.locator("main").get_by_role(role, name=name, exact=True).first).page.keyboard.press(key)

    def arrives(self, heading):
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)


def test_a_small_plan_is_set_up_by_the_keyboard_alone(desktop_page, organiser):
    page, keyboard = desktop_page, Keyboard(desktop_page)
    sign_in(page, organiser)
    page.goto(reverse("targets:campaigns"))
    keyboard.presses("link", "Thêm đợt thi đua")

    keyboard.types("Trích yếu kế hoạch*", "Phát động đợt thi đua năm 2026 của phường Mẫu")
    keyboard.types("Tên gọi tắt*", "Đợt thi đua năm 2026")
    expect(page.get_by_label("Mã trên địa chỉ")).to_have_attribute("placeholder", "dot-thi-dua-nam-2026")
    keyboard.types("Từ ngày*", "01/01/2026")
    keyboard.types("Đến hết ngày*", "31/12/2026")
    keyboard.presses("button", "Lập đợt thi đua")

    keyboard.arrives("Sửa kế hoạch")
    keyboard.types("Mục đích", "Hoàn thành các chỉ tiêu năm 2026.")
    keyboard.types("Nhiệm vụ và giải pháp", "a) Thực hiện các nghị quyết.\nb) Tăng trưởng kinh tế.")
    keyboard.types("Quyền hạn, chức vụ người ký", "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH")
    keyboard.types("Họ tên người ký", "Trần Thị Mẫu")
    keyboard.types("Nơi nhận kế hoạch", "Như trên\nLưu: VT")
    keyboard.types("Báo cáo gửi", "Ban Thi đua - Khen thưởng thành phố")
    keyboard.types("Nơi nhận báo cáo", "Như trên\nLưu: VT")
    keyboard.presses("button", "Lưu kế hoạch")

    keyboard.arrives("Đợt thi đua năm 2026")
    keyboard.presses("link", "Thêm kỳ báo cáo")
    keyboard.types("Tên kỳ*", "Báo cáo năm 2026")
    keyboard.types("Số liệu chốt đến hết ngày*", "09/12/2026")
    keyboard.types("Hạn của đơn vị*", "trước ngày 10/12/2026")
    expect(page.locator("#units_due_said")).to_contain_text("đến hết 23:59 thứ Tư, ngày 09/12/2026")
    keyboard.types("Hạn báo cáo thành phố*", "chậm nhất 16 giờ ngày 15/12/2026")
    expect(page.locator("#report_due_said")).to_contain_text("đến hết 15:59 thứ Ba, ngày 15/12/2026")
    keyboard.presses("button", "Lưu kỳ báo cáo")

    keyboard.arrives("Đợt thi đua năm 2026")
    keyboard.presses("link", "Phong trào thi đua")
    names = page.get_by_label("Tên phong trào", exact=False)
    keyboard.to(names.nth(0)).page.keyboard.insert_text("Bình dân học vụ số")
    keyboard.to(names.nth(1)).page.keyboard.insert_text("Vì người nghèo")
    page.keyboard.press("Alt+ArrowUp")
    keyboard.presses("button", "Thêm phong trào")
    page.keyboard.insert_text("Học tập suốt đời")
    keyboard.presses("button", "Lưu phong trào")

    keyboard.arrives("Đợt thi đua năm 2026")
    keyboard.presses("link", "Đơn vị tham gia")
    keyboard.presses("button", "Đánh dấu cả nhóm")
    expect(page.locator("[data-joined]")).to_contain_text("1 đơn vị phải báo cáo")
    keyboard.presses("button", "Lưu danh sách")
    keyboard.arrives("Đợt thi đua năm 2026")

    made = Campaign.objects.get(slug="dot-thi-dua-nam-2026")
    period = made.periods.get()
    assert (period.units_due, period.units_due_words) == (
        datetime(2026, 12, 10, tzinfo=WARD),
        "trước ngày 10/12/2026",
    )
    assert period.report_due == datetime(2026, 12, 15, 16, tzinfo=WARD)
    assert made.tasks == "a) Thực hiện các nghị quyết.\nb) Tăng trưởng kinh tế."
    assert list(made.movements.values_list("name", flat=True)) == [
        "Vì người nghèo",
        "Bình dân học vụ số",
        "Học tập suốt đời",
    ]
    assert [part.unit.name for part in made.participations.all()] == ["Trường Tiểu học Mẫu"]


def pages_of(campaign, part, period):
    names = ["edit_campaign", "movements", "prompts", "participants", "add_period", "close_campaign", "campaign"]
    addresses = [reverse("targets:campaigns"), reverse("targets:add_campaign")]
    addresses += [reverse(f"targets:{name}", args=[campaign.slug]) for name in names]
    addresses.append(reverse("targets:take_out", args=[part.pk]))
    return addresses + [reverse(f"targets:{name}", args=[period.pk]) for name in ("edit_period", "remove_period")]


@pytest.mark.parametrize("width", [360, 1366])
def test_every_page_of_the_editor_fits_its_screen(new_context, organiser, width):
    page = new_context(viewport={"width": width, "height": 768}).new_page()
    sign_in(page, organiser)
    for draft in (True, False):
        campaign = CampaignFactory(organiser=organiser, purpose="Khơi dậy truyền thống. " * 60, draft=draft)
        period = PeriodFactory(campaign=campaign)
        part = ParticipationFactory(campaign=campaign, unit=organiser.units.first())
        MovementFactory(campaign=campaign, name="Cả nước thi đua xây dựng xã hội học tập, đẩy mạnh học tập suốt đời")
        PromptFactory(campaign=campaign, asked_of=["school", "office"])
        for address in pages_of(campaign, part, period):
            page.goto(address)
            expect(page.locator("h1")).to_be_visible()
            assert page.evaluate("document.documentElement.scrollWidth") == width, address


def test_without_a_script_the_deadlines_are_read_back_by_a_second_page(new_context, organiser):
    page = new_context(java_script_enabled=False, viewport={"width": 360, "height": 740}).new_page()
    sign_in_without_script(page, organiser)
    campaign = CampaignFactory(organiser=organiser, draft=True)
    page.goto(reverse("targets:add_period", args=[campaign.slug]))
    page.get_by_label("Tên kỳ").fill("Báo cáo năm 2025")
    page.get_by_label("Số liệu chốt").fill("09/12/2025")
    page.get_by_label("Hạn của đơn vị").fill("trước ngày 10/12/2025")
    page.get_by_label("Hạn báo cáo thành phố").fill("trước ngày 15/12/2025")
    page.get_by_role("button", name="Lưu kỳ báo cáo").click()

    expect(page.get_by_text("Đúng hạn: đến hết 23:59 thứ Ba, ngày 09/12/2025.")).to_be_visible()
    assert not campaign.periods.exists()
    page.get_by_role("button", name="Đúng như vậy, lưu kỳ báo cáo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(campaign.short_name)
    assert campaign.periods.get().units_due == datetime(2025, 12, 10, tzinfo=WARD)


def sign_in_without_script(page, organiser):
    person = UserFactory(staff_of=organiser, password=PASSWORD)
    page.goto("/dang-nhap/")
    page.get_by_label("Tên đăng nhập").fill(person.username)
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Đăng nhập").click()


def test_a_colleague_s_text_stands_beside_one_s_own_and_can_be_taken(desktop_page, organiser):
    page = desktop_page
    sign_in(page, organiser)
    campaign = CampaignFactory(organiser=organiser, draft=True)
    page.goto(reverse("targets:edit_campaign", args=[campaign.slug]))
    page.get_by_label("Mục đích").fill("Của tôi")
    Campaign.objects.filter(pk=campaign.pk).update(purpose="Của người kia")
    page.get_by_role("button", name="Lưu kế hoạch").click()

    expect(page.get_by_text("Có phần vừa được người khác sửa")).to_be_visible()
    page.get_by_role("button", name="Lấy nội dung đang lưu").click()
    expect(page.get_by_label("Mục đích")).to_have_value("Của người kia")
    page.get_by_role("button", name="Lưu kế hoạch").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(campaign.short_name)
    campaign.refresh_from_db()
    assert campaign.purpose == "Của người kia"


def test_a_deadline_with_two_meanings_is_asked_about_while_it_is_typed(desktop_page, organiser):
    page = desktop_page
    sign_in(page, organiser)
    campaign = CampaignFactory(organiser=organiser, draft=True)
    page.goto(reverse("targets:add_period", args=[campaign.slug]))

    page.get_by_label("Hạn của đơn vị").fill("ngày 10/12/2025")
    expect(page.locator("#units_due_said")).to_have_text(re.compile("“trước ngày …” hoặc “chậm nhất ngày …”"))
    page.get_by_label("Hạn của đơn vị").fill("trước ngày 10/12/2025")
    expect(page.locator("#units_due_said")).to_contain_text("Đúng hạn: đến hết 23:59 thứ Ba, ngày 09/12/2025.")
