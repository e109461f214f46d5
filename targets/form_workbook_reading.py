"""A filled-in workbook of a unit's form is looked at: what it would change in the draft, and what is wrong with it."""

import json
from dataclasses import dataclass, field

from campaign_portal import xlsx
from campaign_portal.xlsx import Fault
from targets import drafting
from targets.form_workbook import BOXES, COLUMNS, QUESTIONS, TARGETS, WORDS, is_same, mark, typed_text
from targets.models import Submission
from targets.result_rows import Row
from units.refusals import Refused

NOT_OURS = "Tệp này không phải biểu mẫu tải từ cổng, hoặc đã mất cột ẩn; đề nghị tải biểu mẫu rồi chép số liệu sang."
KEPT = "Ô này không được yêu cầu sửa nên giữ như bản đã nộp; nội dung trong tệp được bỏ qua"


@dataclass(frozen=True)
class Change:
    """One box of the draft that would hold something else. `by` changed it on the portal since the file was written."""

    key: str
    cell: str
    label: str
    old: str
    new: str
    text: str
    version: int
    by: str = ""


@dataclass
class Checked:
    """What a workbook came to. With `faults` nothing of it is taken; `warnings` may be taken into a draft."""

    changes: list[Change] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)  # {cell key: address}


@dataclass(frozen=True)
class _Stamp:
    submission: int
    whose: object
    held: dict

    def of(self, part):
        """(version, mark) of a box when the file was written."""
        kept = self.held.get(part)
        return tuple(kept) if isinstance(kept, list) and len(kept) == 2 else (0, mark(part, ""))


def read(form, content):
    """`Checked` for an unbound `ResultsForm` and the bytes of a workbook. Refused when it is not this hand-in's."""
    found = Checked()
    sheets = [(TARGETS, COLUMNS, {row.target.code.casefold(): row for row in form.rows})]
    if form.prompts:
        cells = dict(zip((prompt.code for prompt in form.questions), form.prompts, strict=True))
        sheets.append((QUESTIONS, WORDS, {code.casefold(): cell for code, cell in cells.items()}))
    tables = [(xlsx.read_table(content, columns, sheet=title), known) for title, columns, known in sheets]
    _refuse_foreign(form.submission, [_stamp(row) for table, _ in tables for row in table.rows])
    for table, known in tables:
        found.faults += [Fault(_place(table, fault.cell), fault.sentence) for fault in table.faults]
        _read_rows(form, table, known, found)
    _judge(form, found)
    return found


def _place(table, address):
    return f"{table.name}!{address}"


def _stamp(row):
    """What the portal wrote into a row; None where that is gone."""
    try:
        read = json.loads(row["stamp"].text)
        return _Stamp(int(read["s"]), read["of"], dict(read["held"]))
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _refuse_foreign(submission, stamps):
    written_for = {stamp.submission for stamp in stamps if stamp}
    if not written_for:
        raise Refused(NOT_OURS)
    if not (foreign := written_for - {submission.pk}):
        return
    own = Submission.objects.filter(pk__in=foreign, unit=submission.unit_id).select_related("period").first()
    whose = f"của kỳ “{own.period.name}”" if own else "của đơn vị khác"
    raise Refused(
        f"Tệp này có nội dung từ biểu mẫu {whose}; đề nghị tải biểu mẫu của {submission.unit.called}, "
        f"kỳ “{submission.period.name}”, rồi nhập lại."
    )


def _read_rows(form, table, known, found):
    met = set()
    for row in table.rows:
        code, place = row["code"].text.strip(), _place(table, row["code"].address)
        stamp, owner, is_again = _stamp(row), known.get(code.casefold()), code.casefold() in met
        met.add(code.casefold())
        if stamp is None:
            found.faults.append(Fault(place, "Dòng này không có trong biểu mẫu tải từ cổng; đề nghị xoá dòng này"))
        elif owner is None:
            found.warnings.append(Fault(place, f"Đơn vị không còn được hỏi mục mang mã “{code}”; dòng này được bỏ qua"))
        elif stamp.whose != (owner.target.pk if isinstance(owner, Row) else owner.key.removeprefix("prompt.")):
            found.faults.append(Fault(place, "Mã ở dòng này đã bị đổi; đề nghị tải lại biểu mẫu"))
        elif is_again:
            found.faults.append(Fault(place, f"Mã “{code}” có hai dòng; đề nghị giữ một dòng"))
        else:
            _read_boxes(form, table, row, owner, stamp, found)
    for code in known.keys() - met:
        name = code.upper() if table.name == TARGETS else code
        found.warnings.append(Fault("", f"Tệp chưa có mục mang mã “{name}”; đề nghị điền mục này trên cổng"))


def _read_boxes(form, table, row, owner, stamp, found):
    boxes = owner.cells if isinstance(owner, Row) else {"words": owner}
    for part in (*BOXES, "words"):
        if part not in row:
            continue
        cell, place = row[part], _place(table, row[part].address)
        if cell.fault:
            found.faults.append(Fault(place, cell.fault))
        elif part not in boxes:
            if cell.text:
                found.warnings.append(Fault(place, "Chỉ tiêu này không dùng ô này; nội dung được bỏ qua"))
        else:
            found.places[boxes[part].key] = place
            try:
                text = drafting.clean_text(typed_text(owner, part, cell))
            except ValueError as advice:
                found.faults.append(Fault(place, str(advice)))
            else:
                _compare(form, boxes[part], part, text, stamp, found)


def _compare(form, box, part, text, stamp, found):
    version, before = stamp.of(part)
    if mark(part, text) == before or is_same(part, text, box.text):
        return  # not touched in the file, or the draft holds the same
    if box.is_locked:
        found.warnings.append(Fault(found.places[box.key], KEPT))
        return
    found.changes.append(change(form, box, text, version, cell=found.places[box.key]))


def change(form, box, text, version, *, cell=""):
    """What taking a text into a box would do, the box having been read at a version."""
    now = form.versions.get(box.key, 0)
    by = form.submission.draft.get(box.key, {}).get("by", "") if now != version else ""
    return Change(
        key=box.key,
        cell=cell,
        label=box.label,
        old=box.shown,
        new=box.holding(text).shown,
        text=text,
        version=now,
        by=by,
    )


def changes_now(form, cells, versions):
    """The changes that confirmed cells would make now, after somebody else changed some of them."""
    boxes = {cell.key: cell for row in form.rows for cell in row.cells.values()} | {c.key: c for c in form.prompts}
    return [
        change(form, boxes[key], text, versions.get(key, 0))
        for key, text in cells.items()
        if key in boxes and text != boxes[key].text
    ]


def _judge(form, found):
    """Say of each answer that has begun what a hand-in would refuse. A draft may hold it all the same."""
    texts = {cell.key: cell.text for row in form.rows for cell in row.cells.values()}
    texts |= {change.key: change.text for change in found.changes}
    touched = {change.key.rpartition(".")[0] for change in found.changes}
    for row in form.rows:
        if row.key not in touched:
            continue
        would_be = Row(row.asked, texts, with_estimate=form.with_estimate, year=row.year)
        would_be.check()
        for cell in would_be.cells.values():
            place = found.places.get(cell.key) or found.places.get(f"{row.key}.amount", "")
            found.warnings += [Fault(place, sentence.rstrip(".")) for sentence in cell.errors]
