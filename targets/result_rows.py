"""One target on the results form: its boxes with their raw text, what is wrong with them, what stands beside them."""

from targets import numbers
from targets.answers import plain, result_fields
from targets.models import Answer
from targets.progress import value_of
from targets.readback import figure_words, goal_words, last_year_words

TICKED = "on"
YES, NO = "1", "0"
FIGURES_DECIMALS = 4  # of a ratio's two figures; the target's own decimals are those of its value
TICK_WORDS = {TICKED: "có đánh dấu", "": "không đánh dấu"}
YES_NO_WORDS = {YES: "Đạt", NO: "Chưa đạt"}


class Cell:
    """One box: its name, label, raw text and what is wrong with it. Quacks like a bound field for the error summary."""

    is_hidden = False

    def __init__(self, key, caption, text, *, owner="", hint="", words=None, unit=""):
        self.key = self.id_for_label = key
        self.caption, self.hint, self.text, self.words, self.unit = caption, hint, text, words or {}, unit
        self.label = f"{owner} – {caption}" if owner else caption
        self.errors = []
        self.is_locked, self.why = False, ""  # of a returned hand-in: it stays as it is; what the office said about it

    @property
    def is_ticked(self):
        return self.text == TICKED

    @property
    def described_by(self):
        """The ids of what the page says about the box, for those who hear it."""
        parts = ("w" if self.why else "", "e" if self.errors else "")
        return " ".join(f"{self.key}.{part}" for part in parts if part)

    @property
    def shown(self):
        """The raw text as a person reads it."""
        return self.words.get(self.text) or self.text or "(để trống)"

    @property
    def told(self):
        """The same with its unit of measure."""
        return f"{self.shown} {self.unit}" if self.text and self.unit else self.shown

    def holding(self, text):
        """The same box with another text."""
        return Cell(self.key, self.caption, text, words=self.words)


class Row:
    """One target on the form. `year` is the one that the campaign is about."""

    files = None  # its `FilePlace`, on the form
    previous = None  # the unit's last accepted result of an earlier period, on the page
    far_words = ""  # of a checked row: the figure that is far from its goal
    is_new = False  # given since the revision that was returned: all of it is open

    def __init__(self, asked, texts, *, with_estimate, year):
        self.asked, self.target, self.with_estimate, self.year = asked, asked.target, with_estimate, year
        self.key = f"target.{self.target.pk}"
        parts = {"text": "Trả lời"} if self.is_text else self._figures()
        parts |= {"no_data": "Không có số liệu", "note": "Ghi chú", "sure": "Xác nhận"}
        self.cells = {part: self._cell(part, caption, texts) for part, caption in parts.items()}
        self.asks_sure = self.cells["sure"].is_ticked

    def _cell(self, part, caption, texts):
        key = self.asked.key(part)
        words, unit = None, ""
        if part in ("no_data", "sure"):
            words = TICK_WORDS
        elif self.is_yes_no and part in self.asked.parts:
            words = YES_NO_WORDS
        elif self.is_number and part in self.asked.parts:
            unit = self.target.unit_of_measure
        owner = f"Chỉ tiêu {self.target.number}"
        return Cell(key, caption, texts.get(key, ""), owner=owner, words=words, unit=unit)

    def _figures(self):
        amount = self.target.amount_label or ("Tử số" if self.is_ratio else "Thực hiện")
        base = self.target.base_label or "Mẫu số"
        labels = {
            "amount": amount,
            "base": base,
            "est_amount": f"Ước cả năm: {amount}" if self.is_ratio else "Ước cả năm",
            "est_base": f"Ước cả năm: {base}",
        }
        return {part: labels[part] for part in self.asked.parts if self.with_estimate or not part.startswith("est_")}

    @property
    def is_ratio(self):
        return self.target.answer == Answer.RATIO

    @property
    def is_number(self):
        return self.target.answer == Answer.NUMBER

    @property
    def is_yes_no(self):
        return self.target.answer == Answer.YES_NO

    @property
    def is_text(self):
        return self.target.answer == Answer.TEXT

    @property
    def figures(self):
        """The boxes for figures, the actual before the estimate."""
        return [self.cells[part] for part in self.asked.parts if part in self.cells]

    @property
    def estimates_from(self):
        """How many of the `figures` are actual ones."""
        return sum(not part.startswith("est_") for part in self.asked.parts)

    @property
    def decimals(self):
        return self.target.decimals if self.is_number else FIGURES_DECIMALS

    @property
    def keyboard(self):
        """Which keys a phone offers; its number pads have no minus sign."""
        if self.target.may_be_negative:
            return "text"
        return "decimal" if self.decimals else "numeric"

    @property
    def goal(self):
        return goal_words(self.asked)

    @property
    def previous_words(self):
        """The unit's last accepted figure of an earlier period, and its day; empty where there is none."""
        if self.previous is None:
            return ""
        period = self.previous.revision.submission.period
        shown = figure_words(self.asked, self.previous.amount, self.previous.base)
        return shown and f"{period.name}: {shown} (đến hết ngày {period.figures_as_of:%d/%m/%Y})"

    @property
    def last_year_words(self):
        return last_year_words(self.asked, self.year - 1)

    @property
    def bounds(self):
        """(at least, at most) as plain strings, empty where there is none: the page measures figures by them."""
        if not (self.is_number or self.is_ratio):
            return "", ""
        return tuple(plain(bound) or "" for bound in self.asked.bounds)

    @property
    def note_is_open(self):
        return any(self.cells[part].text or self.cells[part].errors for part in ("no_data", "note", "sure")) or any(
            self.cells[part].why for part in ("no_data", "note")
        )

    @property
    def is_kept(self):
        """Whether all of it stays as it was returned."""
        return self.files.is_locked and all(cell.is_locked for cell in self.cells.values())

    @property
    def is_filled(self):
        """Whether what must be answered is: every figure to date, a sentence, or that there is none."""
        if self.is_ticked("no_data"):
            return True
        needed = ["text"] if self.is_text else [part for part in self.asked.parts if not part.startswith("est_")]
        return all(self.text(part) for part in needed)

    @property
    def answered(self):
        """The boxes that hold something to read."""
        return [cell for part, cell in self.cells.items() if cell.text and part != "sure"]

    @property
    def state(self):
        """ "wrong", "filled" or "empty", as the page's list of targets shows it."""
        if any(cell.errors for cell in self.cells.values()) or self.files.errors:
            return "wrong"
        return "filled" if self.is_filled else "empty"

    def text(self, part):
        return self.cells[part].text if part in self.cells else ""

    def is_ticked(self, part):
        return self.cells[part].is_ticked

    def _wrong(self, part, sentence):
        self.cells[part].errors.append(sentence)

    def check(self):
        """The fields of its `Result`; what is wrong is noted on the cells."""
        if self.is_ticked("no_data"):
            if not self.text("note"):
                self._wrong("note", "Đề nghị ghi lý do không có số liệu.")
            return result_fields(self.target, no_data=True, note=self.text("note"))
        if self.is_text:
            if not self.text("text"):
                self._wrong("text", "Chưa có câu trả lời; nếu không có, đánh dấu “Không có số liệu” và ghi lý do.")
            return result_fields(self.target, text=self.text("text"), note=self.text("note"))
        values = {part: self._figure(part) for part in self.asked.parts if part in self.cells}
        if self.is_ratio:
            self._check_ratio("amount", "base", values)
            self._check_ratio("est_amount", "est_base", values)
        if not any(self.cells[part].errors for part in values):
            self._check_range(values)
        return result_fields(self.target, **values, note=self.text("note"))

    def _figure(self, part):
        text = self.text(part)
        if not text:
            if not part.startswith("est_"):
                missing = "Chưa chọn" if self.is_yes_no else "Chưa gõ số"
                self._wrong(part, f"{missing}; nếu không có, đánh dấu “Không có số liệu” và ghi lý do.")
            return None
        if self.is_yes_no:
            if text not in (YES, NO):
                self._wrong(part, "Chỉ chọn Đạt hoặc Chưa đạt.")
            return numbers.parse(text) if text in (YES, NO) else None
        try:
            value = numbers.parse(text, decimals=self.decimals)
        except numbers.NotANumber as reason:
            self._wrong(part, f"{reason}.")
            return None
        if value < 0 and (part.endswith("base") or not self.target.may_be_negative):
            self._wrong(part, "Ô này không ghi số âm.")
            return None
        return value

    def _check_ratio(self, over, under, values):
        amount, base = values.get(over), values.get(under)
        if over.startswith("est_") and bool(self.text(over)) != bool(self.text(under)):
            empty = under if self.text(over) else over
            self._wrong(empty, "Ước cả năm của chỉ tiêu tỷ lệ cần đủ hai ô, hoặc để trống cả hai.")
        if base == 0:
            self._wrong(under, "Mẫu số phải lớn hơn 0; nếu không có, đánh dấu “Không có số liệu” và ghi lý do.")
        if self.target.part_of_whole and amount is not None and base and amount > base:
            self._wrong(
                over, f"Ô này là một phần của “{self._caption(under)}” nên không được lớn hơn {numbers.show(base)}."
            )

    def _caption(self, part):
        return self.cells[part].caption.removeprefix("Ước cả năm: ")

    def _check_range(self, values):
        """A figure outside 1/10 … 10 × its goal may be a slip of units: it needs a tick and a reason."""
        if self.is_yes_no:
            return
        at_least, at_most = self.asked.bounds
        pairs = [("amount", "base"), ("est_amount", "est_base")]
        judged = [value_of(self.target, values.get(over), values.get(under), None) for over, under in pairs]
        far = [v for v in judged if v is not None and numbers.out_of_range(v, at_least=at_least, at_most=at_most)]
        self.asks_sure = bool(far)
        if not far:
            return
        figure = f"{numbers.show(far[0], self.target.decimals)} {self.target.unit_of_measure}".strip()
        goal = f"{numbers.show_interval(at_least, at_most)} {self.target.unit_of_measure}".strip()
        self.far_words = f"{figure} khác xa mức {goal}"
        if self.is_ticked("sure") and self.text("note"):
            return
        self._wrong(
            "sure" if not self.is_ticked("sure") else "note",
            f"{self.far_words}: đề nghị xem lại đơn vị tính. Nếu đúng, đánh dấu xác nhận và ghi lý do.",
        )
