"""Which units take part in a campaign, and which of them must report."""

from collections import namedtuple

from django.db import transaction

from campaigns.models import CampaignState, Participation, record
from targets import allocating, notifications, periods
from targets.allocating import held_campaign
from targets.editing import Clashes
from targets.models import Allocation, Submission
from units import outbox
from units.models import MessageKind
from units.refusals import Refused

# How a unit stands to a campaign; `cluster` is a key or None.
Place = namedtuple("Place", "joins reports cluster", defaults=[False, False, None])
OUTSIDE = Place()


def places_of(campaign):
    """{unit's key: Place} of the units that take part."""
    parts = campaign.participations.values_list("unit", "reports", "cluster")
    return {unit: Place(True, reports, cluster) for unit, reports, cluster in parts}


def bound_units(campaign):
    """Keys of units that cannot leave by a mere untick: they hold a target, or a row to hand in."""
    holding = Allocation.objects.open().filter(target__campaign=campaign).values_list("unit", flat=True)
    return {*holding, *Submission.objects.filter(period__campaign=campaign).values_list("unit", flat=True)}


@transaction.atomic
def save_participants(campaign, places, *, seen, by, at):
    """Write how units stand: `places` is {unit: Place}, `seen` {unit's key: Place} when it was read.

    A unit that somebody else changed meanwhile stays so, unless it was changed here too: then `Clashes`.
    """
    campaign = held_campaign(campaign.pk)
    now, bound = places_of(campaign), bound_units(campaign)
    wanted, clashes = {}, {}
    for unit, place in places.items():
        theirs, read = now.get(unit.pk, OUTSIDE), seen.get(unit.pk, OUTSIDE)
        if place in (theirs, read):
            continue
        if theirs != read:
            clashes[unit.pk] = theirs
        if unit.pk in bound and theirs.reports and not place.reports:
            raise Refused(f"{unit.name} đang có nhiệm vụ báo cáo; đề nghị dùng “Cho thôi tham gia”.")
        wanted[unit] = place
    if clashes:
        raise Clashes(clashes)
    for unit, place in wanted.items():
        _place(campaign, unit, place)
    if wanted and campaign.state == CampaignState.OPEN:
        periods.add_submissions(campaign)
    if wanted:
        record(campaign, "Sửa danh sách tham gia", campaign=campaign, by=by, at=at, detail=_told(wanted))


def _place(campaign, unit, place):
    if not place.joins:
        Participation.objects.filter(campaign=campaign, unit=unit).delete()
        return
    fields = {"reports": place.reports, "cluster_id": place.cluster}
    Participation.objects.update_or_create(campaign=campaign, unit=unit, defaults=fields)


def _told(wanted):
    said = {
        (True, True): "phải báo cáo",
        (True, False): "tham gia, không phải báo cáo",
        (False, False): "không tham gia",
    }
    groups = {}
    for unit, place in wanted.items():
        groups.setdefault(said[place.joins, place.reports], []).append(unit.called)
    return ". ".join(f"{words[0].upper()}{words[1:]}: {'; '.join(units)}" for words, units in groups.items())


def kept_because(participation):
    """Why a unit cannot be taken out of its campaign; empty when it can."""
    handed_in = Submission.objects.filter(
        period__campaign=participation.campaign_id, unit=participation.unit_id, current_revision__isnull=False
    )
    if handed_in.exists():
        return f"{participation.unit.name} đã nộp kết quả nên không cho thôi tham gia được nữa."
    return ""


@transaction.atomic
def take_out(participation, *, reason="", decision_number="", by, at):
    """Free a unit of its duties: it leaves a draft; in an open campaign they end with a reason and it stays listed."""
    campaign = held_campaign(participation.campaign_id)
    part = Participation.objects.select_for_update(of=["self"]).select_related("unit").get(pk=participation.pk)
    unit, is_open = part.unit, campaign.state == CampaignState.OPEN
    if is_open and not reason.strip():
        raise Refused("Đợt thi đua đang mở: đề nghị ghi lý do cho đơn vị thôi tham gia.")
    rows = Submission.objects.select_for_update().filter(period__campaign=campaign, unit=unit).order_by("pk")
    topics = [notifications.topic(submission) for submission in rows.only("pk")]
    if sentence := kept_because(part):
        raise Refused(sentence)
    duties = Allocation.objects.open().filter(target__campaign=campaign, unit=unit).values_list("target", flat=True)
    ending = dict.fromkeys((target, unit.pk) for target in duties)
    allocating.set_shares(campaign, ending, reason=reason, decision_number=decision_number, by=by, at=at)
    if is_open:
        part.reports = False
        part.save(update_fields=["reports"])
        outbox.cancel(topics, kind=MessageKind.REMINDER, note="Đơn vị đã thôi tham gia")
    else:
        part.delete()
    decided = f" Quyết định số {decision_number.strip()}." if decision_number.strip() else ""
    detail = f"{reason.strip()}{decided}".strip()
    record(campaign, "Cho đơn vị thôi tham gia", campaign=campaign, unit=unit, by=by, at=at, detail=detail)
