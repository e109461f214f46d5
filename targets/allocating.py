"""How targets, goals and duties change: freely in a draft plan; in an open campaign a changed goal leaves its reason.

Every verb first holds the campaign's row, so that a plan does not change under whoever opens or closes it.
"""

from dataclasses import dataclass
from decimal import Decimal
from itertools import count

from django.db import transaction
from django.db.models import Max, Q

from campaigns.models import Campaign, CampaignState, Participation, record
from targets.models import Allocation, Answer, GoalChange, Heading, Sector, Target
from targets.models.plan import target_code
from targets.numbers import show_interval
from units.refusals import Refused

ASKS_UNITS_FOR_A_FIGURE = {Answer.NUMBER, Answer.RATIO}


def held_campaign(pk):
    """The campaign's row, locked until the transaction ends. Raises Refused once it is closed."""
    campaign = Campaign.objects.select_for_update().get(pk=pk)
    if campaign.state == CampaignState.CLOSED:
        raise Refused("Đợt thi đua đã kết thúc; kế hoạch không còn thay đổi được.")
    return campaign


@transaction.atomic
def save_target(target, *, new_sector="", new_heading="", coordinators=(), reason="", decision_number="", by, at):
    """Add a target at the end of its plan, or keep one as changed; a named new sector or heading is made first."""
    campaign = held_campaign(target.campaign_id)
    stored = Target.objects.filter(pk=target.pk).first()
    if new_sector:
        target.sector = _made(Sector.objects.filter(campaign=campaign), new_sector, campaign=campaign)
    if new_heading:
        headings = Heading.objects.filter(sector=target.sector, parent=None)
        target.heading = _made(headings, new_heading, sector=target.sector)
    refuse_twin(target)
    if stored is None:
        target.number = (campaign.targets.aggregate(last=Max("number"))["last"] or 0) + 1
        target.code = target.code or _free_code(campaign, target.number)
    else:
        _refuse_second_source(target)
        if goal_needs_decision(campaign, stored, target) and not decision_number.strip():
            raise Refused("Đợt thi đua đang mở: đổi mức giao của phường thì đề nghị ghi số quyết định.")
        _leave_trace(campaign, stored, target.at_least, target.at_most, reason, decision_number, by=by, at=at)
    target.save()
    target.coordinators.set(coordinators)
    record(target, "Sửa chỉ tiêu" if stored else "Thêm chỉ tiêu", campaign=campaign, by=by, at=at, detail=str(target))
    return target


def refuse_twin(target):
    """Two live targets of one name under one heading could not be told apart."""
    twins = target.campaign.targets.live().filter(sector=target.sector, heading=target.heading, name=target.name)
    if twins.exclude(pk=target.pk).exists():
        raise Refused("Chỉ tiêu cùng tên đã có trong lĩnh vực, đề mục này.")


def goal_needs_decision(campaign, stored, target):
    """Whether the ward's own goal changes in an open campaign, which takes a reason and a decision's number."""
    changed = (stored.at_least, stored.at_most) != (target.at_least, target.at_most)
    return changed and campaign.state == CampaignState.OPEN


def _free_code(campaign, number):
    taken = {code.lower() for code in campaign.targets.values_list("code", flat=True)}
    return next(code for n in count(number) if (code := target_code(n)).lower() not in taken)


def _made(siblings, name, **parent):
    """The sector or heading of that name, made at the end of its siblings if there is none."""
    order = (siblings.aggregate(last=Max("order"))["last"] or 0) + 1
    return siblings.get_or_create(name=name, defaults={"order": order} | parent)[0]


def _refuse_second_source(target):
    if target.single_source and target.allocations.open().count() > 1:
        raise Refused("Chỉ tiêu đang giao cho nhiều đơn vị; đề nghị giao lại cho một đơn vị trước.")


@transaction.atomic
def change_goal(held, *, at_least, at_most, reason="", decision_number="", by, at):
    """Set the goal of a target or of a unit's share. The same goal again changes nothing and leaves no trace."""
    campaign = held_campaign((held.target if isinstance(held, Allocation) else held).campaign_id)
    stored = type(held).objects.get(pk=held.pk)
    _leave_trace(campaign, stored, at_least, at_most, reason, decision_number, by=by, at=at)
    stored.at_least, stored.at_most = at_least, at_most
    stored.save(update_fields=["at_least", "at_most"])
    return stored


@transaction.atomic
def end_duty(allocation, *, reason="", decision_number="", by, at):
    """Take a target from a unit: deleted from a draft plan, ended in an open campaign."""
    campaign = held_campaign(allocation.target.campaign_id)
    stored = Allocation.objects.select_related("target", "unit").get(pk=allocation.pk)
    if stored.ended_at is not None:
        raise Refused(f"{stored.unit.name} đã thôi nhận chỉ tiêu này.")
    if campaign.state == CampaignState.DRAFT:
        stored.delete()
        return
    _leave_trace(campaign, stored, None, None, reason, decision_number, ends_duty=True, by=by, at=at)
    stored.ended_at = at
    stored.save(update_fields=["ended_at"])


@transaction.atomic
def allocate(target, shares, *, reason="", decision_number="", by, at):
    """Give a target to exactly these units and nobody else: {unit: (at_least, at_most)}."""
    campaign = held_campaign(target.campaign_id)
    target = Target.objects.get(pk=target.pk)
    _refuse_takers(campaign, target, shares)
    why = {"reason": reason, "decision_number": decision_number, "by": by, "at": at}
    held = {a.unit_id: a for a in target.allocations.open().select_related("unit", "target")}
    for unit, (at_least, at_most) in shares.items():
        if allocation := held.pop(unit.pk, None):
            change_goal(allocation, at_least=at_least, at_most=at_most, **why)
        else:
            Allocation.objects.create(target=target, unit=unit, at_least=at_least, at_most=at_most, since=at)
            goal = show_interval(at_least, at_most)
            record(target, "Giao chỉ tiêu", campaign=campaign, unit=unit, by=by, at=at, detail=f"{target}: {goal}")
    for allocation in held.values():
        end_duty(allocation, **why)


@dataclass(frozen=True)
class AddedUp:
    """One end of the units' own goals added up, beside the ward's."""

    words: str
    total: Decimal
    goal: Decimal | None

    @property
    def short(self):
        """How much of the ward's goal is not given to any unit yet."""
        return self.goal - self.total if self.goal is not None and self.goal > self.total else None

    @property
    def over(self):
        """How much more than the ward's goal was given."""
        return self.total - self.goal if self.goal is not None and self.total > self.goal else None


def added_up(target, shares):
    """Σ of the units' goals, for a number that several units make up; rates are never added."""
    if target.answer != Answer.NUMBER or target.single_source:
        return []
    sums = []
    for end, words in (("at_least", "không thấp hơn"), ("at_most", "không quá")):
        bounds = [getattr(share, end) for share in shares if getattr(share, end) is not None]
        if bounds:
            sums.append(AddedUp(words, sum(bounds), getattr(target, end)))
    return sums


def changes_of(target):
    """Every change of the target's goal and of its units', newest first."""
    changes = GoalChange.objects.filter(Q(target=target) | Q(allocation__target=target))
    return changes.select_related("allocation__unit", "by")


def _refuse_takers(campaign, target, shares):
    if target.single_source and len(shares) > 1:
        raise Refused("Chỉ tiêu này chỉ được giao cho một đơn vị.")
    if target.single_source and not shares and campaign.state == CampaignState.OPEN:
        raise Refused("Chỉ tiêu này phải giao cho đúng một đơn vị.")
    reporting = set(Participation.objects.filter(campaign=campaign, reports=True).values_list("unit", flat=True))
    if strangers := [unit.name for unit in shares if unit.pk not in reporting]:
        raise Refused(f"Không thuộc diện phải báo cáo trong đợt thi đua: {'; '.join(strangers)}.")
    if target.answer not in ASKS_UNITS_FOR_A_FIGURE and any(share != (None, None) for share in shares.values()):
        raise Refused("Chỉ tiêu này không giao mức riêng cho từng đơn vị.")


def _leave_trace(campaign, held, at_least, at_most, reason, decision_number, *, ends_duty=False, by, at):
    """In an open campaign, keep what the goal was, what it becomes, and why."""
    unchanged = (held.at_least, held.at_most) == (at_least, at_most) and not ends_duty
    if unchanged or campaign.state != CampaignState.OPEN:
        return
    if not reason.strip():
        raise Refused("Đợt thi đua đang mở: đề nghị ghi lý do điều chỉnh mức giao.")
    share = held if isinstance(held, Allocation) else None
    change = GoalChange.objects.create(
        target=None if share else held,
        allocation=share,
        old_at_least=held.at_least,
        old_at_most=held.at_most,
        new_at_least=at_least,
        new_at_most=at_most,
        ends_duty=ends_duty,
        decision_number=decision_number.strip(),
        reason=reason.strip(),
        by=by,
        at=at,
    )
    old = show_interval(held.at_least, held.at_most)
    record(
        share.target if share else held,
        "Thôi giao chỉ tiêu" if ends_duty else "Điều chỉnh mức giao",
        campaign=campaign,
        unit=share and share.unit,
        by=by,
        at=at,
        detail=f"{old} → {'thôi giao' if ends_duty else show_interval(at_least, at_most)}. Lý do: {change.reason}",
    )
