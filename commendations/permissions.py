"""Who may nominate, check and decide. Whether it is possible now is the workflow's question."""

from units.models import UNIT_ROLES, Role, Unit


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
