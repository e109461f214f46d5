"""What the office's pages have in common: which period or hand-in they are about, who may, and the way there."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import reverse

from campaigns.models import ReportingPeriod
from targets.models import Submission
from targets.permissions import can_review

PAGE = ["GET", "HEAD", "POST"]


def require(allowed, request, campaign):
    if not allowed(request.user, campaign, on=request.arrived_at):
        raise PermissionDenied


def period_of(request, pk, *, allowed=can_review):
    wanted = ReportingPeriod.objects.organised_by(request.user).select_related("campaign__organiser")
    period = get_object_or_404(wanted, pk=pk)
    require(allowed, request, period.campaign)
    return period


def submission_of(request, pk, *, allowed=can_review):
    wanted = Submission.objects.reviewable_by(request.user).with_place()
    named = wanted.select_related("period__campaign__organiser", "current_revision__submitted_by")
    submission = get_object_or_404(named, pk=pk)
    require(allowed, request, submission.period.campaign)
    return submission


def crumbs(period, *further):
    campaign = period.campaign
    above = [("Đợt thi đua", reverse("targets:campaigns")), (campaign.short_name, campaign.get_absolute_url())]
    if not further:
        return [*above, (f"Chờ duyệt {period.name}", "")]
    return [*above, (f"Chờ duyệt {period.name}", reverse("targets:queue", args=[period.pk])), *further]


def steps(submission, here):
    """The way to a page below a submission's review."""
    return crumbs(
        submission.period, (submission.unit.called, reverse("targets:review", args=[submission.pk])), (here, "")
    )
