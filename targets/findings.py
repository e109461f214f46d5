"""What the office reads of hand-ins: every result beside its goal and earlier figures, and what stands out.

All of it is read for many hand-ins of one period at once, in the same number of queries as for one.
"""

from dataclasses import dataclass, field
from functools import cached_property

from targets import numbers
from targets.answers import FIGURES, Asked
from targets.models import Adjustment, Allocation, Answer, Evidence, Result, ReturnedCell, Revision
from targets.progress import handed_in_sums, value_of
from targets.readback import ReadBack, figure_words
from targets.results_form import earlier_results

ANSWERED = (*FIGURES, "text", "no_data")
JUMP = 2  # times the figure before, either way


@dataclass(frozen=True)
class Reading:
    """One result.

    `earlier` was accepted in an earlier period, `before` stood in the revision that this replaced, `summed` is what
    all units handed in for the target, `correction` the office's figure in its place, `marks` what the office said
    about its cells in returns so far, `evidence` its files.
    """

    back: ReadBack
    earlier: Result | None
    before: Result | None
    still_asked: bool
    summed: object = None
    correction: Adjustment | None = None
    marks: list = field(default_factory=list)
    evidence: list = field(default_factory=list)

    @property
    def target(self):
        return self.back.target

    @property
    def result(self):
        return self.back.result

    @property
    def earlier_words(self):
        return _words(self.back, self.earlier)

    @property
    def last_year_words(self):
        """The unit's own result of last year, where the plan was carried over from it."""
        baseline = self.back.asked.allocation.baseline
        if baseline is None:
            return ""
        return f"{numbers.show(baseline, self.target.decimals)} {self.target.unit_of_measure}".strip()

    @property
    def before_words(self):
        """What the replaced revision said, where it said something else."""
        if self.before is None or all(getattr(self.before, name) == getattr(self.result, name) for name in ANSWERED):
            return ""
        return _words(self.back, self.before)

    @property
    def correction_words(self):
        made = self.correction
        return figure_words(self.back.asked, made.amount, made.base) if made else ""

    @property
    def can_be_corrected(self):
        return not self.result.no_data and self.target.answer != Answer.TEXT

    @cached_property
    def findings(self):
        """Sentences about what asks for a second look."""
        return list(self._found())

    def _found(self):
        if not self.still_asked:
            yield "Đơn vị đã thôi được giao chỉ tiêu này; số liệu không được tổng hợp"
        if self.result.no_data:
            yield "Không có số liệu"
            return
        for words, amount, base in (
            ("Số thực hiện", self.result.amount, self.result.base),
            ("Số ước cả năm", self.result.est_amount, self.result.est_base),
        ):
            yield from self._about_figure(words, amount, base)
        if self.target.accumulates:
            yield from self._about_growth()
        yield from self._about_jumps()
        yield from self._about_sum()

    def _about_figure(self, words, amount, base):
        value = value_of(self.target, amount, base, None)
        if value is None or self.target.answer == Answer.YES_NO:
            return
        at_least, at_most = self.back.asked.bounds
        far = numbers.out_of_range(value, at_least=at_least, at_most=at_most)
        over = self.target.answer == Answer.RATIO and amount > base
        if far:
            yield f"{words} khác xa mức giao (ngoài khoảng 1/10 đến 10 lần)"
        if over:
            yield f"{words}: tỷ lệ trên 100 %"
        if (far or over) and not self.evidence:
            yield f"{words} cần giải thích nhưng chưa có minh chứng"

    def _about_growth(self):
        amount, estimate = self.result.amount, self.result.est_amount
        if self.earlier is not None and self.earlier.amount is not None and amount < self.earlier.amount:
            yield "Số luỹ kế thấp hơn kỳ trước"
        if estimate is not None and estimate < amount:
            yield "Ước cả năm thấp hơn số đã thực hiện"

    def _about_jumps(self):
        """A figure more than twice, or less than half of, the one before; a number that only grows is let grow."""
        if self.target.answer == Answer.YES_NO:
            return
        value = value_of(self.target, self.result.amount, self.result.base, None)
        estimate = value_of(self.target, self.result.est_amount, self.result.est_base, None)
        if self.earlier is not None and not self.target.accumulates:
            yield from _jump(value, value_of(self.target, self.earlier.amount, self.earlier.base, None), "kỳ trước")
        whole_year = estimate if estimate is not None else None if self.target.accumulates else value
        yield from _jump(whole_year, self.back.asked.allocation.baseline, "năm trước")

    def _about_sum(self):
        """More than the ward's goal from all units together: it may be counted twice."""
        if self.target.answer != Answer.NUMBER or self.summed is None or self.summed == self.result.amount:
            return
        goal = self.target.at_least if self.target.at_most is None else self.target.at_most
        if goal and self.summed > goal:
            yield (
                f"Tổng các đơn vị đã nộp ({numbers.show(self.summed)}) quá mức của phường ({numbers.show(goal)}):"
                " đề nghị xem có tính trùng không"
            )


def _jump(value, before, words):
    if value is None or not before or (value > 0) != (before > 0):
        return
    if abs(value) > JUMP * abs(before):
        yield f"Tăng hơn {JUMP} lần so với {words} ({numbers.show(before)})"
    elif JUMP * abs(value) < abs(before):
        yield f"Giảm hơn {JUMP} lần so với {words} ({numbers.show(before)})"


@dataclass(frozen=True)
class Readings:
    """A whole revision; `unanswered` are targets that the unit was given after it was handed in."""

    revision: Revision
    rows: list[Reading]
    unanswered: list
    evidence: list  # of the whole report

    @property
    def found(self):
        """How many results ask for a second look."""
        return sum(1 for row in self.rows if row.findings)

    @property
    def has_evidence(self):
        return bool(self.evidence) or any(row.evidence for row in self.rows)


def read(revision, *, at):
    """A revision as the office reads it, in the plan's order."""
    (reading,) = read_many([revision], at=at)
    return reading


def read_many(revisions, *, at):
    """[Readings] of revisions of one period, whose submissions and periods are loaded. Nine queries."""
    revisions = list(revisions)
    if not revisions:
        return []
    period = revisions[0].submission.period
    units = [revision.submission.unit_id for revision in revisions]
    duties = _duties(period, units)
    earlier, before = earlier_results(period, units), _replaced(revisions)
    marks, corrections, files = _marks(revisions), _corrections(revisions), _files(revisions)
    sums = handed_in_sums(period, as_of=at)
    by_revision = {}
    for result in _results(revisions):
        by_revision.setdefault(result.revision_id, []).append(result)
    read_all = []
    for revision in revisions:
        held = duties.get(revision.submission.unit_id, {})
        open_targets = {duty.target_id for duty in held.values() if duty.ended_at is None and not duty.target.retired}
        results = by_revision.get(revision.pk, [])
        rows = [
            Reading(
                back=ReadBack(Asked(result.target, held.get(result.target_id, Allocation())), result),
                earlier=earlier.get((revision.submission.unit_id, result.target_id)),
                before=before.get((revision.submission_id, result.target_id)),
                still_asked=result.target_id in open_targets,
                summed=sums.get(result.target_id),
                correction=corrections.get(result.pk),
                marks=[mark for mark in marks.get(revision.submission_id, []) if _is_about(mark, result.target_id)],
                evidence=files.get((revision.pk, result.target_id), []),
            )
            for result in results
        ]
        new = open_targets - {result.target_id for result in results}
        unanswered = [Asked(held[pk].target, held[pk]) for pk in sorted(new, key=lambda pk: held[pk].target.number)]
        read_all.append(Readings(revision, rows, unanswered, files.get((revision.pk, None), [])))
    return read_all


def _results(revisions):
    return (
        Result.objects.filter(revision__in=revisions)
        .select_related("target__sector")
        .order_by("target__sector__order", "target__sector_id", "target__number")
    )


def _duties(period, units):
    """{unit: {target: the newest duty}}, ended ones too."""
    duties = {}
    held = Allocation.objects.filter(unit__in=units, target__campaign=period.campaign_id).select_related("target")
    for duty in held.order_by("since", "pk"):
        duties.setdefault(duty.unit_id, {})[duty.target_id] = duty
    return duties


def _replaced(revisions):
    """{(submission, target): result} of the revisions that these replaced."""
    numbers_before = {(revision.submission_id, revision.number - 1) for revision in revisions if revision.number > 1}
    rows = Result.objects.filter(revision__submission__in={pk for pk, _ in numbers_before}).select_related("revision")
    return {
        (row.revision.submission_id, row.target_id): row
        for row in rows
        if (row.revision.submission_id, row.revision.number) in numbers_before
    }


def _marks(revisions):
    """{submission: [mark, …]}: everything the office ever said about single cells, oldest first."""
    marks = {}
    said = ReturnedCell.objects.filter(returned__revision__submission__in=[r.submission_id for r in revisions])
    for mark in said.select_related("returned__by", "returned__revision").order_by("returned__at", "pk"):
        marks.setdefault(mark.returned.revision.submission_id, []).append(mark)
    return marks


def _is_about(mark, target):
    return mark.cell.startswith(f"target.{target}.")


def _corrections(revisions):
    made = Adjustment.objects.filter(result__revision__in=revisions, ended_at__isnull=True).select_related("by")
    return {adjustment.result_id: adjustment for adjustment in made}


def _files(revisions):
    """{(revision, target or None): [file, …]}."""
    files = {}
    carried = Evidence.revisions.through.objects.filter(revision__in=revisions).select_related("evidence")
    for row in carried.order_by("evidence__uploaded_at", "evidence__pk"):
        files.setdefault((row.revision_id, row.evidence.target_id), []).append(row.evidence)
    return files


def _words(back, result):
    if result is None:
        return ""
    if result.no_data:
        return "Không có số liệu"
    return result.text or figure_words(back.asked, result.amount, result.base)
