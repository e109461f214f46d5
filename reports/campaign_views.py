"""The papers of a whole campaign: the plan in print, the file for the archive; and the letter to silent units."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from campaign_portal.celery import ring
from campaigns.models import ReportingPeriod
from reports import building
from reports.models import ReportKind
from reports.permissions import can_archive, can_write_report
from reports.tasks import build_queued_reports
from targets.permissions import can_edit_plan
from targets.standing import hand_ins
from targets.views.plan_place import campaign_of, crumbs, require

SHOWN = 5  # newest of a kind on the page


def _papers(request, campaign):
    made = campaign.built_reports.defer("figures", "texts").select_related("requested_by").prefetch_related("files")
    may_archive = can_archive(request.user, campaign, on=request.arrived_at)
    plans = list(made.filter(kind=ReportKind.PLAN)[:SHOWN])
    archives = list(made.filter(kind=ReportKind.ARCHIVE)[:SHOWN]) if may_archive else []
    for paper in plans + archives:
        paper.newest_file = next(iter(paper.files.all()), None)
    return {
        "campaign": campaign,
        "plans": plans,
        "archives": archives,
        "can_archive": may_archive,
        "is_working": any(paper.is_working for paper in plans + archives),
    }


@require_safe
def papers(request, slug):
    found = campaign_of(request, slug)
    context = {
        "can_edit": can_edit_plan(request.user, found, on=request.arrived_at),
        "breadcrumbs": crumbs(found, ("Bản in, lưu trữ", "")),
    }
    return render(request, "reports/campaign_papers.html", _papers(request, found) | context)


@require_safe
def papers_state(request, slug):
    """The part of the page that asks again while a paper is being made."""
    return render(request, "reports/_campaign_papers.html", _papers(request, campaign_of(request, slug)))


def _request(request, slug, kind, may, done):
    found = campaign_of(request, slug, allowed=may)
    building.request_of_campaign(found, kind, by=request.user, at=request.arrived_at)
    ring(build_queued_reports)
    messages.success(request, done)
    return redirect("reports:campaign_papers", slug=found.slug)


@require_POST
def request_plan(request, slug):
    done = "Đang lập bản in kế hoạch; tệp hiện ở dưới khi xong."
    return _request(request, slug, ReportKind.PLAN, can_edit_plan, done)


@require_POST
def request_archive(request, slug):
    done = "Đang lập hồ sơ lưu trữ; tệp hiện ở dưới khi xong."
    return _request(request, slug, ReportKind.ARCHIVE, can_archive, done)


@require_POST
def request_reminder(request, pk):
    """The letter to those who are silent at this moment; with nobody silent there is nothing to write."""
    periods = ReportingPeriod.objects.organised_by(request.user).select_related("campaign__organiser")
    period = get_object_or_404(periods, pk=pk)
    require(can_write_report, request, period.campaign)
    if not hand_ins(period, as_of=request.arrived_at).silent:
        messages.error(request, "Các đơn vị đã nộp đủ, không còn đơn vị nào phải đôn đốc.")
        return redirect("targets:hand_ins", pk=period.pk)
    report = building.request(period, ReportKind.REMINDER, by=request.user, at=request.arrived_at)
    ring(build_queued_reports)
    return redirect(report)
