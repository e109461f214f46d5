"""The ward's plan comes in from Excel in a real browser, with a real worker; every page fits a phone."""

from datetime import datetime

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from playwright.sync_api import expect

from campaigns.models import CampaignState
from campaigns.tests.factories import WARD, CampaignFactory, ParticipationFactory
from targets import plan_file
from targets.models import ImportState
from targets.tests.factories import TargetFactory, WorkbookImportFactory
from targets.tests.kien_an import PLAN, SAME, rows_of_the_plan
from units.tests.factories import OrganiserFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.timeout(180)
PASSWORD = "mat-khau-cua-can-bo"


@pytest.fixture
def campaign(transactional_db):
    return CampaignFactory(state=CampaignState.DRAFT)


def sign_in(page, campaign):
    person = UserFactory(staff_of=campaign.organiser, password=PASSWORD)
    page.goto("/dang-nhap/")
    page.get_by_label("Tên đăng nhập").fill(person.username)
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_text("Đăng xuất")).to_be_attached()


def fill_in(path, rows):
    """Type rows under the headings of the downloaded sheet, as a clerk does in Excel."""
    book = load_workbook(path)
    sheet = book["Chỉ tiêu"]
    places = {cell.value: cell.column for cell in sheet[1]}
    for number, row in enumerate(rows, start=2):
        for title, value in row.items():
            sheet.cell(number, places[title]).value = value
    book.save(path)


def send(page, path, kind):
    page.get_by_label(kind).check()
    page.get_by_label("Chọn tệp").set_input_files(path)
    expect(page.locator(".file-names")).to_have_text(path.name)
    page.get_by_role("button", name="Tải lên và kiểm tra").click()


def test_the_ward_s_own_targets_come_in_from_excel_by_mouse(portal_server, worker, new_context, campaign, tmp_path):
    worker.start()
    page = new_context(viewport={"width": 1366, "height": 768}, accept_downloads=True).new_page()
    sign_in(page, campaign)
    page.goto(campaign.get_absolute_url())
    page.get_by_role("link", name="Nhập, xuất Excel").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Mẫu “Chỉ tiêu”").click()
    path = tmp_path / "chi-tieu-2025.xlsx"
    download.value.save_as(path)

    rows = list(rows_of_the_plan())
    rows[3]["Mức giao"] = "1.2.3"
    fill_in(path, rows)
    send(page, path, "Chỉ tiêu (mẫu “Chỉ tiêu”)")
    expect(page.locator("main").get_by_text("Có 1 lỗi, chưa ghi gì.")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("row", name="E5")).to_contain_text("ví dụ gõ đúng")

    page.get_by_role("link", name="Tải bảng đã sửa lên").click()
    fill_in(path, rows_of_the_plan())
    send(page, path, "Chỉ tiêu (mẫu “Chỉ tiêu”)")
    expect(page.locator("main").get_by_text("Sẽ thêm 22.")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Ghi 22 thay đổi").click()
    expect(page.locator("main").get_by_text("Đã thêm 22.")).to_be_visible(timeout=30_000)

    loaded, _ = plan_file.load(plan_file.read(PLAN), OrganiserFactory())
    taken = list(campaign.targets.order_by("number").values(*SAME))
    assert taken == list(loaded.targets.order_by("number").values(*SAME))


def test_every_page_of_excel_fits_a_phone(portal_server, phone_page, campaign):
    TargetFactory(campaign=campaign)
    ParticipationFactory(campaign=campaign, unit=UnitFactory(organiser=campaign.organiser))
    fault = {"cell": "XFD100000", "sentence": "Ô này là công thức; đề nghị chép rồi dán giá trị"}
    change = {"verb": "changed", "cell": "D2", "subject": "Trường Tiểu học Bắc Sơn", "field": "CT01 · Thu ngân sách"}
    long_name = f"{'bang-giao-chi-tieu-' * 6}.xlsx"
    of = {"campaign": campaign, "name": long_name, "requested_at": datetime(2025, 3, 1, tzinfo=WARD)}
    refused = WorkbookImportFactory(state=ImportState.REFUSED, faults=[fault], remarks=[fault | {"cell": ""}], **of)
    shown = WorkbookImportFactory(state=ImportState.CHECKED, changes=[change | {"old": "≥ 30", "new": "≥ 40"}], **of)
    sign_in(phone_page, campaign)

    addresses = [reverse("targets:workbooks", args=[campaign.slug])]
    addresses += [reverse("targets:workbook", args=[row.pk]) for row in (refused, shown)]
    for address in addresses:
        phone_page.goto(address)
        expect(phone_page.locator("h1")).to_be_visible()
        assert phone_page.evaluate("document.documentElement.scrollWidth") == 360, address
