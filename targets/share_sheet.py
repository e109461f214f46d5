"""The workbook of shares: units down, targets across, one cell for each share; matched by codes, never by place.

A cell holds what a person types in the portal's own sheet of shares (`share_cells`): a number in the direction of the
ward's goal, “từ 3 đến 5” or “≤ 5” as they stand, “x” for a target given without a goal of the unit's own; an empty cell
takes the target away.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from campaign_portal import xlsx
from campaign_portal.xlsx import Column, Fault
from campaigns.models import Participation
from targets import allocating, numbers
from targets.kinds import kind_order, kind_words
from targets.models import Allocation
from targets.share_cells import NO_GOAL, NotAShare, read_share
from targets.share_ground import ASKS_UNITS_FOR_A_FIGURE, Ground
from units.models import Unit

TITLE = "Giao chỉ tiêu"
GIVEN = "x"
UNIT = Column("unit", "Mã đơn vị", 14, locked=True)
KNOWN = [
    Column("name", "Đơn vị", 36, locked=True, optional=True),
    Column("kind", "Loại đơn vị", 18, locked=True, optional=True),
]
CODE = re.compile(r"(?=.*[0-9])[A-Za-z0-9._-]{1,20}")
HELP = [
    "Mỗi dòng là một đơn vị, mỗi cột là một chỉ tiêu; mỗi ô là mức giao cho đơn vị ấy.",
    "Ô trống: đơn vị không nhận chỉ tiêu. Xoá trắng một ô đang có mức là thôi giao.",
    "Gõ x: giao chỉ tiêu nhưng không có mức riêng (tỷ lệ thì áp dụng mức của phường).",
    "Gõ một số: mức riêng của đơn vị, hiểu theo chiều của mức phường.",
    "Mức phường ghi “≥” thì số là không thấp hơn; ghi “≤” thì số là không quá; ghi “=” thì số là đúng bằng.",
    "Muốn ghi khác: gõ “≥ 5”, “≤ 5”, “= 5” hoặc “từ 3 đến 5”.",
    "Số viết kiểu Việt Nam: dấu phẩy trước phần thập phân.",
    "Không dùng công thức, không gộp ô; nếu đã tính bằng công thức thì chép rồi dán giá trị.",
    "Cổng khớp theo mã đơn vị và mã chỉ tiêu (chữ đầu của tiêu đề cột), không theo thứ tự.",
    "Có thể xoá bớt dòng, cột: phần không có trong bảng được giữ nguyên.",
    "Sau khi tải lên, cổng kiểm tra và cho xem từng thay đổi trước khi ghi.",
]


@dataclass
class ShareTable:
    """A sheet that was read: {(target pk, unit pk): (cell, share)}, and what could not be read."""

    shares: dict = field(default_factory=dict)
    targets: dict = field(default_factory=dict)
    units: dict = field(default_factory=dict)
    remarks: list = field(default_factory=list)
    faults: list = field(default_factory=list)


@dataclass
class ShareChanges:
    """What a sheet changes: `listed` tells it to people; with `faults` nothing of it was written."""

    listed: list
    remarks: list
    faults: list


def write(campaign):
    """The workbook filled with what the portal holds now, as bytes."""
    targets = list(campaign.targets.live().in_plan_order())
    held = {
        (share.target_id, share.unit_id): (share.at_least, share.at_most)
        for share in Allocation.objects.open().filter(target__in=targets).order_by()
    }
    units = _units(campaign, {unit for _, unit in held})
    sheet = xlsx.Sheet(
        TITLE,
        [UNIT, *KNOWN, *(_column(target) for target in targets)],
        (
            [unit.code, unit.name, kind_words(unit), *(_shown(t, held.get((t.pk, unit.pk))) for t in targets)]
            for unit in units
        ),
        protected=True,
        frozen_columns=2,
    )
    return xlsx.write([sheet, xlsx.help_sheet(HELP)])


def read(campaign, content, *, tell):
    """The sheet's cells as shares: `ShareTable`. Refused when it can not be read; `tell(done, total)` hears of rows."""
    table = xlsx.read_table(content, [UNIT, *KNOWN], sheet=TITLE)
    found = ShareTable(faults=list(table.faults))
    across, down = _targets_across(campaign, table, found), _units_down(campaign, table, found)
    found.targets = {target.pk: target for target in across.values()}
    found.units = {unit.pk: unit for unit in down.values()}
    for done, row in enumerate(table.rows, start=1):
        if unit := down.get(row.number):
            for column, target in across.items():
                cell = row.more.get(column) or xlsx.Cell(row.number, column)
                try:
                    found.shares[target.pk, unit.pk] = cell, _share_of(target, cell)
                except NotAShare as slip:
                    found.faults.append(Fault(cell.address, str(slip).rstrip(".")))
        tell(done, len(table.rows))
    return found


def carry_out(campaign, table, *, is_dry, by, at, reason="", decision_number=""):
    """Give, change and take away what the sheet says, in the caller's transaction: `ShareChanges`."""
    ground = Ground.of(campaign, table.shares)
    listed, changes = [], {}
    for pair, (cell, share) in table.shares.items():
        if share != (old := ground.share(pair)):
            changes[pair] = share
            listed.append(_told(table.targets[pair[0]], table.units[pair[1]], cell, old, share))
    wrong = ground.faults(changes)
    faults = [Fault(table.shares[pair][0].address, sentence.rstrip(".")) for pair, sentence in wrong.items()]
    found = ShareChanges(listed, table.remarks, [*table.faults, *faults])
    if not is_dry and not found.faults:
        why = {"reason": reason, "decision_number": decision_number}
        allocating.set_shares(campaign, changes, **why, by=by, at=at)
    return found


def _units(campaign, holders):
    reporting = Participation.objects.filter(campaign=campaign, reports=True).values("unit")
    return sorted(Unit.objects.filter(Q(pk__in=reporting) | Q(pk__in=holders)), key=kind_order)


def _column(target):
    goal = numbers.show_interval(target.at_least, target.at_most)
    title = f"{target.code}\n{target.name}\n{goal} {target.unit_of_measure}".strip()
    if target.answer not in ASKS_UNITS_FOR_A_FIGURE:
        return Column(target.code, title, 18, hint="Gõ x: giao cho đơn vị. Để trống: không giao.")
    at_least, at_most = read_share("1", target)
    bare = "không thấp hơn" if at_most is None else "không quá" if at_least is None else "đúng bằng"
    hint = f"Gõ số: mức {bare} của đơn vị. Gõ x: giao, không có mức riêng. Để trống: không giao."
    return Column(target.code, title, 18, kind="number", decimals=target.decimals, hint=hint)


def _shown(target, share):
    """A share as its cell holds it: a number where a number alone says it all."""
    if share is None:
        return None
    if share == NO_GOAL:
        return GIVEN
    number = next(bound for bound in share if bound is not None)
    try:
        is_plain = read_share(numbers.show(number), target) == share
    except NotAShare:  # finer than the target's decimals are by now
        is_plain = False
    return number if is_plain else numbers.show_interval(*share)


def _targets_across(campaign, table, found):
    """{column: target}; a heading that looks like a code and is none is a fault, any other a remark."""
    targets = {target.code.lower(): target for target in campaign.targets.live()}
    across, missing = {}, dict(targets)
    for column, title in table.more.items():
        code = title.split()[0] if title.split() else ""
        address = f"{xlsx.letters(column)}{table.heading}"
        target = targets.get(code.lower())
        if target in across.values():
            found.faults.append(Fault(address, f"Chỉ tiêu {code} có hai cột; đề nghị giữ một cột"))
        elif target:
            across[column] = missing.pop(code.lower())
        elif CODE.fullmatch(code):
            found.faults.append(
                Fault(address, f"Không có chỉ tiêu mã “{code}” đang theo dõi; đề nghị sửa mã hoặc xoá cột")
            )
        else:
            found.remarks.append(Fault(address, f"Cột “{title}” không thuộc mẫu nên không được đọc"))
    if not across:
        found.faults.append(Fault("", "Không thấy cột nào có mã chỉ tiêu; đề nghị dùng mẫu tải từ cổng"))
    elif missing:
        codes = ", ".join(target.code for target in missing.values())
        found.remarks.append(Fault("", f"Không có cột của chỉ tiêu {codes}: phần đã giao được giữ nguyên"))
    return across


def _units_down(campaign, table, found):
    """{row number: unit}; a row that holds something without a known code is a fault."""
    reporting = Unit.objects.filter(participations__campaign=campaign, participations__reports=True)
    holding = Unit.objects.filter(allocations__in=Allocation.objects.open().filter(target__campaign=campaign))
    units = {unit.code.lower(): unit for unit in [*reporting, *holding]}
    down, missing = {}, dict(units)
    for row in table.rows:
        cell = row["unit"]
        if cell.fault:
            found.faults.append(Fault(cell.address, cell.fault))
        elif not cell.text:
            found.faults.append(
                Fault(cell.address, "Thiếu mã đơn vị; đề nghị ghi mã, hoặc xoá cả dòng nếu là dòng cộng, ghi chú")
            )
        elif cell.text.lower() not in units:
            found.faults.append(
                Fault(
                    cell.address,
                    f"Không có đơn vị mã “{cell.text}” phải báo cáo trong đợt thi đua; đề nghị sửa mã hoặc xoá dòng",
                )
            )
        elif cell.text.lower() not in missing:
            found.faults.append(Fault(cell.address, f"Đơn vị “{cell.text}” có hai dòng; đề nghị giữ một dòng"))
        else:
            down[row.number] = missing.pop(cell.text.lower())
    if down and missing:
        names = "; ".join(sorted(unit.name for unit in missing.values()))
        found.remarks.append(Fault("", f"Không có dòng của {names}: phần đã giao được giữ nguyên"))
    return down


def _share_of(target, cell):
    """What a cell gives. Raises NotAShare with what to type instead."""
    if cell.fault:
        raise NotAShare(cell.fault)
    if isinstance(cell.value, (date, bool)):
        raise NotAShare(f"Ô này là “{cell.text}”, không phải mức giao; đề nghị gõ lại, ví dụ: 12 hoặc từ 3 đến 5")
    return read_share(cell.text, target)


def _told(target, unit, cell, old, new):
    verb = "added" if old is None else "taken" if new is None else "changed"
    return {
        "verb": verb,
        "cell": cell.address,
        "subject": unit.name,
        "field": f"{target.code} · {target.name}",
        "old": _said(old),
        "new": _said(new),
    }


def _said(share):
    if share is None:
        return ""
    return "giao, không có mức riêng" if share == NO_GOAL else numbers.show_interval(*share)
