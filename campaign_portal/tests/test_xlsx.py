"""The door to workbooks: what nobody should open is refused, cells are what a person sees, written text is text."""

import io
import resource
import time
import unicodedata
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from campaign_portal import guarded, office_files, xlsx
from campaign_portal.tests import workbooks
from campaign_portal.tests.workbooks import with_rows, workbook
from campaign_portal.xlsx import Column, Sheet
from units.refusals import Refused

pytestmark = pytest.mark.timeout(60)
COLUMNS = [Column("code", "Mã"), Column("name", "Tên"), Column("figure", "Số")]


def part_of(content, name):
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return package.read(name)


def table_of(content):
    return xlsx.read_table(content, COLUMNS, sheet="Bảng")


def only(cell_value, *, number_format=None, prepare=None):
    """The cell that a figure is read as."""

    def style(sheet, book):
        if number_format:
            sheet["C2"].number_format = number_format
        if prepare:
            prepare(sheet, book)

    return table_of(workbook(["A", "B", cell_value], prepare=style)).rows[0]["figure"]


# --- What nobody should open ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", workbooks.UNOPENED)
def test_a_bad_workbook_is_refused_by_its_directory_before_anything_opens_it(name):
    make, words = workbooks.UNOPENED[name]
    content = make()

    begin = time.perf_counter()
    with pytest.raises(office_files.Unfit, match=words.replace("(", r"\(").replace(")", r"\)")):
        office_files.check(content, office_files.WORKBOOK)
    assert time.perf_counter() - begin < 1
    with pytest.raises(Refused, match="Bảng Excel chưa được nhận: "):
        xlsx.read(content)


@pytest.mark.parametrize("name", workbooks.UNREAD)
def test_a_workbook_that_cannot_be_read_is_refused_with_what_to_do(name):
    make, words = workbooks.UNREAD[name]
    content = make()

    begin = time.perf_counter()
    with pytest.raises(Refused) as refusal:
        table_of(content)
    assert words in str(refusal.value)
    assert "đề nghị" in str(refusal.value).lower()
    assert time.perf_counter() - begin < 10


def test_50_000_blank_rows_are_passed_over():
    blanks = b"".join(b'<row r="%d"><c r="A%d" s="0"/><c r="B%d"/></row>' % (n, n, n) for n in range(2, 50_002))
    content = with_rows(blanks + b'<row r="50002"><c r="A50002" t="inlineStr"><is><t>X</t></is></c></row>')

    begin = time.perf_counter()
    rows = table_of(content).rows
    assert time.perf_counter() - begin < 15
    assert [(row.number, row["code"].text) for row in rows] == [(50_002, "X")]


def test_a_million_rows_that_are_only_declared_do_no_harm():
    declared = workbooks.altered(
        workbook(["A", "B", 1]), workbooks.SHEET, lambda body: body.replace(b'ref="A1:C2"', b'ref="A1:XFD1048576"')
    )
    assert b"XFD1048576" in part_of(declared, workbooks.SHEET)

    assert len(table_of(declared).rows) == 1


def test_too_many_cells_are_left_unread():
    limits = {"most_row": 100, "most_column": 100, "most_cells": 5}

    found = guarded.run("xlsx/child.py", workbook(["A", "B", 1]), wanted=[""], **limits)

    assert found["beyond"] == "cells"
    assert "rows" not in found


# --- The child process ------------------------------------------------------------------------------------------------


def reader(tmp_path, body):
    path = tmp_path / "reader.py"
    path.write_text(f"def read(content, **options):\n    {body}\n")
    return str(path)


def test_a_reader_that_never_ends_is_stopped(tmp_path):
    begin = time.perf_counter()
    with pytest.raises(guarded.TooMuch):
        guarded.run(reader(tmp_path, "while True: pass"), b"", limits=guarded.Limits(seconds=1))
    assert time.perf_counter() - begin < 6


def test_a_reader_that_waits_for_ever_is_stopped(tmp_path):
    with pytest.raises(guarded.TooMuch):
        guarded.run(reader(tmp_path, "import signal; signal.pause()"), b"", limits=guarded.Limits(seconds=1))


def test_a_reader_that_takes_all_memory_is_stopped(tmp_path):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(guarded.TooMuch):
        guarded.run(reader(tmp_path, "return 'x' * 10**9"), b"", limits=guarded.Limits(megabytes=200))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_a_reader_knows_nothing_of_the_portal_and_writes_no_file(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "canary")
    look = "import os, sys; return [sorted(os.environ), [n for n in sys.modules if n.startswith(('django', 'units'))]]"
    names, modules = guarded.run(reader(tmp_path, look), b"")
    assert "SECRET_KEY" not in names
    assert modules == []

    with pytest.raises(guarded.Broken):
        guarded.run(reader(tmp_path, f"with open({str(tmp_path / 'x')!r}, 'w') as file: file.write('x')"), b"")


def test_a_reader_gets_the_bytes_and_the_options_and_gives_plain_data(tmp_path):
    assert guarded.run(reader(tmp_path, "return [len(content), options]"), b"abc", a=1) == [3, {"a": 1}]


# --- What a cell is ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1 + 0.2, "0,3"),
        (1.1 * 3, "3,3"),
        (537487.84, "537487,84"),
        (330681, "330681"),
        (-5, "-5"),
        (123456789012345, "123456789012345"),
        (1e20, "100000000000000000000"),
        (0.00012, "0,00012"),
        (95.0, "95"),
        (0, "0"),
        (True, "TRUE"),
        ("537.487,84", "537.487,84"),
        ("3,098.5", "3,098.5"),
        ("0950", "0950"),
        (" có  hai \t chữ ", "có  hai   chữ"),
        (date(2025, 12, 31), "31/12/2025"),
        (datetime.fromisoformat("2025-12-31T16:30"), "31/12/2025 16:30"),
    ],
)
def test_a_cell_s_text_is_what_a_person_would_have_typed(value, text):
    assert only(value).text == text


def test_a_number_is_exactly_what_excel_shows():
    assert only(0.1 + 0.2).value == Decimal("0.3")
    assert only(95.55).value == Decimal("95.55")


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [(0.95, "0%", "95%"), (0.123, "0.0%", "12,3%"), (0.95, "0.00", "0,95"), (5, '0" %"', "5")],
)
def test_a_share_shown_in_percent_is_read_as_it_is_shown(value, number_format, text):
    assert only(value, number_format=number_format).text == text


def test_dates_of_both_calendars_are_the_same_days():
    def in_1904(sheet, book):
        book.epoch = CALENDAR_MAC_1904

    day = date(2025, 12, 9)
    assert only(day).value == day
    assert only(day, prepare=in_1904).value == day


def test_text_is_composed_and_without_marks_that_are_not_seen():
    name = "Trường\u200b Tiểu học\u202e Bắc Sơn"

    row = table_of(workbook([" A\u00a0", unicodedata.normalize("NFD", name), "x\r\ny"])).rows[0]

    assert (row["code"].text, row["name"].text, row["figure"].text) == ("A", "Trường Tiểu học Bắc Sơn", "x\ny")


def test_text_in_many_styles_is_one_text():
    rich = CellRichText("Thu ", TextBlock(InlineFont(b=True), "ngân sách"))

    assert table_of(workbook(["A", rich, 1])).rows[0]["name"].text == "Thu ngân sách"


def test_formulas_and_errors_are_told_at_their_cells():
    row = table_of(workbook(["A", "=1+1", "#N/A"])).rows[0]

    assert (row["name"].address, row["name"].text) == ("B2", "")
    assert "công thức" in row["name"].fault
    assert "dán giá trị" in row["name"].fault
    assert "#N/A" in row["figure"].fault


def test_merged_cells_are_told_at_their_first_one():
    def merge(sheet, book):
        sheet["A9"].value = "x"
        sheet.merge_cells("B2:C3")

    table = table_of(workbook(["A", "B", 1], ["B", "C", 2], prepare=merge))

    assert [fault.cell for fault in table.faults] == ["B2"]
    assert "B2:C3 bị gộp" in table.faults[0].sentence


def test_a_merged_title_above_the_headings_is_no_matter():
    def title(sheet, book):
        sheet.insert_rows(1)
        sheet["A1"].value = "BẢNG CHỈ TIÊU"
        sheet.merge_cells("A1:C1")

    table = table_of(workbook(["A", "B", 1], prepare=title))

    assert (table.heading, table.faults, len(table.rows)) == (2, [], 1)
    assert table.rows[0]["figure"].address == "C3"


def test_columns_are_found_by_their_headings_whatever_their_order():
    def turn(sheet, book):
        for row in sheet.iter_rows():
            row[0].value, row[2].value = row[2].value, row[0].value
        sheet["B1"].value, sheet["D1"].value = " TÊN * ", "Ghi chú"
        sheet["D2"].value = "n"

    table = table_of(workbook(["A", "B", 7], prepare=turn))

    row = table.rows[0]
    assert (row["code"].text, row["name"].text, row["figure"].text) == ("A", "B", "7")
    assert table.more == {4: "Ghi chú"}
    assert row.more[4].text == "n"


def test_a_heading_that_stands_twice_is_told():
    table = table_of(workbook(["A", "B", 1], prepare=lambda sheet, book: sheet.cell(1, 4, "Tên")))

    assert [(fault.cell, "hai lần" in fault.sentence) for fault in table.faults] == [("D1", True)]


# --- What is written --------------------------------------------------------------------------------------------------

NAMES = ['=HYPERLINK("http://x")', "=1+1", "+1", "-2+3", "@SUM", "\t=1", "＝1", "＋1", "＠x", "'=1", "=", "#N/A", "1e5"]


def test_written_text_is_never_a_formula():
    content = xlsx.write([Sheet("Bảng", COLUMNS, ([name, name, Decimal(-5)] for name in NAMES))])

    sheet = load_workbook(io.BytesIO(content))["Bảng"]
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == NAMES
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert {cell.data_type for row in sheet.iter_rows(min_row=2, max_col=2) for cell in row} == {"s"}
    assert all(row[0].quotePrefix for row in sheet.iter_rows(min_row=2))
    assert b"<f>" not in part_of(content, workbooks.SHEET)
    assert sheet["C2"].value == -5


def test_what_is_written_is_read_back_the_same():
    columns = [
        Column("name", "Tên"),
        Column("figure", "Số", kind="number", decimals=2),
        Column("day", "Ngày", kind="date"),
    ]
    rows = [
        {"name": "Tổ dân phố 2\nhai dòng", "figure": Decimal("537487.84"), "day": date(2025, 12, 9)},
        {"name": "=1+1", "figure": Decimal("-0.3")},
        {"name": "có mã điều khiển \x0b\x00", "figure": None},
    ]

    table = xlsx.read_table(xlsx.write([Sheet("Bảng", columns, rows)]), columns)

    assert [[cell.value for cell in row.values()] for row in table.rows] == [
        ["Tổ dân phố 2\nhai dòng", Decimal("537487.84"), date(2025, 12, 9)],
        ["=1+1", Decimal("-0.3"), None],
        ["có mã điều khiển", None, None],
    ]


def test_a_sheet_is_guarded_frozen_listed_and_set_up_for_print():
    kinds = tuple(f"Loại {number}, có dấu phẩy" for number in range(60))
    columns = [
        Column("code", "Mã", 14, locked=True),
        Column("hidden", "Khoá", hidden=True, locked=True),
        Column("kind", "Loại", choices=kinds, hint="Chọn một loại."),
        Column("figure", "Số", kind="number", decimals=3),
        Column("people", "Người", kind="number"),
    ]
    rows = [["A", "1", kinds[0], Decimal("1.5"), Decimal(7)]]
    sheets = [
        Sheet("Bảng", columns, rows, blank_rows=2, protected=True, frozen_columns=1),
        xlsx.help_sheet(["Đọc kỹ."]),
    ]

    book = load_workbook(io.BytesIO(xlsx.write(sheets)))

    sheet = book["Bảng"]
    assert book.sheetnames == ["Bảng", "Hướng dẫn", "Danh mục"]
    assert book["Danh mục"].sheet_state == "hidden"
    assert sheet.protection.sheet
    assert [sheet[place].protection.locked for place in ("A2", "C2", "C4", "D4")] == [True, False, False, False]
    assert sheet.freeze_panes == "B2"
    assert sheet.print_title_rows == "$1:$1"
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
    assert sheet.column_dimensions["B"].hidden
    assert sheet.column_dimensions["A"].width == 14
    assert [sheet[place].number_format for place in ("A2", "D2", "E2")] == ["@", "#,##0.0##", "#,##0"]
    rule = sheet.data_validations.dataValidation[0]
    assert (rule.type, rule.formula1, rule.prompt) == ("list", "'Danh mục'!$A$1:$A$60", "Chọn một loại.")
    assert [cell.value for cell in book["Danh mục"]["A"]] == list(kinds)


def test_30_000_rows_are_written_whole():
    content = xlsx.write([Sheet("Bảng", COLUMNS, ([f"M{n}", f"Tên {n}", Decimal(n)] for n in range(30_000)))])

    rows = table_of(content).rows
    assert (len(rows), rows[-1]["code"].text, rows[-1]["figure"].value) == (30_000, "M29999", Decimal(29_999))
