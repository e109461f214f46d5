"""The landing page, and the pages on which a report is written, built, approved, issued and sent."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaign_portal.celery import ring
from campaigns.models import CampaignState, Event, ReportingPeriod
from reports import building, landing, reading, workflow
from reports.desk import unknown_placeholders
from reports.downloads import CONTENT_TYPES, as_download
from reports.figures import unfinished
from reports.forms import CommentForm, CorrectionForm, NumberForm, ReasonForm, RequestForm, SendingForm
from reports.kinds import MAKING
from reports.models import (
    OF_A_CAMPAIGN,
    FileFormat,
    FileStage,
    Report,
    ReportFile,
    ReportKind,
    ReportState,
    SignatureCheck,
)
from reports.permissions import can_approve, can_comment, can_read_report, can_write_report
from reports.tasks import build_queued_reports
from targets.permissions import can_edit_plan, can_read_campaign
from units.models import Role
from units.refusals import Refused


@require_safe
def home(request):
    user, at = request.user, request.arrived_at
    open_, all_ = [CampaignState.OPEN], [CampaignState.DRAFT, CampaignState.OPEN]
    office = landing.organisers_campaigns(user, {Role.OFFICE}, at=at, states=open_)
    staff = landing.organisers_campaigns(user, {Role.STAFF}, at=at, states=all_)
    leader = landing.organisers_campaigns(user, {Role.LEADER}, at=at, states=open_)
    return render(
        request,
        "reports/home.html",
        {
            "unit_steps": landing.unit_steps(user, at=at),
            "office_views": landing.period_views(office, at=at),
            "plan_views": landing.plan_views(staff),
            "leader_views": landing.leader_views(leader, at=at),
            "is_admin": user.is_superuser or bool(user.organiser_ids_as({Role.ADMIN}, on=at)),
        },
    )


def _period(request, pk):
    periods = ReportingPeriod.objects.organised_by(request.user).select_related("campaign__organiser")
    period = get_object_or_404(periods, pk=pk)
    if not can_read_campaign(request.user, period.campaign, on=request.arrived_at):
        raise PermissionDenied
    return period


def _writers_period(request, pk):
    period = _period(request, pk)
    if not can_write_report(request.user, period.campaign, on=request.arrived_at):
        raise PermissionDenied
    return period


@require_safe
def period_reports(request, pk):
    period = _period(request, pk)
    return render(
        request,
        "reports/period_reports.html",
        {
            "period": period,
            "reports": period.built_reports.filter(revision=None)  # units' own papers stand on their own pages
            .defer("figures", "texts")
            .select_related("requested_by"),
            "can_write": can_write_report(request.user, period.campaign, on=request.arrived_at),
            "can_edit": can_edit_plan(request.user, period.campaign, on=request.arrived_at),
            "kinds": ReportKind,
        },
    )


@require_POST
def request_report(request, pk):
    period = _writers_period(request, pk)
    form = RequestForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Đề nghị chọn loại báo cáo.")
        return redirect("reports:period_reports", pk=period.pk)
    if form.cleaned_data["kind"] == ReportKind.CITY and (
        wrong := unknown_placeholders(period, as_of=request.arrived_at)
    ):
        listed = "; ".join(f"“{written}” ở mục {heading}" for heading, written in wrong[:5])
        messages.error(request, f"Chưa lập báo cáo vì có ký hiệu số liệu cổng không biết: {listed}.")
        return redirect("reports:write_texts", pk=period.pk)
    report = building.request(period, form.cleaned_data["kind"], by=request.user, at=request.arrived_at)
    ring(build_queued_reports)
    return redirect(report)


def _report(request, pk):
    reports = (
        Report.objects.organised_by(request.user)
        .select_related("campaign__organiser", "period", "approved_by", "issued_by", "sent_by")
        .defer("figures", "texts")
    )
    report = get_object_or_404(reports, pk=pk)
    if not can_read_report(request.user, report, on=request.arrived_at):
        raise PermissionDenied
    return report


def _details(request, report):
    user, on = request.user, request.arrived_at
    can_write = can_write_report(user, report.campaign, on=on)
    is_draft = report.state == ReportState.READY and report.kind == ReportKind.CITY
    signed = SignatureCheck.objects.filter(file__report=report).first()
    may_approve = is_draft and can_approve(user, report.campaign, on=on)
    return {
        "report": report,
        "files": report.files.all(),
        "newest": report.files.first(),
        "can_write": can_write,
        "can_retry": can_write
        and not report.needs_file
        and (bool(report.error) or report.state == ReportState.CANCELLED),
        "can_cancel": can_write and report.state in {ReportState.QUEUED, ReportState.BUILDING},
        "can_approve": may_approve,
        "can_issue": can_write and report.state == ReportState.APPROVED and not report.needs_file,
        "can_take_back": can_write and report.state == ReportState.APPROVED,
        "can_correct": can_write and report.state == ReportState.ISSUED and report.sent_at is None and not signed,
        "can_take_signed": can_write and report.state == ReportState.ISSUED and not report.needs_file and not signed,
        "signed": signed,
        "can_send": can_write and report.state == ReportState.ISSUED and report.sent_at is None,
        "unfinished": unfinished(report) if may_approve else [],
        "in_time": report.sent_at and report.sent_at < report.period.report_due,
    }


@require_safe
def report(request, pk):
    found = _report(request, pk)
    read = reading.read(found)
    may_comment = can_comment(request.user, found.campaign, on=request.arrived_at)
    remarks = {
        "events": Event.objects.about(found).select_related("by"),
        "reading": read,
        "comments": _comments(found, read),
        "comment_form": CommentForm(report=found) if may_comment and read and read.is_draft else None,
    }
    return render(request, "reports/report.html", _details(request, found) | remarks)


def _comments(report, read):
    """[(heading, ReportComment), …] of a city report, oldest first."""
    if read is None:
        return []
    return [(read.sections.get(each.section, each.section), each) for each in report.comments.select_related("by")]


@require_safe
def report_state(request, pk):
    """The part of a report's page that asks again while a file is being made."""
    return render(request, "reports/_state.html", _details(request, _report(request, pk)))


def _verb(request, pk, may, act, done):
    """One move of a report without anything to type: fetch, ask, act, go back."""
    found = _report(request, pk)
    if not may(request.user, found.campaign, on=request.arrived_at):
        raise PermissionDenied
    try:
        act(found, by=request.user, at=request.arrived_at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        ring(build_queued_reports)
        messages.success(request, done)
    return redirect(found)


@require_POST
def retry(request, pk):
    return _verb(request, pk, can_write_report, workflow.retry, "Báo cáo đã được xếp hàng để lập lại.")


@require_POST
def cancel(request, pk):
    return _verb(request, pk, can_write_report, workflow.cancel, "Đã huỷ lập báo cáo.")


@require_POST
def approve(request, pk):
    return _verb(request, pk, can_approve, workflow.approve, "Đã phê duyệt; bản trình ký đang được lập.")


def _typed_verb(request, pk, make_form, act, *, title, done):
    """One move of a report that needs something typed."""
    found = _report(request, pk)
    if not can_write_report(request.user, found.campaign, on=request.arrived_at):
        raise PermissionDenied
    form = make_form(request.POST or None, found)
    if form.is_valid():
        try:
            act(found, by=request.user, at=request.arrived_at, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            ring(build_queued_reports)
            messages.success(request, done)
            return redirect(found)
    return render(request, "reports/act.html", {"report": found, "form": form, "title": title})


@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request, pk):
    return _typed_verb(
        request,
        pk,
        lambda data, found: ReasonForm(data),
        workflow.take_back,
        title="Thu hồi bản đã phê duyệt",
        done="Báo cáo đã trở về dự thảo.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def issue(request, pk):
    return _typed_verb(
        request,
        pk,
        lambda data, found: NumberForm(data, instance=found),
        workflow.issue,
        title="Ghi số và ngày ban hành",
        done="Đã ghi số; bản ban hành đang được lập.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def correct_number(request, pk):
    return _typed_verb(
        request,
        pk,
        lambda data, found: CorrectionForm(data, instance=found, initial=_numbered(found)),
        workflow.correct_number,
        title="Đính chính số, ngày ban hành",
        done="Đã đính chính; bản ban hành đang được lập lại.",
    )


def _numbered(report):
    return {"number": report.number, "issued_on": report.issued_on}


@require_http_methods(["GET", "HEAD", "POST"])
def record_sending(request, pk):
    return _typed_verb(
        request,
        pk,
        lambda data, found: SendingForm(data, initial={"sent_at": timezone.localtime(request.arrived_at)}),
        workflow.record_sending,
        title="Ghi nhận việc gửi thành phố",
        done="Đã ghi nhận việc gửi.",
    )


STAGE_NAMES = {
    FileStage.DRAFT: "du-thao",
    FileStage.APPROVED: "trinh-ky",
    FileStage.ISSUED: "ban-hanh",
    FileStage.SIGNED: "ky-so",
}


@require_safe
def file(request, pk):
    made = get_object_or_404(ReportFile.objects.select_related("report__campaign__organiser", "report__period"), pk=pk)
    found = _report(request, made.report_id)
    kind = MAKING[ReportKind(found.kind)].file_name
    stage = "" if found.kind in OF_A_CAMPAIGN else f"-{STAGE_NAMES[made.stage]}"
    name = f"{kind}-{found.campaign.slug}-{found.pk}{stage}.{made.format}"
    return as_download(made.file, name=name, content_type=CONTENT_TYPES[FileFormat(made.format)])
