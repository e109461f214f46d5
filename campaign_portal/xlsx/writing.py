"""Sheets become a workbook: real numbers and dates, text that is never a formula, lists to choose from."""

import io
import re
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from itertools import zip_longest

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.datavalidation import DataValidation

from campaign_portal.xlsx.columns import MOST_ROW, Column, Locked, letters

LONGEST_SHEET_NAME = 31
LONGEST_TEXT = 32_767  # of a cell
MOST_DECIMALS = 6  # that are shown; the cell holds all of them
INPUT, LOCKED, HEADING = "FFFFFF", "F1F3F5", "DCE6F1"  # grounds of cells
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # XML has no way to write them
LISTS = "Danh mục"  # the hidden sheet that holds what may be chosen


def write(sheets):
    """The bytes of a workbook. Rows are written as they come, so that their number does not matter."""
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
    page.append([_heading(page, column.title) for column in columns])
    writers = [_Writer(page, column) for column in columns]
    for row in sheet.rows:
        values = [row.get(column.key) for column in columns] if isinstance(row, dict) else row
        page.append([writer.cell(value) for writer, value in zip(writers, values, strict=True)])
    for _ in range(sheet.blank_rows):
        page.append([writer.cell(None) for writer in writers])


class _Styled(Cell):
    """A cell whose look is reckoned once. A sheet is written row by row, so one such cell serves for many rows."""

    __slots__ = ("has_style", "style_id")

    def __init__(self, page, *, ground, number_format, locked=True, bold=False, is_text=False):
        super().__init__(page, row=1, column=1)
        line = Side(style="thin", color="C5CBD3")
        self.font = Font(name="Times New Roman", size=12, bold=bold)
        self.fill = PatternFill("solid", fgColor=ground)
        self.border = Border(line, line, line, line)
        self.alignment = Alignment("center" if bold else None, "center" if bold else "top", wrap_text=True)
        self.protection = Protection(locked=locked)
        self.number_format = number_format
        self.quotePrefix = is_text
        self.has_style, self.style_id = True, super().style_id

    def say(self, text):
        """Whatever it begins with, it is text."""
        self._value, self.data_type = UNPRINTABLE.sub("", text)[:LONGEST_TEXT], "s"
        return self

    def hold(self, value):
        if isinstance(value, Decimal):
            self._value, self.data_type = value, "n"
        else:
            self.value = value
        return self

    def __repr__(self):
        return "a cell"  # openpyxl words a fault that it never raises for every cell with a look of its own


def _heading(page, title):
    return _Styled(page, ground=HEADING, number_format="@", bold=True, is_text=True).say(title)


class _Writer:
    """The cells of one column."""

    def __init__(self, page, column):
        look = {"ground": LOCKED if column.locked else INPUT, "locked": column.locked}
        self.page, self.column, self.look, self.figures = page, column, look, {}
        self.figure = None if column.decimals is None else _Styled(page, **look, number_format=_format(column))
        format_of_text = "@" if column.kind == "text" else "General"  # so that a figure typed over it stays one
        self.text = _Styled(page, **look, number_format=format_of_text, is_text=True)

    def cell(self, value):
        if isinstance(value, Locked):
            return self._locked.cell(value.value)
        if isinstance(value, str):
            return self.text.say(value)
        return (self.figure or self._own_figure(value)).hold(value)

    @cached_property
    def _locked(self):
        return _Writer(self.page, replace(self.column, locked=True))

    def _own_figure(self, value):
        """A cell that shows the decimals its value has."""
        decimals = min(max(-value.as_tuple().exponent, 0), MOST_DECIMALS) if isinstance(value, Decimal) else 0
        if decimals not in self.figures:
            number_format = "#,##0" + (f".{'0' * decimals}" if decimals else "")
            self.figures[decimals] = _Styled(self.page, **self.look, number_format=number_format)
        return self.figures[decimals]


def _format(column):
    """How Excel shows the column's values: text as typed, so that it does not turn “3-4” into a date."""
    if column.kind == "date":
        return "dd/mm/yyyy"
    if column.kind == "number":
        return "#,##0" + (f".0{'#' * (column.decimals - 1)}" if column.decimals else "")
    return "@"


def _offer(page, sheet, lists):
    """The lists to choose from and the hints, for the rows that are there and those that will be added."""
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
    page = book.create_sheet(LISTS)
    page.sheet_state = "hidden"
    writers = [_Writer(page, Column("", "", locked=True)) for _ in lists]
    for values in zip_longest(*lists):
        page.append([writer.cell(value) for writer, value in zip(writers, values, strict=True)])
