"""A unit has its report made and brings the signed scan, in a real browser; the pages fit a phone."""

from datetime import datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from campaigns.tests.factories import WARD
from reports import building
from reports.models import ReportKind
from reports.tests.factories import reported_ward
from targets.models import Submission
from targets.tests.upload_corpus import picture
from tests.test_pages import FITS, SCREENS, TOO_SMALL, serious
from units.tests.factories import UserFactory

PASSWORD = "mat-khau-cua-to"
LATER = datetime(2099, 1, 1, tzinfo=WARD)


@pytest.fixture
def revision(transactional_db):
    period = reported_ward(amounts=(60,))
    return Submission.objects.get(period=period).current_revision


def open_as(new_context, person, screen, address):
    page = new_context(**SCREENS[screen]).new_page()
    page.goto("/dang-nhap/")
    page.get_by_label("Tên đăng nhập").fill(person.username)
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_text("Đăng xuất")).to_be_attached()
    page.goto(address)
    return page


def fits(page):
    assert page.evaluate(FITS)
    assert page.evaluate(TOO_SMALL) == []
    assert serious(Axe().run(page)) == []


@pytest.mark.parametrize("screen", SCREENS)
def test_a_unit_prints_signs_and_brings_the_scan(portal_server, new_context, revision, screen):
    person = UserFactory(head_of=revision.submission.unit, password=PASSWORD)
    page = open_as(new_context, person, screen, revision.get_absolute_url())
    page.get_by_role("link", name="Báo cáo của đơn vị để in, ký, đóng dấu").click()
    fits(page)

    page.get_by_role("button", name="Lập báo cáo của đơn vị").click()
    expect(page.get_by_text("Chờ đến lượt lập")).to_be_visible()
    building.build_due(LATER, clock=lambda: LATER)
    link = page.get_by_role("link", name="Tải báo cáo của đơn vị (PDF")
    expect(link).to_be_visible(timeout=15_000)
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename.startswith("bao-cao-don-vi-")

    file = {"name": "bản ký.png", "mimeType": "image/png", "buffer": picture("PNG")}
    page.get_by_label("Tệp bản đã ký, đóng dấu").set_input_files(file)
    page.get_by_role("button", name="Tải bản ký lên").click()
    expect(page.get_by_role("link", name="bản ký.png")).to_be_visible()
    fits(page)


@pytest.mark.parametrize("screen", SCREENS)
def test_the_office_has_the_plan_and_the_archive_made(portal_server, new_context, revision, screen):
    campaign = revision.submission.period.campaign
    person = UserFactory(office_of=campaign.organiser, password=PASSWORD)
    page = open_as(new_context, person, screen, reverse("reports:campaign_papers", args=[campaign.slug]))

    page.get_by_role("button", name="Lập hồ sơ lưu trữ").click()
    page.get_by_role("button", name="Lập bản in kế hoạch").click()
    building.build_due(LATER, clock=lambda: LATER)
    expect(page.get_by_role("link", name="Tải bản in kế hoạch (PDF")).to_be_visible(timeout=15_000)
    expect(page.get_by_role("link", name="Tải hồ sơ lưu trữ (ZIP")).to_be_visible()

    assert set(campaign.built_reports.values_list("kind", flat=True)) == {ReportKind.PLAN, ReportKind.ARCHIVE}
    fits(page)
