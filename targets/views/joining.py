"""Who takes part in a campaign: the table of units, and a unit that leaves."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from campaigns.models import Campaign, CampaignState, Participation
from targets import joining
from targets.editing import Clashes
from targets.models import Allocation
from targets.participant_forms import BY_CLUSTER, LeaveForm, ParticipantsForm
from targets.permissions import can_edit_plan
from targets.views.plan_place import PAGE, campaign_to_edit, crumbs, require
from units.refusals import Refused


@require_http_methods(PAGE)
def participants(request, slug):
    campaign = campaign_to_edit(request, slug)
    places, bound = joining.places_of(campaign), joining.bound_units(campaign)
    form = ParticipantsForm(request.POST or None, campaign=campaign, places=places, bound=bound)
    if form.is_valid():
        try:
            joining.save_participants(campaign, form.wanted(), seen=form.read(), by=request.user, at=request.arrived_at)
        except Clashes as clashes:
            form.theirs = clashes.found
            form.add_error(
                None, "Có đơn vị vừa được người khác đổi; đề nghị đối chiếu với phần “đang lưu” rồi lưu lại."
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Đã lưu danh sách đơn vị tham gia.")
            return redirect(campaign)
    by = BY_CLUSTER if request.GET.get("xep") == BY_CLUSTER else ""
    context = {
        "campaign": campaign,
        "form": form,
        "groups": form.rows(by),
        "by_cluster": by == BY_CLUSTER,
        "is_open": campaign.state == CampaignState.OPEN,
        "breadcrumbs": crumbs(campaign, ("Đơn vị tham gia", "")),
    }
    return render(request, "targets/campaign_participants.html", context)


@require_http_methods(PAGE)
def take_out(request, pk):
    mine = Participation.objects.filter(campaign__in=Campaign.objects.organised_by(request.user))
    part = get_object_or_404(mine.select_related("campaign__organiser", "unit"), pk=pk)
    campaign = part.campaign
    require(can_edit_plan, request, campaign)
    shares = Allocation.objects.open().filter(target__campaign=campaign, unit=part.unit).select_related("target")
    is_open = campaign.state == CampaignState.OPEN
    posted = request.POST if request.method == "POST" else None
    form = LeaveForm(posted, is_open=is_open, holds_targets=shares.exists())
    if form.is_valid():
        try:
            joining.take_out(part, **form.cleaned_data, by=request.user, at=request.arrived_at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{part.unit.name} đã thôi tham gia.")
            return redirect("targets:participants", campaign.slug)
    context = {
        "part": part,
        "campaign": campaign,
        "form": form,
        "kept": joining.kept_because(part),
        "shares": shares.order_by("target__number"),
        "is_open": is_open,
        "breadcrumbs": crumbs(campaign, ("Cho thôi tham gia", "")),
    }
    return render(request, "targets/campaign_leave.html", context)
