"""A workbook that nobody has to trust becomes rows of cells under known headings."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from campaign_portal import guarded, office_files
from campaign_portal.xlsx.columns import MOST_CELLS, MOST_COLUMN, MOST_ROW, letters
from units.refusals import Refused

HEADING_WITHIN = 20  # rows: a title may be put above the headings
MOST_MERGED = 100  # told; one is enough to refuse


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
    """A sheet that was read: rows with anything in them, other headings {column number: title}, faults.

    `heading` is the number of the row that the headings stand in.
    """

    name: str
    heading: int
    rows: list = field(default_factory=list)
    more: dict = field(default_factory=dict)
    faults: list = field(default_factory=list)


@dataclass(frozen=True)
class Grid:
    """A sheet as it stands: {row number: {column number: Cell}} without the empty cells; merged ranges ("A1:B2")."""

    name: str
    rows: dict
    merged: list


class Book:
    """Some sheets of a workbook, read in one run of the door; "" names the first that can be seen.

    The bytes are judged by their zip directory first, then read in a child process with little time and memory.
    Refused when the file as a whole cannot be read; what a single sheet lacks is refused when it is asked for.
    """

    def __init__(self, content, sheets=("",)):
        answer = _run(content, sheets)
        if beyond := answer.get("beyond"):
            raise Refused(_BEYOND[beyond])
        self._titles, self._found = answer["sheets"], answer["found"]

    def grid(self, sheet=""):
        """The `Grid` of one of the sheets. Refused when there is none of this name."""
        if (found := self._found.get(sheet)) is None:
            there = ", ".join(f"“{name}”" for name in self._titles) or "không có trang nào"
            raise Refused(f"Bảng Excel không có trang “{sheet}” (đang có: {there}); đề nghị dùng mẫu tải từ cổng.")
        rows = {
            number: {column: _cell(number, column, kind, value) for column, kind, value in cells}
            for number, cells in found["rows"]
        }
        return Grid(found["name"], rows, found["merged"])

    def table(self, columns, *, sheet=""):
        """The `Table` under the headings of these columns, wherever they stand. Refused when one is not there."""
        return _table(self.grid(sheet), columns)


def read(content, *, sheet=""):
    """The `Grid` of a sheet; without a name, of the first that can be seen. Refused."""
    return Book(content, [sheet]).grid(sheet)


def read_table(content, columns, *, sheet=""):
    """The `Table` of a sheet under the headings of these columns. Refused when it can not be read at all."""
    return Book(content, [sheet]).table(columns, sheet=sheet)


def _run(content, sheets):
    try:
        office_files.check(content, office_files.WORKBOOK)
        limits = {"most_row": MOST_ROW, "most_column": MOST_COLUMN, "most_cells": MOST_CELLS}
        return guarded.run("xlsx/child.py", content, wanted=list(sheets), **limits)
    except office_files.Unfit as reason:
        raise Refused(f"Bảng Excel chưa được nhận: {reason}.") from reason
    except guarded.TooMuch as much:
        raise Refused(
            "Bảng Excel quá lớn hoặc quá phức tạp nên không đọc hết được; đề nghị chép riêng trang cần nhập sang một "
            "tệp mới (dán giá trị) rồi tải lên lại."
        ) from much
    except guarded.Broken as broken:
        raise Refused("Không mở được bảng Excel, có thể tệp bị hỏng; đề nghị mở bằng Excel và lưu lại.") from broken


def _table(grid, columns):
    wanted = {_folded(column.title): column for column in columns}
    table = Table(grid.name, heading := _heading_row(grid.rows, wanted))
    places = {}
    for cell in grid.rows.get(heading, {}).values():
        column = wanted.get(_folded(cell.text))
        if column is None:
            table.more[cell.column] = cell.text
        elif column.key in places:
            table.faults.append(Fault(cell.address, f"Cột “{column.title}” có hai lần; đề nghị giữ một cột"))
        else:
            places[column.key] = cell.column
    _refuse_missing(table, [c.title for c in columns if c.key not in places and not c.optional])
    table.faults += _merged_faults(grid.merged, heading)
    for number, cells in sorted(grid.rows.items()):
        if number > heading:
            known = {key: cells.get(place) or Cell(number, place) for key, place in places.items()}
            row = Row(number, known, {place: cells[place] for place in table.more if place in cells})
            if not row.is_blank or row.more:
                table.rows.append(row)
    return table


def _refuse_missing(table, titles):
    if titles:
        raise Refused(
            f"Trang “{table.name}” thiếu cột: {', '.join(f'“{title}”' for title in titles)}. "
            "Đề nghị giữ nguyên dòng tiêu đề của mẫu tải từ cổng, không gộp ô."
        )


def _merged_faults(ranges, heading):
    """A merged range is one cell that is filled and others that only look so."""
    for place in ranges[:MOST_MERGED]:
        first, _, last = place.partition(":")
        if int("".join(filter(str.isdecimal, last or first)) or 0) >= heading:
            yield Fault(first, f"Các ô {place} bị gộp; đề nghị bỏ gộp ô và ghi đủ từng ô")


def _thousands(number):
    return f"{number:,}".replace(",", ".")


_BEYOND = {
    "row": f"Bảng Excel kéo dài quá dòng {_thousands(MOST_ROW)}; đề nghị xoá các dòng thừa phía dưới rồi lưu lại.",
    "column": f"Bảng Excel dùng quá {_thousands(MOST_COLUMN)} cột; đề nghị xoá các cột thừa bên phải rồi lưu lại.",
    "cells": f"Bảng Excel có quá {_thousands(MOST_CELLS)} ô có chữ, số; đề nghị chia thành nhiều bảng.",
}
_FAULTS = {
    "formula": "Ô này là công thức; đề nghị chép rồi dán giá trị (Dán đặc biệt, chọn Giá trị)",
    "error": "Ô này báo lỗi {value}; đề nghị gõ lại giá trị",
}


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


def _heading_row(rows, wanted):
    """The number of the row, among the first ones, that has most of the wanted headings."""
    hits = Counter()
    for number in sorted(rows)[:HEADING_WITHIN]:
        hits[number] = len({_folded(cell.text) for cell in rows[number].values()} & set(wanted))
    best, count = max(hits.items(), key=lambda hit: (hit[1], -hit[0]), default=(0, 0))
    return best if count else 0


def _folded(title):
    return " ".join(title.casefold().split()).strip(" *:")
