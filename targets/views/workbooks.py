"""Excel both ways: what the portal holds goes out as a workbook, and a filled one comes in by a check that is shown."""

from collections import Counter

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaign_portal import xlsx
from campaign_portal.celery import ring
from campaigns.models import Campaign, CampaignState
from targets import importing, share_sheet, target_sheet
from targets.models import ImportState, WorkbookImport
from targets.numbers import show
from targets.permissions import can_edit_plan
from targets.tasks import take_in_workbooks
from targets.views.plan_place import campaign_to_edit, crumbs, require
from targets.workbook_forms import ConfirmForm, WorkbookForm
from units.refusals import Refused

LISTED = 20  # past imports on a page
SHOWN = 200  # changes on a page


def _row(request, pk):
    rows = WorkbookImport.objects.filter(campaign__in=Campaign.objects.organised_by(request.user))
    rows = rows.select_related("campaign__organiser", "requested_by", "confirmed_by")
    row = get_object_or_404(rows, pk=pk)
    require(can_edit_plan, request, row.campaign)
    return row


def _crumbs(campaign, *further):
    address = reverse("targets:workbooks", args=[campaign.slug]) if further else ""
    return crumbs(campaign, ("Excel", address), *further)


@require_http_methods(["GET", "HEAD", "POST"])
def workbooks(request, slug):
    """The workbooks to fill in, the box for a filled one, and those that came before."""
    campaign = campaign_to_edit(request, slug)
    form = WorkbookForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        taken = {"by": request.user, "at": request.arrived_at}
        try:
            row = importing.take_up(campaign, form.cleaned_data["kind"], form.upload, **taken)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            ring(take_in_workbooks)
            return redirect("targets:workbook", row.pk)
    rows = campaign.imports.select_related("requested_by").defer("changes", "faults", "remarks")
    context = {
        "campaign": campaign,
        "form": form,
        "page": Paginator(rows, LISTED).get_page(request.GET.get("page")),
        "is_closed": campaign.state == CampaignState.CLOSED,
        "breadcrumbs": _crumbs(campaign),
    }
    return render(request, "targets/workbooks.html", context)


@require_safe
def targets_workbook(request, slug):
    campaign = campaign_to_edit(request, slug)
    return _download(target_sheet.write(campaign), f"chi-tieu-{campaign.slug}.xlsx")


@require_safe
def shares_workbook(request, slug):
    campaign = campaign_to_edit(request, slug)
    return _download(share_sheet.write(campaign), f"giao-chi-tieu-{campaign.slug}.xlsx")


def _download(content, name):
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Security-Policy": "sandbox"}
    return HttpResponse(content, content_type=xlsx.TYPE, headers=headers)


def _shown(request, row, form=None):
    """What the page of an import shows, and what its polled part does."""
    can_confirm = row.state == ImportState.CHECKED and bool(row.changes)
    if can_confirm and form is None:
        form = ConfirmForm(campaign=row.campaign, initial={"seen": importing.digest(row.changes)})
    return {
        "row": row,
        "form": form if can_confirm else None,
        "page": Paginator(row.changes, SHOWN).get_page(request.GET.get("page")),
        "counted": _counted(row.changes),
        "can_drop": row.state in importing.DROPPABLE,
        "is_open": row.campaign.state == CampaignState.OPEN,
    }


def _counted(changes):
    """“thêm 3, sửa 2, thôi giao 1”."""
    counts = Counter(change["verb"] for change in changes)
    words = {"added": "thêm", "changed": "sửa", "taken": "thôi giao"}
    return ", ".join(f"{word} {show(counts[verb])}" for verb, word in words.items() if counts[verb])


@require_safe
def workbook(request, pk):
    row = _row(request, pk)
    return _page(request, row)


def _page(request, row, form=None):
    context = _shown(request, row, form) | {"breadcrumbs": _crumbs(row.campaign, (row.name, ""))}
    return render(request, "targets/workbook.html", context)


@require_safe
def workbook_state(request, pk):
    """The part of an import's page that asks again while a worker is at it."""
    return render(request, "targets/_workbook_state.html", _shown(request, _row(request, pk)))


@require_POST
def confirm_workbook(request, pk):
    row = _row(request, pk)
    form = ConfirmForm(request.POST, campaign=row.campaign)
    if not form.is_valid():
        return _page(request, row, form)
    try:
        importing.confirm(row, **form.cleaned_data, by=request.user, at=request.arrived_at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        ring(take_in_workbooks)
    return redirect("targets:workbook", row.pk)


@require_POST
def drop_workbook(request, pk):
    row = _row(request, pk)
    try:
        importing.drop(row, by=request.user, at=request.arrived_at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Đã bỏ bảng “{row.name}”; không có gì được ghi.")
    return redirect("targets:workbooks", row.campaign.slug)


@require_safe
def workbook_file(request, pk):
    row = _row(request, pk)
    try:
        content = row.file.open()
    except OSError as lost:
        raise Http404 from lost
    response = FileResponse(content, as_attachment=True, filename=row.name, content_type=xlsx.TYPE)
    response["Content-Security-Policy"] = "sandbox"
    return response
