"""Excel workbooks, in and out: the only door to openpyxl.

One list of `Column`s describes a sheet both ways. Out:

    content = xlsx.write([xlsx.Sheet("Đơn vị", columns, rows)])      # rows: iterables of dicts or of values

In, from bytes that nobody has to trust:

    table = xlsx.read_table(content, columns, sheet="Đơn vị")        # raises Refused with a sentence for the user
    for row in table.rows:
        row["code"].text, row["code"].address, row["code"].fault

Several sheets of one file are read at once: `book = xlsx.Book(content, ["Đơn vị", "Vai trò"])`, then `book.table(…)`.

The heading row is looked for, so columns may stand in any order; `table.more` are headings nobody asked for, and
`table.faults` what is wrong with the sheet as a whole. A cell's `text` is what a person would have typed: a number cell
with 0.1 + 0.2 in it gives "0,3", one shown as 95% gives "95%", so that `targets.numbers.parse` judges typed and stored
numbers alike; dates are "31/12/2025". A formula or an error value has a `fault` instead of a text, a sentence without
its full stop. Merged cells are told in `table.faults`.

Written text is never a formula; a `Decimal` is a real number, a `date` a real date, None an empty cell; `Locked(value)`
is a cell that a `protected` sheet guards though its column is open.
"""

from campaign_portal.xlsx.columns import Column, Locked, Sheet, help_sheet, letters
from campaign_portal.xlsx.reading import Book, Cell, Fault, Grid, Row, Table, read, read_table

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

__all__ = [
    "TYPE",
    "Book",
    "Cell",
    "Column",
    "Fault",
    "Grid",
    "Locked",
    "Row",
    "Sheet",
    "Table",
    "help_sheet",
    "letters",
    "read",
    "read_table",
    "write",
]


def write(sheets):
    """The bytes of a workbook. Rows are written as they come, so that their number does not matter."""
    from campaign_portal.xlsx import writing  # slow to import, and few requests write a workbook

    return writing.write(sheets)
