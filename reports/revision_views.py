"""The papers of one hand-in: the unit's own report to sign, its receipt, and the signed copies that came back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from campaign_portal.celery import ring
from reports import building
from reports.downloads import as_download
from reports.forms import ScanForm
from reports.kinds import MAKING
from reports.models import OF_A_REVISION, Report, ReportFile, ReportKind
from reports.permissions import can_keep_signed_copy
from reports.tasks import build_queued_reports
from targets import signed_copies
from targets.models import Revision, SignedCopy, Submission
from targets.views.unit_place import crumbs
from units.refusals import Refused

PAPERS = [  # kind, what it is for, where it is asked for
    (ReportKind.UNIT, "Báo cáo của đơn vị, để in, ký, đóng dấu", "reports:request_unit_report"),
    (ReportKind.RECEIPT, "Biên nhận của lần nộp", "reports:request_receipt"),
]


def _revision(request, pk):
    seen = Revision.objects.filter(submission__in=Submission.objects.visible_to(request.user))
    return get_object_or_404(
        seen.select_related("submission__period__campaign__organiser", "submission__unit", "submitted_by"), pk=pk
    )


def _papers(revision):
    """Both papers, made or not, each with its newest file, and whether one is being made."""
    made = Report.objects.filter(revision=revision).defer("figures", "texts").prefetch_related("files")
    reports = {report.kind: report for report in made}
    papers = [
        {
            "kind": kind,
            "words": words,
            "route": route,
            "report": reports.get(kind),
            "file": next(iter(reports[kind].files.all()), None) if kind in reports else None,
        }
        for kind, words, route in PAPERS
    ]
    return {"revision": revision, "papers": papers, "is_working": any(report.is_working for report in made)}


def _page(request, revision, form):
    submission = revision.submission
    context = {
        "submission": submission,
        "form": form,
        "copies": revision.signed_copies.select_related("uploaded_by"),
        "can_keep": can_keep_signed_copy(request.user, submission, on=request.arrived_at),
        "breadcrumbs": crumbs(
            submission, (f"Biên nhận số {revision.pk}", revision.get_absolute_url()), ("Báo cáo, bản ký", "")
        ),
    }
    return render(request, "reports/revision_papers.html", _papers(revision) | context)


@require_safe
def papers(request, pk):
    return _page(request, _revision(request, pk), ScanForm())


@require_safe
def papers_state(request, pk):
    """The part of the page that asks again while a paper is being made."""
    return render(request, "reports/_revision_papers.html", _papers(_revision(request, pk)))


@require_POST
def request_paper(request, pk, kind):
    """Have a paper made, or hand out the one that is there: a hand-in has one of each kind for good."""
    revision = _revision(request, pk)
    try:
        report = building.request_of_revision(revision, kind, by=request.user, at=request.arrived_at)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("reports:revision_papers", pk=revision.pk)
    if made := report.files.first():
        return redirect("reports:revision_file", pk=made.pk)
    ring(build_queued_reports)
    messages.success(request, f"Đang lập {report.get_kind_display().lower()}; tệp hiện ở dưới khi xong.")
    return redirect("reports:revision_papers", pk=revision.pk)


@require_POST
def keep_signed_copy(request, pk):
    revision = _revision(request, pk)
    if not can_keep_signed_copy(request.user, revision.submission, on=request.arrived_at):
        raise PermissionDenied
    form = ScanForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            upload = signed_copies.check(form.cleaned_data["file"])
            signed_copies.keep(revision, upload, by=request.user, at=request.arrived_at)
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, "Đã lưu bản ký, đóng dấu.")
            return redirect("reports:revision_papers", pk=revision.pk)
    return _page(request, revision, form)


@require_safe
def file(request, pk):
    seen = ReportFile.objects.filter(
        report__kind__in=OF_A_REVISION,
        report__revision__submission__in=Submission.objects.visible_to(request.user),
    )
    made = get_object_or_404(seen.select_related("report__revision__submission__unit"), pk=pk)
    report = made.report
    name = MAKING[ReportKind(report.kind)].file_name
    unit = report.revision.submission.unit
    return as_download(
        made.file,
        name=f"{name}-{unit.code.lower()}-{report.revision_id}.pdf",
        content_type="application/pdf",
    )


@require_safe
def signed_copy(request, pk):
    seen = SignedCopy.objects.filter(revision__submission__in=Submission.objects.visible_to(request.user))
    copy = get_object_or_404(seen, pk=pk)
    return as_download(copy.file, name=copy.name, content_type=copy.content_type)
