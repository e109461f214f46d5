"""Who may nominate, check and decide. Whether it is possible now is the workflow's question."""

from django.db.models import Q

from campaigns.models import Campaign, CampaignState
from units.models import UNIT_ROLES, Role, Unit


def campaigns_to_nominate_in(user, *, on):
    """Open campaigns that a person may nominate in: the office's own, and those the person's units take part in."""
    opened = Campaign.objects.filter(state=CampaignState.OPEN)
    if user.is_superuser:
        return opened
    return opened.filter(
        Q(organiser__in=user.organiser_ids_as({Role.OFFICE}, on=on))
        | Q(participations__unit__in=user.organiser_ids_as(UNIT_ROLES, on=on))
    ).distinct()


def units_to_nominate_for(user, campaign, *, on):
    """The campaign's units that a person may nominate for: all of them for the office, else those reported for."""
    taking_part = Unit.objects.filter(participations__campaign=campaign).order_by("order", "sort_key")
    if _is_office(user, campaign, on):
        return taking_part
    return taking_part.filter(pk__in=user.organiser_ids_as(UNIT_ROLES, on=on))


def can_check(user, nomination, *, on):
    return _is_office(user, nomination.campaign, on)


def can_decide(user, nomination, *, on):
    return user.is_superuser or user.holds({Role.LEADER}, unit=nomination.campaign.organiser, on=on)


def _is_office(user, campaign, on):
    return user.is_superuser or user.holds({Role.OFFICE}, unit=campaign.organiser, on=on)
