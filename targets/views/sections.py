"""Sectors and headings of the target grid: each verb is one small form of the grid itself."""

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from campaigns.models import Campaign
from targets import sectioning
from targets.grid_forms import NameForm, WayForm
from targets.models import Heading, Sector
from targets.permissions import can_edit_plan
from targets.views.grid import back_to_grid
from targets.views.plan_place import campaign_to_edit, require
from units.refusals import Refused


def _sector(request, pk):
    own = Sector.objects.filter(campaign__in=Campaign.objects.organised_by(request.user))
    return _editable(request, get_object_or_404(own.select_related("campaign__organiser"), pk=pk))


def _heading(request, pk):
    own = Heading.objects.filter(sector__campaign__in=Campaign.objects.organised_by(request.user))
    return _editable(request, get_object_or_404(own.select_related("sector__campaign__organiser", "parent"), pk=pk))


def _editable(request, place):
    require(can_edit_plan, request, sectioning.campaign_of(place))
    return place


def _anchor(place):
    return f"{'dm' if isinstance(place, Heading) else 'lv'}-{place.pk}"


def _do(request, campaign, form, verb, done):
    """Run `verb` with what was typed, and go back to the grid, where the place that it returns is looked for."""
    place = None
    if not form.is_valid():
        messages.error(request, " ".join(sentence for sentences in form.errors.values() for sentence in sentences))
    else:
        try:
            place = verb(form, {"by": request.user, "at": request.arrived_at})
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, done)
    return back_to_grid(campaign, _anchor(place) if place and place.pk else "")


@require_POST
def add_sector(request, slug):
    campaign = campaign_to_edit(request, slug)

    def verb(form, why):
        return sectioning.add_sector(campaign, form.cleaned_data["name"], **why)

    return _do(request, campaign, NameForm(request.POST), verb, "Đã thêm lĩnh vực.")


@require_POST
def add_heading(request, pk):
    sector = _sector(request, pk)

    def verb(form, why):
        return sectioning.add_heading(sector, form.cleaned_data["name"], parent=form.cleaned_data["parent"], **why)

    return _do(request, sector.campaign, NameForm(request.POST, sector=sector), verb, "Đã thêm đề mục.")


def _rename(request, place):
    def verb(form, why):
        return sectioning.rename(place, form.cleaned_data["name"], **why)

    return _do(request, sectioning.campaign_of(place), NameForm(request.POST), verb, "Đã đổi tên.")


def _move(request, place):
    def verb(form, why):
        return sectioning.step(place, up=form.is_up, **why)

    return _do(request, sectioning.campaign_of(place), WayForm(request.POST), verb, "Đã chuyển chỗ.")


def _remove(request, place):
    campaign = sectioning.campaign_of(place)
    try:
        sectioning.remove(place, by=request.user, at=request.arrived_at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Đã xoá “{place.name}”.")
    return back_to_grid(campaign)


@require_POST
def rename_sector(request, pk):
    return _rename(request, _sector(request, pk))


@require_POST
def move_sector(request, pk):
    return _move(request, _sector(request, pk))


@require_POST
def remove_sector(request, pk):
    return _remove(request, _sector(request, pk))


@require_POST
def rename_heading(request, pk):
    return _rename(request, _heading(request, pk))


@require_POST
def move_heading(request, pk):
    return _move(request, _heading(request, pk))


@require_POST
def remove_heading(request, pk):
    return _remove(request, _heading(request, pk))
