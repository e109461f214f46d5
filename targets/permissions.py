"""Who may do what with plans and results. Whether it is possible now is the workflow's question."""

from targets.models import Submission
from units.models import Role, in_force_on, ward_day

EDITORS = {Role.STAFF, Role.OFFICE}
READERS = {Role.STAFF, Role.OFFICE, Role.LEADER, Role.ADMIN}
WRITERS = {Role.HEAD, Role.REPORTER}


def can_add_campaign(user, *, on):
    """Whether the person makes plans for some organiser."""
    return user.is_superuser or bool(user.organiser_ids_as(EDITORS, on=on))


def can_edit_plan(user, campaign, *, on):
    return user.is_superuser or user.holds(EDITORS, unit=campaign.organiser, on=on)


def can_read_campaign(user, campaign, *, on):
    """The compiled table, who handed in, and every result of the campaign."""
    return user.is_superuser or user.holds(READERS, unit=campaign.organiser, on=on)


def can_review(user, campaign, *, on):
    """Return, accept, reopen, adjust, enter on behalf, extend, close."""
    return user.is_superuser or user.holds({Role.OFFICE}, unit=campaign.organiser, on=on)


def can_write_draft(user, submission, *, on):
    return user.holds(WRITERS, unit=submission.unit, on=on)


def drafts_of(user, *, on):
    """The hand-ins whose drafts the person writes: `can_write_draft`, asked together with the rows.

    A hand-in comes once for each role: for one of them alone, take the first.
    """
    in_force = in_force_on(ward_day(on), of="unit__memberships__")
    return Submission.objects.filter(in_force, unit__memberships__user=user, unit__memberships__role__in=WRITERS)


def can_submit(user, submission, *, on):
    roles = {Role.HEAD} if submission.period.campaign.head_signs else WRITERS
    return user.holds(roles, unit=submission.unit, on=on)
