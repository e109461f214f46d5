"""What a unit is asked in a period, and its answers as values ready to be frozen."""

from dataclasses import dataclass, field
from functools import cached_property

from campaigns.models import Participation, Prompt
from targets.models import Allocation, Answer, Evidence, Target

FIGURES = ("amount", "base", "est_amount", "est_base")
NUMBER_PARTS = {
    Answer.NUMBER: ("amount", "est_amount"),
    Answer.RATIO: ("amount", "base", "est_amount", "est_base"),
    Answer.YES_NO: ("amount", "est_amount"),
    Answer.TEXT: (),
}


def plain(value):
    """A decimal as a plain string without forced zeros, or None."""
    return None if value is None else format(value.normalize(), "f")


@dataclass(frozen=True)
class Asked:
    """One target that a unit must report, with the goal that the unit is held to."""

    target: Target
    allocation: Allocation

    @cached_property
    def bounds(self):
        """The unit's own goal; an empty share takes the ward's for a ratio, a single source, and a ceiling of 0."""
        own = (self.allocation.at_least, self.allocation.at_most)
        if own != (None, None):
            return own
        ward = (self.target.at_least, self.target.at_most)
        ceiling_of_zero = self.target.at_least is None and self.target.at_most == 0
        if self.target.answer == Answer.RATIO or self.target.single_source or ceiling_of_zero:
            return ward
        return None, None

    def key(self, part):
        return f"target.{self.target.pk}.{part}"

    @property
    def parts(self):
        return NUMBER_PARTS[Answer(self.target.answer)]


def asked_of(submission, *, with_places=True):
    """The targets a unit holds an open duty for, in the plan's order. One query.

    Without their places (sector and heading) it is a third cheaper: a hand-in that is taken shows none.
    """
    places = ("target__sector", "target__heading") if with_places else ("target",)
    allocations = (
        Allocation.objects.open()
        .filter(unit=submission.unit_id, target__campaign=submission.period.campaign_id)
        .select_related(*places)
        .order_by("target__sector__order", "target__sector_id", "target__number")
    )
    return [Asked(target=allocation.target, allocation=allocation) for allocation in allocations]


def prompts_of(submission):
    """The questions in words that the unit's kind is asked. One query."""
    prompts = Prompt.objects.filter(campaign=submission.period.campaign_id)
    return [prompt for prompt in prompts if prompt.asks(submission.unit)]


def participation_of(submission):
    return Participation.objects.get(campaign=submission.period.campaign_id, unit=submission.unit_id)


@dataclass(frozen=True)
class Answers:
    """Checked answers.

    `results` and `narratives` are the fields of `Result` and `Narrative` rows without their revision; `cells` and
    `versions` are the raw texts they came from (see `targets.drafting`).
    """

    results: list[dict]
    narratives: list[dict]
    evidence: list[Evidence] = field(default_factory=list)
    cells: dict[str, str] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)

    def content(self):
        """What the digest covers, the order of rows aside."""
        return {
            "results": {
                str(row["target"].pk): {
                    **{name: plain(row[name]) for name in FIGURES},
                    **{name: row[name] for name in ("text", "no_data", "note")},
                }
                for row in self.results
            },
            "narratives": {row["prompt"].code: row["text"] for row in self.narratives},
            "evidence": sorted(_mark(piece) for piece in self.evidence),
        }


def _mark(piece):
    """A file as the digest names it: its content, and whose figure it proves."""
    return f"{piece.target_id}:{piece.sha256}" if piece.target_id else piece.sha256


def result_fields(target, *, amount=None, base=None, est_amount=None, est_base=None, text="", no_data=False, note=""):
    """One `Result` without its revision, with what its checks read copied from the target."""
    return {
        "target": target,
        "amount": amount,
        "base": base,
        "est_amount": est_amount,
        "est_base": est_base,
        "text": text,
        "no_data": no_data,
        "note": note,
        "answer": target.answer,
        "part_of_whole": target.part_of_whole,
        "may_be_negative": target.may_be_negative,
    }
