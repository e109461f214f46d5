"""What a sheet looks like: its columns, the same for writing it and for reading it back, and the rows to write."""

from collections.abc import Iterable
from dataclasses import dataclass

MOST_ROW, MOST_COLUMN, MOST_CELLS = 100_000, 1_000, 300_000


@dataclass(frozen=True)
class Column:
    """A column of a sheet. `choices` are offered in a list; unless `strict`, other text may be typed too.

    A number is shown with so many `decimals`; None: with as many as it has itself.
    """

    key: str
    title: str
    width: int = 16
    kind: str = "text"  # or "number", "date"
    decimals: int | None = 0
    choices: tuple = ()
    strict: bool = True
    locked: bool = False
    hidden: bool = False
    hint: str = ""
    optional: bool = False  # when read, the heading may be missing


@dataclass(frozen=True, slots=True)
class Locked:
    """The value of a cell that is locked in a column that is not."""

    value: object = None


@dataclass(frozen=True)
class Sheet:
    """A sheet to write. `blank_rows` more rows are prepared for typing; `protected` guards what is locked."""

    title: str
    columns: list
    rows: Iterable
    blank_rows: int = 0
    protected: bool = False
    frozen_columns: int = 0


def help_sheet(lines):
    """The sheet of explanations that a workbook to be filled in ends with."""
    return Sheet("Hướng dẫn", [Column("line", "Hướng dẫn", 110, locked=True)], ([line] for line in lines))


def letters(column):
    """The letters of a column: 1 is A, 27 is AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
