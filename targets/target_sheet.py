"""The workbook of targets: a row for each, matched by its code; a row without a known code is a new target.

The cells are those of the target grid, read and judged by the same rules. `carry_out` does what the rows say in its
caller's transaction, which is rolled back for a check: what was shown is what will happen.
"""

import unicodedata
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

from campaign_portal import xlsx
from campaign_portal.xlsx import Column, Fault
from campaigns.models import GivenBy
from targets import arranging, grid, sectioning
from targets.cell_reading import ANSWERS, Known
from targets.columns import COLUMNS
from targets.models import Heading, Target
from targets.plan_layout import path_of
from units.folding import search_key
from units.models import Unit
from units.refusals import Refused

TITLE = "Chỉ tiêu"
FOR_A_CHECK = {"reason": "kiểm tra", "decision_number": "kiểm tra"}  # never stored: a check is rolled back
BLANK_ROWS = 100
MOST_TARGETS = 500
STEP = "›"  # between nested headings
WIDTHS = {
    "text": 18,
    "long": 44,
    "goal": 18,
    "places": 10,
    "choice": 16,
    "tick": 12,
    "target": 14,
    "unit": 24,
    "units": 28,
}
PLACES = [
    Column("code", "Mã chỉ tiêu", 12, hint="Chỉ tiêu mới: để trống, cổng tự đặt mã. Mã đã có: đề nghị giữ nguyên."),
    Column("sector", "Lĩnh vực", 24),
    Column("heading", "Đề mục", 22, hint="Nhiều cấp: ghi từ cấp trên xuống, cách nhau bằng dấu ›."),
]
HELP = [
    "Mỗi dòng là một chỉ tiêu. Cổng khớp theo mã chỉ tiêu, không theo thứ tự dòng; các cột có thể đổi chỗ.",
    "Chỉ tiêu mới: thêm một dòng và để trống mã (cổng tự đặt), hoặc tự đặt một mã chưa dùng, ví dụ CT25.",
    "Chỉ tiêu không có dòng trong bảng được giữ nguyên. Thôi theo dõi thì làm trên bảng chỉ tiêu của cổng.",
    "Mức giao gõ như trong kế hoạch: “≥ 95”, “không quá 5”, “từ 13 đến 14”, “đúng 12”, “trong dự toán 330.681”.",
    "Mức giao “không còn” là bằng 0; để trống là chỉ theo dõi.",
    "Cách trả lời “Số” cộng số liệu các đơn vị; “Tỷ lệ” lấy tổng tử số chia tổng mẫu số.",
    "Cách trả lời “Đạt/không đạt” đếm đơn vị đạt; “Bằng lời” do phường tự đánh giá.",
    "Các cột trả lời có hoặc không: ghi “có”, hoặc để trống là không.",
    "Đơn vị chủ trì, phối hợp: ghi tên, tên gọi tắt hoặc mã đơn vị; nhiều đơn vị cách nhau bằng dấu chấm phẩy.",
    "Trong đó của: ghi mã của chỉ tiêu mà chỉ tiêu này là một phần.",
    "Lĩnh vực, đề mục chưa có thì được thêm mới. Đề mục nhiều cấp ghi từ cấp trên xuống, cách nhau bằng dấu ›.",
    "Không dùng công thức, không gộp ô. Sau khi tải lên, cổng kiểm tra và cho xem từng thay đổi trước khi ghi.",
]


@dataclass
class TargetChanges:
    """What a sheet changed: `listed` tells it to people; with `faults` nothing may be kept."""

    listed: list = field(default_factory=list)
    remarks: list = field(default_factory=list)
    faults: list = field(default_factory=list)


def columns(campaign):
    lists = {
        "answer": tuple(ANSWERS.values()),
        "given_by": tuple(GivenBy.labels),
        "decimals": tuple("01234"),
        "lead": tuple(sorted(unit.called for unit in Unit.objects.active().filter(organiser=campaign.organiser_id))),
    }
    code, sector, heading = PLACES
    sectors = tuple(sector.name for sector in campaign.sectors.all())
    fields = [
        Column(
            each.field,
            each.title,
            36 if each.field == "name" else WIDTHS[each.kind],
            choices=lists.get(each.field, (grid.YES,) if each.kind == "tick" else ()),
            strict=each.kind in ("choice", "places"),
            hint=each.hint,
        )
        for each in COLUMNS
    ]
    return [code, Column("sector", sector.title, sector.width, choices=sectors, strict=False), heading, *fields]


def write(campaign):
    """The workbook filled with what the portal holds now, as bytes."""
    rows = map(described, Known(campaign).targets)
    sheet = xlsx.Sheet(TITLE, columns(campaign), rows, blank_rows=BLANK_ROWS, frozen_columns=1)
    return xlsx.write([sheet, xlsx.help_sheet(HELP)])


def described(target):
    """A target as its row says it, {column key: text}."""
    path = f" {STEP} ".join(heading.name for heading in path_of(target.heading))
    return {"code": target.code, "sector": target.sector.name, "heading": path} | grid.cells_of(target)


def read(campaign, content, *, tell):
    """The sheet's rows, as `xlsx.Table`. Refused when it can not be read; `tell(done, total)` hears of them."""
    table = xlsx.read_table(content, columns(campaign), sheet=TITLE)
    table.rows = [row for row in table.rows if not row.is_blank]
    if not table.rows:
        raise Refused(f"Trang “{TITLE}” chưa có chỉ tiêu nào.")
    if len(table.rows) > MOST_TARGETS:
        raise Refused(f"Trang “{TITLE}” có quá {MOST_TARGETS} chỉ tiêu; đề nghị xoá các dòng thừa.")
    tell(len(table.rows), len(table.rows))
    return table


def carry_out(campaign, table, *, is_dry, by, at, reason="", decision_number=""):
    """Add and change targets as the rows say, in the caller's transaction: `TargetChanges`."""
    why = FOR_A_CHECK if is_dry else {"reason": reason, "decision_number": decision_number}
    return _Sheet(campaign, table, why | {"by": by, "at": at}).carry_out()


class _Sheet:
    """One sheet on its way into one plan. After a row that is wrong the next one is looked at all the same."""

    def __init__(self, campaign, table, why):
        self.campaign, self.table, self.why = campaign, table, why
        self.titles = {column.key: column.title for column in columns(campaign)}
        self.known, self.settling = Known(campaign), []
        self.places = {}  # {(key of a sector, of a heading in it): what stands under them}
        self.stored = {target.code.lower(): described(target) for target in self.known.targets}
        self.retired = {code.lower() for code in campaign.targets.filter(retired=True).values_list("code", flat=True)}
        self.found, self.listed = TargetChanges(faults=list(table.faults)), []

    def carry_out(self):
        for column, title in self.table.more.items():
            address = f"{xlsx.letters(column)}{self.table.heading}"
            self.found.remarks.append(Fault(address, f"Cột “{title}” không thuộc mẫu nên không được đọc"))
        named = {row["code"].text.lower() for row in self.table.rows}
        if kept := [cells["code"] for code, cells in self.stored.items() if code not in named]:
            self.found.remarks.append(Fault("", f"Không có dòng của chỉ tiêu {', '.join(kept)}: được giữ nguyên"))
        for row in _wholes_first(self._without_twins(), known=set(self.stored)):
            self._take(row)
        arranging.settle(self.settling)
        self.found.listed = [told for _, told in sorted(self.listed, key=lambda each: each[0])]
        self.found.faults.sort(key=_by_address)
        return self.found

    def _without_twins(self):
        seen = set()
        for row in self.table.rows:
            cell = row["code"]
            if cell.text and cell.text.lower() in seen:
                self._fault(cell, f"Mã “{cell.text}” có hai dòng; đề nghị giữ một dòng")
            else:
                seen.add(cell.text.lower())
                yield row

    def _take(self, row):
        bad = [cell for cell in row.values() if cell.fault]
        for cell in bad:
            self._fault(cell, cell.fault)
        typed = {key: cell.text for key, cell in row.items()}
        stored = self.stored.get(typed["code"].lower(), {})
        if bad or _same(typed, stored):
            return
        try:
            kept = self._keep(row, typed, stored)
        except grid.Faulty as wrong:
            for cell, sentence in wrong.faults.items():
                self._fault(row.get(cell, row["name"]), sentence.rstrip("."))
        except Refused as refusal:
            self._fault(row["code" if stored else "name"], str(refusal).rstrip("."))
        else:
            self._tell(row, kept, stored)

    def _keep(self, row, typed, stored):
        sector, heading = self._place(row)
        if stored:
            target = next(each for each in self.known.targets if each.code.lower() == typed["code"].lower())
            if (target.sector, target.heading) != (sector, heading):
                place = {name: self.why[name] for name in ("by", "at")}
                moved = arranging.move(target, sector=sector, heading=heading, **place)
                self.known.put(moved)
                self.settling.append(moved)  # behind what the rows above it add to its heading
            target = self.known.target(target.pk)
        else:
            target = Target(campaign=self.campaign, code=self._new_code(row), sector=sector, heading=heading)
        kept = grid.keep(self.known, target, stored and grid.cells_of(target), typed, **self.why)
        if not stored:
            self.settling.append(kept.target)
        return kept

    def _place(self, row):
        """The sector and heading that the row names, made if the plan has none of that name."""
        if not (name := row["sector"].text):
            raise grid.Faulty({"sector": "Đề nghị ghi lĩnh vực."})
        by = {key: self.why[key] for key in ("by", "at")}
        sectors = self._beside(None, None)
        if (sector := _named(sectors, name)) is None:
            sector = sectioning.add_sector(self.campaign, _fitting("sector", name), **by)
            sectors.append(sector)
        heading = None
        for name in filter(None, map(str.strip, row["heading"].text.split(STEP))):
            beside = self._beside(sector, heading)
            if (known := _named(beside, name)) is None:
                known = sectioning.add_heading(sector, _fitting("heading", name), parent=heading, **by)
                beside.append(known)
            heading = known
        return sector, heading

    def _beside(self, sector, parent):
        """The sectors, or the headings of a sector under one of them or under none, read once for all rows."""
        key = sector and sector.pk, parent and parent.pk
        if key not in self.places:
            rows = Heading.objects.filter(sector=sector, parent=parent) if sector else self.campaign.sectors.all()
            self.places[key] = list(rows)
        return self.places[key]

    def _new_code(self, row):
        code = row["code"].text
        if code.lower() in self.retired:
            raise grid.Faulty(
                {"code": f"Chỉ tiêu {code} đã thôi theo dõi; đề nghị theo dõi lại trước, hoặc dùng mã khác"}
            )
        try:
            if code:
                Target._meta.get_field("code").run_validators(code)
        except ValidationError as problem:
            raise grid.Faulty({"code": problem.messages[0]}) from problem
        return code

    def _tell(self, row, kept, stored):
        target = kept.target
        said = described(target)
        self.found.remarks += [Fault(row[cell].address, words.rstrip(".")) for cell, words in kept.doubts.items()]
        if not stored:
            place = f" {STEP} ".join(filter(None, [said["sector"], said["heading"]]))
            goal = grid.goal_in_words(target.at_least, target.at_most, target.unit_of_measure)
            self._list(row["code"], "added", target.name, "Chỉ tiêu mới", "", f"{goal}; {place}")
            return
        for key, new in said.items():
            if stored[key] != new:
                self._list(
                    row[key], "changed", f"{stored['code']} · {stored['name']}", self.titles[key], stored[key], new
                )

    def _list(self, cell, verb, subject, of, old, new):
        told = {"verb": verb, "cell": cell.address, "subject": subject, "field": of, "old": old, "new": new}
        self.listed.append(((cell.row, cell.column), told))

    def _fault(self, cell, sentence):
        self.found.faults.append(Fault(cell.address, sentence))


def _wholes_first(rows, *, known):
    """A target that is part of another new one of the same sheet comes after it, however deep."""
    waiting = list(rows)
    while waiting:
        unmade = {row["code"].text.lower() for row in waiting if row["code"].text} - known
        ready = [row for row in waiting if row["part_of"].text.lower() not in unmade] or waiting
        taken = set(map(id, ready))
        waiting = [row for row in waiting if id(row) not in taken]
        known = known | {row["code"].text.lower() for row in ready}
        yield from ready


def _named(places, name):
    return next((place for place in places if search_key(place.name) == search_key(name)), None)


def _fitting(key, name):
    longest = Heading._meta.get_field("name").max_length
    if len(name) > longest or "\n" in name:
        raise grid.Faulty({key: f"Tên lĩnh vực, đề mục viết trên một dòng, dài nhất {longest} chữ."})
    return name


def _same(typed, stored):
    def plain(text):
        return " ".join(unicodedata.normalize("NFC", text).split())

    return bool(stored) and all(plain(stored[key]) == plain(text) for key, text in typed.items())


def _by_address(fault):
    letters = fault.cell.rstrip("0123456789")
    return int(fault.cell[len(letters) :] or 0), len(letters), letters
