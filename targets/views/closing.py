"""Closing a period's books, and opening them again."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from targets import periods
from targets.review_forms import ReasonForm
from targets.standing import hand_ins
from targets.views.review_place import PAGE, crumbs, period_of
from units.refusals import Refused


@require_http_methods(PAGE)
def close_period(request, pk):
    period = period_of(request, pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            periods.close_period(period, reason=form.cleaned_data["reason"], by=request.user, at=request.arrived_at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Đã khoá sổ {period.name}.")
            return redirect("targets:queue", period.pk)
    context = {
        "period": period,
        "form": form,
        "hand_ins": hand_ins(period, as_of=request.arrived_at),
        "now": request.arrived_at,
        "breadcrumbs": crumbs(period, ("Khoá sổ", "")),
    }
    return render(request, "targets/close_period.html", context)


@require_http_methods(PAGE)
def reopen_period(request, pk):
    period = period_of(request, pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            periods.reopen_period(period, reason=reason, by=request.user, at=request.arrived_at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Đã mở lại {period.name}; các đơn vị nộp được.")
            return redirect("targets:queue", period.pk)
    context = {"period": period, "form": form, "breadcrumbs": crumbs(period, ("Mở lại kỳ báo cáo", ""))}
    return render(request, "targets/reopen_period.html", context)
