"""The plan beside its signed copy: sheets to tick, and who confirmed it when."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaign_portal.celery import ring
from reports import building
from reports.forms import CheckForm
from reports.models import Report, ReportKind
from reports.tasks import build_queued_reports
from targets import checking
from targets.permissions import can_edit_plan
from targets.plan_contents import contents, digest, short_code
from targets.views.plan_place import campaign_of, campaign_to_edit, crumbs
from units.refusals import Refused

SHOWN = 5  # newest sheets on the page


def _sheets(campaign, *, held):
    """The newest sheets, each with its code and whether it says what the plan holds now."""
    sheets = campaign.built_reports.filter(kind=ReportKind.CHECK_SHEET).defer("figures", "texts")
    shown = list(
        sheets.select_related("requested_by").prefetch_related("files").order_by("-requested_at", "-pk")[:SHOWN]
    )
    codes = dict(Report.objects.filter(pk__in=[sheet.pk for sheet in shown]).values_list("pk", "figures__digest"))
    for sheet in shown:
        sheet.code = short_code(codes[sheet.pk]) if codes[sheet.pk] else ""
        sheet.is_current = codes[sheet.pk] == held
        sheet.newest_file = next(iter(sheet.files.all()), None)
    return {"campaign": campaign, "sheets": shown, "is_working": any(sheet.is_working for sheet in shown)}


@require_http_methods(["GET", "HEAD", "POST"])
def check_plan(request, slug):
    found = campaign_to_edit(request, slug) if request.method == "POST" else campaign_of(request, slug)
    plan = contents(found)
    held = digest(plan)
    form = CheckForm(request.POST or None, initial={"seen": held})
    if form.is_valid():
        try:
            checking.confirm(found, **form.cleaned_data, by=request.user, at=request.arrived_at)
        except Refused as refusal:
            form = form.facing(str(refusal), seen=held)
        else:
            messages.success(request, "Đã ghi nhận: kế hoạch trong cổng khớp với bản ký.")
            return redirect("reports:check_plan", slug=found.slug)
    checks = list(found.checks.select_related("by").defer("contents"))
    for check in checks:
        check.code = short_code(check.digest)
    return render(
        request,
        "reports/check_plan.html",
        _sheets(found, held=held)
        | {
            "form": form,
            "code": short_code(held),
            "standing": checking.standing(found, plan),
            "checks": checks,
            "can_edit": can_edit_plan(request.user, found, on=request.arrived_at),
            "breadcrumbs": crumbs(found, ("Đối chiếu kế hoạch", "")),
        },
    )


@require_safe
def check_sheets(request, slug):
    """The part of the page that asks again while a sheet is being made."""
    found = campaign_of(request, slug)
    return render(request, "reports/_check_sheets.html", _sheets(found, held=digest(contents(found))))


@require_POST
def request_check_sheet(request, slug):
    found = campaign_to_edit(request, slug)
    building.request_of_campaign(found, ReportKind.CHECK_SHEET, by=request.user, at=request.arrived_at)
    ring(build_queued_reports)
    messages.success(request, "Đang lập phiếu đối chiếu; phiếu hiện ở dưới khi xong.")
    return redirect("reports:check_plan", slug=found.slug)
