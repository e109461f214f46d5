"""Taking in the officially signed report."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from reports import signatures, workflow
from reports.forms import SignedFileForm
from reports.models import Report
from reports.permissions import can_write_report
from units.refusals import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def take_signed(request, pk):
    reports = Report.objects.organised_by(request.user).select_related("campaign__organiser", "period")
    report = get_object_or_404(reports, pk=pk)
    if not can_write_report(request.user, report.campaign, on=request.arrived_at):
        raise PermissionDenied
    form = SignedFileForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_valid():
        try:
            upload, findings = signatures.check(report, form.cleaned_data["file"])
            workflow.keep_signed(report, upload, findings, by=request.user, at=request.arrived_at)
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, "Đã nhận bản ký số; báo cáo từ nay không thay đổi được nữa.")
            return redirect(report)
    return render(request, "reports/act.html", {"report": report, "form": form, "title": "Tải lên bản ký số"})
