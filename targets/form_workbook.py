"""A unit's form as a workbook, for who works offline: out with the unit's targets locked in place, in to be looked at.

Rows are matched by target code and question code, never by position. Each carries, hidden, whose it is and what its
boxes held when it was written, so that only what was typed since counts, and what somebody changed on the portal
meanwhile is told instead of being lost.
"""

import hashlib
import json

from campaign_portal import xlsx
from campaign_portal.xlsx import Column, Locked, Sheet
from targets import numbers
from targets.answers import FIGURES
from targets.drafting import MAX_CELL
from targets.readback import goal_words
from targets.result_rows import NO, TICKED, YES, YES_NO_WORDS

TARGETS, QUESTIONS = "Chỉ tiêu", "Câu hỏi"
TICK = "x"
STAMP = Column("stamp", "Dành cho cổng", 12, locked=True, hidden=True)
BOXES = (*FIGURES, "text", "no_data", "note")  # the parts of a target that a person fills in, as columns
CODE = Column("code", "Mã", 10, locked=True)
COLUMNS = [
    CODE,
    Column("name", "Chỉ tiêu", 46, locked=True, optional=True),
    Column("goal", "Mức giao", 22, locked=True, optional=True),
    Column("unit", "Đơn vị tính", 12, locked=True, optional=True),
    Column("how", "Cách tính", 40, locked=True, optional=True),
    Column(
        "amount",
        "Thực hiện",
        18,
        hint="Gõ số như 1.234,5. Chỉ tiêu tỷ lệ: gõ tử số. Chỉ tiêu đạt hay không: gõ Đạt hoặc Chưa đạt.",
    ),
    Column("base", "Mẫu số", 18, optional=True, hint="Chỉ điền ở chỉ tiêu tỷ lệ."),
    Column("est_amount", "Ước cả năm", 18, optional=True, hint="Chưa ước được thì để trống. Chỉ tiêu tỷ lệ: gõ tử số."),
    Column("est_base", "Ước cả năm: mẫu số", 18, optional=True, hint="Chỉ điền ở chỉ tiêu tỷ lệ."),
    Column("text", "Trả lời bằng lời", 50, optional=True),
    Column("no_data", "Không có số liệu", 12, choices=(TICK,), hint="Chọn x nếu không có, rồi ghi lý do ở Ghi chú."),
    Column("note", "Ghi chú", 40),
    STAMP,
]
WORDS = [
    CODE,
    Column("name", "Câu hỏi", 50, locked=True, optional=True),
    Column("words", "Trả lời", 90, hint="Muốn xuống dòng trong ô, bấm Alt + Enter."),
    STAMP,
]
HELP = [
    "Tệp này có sẵn các chỉ tiêu giao cho đơn vị và những gì đã lưu trên cổng. Chỉ các ô nền trắng điền được.",
    "Gõ số kiểu Việt Nam: 1.234,5 (dấu chấm tách hàng nghìn, dấu phẩy trước phần thập phân). Không dùng công thức.",
    "Chỉ tiêu tỷ lệ cần hai số: tử số ở cột “Thực hiện”, mẫu số ở cột “Mẫu số”. Cổng tự tính tỷ lệ.",
    "Chỉ tiêu đạt hay không đạt: gõ Đạt hoặc Chưa đạt.",
    "Không có số liệu: chọn x ở cột “Không có số liệu” và ghi lý do ở cột “Ghi chú”.",
    "Trang “Câu hỏi” để viết lời; muốn xuống dòng trong ô, bấm Alt + Enter.",
    "Điền xong, lưu tệp, vào trang kết quả của đơn vị trên cổng, chọn “Làm trên Excel”, tải tệp lên để xem trước.",
    "Sau khi đồng ý, nội dung vào bản nháp. Bản nháp chưa phải là nộp: đề nghị xem lại trên cổng rồi bấm nộp.",
    "Minh chứng không gửi bằng tệp này; đề nghị đính kèm trên cổng.",
]


def write(form):
    """The bytes of the workbook of an unbound `ResultsForm`."""
    held = {part for row in form.rows for part in row.cells}
    columns = [column for column in COLUMNS if column.key not in BOXES or column.key in held]
    sheets = [Sheet(TARGETS, columns, [_row_of(form, row) for row in form.rows], protected=True, frozen_columns=2)]
    if form.prompts:
        words = [_question_of(form, prompt, cell) for prompt, cell in zip(form.questions, form.prompts, strict=True)]
        sheets.append(Sheet(QUESTIONS, WORDS, words, protected=True))
    return xlsx.write([*sheets, xlsx.help_sheet([form.submission.unit.name, form.submission.period.name, *HELP])])


def _row_of(form, row):
    target = row.target
    told = {
        "code": target.code,
        "name": f"{target.number}. {target.name}",
        "goal": goal_words(row.asked),
        "unit": target.unit_of_measure,
        "how": "\n".join(filter(None, [_two_figures(row), target.how_to_count])),
        "stamp": _stamp(form, target.pk, {part: row.cells[part] for part in BOXES if part in row.cells}),
    }
    return told | {part: _written(row.cells[part], part) if part in row.cells else Locked() for part in BOXES}


def _two_figures(row):
    if row.is_yes_no:
        return f"Gõ {YES_NO_WORDS[YES]} hoặc {YES_NO_WORDS[NO]}."
    if row.is_ratio:
        return f"Tử số: {row.cells['amount'].caption}. Mẫu số: {row.cells['base'].caption}."
    return ""


def _question_of(form, prompt, cell):
    return {
        "code": prompt.code,
        "name": "\n".join(filter(None, [prompt.heading, prompt.hint])),
        "words": _written(cell, "words"),
        "stamp": _stamp(form, prompt.code, {"words": cell}),
    }


def _written(cell, part):
    """What the box holds, as text, so that no program turns “1.234” into one and a fraction."""
    shown = (TICK if cell.is_ticked else "") if part == "no_data" else cell.words.get(cell.text, cell.text)
    return Locked(shown) if cell.is_locked else shown


def _stamp(form, whose, cells):
    """Hand-in, target or question, and for each box that held something its version and the mark of its text."""
    held = {
        part: [form.versions.get(cell.key, 0), mark(part, cell.text)]
        for part, cell in cells.items()
        if cell.text or form.versions.get(cell.key)
    }
    return json.dumps({"s": form.submission.pk, "of": whose, "held": held}, separators=(",", ":"))


def mark(part, text):
    """What tells whether a box still holds the same: a number counts as the number that it is."""
    return hashlib.sha256(_canonical(part, text).encode()).hexdigest()[:12]


def is_same(part, one, other):
    return _canonical(part, one) == _canonical(part, other)


def _canonical(part, text):
    if part in FIGURES:
        try:
            return numbers.show(numbers.parse(text))
        except numbers.NotANumber:
            pass
    return text


def typed_text(row, part, cell):
    """The raw text of a box (see `targets.drafting`) from what stands in its cell; ValueError says what to type."""
    if len(cell.text) > MAX_CELL:
        raise ValueError("Nội dung dài quá 20.000 ký tự; đề nghị rút gọn")
    folded = " ".join(cell.text.casefold().split())
    if part == "no_data":
        if folded not in TICKS:
            raise ValueError("Đề nghị gõ x nếu không có số liệu, nếu có thì để trống")
        return TICKS[folded]
    if part in FIGURES and row.is_yes_no:
        return VERDICTS.get(folded, cell.text)
    if part in FIGURES and isinstance(cell.value, numbers.Decimal) and not cell.text.endswith("%"):
        return numbers.show(cell.value)
    return cell.text


TICKS = {TICK: TICKED, "có": TICKED, "true": TICKED, "1": TICKED, "": "", "không": "", "false": "", "0": ""}
VERDICTS = {"đạt": YES, "chưa đạt": NO, "không đạt": NO}
