"""The reader of workbooks that `guarded` runs in a child process, without Django: cells as plain data.

It reads with the row parser beneath openpyxl's read-only sheets, since that one also tells merged cells and does not
fill the gaps between cells a million rows or 16,384 columns apart.
"""

import datetime
import io
import re
import unicodedata

from openpyxl import load_workbook
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.utils.escape import unescape
from openpyxl.worksheet._reader import WorkSheetParser

DIGITS = 15  # as many as Excel shows: 0.1 + 0.2 is 0.3
QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


def read(content, *, wanted, most_row, most_column, most_cells):
    """Sheets by name: {"sheets": names, "found": {wanted name: {"name": str, "rows": …, "merged": ["A1:B2"]}}}.

    "rows" is [[row, [[column, kind, value], …]], …]. The name "" is the first visible sheet; one that is not there is
    not in "found". Kinds: text, number, percent (0.95 shown as 95%), date, truth, formula, error.
    {"beyond": "row" | "column" | "cells"} as soon as there is too much; `most_cells` counts those of all sheets.
    """
    book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    visible = [each for each in book.worksheets if each.sheet_state == "visible"]
    titles, found = [_clean(each.title) for each in visible], {}
    for name in wanted:
        for each, title in zip(visible, titles, strict=True):
            if not name or title.casefold() == name.casefold():
                read = _sheet(book, each, most_row, most_column, most_cells)
                if "beyond" in read:
                    return read
                found[name] = {"name": title} | read
                most_cells -= sum(len(cells) for _, cells in read["rows"])
                break
    return {"sheets": titles, "found": found}


def _sheet(book, sheet, most_row, most_column, most_cells):
    rows, count, percents = [], 0, {}
    with sheet._get_source() as source:
        parser = WorkSheetParser(
            source,
            sheet._shared_strings,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for number, cells in parser.parse():
            if number > most_row:
                return {"beyond": "row"}
            kept = []
            for cell in cells:
                kind, value = _value(sheet, cell, percents)
                if value is None or value == "":
                    continue
                if cell["column"] > most_column:
                    return {"beyond": "column"}
                kept.append([cell["column"], kind, value])
            count += len(kept)
            if count > most_cells:
                return {"beyond": "cells"}
            if kept:
                rows.append([number, kept])
    merged = parser.merged_cells.mergeCell if parser.merged_cells else []
    return {"rows": rows, "merged": [each.ref for each in merged]}


def _value(sheet, cell, percents):
    value, kind = cell["value"], cell["data_type"]
    if kind == "f":
        return "formula", "="
    if value is None:
        return "text", None
    if kind == "e":
        return "error", str(value)
    if isinstance(value, bool):
        return "truth", value
    if isinstance(value, (datetime.datetime, datetime.date)):
        return "date", value.isoformat()
    if isinstance(value, (int, float)):
        shown_as_percent = percents.get(cell["style_id"])
        if shown_as_percent is None:
            shown_as_percent = percents[cell["style_id"]] = _is_percent(sheet, cell)
        return "percent" if shown_as_percent else "number", _digits(value)
    return "text", _clean(str(value))


def _is_percent(sheet, cell):
    shown = ReadOnlyCell(sheet, cell["row"], cell["column"], 0, "n", cell["style_id"]).number_format
    return "%" in QUOTED.sub("", shown or "")


def _digits(value):
    return str(value) if isinstance(value, int) else format(value, f".{DIGITS}g")


def _clean(text):
    """Composed letters, one kind of line end, and no marks that are not seen."""
    text = unicodedata.normalize("NFC", unescape(text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    return "".join(c for c in text if c == "\n" or unicodedata.category(c)[0] != "C").strip()
