"""What a unit leaves behind when it is merged or closed: its duties, its place among those who report, its hand-ins.

The unit's own part is `units.changing`; both are done in one transaction. What was handed in stays where it is.
"""

from dataclasses import dataclass

from django.db import transaction

from campaigns.models import Campaign, CampaignState, Participation, record
from targets import allocating, periods
from targets.models import Allocation, Submission
from units import changing


@dataclass(frozen=True)
class Leaving:
    """One running or drafted campaign of a unit that is about to go."""

    campaign: Campaign
    reports: bool
    handed_in: int  # periods for which it handed in
    duties: list  # open allocations with their targets, in the plan's order

    @property
    def is_draft(self):
        return self.campaign.state == CampaignState.DRAFT

    @property
    def stops_reporting(self):
        return self.reports and not self.handed_in


def outlook(unit):
    """What the unit's going will touch, as `Leaving` rows in the campaigns' order."""
    handed_in = _handed_in(unit)
    duties = {}
    open_duties = Allocation.objects.open().filter(unit=unit).select_related("target").order_by("target__number")
    for duty in open_duties:
        duties.setdefault(duty.target.campaign_id, []).append(duty)
    return [
        Leaving(part.campaign, part.reports, handed_in.count(part.campaign_id), duties.get(part.campaign_id, []))
        for part in _places(unit).order_by("campaign__starts_on", "campaign")
    ]


@transaction.atomic
def merge_unit(unit, *, into, moving=(), reason, decision_number, by, at):
    """Another unit takes the place of this one: its duties, its place in the reports, and the people in `moving`."""
    _hand_over(unit, into, reason=reason, decision_number=decision_number, by=by, at=at)
    return changing.merge(unit, into=into, moving=moving, reason=reason, decision_number=decision_number, by=by, at=at)


@transaction.atomic
def close_unit(unit, *, to=None, reason, decision_number, by, at):
    """The unit works no more; its duties go to another one or to nobody."""
    _hand_over(unit, to, reason=reason, decision_number=decision_number, by=by, at=at)
    return changing.close(unit, reason=reason, decision_number=decision_number, by=by, at=at)


def _hand_over(unit, to, *, reason, decision_number, by, at):
    changing.refuse_leaving(unit)
    if to is not None:
        changing.refuse_taker(unit, to)
    places = _places(unit)
    list(Campaign.objects.select_for_update().filter(pk__in=places.values("campaign")).order_by("pk"))
    places = list(places)
    if to is not None:
        for place in places:
            if place.reports:
                _let_report(place, to, by=by, at=at)
    allocating.end_duties_of(unit, to=to, reason=reason, decision_number=decision_number, by=by, at=at)
    handed_in = _handed_in(unit)
    for place in places:
        if place.reports and place.campaign_id not in handed_in:
            place.reports = False
            place.save(update_fields=["reports"])
            record(
                place.campaign, f"{unit.name} thôi diện phải báo cáo", campaign=place.campaign, unit=unit, by=by, at=at
            )


def _let_report(place, to, *, by, at):
    """The unit that takes over must report where the leaving one did."""
    campaign = place.campaign
    held = Participation.objects.filter(campaign=campaign, unit=to).first()
    if held is None:
        periods.add_participation(campaign, to, cluster=place.cluster, by=by, at=at)
    elif not held.reports:
        held.reports = True
        held.save(update_fields=["reports"])
        if campaign.state == CampaignState.OPEN:
            periods.add_submissions(campaign)
        record(campaign, f"{to.name} vào diện phải báo cáo", campaign=campaign, unit=to, by=by, at=at)


def _places(unit):
    running = Participation.objects.filter(unit=unit).exclude(campaign__state=CampaignState.CLOSED)
    return running.select_related("campaign", "cluster")


def _handed_in(unit):
    """The campaign's key for each period for which the unit handed in."""
    handed_in = Submission.objects.filter(unit=unit, current_revision__isnull=False).order_by()
    return list(handed_in.values_list("period__campaign", flat=True))
