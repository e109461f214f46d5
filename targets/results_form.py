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

from targets import drafting
from targets.answers import Answers, asked_of, prompts_of
from targets.evidence import attached, by_target
from targets.file_places import FilePlace
from targets.models import Allocation, Result
from targets.readback import ReadBack
from targets.result_rows import Cell, Row
from targets.returning import opening_of
from units.models import UnitKind

SHORT_FOR = {UnitKind.RESIDENTIAL, UnitKind.FRONT}  # few targets, typed on a phone
FEW = 8
KEY = re.compile(r"target\.([1-9][0-9]{0,17})\.(?:amount|base|est_amount|est_base|no_data|note|text|sure)", re.A)


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
        self.with_estimate, year = not submission.period.is_final, submission.period.campaign.ends_on.year
        self.rows = [Row(asked, self.texts, with_estimate=self.with_estimate, year=year) for asked in self.asked]
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
        for row in self.rows:
            row.is_new = not any(cell.is_locked for cell in row.cells.values()) and not self._marked_cells(row)

    @staticmethod
    def _marked_cells(row):
        return [cell for cell in row.cells.values() if cell.why]

    @property
    def marked(self):
        """The boxes and places for files that the office asks to have changed, in the form's order."""
        return [box for box in self if box.why]

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
    def is_short(self):
        """Whether a unit with few people and few targets fills it in: one page, hints folded, no sectors."""
        return self.submission.unit.kind in SHORT_FOR and len(self.rows) <= FEW

    @property
    def is_first(self):
        """Whether nothing was handed in yet, so that the next hand-in decides the standing."""
        return self.submission.current_revision_id is None

    @property
    def filled(self):
        """How many targets are answered."""
        return sum(row.is_filled for row in self.rows)

    @property
    def kept(self):
        """The targets and questions of a returned hand-in that stay as they are."""
        return {
            "rows": [row for row in self.rows if row.is_kept],
            "prompts": [cell for cell in self.prompts if cell.is_locked],
        }

    @property
    def open_prompts(self):
        return [cell for cell in self.prompts if not cell.is_locked]

    @property
    def sectors(self):
        """[(sector, [(heading or None, [row, …]), …]), …] in the plan's order, without the rows that are `kept`."""
        prefetch_related_objects([row.target for row in self.rows], "sector", "heading")
        unit = self.submission.unit_id
        grouped, earlier = [], earlier_results(self.submission.period, [unit])
        for row in self.rows:
            row.previous = earlier.get((unit, row.target.pk))
            if row.is_kept:
                continue
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
        files = attached(self.submission, with_targets=False)
        return Answers(
            results=self.results,
            narratives=narratives,
            evidence=[piece for piece in files if piece.target_id in self._asked_targets],
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

    def confirmed(self):
        """[(row key, sentence)] of the figures of a valid form that are far from their goal, each with its reason."""
        for row in self.rows:
            if row.far_words:
                yield row.key, f"Chỉ tiêu {row.target.number}: {row.far_words}. Lý do: {row.text('note')}"

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
    """{key: raw text} of those posted cells that the unit is asked: what an autosave may write.

    A cell that the draft holds was asked when it came there; the database is asked about the others alone.
    """
    keys = [key for key in post if key in submission.draft]
    new = [key for key in post if key not in submission.draft]
    found = {key: int(match[1]) for key in new if (match := KEY.fullmatch(key))}
    if found:
        held = set(
            Allocation.objects.open()
            .filter(unit=submission.unit_id, target__campaign=submission.period.campaign_id)
            .filter(target__in=set(found.values()))
            .values_list("target", flat=True)
        )
        keys += [key for key, target in found.items() if target in held]
    if any(key.startswith("prompt.") for key in new):
        asked = {f"prompt.{prompt.code}" for prompt in prompts_of(submission)}
        keys += [key for key in new if key in asked]
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
