"""Who may do what with reports."""

from units.models import Role


def can_write_report(user, campaign, *, on):
    """Write the sections, build, enter the clerk's number, record the sending."""
    return user.is_superuser or user.holds({Role.OFFICE}, unit=campaign.organiser, on=on)


def can_approve(user, campaign, *, on):
    return user.is_superuser or user.holds({Role.LEADER}, unit=campaign.organiser, on=on)


def can_comment(user, campaign, *, on):
    """Say something about a draft: leaders, and the office that writes it."""
    return user.is_superuser or user.holds({Role.OFFICE, Role.LEADER}, unit=campaign.organiser, on=on)
