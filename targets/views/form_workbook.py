"""A unit's form out and in by Excel. What comes in goes into the draft, after its changes were looked at."""

import json

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaign_portal import xlsx
from targets import drafting, form_workbook_reading, workflow
from targets import form_workbook as workbook
from targets.models import SubmissionState
from targets.results_form import ResultsForm, own_cells, read_versions
from targets.views.entry import ACCEPTED_SENTENCE
from targets.views.unit_place import crumbs, writable
from targets.workbook_forms import FilledInForm
from units.refusals import Refused

CRUMB = "Nhập từ Excel"


@require_safe
def form_workbook(request, pk):
    """The form to fill in offline, with what the draft holds."""
    submission = writable(request, pk)
    name = f"bieu-mau-{submission.unit.code}-{submission.period_id}.xlsx".replace('"', "")
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Security-Policy": "sandbox"}
    return HttpResponse(workbook.write(ResultsForm(submission=submission)), content_type=xlsx.TYPE, headers=headers)


def _locked(submission, at):
    """Why nothing is taken in now; empty when it is."""
    if submission.state == SubmissionState.ACCEPTED:
        return ACCEPTED_SENTENCE
    return "" if workflow.takes_hand_ins(submission, at) else workflow.closed_sentence(submission)


@require_http_methods(["GET", "HEAD", "POST"])
def fill_from_workbook(request, pk):
    """The box for a filled-in workbook; posted, every fault, or every change to agree to."""
    submission = writable(request, pk)
    context = {"locked": _locked(submission, request.arrived_at)}
    box = FilledInForm(request.POST or None, request.FILES or None)
    if not context["locked"] and request.method == "POST" and box.is_valid():
        try:
            found = form_workbook_reading.read(ResultsForm(submission=submission), box.upload.content)
        except Refused as refusal:
            box.add_error("file", str(refusal))
        else:
            context |= _shown(found.changes, name=box.upload.name, faults=found.faults, warnings=found.warnings)
    return _page(request, submission, context | {"form": box})


def _shown(changes, **more):
    versions = json.dumps({change.key: change.version for change in changes}, separators=(",", ":"))
    return {"changes": changes, "versions": versions, "is_checked": True} | more


def _page(request, submission, context, status=200):
    entry = ("Nhập kết quả", reverse("targets:submit_results", args=[submission.pk]))
    context |= {"submission": submission, "breadcrumbs": crumbs(submission, entry, (CRUMB, ""))}
    return render(request, "targets/form_workbook.html", context, status=status)


@require_POST
def take_from_workbook(request, pk):
    """Write the agreed changes into the draft."""
    submission = writable(request, pk)
    if locked := _locked(submission, request.arrived_at):
        return _page(request, submission, {"locked": locked})
    chosen = set(request.POST.getlist("take"))
    cells = {key: text for key, text in own_cells(submission, request.POST).items() if key in chosen}
    versions = read_versions(request.POST.get("versions", ""))
    if not cells:
        messages.info(request, "Chưa chọn thay đổi nào; bản nháp giữ nguyên.")
        return redirect("targets:fill_from_workbook", submission.pk)
    try:
        workflow.save_draft(submission, cells, versions, by=request.user, at=request.arrived_at)
    except drafting.Conflicts:
        submission.refresh_from_db(fields=["draft"])
        changes = form_workbook_reading.changes_now(ResultsForm(submission=submission), cells, versions)
        context = _shown(changes, is_conflict=True) | {"form": FilledInForm()}
        return _page(request, submission, context, status=409)
    messages.success(
        request, f"Đã đưa {len(cells)} ô từ Excel vào bản nháp; chưa nộp. Đề nghị xem lại, đính kèm minh chứng rồi nộp."
    )
    return redirect("targets:submit_results", submission.pk)
