"""The office's figure in place of one that a unit handed in."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from targets import adjusting
from targets.answers import Asked
from targets.models import Adjustment, Allocation, Answer, Result, Submission
from targets.permissions import can_review
from targets.readback import figure_words
from targets.review_forms import CorrectionForm
from targets.views.review_place import PAGE, steps
from units.refusals import Refused


def _result(request, pk):
    """A figure of a unit's newest revision."""
    wanted = Result.objects.filter(
        revision__submission__in=Submission.objects.reviewable_by(request.user)
    ).select_related("revision__submission__period__campaign__organiser", "revision__submission__unit", "target")
    result = get_object_or_404(wanted.exclude(no_data=True).exclude(answer=Answer.TEXT), pk=pk)
    if not can_review(request.user, result.revision.submission.period.campaign, on=request.arrived_at):
        raise PermissionDenied
    return result


@require_http_methods(PAGE)
def correct(request, pk):
    result = _result(request, pk)
    submission = result.revision.submission
    in_force = Adjustment.objects.filter(result=result, ended_at__isnull=True).select_related("by").first()
    form = CorrectionForm(request.POST or None, result=result, in_force=in_force)
    if form.is_valid():
        try:
            adjusting.correct(result, **form.figures(), by=request.user, at=request.arrived_at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Đã ghi hiệu chỉnh; số đơn vị nộp vẫn được giữ bên cạnh.")
            return redirect("targets:review", submission.pk)
    duty = Asked(target=result.target, allocation=Allocation())
    context = {
        "form": form,
        "submission": submission,
        "target": result.target,
        "in_force": in_force,
        "handed_in": figure_words(duty, result.amount, result.base),
        "estimated": figure_words(duty, result.est_amount, result.est_base),
        "result": result,
        "earlier": Adjustment.objects.filter(result=result, ended_at__isnull=False).select_related("by"),
        "breadcrumbs": steps(submission, f"Hiệu chỉnh chỉ tiêu {result.target.number}"),
    }
    return render(request, "targets/correct.html", context)


@require_POST
def withdraw_correction(request, pk):
    result = _result(request, pk)
    try:
        adjusting.withdraw_correction(result, by=request.user, at=request.arrived_at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Đã bỏ hiệu chỉnh; bảng tổng hợp dùng lại số của đơn vị.")
    return redirect("targets:review", result.revision.submission_id)
