"""The papers of a campaign: the letter to silent units, the plan in print, and the file for the archive."""

import hashlib
import io
import json
import subprocess
import tempfile
import tracemalloc
import zipfile
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertNumQueries, assertRedirects

from campaign_portal import xlsx
from campaigns.tests.factories import (
    WARD,
    CampaignFactory,
    ExtensionFactory,
    ParticipationFactory,
    PeriodFactory,
)
from reports import archive, building, reminder_letter
from reports.models import FileFormat, FileStage, Report, ReportKind, ReportState
from reports.tests.factories import MORNING, ReportFactory, ReportFileFactory, reported_ward
from targets import evidence, signed_copies, uploads
from targets.models import Submission
from targets.tests.factories import SubmissionFactory, TargetFactory
from targets.tests.upload_corpus import picture
from units.tests.factories import ClusterFactory, OrganiserFactory, UnitFactory, UserFactory

DUE = datetime(2025, 12, 10, tzinfo=WARD)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def ward():
    return OrganiserFactory(
        name="Ủy ban nhân dân phường Kiến An", agency_lines="ỦY BAN NHÂN DÂN\nPHƯỜNG KIẾN AN", place="Kiến An"
    )


def text_of(made):
    with made.file.open("rb") as stored:
        out = subprocess.run(["pdftotext", "-layout", "-", "-"], input=stored.read(), capture_output=True, check=True)
    return " ".join(out.stdout.decode().split())


def built(report, at=MORNING):
    assert building.build(report.pk, at=at)
    report.refresh_from_db()
    return report.files.get()


# --- The letter to silent units ---------------------------------------------------------------------------------------


def silent_ward(ward, *, silent=2):
    """A period with one unit that handed in and so many that did not."""
    period = PeriodFactory(campaign__organiser=ward, name="Báo cáo năm 2025")
    names = ["Tổ dân phố đã nộp", *(f"Tổ dân phố lặng {n}" for n in range(1, silent + 1))]
    cluster = ClusterFactory(organiser=ward, name="Cụm một")
    for order, name in enumerate(names):
        unit = UnitFactory(organiser=ward, name=name, order=order)
        ParticipationFactory(campaign=period.campaign, unit=unit, cluster=cluster)
        SubmissionFactory(period=period, unit=unit, submitted=name == names[0])
    return period


def letter_of(period, at=MORNING):
    return built(building.request(period, ReportKind.REMINDER, by=None, at=at), at=at)


def test_the_letter_names_the_silent_and_how_late_they_are(ward):
    text = text_of(letter_of(silent_ward(ward)))

    assert "Số: /UBND-VHXH" in text
    assert "V/v đôn đốc báo cáo kết quả" in text
    assert "Kính gửi: - Tổ dân phố lặng 1; - Tổ dân phố lặng 2." in text
    assert "trước ngày 10/12/2025 (hết ngày 09/12/2025)" in text
    assert "đã nhận được báo cáo của 1/3 cơ quan, đơn vị; còn 02/03" in text
    assert "Tổ dân phố lặng 2 Cụm một trước ngày 10/12/2025 quá hạn 2 ngày" in text
    assert "TM. ỦY BAN NHÂN DÂN" in text
    assert "Lưu: VT, VHXH." in text
    assert "Tổ dân phố đã nộp" not in text
    assert "quan tâm thực hiện./." in text


def test_many_silent_units_are_addressed_by_the_list(ward):
    text = text_of(letter_of(silent_ward(ward, silent=6)))

    assert "Kính gửi: Các cơ quan, đơn vị tại danh sách kèm theo" in text
    assert "6 Tổ dân phố lặng 6" in text


def test_an_extension_is_said_in_the_list(ward):
    period = silent_ward(ward, silent=1)
    unit = Submission.objects.get(unit__name="Tổ dân phố lặng 1").unit
    ExtensionFactory(period=period, unit=unit, decided=True)

    text = text_of(letter_of(period))

    assert "(được gia hạn)" in text
    assert "hết hạn hôm nay" in text


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (DUE - timedelta(days=3), "còn 2 ngày"),  # the last day that is on time is the 9th
        (DUE - timedelta(seconds=1), "hết hạn hôm nay"),
        (DUE, "quá hạn 1 ngày"),
        (DUE + timedelta(days=1), "quá hạn 2 ngày"),
        (DUE.replace(hour=17) - timedelta(hours=1), "vừa hết hạn"),
    ],
)
def test_lateness_is_counted_in_whole_days_of_the_ward(at, words):
    due = DUE.replace(hour=15) if words == "vừa hết hạn" else DUE

    assert reminder_letter.lateness(due, at) == words


def test_one_button_writes_the_letter(client, ward, time_machine):
    time_machine.move_to(MORNING)
    period = silent_ward(ward)
    client.force_login(UserFactory(office_of=ward))
    page = reverse("targets:hand_ins", args=[period.pk])
    assertContains(client.get(page), "Lập công văn đôn đốc (PDF)")

    response = client.post(reverse("reports:request_reminder", args=[period.pk]))

    assertRedirects(response, reverse("reports:report", args=[Report.objects.get().pk]))


def test_nobody_silent_needs_no_letter(client, time_machine):
    time_machine.move_to(MORNING)
    period = reported_ward()
    client.force_login(UserFactory(office_of=period.campaign.organiser))

    response = client.post(reverse("reports:request_reminder", args=[period.pk]), follow=True)

    assertContains(response, "không còn đơn vị nào phải đôn đốc")
    assert not Report.objects.exists()


# --- The plan in print ------------------------------------------------------------------------------------------------


def plan_of(campaign):
    return built(building.request_of_campaign(campaign, ReportKind.PLAN, by=None, at=MORNING))


def test_the_plan_is_printed_in_its_parts(ward):
    campaign = CampaignFactory(
        organiser=ward,
        title="Phát động đợt thi đua",
        purpose="a) Thi đua lập thành tích.",
        tasks="a) Tuyên truyền.",
        reward_rules="1. Tặng Giấy khen.",
        closing="Đề nghị thực hiện",
        recipients="- Lưu: VT, VHXH.",
    )
    TargetFactory(campaign=campaign, wording="- Thu ngân sách: 330.681 triệu đồng.", sector__name="Kinh tế")

    text = text_of(plan_of(campaign))

    parts = ["Số: /KH-UBND", "KẾ HOẠCH", "Phát động đợt thi đua", "I. MỤC ĐÍCH, YÊU CẦU", "1. Mục đích"]
    parts += ["II. NỘI DUNG", "1. Các chỉ tiêu thi đua", "* Kinh tế:", "- Thu ngân sách: 330.681 triệu đồng."]
    parts += ["2. Nhiệm vụ và giải pháp", "III. KHEN THƯỞNG", "Đề nghị thực hiện./.", "Nơi nhận:", "Trần Thị Mẫu"]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


def test_number_and_date_are_those_that_were_recorded(ward):
    campaign = CampaignFactory(organiser=ward, number="15/KH-UBND", issued_on=date(2025, 2, 5))

    text = text_of(plan_of(campaign))

    assert "Số: 15/KH-UBND" in text
    assert "Kiến An, ngày 05 tháng 02 năm 2025" in text


def test_the_page_makes_the_plan_and_shows_it(client, ward, time_machine):
    time_machine.move_to(MORNING)
    campaign = CampaignFactory(organiser=ward)
    client.force_login(UserFactory(staff_of=ward))
    page = reverse("reports:campaign_papers", args=[campaign.slug])
    assertNotContains(client.get(page), "Lập hồ sơ lưu trữ")

    assertRedirects(client.post(reverse("reports:request_plan", args=[campaign.slug])), page)
    assertContains(client.get(page), "data-poll")
    building.build_due(MORNING, clock=lambda: MORNING)

    assertContains(client.get(page), reverse("reports:file", args=[Report.objects.get().files.get().pk]))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_as_often_for_one_paper_as_for_three(client, ward, rows):
    campaign = CampaignFactory(organiser=ward)
    for kind in [ReportKind.PLAN, ReportKind.ARCHIVE]:
        for report in ReportFactory.create_batch(rows, campaign=campaign, kind=kind, period=None, ready=True):
            ReportFileFactory(report=report)
    client.force_login(UserFactory(office_of=ward))

    with assertNumQueries(8):
        client.get(reverse("reports:campaign_papers", args=[campaign.slug]))


# --- The archive ------------------------------------------------------------------------------------------------------


@pytest.fixture
def season():
    """A ward that reported: an issued report, a signed scan, a piece of evidence."""
    period = reported_ward()
    report = ReportFactory(period=period, issued=True)
    ReportFileFactory(report=report, stage=FileStage.ISSUED, content=b"%PDF-1.7 ban hanh")
    submission = Submission.objects.filter(period=period).first()
    revision, person = submission.current_revision, UserFactory()
    Submission.objects.filter(pk=submission.pk).update(state="returned")
    photo = uploads.check(ContentFile(picture("PNG"), name="ảnh đẹp.png"))
    [piece] = evidence.attach(submission, [photo], by=person, at=MORNING - timedelta(days=5))
    revision.evidence.add(piece)
    signed_copies.keep(revision, photo, by=person, at=MORNING)
    return period.campaign


def archive_of(campaign, at=MORNING):
    return built(building.request_of_campaign(campaign, ReportKind.ARCHIVE, by=None, at=at), at=at)


def unpacked(made):
    with made.file.open("rb") as stored:
        package = zipfile.ZipFile(io.BytesIO(stored.read()))
        return {entry.filename: package.read(entry) for entry in package.infolist()}


def test_the_archive_holds_papers_scans_evidence_and_data(season):
    made = archive_of(season)

    assert made.format == FileFormat.ZIP
    entries = unpacked(made)
    folders = sorted({path.rpartition("/")[2] if "/" not in path else path.split("/")[0] for path in entries})
    assert folders == ["DOC-TRUOC.txt", "bao-cao", "don-vi", "manifest-sha256.txt", "so-lieu"]
    assert b"%PDF-1.7 ban hanh" in entries.values()
    assert sum("ban-ky-lan-1" in path for path in entries) == 1
    assert sum("minh-chung/" in path and path.endswith("ảnh đẹp.png") for path in entries) == 1
    assert "01 năm" in entries["DOC-TRUOC.txt"].decode()


def test_the_manifest_names_the_hash_of_every_entry(season):
    entries = unpacked(archive_of(season))

    manifest = entries.pop("manifest-sha256.txt").decode()
    listed = dict(line.split("  ", 1)[::-1] for line in manifest.splitlines())
    assert listed == {path: hashlib.sha256(content).hexdigest() for path, content in entries.items()}


def test_its_data_can_be_read_without_the_portal(season):
    entries = unpacked(archive_of(season))

    data = json.loads(entries["so-lieu/so-lieu.json"])
    assert data["shape"] == "dot-thi-dua/1"
    [first, second] = data["hand_ins"]
    assert first["accepted_revision"] == 1
    amounts = [hand_in["revisions"][0]["results"][0]["amount"] for hand_in in (first, second)]
    assert sorted(amounts) == ["50", "60"]
    assert data["plan"]["targets"][0]["name"] == "Số cuộc tuyên truyền"
    assert data["reports"][0]["number"] == "125"
    table = xlsx.read_table(
        entries["so-lieu/so-lieu.xlsx"],
        [xlsx.Column("amount", "Thực hiện", kind="number"), xlsx.Column("target", "Mã chỉ tiêu")],
        sheet="Số liệu đơn vị",
    )
    assert sorted(row["amount"].text for row in table.rows) == ["50", "60"]


def test_the_same_figures_give_the_same_bytes(season, time_machine):
    report = archive_of(season).report
    report.refresh_from_db()
    once, again = io.BytesIO(), io.BytesIO()

    archive.write(report, once)
    time_machine.move_to(MORNING + timedelta(days=400))
    archive.write(report, again)

    assert once.getvalue() == again.getvalue()


def test_memory_stays_flat_however_large_the_files_are(season):
    report = Report.objects.get(kind=ReportKind.CITY)
    ReportFileFactory(report=report, stage=FileStage.SIGNED, content=bytes(24 * 1024 * 1024))
    report = Report(campaign=season, kind=ReportKind.ARCHIVE, as_of=MORNING)
    report.figures = archive.gather(report)

    with tempfile.TemporaryFile() as whole:
        tracemalloc.start()
        archive.write(report, whole)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

    assert peak < 12 * 1024 * 1024


def test_too_much_evidence_is_listed_and_not_packed(season, monkeypatch):
    monkeypatch.setattr(archive, "MOST_EVIDENCE", 1)

    entries = unpacked(archive_of(season))

    assert not any("minh-chung/" in path for path in entries)
    assert "ảnh đẹp.png" in entries["DOC-TRUOC.txt"].decode()


def test_a_file_that_was_changed_stops_the_archive(season, settings):
    [scan] = (settings.MEDIA_ROOT / "signed").rglob("*/*")
    scan.write_bytes(b"something else")
    report = building.request_of_campaign(season, ReportKind.ARCHIVE, by=None, at=MORNING)

    assert not building.build(report.pk, at=MORNING)

    report.refresh_from_db()
    assert report.state == ReportState.FAILED
    assert "đã bị thay đổi" in report.error
    assert not report.files.exists()


def test_the_archive_of_one_ward_holds_nothing_of_another(season):
    other = reported_ward(amounts=(777,)).campaign

    entries = unpacked(archive_of(other))

    data = entries["so-lieu/so-lieu.json"].decode()
    assert "777" in data
    assert '"60"' not in data
    assert not any(path.startswith(("don-vi/", "bao-cao/")) for path in entries)


def test_only_office_and_admin_take_the_archive_away(client, season):
    made = archive_of(season)
    ward = season.organiser
    answers = {}
    for role in ["staff", "leader", "office", "admin"]:
        client.force_login(UserFactory(**{f"{role}_of": ward}))
        response = client.get(reverse("reports:file", args=[made.pk]))
        answers[role] = response.status_code
        if response.streaming:
            assert response["Content-Type"] == "application/zip"
            assert response["Content-Disposition"].endswith('.zip"')
            list(response.streaming_content)

    assert answers == {"staff": 403, "leader": 403, "office": 200, "admin": 200}


@pytest.mark.parametrize("units", [1, 3])
def test_gathering_asks_as_often_for_one_unit_as_for_many(units):
    campaign = reported_ward(amounts=[10] * units).campaign
    report = Report(campaign=campaign, kind=ReportKind.ARCHIVE, as_of=MORNING)

    with assertNumQueries(20):
        archive.gather(report)
    assert Decimal(units) == len(report.campaign.participations.all())
