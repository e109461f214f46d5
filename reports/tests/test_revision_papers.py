"""The papers of one hand-in: the unit's own report, its receipt, and the signed scans beside it."""

import io
import re
import subprocess
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pypdf import PdfReader
from pytest_django.asserts import assertContains, assertNotContains, assertNumQueries, assertRedirects

from campaigns.models import Event, PromptKind
from campaigns.tests.factories import WARD, ParticipationFactory, PeriodFactory, PromptFactory
from commendations.tests.factories import NominationFactory
from reports import building
from reports.models import Report, ReportKind, ReportState
from targets.models import Narrative, SignedCopy
from targets.tests.factories import AllocationFactory, ResultFactory, RevisionFactory, SubmissionFactory, TargetFactory
from targets.tests.upload_corpus import picture
from units.models import UnitKind
from units.tests.factories import OrganiserFactory, UnitFactory, UserFactory

LATER = datetime(2026, 12, 6, 9, tzinfo=WARD)
DIGEST = "ab" * 32
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def ward():
    return OrganiserFactory(name="Ủy ban nhân dân phường Kiến An", place="Kiến An")


def handed_in(unit, *, amount="1234.5", note=""):
    """A hand-in of one figure, at least 100 cuộc."""
    period = PeriodFactory(campaign__organiser=unit.organiser, name="Báo cáo năm")
    target = TargetFactory(campaign=period.campaign, number=3, name="Số cuộc tuyên truyền")
    AllocationFactory(target=target, unit=unit, at_least=Decimal(1000))
    ParticipationFactory(campaign=period.campaign, unit=unit, theme="Ngõ phố sáng - xanh - sạch - đẹp")
    submission = SubmissionFactory(period=period, unit=unit)
    revision = RevisionFactory(
        submission=submission, digest=DIGEST, arrived_at=datetime(2025, 12, 5, 9, 8, 7, tzinfo=WARD)
    )
    submission.state, submission.current_revision = "submitted", revision
    submission.save()
    ResultFactory(revision=revision, target=target, amount=Decimal(amount), note=note)
    return revision


def said(revision, kind, text, **fields):
    prompt = PromptFactory(campaign=revision.submission.period.campaign, kind=kind, **fields)
    Narrative.objects.create(revision=revision, prompt=prompt, text=text)


def url(name, thing):
    return reverse(f"reports:{name}", args=[thing.pk])


def built(revision, kind):
    report = building.request_of_revision(revision, kind, by=revision.submitted_by, at=LATER)
    assert building.build(report.pk, at=LATER)
    report.refresh_from_db()
    return report.files.get()


def pdf_of(made):
    with made.file.open("rb") as stored:
        return stored.read()


def text_of(made):
    out = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf_of(made), capture_output=True, check=True)
    return " ".join(out.stdout.decode().split())


def fonts_of(made):
    """[(name, is it embedded)] of the PDF."""
    listed = subprocess.run(["pdffonts", "-"], input=pdf_of(made), capture_output=True, check=True).stdout.decode()
    rows = [line.split() for line in listed.splitlines()[2:]]
    return [(row[0], row[-5] == "yes") for row in rows]


def scan(name="ban-ky.png"):
    return SimpleUploadedFile(name, picture("PNG") if name.endswith("png") else b"%PDF-1.4 broken")


# --- The unit's own report --------------------------------------------------------------------------------------------


def test_a_residential_group_signs_as_its_head_and_needs_no_number(ward):
    unit = UnitFactory(organiser=ward, name="Tổ dân phố số 5", signer_name="Vũ Thị Tổ")

    text = text_of(built(handed_in(unit), ReportKind.UNIT))

    assert "UBND PHƯỜNG KIẾN AN" in text
    assert "TỔ DÂN PHỐ SỐ 5" in text
    assert re.search(r"TỔ TRƯỞNG .*Vũ Thị Tổ", text)
    assert "Số:" not in text
    assert "Kiến An, ngày tháng năm 2025" in text


def test_a_school_has_the_body_above_not_bold_and_a_blank_number(ward):
    unit = UnitFactory(
        organiser=ward,
        kind=UnitKind.SCHOOL,
        name="Trường Mầm non Hoa Sen",
        symbol="MNHS",
        signer_title="KT. HIỆU TRƯỞNG / PHÓ HIỆU TRƯỞNG",
        signer_name="Ngô Thị Trường",
    )
    made = built(handed_in(unit), ReportKind.UNIT)

    text = text_of(made)
    assert "/BC-MNHS" in text
    assert re.search(r"KT\. HIỆU TRƯỞNG .*PHÓ HIỆU TRƯỞNG .*Ngô Thị Trường", text)
    assert '<p class="higher">UBND phường Kiến An</p>' in building.html_of(made.report, "draft")


@pytest.mark.parametrize(
    ("kind", "lines", "higher", "agency"),
    [
        (UnitKind.SCHOOL, "UBND PHƯỜNG MẪU\nTRƯỜNG TIỂU HỌC MẪU", "UBND PHƯỜNG MẪU", ["TRƯỜNG TIỂU HỌC MẪU"]),
        (UnitKind.FRONT, "MTTQ VIỆT NAM PHƯỜNG\nBAN THƯỜNG TRỰC", "", ["MTTQ VIỆT NAM PHƯỜNG", "BAN THƯỜNG TRỰC"]),
        (UnitKind.FRONT, "", "", ["Đơn vị mẫu"]),
        (UnitKind.OFFICE, "", "UBND phường Kiến An", ["Đơn vị mẫu"]),
    ],
)
def test_each_kind_of_unit_has_the_head_of_its_own(ward, kind, lines, higher, agency):
    unit = UnitFactory(organiser=ward, kind=kind, name="Đơn vị mẫu", agency_lines=lines)

    issuer = built(handed_in(unit), ReportKind.UNIT).report.figures["issuer"]

    assert (issuer["higher"], issuer["agency"]) == (higher, agency)


def test_its_six_parts_say_what_was_handed_in(ward):
    unit = UnitFactory(organiser=ward)
    revision = handed_in(unit, note="Tính cả buổi tối")
    said(revision, PromptKind.LAUNCHING, "Đã họp phát động.")
    said(revision, PromptKind.TASK, "Đã tuyên truyền.")
    said(revision, PromptKind.EXAMPLE, "Chị Mẫu hiến đất.")
    said(revision, PromptKind.DIFFICULTY, "Thiếu kinh phí.")
    nomination = NominationFactory(
        campaign=revision.submission.period.campaign,
        unit=unit,
        recipient="Bà Lê Thị Khen",
        proposed_at=revision.arrived_at - timedelta(days=1),
    )

    text = text_of(built(revision, ReportKind.UNIT))

    parts = [
        "I. TỔ CHỨC",
        "họp phát động",
        "II. KẾT QUẢ",
        "1.234,5",
        "III. NHIỆM VỤ",
        "Đã tuyên truyền",
        "IV. ĐIỂN HÌNH",
    ]
    parts += ["hiến đất", "V. KHÓ KHĂN", "Thiếu kinh phí", "VI. ĐỀ NGHỊ", "Bà Lê Thị Khen", "tổng hợp./.", "Nơi nhận:"]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert "Ngõ phố sáng - xanh - sạch - đẹp" in text
    assert "≥ 1.000" in text
    assert "Tính cả buổi tối" in text
    assert nomination.award.name in text


def test_a_nomination_made_afterwards_is_not_in_it(ward):
    unit = UnitFactory(organiser=ward)
    revision = handed_in(unit)
    NominationFactory(
        campaign=revision.submission.period.campaign,
        unit=unit,
        recipient="Người đến sau",
        proposed_at=revision.arrived_at + timedelta(seconds=1),
    )

    assert "Người đến sau" not in text_of(built(revision, ReportKind.UNIT))


@pytest.mark.parametrize("kind", [ReportKind.UNIT, ReportKind.RECEIPT])
def test_a_paper_carries_its_digest_small_and_embeds_its_fonts(ward, kind):
    made = built(handed_in(UnitFactory(organiser=ward)), kind)

    assert f"SHA-256 {DIGEST}" in text_of(made)
    assert {(name.partition("+")[2][:5], embedded) for name, embedded in fonts_of(made)} == {("Tinos", True)}
    assert PdfReader(io.BytesIO(pdf_of(made))).trailer["/Root"]["/Lang"] == "vi"


def test_the_same_hand_in_gives_the_same_file_and_another_its_own(ward):
    revision = handed_in(UnitFactory(organiser=ward))
    first = built(revision, ReportKind.UNIT)

    again = building.request_of_revision(revision, ReportKind.UNIT, by=revision.submitted_by, at=LATER)

    assert again == first.report
    assert not building.build(again.pk, at=LATER)
    other = RevisionFactory(submission=revision.submission)
    assert building.request_of_revision(other, ReportKind.UNIT, by=other.submitted_by, at=LATER) != again


# --- The receipt ------------------------------------------------------------------------------------------------------


def test_the_receipt_says_who_what_and_when_to_the_second(ward):
    revision = handed_in(UnitFactory(organiser=ward, name="Tổ dân phố số 5"))

    text = text_of(built(revision, ReportKind.RECEIPT))

    assert "BIÊN NHẬN" in text
    assert f"Số {revision.pk}" in text
    assert "09:08:07 ngày 05/12/2025" in text
    assert "Đúng hạn" in text
    assert revision.submitted_by.full_name in text
    assert "1.234,5 cuộc" in text


@pytest.mark.parametrize(
    ("number", "is_late", "words"),
    [(1, True, "Nộp muộn"), (2, False, "Bổ sung"), (2, True, "Bổ sung, sau hạn nộp")],
)
def test_the_receipt_says_how_it_stood(ward, number, is_late, words):
    revision = handed_in(UnitFactory(organiser=ward))
    type(revision).objects.filter(pk=revision.pk).update(number=number, is_late=is_late)
    revision.refresh_from_db()

    assert f"Tình trạng {words}" in text_of(built(revision, ReportKind.RECEIPT))


# --- The pages --------------------------------------------------------------------------------------------------------


@pytest.fixture
def revision(ward):
    return handed_in(UnitFactory(organiser=ward))


@pytest.fixture
def as_unit(client, revision):
    client.force_login(UserFactory(reporter_of=revision.submission.unit))
    return client


def test_a_paper_is_asked_for_made_and_downloaded(as_unit, revision):
    page = url("revision_papers", revision)
    assertRedirects(as_unit.post(url("request_unit_report", revision)), page)
    assertContains(as_unit.get(page), f'data-poll="{url("revision_papers_state", revision)}"')

    building.build_due(LATER, clock=lambda: LATER)

    state = as_unit.get(url("revision_papers_state", revision))
    assertNotContains(state, "data-poll")
    made = Report.objects.get(kind=ReportKind.UNIT).files.get()
    assertContains(state, url("revision_file", made))
    assertRedirects(
        as_unit.post(url("request_unit_report", revision)), url("revision_file", made), fetch_redirect_response=False
    )
    response = as_unit.get(url("revision_file", made))
    assert response["Content-Disposition"].startswith('attachment; filename="bao-cao-don-vi-')
    assert b"".join(response.streaming_content).startswith(b"%PDF-")


def test_a_failed_paper_says_why_and_can_be_asked_for_again(as_unit, revision, settings, tmp_path):
    home, settings.PDF_FONTS_DIR = settings.PDF_FONTS_DIR, tmp_path
    as_unit.post(url("request_receipt", revision))
    building.build_due(LATER, clock=lambda: LATER)
    assert Report.objects.get().state == ReportState.FAILED
    page = as_unit.get(url("revision_papers", revision))
    assertContains(page, "Thiếu tệp phông chữ")
    assertContains(page, "Lập lại biên nhận")

    settings.PDF_FONTS_DIR = home
    as_unit.post(url("request_receipt", revision))
    building.build_due(LATER, clock=lambda: LATER)

    report = Report.objects.get()
    assert (report.state, report.files.count()) == (ReportState.READY, 1)


def test_the_papers_of_units_do_not_crowd_the_period_list(client, revision):
    built(revision, ReportKind.UNIT)
    client.force_login(UserFactory(office_of=revision.submission.unit.organiser))

    response = client.get(reverse("reports:period_reports", args=[revision.submission.period_id]))

    assertNotContains(response, "Báo cáo của đơn vị")


def test_another_ward_and_another_unit_see_nothing(client, revision):
    made = built(revision, ReportKind.UNIT)
    neighbour = UnitFactory(organiser=revision.submission.unit.organiser)

    for person in [UserFactory(office_of=OrganiserFactory()), UserFactory(head_of=neighbour)]:
        client.force_login(person)
        assert client.get(url("revision_papers", revision)).status_code == 404
        assert client.get(url("revision_file", made)).status_code == 404
        assert client.post(url("request_receipt", revision)).status_code == 404


# --- The signed scans -------------------------------------------------------------------------------------------------


def test_a_scan_stands_beside_the_hand_in_for_unit_and_office(as_unit, client, revision):
    response = as_unit.post(url("keep_signed_copy", revision), {"file": scan()})

    assertRedirects(response, url("revision_papers", revision))
    copy = SignedCopy.objects.get()
    assert (copy.revision, copy.name, copy.content_type) == (revision, "ban-ky.png", "image/png")
    assert Event.objects.about(revision.submission).get().verb == "Tải lên bản ký, đóng dấu"
    assertContains(as_unit.get(revision.submission.get_absolute_url()), "1 bản đã ký")
    client.force_login(UserFactory(office_of=revision.submission.unit.organiser))
    assertContains(client.get(reverse("targets:review", args=[revision.submission_id])), "1 bản đã tải lên")
    download = client.get(url("signed_copy", copy))
    assert download["Content-Disposition"] == 'attachment; filename="ban-ky.png"'
    assert download["Content-Security-Policy"] == "sandbox"
    assert b"".join(download.streaming_content).startswith(b"\x89PNG")


def test_the_same_scan_twice_is_kept_once(as_unit, revision):
    for _ in range(2):
        as_unit.post(url("keep_signed_copy", revision), {"file": scan()})

    assert SignedCopy.objects.count() == 1
    assert Event.objects.about(revision.submission).count() == 1


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (None, "Đề nghị chọn tệp."),
        (scan("ban-ky.pdf"), "không mở được PDF"),
        (SimpleUploadedFile("ban-ky.exe", b"MZ"), "chỉ nhận tệp"),
        (SimpleUploadedFile("ban-ky.png", b""), "Tệp rỗng"),
    ],
)
def test_what_is_no_scan_is_refused_in_words(as_unit, revision, file, sentence):
    response = as_unit.post(url("keep_signed_copy", revision), {"file": file} if file else {})

    assertContains(response, sentence)
    assert not SignedCopy.objects.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_as_often_for_one_scan_as_for_three(as_unit, revision, rows):
    for n in range(rows):
        SignedCopy.objects.create(
            revision=revision,
            name=f"{n}.pdf",
            size=1,
            sha256=f"{n}" * 64,
            content_type="application/pdf",
            uploaded_by=UserFactory(),
            uploaded_at=LATER,
        )

    with assertNumQueries(6):
        as_unit.get(url("revision_papers", revision))


def test_there_is_an_end_to_scans(as_unit, revision):
    for n in range(10):
        SignedCopy.objects.create(
            revision=revision,
            name=f"{n}.pdf",
            size=1,
            sha256=f"{n}" * 64,
            content_type="application/pdf",
            uploaded_by=revision.submitted_by,
            uploaded_at=LATER,
        )

    assertContains(as_unit.post(url("keep_signed_copy", revision), {"file": scan()}), "không quá 10 bản ký")
    assert SignedCopy.objects.count() == 10
