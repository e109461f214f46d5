"""A block of cells pasted from Excel becomes targets: whole, or not at all with every error beside its cell."""

import csv
import re
from dataclasses import dataclass, field

from django.db import transaction

from targets import allocating, arranging, sectioning
from targets.cell_reading import Known
from targets.columns import COLUMNS, FIELDS, MAIN, Column
from targets.grid import Faulty, cells_of, goal_in_words, keep
from targets.models import Heading, Target
from units.folding import search_key
from units.refusals import Refused

MAX_ROWS = 200
MAX_CELLS = 40  # of one row
CODE, NUMBER, SECTOR, HEADING = (
    Column("code", "Mã", also=("ma chi tieu", "ma so")),
    Column("number", "STT", also=("tt", "so tt", "so thu tu")),
    Column("sector", "Lĩnh vực", also=("nhom", "linh vuc chi tieu")),
    Column("heading", "Đề mục", also=("muc con", "nhom chi tieu")),
)
BY_WORDS = {
    search_key(word): column
    for column in [*COLUMNS, CODE, NUMBER, SECTOR, HEADING]
    for word in (column.title, *column.also)
}
FILLED_IN = ("unit_of_measure", "answer", "decimals")
ROMAN = re.compile(r"[IVX]+[.)]?")
COUNTED = re.compile(rf"[0-9]+(?:\.[0-9]+)*[.)]?|{ROMAN.pattern}|[a-zđ][.)]|[-+*•]")


@dataclass
class PastedRow:
    """One row of the block: `typed` is {cell: text} as pasted, `stored` what each cell was read as, faults by cell."""

    line: int
    typed: dict[str, str]
    place: str = ""  # the sector and heading it goes under
    adds: bool = True
    pk: int | None = None  # of its target, once it is written
    stored: dict[str, str] = field(default_factory=dict)
    goal: str = ""  # read back in words
    faults: dict[str, str] = field(default_factory=dict)
    doubts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ReadCell:
    """A pasted cell beside what it was read as, where that is not the same."""

    title: str
    typed: str
    read: str
    fault: str
    doubt: str


@dataclass
class Pasted:
    columns: list[Column]
    rows: list[PastedRow] = field(default_factory=list)
    fault: str = ""  # of the block as a whole

    @property
    def is_sound(self):
        return bool(self.rows) and not self.fault and not any(row.faults for row in self.rows)

    @property
    def fault_count(self):
        return sum(len(row.faults) for row in self.rows)

    def lines(self):
        """[(row, its cells, what is wrong or doubtful beside them, what the portal filled in), …] for the page."""
        shown = {column.field for column in self.columns}
        for row in self.rows:
            beside = [says[cell] for says in (row.faults, row.doubts) for cell in says if cell not in shown]
            filled = [
                f"{FIELDS[name].title}: {row.stored[name]}" for name in FILLED_IN if row.stored and name not in shown
            ]
            yield row, [self._cell(row, column) for column in self.columns], beside, filled

    @staticmethod
    def _cell(row, column):
        typed, read = row.typed.get(column.field, ""), row.stored.get(column.field, "")
        read = row.goal if column.field == "goal" else read
        says = row.faults.get(column.field, ""), row.doubts.get(column.field, "")
        return ReadCell(column.title, typed, "" if read == typed else read, *says)


@transaction.atomic
def preview(campaign, text, **place_and_reason):
    """What taking the block would do; nothing of it is kept."""
    pasted = _taken(campaign, text, **place_and_reason)
    transaction.set_rollback(True)
    return pasted


@transaction.atomic
def take(campaign, text, **place_and_reason):
    """Take the whole block into the plan; a block with any error leaves nothing behind."""
    pasted = _taken(campaign, text, **place_and_reason)
    if not pasted.is_sound:
        transaction.set_rollback(True)
    return pasted


def _taken(campaign, text, *, sector, heading=None, reason="", decision_number="", by, at):
    """`sector` and `heading` hold the rows that name none of their own. Raises Refused when the plan is closed."""
    campaign = allocating.held_campaign(campaign.pk)
    lines = _lines(text)
    columns, body = _columns(lines)
    pasted = Pasted([column for column in columns if column and column is not NUMBER])
    if not body:
        pasted.fault = "Chưa có dòng chỉ tiêu nào để đọc."
    elif len(body) > MAX_ROWS:
        pasted.fault = f"Mỗi lần dán nhiều nhất {MAX_ROWS} dòng; đề nghị chia thành nhiều lần."
    elif FIELDS["name"] not in columns and CODE not in columns:
        pasted.fault = "Không thấy cột tên chỉ tiêu; đề nghị đặt tiêu đề “Tên chỉ tiêu” cho cột ấy."
    if pasted.fault:
        return pasted
    places, known = _Places(campaign, sector, heading, by=by, at=at), Known(campaign)
    why = {"reason": reason, "decision_number": decision_number, "by": by, "at": at}
    for line, cells in body:
        row = _typed(line, columns, cells)
        counted = row.typed.pop("number", "")
        if set(row.typed) == {"name"} and len(columns) > 1:
            _turn(places, row, pasted, is_sector=bool(ROMAN.fullmatch(counted)))
        else:
            pasted.rows.append(row)
            _keep(known, places, row, why)
    arranging.settle([known.target(row.pk) for row in pasted.rows if row.adds and row.pk])
    return pasted


def _turn(places, row, pasted, *, is_sector):
    try:
        places.turn_to(row.typed["name"], is_sector=is_sector)
    except Refused as refusal:
        row.faults = {"name": str(refusal)}
        pasted.rows.append(row)


def _keep(known, places, row, why):
    """Store a row of the block, or note what is wrong with it: then nothing of the block stays."""
    code = row.typed.get("code", "")
    try:
        if code:
            row.adds = False
            target = _coded(known, code)
            stored = cells_of(target)
        else:
            sector, heading = places.of(row.typed)
            target, stored = Target(campaign=known.campaign, sector=sector, heading=heading), {}
        row.place = f"{target.sector} › {target.heading}" if target.heading else str(target.sector)
        kept = keep(known, target, stored, row.typed, **why)
    except Faulty as wrong:
        row.faults = wrong.faults
    except Refused as refusal:
        row.faults = {"code" if code else "": str(refusal)}
    else:
        row.pk = kept.target.pk
        row.stored, row.doubts = cells_of(kept.target), kept.doubts
        goal = kept.target.at_least, kept.target.at_most
        row.goal = goal_in_words(*goal, kept.target.unit_of_measure) if row.stored["goal"] else ""


def _coded(known, code):
    for target in known.targets:
        if target.code.lower() == code.strip().lower():
            return known.target(target.pk)
    raise Refused(f"Không có chỉ tiêu mã {code[:20]}; để trống cột mã thì thêm chỉ tiêu mới.")


class _Places:
    """Under which sector and heading a row goes; those that the block names and the plan lacks are added."""

    def __init__(self, campaign, sector, heading, **why):
        self.campaign, self.sector, self.heading, self.why = campaign, sector, heading, why
        self.sectors, self.headings = list(campaign.sectors.all()), {}

    def turn_to(self, name, *, is_sector):
        """A line that holds only a name is the sector (I, II, III) or the heading of the lines below it."""
        name = _fitting(name.strip().rstrip(":").strip())
        if is_sector or self.sector is None or self._same(self.sectors, name):
            self.sector, self.heading = self._sector(name), None
        else:
            self.heading = self._heading(self.sector, name)

    def of(self, typed):
        sector, heading = self.sector, self.heading
        if name := typed.get("sector", "").strip():
            sector = self._sector(name)
            heading = heading if heading and heading.sector_id == sector.pk else None
        if sector is None:
            raise Refused("Chưa rõ lĩnh vực; đề nghị chọn lĩnh vực hoặc thêm cột “Lĩnh vực”.")
        if name := typed.get("heading", "").strip():
            heading = self._heading(sector, name)
        return sector, heading

    def _sector(self, name):
        found = self._same(self.sectors, name)
        if found is None:
            found = sectioning.add_sector(self.campaign, _fitting(name), **self.why)
            self.sectors.append(found)
        return found

    def _heading(self, sector, name):
        if sector.pk not in self.headings:
            self.headings[sector.pk] = list(Heading.objects.filter(sector=sector))
        found = self._same(self.headings[sector.pk], name)
        if found is None:
            found = sectioning.add_heading(sector, _fitting(name), **self.why)
            self.headings[sector.pk].append(found)
        return found

    @staticmethod
    def _same(rows, name):
        return next((row for row in rows if search_key(row.name) == search_key(name)), None)


def _fitting(name):
    longest = Heading._meta.get_field("name").max_length
    if len(name) > longest or "\n" in name:
        raise Refused(f"Tên lĩnh vực, đề mục viết trên một dòng, dài nhất {longest} chữ.")
    return name


def _lines(text):
    """[(line number, cells)] of what Excel puts on the clipboard; a cell with line breaks stands in quotes."""
    text = text.replace("\0", "").strip("\r\n")
    try:
        rows = list(csv.reader(text.splitlines(keepends=True), delimiter="\t", strict=True))
    except csv.Error:  # a quotation mark that opens nothing
        rows = [line.split("\t") for line in text.splitlines()]
    numbered = enumerate(([cell.strip() for cell in row[:MAX_CELLS]] for row in rows), start=1)
    return [(number, row) for number, row in numbered if any(row)]


def _columns(lines):
    """(columns, the lines below their heading). Without a heading row the columns are told by what they hold."""
    if not lines:
        return [], []
    named = [BY_WORDS.get(search_key(cell).rstrip(":. ")) for cell in lines[0][1]]
    if sum(column is not None for column in named) >= 2 or (len(named) == 1 and named[0]):
        seen = set()
        once = [None if column is None or column in seen else (seen.add(column) or column) for column in named]
        return once, lines[1:]
    return _guessed([row for _, row in lines]), lines


def _guessed(rows):
    def column_of(place):
        return [row[place] for row in rows if len(row) > place and row[place]]

    columns, width = [], max(map(len, rows))
    full = [row for row in rows if sum(map(bool, row)) > 1]
    if width > 1 and full and all(not row[0] or COUNTED.fullmatch(row[0]) for row in full):
        columns.append(NUMBER)
    after = len(columns) + 1
    goal_first = _has_figures(column_of(after)) or not _has_figures(column_of(after + 1))
    goal, measure = FIELDS["goal"], FIELDS["unit_of_measure"]
    rest = [column for column in MAIN if column.field not in ("name", "goal", "unit_of_measure")]
    columns += [FIELDS["name"], *([goal, measure] if goal_first else [measure, goal]), *rest]
    return columns[:width]


def _has_figures(texts):
    return sum(any(c.isdecimal() for c in text) for text in texts) * 2 > len(texts)


def _typed(line, columns, cells):
    typed = {column.field: text for column, text in zip(columns, cells, strict=False) if column and text}
    return PastedRow(line, typed)
