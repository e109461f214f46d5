"""The public lookup: issued, superseded or unknown, by code and by file; nothing else of the portal is told."""

import hashlib
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pypdf import PdfReader
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from campaign_portal import pdf
from reports import building, verifying, workflow
from reports.models import FileStage, Report, ReportState
from reports.tests.factories import MORNING, ReportFactory, ReportFileFactory
from units.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
CODE = "7KQ2M9XD4R"
ISSUED = b"%PDF-1.7 issued"


@pytest.fixture
def issued():
    report = ReportFactory(issued=True, code=CODE)
    ReportFileFactory(report=report, stage=FileStage.ISSUED, content=ISSUED)
    return report


def verify(client, code):
    return client.get(reverse("reports:verify", args=[code]))


def test_anybody_sees_that_a_report_is_issued_with_number_date_and_hash(client, issued):
    page = verify(client, CODE)

    assertContains(page, "đang có hiệu lực")
    assertContains(page, "125, ngày 12/12/2025")
    assertContains(page, hashlib.sha256(ISSUED).hexdigest())
    assertContains(page, issued.campaign.organiser.name)


@pytest.mark.parametrize("text", ["7kq2m-9xd4r", " 7KQ2M 9XD4R ", "7KQ2M–9XD4R"])
def test_a_code_is_found_as_it_was_typed_from_paper(client, issued, text):
    assertRedirects(client.post(reverse("reports:look_up"), {"code": text}), reverse("reports:verify", args=[CODE]))


@pytest.mark.parametrize("code", ["ZZZZZZZZZZ", "7KQ2M9XD4", "7KQ2M9XD4RR", "x", "%00"])
def test_an_unknown_code_says_so(client, issued, code):
    assertContains(verify(client, code), "Không có văn bản nào mang mã này", status_code=404)


@pytest.mark.parametrize("state", ["ready", "approved", "failed"])
def test_what_was_not_issued_is_unknown(client, state):
    ReportFactory(**{state: True}, code=CODE)

    assert verify(client, CODE).status_code == 404


def test_a_superseded_report_leads_to_the_newer_one(client):
    old = ReportFactory(superseded=True, code=CODE)
    newer = ReportFactory(period=old.period, issued=True, number="131", code="AAAAABBBBB", supersedes=old)

    page = verify(client, CODE)

    assertContains(page, "đã được thay thế")
    assertContains(page, "số 131")
    assertContains(page, reverse("reports:verify", args=[newer.code]))


def post_file(client, address, content):
    return client.post(address, {"file": SimpleUploadedFile("bao-cao.pdf", content)})


@pytest.mark.parametrize("content", [ISSUED, ISSUED + b" ", b""])
def test_a_dropped_file_is_judged_by_every_byte_and_not_kept(client, issued, content, settings):
    before = sorted(path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file())

    page = post_file(client, reverse("reports:verify", args=[CODE]), content)

    if content:
        assertContains(page, "đúng là bản đã ban hành" if content == ISSUED else "Không phải tệp do cổng này ban hành")
    assert sorted(path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()) == before


def test_a_file_without_a_code_is_found_too_and_a_draft_is_not(client, issued):
    ReportFileFactory(report=issued, stage=FileStage.DRAFT, content=b"%PDF-1.7 draft")

    assertContains(post_file(client, reverse("reports:look_up"), ISSUED), "đúng là bản đã ban hành")
    assertContains(post_file(client, reverse("reports:look_up"), b"%PDF-1.7 draft"), "Không phải tệp")
    assertContains(client.post(reverse("reports:look_up"), {}), "Đề nghị ghi mã tra cứu hoặc chọn tệp")


def test_a_corrected_number_keeps_the_older_file_known(client, issued):
    ReportFileFactory(report=issued, stage=FileStage.ISSUED, content=b"%PDF-1.7 corrected")

    page = verify(client, CODE)

    for content in (ISSUED, b"%PDF-1.7 corrected"):
        assertContains(page, hashlib.sha256(content).hexdigest())


def test_issuing_gives_a_code_once_and_prints_it_on_every_page(client):
    report = ReportFactory(approved=True)
    ReportFileFactory(report=report, stage=FileStage.APPROVED)
    workflow.issue(report, number="125", issued_on=MORNING.date(), by=UserFactory(), at=MORNING)
    report.refresh_from_db()
    assert len(report.code) == verifying.LENGTH

    pages = PdfReader(io.BytesIO(pdf.render(building.html_of(report, FileStage.ISSUED)))).pages

    for page in pages:
        assert verifying.printed(report.code) in page.extract_text()
    approved = PdfReader(io.BytesIO(pdf.render(building.html_of(report, FileStage.APPROVED))))
    assert all(verifying.printed(report.code) not in page.extract_text() for page in approved.pages)


def test_the_page_tells_nothing_that_was_not_issued(client, issued):
    issued.figures["campaign"]["short_name"] = "Số liệu chỉ trong báo cáo"
    issued.save()

    assertNotContains(verify(client, CODE), "Số liệu chỉ trong báo cáo")
    assert Report.objects.get().state == ReportState.ISSUED
