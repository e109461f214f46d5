"""How a nomination moves. Nothing outside this module writes `Nomination.state`."""

from django.db import transaction

from campaigns.models import Campaign, CampaignState, record
from commendations.models import SETTLED, Nomination, SignedBy
from commendations.models import NominationState as State
from units.refusals import Refused

MOVES = {
    State.PROPOSED: {State.CHECKED},
    State.CHECKED: {State.DECIDED, State.FORWARDED, State.DECLINED},
    State.DECIDED: set(),
    State.FORWARDED: set(),
    State.DECLINED: set(),
}


@transaction.atomic
def propose(nomination, *, by, at):
    """Keep a new, unsaved nomination and hand it to the office."""
    if Campaign.objects.get(pk=nomination.campaign_id).state == CampaignState.DRAFT:
        raise Refused("Đợt thi đua chưa mở nên chưa nhận đề nghị khen thưởng.")
    if not nomination.award.fits(nomination.recipient_kind):
        raise Refused(f"“{nomination.award}” không dành cho {nomination.get_recipient_kind_display().lower()}.")
    nomination.state, nomination.proposed_by, nomination.proposed_at = State.PROPOSED, by, at
    nomination.save(force_insert=True)
    _tell(nomination, "Đề nghị khen thưởng", by=by, at=at)
    return nomination


@transaction.atomic
def check(nomination, *, by, at):
    """The office has checked the file: the leader may decide."""
    return _move(_locked(nomination), State.CHECKED, by=by, at=at, verb="Thẩm tra")


@transaction.atomic
def agree(nomination, *, by, at):
    """The leader's yes: decided where the ward signs the award, forwarded where it only nominates."""
    stored = _locked(nomination)
    if stored.award.signed_by == SignedBy.WARD:
        return _move(stored, State.DECIDED, by=by, at=at, verb="Đồng ý khen thưởng")
    return _move(stored, State.FORWARDED, by=by, at=at, verb="Đồng ý trình cấp trên khen thưởng")


@transaction.atomic
def decline(nomination, *, reason, by, at):
    """The leader's no, with its reason."""
    if not reason.strip():
        raise Refused("Đề nghị ghi lý do không đồng ý.")
    stored = _locked(nomination)
    stored.reason = reason.strip()
    return _move(stored, State.DECLINED, by=by, at=at, verb="Không đồng ý", detail=stored.reason)


def _locked(nomination):
    return (
        Nomination.objects.select_for_update(of=["self"])
        .select_related("campaign", "unit", "award")
        .get(pk=nomination.pk)
    )


def _move(stored, to, *, by, at, verb, detail=""):
    if to not in MOVES[State(stored.state)]:
        raise Refused(f"Không thể chuyển từ “{stored.get_state_display()}” sang “{State(to).label}”.")
    stored.state = to
    if to in SETTLED:
        stored.decided_by, stored.decided_at = by, at
    stored.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    _tell(stored, verb, by=by, at=at, detail=detail)
    return stored


def _tell(nomination, verb, *, by, at, detail=""):
    record(nomination, verb, campaign=nomination.campaign, unit=nomination.unit, by=by, at=at, detail=detail)
