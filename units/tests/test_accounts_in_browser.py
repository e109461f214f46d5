"""From a workbook to a person who has signed in: the admin's and the head's way in a real browser."""

import openpyxl
import pytest
from django.urls import reverse
from playwright.sync_api import expect

from units.models import User
from units.tests.factories import OrganiserFactory, UserFactory

PASSWORD = "hoa-phuong-do-2025"


@pytest.fixture
def ward(portal_server):
    return OrganiserFactory(name="Ủy ban nhân dân phường Hải Yến")


def sign_in(page, username, password):
    page.goto(reverse("units:sign_in"))
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu", exact=True).fill(password)
    page.locator("main").get_by_role("button", name="Đăng nhập").click()


def fill_in(path):
    """A group, its head and the head's role typed into the workbook that the portal gave."""
    book = openpyxl.load_workbook(path)
    for title, row in {
        "Đơn vị": {"Mã đơn vị": "TDP-1", "Tên đơn vị": "Tổ dân phố Đồng Hoà", "Loại đơn vị": "Tổ dân phố"},
        "Người dùng": {"Tên đăng nhập": "luyen", "Họ và tên": "Đàm Thị Luyến"},
        "Vai trò": {"Tên đăng nhập": "luyen", "Mã đơn vị": "TDP-1", "Vai trò": "Thủ trưởng đơn vị"},
    }.items():
        sheet = book[title]
        blank = next(number for number in range(2, sheet.max_row + 2) if not sheet.cell(number, 1).value)
        for heading in sheet[1]:
            sheet.cell(blank, heading.column, row.get(heading.value))
    book.save(path)


def test_a_head_comes_in_by_workbook_and_paper_slip(page, phone_page, ward, tmp_path):
    UserFactory(username="quan-tri", admin_of=ward, password=PASSWORD)
    sign_in(page, "quan-tri", PASSWORD)

    page.goto(reverse("admin:units_unit_changelist"))
    page.get_by_role("link", name="Nhập từ Excel").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải bảng Excel").click()
    workbook = tmp_path / "bang.xlsx"
    download.value.save_as(workbook)
    fill_in(workbook)
    page.get_by_label("Bảng Excel đã điền").set_input_files(workbook)
    expect(page.locator(".file-names")).to_have_text("bang.xlsx")
    page.get_by_role("button", name="Tải lên và xem trước").click()
    expect(page.get_by_role("heading", name="Đơn vị: thêm 1, sửa 0")).to_be_visible()
    page.get_by_role("button", name="Xác nhận và ghi").click()
    expect(page.locator(".messagelist .success")).to_contain_text("thêm 3 dòng")

    page.get_by_role("row", name="Tổ dân phố Đồng Hoà").get_by_role("checkbox").check()
    page.get_by_label("Việc cần làm").select_option("issue_accounts")
    page.get_by_role("button", name="Thực hiện").click()
    page.get_by_role("button", name="Cấp mật khẩu và hiện phiếu").click()
    slip = page.locator(".slip")
    expect(slip).to_contain_text("Đàm Thị Luyến")
    username, password = slip.locator(".code").all_text_contents()
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")

    sign_in(phone_page, username, password)
    expect(phone_page.get_by_role("heading", name="Đặt mật khẩu của riêng mình")).to_be_visible()
    phone_page.get_by_label("Mật khẩu dùng một lần").fill(password)
    phone_page.locator("#id_new_password1").fill("song-lach-tray-2026")
    phone_page.locator("#id_new_password2").fill("song-lach-tray-2026")
    phone_page.locator("main").get_by_role("button", name="Đổi mật khẩu").click()
    phone_page.get_by_role("link", name="Về trang chủ").click()
    expect(phone_page.get_by_role("heading", level=1)).to_be_visible()
    assert not User.objects.get(username="luyen").one_time_password
