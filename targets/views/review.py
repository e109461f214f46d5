"""The office's pages: the queue of a period, one hand-in read and judged, more time, closing and reopening."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.models import Event, Extension, ReportingPeriod
from targets import findings, periods, workflow
from targets.answers import participation_of, prompts_of
from targets.evidence import keep_posted
from targets.models import Acceptance, Return, Revision, Submission, SubmissionState
from targets.permissions import can_read_campaign, can_review
from targets.results_form import ResultsForm
from targets.review_forms import (
    EXTENDED,
    DecisionForm,
    GrantForm,
    QueueFilter,
    ReadForm,
    ReasonForm,
    ReturnForm,
    SourceForm,
)
from targets.standing import deadline_for, hand_ins, stands
from units.folding import search_key
from units.refusals import Refused

IN_QUEUE = [SubmissionState.SUBMITTED, SubmissionState.RETURNED, SubmissionState.DRAFT, SubmissionState.ACCEPTED]
PAGE = ["GET", "HEAD", "POST"]


# --- What may be seen, and by whom ------------------------------------------------------------------------------------


def _require(allowed, request, campaign):
    if not allowed(request.user, campaign, on=request.arrived_at):
        raise PermissionDenied


def _period(request, pk, *, allowed=can_review):
    wanted = ReportingPeriod.objects.organised_by(request.user).select_related("campaign__organiser")
    period = get_object_or_404(wanted, pk=pk)
    _require(allowed, request, period.campaign)
    return period


def _submission(request, pk, *, allowed=can_review):
    wanted = Submission.objects.reviewable_by(request.user).with_place()
    named = wanted.select_related("period__campaign__organiser", "current_revision__submitted_by")
    submission = get_object_or_404(named, pk=pk)
    _require(allowed, request, submission.period.campaign)
    return submission


def _crumbs(period, *further):
    campaign = period.campaign
    above = [("Đợt thi đua", reverse("targets:campaigns")), (campaign.short_name, campaign.get_absolute_url())]
    if not further:
        return [*above, (f"Chờ duyệt {period.name}", "")]
    return [*above, (f"Chờ duyệt {period.name}", reverse("targets:queue", args=[period.pk])), *further]


def _steps(submission, here):
    """The way to a page below a submission's review."""
    return _crumbs(
        submission.period, (submission.unit.called, reverse("targets:review", args=[submission.pk])), (here, "")
    )


# --- The queue --------------------------------------------------------------------------------------------------------


@require_safe
def queue(request, pk):
    period = _period(request, pk, allowed=can_read_campaign)
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
        "breadcrumbs": _crumbs(period),
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


# --- One hand-in ------------------------------------------------------------------------------------------------------


@require_safe
def review(request, pk):
    submission = _submission(request, pk, allowed=can_read_campaign)
    revisions = list(submission.revisions.select_related("submitted_by").order_by("number"))
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
        "breadcrumbs": _crumbs(submission.period, (submission.unit.called, "")),
    }
    return render(request, "targets/review.html", context | _content(submission))


def _content(submission):
    """What the current revision says; nothing before the first hand-in."""
    revision = submission.current_revision
    if revision is None:
        return {}
    revision.submission = submission
    texts = dict(revision.narratives.values_list("prompt", "text"))
    return {
        "revision": revision,
        "readings": findings.read(revision),
        "narratives": [(prompt, texts.get(prompt.pk, "")) for prompt in prompts_of(submission)],
        "evidence": revision.evidence.all(),
    }


@require_POST
def accept(request, pk):
    submission = _submission(request, pk)
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
    submission = _submission(request, pk)
    read = ReadForm(request.POST or request.GET)
    if not read.is_valid():
        return redirect("targets:review", submission.pk)  # nothing was read that could be sent back
    form = ReturnForm(request.POST or None)
    if form.is_valid():
        try:
            workflow.send_back(
                submission,
                revision_number=read.cleaned_data["revision"],
                reason=form.cleaned_data["reason"],
                answer_by=form.until,
                by=request.user,
                at=request.arrived_at,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, f"Đã trả lại kết quả của {submission.unit.called}; người có thư điện tử được báo qua thư."
            )
            return redirect("targets:queue", submission.period_id)
    context = {"submission": submission, "form": form, "read": read, "breadcrumbs": _steps(submission, "Trả lại")}
    return render(request, "targets/send_back.html", context)


@require_http_methods(PAGE)
def reopen(request, pk):
    submission = _submission(request, pk)
    form = ReturnForm(request.POST or None)
    if form.is_valid():
        try:
            workflow.reopen(
                submission,
                reason=form.cleaned_data["reason"],
                answer_by=form.until,
                by=request.user,
                at=request.arrived_at,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Đã mở lại kết quả của {submission.unit.called} để đơn vị sửa.")
            return redirect("targets:review", submission.pk)
    context = {"submission": submission, "form": form, "breadcrumbs": _steps(submission, "Mở lại")}
    return render(request, "targets/reopen.html", context)


@require_http_methods(PAGE)
def enter_on_behalf(request, pk):
    submission = _submission(request, pk)
    form = ResultsForm(request.POST or None, request.FILES or None, submission=submission)
    source = SourceForm(request.POST or None, at=request.arrived_at)
    if form.is_bound:
        keep_posted(form, by=request.user, at=request.arrived_at)
    if source.is_valid() and form.is_valid():
        try:
            workflow.submit(
                submission,
                form.answers(),
                key=form.submit_key,
                by=request.user,
                at=request.arrived_at,
                on_behalf_source=source.cleaned_data["source"],
                received_at=source.cleaned_data["received_at"],
            )
        except Refused as refusal:
            form.renew_key()
            source.add_error(None, str(refusal))
        else:
            messages.success(request, f"Đã nhập thay kết quả của {submission.unit.called}.")
            return redirect("targets:review", submission.pk)
    context = {
        "submission": submission,
        "form": form,
        "source": source,
        "deadline": deadline_for(submission),
        "closed": ""
        if workflow.takes_hand_ins(submission, request.arrived_at)
        else workflow.closed_sentence(submission),
        "now": request.arrived_at,
        "breadcrumbs": _steps(submission, "Nhập thay"),
    }
    return render(request, "targets/enter_on_behalf.html", context)


# --- More time --------------------------------------------------------------------------------------------------------


@require_http_methods(PAGE)
def grant_extension(request, pk):
    submission = _submission(request, pk)
    form = GrantForm(request.POST or None)
    if form.is_valid():
        try:
            periods.grant_extension(
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
            messages.success(request, f"Đã gia hạn cho {submission.unit.called}.")
            return redirect("targets:review", submission.pk)
    context = {
        "submission": submission,
        "form": form,
        "deadline": deadline_for(submission),
        "now": request.arrived_at,
        "breadcrumbs": _steps(submission, "Gia hạn"),
    }
    return render(request, "targets/grant_extension.html", context)


@require_http_methods(PAGE)
def decide_extension(request, pk):
    wanted = Extension.objects.filter(period__in=ReportingPeriod.objects.organised_by(request.user))
    extension = get_object_or_404(
        wanted.select_related("period__campaign__organiser", "unit", "asked_by", "decided_by"), pk=pk
    )
    _require(can_review, request, extension.period.campaign)
    form = DecisionForm(request.POST or None)
    if form.is_valid():
        granted = form.cleaned_data["granted"]
        try:
            periods.decide_extension(extension, granted=granted, by=request.user, at=request.arrived_at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            said = "Đã đồng ý gia hạn" if granted else "Đã ghi nhận không đồng ý gia hạn"
            messages.success(request, f"{said} cho {extension.unit.called}.")
            return redirect("targets:queue", extension.period_id)
    context = {
        "extension": extension,
        "form": form,
        "breadcrumbs": _crumbs(extension.period, ("Đề nghị gia hạn", "")),
    }
    return render(request, "targets/decide_extension.html", context)


# --- Closing a period -------------------------------------------------------------------------------------------------


@require_http_methods(PAGE)
def close_period(request, pk):
    period = _period(request, pk)
    if request.method == "POST":
        try:
            periods.close_period(period, by=request.user, at=request.arrived_at)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"Đã khoá sổ {period.name}.")
        return redirect("targets:queue", period.pk)
    context = {
        "period": period,
        "hand_ins": hand_ins(period, as_of=request.arrived_at),
        "now": request.arrived_at,
        "breadcrumbs": _crumbs(period, ("Khoá sổ", "")),
    }
    return render(request, "targets/close_period.html", context)


@require_http_methods(PAGE)
def reopen_period(request, pk):
    period = _period(request, pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            periods.reopen_period(period, reason=reason, by=request.user, at=request.arrived_at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Đã mở lại {period.name}; các đơn vị nộp được.")
            return redirect("targets:queue", period.pk)
    context = {"period": period, "form": form, "breadcrumbs": _crumbs(period, ("Mở lại kỳ báo cáo", ""))}
    return render(request, "targets/reopen_period.html", context)
