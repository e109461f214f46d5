"""A unit's form by Excel: what goes out, what is locked, and what a filled-in file does to the draft."""

import io
import json
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from campaign_portal.tests import workbooks as corpus
from campaigns.tests.factories import PeriodFactory, PromptFactory
from targets import periods, workflow
from targets.models import Revision, Submission, SubmissionState
from targets.tests.factories import AllocationFactory, SubmissionFactory, TargetFactory
from targets.tests.hand_in import A_WORKING_DAY, MIDYEAR, key_of, sign_in, submission_of, target_of, typed, url_of
from units.tests.factories import UserFactory

TARGETS, QUESTIONS = "Chỉ tiêu", "Câu hỏi"


@pytest.fixture(autouse=True)
def _a_working_day(db, time_machine):
    time_machine.move_to(A_WORKING_DAY, tick=False)


@pytest.fixture
def submission():
    """A number, a ratio, a yes or no, one in words, and a question; halfway through the year."""
    kinds = {}, {"ratio": True, "part_of_whole": True}, {"yes_no": True}, {"text": True}
    submission = submission_of(*kinds, period=PeriodFactory(figures_as_of=MIDYEAR))
    PromptFactory(campaign=submission.period.campaign, code="kho-khan", heading="Khó khăn, vướng mắc")
    return submission


@pytest.fixture
def reporter(client, submission):
    return sign_in(client, submission)


def save(submission, *, by=None, **cells):
    """Type into the first target's boxes on the portal."""
    submission.refresh_from_db()
    versions = {key: cell["version"] for key, cell in submission.draft.items()}
    texts = {key_of(submission, part): text for part, text in cells.items()}
    workflow.save_draft(submission, texts, versions, by=by or UserFactory(), at=A_WORKING_DAY)


def workbook_of(client, submission):
    response = client.get(f"/ket-qua/{submission.pk}/bieu-mau.xlsx")
    assert response.status_code == 200
    return load_workbook(io.BytesIO(response.content))


def place(book, title, *, row=2, sheet=TARGETS):
    """The cell under a heading, in the first row unless said otherwise."""
    column = next(cell.column for cell in book[sheet][1] if cell.value == title)
    return book[sheet].cell(row, column)


def send(client, submission, book, *, name="bieu-mau.xlsx"):
    content = book if isinstance(book, bytes) else corpus.saved(book)
    response = client.post(url_of(submission, "nhap-tu-excel"), {"file": SimpleUploadedFile(name, content)})
    return BeautifulSoup(response.content, "html.parser")


def agree(client, submission, page, **changes):
    """Press the button of the page that shows the changes, its ticked boxes as they are."""
    form = page.select_one("form[action$='/ghi/']")
    fields = {box["name"]: box["value"] for box in form.select("input[type=hidden]")}
    fields["take"] = [box["value"] for box in form.select("[name=take]") if box.has_attr("checked")]
    return client.post(form["action"], fields | changes)


def told(page, table):
    """[[text of each cell], …] of a table's body."""
    rows = page.select(f"table.{table} tbody tr")
    return [[cell.get_text(" ", strip=True) for cell in row.select("th, td")] for row in rows]


def draft_of(submission):
    return {key: cell["text"] for key, cell in Submission.objects.get(pk=submission.pk).draft.items() if cell["text"]}


# --- Out --------------------------------------------------------------------------------------------------------------


def test_the_form_goes_out_with_the_draft_s_raw_texts_as_text(client, submission, reporter):
    save(submission, amount="1.2.3", est_amount="1.234,5", no_data="on", note="=1+1")

    book = workbook_of(client, submission)

    assert book.sheetnames[:3] == [TARGETS, QUESTIONS, "Hướng dẫn"]
    titles = ("Thực hiện", "Ước cả năm", "Không có số liệu", "Ghi chú")
    cells = [place(book, title) for title in titles]
    assert [cell.value for cell in cells] == ["1.2.3", "1.234,5", "x", "=1+1"]
    assert {cell.data_type for cell in cells} == {"s"}
    assert place(book, "Mã").value == target_of(submission).code


def test_only_the_boxes_that_a_target_has_are_open(client, submission, reporter):
    book = workbook_of(client, submission)

    sheet = book[TARGETS]
    assert sheet.protection.sheet
    titles = [cell.value for cell in sheet[1]]
    open_boxes = [
        [title for title, cell in zip(titles, row, strict=True) if not cell.protection.locked]
        for row in sheet.iter_rows(min_row=2)
    ]
    more = ["Không có số liệu", "Ghi chú"]
    figures = ["Thực hiện", "Ước cả năm"]
    assert open_boxes == [
        [*figures, *more],
        ["Thực hiện", "Mẫu số", "Ước cả năm", "Ước cả năm: mẫu số", *more],
        [*figures, *more],
        ["Trả lời bằng lời", *more],
    ]
    assert [sheet.column_dimensions[cell.column_letter].hidden for cell in sheet[1]][-1]
    assert not place(book, "Trả lời", sheet=QUESTIONS).protection.locked


def test_final_figures_are_asked_without_an_estimate(client):
    submission = submission_of({})
    sign_in(client, submission)

    titles = [cell.value for cell in workbook_of(client, submission)[TARGETS][1]]

    assert "Thực hiện" in titles
    assert not [title for title in titles if "Ước" in title or "Mẫu số" in title]


def test_what_a_return_did_not_mark_is_locked_and_stays(client, submission, reporter):
    assert client.post(url_of(submission), typed(submission)).status_code == 302
    submission.refresh_from_db()
    marks = {key_of(submission, "amount"): "Thiếu một tổ."}
    office = UserFactory(office_of=submission.period.campaign.organiser)
    workflow.send_back(submission, revision_number=1, reason="", by=office, at=A_WORKING_DAY, marks=marks)

    book = workbook_of(client, submission)
    assert not place(book, "Thực hiện").protection.locked
    assert place(book, "Ước cả năm").protection.locked
    assert place(book, "Thực hiện", row=3).protection.locked
    place(book, "Thực hiện").value = "130"
    place(book, "Thực hiện", row=3).value = "1"
    page = send(client, submission, book)

    assert [row[3:] for row in told(page, "changes")] == [["120", "130"]]
    assert "giữ như bản đã nộp" in told(page, "remarks")[0][1]


# --- In ---------------------------------------------------------------------------------------------------------------


def test_a_filled_in_file_is_shown_then_written_into_the_draft_and_not_handed_in(client, submission, reporter):
    book = workbook_of(client, submission)
    place(book, "Thực hiện").value = 1234.5
    place(book, "Thực hiện", row=3).value = Decimal("475")
    place(book, "Mẫu số", row=3).value = "500"
    place(book, "Thực hiện", row=4).value = "chưa  Đạt"
    place(book, "Trả lời bằng lời", row=5).value = "Đã xong."
    place(book, "Trả lời", sheet=QUESTIONS).value = "Thiếu người,\nthiếu máy"

    page = send(client, submission, book)

    assert draft_of(submission) == {}
    amount = place(book, "Thực hiện").column_letter
    first = told(page, "changes")[0]
    assert first[0] == f"Chỉ tiêu!{amount}2"
    assert first[3:] == ["(để trống)", "1.234,5"]
    response = agree(client, submission, page)
    assertRedirects(response, url_of(submission))
    assert draft_of(submission) == {
        key_of(submission, "amount"): "1.234,5",
        key_of(submission, "amount", 1): "475",
        key_of(submission, "base", 1): "500",
        key_of(submission, "amount", 2): "0",
        key_of(submission, "text", 3): "Đã xong.",
        "prompt.kho-khan": "Thiếu người,\nthiếu máy",
    }
    assert not Revision.objects.exists()


def test_rows_are_matched_by_code_whatever_their_order(client, submission, reporter):
    book = workbook_of(client, submission)
    sheet = book[TARGETS]
    place(book, "Thực hiện").value = "7"
    first, second = ([cell.value for cell in sheet[number]] for number in (2, 3))
    for number, values in ((2, second), (3, first)):
        for column, value in enumerate(values, start=1):
            sheet.cell(number, column).value = value

    agree(client, submission, send(client, submission, book))

    assert draft_of(submission) == {key_of(submission, "amount"): "7"}


def test_the_file_as_it_went_out_changes_nothing(client, submission, reporter):
    save(submission, amount="1000", note="dở dang", no_data="on")

    page = send(client, submission, workbook_of(client, submission))

    assert told(page, "changes") == []
    assert "Không có gì thay đổi" in page.text


def test_what_a_hand_in_would_refuse_is_told_by_address_and_may_be_taken(client, submission, reporter):
    book = workbook_of(client, submission)
    place(book, "Thực hiện").value = "1.2.3"
    place(book, "Không có số liệu", row=3).value = "X"

    page = send(client, submission, book)

    remarks = dict(told(page, "remarks"))
    amount, note = place(book, "Thực hiện").coordinate, place(book, "Ghi chú", row=3).coordinate
    assert "ví dụ gõ đúng" in remarks[f"Chỉ tiêu!{amount}"]
    assert remarks[f"Chỉ tiêu!{note}"] == "Đề nghị ghi lý do không có số liệu."
    agree(client, submission, page)
    assert draft_of(submission) == {key_of(submission, "amount"): "1.2.3", key_of(submission, "no_data", 1): "on"}


@pytest.mark.parametrize(
    ("title", "value", "sentence"),
    [
        ("Thực hiện", "=1+1", "công thức"),
        ("Không có số liệu", "abc", "gõ x"),
        ("Ghi chú", "a" * 20_001, "20.000"),
        ("Mã", "CT999", "không còn được hỏi"),
        ("Dành cho cổng", "", "không có trong biểu mẫu"),
        ("Dành cho cổng", "[" * 9000, "không có trong biểu mẫu"),
    ],
)
def test_what_can_not_be_read_is_told_and_nothing_is_written(client, submission, reporter, title, value, sentence):
    book = workbook_of(client, submission)
    place(book, "Thực hiện").value = "5"
    place(book, title).value = value

    page = send(client, submission, book)

    assert sentence in page.select_one("main").text
    assert draft_of(submission) == {}


def test_a_code_given_to_another_row_is_refused(client, submission, reporter):
    book = workbook_of(client, submission)
    place(book, "Mã").value, place(book, "Mã", row=3).value = (
        place(book, "Mã", row=3).value,
        place(book, "Mã").value,
    )

    page = send(client, submission, book)

    assert [row[1] for row in told(page, "remarks")] == ["Mã ở dòng này đã bị đổi; đề nghị tải lại biểu mẫu."] * 2


def test_another_unit_s_file_is_refused_in_words_without_naming_it(client, submission, reporter):
    theirs = SubmissionFactory(period=submission.period)
    AllocationFactory(target=target_of(submission), unit=theirs.unit)
    sign_in(client, theirs)
    book = workbook_of(client, theirs)
    client.force_login(reporter)

    page = send(client, submission, book)

    assert "biểu mẫu của đơn vị khác" in page.select_one("main").text
    assert theirs.unit.name not in page.text


def test_the_file_of_an_older_period_is_refused_with_its_name(client, submission, reporter):
    older = SubmissionFactory(
        period=PeriodFactory(campaign=submission.period.campaign, name="Quý I"), unit=submission.unit
    )
    book = workbook_of(client, older)

    page = send(client, submission, book)

    assert "biểu mẫu của kỳ “Quý I”" in page.select_one("main").text


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"%PDF-1.4"])
def test_what_is_no_workbook_is_refused_beside_the_box(client, submission, reporter, content):
    page = send(client, submission, content)

    assert page.select_one(".invalid-feedback, .errorlist")
    assert draft_of(submission) == {}


def test_a_workbook_of_somebody_s_own_is_refused(client, submission, reporter):
    book = workbook_of(client, submission)
    for row in range(2, book[TARGETS].max_row + 1):
        place(book, "Dành cho cổng", row=row).value = None
    place(book, "Dành cho cổng", sheet=QUESTIONS).value = None

    assert "không phải biểu mẫu tải từ cổng" in send(client, submission, book).text


def test_a_target_given_since_is_told_and_one_taken_away_is_left_out(client, submission, reporter):
    book = workbook_of(client, submission)
    place(book, "Thực hiện").value = "5"
    submission.period.campaign.targets.order_by("number")[0].allocations.update(ended_at=A_WORKING_DAY)
    fresh = TargetFactory(campaign=submission.period.campaign)
    AllocationFactory(target=fresh, unit=submission.unit)

    remarks = [row[1] for row in told(send(client, submission, book), "remarks")]

    assert len(remarks) == 2
    assert "dòng này được bỏ qua" in remarks[0]
    assert f"chưa có mục mang mã “{fresh.code}”" in remarks[1]


# --- Somebody else meanwhile ------------------------------------------------------------------------------------------


def test_what_was_changed_on_the_portal_meanwhile_is_not_undone_by_an_untouched_box(client, submission, reporter):
    save(submission, amount="1")
    book = workbook_of(client, submission)
    save(submission, amount="2")
    place(book, "Ghi chú").value = "Theo báo cáo tổ."

    agree(client, submission, send(client, submission, book))

    assert draft_of(submission) == {key_of(submission, "amount"): "2", key_of(submission, "note"): "Theo báo cáo tổ."}


def test_a_box_changed_in_both_places_shows_both_and_is_taken_only_when_ticked(client, submission, reporter):
    book = workbook_of(client, submission)
    save(submission, amount="2", by=UserFactory(full_name="Trần Thị Bình"))
    place(book, "Thực hiện").value = "3"

    page = send(client, submission, book)

    assert told(page, "changes")[0][3:] == ["2 (Trần Thị Bình sửa sau khi tệp được tải)", "3"]
    response = agree(client, submission, page)
    assertRedirects(response, url_of(submission, "nhap-tu-excel"))
    assert draft_of(submission) == {key_of(submission, "amount"): "2"}
    agree(client, submission, page, take=[key_of(submission, "amount")])
    assert draft_of(submission) == {key_of(submission, "amount"): "3"}


def test_a_change_after_the_preview_shows_both_and_writes_nothing(client, submission, reporter):
    book = workbook_of(client, submission)
    place(book, "Thực hiện").value = "3"
    place(book, "Ghi chú").value = "Theo báo cáo tổ."
    page = send(client, submission, book)
    save(submission, amount="2", by=UserFactory(full_name="Trần Thị Bình"))

    response = agree(client, submission, page)

    assert response.status_code == 409
    assert draft_of(submission) == {key_of(submission, "amount"): "2"}
    again = BeautifulSoup(response.content, "html.parser")
    assert "Trần Thị Bình" in told(again, "changes")[0][3]
    agree(client, submission, again, take=[key_of(submission, "amount"), key_of(submission, "note")])
    assert draft_of(submission) == {key_of(submission, "amount"): "3", key_of(submission, "note"): "Theo báo cáo tổ."}


# --- When, and who ----------------------------------------------------------------------------------------------------


def test_posted_cells_of_other_targets_are_not_written(client, submission, reporter):
    neighbours = AllocationFactory(target__campaign=submission.period.campaign).target
    key = f"target.{neighbours.pk}.amount"

    client.post(url_of(submission, "nhap-tu-excel/ghi"), {"take": [key], key: "1", "versions": json.dumps({key: 0})})

    assert draft_of(submission) == {}


def test_nothing_comes_in_after_the_period_closed(client, submission, reporter):
    book = workbook_of(client, submission)
    place(book, "Thực hiện").value = "3"
    page = send(client, submission, book)
    periods.close_period(submission.period, reason="Đã hết hạn nộp.", by=UserFactory(), at=A_WORKING_DAY)

    assert "đã khoá sổ" in agree(client, submission, page).content.decode()
    assert "đã khoá sổ" in send(client, submission, book).text
    assert draft_of(submission) == {}


def test_nothing_comes_into_what_was_accepted(client, submission, reporter):
    client.post(url_of(submission), typed(submission))
    office = UserFactory(office_of=submission.period.campaign.organiser)
    workflow.accept(submission, revision_number=1, by=office, at=A_WORKING_DAY)

    response = client.get(url_of(submission, "nhap-tu-excel"))

    assertContains(response, "Kết quả đã được duyệt.")
    assertNotContains(response, 'type="file"')


@pytest.mark.parametrize("page", ["", "nop/"])
def test_the_unit_s_pages_lead_to_excel(client, submission, reporter, page):
    assertContains(client.get(f"/ket-qua/{submission.pk}/{page}"), url_of(submission, "nhap-tu-excel"))


@pytest.mark.parametrize("targets", [1, 3])
def test_excel_out_and_in_take_the_same_few_queries(client, django_assert_num_queries, targets):
    submission = submission_of(*[{}] * targets)
    sign_in(client, submission)
    with django_assert_num_queries(5):  # session, person; submission; duties, questions
        book = workbook_of(client, submission)
    for row in range(2, 2 + targets):
        place(book, "Thực hiện", row=row).value = "5"
    content = corpus.saved(book)

    with django_assert_num_queries(7):  # and roles for the page, whether the period is open
        page = send(client, submission, content)

    assert len(told(page, "changes")) == targets
    assert submission.state == SubmissionState.DRAFT
