"""Next year's plan made out of this year's, with this year's accepted results beside it.

Everything is copied in one transaction with bulk writes; how many shares there are changes no number of queries.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from campaigns.models import (
    PLAN_TEXTS,
    Campaign,
    CampaignState,
    Movement,
    Participation,
    Prompt,
    ReportingPeriod,
    record,
)
from targets import periods, progress
from targets.models import Allocation, Answer, Heading, Sector, Target
from targets.next_plan import Successors, judged_period
from units.refusals import Refused

KEPT = ("organiser", "signer_block", "signer_name", "report_addressee", "head_signs", *PLAN_TEXTS)
TARGET_KEPT = (
    *("code", "wording", "name", "answer", "factor", "part_of_whole", "may_be_negative", "accumulates"),
    *("single_source", "unit_of_measure", "decimals", "amount_label", "base_label", "how_to_count"),
    *("at_least", "at_most", "given_by", "caution"),
)
FOUR_PLACES = Decimal("0.0001")


@dataclass
class _Copy:
    """What stands for what in the new campaign: {old id: new row}."""

    old: Campaign
    new: Campaign
    at: datetime
    takers: dict = field(default_factory=dict)  # {unit id: unit}
    movements: dict = field(default_factory=dict)
    sectors: dict = field(default_factory=dict)
    headings: dict = field(default_factory=dict)
    targets: dict = field(default_factory=dict)


@transaction.atomic
def roll_over(campaign, facts, rounds, *, targets=None, successors=None, by, at):
    """Copy a campaign's plan into a draft for the next year. Returns it; raises Refused.

    `facts` are those of `moved_facts` as corrected, `rounds` the new rounds of reporting. `targets` are the ids of the
    targets to take (None: all that are not retired), `successors` the ids of merged units whose receiver takes over.
    """
    old = Campaign.objects.select_for_update(of=["self"]).select_related("organiser").get(pk=campaign.pk)
    if faults := [sentence for each in round_faults(facts, rounds) for _, sentence in each]:
        raise Refused(" ".join(faults))
    new = _campaign(old, facts)
    ReportingPeriod.objects.bulk_create([ReportingPeriod(campaign=new, **vars(each)) for each in rounds])
    copy = _Copy(old, new, at)
    _copy_units(copy, successors)
    _copy_questions(copy)
    _copy_headings(copy)
    period = judged_period(old)
    lines = {line.target.pk: line for line in progress.compile_period(period, as_of=at).lines} if period else {}
    _copy_targets(copy, targets, lines, period)
    _copy_shares(copy, period)
    record(new, f"Chép từ “{old.short_name}”", campaign=new, by=by, at=at)
    record(old, f"Chép sang “{new.short_name}”", campaign=old, by=by, at=at)
    return new


def round_faults(facts, rounds):
    """For each of the new rounds, what is wrong with it beside the campaign's days and the other rounds:
    [(field, sentence), …].
    """
    new, names = Campaign(**facts), [each.name for each in rounds]
    for each in rounds:
        found = [(field, told[0].upper() + told[1:]) for field, told in periods.day_faults(each, new)]
        yield found + ([("name", "Hai kỳ báo cáo cùng tên; đề nghị đặt tên khác nhau.")] * (names.count(each.name) > 1))


def _campaign(old, facts):
    kept = {name: getattr(old, name) for name in KEPT}
    try:
        with transaction.atomic():
            return Campaign.objects.create(**kept, **facts, previous=old, state=CampaignState.DRAFT)
    except IntegrityError as clash:
        raise Refused(f"Mã trên địa chỉ “{facts['slug']}” đã có đợt thi đua dùng; đề nghị chọn mã khác.") from clash


def _copy_units(copy, chosen):
    """Units that still stand take part again; who received a merged one takes its place where that was chosen."""
    successors, parts = Successors(copy.old.organiser_id), {}
    for part in copy.old.participations.select_related("unit", "cluster").order_by("pk"):
        taker = successors.of(part.unit)
        if taker is None or (taker != part.unit and chosen is not None and part.unit_id not in chosen):
            continue
        copy.takers[part.unit_id] = taker
        own = taker == part.unit
        made = parts.setdefault(taker.pk, Participation(campaign=copy.new, unit=taker, reports=False))
        made.reports = made.reports or part.reports
        made.cluster = part.cluster if own or made.cluster is None else made.cluster
    Participation.objects.bulk_create(parts.values())


def _copy_questions(copy):
    movements = list(copy.old.movements.order_by("order", "pk"))
    made = [_twin(movement, campaign=copy.new) for movement in movements]
    Movement.objects.bulk_create(made)
    copy.movements = {old.pk: new for old, new in zip(movements, made, strict=True)}
    prompts = []
    for prompt in copy.old.prompts.order_by("order", "pk"):
        movement = copy.movements.get(prompt.movement_id)
        code = (
            f"movement-{movement.pk}" if movement and prompt.code == f"movement-{prompt.movement_id}" else prompt.code
        )
        prompts.append(_twin(prompt, campaign=copy.new, movement=movement, code=code))
    Prompt.objects.bulk_create(prompts)


def _copy_headings(copy):
    """Sectors, then headings from the top down: a heading needs the new row above it."""
    sectors = list(copy.old.sectors.order_by("order", "pk"))
    made = Sector.objects.bulk_create([_twin(sector, campaign=copy.new) for sector in sectors])
    copy.sectors = {old.pk: new for old, new in zip(sectors, made, strict=True)}
    waiting = list(Heading.objects.filter(sector__campaign=copy.old).order_by("order", "pk"))
    while level := [each for each in waiting if each.parent_id is None or each.parent_id in copy.headings]:
        twins = [
            _twin(each, sector=copy.sectors[each.sector_id], parent=copy.headings.get(each.parent_id)) for each in level
        ]
        Heading.objects.bulk_create(twins)
        copy.headings |= {old.pk: new for old, new in zip(level, twins, strict=True)}
        waiting = [each for each in waiting if each.pk not in copy.headings]


def _copy_targets(copy, chosen, lines, period):
    """The targets that go on, numbered from 1 in their order, with this year's accepted result as their baseline."""
    successors = Successors(copy.old.organiser_id)
    going_on = [
        target
        for target in copy.old.targets.live().select_related("lead").order_by("number")
        if chosen is None or target.pk in chosen
    ]
    for number, target in enumerate(going_on, start=1):
        result, note = _result(lines.get(target.pk), period)
        copy.targets[target.pk] = Target(
            campaign=copy.new,
            sector=copy.sectors[target.sector_id],
            heading=copy.headings.get(target.heading_id),
            number=number,
            lead=successors.of(target.lead),
            copied_from=target,
            baseline=result,
            baseline_note=note,
            **{name: getattr(target, name) for name in TARGET_KEPT},
        )
    Target.objects.bulk_create(copy.targets.values())
    parts = [(copy.targets[t.pk], copy.targets[t.part_of_id]) for t in going_on if t.part_of_id in copy.targets]
    for part, whole in parts:
        part.part_of = whole
    Target.objects.bulk_update([part for part, _ in parts], ["part_of"])
    helping = Target.coordinators.through
    pairs = helping.objects.filter(target__in=copy.targets).order_by("pk").values_list("target", "unit")
    standing = {(pk, successors.of(successors.units.get(unit))) for pk, unit in pairs}
    helping.objects.bulk_create([helping(target=copy.targets[pk], unit=unit) for pk, unit in standing if unit])


def _result(line, period):
    """(the accepted figure of a target's last year, where it comes from)."""
    if line is None or line.accepted.value is None:
        return None, ""
    figure = line.accepted
    cut_off = "" if period.is_final else f", số liệu đến {period.figures_as_of:%d/%m/%Y}"
    adjusted = ", đã hiệu chỉnh" if line.adjustment is not None and line.adjustment.amount is not None else ""
    note = f"{period.name}{cut_off}, đã duyệt{adjusted}, {figure.k}/{figure.m} đơn vị"
    return figure.value.quantize(FOUR_PLACES), note


def _copy_shares(copy, period):
    """Every open share of a target and a unit that go on; shares of merged units meet in the one who received them."""
    met = defaultdict(list)
    shares = Allocation.objects.open().filter(target__in=copy.targets).select_related("target").order_by("pk")
    for share in shares:
        if taker := copy.takers.get(share.unit_id):
            met[share.target_id, taker.pk].append(share)
    reported = _unit_figures(period, copy.at) if period else {}
    Allocation.objects.bulk_create(
        [
            Allocation(
                target=copy.targets[target_pk],
                unit_id=unit_pk,
                since=copy.at,
                baseline=_own_result(together, reported),
                **_own_goal(together, unit_pk),
            )
            for (target_pk, unit_pk), together in met.items()
        ]
    )


def _unit_figures(period, at):
    """{(target id, unit id): (amount, base)} of accepted results."""
    rows = progress.accepted_results(period, at).filter(no_data=False)
    rows = rows.values_list("target", "revision__submission__unit", "amount", "base")
    return {(target, unit): (amount, base) for target, unit, amount, base in rows}


def _own_goal(together, unit_pk):
    """The goal of shares that meet in one unit: numbers add up, a rate is the receiver's own."""
    target = together[0].target
    if len(together) > 1 and target.answer == Answer.NUMBER:
        return {end: _added(getattr(share, end) for share in together) for end in ("at_least", "at_most")}
    share = next((share for share in together if share.unit_id == unit_pk), together[0])
    return {"at_least": share.at_least, "at_most": share.at_most}


def _own_result(together, reported):
    """What the unit itself, with those it received, had accepted."""
    target = together[0].target
    figures = [reported[target.pk, share.unit_id] for share in together if (target.pk, share.unit_id) in reported]
    amount, base = _added(amount for amount, _ in figures), _added(base for _, base in figures)
    if target.answer == Answer.YES_NO:
        return None if amount is None else Decimal(amount == len(figures))
    value = progress.value_of(target, amount, base, len(together))
    return None if value is None else value.quantize(FOUR_PLACES)


def _added(values):
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _twin(row, **instead):
    """A row with the same values but for its key and what is given instead."""
    names = [each.attname for each in row._meta.concrete_fields if not each.primary_key]
    twin = type(row)(**{name: getattr(row, name) for name in names})
    for name, value in instead.items():
        setattr(twin, name, value)
    return twin
