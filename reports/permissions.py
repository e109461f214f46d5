"""Who may do what with reports."""

from reports.models import ReportKind
from targets.permissions import can_read_campaign, can_review, can_write_draft
from units.models import Role


def can_write_report(user, campaign, *, on):
    """Write the sections, build, enter the clerk's number, record the sending."""
    return user.is_superuser or user.holds({Role.OFFICE}, unit=campaign.organiser, on=on)


def can_approve(user, campaign, *, on):
    return user.is_superuser or user.holds({Role.LEADER}, unit=campaign.organiser, on=on)


def can_comment(user, campaign, *, on):
    """Say something about a draft: leaders, and the office that writes it."""
    return user.is_superuser or user.holds({Role.OFFICE, Role.LEADER}, unit=campaign.organiser, on=on)


def can_archive(user, campaign, *, on):
    """Gather a campaign's whole file for the archive, and take it away: it holds every unit's evidence."""
    return user.is_superuser or user.holds({Role.OFFICE, Role.ADMIN}, unit=campaign.organiser, on=on)


def can_read_report(user, report, *, on):
    """Open a report's page and its files."""
    may = can_archive if report.kind == ReportKind.ARCHIVE else can_read_campaign
    return may(user, report.campaign, on=on)


def can_keep_signed_copy(user, submission, *, on):
    """Put a signed scan beside a hand-in: the unit, or the office that got it on paper."""
    campaign = submission.period.campaign
    return can_write_draft(user, submission, on=on) or can_review(user, campaign, on=on)
