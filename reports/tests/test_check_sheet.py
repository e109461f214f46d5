"""The plan beside its signed copy: a sheet to tick, and the word of whoever ticked it."""

import io
import re
import subprocess
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings as portal
from django.urls import reverse
from pypdf import PdfReader
from pytest_django.asserts import assertNumQueries, assertRedirects

from campaigns.models import Campaign, CampaignState, Event
from campaigns.tests.factories import (
    WARD,
    CampaignFactory,
    MovementFactory,
    ParticipationFactory,
    PeriodFactory,
    PromptFactory,
)
from reports import building, check_sheet
from reports.models import FileStage, Report, ReportKind, ReportState
from targets import plan_file
from targets.models import PlanCheck, PlanReading, Target
from targets.tests.factories import AllocationFactory, TargetFactory
from units.tests.factories import OrganiserFactory, UserFactory

MORNING = datetime(2025, 9, 10, 9, tzinfo=WARD)
PLANS = Path(portal.BASE_DIR) / "campaigns" / "plans"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def ward():
    return OrganiserFactory(name="Ủy ban nhân dân phường Kiến An", agency_lines="ỦY BAN NHÂN DÂN\nPHƯỜNG KIẾN AN")


@pytest.fixture
def kien_an(ward):
    campaign, _ = plan_file.load(plan_file.read(PLANS / "kien-an-2025.toml"), ward)
    return campaign


@pytest.fixture
def campaign(ward):
    return CampaignFactory(organiser=ward, draft=True, purpose="Thi đua lập thành tích.")


@pytest.fixture
def as_staff(client, ward):
    client.force_login(UserFactory(staff_of=ward, full_name="Trần Thị Cán Bộ"))
    return client


def url(campaign):
    return reverse("reports:check_plan", args=[campaign.slug])


def sheet_of(client, campaign):
    """A sheet asked for on the page and built by the worker."""
    response = client.post(reverse("reports:request_check_sheet", args=[campaign.slug]))
    assertRedirects(response, url(campaign))
    building.build_due(MORNING + timedelta(days=9000), clock=lambda: MORNING + timedelta(days=9000))
    return Report.objects.filter(kind=ReportKind.CHECK_SHEET).first()


def pdf_of(report):
    with report.files.first().file.open("rb") as stored:
        return stored.read()


def pages_of(pdf):
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def text_of(pdf):
    out = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(out.stdout.decode().split())


def confirmed(client, campaign, **changes):
    seen = client.get(url(campaign)).context["form"]["seen"].value()
    return client.post(url(campaign), {"seen": seen, "agreed": "on", "note": "", "sheet_code": ""} | changes)


def code(campaign, client):
    return client.get(url(campaign)).context["code"]


# --- The sheet --------------------------------------------------------------------------------------------------------


def test_a_sheet_is_built_by_the_worker_and_stands_on_the_page(as_staff, campaign):
    report = sheet_of(as_staff, campaign)

    assert (report.state, report.period, report.campaign) == (ReportState.READY, None, campaign)
    page = as_staff.get(url(campaign)).content.decode()
    assert f"Tải phiếu mã {code(campaign, as_staff)}" in page
    assert "Đúng với kế hoạch hiện nay" in page
    response = as_staff.get(reverse("reports:file", args=[report.files.get().pk]))
    assert response["Content-Disposition"] == f'attachment; filename="phieu-doi-chieu-{campaign.slug}-{report.pk}.pdf"'
    assert b"".join(response.streaming_content).startswith(b"%PDF-")


def test_the_page_asks_again_while_a_sheet_is_made(as_staff, campaign):
    as_staff.post(reverse("reports:request_check_sheet", args=[campaign.slug]))
    part = reverse("reports:check_sheets", args=[campaign.slug])

    assert f'data-poll="{part}"' in as_staff.get(url(campaign)).content.decode()
    assert "Chờ đến lượt lập" in as_staff.get(part).content.decode()
    building.build_due(MORNING + timedelta(days=9000), clock=lambda: MORNING + timedelta(days=9000))
    assert "data-poll" not in as_staff.get(part).content.decode()


def test_all_targets_of_the_plan_stand_on_its_sheet(as_staff, kien_an):
    text = text_of(pdf_of(sheet_of(as_staff, kien_an)))

    targets = list(kien_an.targets.all())
    assert len(targets) == 22
    for target in targets:
        first_words = " ".join(target.name.split()[:4])
        assert first_words in text
    assert text.count("cấp giao:") == 22
    for goal in (
        "≥ 537.487,84 triệu đồng",
        "≤ 330.681 triệu đồng",
        "≤ 0,67 %",
        "≤ 0 hộ",
        "≥ 4.675 học sinh",
        "≥ 95,08 %",
    ):
        assert goal in text
    assert "không thấp hơn năm trăm ba mươi bảy nghìn bốn trăm tám mươi bảy phẩy tám" in text
    assert "(không còn: bằng không hộ)" in text


def test_the_sheet_names_deadlines_to_the_minute_and_the_sentences_they_come_from(as_staff, kien_an):
    text = text_of(pdf_of(sheet_of(as_staff, kien_an)))

    assert "đến hết 23:59 thứ Ba, ngày 09/12/2025" in text
    assert "đến hết 23:59 Chủ nhật, ngày 14/12/2025" in text
    assert "Văn hoá - Xã hội) trước ngày" in text
    assert "Trần Thị Phương" in text
    assert "Bình dân học vụ số" in text


def test_every_page_carries_the_plan_s_code_and_its_number_of_all_pages(as_staff, kien_an):
    report = sheet_of(as_staff, kien_an)
    pages = pages_of(pdf_of(report))

    assert len(pages) > 3
    for number, page in enumerate(pages, start=1):
        assert f"Mã kế hoạch {report.figures['code']}" in page
        assert f"Trang {number}/{len(pages)}" in page
    assert report.figures["code"] == code(kien_an, as_staff)


def test_the_sheet_s_fonts_are_its_own_and_embedded_and_it_draws_no_mark_they_lack(as_staff, kien_an):
    pdf = pdf_of(sheet_of(as_staff, kien_an))

    out = subprocess.run(["pdffonts", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    fonts = out.splitlines()[2:]
    assert fonts
    for font in fonts:
        name, *_, embedded, _, _, _, _ = font.split()
        assert "Tinos-Portal" in name
        assert embedded == "yes"
    assert not re.search("[✓☐☑□]", text_of(pdf))


def test_the_plan_s_own_text_is_searched_and_what_it_lacks_is_marked(kien_an):
    PlanReading.objects.create(
        campaign=kien_an, text=(PLANS / "kien-an-2025.txt").read_text(), by=UserFactory(), at=MORNING
    )
    kien_an.purpose += "\nMột câu không có trong văn bản."

    figures = check_sheet.gather(kien_an)

    rows = [row for section in figures["sections"] for group in section["groups"] for row in group["rows"]]
    strange = [row["held"][0] for row in rows if check_sheet.NOT_VERBATIM in row["remarks"]]
    assert "Một câu không có trong văn bản." in strange
    purposes = [group for section in figures["sections"] for group in section["groups"] if group["name"] == "Mục đích"]
    assert purposes[0]["rows"][0]["source"] == [check_sheet.VERBATIM]
    assert not [row for row in rows if row["figure"] and check_sheet.NOT_VERBATIM in row["remarks"]]


@pytest.mark.parametrize(
    ("wording", "goal", "remarks"),
    [
        ("Tỷ lệ hộ dân dùng nước sạch: 95%.", "95", []),
        ("Thu ngân sách: 330.681 triệu đồng", "330681", []),
        ("Thu ngân sách: 330.681 triệu đồng", "330.681", ["Số 330,681 không có trong nguyên văn."]),
        ("Tỷ lệ: 95,08%", "95", ["Số 95 không có trong nguyên văn."]),
        ("Không còn hộ nghèo", "0", []),
    ],
)
def test_a_goal_that_its_sentence_does_not_say_is_marked(campaign, wording, goal, remarks):
    TargetFactory(campaign=campaign, wording=wording, at_least=None, at_most=Decimal(goal), decimals=3)

    figures = check_sheet.gather(campaign)

    row = next(s for s in figures["sections"] if s["name"] == "Chỉ tiêu")["groups"][0]["rows"][0]
    assert row["remarks"] == remarks


def test_a_caution_and_a_missing_number_are_marked_on_the_sheet(as_staff, campaign):
    TargetFactory(campaign=campaign, caution="Hỏi lại mẫu số", wording="Chỉ tiêu: 100 cuộc")

    text = text_of(pdf_of(sheet_of(as_staff, campaign)))

    assert "Cần phường xác nhận: Hỏi lại mẫu số" in text
    assert "Cổng chưa ghi số hoặc ngày của kế hoạch." in text


def test_a_second_sheet_of_the_same_plan_takes_the_file_over_and_of_another_plan_not(as_staff, campaign):
    TargetFactory(campaign=campaign)
    first = pdf_of(sheet_of(as_staff, campaign))
    assert pdf_of(sheet_of(as_staff, campaign)) == first

    Target.objects.update(at_least=Decimal(7))

    assert pdf_of(sheet_of(as_staff, campaign)) != first
    assert "Kế hoạch đã thay đổi sau phiếu này" in as_staff.get(url(campaign)).content.decode()


def test_a_sheet_is_neither_approved_nor_numbered_nor_sent(client, ward, campaign):
    office = UserFactory(office_of=ward)
    client.force_login(office)
    report = sheet_of(client, campaign)

    for verb in ("issue", "take_back", "correct_number", "record_sending"):
        address = reverse(f"reports:{verb}", args=[report.pk])
        assert client.get(address).status_code == 200
        typed = {"number": "1", "issued_on": "01/09/2025", "reason": "x", "sent_at": "2025-09-11T10:00", "how": "y"}
        assert client.post(address, typed).status_code == 200
    client.force_login(UserFactory(leader_of=ward))
    client.post(reverse("reports:approve", args=[report.pk]))
    report.refresh_from_db()
    assert (report.state, report.files.get().stage) == (ReportState.READY, FileStage.DRAFT)


def test_a_sheet_s_own_page_leads_back_to_the_plan(as_staff, campaign):
    page = as_staff.get(sheet_of(as_staff, campaign).get_absolute_url()).content.decode()

    assert url(campaign) in page
    assert campaign.get_absolute_url() in page
    assert "Dự thảo" not in page


def test_a_report_of_a_period_cannot_be_asked_for_as_a_check_sheet(client, ward, campaign):
    client.force_login(UserFactory(office_of=ward))
    period = PeriodFactory(campaign=campaign)

    client.post(reverse("reports:request_report", args=[period.pk]), {"kind": ReportKind.CHECK_SHEET})

    assert not Report.objects.exists()


# --- The word of whoever ticked it ------------------------------------------------------------------------------------


def test_a_confirmed_check_keeps_who_when_and_what_the_plan_held(as_staff, campaign):
    TargetFactory(campaign=campaign, name="Trồng cây")

    response = confirmed(as_staff, campaign, note="Theo bản ký số 12")

    assertRedirects(response, url(campaign))
    check = PlanCheck.objects.get()
    assert (check.note, check.by.full_name) == ("Theo bản ký số 12", "Trần Thị Cán Bộ")
    assert check.contents["targets"][0]["name"] == "Trồng cây"
    event = Event.objects.about(campaign).first()
    assert (event.verb, event.by) == ("Đã đối chiếu kế hoạch với bản ký", check.by)
    assert code(campaign, as_staff) in event.detail
    assert "Kế hoạch chưa thay đổi từ đó" in as_staff.get(url(campaign)).content.decode()
    tools = as_staff.get(campaign.get_absolute_url()).content.decode()
    assert re.search(r"Đã đối chiếu với bản ký ngày \d\d/\d\d/\d{4} bởi Trần Thị Cán Bộ", tools)


@pytest.mark.parametrize("typed", ["3F2A-9C01", "abc"])
def test_the_code_of_another_sheet_is_refused_with_both_codes_and_keeps_the_note(as_staff, campaign, typed):
    response = confirmed(as_staff, campaign, sheet_code=typed, note="Đã xem")

    page = response.content.decode()
    assert f"Phiếu mang mã {typed.upper()}, kế hoạch hiện mang mã {code(campaign, as_staff)}" in page
    assert "Đã xem" in page
    assert not PlanCheck.objects.exists()


def test_the_code_on_paper_may_be_typed_in_any_way(as_staff, campaign):
    confirmed(as_staff, campaign, sheet_code=f" {code(campaign, as_staff).lower().replace('-', ' ')} ")

    assert PlanCheck.objects.count() == 1


def test_a_plan_that_changed_under_the_reader_is_not_confirmed(as_staff, campaign):
    target = TargetFactory(campaign=campaign)
    seen = as_staff.get(url(campaign)).context["form"]["seen"].value()
    Target.objects.filter(pk=target.pk).update(at_least=Decimal(7))

    response = confirmed(as_staff, campaign, seen=seen)

    assert "Kế hoạch vừa được thay đổi" in response.content.decode()
    assert not PlanCheck.objects.exists()


def test_nobody_confirms_without_saying_so(as_staff, campaign):
    response = confirmed(as_staff, campaign, agreed="")

    assert "Đề nghị đánh dấu xác nhận đã đối chiếu với bản ký." in response.content.decode()
    assert not PlanCheck.objects.exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda target: Target.objects.update(at_least=Decimal(7)), "Chỉ tiêu 4 (Trồng cây): mức giao"),
        (lambda target: Target.objects.update(retired=True), "Bớt chỉ tiêu 4 (Trồng cây)"),
        (lambda target: Target.objects.update(unit_of_measure="cây"), "Chỉ tiêu 4 (Trồng cây): đơn vị tính"),
        (
            lambda target: TargetFactory(campaign=target.campaign, number=5, name="Quét rác"),
            "Thêm chỉ tiêu 5 (Quét rác)",
        ),
        (lambda target: MovementFactory(campaign=target.campaign, name="Xanh"), "Thêm phong trào “Xanh”"),
        (lambda target: PeriodFactory(campaign=target.campaign, name="Kỳ 2"), "Kỳ “Kỳ 2”: thời hạn"),
        (lambda target: Campaign.objects.update(purpose="Mục đích khác"), "Mục đích"),
        (lambda target: Campaign.objects.update(signer_name="Người Khác"), "Họ tên người ký"),
    ],
)
def test_a_later_change_of_the_plan_is_named_beside_its_check(as_staff, campaign, change, sentence):
    target = TargetFactory(campaign=campaign, number=4, name="Trồng cây")
    confirmed(as_staff, campaign)

    change(target)

    page = as_staff.get(url(campaign)).content.decode()
    assert "Kế hoạch đã thay đổi sau lần đối chiếu" in page
    assert sentence in page
    assert "Kế hoạch đã thay đổi sau lần đối chiếu" in as_staff.get(campaign.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    "change",
    [
        lambda target: AllocationFactory(target=target),
        lambda target: Target.objects.update(caution="Hỏi lại", how_to_count="Đếm"),
        lambda target: Campaign.objects.update(short_name="Tên gọi khác"),
    ],
    ids=["share", "caution", "short name"],
)
def test_what_is_not_signed_does_not_undo_a_check(as_staff, campaign, change):
    target = TargetFactory(campaign=campaign)
    confirmed(as_staff, campaign)

    change(target)

    assert "Kế hoạch chưa thay đổi từ đó" in as_staff.get(url(campaign)).content.decode()


def test_a_change_that_is_taken_back_makes_the_check_good_again(as_staff, campaign):
    TargetFactory(campaign=campaign)
    confirmed(as_staff, campaign)

    Target.objects.update(at_least=Decimal(7))
    Target.objects.update(at_least=Decimal(100))

    assert "Kế hoạch chưa thay đổi từ đó" in as_staff.get(url(campaign)).content.decode()


def test_a_plan_opens_without_a_check_but_not_without_a_word_about_it(as_staff, campaign):
    PeriodFactory(campaign=campaign, figures_as_of=date(2025, 12, 9))
    PromptFactory(campaign=campaign)
    duty = AllocationFactory(target=TargetFactory(campaign=campaign), at_least=Decimal(100))
    ParticipationFactory(campaign=campaign, unit=duty.unit)

    page = as_staff.get(campaign.get_absolute_url()).content.decode()
    as_staff.post(reverse("targets:open_campaign", args=[campaign.slug]))

    assert "Kế hoạch chưa được đối chiếu với bản ký" in page
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.OPEN


def test_a_reader_sees_checks_and_sheets_and_confirms_nothing(client, ward, campaign):
    client.force_login(UserFactory(leader_of=ward))

    page = client.get(url(campaign)).content.decode()

    assert "Kế hoạch chưa được đối chiếu với bản ký" in page
    assert "Ghi nhận đã đối chiếu" not in page
    assert client.post(url(campaign), {"agreed": "on"}).status_code == 403


def test_another_ward_s_plan_and_sheets_are_not_found(client, as_staff, campaign):
    report = sheet_of(as_staff, campaign)
    client.force_login(UserFactory(office_of=OrganiserFactory()))

    for address in (
        url(campaign),
        reverse("reports:check_sheets", args=[campaign.slug]),
        report.get_absolute_url(),
        reverse("reports:file", args=[report.files.get().pk]),
    ):
        assert client.get(address).status_code == 404
    assert client.post(reverse("reports:request_check_sheet", args=[campaign.slug])).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_however_many_targets_sheets_and_checks_there_are_the_page_asks_as_much(as_staff, campaign, count):
    for _ in range(count):
        TargetFactory(campaign=campaign)
        sheet_of(as_staff, campaign)
        confirmed(as_staff, campaign)

    with assertNumQueries(13):
        as_staff.get(url(campaign))
