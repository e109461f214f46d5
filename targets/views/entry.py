"""A unit's own pages: where it stands, the form, its receipts, its theme, its wish for more time."""

from dataclasses import asdict
from datetime import datetime, timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.models import CampaignState, Event, Extension
from targets import asking_head, drafting, periods, themes, workflow
from targets.answers import participation_of
from targets.evidence import keep_posted
from targets.models import Return, Revision, Submission, SubmissionState
from targets.permissions import can_read_campaign, can_submit, can_write_draft
from targets.readback import read_back
from targets.results_form import ResultsForm, own_cells, read_versions
from targets.standing import deadline_for, stands
from targets.unit_forms import ExtensionForm, ThemeForm
from targets.views.unit_place import crumbs, typed_in, visible, writable
from units.refusals import Refused

ACCEPTED_SENTENCE = "Kết quả đã được duyệt. Muốn sửa, đề nghị liên hệ phòng Văn hoá - Xã hội để được mở lại."
ENTRY_CRUMB = ("Nhập kết quả", "")


def _locked(submission, at):
    """Why nothing can be handed in now; empty when it can."""
    if submission.state == SubmissionState.ACCEPTED:
        return ACCEPTED_SENTENCE
    return "" if workflow.takes_hand_ins(submission, at) else workflow.closed_sentence(submission)


def _latest_return(submission):
    if submission.state != SubmissionState.RETURNED:
        return None
    return Return.objects.filter(revision__submission=submission).select_related("by").first()


def _place(request, submission, *, returned=None):
    """What every page about a submission shows: the deadline in force, and how it lies to the moment of asking.

    `returned` is its latest `Return`, where it was read already.
    """
    deadline = deadline_for(submission)
    asked = asking_head.last_asked(submission) if submission.period.campaign.head_signs else None
    return {
        "submission": submission,
        "asked_head": asking_head.in_words(asked),
        "deadline": deadline,
        "last_second": deadline - timedelta(seconds=1),
        "is_extended": deadline > submission.period.units_due,
        "is_past": request.arrived_at >= deadline,
        "returned": returned or _latest_return(submission),
        "now": request.arrived_at,
    }


@require_safe
def submission(request, pk):
    submission = visible(request, pk)
    revisions = list(
        submission.revisions.select_related("submitted_by").annotate(signed=Count("signed_copies")).order_by("number")
    )
    place = _place(request, submission)
    context = {
        "standing": stands(revisions[0].handed_in_at if revisions else None, place["deadline"]),
        "locked": _locked(submission, request.arrived_at),
        "revisions": revisions[::-1],
        "has_newer_draft": bool(revisions) and _typed_after(submission, revisions[-1].arrived_at),
        "participation": participation_of(submission),
        "extensions": list(Extension.objects.filter(period=submission.period, unit=submission.unit)),
        "events": Event.objects.about(submission).select_related("by"),
        "can_write": can_write_draft(request.user, submission, on=request.arrived_at),
        "can_review": can_read_campaign(request.user, submission.period.campaign, on=request.arrived_at),
        "is_open": submission.period.campaign.state == CampaignState.OPEN,
        "breadcrumbs": crumbs(submission),
    }
    return render(request, "targets/submission.html", place | context)


def _typed_after(submission, moment):
    return any(datetime.fromisoformat(cell["at"]) > moment for cell in submission.draft.values())


@gzip_page  # 60 kB become 8: on a phone's slow line that is half a second; each answer's tokens are masked anew
@require_http_methods(["GET", "HEAD", "POST"])
def submit_results(request, pk):
    submission = writable(request, pk)
    if request.method == "POST":
        return _hand_in(request, submission)
    if locked := _locked(submission, request.arrived_at):
        context = _place(request, submission) | {"locked": locked, "breadcrumbs": crumbs(submission, ENTRY_CRUMB)}
        return render(request, "targets/submit_results.html", context)
    return _form_page(request, ResultsForm(submission=submission))


def _posted(request, submission):
    """The posted form of somebody who may hand it in (who fills it in, unless the head signs), its files kept."""
    if submission.period.campaign.head_signs and not can_submit(request.user, submission, on=request.arrived_at):
        raise PermissionDenied
    form = ResultsForm(request.POST, request.FILES, submission=submission)
    keep_posted(form, by=request.user, at=request.arrived_at)
    return form


@require_POST
def check_results(request, pk):
    """The page before handing in: everything read back, and what is still open."""
    submission = writable(request, pk)
    form = _posted(request, submission)
    _keep_texts(request, form)
    if locked := _locked(submission, request.arrived_at):
        form.add_error(None, locked)
    if not form.is_valid() or form.conflicts:
        return _form_page(request, form)
    lines = form.read_back()
    context = _place(request, submission) | {
        "form": form,
        "lines": lines,
        "has_estimates": any(line.estimate for line in lines),
        "narratives": [cell for cell in form.prompts if cell.text],
        "gaps": list(form.gaps()),
        "confirmed": list(form.confirmed()),
        "breadcrumbs": crumbs(
            submission, ENTRY_CRUMB[:1] + (reverse("targets:submit_results", args=[pk]),), ("Xem lại", "")
        ),
    }
    return render(request, "targets/confirm_results.html", context)


def _hand_in(request, submission):
    form = _posted(request, submission)
    if form.is_valid():
        try:
            revision = workflow.submit(
                submission, form.answers(), key=form.submit_key, by=request.user, at=request.arrived_at
            )
        except workflow.OtherContent as refusal:
            form.renew_key()
            form.add_error(None, str(refusal))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        except drafting.Conflicts as conflicts:
            form.show_conflicts(conflicts.found)
        else:
            messages.success(request, "Đã nộp kết quả. Dưới đây là biên nhận; đề nghị đối chiếu lại số liệu.")
            return redirect("targets:receipt", revision.pk)
    if not form.conflicts:
        _keep_texts(request, form)
    return _form_page(request, form)


def _keep_texts(request, form):
    """Keep what was typed, valid or not; cells that somebody else changed are shown instead."""
    try:
        stored = workflow.save_draft(form.submission, form.cells, form.versions, by=request.user, at=request.arrived_at)
    except drafting.Conflicts as conflicts:
        form.show_conflicts(conflicts.found)
    else:
        form.versions = drafting.versions(stored.draft)


def _form_page(request, form):
    context = _place(request, form.submission, returned=form.opening and form.opening.returned) | {
        "form": form,
        "may_submit": can_submit(request.user, form.submission, on=request.arrived_at),
        "breadcrumbs": crumbs(form.submission, ENTRY_CRUMB),
    }
    return render(request, "targets/submit_results.html", context, status=409 if form.conflicts else 200)


@require_POST
def save_draft(request, pk):
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        return _autosave(request, typed_in(request, pk))
    return save_form(request, writable(request, pk))


def save_form(request, submission):
    """Keep what was typed and the files beside it, and go back to the form."""
    form = _kept(request, submission)
    if form.is_valid() and not form.conflicts:
        messages.success(request, f"Đã lưu nháp lúc {timezone.localtime(request.arrived_at):%H:%M}.")
        return redirect("targets:submit_results", submission.pk)
    return _form_page(request, form)


def _kept(request, submission):
    """The posted form with what can be kept of it, valid or not."""
    form = ResultsForm(request.POST, request.FILES, submission=submission, as_draft=True)
    keep_posted(form, by=request.user, at=request.arrived_at)
    _keep_texts(request, form)
    return form


@require_POST
def ask_head(request, pk):
    """Keep what was typed, then ask the head to look at it and hand it in."""
    submission = writable(request, pk)
    form = _kept(request, submission)
    if not form.is_valid() or form.conflicts:
        return _form_page(request, form)
    try:
        heads = asking_head.ask_head(submission, by=request.user, at=request.arrived_at)
    except Refused as refusal:
        messages.error(request, f"Đã lưu nháp nhưng chưa trình. {refusal}")
        return redirect("targets:submit_results", submission.pk)
    messages.success(request, f"Đã lưu nháp và trình {', '.join(map(str, heads))}.")
    return redirect(submission)


def _autosave(request, submission):
    """Save the posted cells alone; answer what they are at now."""
    cells = own_cells(submission, request.POST)
    versions = read_versions(request.POST.get("versions", ""))
    try:
        stored = workflow.save_draft(submission, cells, versions, by=request.user, at=request.arrived_at)
    except drafting.Conflicts as conflicts:
        return JsonResponse({"conflicts": [asdict(conflict) for conflict in conflicts.found]}, status=409)
    now = drafting.versions(stored.draft)
    answer = {
        "saved_at": f"{timezone.localtime(request.arrived_at):%H:%M}",
        "versions": {key: now.get(key, 0) for key in cells},
    }
    if submission.period.is_closed or submission.state == SubmissionState.ACCEPTED:
        answer["locked"] = _locked(submission, request.arrived_at)
    return JsonResponse(answer)


@require_safe
def receipt(request, pk):
    wanted = Revision.objects.filter(submission__in=Submission.objects.visible_to(request.user)).select_related(
        "submission__period__campaign__organiser", "submission__unit", "submitted_by"
    )
    revision = get_object_or_404(wanted, pk=pk)
    lines = read_back(revision)
    context = {
        "revision": revision,
        "submission": revision.submission,
        "lines": lines,
        "has_estimates": any(line.estimate for line in lines),
        "narratives": revision.narratives.select_related("prompt").order_by("prompt__order", "prompt_id"),
        "files": revision.evidence.select_related("target"),
        "breadcrumbs": crumbs(revision.submission, (f"Biên nhận số {revision.pk}", "")),
    }
    return render(request, "targets/receipt.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def choose_theme(request, pk):
    submission = writable(request, pk)
    participation = participation_of(submission)
    form = ThemeForm(request.POST or None, initial={"theme": participation.theme})
    if form.is_valid():
        try:
            themes.choose(participation, theme=form.cleaned_data["theme"], by=request.user, at=request.arrived_at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Đã ghi chủ đề thi đua của đơn vị.")
            return redirect(submission)
    context = {"submission": submission, "form": form, "breadcrumbs": crumbs(submission, ("Chủ đề thi đua", ""))}
    return render(request, "targets/choose_theme.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def ask_extension(request, pk):
    submission = writable(request, pk)
    form = ExtensionForm(request.POST or None)
    if form.is_valid():
        try:
            periods.ask_extension(
                submission.period,
                submission.unit,
                reason=form.cleaned_data["reason"],
                until=form.until,
                by=request.user,
                at=request.arrived_at,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Đã gửi đề nghị gia hạn; phòng Văn hoá - Xã hội sẽ trả lời.")
            return redirect(submission)
    context = {"form": form, "breadcrumbs": crumbs(submission, ("Xin gia hạn", ""))}
    return render(request, "targets/ask_extension.html", _place(request, submission) | context)
