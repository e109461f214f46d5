"""The pages for Excel: what goes out, what is taken up, what a check shows, and who may."""

import io
from contextlib import closing

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django.asserts import assertRedirects

from campaign_portal.tests import workbooks as corpus
from campaign_portal.xlsx import TYPE
from campaigns.models import CampaignState
from campaigns.tests.factories import CampaignFactory, ParticipationFactory
from targets import importing, share_sheet, target_sheet
from targets.models import ImportKind, ImportState, WorkbookImport
from targets.tests import upload_corpus
from targets.tests.factories import AllocationFactory, TargetFactory, WorkbookImportFactory
from units.tests.factories import OrganiserFactory, UnitFactory, UserFactory


@pytest.fixture(autouse=True)
def own_files(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def campaign(db):
    return CampaignFactory(state=CampaignState.DRAFT)


@pytest.fixture
def as_staff(client, campaign):
    client.force_login(UserFactory(staff_of=campaign.organiser))
    return client


def page_of(campaign):
    return reverse("targets:workbooks", args=[campaign.slug])


def send(client, campaign, content, *, kind=ImportKind.TARGETS, name="bang.xlsx"):
    return client.post(page_of(campaign), {"kind": kind, "file": SimpleUploadedFile(name, content)})


def checked(client, campaign, content, *, kind):
    """The row of a workbook that was sent and checked."""
    send(client, campaign, content, kind=kind)
    row = WorkbookImport.objects.first()
    importing.work(row.pk, at=row.requested_at)
    row.refresh_from_db()
    return row


def shares_with(campaign, cell, value):
    """The portal's own workbook of shares with one cell typed in."""
    book = load_workbook(io.BytesIO(share_sheet.write(campaign)))
    book[share_sheet.TITLE][cell].value = value
    return corpus.saved(book)


def reporting_unit(campaign, code="TH1"):
    unit = UnitFactory(organiser=campaign.organiser, code=code)
    ParticipationFactory(campaign=campaign, unit=unit)
    return unit


# --- Who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["workbook", "workbook_state", "workbook_file"])
@pytest.mark.parametrize(
    ("role", "status"), [("staff_of", 200), ("office_of", 200), ("leader_of", 403), ("admin_of", 403), (None, 404)]
)
def test_a_workbook_is_for_those_who_edit_the_plan(client, campaign, name, role, status):
    row = WorkbookImportFactory(campaign=campaign)
    person = UserFactory(**{role: campaign.organiser}) if role else UserFactory(office_of=OrganiserFactory())
    client.force_login(person)

    with closing(client.get(reverse(f"targets:{name}", args=[row.pk]))) as response:
        assert response.status_code == status


def test_a_get_confirms_and_drops_nothing(as_staff, campaign):
    row = WorkbookImportFactory(campaign=campaign)

    for name in ("confirm_workbook", "drop_workbook"):
        assert as_staff.get(reverse(f"targets:{name}", args=[row.pk])).status_code == 405


# --- Out --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "title"), [("targets_workbook", "Chỉ tiêu"), ("shares_workbook", "Giao chỉ tiêu")])
def test_a_workbook_to_fill_in_is_a_download_with_its_own_explanations(as_staff, campaign, name, title):
    AllocationFactory(target=TargetFactory(campaign=campaign), unit=reporting_unit(campaign))

    response = as_staff.get(reverse(f"targets:{name}", args=[campaign.slug]))

    assert response["Content-Type"] == TYPE
    assert response["Content-Disposition"].startswith("attachment; ")
    book = load_workbook(io.BytesIO(response.content))
    assert book.sheetnames[:2] == [title, "Hướng dẫn"]
    assert book[title].max_row > 1


def test_names_that_look_like_formulas_go_out_as_text(as_staff, campaign):
    names = ['=HYPERLINK("http://x")', "=1+1", "+1", "-2+3", "@SUM", "＝1"]
    for number, name in enumerate(names):
        target = TargetFactory(campaign=campaign, name=name, wording=name, caution="\t=1")
        unit = UnitFactory(organiser=campaign.organiser, name=name, short_name=name, code=f"U{number}")
        ParticipationFactory(campaign=campaign, unit=unit)
        AllocationFactory(target=target, unit=unit)

    for address in ("targets_workbook", "shares_workbook"):
        content = as_staff.get(reverse(f"targets:{address}", args=[campaign.slug])).content
        book = load_workbook(io.BytesIO(content))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
        assert any("=HYPERLINK" in str(cell.value) for cell in cells)


@pytest.mark.parametrize("count", [1, 3])
def test_the_workbook_of_shares_takes_a_constant_number_of_queries(
    as_staff, campaign, count, django_assert_num_queries
):
    for number in range(count):
        AllocationFactory(target=TargetFactory(campaign=campaign), unit=reporting_unit(campaign, f"TH{number}"))

    with django_assert_num_queries(7):
        as_staff.get(reverse("targets:shares_workbook", args=[campaign.slug]))


# --- In ---------------------------------------------------------------------------------------------------------------


def test_a_sent_workbook_is_kept_and_waits_for_its_check(as_staff, campaign):
    response = send(as_staff, campaign, target_sheet.write(campaign), name="Chỉ tiêu năm 2025.xlsx")

    row = WorkbookImport.objects.get()
    assertRedirects(response, reverse("targets:workbook", args=[row.pk]))
    assert (row.state, row.name, row.kind) == (ImportState.QUEUED, "Chỉ tiêu năm 2025.xlsx", ImportKind.TARGETS)
    page = as_staff.get(response.url).text
    assert f'data-poll="{reverse("targets:workbook_state", args=[row.pk])}"' in page
    assert "Chờ đến lượt kiểm tra" in page


@pytest.mark.parametrize("name", corpus.UNOPENED)
def test_a_bad_workbook_is_refused_beside_its_box_and_not_kept(as_staff, campaign, name):
    make, words = corpus.UNOPENED[name]

    response = send(as_staff, campaign, make())

    assert response.status_code == 200
    assert words in response.text or "Tệp rỗng" in response.text
    assert not WorkbookImport.objects.exists()


@pytest.mark.parametrize("name", corpus.UNREAD)
@pytest.mark.parametrize("kind", ImportKind)
def test_a_workbook_that_cannot_be_read_says_so_on_its_page(as_staff, campaign, name, kind):
    make, _ = corpus.UNREAD[name]

    row = checked(as_staff, campaign, make(), kind=kind)

    assert row.state == ImportState.REFUSED
    page = as_staff.get(reverse("targets:workbook", args=[row.pk])).text
    assert "Có 1 lỗi, chưa ghi gì." in page
    assert row.faults[0]["sentence"].split("“")[0] in page


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("bang.pdf", b"%PDF-1.7", "bang.pdf"),
        ("bang.xls", b"\xd0\xcf\x11\xe0", "chỉ nhận tệp"),
        ("cong-van.docx", b"PK", "cong-van.docx"),
    ],
)
def test_only_an_excel_file_is_taken(as_staff, campaign, name, content, words):
    response = send(as_staff, campaign, content, name=name)

    assert words in response.text
    assert not WorkbookImport.objects.exists()


def test_a_document_is_no_workbook(as_staff, campaign):
    response = send(as_staff, campaign, upload_corpus.docx(), name="cong-van.docx")

    assert "Đề nghị chọn tệp Excel .xlsx" in response.text


@pytest.mark.parametrize("missing", ["kind", "file"])
def test_what_is_missing_is_asked_for(as_staff, campaign, missing):
    posted = {"kind": ImportKind.SHARES, "file": SimpleUploadedFile("bang.xlsx", share_sheet.write(campaign))}
    del posted[missing]

    response = as_staff.post(page_of(campaign), posted)

    assert response.status_code == 200
    assert response.context["form"].errors.keys() == {missing}


def test_every_fault_stands_on_the_page_with_its_cell(as_staff, campaign):
    TargetFactory(campaign=campaign)
    reporting_unit(campaign)

    row = checked(as_staff, campaign, shares_with(campaign, "D2", "=1+1"), kind=ImportKind.SHARES)
    page = as_staff.get(reverse("targets:workbook_state", args=[row.pk])).text

    assert "data-poll" not in page
    assert "D2" in page
    assert "dán giá trị" in page
    assert "Tải bảng đã sửa lên" in page


def test_changes_are_read_confirmed_and_written(as_staff, campaign):
    target, unit = TargetFactory(campaign=campaign), reporting_unit(campaign)
    row = checked(as_staff, campaign, shares_with(campaign, "D2", 12), kind=ImportKind.SHARES)
    address = reverse("targets:workbook", args=[row.pk])

    page = as_staff.get(address)
    assert "Sẽ thêm 1." in page.text
    assert "≥ 12" in page.text
    assert "Lý do" not in page.text
    seen = page.context["form"].initial["seen"]
    response = as_staff.post(reverse("targets:confirm_workbook", args=[row.pk]), {"seen": seen})
    assertRedirects(response, address)
    importing.work(row.pk, at=row.requested_at)

    page = as_staff.get(address).text
    assert "Đã thêm 1." in page
    assert "Bỏ bảng này" not in page
    assert target.allocations.get(unit=unit).at_least == 12


def test_a_running_campaign_asks_by_which_decision_and_keeps_what_was_typed(as_staff, campaign):
    TargetFactory(campaign=campaign)
    reporting_unit(campaign)
    campaign.state = CampaignState.OPEN
    campaign.save()
    row = checked(as_staff, campaign, shares_with(campaign, "D2", 12), kind=ImportKind.SHARES)
    seen = as_staff.get(reverse("targets:workbook", args=[row.pk])).context["form"].initial["seen"]

    response = as_staff.post(
        reverse("targets:confirm_workbook", args=[row.pk]),
        {"seen": seen, "reason": "Rà soát lại", "decision_number": ""},
    )

    assert "Đề nghị ghi số quyết định điều chỉnh." in response.text
    assert "Rà soát lại" in response.text
    row.refresh_from_db()
    assert row.state == ImportState.CHECKED


def test_confirming_what_is_gone_or_was_not_read_is_refused_in_words(as_staff, campaign):
    TargetFactory(campaign=campaign)
    reporting_unit(campaign)
    row = checked(as_staff, campaign, shares_with(campaign, "D2", 12), kind=ImportKind.SHARES)
    address = reverse("targets:confirm_workbook", args=[row.pk])

    assert "xem lại các thay đổi" in as_staff.post(address, {"seen": "x"}, follow=True).text
    as_staff.post(reverse("targets:drop_workbook", args=[row.pk]))
    assert "Đã bỏ" in as_staff.post(address, {"seen": "x"}, follow=True).text


def test_a_workbook_that_changes_nothing_offers_nothing_to_confirm(as_staff, campaign):
    TargetFactory(campaign=campaign)

    row = checked(as_staff, campaign, target_sheet.write(campaign), kind=ImportKind.TARGETS)
    page = as_staff.get(reverse("targets:workbook", args=[row.pk])).text

    assert "Bảng khớp với cổng, không có gì thay đổi." in page
    assert "Ghi vào kế hoạch" not in page


def test_a_dropped_workbook_can_still_be_looked_at(as_staff, campaign):
    content = target_sheet.write(campaign)
    row = checked(as_staff, campaign, content, kind=ImportKind.TARGETS)

    page = as_staff.post(reverse("targets:drop_workbook", args=[row.pk]), follow=True).text
    file = as_staff.get(reverse("targets:workbook_file", args=[row.pk]))

    assert "không có gì được ghi" in page
    assert b"".join(file.streaming_content) == content
    assert file["Content-Disposition"].startswith("attachment; ")
    assert file["Content-Security-Policy"] == "sandbox"


def test_a_lost_file_is_not_found(as_staff, campaign):
    row = WorkbookImportFactory(campaign=campaign)
    row.file.delete(save=False)

    assert as_staff.get(reverse("targets:workbook_file", args=[row.pk])).status_code == 404


def test_a_finished_campaign_gives_workbooks_and_takes_none(as_staff, campaign):
    campaign.state = CampaignState.CLOSED
    campaign.save()

    page = as_staff.get(page_of(campaign)).text
    assert "Tải lên và kiểm tra" not in page
    assert "Đợt thi đua đã kết thúc" in page
    assert "đã kết thúc" in send(as_staff, campaign, target_sheet.write(campaign)).text
    assert not WorkbookImport.objects.exists()


def test_many_changes_are_shown_page_by_page(as_staff, campaign):
    changes = [
        {"verb": "added", "cell": f"D{n}", "subject": f"Đơn vị {n}", "field": "CT01", "old": "", "new": "≥ 1"}
        for n in range(450)
    ]
    row = WorkbookImportFactory(campaign=campaign, state=ImportState.CHECKED, changes=changes)
    address = reverse("targets:workbook", args=[row.pk])

    first, last = as_staff.get(address).text, as_staff.get(address, {"page": "3"}).text

    assert "Trang 1/3" in first
    assert "Ghi 450 thay đổi" in first
    assert "Đơn vị 449" in last
    assert "Đơn vị 449" not in first


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_workbooks_takes_a_constant_number_of_queries(as_staff, campaign, count, django_assert_num_queries):
    for _ in range(count):
        WorkbookImportFactory(campaign=campaign)

    with django_assert_num_queries(6):
        response = as_staff.get(page_of(campaign))
    assert response.text.count("chi-tieu.xlsx") == count


@pytest.mark.parametrize("count", [1, 3])
def test_a_workbook_s_page_takes_a_constant_number_of_queries(as_staff, campaign, count, django_assert_num_queries):
    changes = [{"verb": "taken", "cell": "D2", "subject": "a", "field": "b", "old": "c", "new": ""}] * count
    row = WorkbookImportFactory(campaign=campaign, state=ImportState.CHECKED, changes=changes)

    with django_assert_num_queries(4):
        response = as_staff.get(reverse("targets:workbook", args=[row.pk]))
    assert f"Sẽ thôi giao {count}." in response.text
