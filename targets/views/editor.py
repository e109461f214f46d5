"""The campaign editor: a new draft, its plan's parts, its movements and questions, and its end."""

from copy import copy

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from campaigns.models import CampaignState, Event
from targets import editing, periods
from targets.campaign_forms import NewCampaignForm, PartsForm
from targets.permissions import EDITORS, can_add_campaign, can_review
from targets.plan_lists import MovementRows, PromptRows
from targets.views.plan_place import PAGE, campaign_of, campaign_to_edit, crumbs
from units.models import Unit, UnitKind
from units.refusals import Refused


def organisers_of(user, *, on):
    """The organisers that a person makes plans for."""
    organisers = Unit.objects.active().filter(kind=UnitKind.ORGANISER)
    return list(organisers if user.is_superuser else organisers.filter(pk__in=user.organiser_ids_as(EDITORS, on=on)))


@require_http_methods(PAGE)
def add_campaign(request):
    if not can_add_campaign(request.user, on=request.arrived_at):
        raise PermissionDenied
    organisers = organisers_of(request.user, on=request.arrived_at)
    form = NewCampaignForm(request.POST or None, organisers=organisers)
    if form.is_valid():
        try:
            made = editing.create_campaign(form.instance, by=request.user, at=request.arrived_at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Đã lập đợt thi đua ở trạng thái đang soạn. Đề nghị ghi các phần của kế hoạch.")
            return redirect("targets:edit_campaign", made.slug)
    above = [("Đợt thi đua", reverse("targets:campaigns")), ("Thêm đợt thi đua", "")]
    return render(request, "targets/campaign_add.html", {"form": form, "breadcrumbs": above})


@require_http_methods(PAGE)
def edit_campaign(request, slug):
    campaign = campaign_to_edit(request, slug)
    form = PartsForm(request.POST or None, instance=copy(campaign))
    if form.is_valid():
        try:
            editing.save_parts(
                campaign,
                form.typed(),
                seen=form.marks(),
                reason=form.cleaned_data.get("reason", ""),
                by=request.user,
                at=request.arrived_at,
            )
        except editing.Clashes as clashes:
            form.show_clashes(clashes.found)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Đã lưu các phần của kế hoạch.")
            return redirect(campaign)
    context = {
        "campaign": campaign,
        "form": form,
        "clashes": form.clashes,
        "last": Event.objects.about(campaign).select_related("by").first() if form.clashes else None,
        "breadcrumbs": crumbs(campaign, ("Sửa kế hoạch", "")),
    }
    return render(request, "targets/campaign_edit.html", context)


def _edit_rows(request, slug, *, rows_of, rows_class, save, page, done):
    """Show a list of rows to edit, or keep what was typed in it."""
    campaign = campaign_to_edit(request, slug)
    formset = rows_class.of(rows_of(campaign), request.POST or None)
    refused = ""
    if formset.is_valid():
        try:
            save(campaign, formset.rows(), by=request.user, at=request.arrived_at)
        except editing.Clashes as clashes:
            formset.show_clashes(clashes.found)
        except Refused as refusal:
            refused = str(refusal)
        else:
            messages.success(request, done)
            return redirect(campaign)
    title = page["title"]
    context = {
        "campaign": campaign,
        "formset": formset,
        "refused": refused,
        "breadcrumbs": crumbs(campaign, (title, "")),
    }
    context |= {"title": title, "is_open": campaign.state == CampaignState.OPEN}
    return render(request, page["template"], context)


@require_http_methods(PAGE)
def movements(request, slug):
    return _edit_rows(
        request,
        slug,
        rows_of=lambda campaign: list(campaign.movements.all()),
        rows_class=MovementRows,
        save=editing.save_movements,
        page={"title": "Phong trào thi đua", "template": "targets/campaign_movements.html"},
        done="Đã lưu danh mục phong trào thi đua.",
    )


@require_http_methods(PAGE)
def prompts(request, slug):
    return _edit_rows(
        request,
        slug,
        rows_of=lambda campaign: list(campaign.prompts.select_related("movement")),
        rows_class=PromptRows,
        save=editing.save_prompts,
        page={"title": "Câu hỏi cho đơn vị", "template": "targets/campaign_prompts.html"},
        done="Đã lưu các câu hỏi cho đơn vị.",
    )


@require_http_methods(PAGE)
def close_campaign(request, slug):
    campaign = campaign_of(request, slug, allowed=can_review)
    refused = ""
    if request.method == "POST":
        try:
            periods.close_campaign(campaign, by=request.user, at=request.arrived_at)
        except Refused as refusal:
            refused = str(refusal)
        else:
            messages.success(request, "Đã kết thúc đợt thi đua.")
            return redirect(campaign)
    context = {
        "campaign": campaign,
        "refused": refused,
        "running": campaign.periods.filter(closed_at__isnull=True).order_by("units_due"),
        "is_open": campaign.state == CampaignState.OPEN,
        "breadcrumbs": crumbs(campaign, ("Kết thúc đợt thi đua", "")),
    }
    return render(request, "targets/campaign_close.html", context)
