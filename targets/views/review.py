"""One hand-in read and judged: accepted as it was read, or sent back whole or by single cells."""

from django.contrib import messages
from django.db.models import Count
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.models import Event
from targets import findings, workflow
from targets.answers import participation_of, prompts_of
from targets.models import Acceptance, Return, SubmissionState
from targets.permissions import can_read_campaign, can_review
from targets.review_forms import MarksForm, ReadForm, ReturnForm
from targets.standing import deadline_for, stands
from targets.views.review_place import PAGE, crumbs, steps, submission_of
from units.refusals import Refused


@require_safe
def review(request, pk):
    submission = submission_of(request, pk, allowed=can_read_campaign)
    revisions = list(
        submission.revisions.select_related("submitted_by").annotate(signed=Count("signed_copies")).order_by("number")
    )
    deadline = deadline_for(submission)
    reviews = can_review(request.user, submission.period.campaign, on=request.arrived_at)
    context = {
        "submission": submission,
        "period": submission.period,
        "revisions": revisions,
        "deadline": deadline,
        "is_extended": deadline > submission.period.units_due,
        "standing": stands(revisions[0].handed_in_at if revisions else None, deadline),
        "participation": participation_of(submission),
        "acceptance": Acceptance.objects.filter(submission=submission, ended_at__isnull=True)
        .select_related("revision", "by")
        .first(),
        "returned": Return.objects.filter(revision__submission=submission).select_related("by").first(),
        "events": Event.objects.about(submission).select_related("by"),
        "can_review": reviews,
        "can_judge": reviews and SubmissionState.ACCEPTED in workflow.MOVES[SubmissionState(submission.state)],
        "takes_hand_ins": workflow.takes_hand_ins(submission, request.arrived_at),
        "entered_by_oneself": bool(revisions) and revisions[-1].submitted_by == request.user,
        "now": request.arrived_at,
        "breadcrumbs": crumbs(submission.period, (submission.unit.called, "")),
    }
    return render(request, "targets/review.html", context | _content(submission, request.arrived_at))


def _content(submission, at):
    """What the current revision says; nothing before the first hand-in."""
    revision = submission.current_revision
    if revision is None:
        return {}
    revision.submission = submission
    texts = dict(revision.narratives.values_list("prompt", "text"))
    return {
        "revision": revision,
        "readings": findings.read(revision, at=at),
        "narratives": [(prompt, texts.get(prompt.pk, "")) for prompt in prompts_of(submission)],
    }


@require_POST
def accept(request, pk):
    submission = submission_of(request, pk)
    form = ReadForm(request.POST)
    number = form.cleaned_data["revision"] if form.is_valid() else None
    try:
        workflow.accept(submission, revision_number=number, by=request.user, at=request.arrived_at)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("targets:review", submission.pk)
    messages.success(request, f"Đã duyệt kết quả của {submission.unit.called} (lần {number}).")
    return redirect("targets:queue", submission.period_id)


@require_http_methods(PAGE)
def send_back(request, pk):
    submission = submission_of(request, pk)
    read = ReadForm(request.POST or request.GET)
    if not read.is_valid() or submission.current_revision is None:
        return redirect("targets:review", submission.pk)  # nothing was read that could be sent back
    sent = _return_page(
        request,
        submission,
        lambda **why: workflow.send_back(submission, revision_number=read.cleaned_data["revision"], **why),
        {"title": f"Trả lại kết quả của {submission.unit.called}", "button": "Trả lại", "read": read},
    )
    if sent is not None:
        return sent
    messages.success(
        request, f"Đã trả lại kết quả của {submission.unit.called}; người có thư điện tử được báo qua thư."
    )
    return redirect("targets:queue", submission.period_id)


@require_http_methods(PAGE)
def reopen(request, pk):
    submission = submission_of(request, pk)
    if submission.current_revision is None:
        return redirect("targets:review", submission.pk)
    sent = _return_page(
        request,
        submission,
        lambda **why: workflow.reopen(submission, **why),
        {"title": f"Mở lại kết quả của {submission.unit.called}", "button": "Mở lại", "reopens": True},
    )
    if sent is not None:
        return sent
    messages.success(request, f"Đã mở lại kết quả của {submission.unit.called} để đơn vị sửa.")
    return redirect("targets:review", submission.pk)


def _return_page(request, submission, send, words):
    """The page on which a return is written; None when `send` went through."""
    form = ReturnForm(request.POST or None)
    marks = MarksForm(request.POST or None, revision=submission.current_revision, ticked=request.GET.getlist("o"))
    if form.is_valid() and marks.is_valid():
        try:
            send(
                reason=form.cleaned_data["reason"],
                answer_by=form.until,
                marks=marks.marks(),
                by=request.user,
                at=request.arrived_at,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return None
    context = {
        "submission": submission,
        "form": form,
        "marks": marks,
        "breadcrumbs": steps(submission, words["button"]),
    }
    return render(request, "targets/send_back.html", context | words)
