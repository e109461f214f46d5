"""What a row of the target grid says, and how its typed cells become a target.

Every cell is a text, on the screen as in a block pasted from Excel. What the texts mean is read by `cell_reading`; the
rules of `TargetForm` decide.
"""

import hashlib
import json
from dataclasses import dataclass

from django.db import transaction

from campaigns.models import Event
from targets import allocating, arranging
from targets.cell_reading import ANSWERS, YES, Known, one_line_ends
from targets.columns import FIELDS
from targets.models import Answer, Target
from targets.numbers import show, show_interval
from targets.plan_forms import TargetForm
from units.refusals import Refused

# In whose cell the faults of other fields are told.
TOLD_IN = {"at_least": "goal", "at_most": "goal", "sector": "name", "heading": "name"}


class Outdated(Exception):
    """Somebody changed the row meanwhile: `cells` is what it says now, at `version`, since `by` (a name) was there."""

    def __init__(self, cells, version, by):
        super().__init__(by)
        self.cells, self.version, self.by = cells, version, by


class Faulty(Exception):
    """`faults` is {cell, or "" for the whole row: sentence}; `needs_reason` when only the goal's reason is missing."""

    def __init__(self, faults, *, needs_reason=False):
        super().__init__(" ".join(faults.values()))
        self.faults, self.needs_reason = faults, needs_reason


@dataclass(frozen=True)
class Kept:
    target: Target
    doubts: dict[str, str]  # {cell: sentence}
    is_changed: bool = True


def cells_of(target):
    """{cell: text} of a stored target; each text reads back as what is stored."""
    is_counted = target.answer != Answer.TEXT
    return {
        "name": target.name,
        "goal": show_interval(target.at_least, target.at_most) if is_counted else "",
        "unit_of_measure": target.unit_of_measure,
        "answer": ANSWERS[Answer(target.answer)],
        "decimals": str(target.decimals),
        "part_of": target.part_of.code if target.part_of else "",
        "single_source": YES if target.single_source else "",
        "lead": target.lead.called if target.lead else "",
        "coordinators": "; ".join(unit.called for unit in target.coordinators.all()),
        "given_by": target.get_given_by_display(),
        "wording": target.wording,
        "caution": one_line_ends(target.caution),
        "amount_label": target.amount_label,
        "base_label": target.base_label,
        "part_of_whole": YES if target.part_of_whole else "",
        "accumulates": YES if target.accumulates else "",
        "may_be_negative": YES if target.may_be_negative else "",
        "how_to_count": one_line_ends(target.how_to_count),
    }


def version_of(cells):
    """A short print of what a row says, so that two people do not undo each other unseen."""
    return hashlib.sha256(json.dumps(cells, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def version_of_page(target):
    """The same of a target's own page, where its place is typed too."""
    place = {"sector": target.sector_id, "heading": target.heading_id, "retired": target.retired}
    return version_of(cells_of(target) | place)


def goal_in_words(at_least, at_most, unit_of_measure=""):
    """“không quá 330.681 triệu đồng”, for reading back what was typed."""
    if at_least is None and at_most is None:
        return "chỉ theo dõi, không có mức"
    if at_least is None:
        words = f"không quá {show(at_most)}"
    elif at_most is None:
        words = f"không thấp hơn {show(at_least)}"
    elif at_least == at_most:
        words = f"đúng {show(at_least)}"
    else:
        words = f"từ {show(at_least)} đến {show(at_most)}"
    return f"{words} {unit_of_measure}".strip()


@transaction.atomic
def keep_row(campaign, pk, typed, *, version="", sector=None, heading=None, reason="", decision_number="", by, at):
    """Store the cells typed in a row; a row without a `pk` becomes a new target of the sector and heading.

    `typed` is {cell: text}; a cell that is not named stays as it is. Raises Faulty, Outdated, Refused.
    """
    campaign = allocating.held_campaign(campaign.pk)
    known = Known(campaign)
    if pk is None:
        target, stored = Target(campaign=campaign, sector=sector, heading=heading), {}
    else:
        target = known.target(pk)
        stored = cells_of(target)
        if version != version_of(stored):
            raise Outdated(stored, version_of(stored), _last_hand(target))
    kept = keep(known, target, stored, typed, reason=reason, decision_number=decision_number, by=by, at=at)
    if pk is None:
        arranging.settle([kept.target])
    return kept


def keep(known, target, stored, typed, *, reason="", decision_number="", by, at):
    """Store typed cells over what a target says now. The plan's row is held by the caller, in its transaction.

    Whoever adds targets settles them (`arranging.settle`) when all of them are written.
    """
    cells = stored | {cell: one_line_ends(text) for cell, text in typed.items() if cell in FIELDS}
    if stored and cells == stored:
        return Kept(target, {}, is_changed=False)
    reading = known.read(cells, stored, target)
    reading.data |= {"reason": reason, "decision_number": decision_number}
    form = TargetForm(reading.data, instance=target, known=known.choices_of(target))
    if not form.is_valid() or reading.faults:
        raise _faulty(form, reading)
    try:
        saved = allocating.save_target(form.instance, **form.details(), by=by, at=at)
    except Refused as refusal:
        raise Faulty({"": str(refusal)}) from refusal
    known.put(saved)
    return Kept(saved, reading.doubts)


def _faulty(form, reading):
    faults = dict(reading.faults)
    for field, sentences in form.errors.items():
        cell = TOLD_IN.get(field, field if field in FIELDS or field in ("reason", "decision_number") else "")
        faults.setdefault(cell, " ".join(sentences))
    if "name" in faults and not reading.data["wording"]:
        faults.pop("wording", None)  # left blank it follows the name
    missing = {cell for cell in faults if cell in ("reason", "decision_number")}
    return Faulty(faults, needs_reason=bool(missing) and missing == set(faults))


def _last_hand(target):
    event = Event.objects.about(target).select_related("by").first()
    return str(event.by) if event and event.by else "Người khác"
