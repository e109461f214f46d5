"""Which cells a returned hand-in leaves open, and what the others stay at.

The office may mark single cells. A mark on an actual or an estimate opens that figure whole (a ratio's two boxes), the
note that explains it, and for the actual the way to say that there is none. What the returned revision does not answer,
such as a target given since, is open too; everything else is copied from it, whatever is posted.
"""

from dataclasses import replace

from targets import numbers
from targets.answers import Asked
from targets.models import Answer, Evidence, Return, SubmissionState
from units.refusals import Refused

REPORT_EVIDENCE = "evidence"
OPENED_BY = {
    "amount": ("amount", "base", "no_data", "note", "sure"),
    "est_amount": ("est_amount", "est_base", "note", "sure"),
    "text": ("text", "no_data", "note"),
    "note": ("note",),
    "evidence": (),
}
FIELDS = ("amount", "base", "est_amount", "est_base", "text", "no_data", "note")
TICKED = "on"  # what a ticked box is in a draft


class Opening:
    """The cells of a returned revision that may be changed; `marks` is {cell key: why}. Two queries."""

    def __init__(self, returned):
        self.returned, self.revision = returned, returned.revision
        self.marks = {mark.cell: mark.reason for mark in returned.cells.all()}
        self._keys = {key for mark in self.marks for key in _opened_by(mark)}
        self._results = {result.target_id: result for result in self.revision.results.all()}
        self._words = list(self.revision.narratives.select_related("prompt"))

    def holds(self, key):
        """Whether a cell may be changed."""
        if key in self._keys:
            return True
        kind, _, rest = key.partition(".")
        if kind == "target":
            return int(rest.partition(".")[0]) not in self._results
        return False

    def shows(self, piece):
        """Whether files may be added or taken off where this one stands: a marked target's, or a marked report's."""
        if piece.target_id is None:
            return REPORT_EVIDENCE in self.marks
        if piece.target_id not in self._results:
            return True
        return any(mark.startswith(f"target.{piece.target_id}.") for mark in self.marks)

    def locked_texts(self, asked, prompts):
        """{cell key: raw text} of the cells that stay as they were handed in."""
        texts = {key: text for duty in asked for key, text in self._figures_of(duty)}
        said = {row.prompt_id: row.text for row in self._words}
        texts |= {f"prompt.{prompt.code}": said.get(prompt.pk, "") for prompt in prompts}
        return {key: text for key, text in texts.items() if not self.holds(key)}

    def _figures_of(self, duty: Asked):
        result = self._results.get(duty.target.pk)
        if result is None:
            return
        yield duty.key("no_data"), TICKED if result.no_data else ""
        yield duty.key("note"), result.note
        yield duty.key("sure"), TICKED  # it was confirmed then, if it had to be
        yield duty.key("text"), result.text
        for part in duty.parts:
            value = getattr(result, part)
            plain = value is not None and duty.target.answer == Answer.YES_NO
            yield duty.key(part), str(int(value)) if plain else numbers.show(value) if value is not None else ""

    def kept(self, answers):
        """The answers with every cell that is not open put back to what the returned revision holds."""
        results = [self._kept_result(row) for row in answers.results]
        narratives = [row for row in answers.narratives if self.holds(f"prompt.{row['prompt'].code}")]
        narratives += [
            {"prompt": row.prompt, "text": row.text}
            for row in self._words
            if not self.holds(f"prompt.{row.prompt.code}")
        ]
        evidence = self.kept_files(answers.evidence)
        open_cells = {key: text for key, text in answers.cells.items() if self.holds(key)}
        return replace(answers, results=results, narratives=narratives, evidence=evidence, cells=open_cells)

    def kept_files(self, attached):
        """The attached files, with those that are not open as the returned revision carried them. One query."""
        carried = Evidence.objects.filter(revisions=self.revision).select_related("target")
        kept = [piece for piece in attached if self.shows(piece)]
        return kept + [piece for piece in carried if not self.shows(piece)]

    def _kept_result(self, row):
        before = self._results.get(row["target"].pk)
        if before is None:
            return row
        key = f"target.{before.target_id}."
        return row | {name: getattr(before, name) for name in FIELDS if not self.holds(key + name)}


def _opened_by(mark):
    head, _, part = mark.rpartition(".")
    return [f"{head}.{name}" for name in OPENED_BY[part]] if mark.startswith("target.") else [mark]


def opening_of(submission):
    """What a returned hand-in leaves open, or None where all of it is: it is no return, or it names no cells."""
    if submission.state != SubmissionState.RETURNED:
        return None
    return opening_after(submission.current_revision_id)


def opening_after(revision, *, until=None):
    """The same for the newest return of a revision (a primary key), or the newest up to a moment."""
    returns = Return.objects.filter(revision=revision)
    latest = (
        (returns.filter(at__lte=until) if until else returns)
        .select_related("revision", "by")
        .prefetch_related("cells")
        .order_by("-at", "-pk")
        .first()
    )
    return Opening(latest) if latest and latest.cells.all() else None


def markable(revision):
    """{cell key: its words} of everything in a revision that can be marked."""
    words = {REPORT_EVIDENCE: "Minh chứng chung"}
    for result in revision.results.select_related("target"):
        target = result.target
        parts = (
            {"text": "Trả lời"} if target.answer == Answer.TEXT else {"amount": "Thực hiện", "est_amount": "Ước cả năm"}
        )
        for part, name in (parts | {"note": "Ghi chú", "evidence": "Minh chứng"}).items():
            words[f"target.{target.pk}.{part}"] = f"Chỉ tiêu {target.number} – {name}"
    for prompt in revision.submission.period.campaign.prompts.all():
        if prompt.asks(revision.submission.unit):
            words[f"prompt.{prompt.code}"] = prompt.heading
    return words


def checked_marks(revision, marks):
    """{cell key: why} as it is kept. Raises Refused for a cell that the revision has not, or one without a reason."""
    known = markable(revision)
    if strangers := [key for key in marks if key not in known]:
        raise Refused(f"Bản đang xem không có ô {strangers[0]}; đề nghị tải lại trang.")
    if silent := [known[key] for key, why in marks.items() if not why.strip()]:
        raise Refused(f"Đề nghị ghi lý do tại ô đã đánh dấu: {'; '.join(silent)}.")
    return {key: why.strip() for key, why in marks.items()}
