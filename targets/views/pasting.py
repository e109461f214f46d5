"""A block from Excel: what each cell is read as is shown first, then the whole block is taken or nothing of it."""

from django.contrib import messages
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.models import CampaignState
from targets import pasting
from targets.grid_forms import PasteForm
from targets.views.grid import back_to_grid, grid_crumbs
from targets.views.plan_place import campaign_to_edit
from units.refusals import Refused


def _form(request, campaign):
    posted = request.POST if request.method == "POST" else None
    initial = {name: request.GET.get(name, "") for name in ("sector", "heading")}
    return PasteForm(posted, initial=initial, campaign=campaign, is_open=campaign.state == CampaignState.OPEN)


def _page(request, campaign, form, pasted=None):
    context = {
        "campaign": campaign,
        "form": form,
        "pasted": pasted,
        "is_open": campaign.state == CampaignState.OPEN,
        "breadcrumbs": grid_crumbs(campaign, ("Dán từ Excel", "")),
    }
    return render(request, "targets/grid_paste.html", context)


def _read(request, campaign, form, verb):
    try:
        return verb(campaign, form.cleaned_data["block"], **form.how(), by=request.user, at=request.arrived_at)
    except Refused as refusal:
        form.add_error(None, str(refusal))


@require_http_methods(["GET", "HEAD", "POST"])
def paste(request, slug):
    campaign = campaign_to_edit(request, slug)
    form = _form(request, campaign)
    pasted = _read(request, campaign, form, pasting.preview) if form.is_valid() else None
    return _page(request, campaign, form, pasted)


@require_POST
def take_pasted(request, slug):
    campaign = campaign_to_edit(request, slug)
    form = _form(request, campaign)
    pasted = _read(request, campaign, form, pasting.take) if form.is_valid() else None
    if pasted and pasted.is_sound:
        messages.success(request, f"Đã ghi {len(pasted.rows)} chỉ tiêu từ khối dán.")
        return back_to_grid(campaign)
    return _page(request, campaign, form, pasted)
