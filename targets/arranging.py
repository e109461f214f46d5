"""How the targets of a plan are put in order, copied, retired and brought back.

A target's number is its place in the plan; its code never changes. A draft is numbered anew with every change; in an
open campaign, whose numbers stand on a signed paper, only when somebody moves a target, a heading or a sector.
"""

from django.db import transaction
from django.db.models import F

from campaigns.models import CampaignState, record
from targets.allocating import end_duties_on, held_campaign, refuse_twin, save_target
from targets.models import Target
from targets.plan_layout import layout_of
from units.refusals import Refused

LONGEST_NAME = Target._meta.get_field("name").max_length


@transaction.atomic
def move(target, *, sector, heading=None, before=None, by, at):
    """Put a target under a sector or one of its headings: before another target there, or last of its heading."""
    campaign = held_campaign(target.campaign_id)
    target = _live(target)
    if sector.campaign_id != campaign.pk or (heading and heading.sector_id != sector.pk):
        raise Refused("Đề mục này không thuộc lĩnh vực đã chọn.")
    if before and (before.campaign_id, before.sector_id) != (campaign.pk, sector.pk):
        raise Refused("Chỉ tiêu đứng sau không thuộc lĩnh vực đã chọn.")
    if before == target:
        return target
    _put_under(target, sector, heading)
    _insert(campaign, target, before)
    record(target, "Chuyển chỗ chỉ tiêu", campaign=campaign, by=by, at=at, detail=_place(target))
    return target


@transaction.atomic
def step(target, *, up, by, at):
    """One place up or down; from the end of its block into the next heading or sector."""
    campaign = held_campaign(target.campaign_id)
    target = _live(target)
    blocks = [block for part in layout_of(campaign) for block in part.blocks]
    here = next(place for place, block in enumerate(blocks) if target in block.targets)
    order = [each.pk for block in blocks for each in block.targets]
    beside = blocks[here].targets.index(target) + (-1 if up else 1)
    if 0 <= beside < len(blocks[here].targets):
        place, other = order.index(target.pk), order.index(blocks[here].targets[beside].pk)
        order[place], order[other] = order[other], order[place]
    else:
        there = here + (-1 if up else 1)
        if there not in range(len(blocks)):
            raise Refused(f"Chỉ tiêu đã đứng {'đầu' if up else 'cuối'} kế hoạch.")
        _put_under(target, blocks[there].sector, blocks[there].heading)
    renumber(campaign, order)
    record(target, "Chuyển chỗ chỉ tiêu", campaign=campaign, by=by, at=at, detail=_place(target))
    return target


@transaction.atomic
def settle(added):
    """In a draft, let targets just added stand last of their headings, one after the other, and every number follow."""
    if not added:
        return
    campaign = held_campaign(added[0].campaign_id)
    if campaign.state == CampaignState.DRAFT:
        parts = layout_of(campaign)
        order = [each for part in parts for block in part.blocks for each in block.targets if each not in added]
        for target in added:
            order.insert(_end_of_heading(parts, order, target), target)
        renumber(campaign, [each.pk for each in order])


@transaction.atomic
def duplicate(target, *, by, at):
    """A copy right behind its original, with a name and a code of its own and nothing given to units yet."""
    campaign = held_campaign(target.campaign_id)
    original, copy = _live(target), _live(target)
    copy.pk, copy._state.adding = None, True
    copy.code, copy.name = "", _free_name(original)
    copy.baseline, copy.baseline_note, copy.copied_from = None, "", None
    save_target(copy, coordinators=original.coordinators.all(), by=by, at=at)
    if campaign.state == CampaignState.DRAFT:
        _insert(campaign, copy, _next_to(campaign, original))
    return copy


@transaction.atomic
def retire(target, *, reason="", decision_number="", by, at):
    """Track a target no longer. In an open campaign its units' duties end, by a decision with its reason."""
    campaign = held_campaign(target.campaign_id)
    target = _live(target)
    if part := target.parts.live().first():
        raise Refused(f"Chỉ tiêu {part.number} là một phần “trong đó” của chỉ tiêu này; đề nghị bỏ liên kết ấy trước.")
    if campaign.state == CampaignState.OPEN:
        if not reason.strip() or not decision_number.strip():
            raise Refused("Đợt thi đua đang mở: thôi theo dõi chỉ tiêu thì đề nghị ghi lý do và số quyết định.")
        end_duties_on(target, reason=reason, decision_number=decision_number, by=by, at=at)
    target.retired = True
    target.save(update_fields=["retired"])
    _number_draft(campaign)
    why = [reason.strip(), f"Quyết định số {decision_number.strip()}" if decision_number.strip() else ""]
    record(target, "Thôi theo dõi chỉ tiêu", campaign=campaign, by=by, at=at, detail=". ".join(filter(None, why)))
    return target


@transaction.atomic
def bring_back(target, *, by, at):
    """Track a retired target again. What it had been given before a campaign opened is to be given anew."""
    campaign = held_campaign(target.campaign_id)
    target = Target.objects.select_related("campaign").get(pk=target.pk)
    if not target.retired:
        raise Refused("Chỉ tiêu này đang được theo dõi.")
    if target.part_of and target.part_of.retired:
        raise Refused(f"Chỉ tiêu này là một phần “trong đó” của “{target.part_of.name}”, đã thôi theo dõi.")
    refuse_twin(target)
    if campaign.state == CampaignState.OPEN:
        target.allocations.filter(ended_at__isnull=True).delete()
    target.retired = False
    target.save(update_fields=["retired"])
    settle([target])
    record(target, "Theo dõi lại chỉ tiêu", campaign=campaign, by=by, at=at, detail=str(target))
    return target


def renumber(campaign, order):
    """Number the live targets as in `order` (their keys), the retired ones behind them; the others' numbers stay free.

    Both databases look at each row of an UPDATE by itself, so every number first leaves the range it will be in.
    """
    held = dict(campaign.targets.order_by("number").values_list("pk", "number"))
    live = set(order)
    wanted = dict(zip([*order, *(pk for pk in held if pk not in live)], range(1, len(held) + 1), strict=True))
    if wanted == held:
        return
    campaign.targets.update(number=F("number") + max(*held.values(), len(held)))
    targets = [Target(pk=pk, number=number) for pk, number in wanted.items()]
    Target.objects.bulk_update(targets, ["number"])


def order_of(campaign):
    """The keys of the live targets as they stand in the plan."""
    return [target.pk for part in layout_of(campaign) for block in part.blocks for target in block.targets]


def _live(target):
    stored = Target.objects.select_related("campaign", "sector", "heading").get(pk=target.pk)
    if stored.retired:
        raise Refused("Chỉ tiêu này đã thôi theo dõi.")
    return stored


def _put_under(target, sector, heading):
    target.sector, target.heading = sector, heading
    refuse_twin(target)
    target.save(update_fields=["sector", "heading"])


def _insert(campaign, target, before):
    """Renumber with the target before another one, or where its heading ends."""
    parts = layout_of(campaign)
    order = [each for part in parts for block in part.blocks for each in block.targets if each != target]
    behind_it = before is not None and before != target
    place = order.index(before) if behind_it else _end_of_heading(parts, order, target)
    order.insert(place, target)
    renumber(campaign, [each.pk for each in order])


def _end_of_heading(parts, order, target):
    mine = [i for i, each in enumerate(order) if (each.sector_id, each.heading_id) == _key(target)]
    if mine:
        return mine[-1] + 1
    sectors = [part.sector.pk for part in parts]
    part = parts[sectors.index(target.sector_id)]
    rank = {None: -1} | {heading.pk: place for place, (heading, _) in enumerate(part.headings)}
    later = set(sectors[sectors.index(target.sector_id) + 1 :])
    for place, each in enumerate(order):
        is_mine = each.sector_id == target.sector_id
        if each.sector_id in later or (is_mine and rank[each.heading_id] > rank[target.heading_id]):
            return place
    return len(order)


def _key(target):
    return target.sector_id, target.heading_id


def _next_to(campaign, original):
    """The target that follows the original under the same sector, if any."""
    blocks = [block for part in layout_of(campaign) for block in part.blocks]
    block = next(block for block in blocks if original in block.targets)
    below = block.targets[block.targets.index(original) + 1 :]
    return below[0] if below else None


def _number_draft(campaign):
    if campaign.state == CampaignState.DRAFT:
        renumber(campaign, order_of(campaign))


def _free_name(original):
    taken = set(original.campaign.targets.values_list("name", flat=True))
    number = 1
    while True:
        mark = " (bản sao)" if number == 1 else f" (bản sao {number})"
        if (name := original.name[: LONGEST_NAME - len(mark)] + mark) not in taken:
            return name
        number += 1


def _place(target):
    under = f" › {target.heading}" if target.heading else ""
    return f"{target.name}: {target.sector}{under}"
