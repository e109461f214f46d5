"""The theme that a unit chooses for its own part in a campaign."""

from django.db import transaction

from campaigns.models import CampaignState, Participation, record
from units.refusals import Refused


@transaction.atomic
def choose(participation, *, theme, by, at):
    """Write the unit's theme; the campaign must be open."""
    stored = (
        Participation.objects.select_for_update(of=["self"]).select_related("campaign", "unit").get(pk=participation.pk)
    )
    if stored.campaign.state != CampaignState.OPEN:
        raise Refused("Đợt thi đua không còn mở, không đổi chủ đề được nữa.")
    if stored.theme != theme:
        stored.theme = theme
        stored.save(update_fields=["theme"])
        record(stored, "Chọn chủ đề thi đua", campaign=stored.campaign, unit=stored.unit, by=by, at=at, detail=theme)
    return stored
