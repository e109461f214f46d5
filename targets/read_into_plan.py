"""How everything that was decided about a plan's text comes to stand in the plan: all of it, or nothing."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from campaigns.models import Campaign, Movement, ReportingPeriod, record
from targets import allocating, periods, reading
from targets.models import Heading, PlanReading, Sector
from targets.read_items import items_of, progress_of, stamp
from units.refusals import Refused

DECIDED_MEANWHILE = "Vừa có người quyết thêm hoặc sửa văn bản; đề nghị xem lại rồi bấm ghi lần nữa."
UNDECIDED = "Còn mục chưa quyết; kế hoạch chỉ được ghi khi mọi mục đã được nhận, sửa hoặc bỏ."


class NotWritten(Exception):
    """Nothing was written. `faults` is {item key: [sentence, …]}."""

    def __init__(self, faults):
        super().__init__("Chưa ghi được vào kế hoạch.")
        self.faults = faults


@dataclass(frozen=True)
class ReadTarget:
    """A checked target and where it hangs: keys of items, or the names of a sector and a heading that were typed."""

    target: object
    details: dict
    sector: str
    heading: str
    part_of: str


@dataclass
class ReadPlan:
    """What was taken, checked, each under its item's key and in the plan's order.

    parts: (field, value); sectors: name; headings: (name, sector key, parent key); movements and periods: values of
    their fields (a period's own under the key of its units' deadline); recipients: None leaves the plan's own.
    """

    parts: dict = field(default_factory=dict)
    sectors: dict = field(default_factory=dict)
    headings: dict = field(default_factory=dict)
    targets: dict = field(default_factory=dict)
    movements: dict = field(default_factory=dict)
    periods: dict = field(default_factory=dict)
    recipients: list | None = None


@transaction.atomic
def write(held, plan, *, seen, by, at):
    """Write a reading's plan into its campaign. `seen`: the stamp of what was checked. Raises Refused, NotWritten."""
    campaign = Campaign.objects.select_for_update().get(pk=held.campaign_id)
    stored = PlanReading.objects.select_for_update().get(pk=held.pk)
    stored.campaign = campaign
    if reason := reading.why_not(campaign, stored):
        raise Refused(reason)
    if stamp(stored) != seen:
        raise Refused(DECIDED_MEANWHILE)
    if not progress_of(items_of(stored)).is_done:
        raise Refused(UNDECIDED)
    faults = _write_parts(campaign, plan)
    faults |= _write_targets(campaign, plan, by=by, at=at)
    faults |= _write_rows(campaign, plan)
    if faults:
        raise NotWritten(faults)
    stored.applied_by, stored.applied_at = by, at
    stored.save(update_fields=["applied_by", "applied_at"])
    record(campaign, "Ghi kế hoạch từ văn bản", campaign=campaign, by=by, at=at, detail=_told(plan))
    return stored


def _told(plan):
    counts = [
        (len(plan.targets), "chỉ tiêu"),
        (len(plan.sectors), "lĩnh vực"),
        (len(plan.headings), "đề mục"),
        (len(plan.movements), "phong trào"),
        (len(plan.periods), "kỳ báo cáo"),
        (len(plan.parts), "phần của kế hoạch"),
        (len(plan.recipients or []), "nơi nhận"),
    ]
    return ", ".join(f"{count} {words}" for count, words in counts if count)


def _write_parts(campaign, plan):
    """The parts, where together with what the plan holds they make a sound one; a draft may lack all the others."""
    for name, value in plan.parts.values():
        setattr(campaign, name, value)
    if plan.recipients is not None:
        campaign.recipients = "\n".join(plan.recipients)
    if faults := _part_faults(campaign, plan):
        return faults
    campaign.save()
    return {}


def _part_faults(campaign, plan):
    keys = {name: key for key, (name, _) in plan.parts.items()}
    judged = {*keys, "starts_on", "ends_on"}
    try:
        campaign.full_clean(exclude=[field.name for field in Campaign._meta.fields if field.name not in judged])
    except ValidationError as problem:
        faults, days = {}, keys.get("ends_on") or keys.get("starts_on")
        for name, sentences in problem.message_dict.items():
            faults.setdefault(keys.get(name, days), []).extend(sentences)
        return faults
    return {}


def _write_targets(campaign, plan, *, by, at):
    sectors = {key: _sector(campaign, name) for key, name in plan.sectors.items()}
    headings = {}
    for key in plan.headings:
        _heading(key, plan, sectors, headings)
    saved, faults = {}, {}
    for key, read in plan.targets.items():
        read.target.sector = sectors.get(read.sector)
        read.target.heading = headings.get(read.heading)
        details = read.details | {"new_sector": "" if read.target.sector else read.details["new_sector"]}
        details |= {"new_heading": "" if read.target.heading else read.details["new_heading"]}
        try:
            saved[key] = allocating.save_target(read.target, **details, by=by, at=at)
        except Refused as refusal:
            faults[key] = [str(refusal)]
    for key, read in plan.targets.items():
        if key in saved and read.part_of in saved:
            saved[key].part_of = saved[read.part_of]
            saved[key].save(update_fields=["part_of"])
    return faults


def _sector(campaign, name):
    return allocating.made_once(Sector.objects.filter(campaign=campaign), name, campaign=campaign)


def _heading(key, plan, sectors, made):
    """The heading of a key, made after the one above it."""
    if key not in made:
        name, sector, parent = plan.headings[key]
        above = _heading(parent, plan, sectors, made) if parent in plan.headings else None
        place = {"sector": sectors[sector], "parent": above}
        made[key] = allocating.made_once(Heading.objects.filter(**place), name, **place)
    return made[key]


def _write_rows(campaign, plan):
    faults = {}
    last = campaign.movements.aggregate(last=Max("order"))["last"] or 0
    for order, (key, values) in enumerate(plan.movements.items(), start=last + 1):
        known = campaign.movements.filter(name=values["name"]).first()
        movement = known or Movement(campaign=campaign, order=order)
        faults |= _kept(movement, values, key)
    for key, values in plan.periods.items():
        faults |= _kept(ReportingPeriod(campaign=campaign), values, key, faults_of=_day_faults)
    return faults


def _day_faults(period):
    return [sentence[0].upper() + sentence[1:] for _, sentence in periods.day_faults(period, period.campaign)]


def _kept(row, values, key, *, faults_of=lambda row: []):
    for name, value in values.items():
        setattr(row, name, value)
    try:
        row.full_clean()
    except ValidationError as problem:
        return {key: problem.messages}
    if sentences := faults_of(row):
        return {key: sentences}
    row.save()
    return {}
