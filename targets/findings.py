"""What the office reads of a hand-in: every result beside its goal and earlier figures, and what stands out."""

from dataclasses import dataclass
from functools import cached_property

from targets import numbers
from targets.answers import FIGURES, asked_of
from targets.models import Answer, Result
from targets.progress import value_of
from targets.readback import ReadBack, figure_words, read_back
from targets.results_form import earlier_results

ANSWERED = (*FIGURES, "text", "no_data")


@dataclass(frozen=True)
class Reading:
    """One result. `earlier` was accepted in an earlier period, `before` stood in the revision that this replaced."""

    back: ReadBack
    earlier: Result | None
    before: Result | None
    still_asked: bool

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
    def before_words(self):
        """What the replaced revision said, where it said something else."""
        if self.before is None or all(getattr(self.before, name) == getattr(self.result, name) for name in ANSWERED):
            return ""
        return _words(self.back, self.before)

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

    def _about_figure(self, words, amount, base):
        value = value_of(self.target, amount, base, None)
        if value is None or self.target.answer == Answer.YES_NO:
            return
        at_least, at_most = self.back.asked.bounds
        if numbers.out_of_range(value, at_least=at_least, at_most=at_most):
            yield f"{words} khác xa mức giao (ngoài khoảng 1/10 đến 10 lần)"
        if self.target.answer == Answer.RATIO and amount > base:
            yield f"{words}: tỷ lệ trên 100 %"

    def _about_growth(self):
        amount, estimate = self.result.amount, self.result.est_amount
        if self.earlier is not None and self.earlier.amount is not None and amount < self.earlier.amount:
            yield "Số luỹ kế thấp hơn kỳ trước"
        if estimate is not None and estimate < amount:
            yield "Ước cả năm thấp hơn số đã thực hiện"


@dataclass(frozen=True)
class Readings:
    """A whole revision; `unanswered` are targets that the unit was given after it was handed in."""

    rows: list[Reading]
    unanswered: list

    @property
    def found(self):
        """How many results ask for a second look."""
        return sum(1 for row in self.rows if row.findings)


def read(revision):
    """A revision as the office reads it, in the plan's order. Five queries."""
    submission = revision.submission
    asked = asked_of(submission)
    open_targets = {duty.target.pk for duty in asked}
    earlier = earlier_results(submission)
    before = {
        result.target_id: result
        for result in Result.objects.filter(revision__submission=submission, revision__number=revision.number - 1)
    }
    rows = [
        Reading(
            back=back,
            earlier=earlier.get(back.target.pk),
            before=before.get(back.target.pk),
            still_asked=back.target.pk in open_targets,
        )
        for back in read_back(revision)
    ]
    answered = {row.target.pk for row in rows}
    return Readings(rows, [duty for duty in asked if duty.target.pk not in answered])


def _words(back, result):
    if result is None:
        return ""
    if result.no_data:
        return "Không có số liệu"
    return result.text or figure_words(back.asked, result.amount, result.base)
