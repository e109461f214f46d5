"""What changed from each hand-in of a unit to its next, cell by cell, in the words in which figures are read back."""

from dataclasses import dataclass

from targets.answers import Asked
from targets.models import Allocation, Evidence, Narrative, Result, ReturnedCell, Revision
from targets.readback import figure_words


@dataclass(frozen=True)
class Change:
    """One cell: what it is, what it was, what it became; an empty text is a cell that was not there."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Step:
    """One hand-in: how it differs from the one before, and the cells that were marked when it was returned."""

    revision: Revision
    changes: list[Change]
    answered: int
    marks: list[ReturnedCell]

    @property
    def is_first(self):
        return self.revision.number == 1


def steps(submission):
    """Every hand-in, newest first. Five queries, however many there are."""
    revisions = list(submission.revisions.select_related("submitted_by").order_by("number"))
    cells = {revision.pk: {} for revision in revisions}
    answered = dict.fromkeys(cells, 0)
    results = Result.objects.filter(revision__in=revisions).select_related("target")
    for result in results.order_by("target__number"):
        cells[result.revision_id] |= dict(_cells_of(result))
        answered[result.revision_id] += 1
    for row in Narrative.objects.filter(revision__in=revisions).select_related("prompt").order_by("prompt__order"):
        cells[row.revision_id][row.prompt.heading] = row.text
    for row in _carried(revisions):
        cells[row.revision_id][f"Minh chứng: {row.evidence.name}"] = "có"
    marks = {}
    for mark in _marks(revisions):
        marks.setdefault(mark.returned.revision_id, []).append(mark)
    made, before = [], {}
    for revision in revisions:
        now = cells[revision.pk]
        changes = [] if revision.number == 1 else _changes(before, now)
        made.append(Step(revision, changes, answered[revision.pk], marks.get(revision.pk, [])))
        before = now
    return made[::-1]


def _cells_of(result):
    head = f"Chỉ tiêu {result.target.number}. {result.target.name}"
    duty = Asked(result.target, Allocation())
    if result.no_data:
        yield f"{head} – Thực hiện", "Không có số liệu"
    else:
        yield f"{head} – Thực hiện", result.text or figure_words(duty, result.amount, result.base)
    if estimate := figure_words(duty, result.est_amount, result.est_base):
        yield f"{head} – Ước cả năm", estimate
    if result.note:
        yield f"{head} – Ghi chú", result.note


def _carried(revisions):
    return Evidence.revisions.through.objects.filter(revision__in=revisions).select_related("evidence")


def _marks(revisions):
    said = ReturnedCell.objects.filter(returned__revision__in=revisions)
    return said.select_related("returned__by").order_by("returned__at", "pk")


def _changes(before, now):
    labels = dict.fromkeys([*before, *now])
    return [
        Change(label, before.get(label, ""), now.get(label, ""))
        for label in labels
        if before.get(label, "") != now.get(label, "")
    ]
