"""What waits for the office in a period, and accepting several hand-ins that were looked at together."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from campaigns.models import Extension
from targets import findings, workflow
from targets.models import Revision, Submission, SubmissionState
from targets.permissions import can_read_campaign, can_review
from targets.review_forms import EXTENDED, ChosenForm, QueueFilter
from targets.standing import hand_ins
from targets.views.review_place import crumbs, period_of
from units.folding import search_key
from units.refusals import Refused

IN_QUEUE = [SubmissionState.SUBMITTED, SubmissionState.RETURNED, SubmissionState.DRAFT, SubmissionState.ACCEPTED]


@require_safe
def queue(request, pk):
    period = period_of(request, pk, allowed=can_read_campaign)
    listed = hand_ins(period, as_of=request.arrived_at)
    clusters = dict.fromkeys(r.cluster for r in sorted(listed.rows, key=lambda r: r.cluster_order) if r.cluster)
    form = QueueFilter(request.GET, clusters=clusters)
    form.is_valid()
    context = {
        "period": period,
        "campaign": period.campaign,
        "page": "targets:queue",
        "periods": period.campaign.periods.order_by("units_due"),
        "form": form,
        "chosen": form.cleaned_data,
        "states": _counted(listed.rows),
        "rows": _oldest_first(period, [row for row in listed.rows if _fits(row, form.cleaned_data)]),
        "requests": Extension.objects.filter(period=period, granted__isnull=True).select_related("unit", "asked_by"),
        "can_review": can_review(request.user, period.campaign, on=request.arrived_at),
        "now": request.arrived_at,
        "breadcrumbs": crumbs(period),
    }
    return render(request, "targets/queue.html", context)


def _counted(rows):
    """(state, label, how many) in the order of the queue."""
    states = [row.state for row in rows]
    return [(state.value, state.label, states.count(state)) for state in IN_QUEUE]


def _fits(row, chosen):
    standing = chosen.get("standing")
    return (
        chosen.get("state") in ("", None, row.state)
        and chosen.get("cluster") in ("", None, row.cluster)
        and (standing in ("", None, row.standing) or (standing == EXTENDED and row.extended))
        and search_key(chosen.get("q", "")) in row.unit.search_key
    )


def _oldest_first(period, rows):
    """(hand-in, the moment its newest revision arrived): those that wait come first, the longest waiting on top."""
    arrived = dict(
        Revision.objects.filter(submission__period=period).order_by("number").values_list("submission", "arrived_at")
    )
    paired = [(row, arrived.get(row.submission_id)) for row in rows]

    def place(pair):
        row, since = pair
        waits = row.state == SubmissionState.SUBMITTED
        return IN_QUEUE.index(row.state), since.timestamp() if waits else 0

    return sorted(paired, key=place)


@require_POST
def check_chosen(request, pk):
    """Exactly which revisions would be accepted, each with what stands out in it."""
    period = period_of(request, pk)
    form = ChosenForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Đề nghị đánh dấu ít nhất một đơn vị đang chờ duyệt.")
        return redirect("targets:queue", period.pk)
    waiting = Submission.objects.filter(
        period=period, state=SubmissionState.SUBMITTED, pk__in=form.cleaned_data["chosen"]
    )
    revisions = Revision.objects.filter(pk__in=waiting.values("current_revision")).select_related(
        "submission__unit", "submission__period__campaign", "submitted_by"
    )
    context = {
        "period": period,
        "rows": findings.read_many(
            revisions.order_by("submission__unit__order", "submission__unit__sort_key"), at=request.arrived_at
        ),
        "user": request.user,
        "breadcrumbs": crumbs(period, ("Duyệt nhiều đơn vị", "")),
    }
    return render(request, "targets/accept_chosen.html", context)


@require_POST
def accept_chosen(request, pk):
    """Accept each revision as it was shown; one that cannot be is told and holds up no other."""
    period = period_of(request, pk)
    form = ChosenForm(request.POST)
    chosen = form.cleaned_data["revisions"] if form.is_valid() else {}
    submissions = Submission.objects.filter(period=period, pk__in=chosen).with_place()
    accepted = 0
    for submission in submissions.select_related("period__campaign__organiser"):
        try:
            workflow.accept(submission, revision_number=chosen[submission.pk], by=request.user, at=request.arrived_at)
        except Refused as refusal:
            messages.error(request, f"{submission.unit.called}: {refusal}")
        else:
            accepted += 1
    if accepted:
        messages.success(request, f"Đã duyệt {accepted} đơn vị.")
    return redirect("targets:queue", period.pk)
