"""Excel workbooks, in and out: the only door to openpyxl.

One list of `Column`s describes a sheet both ways. Out:

    content = xlsx.write([xlsx.Sheet("Đơn vị", columns, rows)])      # rows: iterables of dicts or of values

In, from bytes that nobody has to trust:

    table = xlsx.read_table(content, columns, sheet="Đơn vị")        # raises Refused with a sentence for the user
    for row in table.rows:
        row["code"].text, row["code"].address, row["code"].fault

The heading row is looked for, so columns may stand in any order; `table.more` are headings nobody asked for, and
`table.faults` what is wrong with the sheet as a whole. A cell's `text` is what a person would have typed: a number cell
with 0.1 + 0.2 in it gives "0,3", one shown as 95% gives "95%", so that `targets.numbers.parse` judges typed and stored
numbers alike; dates are "31/12/2025". A formula, an error value or a cell merged with others has a `fault`, a sentence
that ends without its full stop; no `text` should be used then.

Written text is never a formula; a `Decimal` is a real number, a `date` a real date, None an empty cell.
"""

import io
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from campaign_portal import guarded, office_files
from units.refusals import Refused

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROW, MOST_COLUMN, MOST_CELLS = 100_000, 1_000, 300_000
HEADING_WITHIN = 20  # rows: a title may be put above the headings
LONGEST_SHEET_NAME = 31
INPUT, LOCKED, HEADING = "FFFFFF", "F1F3F5", "DCE6F1"  # grounds of cells
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # XML has no way to write them
LISTS = "Danh mục"  # the hidden sheet that holds what may be chosen


@dataclass(frozen=True)
class Column:
    """A column of a sheet. `choices` are offered in a list; unless `strict`, other text may be typed too."""

    key: str
    title: str
    width: int = 16
    kind: str = "text"  # or "number", "date"
    decimals: int = 0
    choices: tuple = ()
    strict: bool = True
    locked: bool = False
    hidden: bool = False
    hint: str = ""
    optional: bool = False  # when read, the heading may be missing


@dataclass(frozen=True)
class Sheet:
    """A sheet to write. `blank_rows` more rows are prepared for typing; `protected` guards the columns `locked`."""

    title: str
    columns: list
    rows: Iterable
    blank_rows: int = 0
    protected: bool = False
    frozen_columns: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that was read. `value` is str, Decimal, date, datetime, bool or None."""

    row: int
    column: int
    value: object = None
    text: str = ""
    fault: str = ""

    @property
    def address(self):
        return f"{letters(self.column)}{self.row}"


@dataclass(frozen=True)
class Fault:
    """What is wrong, at which cell ("" for the whole sheet); `sentence` says what to do."""

    cell: str
    sentence: str


class Row(dict):
    """The cells of a row by column key; a blank one is there too. `more` holds the cells under other headings."""

    def __init__(self, number, cells, more):
        super().__init__(cells)
        self.number, self.more = number, more

    @property
    def is_blank(self):
        return not any(cell.text or cell.fault for cell in self.values())


@dataclass
class Table:
    """A sheet that was read: rows with anything in them, other headings {column number: title}, faults."""

    name: str
    rows: list = field(default_factory=list)
    more: dict = field(default_factory=dict)
    faults: list = field(default_factory=list)


# --- In ---------------------------------------------------------------------------------------------------------------


def read(content, *, sheet=""):
    """(name of the sheet, {row number: {column number: Cell}}), without the empty cells. Refused.

    Without `sheet` it is the first that can be seen. The bytes are judged by their zip directory first, then read in
    a child process with little time and memory.
    """
    try:
        office_files.check(content, office_files.WORKBOOK)
        limits = {"most_row": MOST_ROW, "most_column": MOST_COLUMN, "most_cells": MOST_CELLS}
        found = guarded.run("xlsx_reader.py", content, sheet=sheet, **limits)
    except office_files.Unfit as reason:
        raise Refused(f"Bảng Excel chưa được nhận: {reason}.") from reason
    except guarded.TooMuch as much:
        raise Refused(
            "Bảng Excel quá lớn hoặc quá phức tạp nên không đọc hết được; đề nghị chép riêng trang cần nhập sang một "
            "tệp mới (dán giá trị) rồi tải lên lại."
        ) from much
    except guarded.Broken as broken:
        raise Refused("Không mở được bảng Excel, có thể tệp bị hỏng; đề nghị mở bằng Excel và lưu lại.") from broken
    if beyond := found.get("beyond"):
        raise Refused(_BEYOND[beyond])
    if "rows" not in found:
        there = ", ".join(f"“{name}”" for name in found["sheets"]) or "không có trang nào"
        raise Refused(f"Bảng Excel không có trang “{sheet}” (đang có: {there}); đề nghị dùng mẫu tải từ cổng.")
    grid = {
        number: {column: _cell(number, column, kind, value) for column, kind, value in cells}
        for number, cells in found["rows"]
    }
    _mark_merged(grid, found["merged"])
    return found["name"], grid


def read_table(content, columns, *, sheet=""):
    """The `Table` under the headings of these columns, wherever they stand. Refused when it can not be read at all."""
    name, grid = read(content, sheet=sheet)
    wanted = {_folded(column.title): column for column in columns}
    heading = _heading_row(grid, wanted)
    table = Table(name)
    places = {}
    for cell in grid.get(heading, {}).values():
        column = wanted.get(_folded(cell.text))
        if column is None:
            table.more[cell.column] = cell.text
        elif column.key in places:
            table.faults.append(Fault(cell.address, f"Cột “{column.title}” có hai lần; đề nghị giữ một cột"))
        else:
            places[column.key] = cell.column
    missing = [column.title for column in columns if column.key not in places and not column.optional]
    if missing:
        raise Refused(
            f"Trang “{name}” thiếu cột: {', '.join(f'“{title}”' for title in missing)}. "
            "Đề nghị giữ nguyên dòng tiêu đề của mẫu tải từ cổng."
        )
    for number, cells in grid.items():
        if number > heading:
            known = {key: cells.get(place) or Cell(number, place) for key, place in places.items()}
            row = Row(number, known, {place: cells[place] for place in table.more if place in cells})
            if not row.is_blank or row.more:
                table.rows.append(row)
    return table


_BEYOND = {
    "row": f"Bảng Excel kéo dài quá dòng {MOST_ROW:,}; đề nghị xoá các dòng trống phía dưới rồi lưu lại.".replace(
        ",", "."
    ),
    "column": f"Bảng Excel có chữ, số ở quá cột thứ {MOST_COLUMN:,}; đề nghị xoá các cột thừa bên phải.".replace(
        ",", "."
    ),
    "cells": f"Bảng Excel có quá {MOST_CELLS:,} ô có chữ, số; đề nghị chia thành nhiều bảng.".replace(",", "."),
}
_FAULTS = {
    "formula": "Ô này là công thức; đề nghị chép rồi dán giá trị (Dán đặc biệt, chọn Giá trị)",
    "error": "Ô này báo lỗi {value}; đề nghị gõ lại giá trị",
}
MERGED = "Các ô {place} bị gộp; đề nghị bỏ gộp ô và ghi đủ từng ô"


def letters(column):
    """The letters of a column: 1 is A, 27 is AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _cell(row, column, kind, value):
    if kind in _FAULTS:
        return Cell(row, column, fault=_FAULTS[kind].format(value=value))
    if kind == "number":
        return Cell(row, column, number := Decimal(value), _typed(number))
    if kind == "percent":
        return Cell(row, column, number := Decimal(value), f"{_typed(number * 100)}%")
    if kind == "date":
        return _dated(row, column, datetime.fromisoformat(value))
    if kind == "truth":
        return Cell(row, column, value, str(value).upper())
    return Cell(row, column, value, value)


def _typed(number):
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def _dated(row, column, moment):
    if moment.time() == datetime.min.time():
        return Cell(row, column, moment.date(), f"{moment:%d/%m/%Y}")
    return Cell(row, column, moment, f"{moment:%d/%m/%Y %H:%M}")


def _mark_merged(grid, ranges):
    """A merged range is one cell that is filled and others that look so: its first cell carries the fault."""
    for place in ranges:
        first, _, _ = place.partition(":")
        column_letters = first.rstrip("0123456789")
        row, column = int(first[len(column_letters) :] or 0), 0
        for letter in column_letters:
            column = column * 26 + ord(letter) - ord("A") + 1
        cells = grid.setdefault(row, {})
        cells[column] = Cell(row, column, fault=MERGED.format(place=place))


def _heading_row(grid, wanted):
    """The number of the row, among the first ones, that has most of the wanted headings."""
    hits = Counter()
    for number in sorted(grid)[:HEADING_WITHIN]:
        hits[number] = len({_folded(cell.text) for cell in grid[number].values()} & set(wanted))
    best, count = max(hits.items(), key=lambda hit: (hit[1], -hit[0]), default=(0, 0))
    return best if count else 0


def _folded(title):
    return " ".join(title.casefold().split()).strip(" *:")


# --- Out --------------------------------------------------------------------------------------------------------------


def write(sheets):
    """The bytes of a workbook. Rows are written as they come, so that their number does not matter."""
    from openpyxl import Workbook

    book, lists = Workbook(write_only=True), {}
    for sheet in sheets:
        page = book.create_sheet(sheet.title[:LONGEST_SHEET_NAME])
        _set_up(page, sheet)
        _fill(page, sheet)
        _offer(page, sheet, lists)
    if lists:
        _write_lists(book, lists)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _set_up(page, sheet):
    """What must be told before the rows: widths, what stays in sight, what is guarded, and how it is printed."""
    for number, column in enumerate(sheet.columns, start=1):
        dimension = page.column_dimensions[letters(number)]
        dimension.width, dimension.hidden = column.width, column.hidden
    page.freeze_panes = f"{letters(sheet.frozen_columns + 1)}2"
    page.print_title_rows = "1:1"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9  # A4
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.page_setup.fitToHeight = 0
    page.oddFooter.center.text = "&P/&N"
    if sheet.protected:
        guard = page.protection
        guard.sheet, guard.formatColumns, guard.formatRows = True, False, False


def _fill(page, sheet):
    columns = sheet.columns
    page.append([_prototype(page, HEADING, bold=True, value=column.title) for column in columns])
    writers = [_Writer(page, column) for column in columns]
    for row in sheet.rows:
        values = [row.get(column.key) for column in columns] if isinstance(row, dict) else row
        page.append([writer.cell(value) for writer, value in zip(writers, values, strict=True)])
    for _ in range(sheet.blank_rows):
        page.append([writer.cell(None) for writer in writers])


class _Writer:
    """The cells of one column. A sheet is written row by row, so one cell of each kind serves for all rows."""

    def __init__(self, page, column):
        ground = LOCKED if column.locked else INPUT
        of = {"locked": column.locked, "number_format": _format(column)}
        self.plain = _prototype(page, ground, **of)
        self.words = _prototype(page, ground, **of | {"number_format": "@" if column.kind == "text" else "General"})
        self.words.quotePrefix = True

    def cell(self, value):
        if not isinstance(value, str):
            self.plain.value = value
            return self.plain
        self.words.value = UNPRINTABLE.sub("", value)
        self.words.data_type = "s"  # whatever it begins with, it is text
        return self.words


def _prototype(page, ground, *, bold=False, locked=True, number_format="General", value=None):
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

    line = Side(style="thin", color="C5CBD3")
    cell = WriteOnlyCell(page, value)
    cell.font = Font(name="Times New Roman", size=12, bold=bold)
    cell.fill = PatternFill("solid", fgColor=ground)
    cell.border = Border(line, line, line, line)
    cell.alignment = Alignment("center" if bold else None, "center" if bold else "top", wrap_text=True)
    cell.protection = Protection(locked=locked)
    cell.number_format = number_format
    if value is not None:
        cell.data_type, cell.quotePrefix = "s", True
    return cell


def _format(column):
    """How Excel shows the column's values: text as typed, so that it does not turn “3-4” into a date."""
    if column.kind == "date":
        return "dd/mm/yyyy"
    if column.kind == "number":
        return "#,##0" + (f".0{'#' * (column.decimals - 1)}" if column.decimals else "")
    return "@"


def _offer(page, sheet, lists):
    """The lists to choose from and the hints, for the rows that are there and those that will be added."""
    from openpyxl.worksheet.datavalidation import DataValidation

    for number, column in enumerate(sheet.columns, start=1):
        if not (column.choices or column.hint):
            continue
        rule = DataValidation(allow_blank=True)
        if column.choices:
            place = lists.setdefault(tuple(column.choices), len(lists) + 1)
            rule.type = "list"
            rule.formula1 = f"'{LISTS}'!${letters(place)}$1:${letters(place)}${len(column.choices)}"
            rule.showErrorMessage = column.strict
            rule.errorTitle, rule.error = "Chưa đúng", "Đề nghị chọn một giá trị trong danh sách."
        if column.hint:
            rule.showInputMessage, rule.promptTitle, rule.prompt = True, column.title[:32], column.hint[:255]
        rule.add(f"{letters(number)}2:{letters(number)}{MOST_ROW}")
        page.data_validations.append(rule)


def _write_lists(book, lists):
    from itertools import zip_longest

    page = book.create_sheet(LISTS)
    page.sheet_state = "hidden"
    writers = [_Writer(page, Column("", "", locked=True)) for _ in lists]
    for values in zip_longest(*lists):
        page.append([writer.cell(value) for writer, value in zip(writers, values, strict=True)])
