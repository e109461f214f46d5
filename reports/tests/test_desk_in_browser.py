"""The drafting desk in a real browser: words and figures at the caret, saved by themselves, two writers at once."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from reports.models import ReportComment, ReportText
from reports.tests.desk_world import told_ward
from reports.tests.factories import MORNING, ReportFactory, ReportTextFactory
from units.tests.factories import UserFactory

PASSWORD = "mat-khau-cua-van-phong"


@pytest.fixture
def period(transactional_db):
    return told_ward()


def open_desk(page, period, **person):
    user = UserFactory(office_of=period.campaign.organiser, password=PASSWORD, **person)
    page.goto("/dang-nhap/")
    page.get_by_label("Tên đăng nhập").fill(user.username)
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_text("Đăng xuất")).to_be_attached()
    page.goto(reverse("reports:write_texts", args=[period.pk]))
    return user


def box(page, code):
    return page.locator(f"[name='text.{code}']")


def place(page, code):
    return page.locator(f"#muc-{code}")


def saved(page):
    return expect(page.locator("[data-said]")).to_contain_text("Đã lưu", timeout=5000)


def test_units_words_and_figures_go_in_at_the_caret_and_are_kept(portal_server, new_context, period):
    page = new_context(viewport={"width": 1366, "height": 900}).new_page()
    open_desk(page, period)

    place(page, "leadership").get_by_role("button", name="Chép vào lời của Tổ 1").click()
    expect(box(page, "leadership")).to_have_value("Tổ 1: Tổ chức 02 hội nghị phát động với 350 người dự. (1)")
    box(page, "strengths").fill("Có  chỉ tiêu đạt.")
    box(page, "strengths").evaluate("box => box.setSelectionRange(3, 3)")
    place(page, "strengths").get_by_role("button", name="Chèn số liệu").click()
    page.get_by_label("Tìm số liệu").fill("dat va vuot")
    page.get_by_role("dialog").get_by_role("row", name="Số chỉ tiêu đạt và vượt").get_by_role("button").click()

    expect(box(page, "strengths")).to_have_value("Có {{dat-va-vuot}} chỉ tiêu đạt.")
    expect(place(page, "strengths").locator(".shown")).to_contain_text("Có 01 chỉ tiêu đạt.")
    saved(page)
    assert ReportText.objects.get(section="strengths").text == "Có {{dat-va-vuot}} chỉ tiêu đạt."

    page.reload()
    expect(box(page, "strengths")).to_have_value("Có {{dat-va-vuot}} chỉ tiêu đạt.")
    expect(page.locator("#kiem-tra")).to_contain_text("Số “350” không có trong bảng nào của báo cáo")


def test_an_unknown_name_is_seen_at_once_and_listed_when_checked(portal_server, new_context, period):
    page = new_context(viewport={"width": 1366, "height": 900}).new_page()
    open_desk(page, period)

    box(page, "strengths").fill("Có {{khong-co}} chỉ tiêu.")

    expect(place(page, "strengths").locator("mark.unknown")).to_have_text("{{khong-co}}")
    saved(page)
    page.get_by_role("link", name="Kiểm tra lại").click()
    expect(page.locator("#kiem-tra .forbids")).to_contain_text("{{khong-co}}")


def test_two_writers_see_both_texts_and_the_form_still_saves_by_its_button(
    portal_server, new_context, page_errors, period
):
    page = new_context(viewport={"width": 1366, "height": 900}).new_page()
    open_desk(page, period)
    ReportTextFactory(period=period, section="strengths", text="Của người kia", by=UserFactory(full_name="Trần Mẫu"))

    box(page, "strengths").fill("Của tôi")

    expect(page.get_by_role("alert").filter(has_text="Trần Mẫu đã ghi: “Của người kia”")).to_be_visible(timeout=5000)
    page.get_by_role("button", name="Giữ nội dung vừa gõ").click()
    saved(page)
    assert ReportText.objects.get(section="strengths").text == "Của tôi"

    box(page, "strengths").fill("Của tôi, viết thêm")
    page.get_by_role("button", name="Lưu nháp").click()
    expect(page.get_by_text("Đã lưu lời báo cáo lúc")).to_be_visible()
    assert ReportText.objects.get(section="strengths").text == "Của tôi, viết thêm"
    page_errors.clear()  # the conflict


def test_what_could_not_be_saved_waits_in_the_browser(portal_server, new_context, page_errors, period):
    context = new_context(viewport={"width": 1366, "height": 900})
    page = context.new_page()
    open_desk(page, period)
    context.set_offline(True)

    box(page, "strengths").fill("Gõ khi mất mạng")
    expect(page.locator("[data-said]")).to_contain_text("mất mạng", timeout=5000)
    assert not ReportText.objects.exists()

    context.set_offline(False)
    saved(page)
    assert ReportText.objects.get().text == "Gõ khi mất mạng"
    page_errors.clear()  # the dead network


def test_a_session_that_ended_costs_no_words(portal_server, new_context, period):
    page = new_context(viewport={"width": 1366, "height": 900}).new_page()
    open_desk(page, period)
    page.context.clear_cookies(name="sessionid")

    box(page, "strengths").fill("Gõ khi phiên đã hết")
    dialog = page.locator("#sign-in-again")
    expect(dialog).to_be_visible(timeout=5000)
    assert not ReportText.objects.exists()

    dialog.get_by_label("Mật khẩu").first.fill(PASSWORD)
    dialog.get_by_role("button", name="Đăng nhập").click()
    saved(page)
    assert ReportText.objects.get().text == "Gõ khi phiên đã hết"


def test_the_desk_and_the_report_fit_a_phone(portal_server, phone_page, period):
    report = ReportFactory(period=period, ready=True)
    ReportComment.objects.create(report=report, section="strengths", text="Nêu rõ hơn.", by=UserFactory(), at=MORNING)
    open_desk(phone_page, period)
    expect(place(phone_page, "strengths")).to_contain_text("Nêu rõ hơn.")
    place(phone_page, "strengths").get_by_role("button", name="Chèn số liệu").click()
    expect(phone_page.get_by_label("Tìm số liệu")).to_be_visible()
    assert phone_page.evaluate("document.documentElement.scrollWidth") == 360

    phone_page.goto(report.get_absolute_url())
    expect(phone_page.get_by_role("heading", name="Số liệu trong báo cáo")).to_be_visible()
    assert phone_page.evaluate("document.documentElement.scrollWidth") == 360
