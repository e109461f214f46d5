"""The theme that a unit chooses for its own part in a campaign."""

from django.db import transaction

from campaigns.models import Campaign, CampaignState, record
from units.refusals import Refused


@transaction.atomic
def choose(participation, *, theme, by, at):
    """Write the unit's theme; the campaign must be open."""
    campaign = Campaign.objects.select_for_update().get(pk=participation.campaign_id)
    if campaign.state != CampaignState.OPEN:
        raise Refused("Đợt thi đua không còn mở, không đổi chủ đề được nữa.")
    if theme == participation.theme:
        return
    participation.theme = theme
    participation.save(update_fields=["theme"])
    record(participation, "Chọn chủ đề", campaign=campaign, unit=participation.unit, by=by, at=at, detail=theme)
