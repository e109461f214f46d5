"""What an uploaded workbook says: plain rows, and every fault with the address of its cell and what to type."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError

from campaign_portal import xlsx
from units.folding import search_key
from units.models import Unit, User
from units.refusals import Refused
from units.workbook.columns import KINDS, LEVELS, PAGES, ROLE_NAMES

MOST_ROWS = 5000
WHOLE = re.compile(r"[0-9]{1,9}|[0-9]{1,3}(\.[0-9]{3}){1,2}")
DAY = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
YEARS = range(2000, 2100)
OFFERED = {"kind": KINDS, "school_level": LEVELS, "role": ROLE_NAMES}
REFERENCES = {"parent": (Unit, "code"), "unit": (Unit, "code"), "username": (User, "username")}


@dataclass(frozen=True)
class Fault:
    """What is wrong: the sheet's title, the cell's address ("" for the whole sheet), what to do."""

    sheet: str
    cell: str
    sentence: str


@dataclass(frozen=True)
class TypedRow:
    """One row as it was meant: `number` in its sheet, `values` by column (a str, an int, an ISO day or None).

    A column that the workbook lacks is not in `values`: what is there stays.
    """

    number: int
    values: dict
    cells: dict  # the columns' letters, to say where a fault is

    def at(self, key):
        return f"{self.cells.get(key, 'A')}{self.number}"


def read(content):
    """({page key: [TypedRow]}, [Fault]) of a workbook's bytes; sheets are all asked for, rows in any order."""
    rows, faults = {page.key: [] for page in PAGES}, []
    try:
        book = xlsx.Book(content, [page.title for page in PAGES])
    except Refused as refusal:
        return rows, [Fault("", "", str(refusal))]
    for page in PAGES:
        try:
            table = book.table(page.columns, sheet=page.title)
        except Refused as refusal:
            faults.append(Fault("", "", str(refusal)))
            continue
        faults += [Fault(page.title, fault.cell, fault.sentence) for fault in table.faults]
        filled = [row for row in table.rows if not row.is_blank]
        if len(filled) > MOST_ROWS:
            faults.append(Fault(page.title, "", f"Có quá {MOST_ROWS} dòng; đề nghị chia thành nhiều bảng"))
            continue
        rows[page.key] = [_typed(page, row, faults) for row in filled]
        faults += _twins(page, rows[page.key])
    return rows, faults


def _typed(page, row, faults):
    values = {}
    for key, cell in row.items():
        try:
            if cell.fault:
                raise Wrong(cell.fault)
            values[key] = _value(page, key, cell)
        except Wrong as wrong:
            values[key] = None
            faults.append(Fault(page.title, cell.address, str(wrong)))
    return TypedRow(row.number, values, {key: xlsx.letters(cell.column) for key, cell in row.items()})


class Wrong(Exception):
    """Why a cell cannot be taken: a sentence without its full stop."""


def _value(page, key, cell):
    text = re.sub(" +", " ", unicodedata.normalize("NFC", cell.text)).strip()
    column = next(column for column in page.columns if column.key == key)
    if not text:
        if key in page.required:
            raise Wrong(f"Chưa ghi “{column.title}”; đề nghị điền")
        return 0 if key == "order" else "" if column.kind == "text" else None
    if key in OFFERED:
        return _chosen(text, OFFERED[key])
    if column.kind == "number":
        return _whole(text)
    if column.kind == "date":
        return _day(text)
    if key == "phone" and isinstance(cell.value, Decimal):
        raise Wrong("Ô này là số nên mất số 0 ở đầu; đề nghị định dạng ô là Văn bản rồi gõ lại số điện thoại")
    model, name = REFERENCES.get(key, (page.model, key))
    try:
        model._meta.get_field(name).run_validators(text)
    except ValidationError as errors:
        raise Wrong(" ".join(errors.messages).rstrip(".")) from errors
    return text


def _chosen(text, offered):
    by_key = {search_key(label): value for label, value in offered.items()}
    if (value := by_key.get(search_key(text))) is None:
        raise Wrong(f"Không có “{text}”; đề nghị chọn một trong: {', '.join(offered)}")
    return value


def _whole(text):
    if not WHOLE.fullmatch(text):
        raise Wrong(f"“{text}” không phải số nguyên; đề nghị chỉ gõ chữ số, ví dụ 120")
    return int(text.replace(".", ""))


def _day(text):
    if match := DAY.fullmatch(text):
        day, month, year = map(int, match.groups())
        try:
            if year in YEARS:
                return date(year, month, day).isoformat()
        except ValueError:
            pass
    raise Wrong(f"“{text}” không phải ngày; đề nghị gõ ngày/tháng/năm, ví dụ 09/12/2025")


def _twins(page, rows):
    """Two rows about one thing: the later ones are at fault."""
    first = {}
    for row in rows:
        identity = tuple(str(row.values.get(key) or "").casefold() for key in page.identity)
        if any(row.values[key] is None or row.values[key] == "" for key in page.required):
            continue
        if identity in first:
            sentence = f"Trùng với dòng {first[identity]}; đề nghị bỏ một dòng"
            yield Fault(page.title, row.at(page.identity[0]), sentence)
        first.setdefault(identity, row.number)
