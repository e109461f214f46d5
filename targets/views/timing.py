"""Reporting periods: added, moved and taken away, with deadlines read back from the plan's own words."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from campaigns import deadlines
from campaigns.models import CampaignState, ReportingPeriod
from targets import scheduling
from targets.period_forms import PeriodForm, mark_of
from targets.permissions import can_edit_plan
from targets.views.plan_place import PAGE, campaign_to_edit, crumbs, require
from units.refusals import Refused

LONGEST_WORDS = 200


@require_safe
def read_deadline(request):
    """What a deadline in a plan's words means: {"said", "moment"}, or {"problem"}."""
    if not (request.user.is_superuser or request.user.organiser_ids):
        raise PermissionDenied
    try:
        moment = deadlines.read_words(request.GET.get("w", "")[:LONGEST_WORDS])
    except Refused as slip:
        return JsonResponse({"problem": str(slip)})
    return JsonResponse({"said": deadlines.read_back(moment), "moment": mark_of(moment)})


def _period(request, pk):
    periods = ReportingPeriod.objects.organised_by(request.user).select_related("campaign__organiser")
    period = get_object_or_404(periods, pk=pk)
    require(can_edit_plan, request, period.campaign)
    return period


def _edit(request, period, *, title, save):
    """Show a period's form, read its deadlines back, or keep them once they were read."""
    form = PeriodForm(request.POST or None, instance=period)
    asks_again = form.is_valid() and not form.is_confirmed
    if form.is_valid() and not asks_again:
        try:
            save(form)
        except scheduling.Outdated as outdated:
            form.add_error(None, str(outdated))
            form.show_theirs(outdated.stored)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Đã lưu kỳ báo cáo “{form.instance.name}”.")
            return redirect(form.campaign)
    context = {"form": form, "campaign": form.campaign, "title": title, "asks_again": asks_again}
    return render(
        request, "targets/campaign_period.html", context | {"breadcrumbs": crumbs(form.campaign, (title, ""))}
    )


@require_http_methods(PAGE)
def add_period(request, slug):
    fresh = ReportingPeriod(campaign=campaign_to_edit(request, slug))
    who = {"by": request.user, "at": request.arrived_at}
    return _edit(request, fresh, title="Thêm kỳ báo cáo", save=lambda form: scheduling.add_period(form.instance, **who))


@require_http_methods(PAGE)
def edit_period(request, pk):
    def save(form):
        typed = form.cleaned_data
        why = {"seen": typed["version"], "reason": typed.get("reason", "")}
        scheduling.change_period(form.instance, **why, by=request.user, at=request.arrived_at)

    return _edit(request, _period(request, pk), title="Sửa kỳ báo cáo", save=save)


@require_http_methods(PAGE)
def remove_period(request, pk):
    period = _period(request, pk)
    campaign, kept = period.campaign, scheduling.kept_because(period)
    if request.method == "POST":
        try:
            scheduling.remove_period(period, by=request.user, at=request.arrived_at)
        except Refused as refusal:
            kept = str(refusal)
        else:
            messages.success(request, f"Đã bỏ kỳ báo cáo “{period.name}”.")
            return redirect(campaign)
    context = {
        "period": period,
        "campaign": campaign,
        "kept": kept,
        "breadcrumbs": crumbs(campaign, ("Bỏ kỳ báo cáo", "")),
    }
    context["is_draft"] = campaign.state == CampaignState.DRAFT
    return render(request, "targets/campaign_remove_period.html", context)
