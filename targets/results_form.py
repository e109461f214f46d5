"""The form in which a unit answers its targets: raw text by cell, what is wrong with it, and the checked answers.

A cell is named as in the draft (`targets.drafting`): ``target.<id>.<part>`` and ``prompt.<code>``. The parts are the
figures of `Result` (amount, base, est_amount, est_base), `no_data`, `note`, `text`, and `sure`: the tick that a figure
far from its goal is meant.
"""

import json
import re
import uuid
from functools import cached_property

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Layout
from django import forms
from django.db.models import prefetch_related_objects
from django.urls import reverse

from targets import drafting, numbers
from targets.answers import Answers, asked_of, prompts_of, result_fields
from targets.evidence import attached, by_target
from targets.file_places import FilePlace
from targets.models import Allocation, Answer, Result
from targets.progress import value_of
from targets.readback import ReadBack, figure_words, goal_words
from targets.returning import opening_of

TICKED = "on"
YES, NO = "1", "0"
KEY = re.compile(r"target\.([0-9]{1,18})\.(?:amount|base|est_amount|est_base|no_data|note|text|sure)", re.A)
FIGURES_DECIMALS = 4  # of a ratio's two figures; the target's own decimals are those of its value


class Cell:
    """One box: its name, label, raw text and what is wrong with it. Quacks like a bound field for the error summary."""

    is_hidden = False

    def __init__(self, key, caption, text, *, owner="", hint="", words=None):
        self.key = self.id_for_label = key
        self.caption, self.hint, self.text, self.words = caption, hint, text, words or {}
        self.label = f"{owner} – {caption}" if owner else caption
        self.errors = []
        self.is_locked, self.why = False, ""  # of a returned hand-in: it stays as it is; what the office said about it

    @property
    def is_ticked(self):
        return self.text == TICKED

    @property
    def shown(self):
        """The raw text as a person reads it."""
        return self.words.get(self.text) or self.text or "(để trống)"

    def holding(self, text):
        """The same box with another text."""
        return Cell(self.key, self.caption, text, words=self.words)


TICK_WORDS = {TICKED: "có đánh dấu", "": "không đánh dấu"}
YES_NO_WORDS = {YES: "Đạt", NO: "Chưa đạt"}


class Row:
    """One target on the form."""

    files = None  # its `FilePlace`, on the form
    previous = None  # the unit's last accepted result of an earlier period, on the page

    def __init__(self, asked, texts, *, with_estimate):
        self.asked, self.target, self.with_estimate = asked, asked.target, with_estimate
        parts = {"text": "Trả lời"} if self.is_text else self._figures()
        parts |= {"no_data": "Không có số liệu", "note": "Ghi chú", "sure": "Xác nhận"}
        self.cells = {part: self._cell(part, caption, texts) for part, caption in parts.items()}
        self.asks_sure = self.cells["sure"].is_ticked

    def _cell(self, part, caption, texts):
        key = self.asked.key(part)
        words = None
        if part in ("no_data", "sure"):
            words = TICK_WORDS
        elif self.is_yes_no and part in self.asked.parts:
            words = YES_NO_WORDS
        return Cell(key, caption, texts.get(key, ""), owner=f"Chỉ tiêu {self.target.number}", words=words)

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
        """The unit's last accepted figure of an earlier period; empty where there is none."""
        if self.previous is None:
            return ""
        return figure_words(self.asked, self.previous.amount, self.previous.base)

    @property
    def note_is_open(self):
        return any(self.cells[part].text or self.cells[part].errors for part in ("no_data", "note", "sure"))

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
        if not far or (self.is_ticked("sure") and self.text("note")):
            return
        figure = f"{numbers.show(far[0], self.target.decimals)} {self.target.unit_of_measure}".strip()
        goal = f"{numbers.show_interval(at_least, at_most)} {self.target.unit_of_measure}".strip()
        self._wrong(
            "sure" if not self.is_ticked("sure") else "note",
            f"{figure} khác xa mức {goal}: đề nghị xem lại đơn vị tính. Nếu đúng, đánh dấu xác nhận và ghi lý do.",
        )


class ResultsForm(forms.Form):
    """A unit's answers in one period.

    Unbound it shows the draft. Bound it checks everything, or with `as_draft` only the files. `cells` and `versions`
    are what was typed and what each cell was read at, in either case.
    """

    def __init__(self, data=None, files=None, *, submission, as_draft=False, on_behalf=False):
        super().__init__(data, files, auto_id="%s")
        self.submission, self.as_draft, self.on_behalf = submission, as_draft, on_behalf
        self.conflicts = []
        self.opening = opening_of(submission)
        self.asked, self.questions = asked_of(submission, with_places=not self.is_bound), prompts_of(submission)
        if self.is_bound:
            self.texts = {key: drafting.clean_text(text) for key, text in data.items() if key.startswith(OURS)}
            self.versions = read_versions(data.get("versions", ""))
            self.submit_key = _key(data.get("submit_key", ""))
        else:
            self.texts, self.versions = drafting.texts(submission.draft), drafting.versions(submission.draft)
            self.submit_key = uuid.uuid4()
        if self.opening:
            self.texts |= self.opening.locked_texts(self.asked, self.questions)
        with_estimate = not submission.period.is_final
        self.rows = [Row(asked, self.texts, with_estimate=with_estimate) for asked in self.asked]
        self.prompts = [
            Cell(key := f"prompt.{prompt.code}", prompt.heading, self.texts.get(key, ""), hint=prompt.hint)
            for prompt in self.questions
        ]
        for row in self.rows:
            row.files = FilePlace(self, row.target)
        self.report_files = FilePlace(self)
        self.places = [*(row.files for row in self.rows), self.report_files]
        if self.opening:
            self._lock()

    def _lock(self):
        """Mark what stays as it was returned, and what the office said about the rest."""
        for cell in self._all_cells():
            cell.is_locked = not self.opening.holds(cell.key)
            cell.why = self.opening.marks.get(cell.key, "")
        for place in self.places:
            place.is_locked = not self.opening.shows(place)
            key = f"target.{place.target_id}.evidence" if place.target else "evidence"
            place.why = self.opening.marks.get(key, "")

    def __iter__(self):
        """Cells, then places for files: what the error summary walks over."""
        yield from self._all_cells()
        yield from self.places

    def is_multipart(self):
        return True

    def _all_cells(self):
        for row in self.rows:
            yield from row.cells.values()
        yield from self.prompts

    @cached_property
    def helper(self):
        helper = FormHelper()
        helper.form_id = "results"
        action = reverse("targets:check_results", args=[self.submission.pk])
        helper.attrs = {"action": action, "autocomplete": "off", "data-guard": "", "novalidate": ""}
        helper.attrs["data-files"] = reverse("targets:add_evidence", args=[self.submission.pk])
        if self.conflicts:
            helper.attrs["data-dirty"] = ""  # nothing of it is saved yet: leaving the page asks first
        helper.layout = Layout(
            HTML('{% include "targets/_answers.html" %}'), HTML('{% include "targets/_answers_end.html" %}')
        )
        return helper

    @property
    def cells(self):
        """{key: raw text} of every box of the form."""
        return {cell.key: cell.text for cell in self._all_cells()}

    @property
    def versions_json(self):
        keys = self.cells.keys()
        return json.dumps({k: v for k, v in self.versions.items() if k in keys}, separators=(",", ":"))

    @property
    def sectors(self):
        """[(sector, [(heading or None, [row, …]), …]), …] in the plan's order."""
        prefetch_related_objects([row.target for row in self.rows], "sector", "heading")
        unit = self.submission.unit_id
        grouped, earlier = [], earlier_results(self.submission.period, [unit])
        for row in self.rows:
            row.previous = earlier.get((unit, row.target.pk))
            if not grouped or grouped[-1][0] != row.target.sector:
                grouped.append((row.target.sector, []))
            headings = grouped[-1][1]
            if not headings or headings[-1][0] != row.target.heading:
                headings.append((row.target.heading, []))
            headings[-1][1].append(row)
        return grouped

    @cached_property
    def files_by_target(self):
        """{target primary key, or None for the whole report: [file, …]} of what is attached now."""
        kept = attached(self.submission)
        return by_target(self.opening.kept_files(kept) if self.opening else kept, self._asked_targets)

    @property
    def attached(self):
        """The files that would be handed in: the report's, then each target's."""
        pieces = [piece for place in [self.report_files, *self.places[:-1]] for piece in place.pieces]
        return [piece for piece in pieces if piece.target_id in self._asked_targets]

    @cached_property
    def _asked_targets(self):
        return {None, *(row.target.pk for row in self.rows)}

    def clean(self):
        for place in self.places:
            place.take(self.files.getlist(place.key))
            if place.errors:
                self.errors[place.key] = self.error_class(place.errors)
        if not self.as_draft:
            self.results = [row.check() for row in self.rows]
            if not self.submit_key:
                self.renew_key()
                self.add_error(None, "Biểu mẫu đã cũ; đề nghị bấm nộp lần nữa.")
        for cell in self._all_cells():
            if len(self.data.get(cell.key, "")) > drafting.MAX_CELL:
                cell.errors.append("Nội dung dài quá 20.000 ký tự; phần vượt quá không được giữ.")
            if cell.errors:
                self.errors[cell.key] = self.error_class(cell.errors)

    def refuse_files(self, place, sentence):
        """Say at a place why its posted files were not kept."""
        place.errors.append(sentence)
        self.errors[place.key] = self.error_class(place.errors)

    def answers(self):
        """The checked answers of a valid form, with the files that are attached now."""
        narratives = [
            {"prompt": prompt, "text": cell.text}
            for prompt, cell in zip(self.questions, self.prompts, strict=True)
            if cell.text
        ]
        return Answers(
            results=self.results,
            narratives=narratives,
            evidence=[piece for piece in attached(self.submission) if piece.target_id in self._asked_targets],
            cells=self.cells,
            versions=self.versions,
        )

    def read_back(self):
        """The checked answers as they would be handed in, in the plan's order."""
        return [ReadBack(asked, Result(**fields)) for asked, fields in zip(self.asked, self.results, strict=True)]

    def gaps(self):
        """[(cell key, sentence)] of what a valid form leaves open: it may be handed in so, but knowingly."""
        for row in self.rows:
            if row.is_ticked("no_data"):
                yield row.asked.key("no_data"), f"Chỉ tiêu {row.target.number} không có số liệu"
            elif "est_amount" in row.cells and not row.text("est_amount"):
                yield row.asked.key("est_amount"), f"Chỉ tiêu {row.target.number} chưa ước cả năm"
        for cell in self.prompts:
            if not cell.text:
                yield cell.key, f"Chưa trả lời: {cell.caption}"

    def renew_key(self):
        self.submit_key = uuid.uuid4()

    def show_conflicts(self, found):
        """Both texts of each cell that somebody else changed; from now on the typed one may replace the other."""
        by_key = {cell.key: cell for cell in self._all_cells()}
        for conflict in found:
            mine = by_key[conflict.key]
            self.conflicts.append({"cell": mine, "theirs": mine.holding(conflict.theirs), "by": conflict.by})
            self.versions[conflict.key] = conflict.version


OURS = ("target.", "prompt.")


def _key(text):
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def read_versions(text):
    """{cell key: version} as the page sent them; nothing where it sent nonsense, so that every change is a conflict."""
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(read, dict):
        return {}
    return {key: version for key, version in read.items() if type(version) is int}


def own_cells(submission, post):
    """{key: raw text} of those posted cells that the unit is asked: what an autosave may write."""
    found = {key: KEY.fullmatch(key) for key in post}
    wanted = {int(match[1]) for match in found.values() if match}
    held = set(
        Allocation.objects.open()
        .filter(unit=submission.unit_id, target__campaign=submission.period.campaign_id, target__in=wanted)
        .values_list("target", flat=True)
    )
    keys = [key for key, match in found.items() if match and int(match[1]) in held]
    if any(key.startswith("prompt.") for key in post):
        keys += [key for prompt in prompts_of(submission) if (key := f"prompt.{prompt.code}") in post]
    return {key: drafting.clean_text(post[key]) for key in keys}


def earlier_results(period, units):
    """{(unit id, target id): the last accepted result of an earlier period of the same campaign}. One query."""
    results = Result.objects.filter(
        revision__acceptances__isnull=False,
        revision__acceptances__ended_at__isnull=True,
        revision__submission__unit__in=units,
        revision__submission__period__campaign=period.campaign_id,
        revision__submission__period__units_due__lt=period.units_due,
    )
    return {
        (result.revision.submission.unit_id, result.target_id): result
        for result in results.select_related("revision__submission__period").order_by(
            "revision__submission__period__units_due"
        )
    }
