"""More time: granted on the office's own account, or decided on a unit's request."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from campaigns.models import Extension, ReportingPeriod
from targets import periods
from targets.permissions import can_review
from targets.review_forms import DecisionForm, GrantForm
from targets.standing import deadline_for
from targets.views.review_place import PAGE, crumbs, require, steps, submission_of
from units.refusals import Refused


@require_http_methods(PAGE)
def grant_extension(request, pk):
    submission = submission_of(request, pk)
    form = GrantForm(request.POST or None)
    if form.is_valid():
        try:
            periods.grant_extension(
                submission.period,
                submission.unit,
                reason=form.cleaned_data["reason"],
                until=form.until,
                by=request.user,
                at=request.arrived_at,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Đã gia hạn cho {submission.unit.called}.")
            return redirect("targets:review", submission.pk)
    context = {
        "submission": submission,
        "form": form,
        "deadline": deadline_for(submission),
        "now": request.arrived_at,
        "breadcrumbs": steps(submission, "Gia hạn"),
    }
    return render(request, "targets/grant_extension.html", context)


@require_http_methods(PAGE)
def decide_extension(request, pk):
    wanted = Extension.objects.filter(period__in=ReportingPeriod.objects.organised_by(request.user))
    extension = get_object_or_404(
        wanted.select_related("period__campaign__organiser", "unit", "asked_by", "decided_by"), pk=pk
    )
    require(can_review, request, extension.period.campaign)
    form = DecisionForm(request.POST or None)
    if form.is_valid():
        granted = form.cleaned_data["granted"]
        try:
            periods.decide_extension(
                extension,
                granted=granted,
                note=form.cleaned_data["note"],
                by=request.user,
                at=request.arrived_at,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            said = "Đã đồng ý gia hạn" if granted else "Đã ghi nhận không đồng ý gia hạn"
            messages.success(request, f"{said} cho {extension.unit.called}.")
            return redirect("targets:queue", extension.period_id)
    context = {
        "extension": extension,
        "form": form,
        "breadcrumbs": crumbs(extension.period, ("Đề nghị gia hạn", "")),
    }
    return render(request, "targets/decide_extension.html", context)
