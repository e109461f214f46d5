"""What the pages of a plan have in common: which campaign or target they are about, who may, and the way there."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import reverse

from campaigns.models import Campaign
from targets.models import Target
from targets.permissions import can_edit_plan, can_read_campaign

PAGE = ["GET", "HEAD", "POST"]


def require(allowed, request, campaign):
    if not allowed(request.user, campaign, on=request.arrived_at):
        raise PermissionDenied


def campaign_of(request, slug, *further, allowed=can_read_campaign, without=()):
    """One of the person's organisers' campaigns (404), if the person may (403).

    `further` names what else is read along with it, `without` the columns that are not.
    """
    wanted = Campaign.objects.organised_by(request.user).select_related("organiser", *further).defer(*without)
    campaign = get_object_or_404(wanted, slug=slug)
    require(allowed, request, campaign)
    return campaign


def campaign_to_edit(request, slug, *further, allowed=can_edit_plan, without=()):
    return campaign_of(request, slug, *further, allowed=allowed, without=without)


def target_of(request, pk, *further, allowed=can_edit_plan):
    """A target of such a campaign; `further` names what else is read along with it."""
    wanted = Target.objects.organised_by(request.user).select_related("campaign__organiser", *further)
    target = get_object_or_404(wanted, pk=pk)
    require(allowed, request, target.campaign)
    return target


def crumbs(campaign, *further):
    """The way to a page below a campaign's; `further` is (words, address), the last without an address."""
    above = ("Đợt thi đua", reverse("targets:campaigns"))
    return [above, (campaign.short_name, campaign.get_absolute_url() if further else ""), *further]
