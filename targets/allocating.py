"""How targets, goals and duties change: freely in a draft plan; in an open campaign by a decision that is kept.

Every verb first holds the campaign's row, so that a plan does not change under whoever opens or closes it. A share is
(at_least, at_most), each a Decimal or None; None in a share's place means that the unit does not hold the target.
"""

from collections import defaultdict
from itertools import count

from django.db import transaction
from django.db.models import Max, Q

from campaigns.models import Campaign, CampaignState, Event, record, subject_key
from targets import share_letters, target_changes
from targets.models import Allocation, Answer, DifferenceNote, GoalChange, Heading, Sector, Target
from targets.models.plan import target_code
from targets.numbers import show_interval
from targets.share_ground import ChangedShares, Ground, WrongShares
from targets.sums import differences
from units.refusals import Refused


def held_campaign(pk):
    """The campaign's row, locked until the transaction ends. Raises Refused once it is closed."""
    campaign = Campaign.objects.select_for_update().get(pk=pk)
    if campaign.state == CampaignState.CLOSED:
        raise Refused("Đợt thi đua đã kết thúc; kế hoạch không còn thay đổi được.")
    return campaign


# --- Targets --------------------------------------------------------------------------------------------------------


@transaction.atomic
def save_target(target, *, new_sector="", new_heading="", coordinators=(), reason="", decision_number="", by, at):
    """Add a target at the end of its plan, or keep one as changed; a named new sector or heading is made first.

    In an open campaign a changed goal, and what results rest on, are changed only by a decision with its reason.
    """
    campaign = held_campaign(target.campaign_id)
    stored = Target.objects.filter(pk=target.pk).first()
    if new_sector:
        target.sector = made_once(Sector.objects.filter(campaign=campaign), new_sector, campaign=campaign)
    if new_heading:
        headings = Heading.objects.filter(sector=target.sector, parent=None)
        target.heading = made_once(headings, new_heading, sector=target.sector)
    refuse_twin(target)
    if stored is None:
        target.number, code = _next_place(campaign)
        target.code = target.code or code
        target.save()
        record(target, "Thêm chỉ tiêu", campaign=campaign, by=by, at=at, detail=str(target))
    else:
        _keep_changes(campaign, stored, target, coordinators, reason, decision_number, by=by, at=at)
    if stored is not None or coordinators:
        target.coordinators.set(coordinators)
    return target


def _keep_changes(campaign, stored, target, coordinators, reason, decision_number, *, by, at):
    """Write the edited fields over the stored ones, and what each of them was and is into the history."""
    _refuse_second_source(target)
    decided = []
    words = target_changes.needs_decision(target, target_changes.changed_fields(stored, target))
    if words and campaign.state == CampaignState.OPEN:
        why = _decided(reason, decision_number, words)
        decided = [f"Lý do: {why['reason']}", f"Quyết định số {why['decision_number']}"]
    _leave_trace(campaign, stored, target.at_least, target.at_most, reason, decision_number, by=by, at=at)
    target.save(update_fields=[*target_changes.EDITED, "factor", "search_key"])
    told = target_changes.told(stored, target, (stored.coordinators.all(), coordinators))
    detail = ". ".join([str(target), *(["; ".join(told)] if told else []), *decided])
    record(target, "Sửa chỉ tiêu", campaign=campaign, by=by, at=at, detail=detail)


def refuse_twin(target):
    """Two live targets of one name under one heading could not be told apart."""
    twins = target.campaign.targets.live().filter(sector=target.sector, heading=target.heading, name=target.name)
    if twins.exclude(pk=target.pk).exists():
        raise Refused("Chỉ tiêu cùng tên đã có trong lĩnh vực, đề mục này.")


def _next_place(campaign):
    """(the number behind the last one, a code that no target has)."""
    taken = {code.lower(): number for number, code in campaign.targets.values_list("number", "code")}
    number = max(taken.values(), default=0) + 1
    return number, next(code for n in count(number) if (code := target_code(n)).lower() not in taken)


def made_once(siblings, name, **parent):
    """The sector or heading of that name, made at the end of its siblings if there is none."""
    order = (siblings.aggregate(last=Max("order"))["last"] or 0) + 1
    return siblings.get_or_create(name=name, defaults={"order": order} | parent)[0]


def _refuse_second_source(target):
    if target.single_source and target.allocations.open().count() > 1:
        raise Refused("Chỉ tiêu đang giao cho nhiều đơn vị; đề nghị giao lại cho một đơn vị trước.")


@transaction.atomic
def change_goal(held, *, at_least, at_most, reason="", decision_number="", by, at):
    """Set the goal of a target or of a unit's share. The same goal again changes nothing and leaves no trace."""
    if isinstance(held, Allocation):
        campaign, change = held.target.campaign, {(held.target_id, held.unit_id): (at_least, at_most)}
        set_shares(campaign, change, reason=reason, decision_number=decision_number, by=by, at=at)
        return Allocation.objects.get(pk=held.pk)
    campaign = held_campaign(held.campaign_id)
    stored = Target.objects.get(pk=held.pk)
    _leave_trace(campaign, stored, at_least, at_most, reason, decision_number, by=by, at=at)
    stored.at_least, stored.at_most = at_least, at_most
    stored.save(update_fields=["at_least", "at_most"])
    return stored


def _leave_trace(campaign, target, at_least, at_most, reason, decision_number, *, by, at):
    """In an open campaign, keep what the ward's goal was, what it becomes, and why; tell the units it holds for."""
    if (target.at_least, target.at_most) == (at_least, at_most) or campaign.state != CampaignState.OPEN:
        return
    why = _decided(reason, decision_number)
    old, new = (target.at_least, target.at_most), (at_least, at_most)
    change = GoalChange.objects.create(target=target, **_goals(old, new), **why, by=by, at=at)
    detail = _story(old, new, why)
    record(target, "Điều chỉnh mức giao", campaign=campaign, by=by, at=at, detail=detail)
    share_letters.tell_holders(campaign, change)


# --- Shares ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def set_shares(campaign, changes, *, seen=None, reason="", decision_number="", by, at):
    """Give, change and take away any number of shares at once, whole or not at all; returns how many changed.

    `changes` is {(target pk, unit pk): (at_least, at_most) | None}: Decimals or None for a missing end; (None, None)
    gives the target without a goal of the unit's own, None takes it away. Pairs that are not named stay as they are,
    a pair that is so already changes nothing. `seen`, of the same shape, says what some pairs were when somebody
    decided on them. In an open campaign `reason` and `decision_number` are asked for, each change is kept as a
    `GoalChange`, and each unit's people get one letter. Takes some 8,000 changes.

    Raises ChangedShares (`now`: {pair: share or None}) when a seen pair is something else now, WrongShares (`faults`:
    {pair: sentence}) when some shares cannot be, Refused for the rest; then nothing is written.
    """
    campaign = held_campaign(campaign.pk)
    ground = Ground.of(campaign, changes)
    if moved := {pair: ground.share(pair) for pair, share in (seen or {}).items() if ground.share(pair) != share}:
        raise ChangedShares(moved)
    news = {pair: share for pair, share in changes.items() if ground.share(pair) != share}
    if faults := ground.faults(news):
        raise WrongShares(faults)
    if not news:
        return 0
    why = _decided(reason, decision_number) if campaign.state == CampaignState.OPEN else None
    _write(ground, news, why, by=by, at=at)
    return len(news)


def _write(ground, news, why, *, by, at):
    """Store new shares over old ones; `why` is {"reason", "decision_number"} in an open campaign, None in a draft."""
    stories, traces = [], []
    kept = defaultdict(list)
    for pair, new in news.items():
        old, held = ground.share(pair), ground.held.get(pair)
        if held is None:
            held = Allocation(target=ground.targets[pair[0]], unit=ground.units[pair[1]], since=at)
        kept["given" if old is None else "ended" if new is None else "changed"].append(held)
        if why:
            traces.append(GoalChange(allocation=held, ends_duty=new is None, **_goals(old, new), **why, by=by, at=at))
        if why or old is None:
            stories.append(_event(ground, held, old, new, why, by=by, at=at))
        held.at_least, held.at_most = new or (None, None)
    _store(kept, is_draft=why is None, at=at)
    GoalChange.objects.bulk_create(traces)
    Event.objects.bulk_create(stories)
    if why:
        share_letters.tell_units(ground.campaign, {held.unit_id for rows in kept.values() for held in rows}, why, at=at)


def _store(kept, *, is_draft, at):
    """Write what was given, changed and ended: in a draft an ended duty is deleted."""
    Allocation.objects.bulk_create(kept["given"])
    Allocation.objects.bulk_create(  # one statement for any number of different goals
        kept["changed"], update_conflicts=True, unique_fields=["id"], update_fields=["at_least", "at_most"]
    )
    ended = Allocation.objects.filter(pk__in=[held.pk for held in kept["ended"]])
    if kept["ended"] and is_draft:
        ended.delete()
    elif kept["ended"]:
        ended.update(ended_at=at)


def _event(ground, held, old, new, why, *, by, at):
    verb = "Giao chỉ tiêu" if old is None else "Thôi giao chỉ tiêu" if new is None else "Điều chỉnh mức giao"
    return Event(
        campaign=ground.campaign,
        unit=held.unit,
        subject=subject_key(held.target),
        verb=verb,
        detail=_story(old, new, why) if why else f"{held.target}: {show_interval(*new)}",
        by=by,
        at=at,
    )


def _goals(old, new):
    """A `GoalChange`'s four figures."""
    (old_at_least, old_at_most), (new_at_least, new_at_most) = old or (None, None), new or (None, None)
    return {
        "old_at_least": old_at_least,
        "old_at_most": old_at_most,
        "new_at_least": new_at_least,
        "new_at_most": new_at_most,
    }


def _story(old, new, why):
    """“≥ 30 → ≥ 40. Lý do: …. Quyết định số …”."""
    was = "chưa giao" if old is None else show_interval(*old)
    becomes = "thôi giao" if new is None else show_interval(*new)
    return f"{was} → {becomes}. Lý do: {why['reason']}. Quyết định số {why['decision_number']}"


def _decided(reason, decision_number, what="mức giao"):
    """By what a plan in force is changed; refused without either half."""
    given = {"reason": reason.strip(), "decision_number": decision_number.strip()}
    words = {"reason": "lý do", "decision_number": "số quyết định"}
    if lacking := [words[name] for name, text in given.items() if not text]:
        raise Refused(f"Đợt thi đua đang mở: đề nghị ghi {' và '.join(lacking)} điều chỉnh {what}.")
    return given


@transaction.atomic
def allocate(target, shares, *, reason="", decision_number="", by, at):
    """Give a target to exactly these units and nobody else: {unit: (at_least, at_most)}; returns how many changed."""
    held_campaign(target.campaign_id)  # nobody takes the target meanwhile
    changes = {(target.pk, unit): None for unit in target.allocations.open().values_list("unit", flat=True)}
    changes |= {(target.pk, unit.pk): share for unit, share in shares.items()}
    return set_shares(target.campaign, changes, reason=reason, decision_number=decision_number, by=by, at=at)


@transaction.atomic
def end_duties_on(target, *, reason="", decision_number="", by, at):
    """Take a target that is tracked no longer from every unit, be it the only source; returns how many held it."""
    campaign = held_campaign(target.campaign_id)
    pairs = [(target.pk, unit) for unit in target.allocations.open().values_list("unit", flat=True)]
    if pairs:
        why = _decided(reason, decision_number) if campaign.state == CampaignState.OPEN else None
        _write(Ground.of(campaign, pairs), dict.fromkeys(pairs), why, by=by, at=at)
    return len(pairs)


@transaction.atomic
def end_duties_of(unit, *, to=None, reason, decision_number, by, at):
    """End every duty of a unit in drafts and open campaigns, and give them to another one or to nobody; how many ended.

    A number that both units hold is given to `to` as the sum, so that Σ stays; of other targets it keeps its own share
    or takes over the unit's. Refused when `to` does not report in one of the campaigns, or when a target of a single
    source would be left with nobody.
    """
    duties = Allocation.objects.open().filter(unit=unit).exclude(target__campaign__state=CampaignState.CLOSED)
    list(Campaign.objects.select_for_update().filter(pk__in=duties.values("target__campaign")).order_by("pk"))
    by_campaign = defaultdict(list)
    for duty in duties.select_related("target__campaign").order_by("target__campaign", "target"):
        by_campaign[duty.target.campaign].append(duty)
    for campaign, ending in by_campaign.items():
        _hand_over(campaign, ending, to, reason=reason, decision_number=decision_number, by=by, at=at)
    return sum(map(len, by_campaign.values()))


def _hand_over(campaign, ending, to, **why):
    changes = {(duty.target_id, duty.unit_id): None for duty in ending}
    if to is not None:
        targets = [duty.target_id for duty in ending]
        theirs = {share.target_id: share for share in to.allocations.open().filter(target__in=targets)}
        changes |= {(duty.target_id, to.pk): _joined(duty, theirs.get(duty.target_id)) for duty in ending}
    try:
        set_shares(campaign, changes, **why)
    except WrongShares as wrong:
        raise Refused(f"Đợt thi đua “{campaign.short_name}”: {wrong}") from wrong


def _joined(duty, theirs):
    """The share of a unit that takes a duty over and may hold the same target already."""
    if theirs is None:
        return duty.at_least, duty.at_most
    if duty.target.answer != Answer.NUMBER:
        return theirs.at_least, theirs.at_most
    ends = ((duty.at_least, theirs.at_least), (duty.at_most, theirs.at_most))
    return tuple(sum(filter(None, bounds)) if any(b is not None for b in bounds) else None for bounds in ends)


@transaction.atomic
def explain_difference(target, *, note, seen, by, at):
    """Acknowledge that the shares do not make up the goal, and why; it holds while these figures stand.

    `seen` is the `Difference.key` that was explained; Refused when it is another by now.
    """
    campaign = held_campaign(target.campaign_id)
    stored = campaign.targets.live().filter(pk=target.pk)
    found = differences(campaign, stored)
    if not found or found[0].key != seen:
        raise Refused("Mức giao vừa thay đổi nên chênh lệch đã khác; đề nghị xem lại trước khi giải thích.")
    if not note.strip():
        raise Refused("Đề nghị ghi giải thích chênh lệch.")
    kept = DifferenceNote.objects.create(target=target, note=note.strip(), **found[0].figures, by=by, at=at)
    detail = f"{found[0].words}. {kept.note}"
    record(target, "Giải thích chênh lệch", campaign=campaign, by=by, at=at, detail=detail)
    return kept


def changes_of(target):
    """Every change of the target's goal and of its units', newest first."""
    changes = GoalChange.objects.filter(Q(target=target) | Q(allocation__target=target))
    return changes.select_related("allocation__unit", "by")
