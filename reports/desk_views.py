"""The drafting desk: units' words beside the office's, live figures, what is still wrong, and what leaders said."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.models import ReportingPeriod
from reports import commenting, figures, writing
from reports.desk import Desk
from reports.forms import CommentForm, TextsForm
from reports.models import Report, ReportKind
from reports.permissions import can_comment, can_write_report
from targets.permissions import can_read_campaign
from targets.results_form import read_versions
from units.refusals import Refused

KIND = ReportKind.CITY
LONGEST = 20_000


def _period(request, pk):
    periods = ReportingPeriod.objects.organised_by(request.user).select_related("campaign__organiser")
    period = get_object_or_404(periods, pk=pk)
    if not can_write_report(request.user, period.campaign, on=request.arrived_at):
        raise PermissionDenied
    return period


@require_http_methods(["GET", "HEAD", "POST"])
def write_texts(request, pk):
    period, at = _period(request, pk), request.arrived_at
    sections = writing.sections(period, KIND, figures.sections_of(period, KIND))
    form, clashes = TextsForm(request.POST or None, sections=sections), []
    if form.is_valid():
        try:
            writing.save(period, KIND, form.texts, form.versions, by=request.user, at=at)
        except writing.Clashes as clash:
            clashes, form = clash.found, form.facing(clash.found)
        else:
            messages.success(request, f"Đã lưu lời báo cáo lúc {timezone.localtime(at):%H:%M}.")
            return redirect("reports:write_texts", pk=period.pk)
    desk = Desk(period, form, sections, as_of=at)
    headings = {section.code: section.heading for section in sections}
    context = {
        "period": period,
        "form": form,
        "desk": desk,
        "clashes": [(headings[clash.code], clash) for clash in clashes],
    }
    return render(request, "reports/write_texts.html", context, status=409 if clashes else 200)


@require_POST
def autosave_texts(request, pk):
    """Keep the posted sections alone; answer in the shape that the page's autosave reads."""
    period, at = _period(request, pk), request.arrived_at
    codes = {code for code, _ in figures.sections_of(period, KIND)}
    texts = {code: request.POST[f"text.{code}"] for code in codes if f"text.{code}" in request.POST}
    if any(len(text) > LONGEST for text in texts.values()):
        return JsonResponse({"error": "Mục quá dài."}, status=400)
    read = {
        key.removeprefix("text."): version for key, version in read_versions(request.POST.get("versions", "")).items()
    }
    try:
        writing.save(period, KIND, texts, read, by=request.user, at=at)
    except writing.Clashes as clashes:
        return JsonResponse({"conflicts": [_conflict(clash) for clash in clashes.found]}, status=409)
    kept = {text.section: text for text in period.report_texts.filter(kind=KIND, section__in=texts)}
    return JsonResponse(
        {
            "saved_at": f"{timezone.localtime(at):%H:%M}",
            "versions": {f"text.{code}": kept[code].version if code in kept else 0 for code in texts},
            "read": {code: writing.fingerprint(kept[code].text if code in kept else "") for code in texts},
        }
    )


def _conflict(clash):
    return {"key": f"text.{clash.code}", "theirs": clash.theirs, "by": clash.by, "version": clash.version}


@require_safe
def check_texts(request, pk):
    """What is still wrong with what is written now: the part of the desk that is fetched again after a save."""
    period = _period(request, pk)
    sections = writing.sections(period, KIND, figures.sections_of(period, KIND))
    desk = Desk(period, TextsForm(sections=sections), sections, as_of=request.arrived_at)
    return render(request, "reports/_objections.html", {"groups": desk.objections, "desk": True})


@require_POST
def comment(request, pk):
    reports = Report.objects.organised_by(request.user).select_related("campaign__organiser", "period")
    report = get_object_or_404(reports.defer("texts"), pk=pk)
    if not can_read_campaign(request.user, report.campaign, on=request.arrived_at):
        raise PermissionDenied
    if not can_comment(request.user, report.campaign, on=request.arrived_at):
        raise PermissionDenied
    form = CommentForm(request.POST, report=report)
    if not form.is_valid():
        messages.error(request, " ".join(sentence for errors in form.errors.values() for sentence in errors))
        return redirect(f"{report.get_absolute_url()}#gop-y")
    try:
        commenting.comment(report, **form.cleaned_data, by=request.user, at=request.arrived_at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Đã ghi ý kiến; phòng Văn hoá - Xã hội nhận được thư báo.")
    return redirect(f"{report.get_absolute_url()}#gop-y")
