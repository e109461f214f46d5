"""A unit's form goes out by Excel, is filled in without a line, and comes back into the draft in a browser."""

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from playwright.sync_api import expect

from campaigns.tests.factories import PeriodFactory, PromptFactory
from targets.models import Revision, Submission
from targets.tests.hand_in import MIDYEAR, key_of, submission_of
from units.tests.factories import UserFactory

pytestmark = pytest.mark.timeout(180)
PASSWORD = "mat-khau-cua-don-vi"


@pytest.fixture
def submission(transactional_db):
    kinds = {"name": "Thu ngân sách trên địa bàn"}, {"ratio": True, "name": "Tỷ lệ hộ đạt gia đình văn hoá"}
    submission = submission_of(*kinds, period=PeriodFactory(figures_as_of=MIDYEAR))
    PromptFactory(campaign=submission.period.campaign, code="kho-khan", heading="Khó khăn, vướng mắc")
    return submission


def sign_in(page, submission):
    person = UserFactory(reporter_of=submission.unit, password=PASSWORD)
    page.goto("/dang-nhap/")
    page.get_by_label("Tên đăng nhập").fill(person.username)
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_text("Đăng xuất")).to_be_attached()


def fill_in(path, sheet, **texts):
    """Type into the first row under these headings, as a clerk does in Excel."""
    book = load_workbook(path)
    places = {cell.value: cell.column for cell in book[sheet][1]}
    for title, text in texts.items():
        book[sheet].cell(2, places[title.replace("_", " ")]).value = text
    book.save(path)


def send(page, path):
    page.get_by_label("Chọn tệp").set_input_files(path)
    expect(page.locator(".file-names")).to_have_text(path.name)
    page.get_by_role("button", name="Tải lên và kiểm tra").click()


def test_a_form_filled_in_offline_comes_back_into_the_draft(portal_server, new_context, submission, tmp_path):
    page = new_context(viewport={"width": 1366, "height": 768}, accept_downloads=True).new_page()
    sign_in(page, submission)
    page.goto(submission.get_absolute_url())
    page.get_by_role("link", name="Làm trên Excel khi không có mạng").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải biểu mẫu Excel").click()
    path = tmp_path / "bieu-mau.xlsx"
    download.value.save_as(path)

    fill_in(path, "Chỉ tiêu", Thực_hiện="=1+1", Ghi_chú="Theo số của chi cục thuế.")
    send(page, path)
    expect(page.get_by_text("Tệp có lỗi, chưa ghi gì")).to_be_visible()
    expect(page.get_by_role("row", name="Chỉ tiêu!F2")).to_contain_text("công thức")

    fill_in(path, "Chỉ tiêu", Thực_hiện="1.250,5")
    fill_in(path, "Câu hỏi", Trả_lời="Thiếu người.")
    send(page, path)
    expect(page.get_by_role("heading", name="Thay đổi trong bản nháp (3)")).to_be_visible()
    expect(page.get_by_role("row", name="Chỉ tiêu!F2").last).to_contain_text("1.250,5")
    page.get_by_role("button", name="Ghi vào bản nháp").click()

    expect(page.get_by_text("Đã đưa 3 ô từ Excel vào bản nháp; chưa nộp.")).to_be_visible()
    assert page.locator(f"[id='{key_of(submission, 'amount')}']").input_value() == "1.250,5"
    texts = {key: cell["text"] for key, cell in Submission.objects.get().draft.items()}
    assert texts["prompt.kho-khan"] == "Thiếu người."
    assert not Revision.objects.exists()


def test_the_page_for_excel_fits_a_phone(portal_server, phone_page, submission, tmp_path):
    sign_in(phone_page, submission)
    phone_page.goto(reverse("targets:fill_from_workbook", args=[submission.pk]))
    with phone_page.expect_download() as download:
        phone_page.get_by_role("link", name="Tải biểu mẫu Excel").click()
    path = tmp_path / "bieu-mau.xlsx"
    download.value.save_as(path)
    assert phone_page.evaluate("document.documentElement.scrollWidth") == 360

    fill_in(path, "Chỉ tiêu", Thực_hiện="1.2.3", Ghi_chú="Ghi chú dài viết liền nhau. " * 20)
    send(phone_page, path)

    expect(phone_page.get_by_role("heading", name="Cần xem lại trước khi nộp")).to_be_visible()
    phone_page.screenshot(path="/tmp/fw360.png", full_page=True)
    assert phone_page.evaluate("document.documentElement.scrollWidth") == 360
