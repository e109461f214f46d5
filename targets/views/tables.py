"""Where things stand: the compiled table, who handed in, and where each figure comes from."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from campaigns.models import ReportingPeriod
from targets import adjusting, numbers, progress, standing
from targets.answers import FIGURES
from targets.models import Adjustment, Answer, Submission, SubmissionState
from targets.notifications import topic
from targets.permissions import can_read_campaign, can_review
from targets.plan_forms import AdjustmentForm
from targets.templatetags.figures import beside_goal
from units.models import Message, MessageState, UnitKind
from units.refusals import Refused


def _period(request, pk):
    periods = ReportingPeriod.objects.organised_by(request.user).select_related("campaign__organiser")
    period = get_object_or_404(periods, pk=pk)
    if not can_read_campaign(request.user, period.campaign, on=request.arrived_at):
        raise PermissionDenied
    return period


def _frame(request, period, page, *further):
    """What the pages of a period share: the way up, and the same page of the campaign's other periods."""
    campaign = period.campaign
    return {
        "period": period,
        "campaign": campaign,
        "page": f"targets:{page}",
        "periods": campaign.periods.order_by("units_due"),
        "can_review": can_review(request.user, campaign, on=request.arrived_at),
        "breadcrumbs": [
            ("Đợt thi đua", reverse("targets:campaigns")),
            (campaign.short_name, campaign.get_absolute_url()),
            *further,
        ],
    }


@require_safe
def compiled(request, pk):
    period = _period(request, pk)
    table = progress.compile_period(period, as_of=request.arrived_at)
    frame = _frame(request, period, "compiled", (f"Tổng hợp {period.name}", ""))
    return render(request, "targets/compiled.html", frame | {"compiled": table})


def _chosen(request, options):
    """{filter: value} of the address, where the page offers that value; anything else filters nothing."""
    asked = {name: request.GET.get(name) for name in options}
    return {name: value for name, value in asked.items() if value in dict(options[name])}


def _options(rows):
    """What the list can be narrowed to: {filter: [(value, words), …]}."""
    kinds = {row.unit.kind for row in rows}
    clusters = dict.fromkeys(row.cluster for row in sorted(rows, key=lambda row: row.cluster_order) if row.cluster)
    return {
        "standing": standing.Standing.choices,
        "state": SubmissionState.choices,
        "cluster": [(name, name) for name in clusters],
        "kind": [(value, words) for value, words in UnitKind.choices if value in kinds],
    }


def _fits(row, chosen):
    facts = {"standing": row.standing, "state": row.state, "cluster": row.cluster, "kind": row.unit.kind}
    return all(facts[name] == value for name, value in chosen.items())


def _undelivered(rows):
    """The newest letter about these hand-ins that reached nobody, one for each person and unit."""
    topics = [topic(Submission(pk=row.submission_id)) for row in rows]
    letters = Message.objects.filter(topic__in=topics, state__in=[MessageState.NO_ADDRESS, MessageState.DEAD])
    newest = {}
    for letter in letters.select_related("user", "unit"):
        newest.setdefault((letter.user_id, letter.unit_id), letter)
    return list(newest.values())


@require_safe
def hand_ins(request, pk):
    period = _period(request, pk)
    listed = standing.hand_ins(period, as_of=request.arrived_at)
    options = _options(listed.rows)
    chosen = _chosen(request, options)
    context = {
        "hand_ins": listed,
        "rows": [row for row in listed.rows if _fits(row, chosen)],
        "options": options,
        "chosen": chosen,
        "undelivered": _undelivered(listed.rows),
        "site": settings.SITE_URL,
    }
    frame = _frame(request, period, "hand_ins", (f"Tình hình nộp {period.name}", ""))
    return render(request, "targets/hand_ins.html", frame | context)


def _line(request, period, target_pk):
    """The compiled line of one target; a target that the table does not hold is not found."""
    for line in progress.compile_period(period, as_of=request.arrived_at).lines:
        if line.target.pk == target_pk:
            return line
    raise Http404


def _worked_out(line, figure, *, estimated=False):
    """How a compiled figure comes about, in one line of arithmetic; "" where nothing can be said."""
    target = line.target
    amount, base, value = figure.amount, figure.base, figure.value
    if estimated:
        amount, base, value = figure.est_amount, figure.est_base, figure.estimate
    if value is None:
        return ""
    result = f"{beside_goal(value, line)}\u00a0{target.unit_of_measure}"
    times = f" × {numbers.show(target.factor)}" if target.factor > 1 else ""
    if target.answer == Answer.RATIO:
        return f"Σ {numbers.show(amount)} / Σ {numbers.show(base)}{times} = {result}"
    if target.answer == Answer.YES_NO and times:
        return f"{numbers.show(amount)} đơn vị đạt / {figure.m} đơn vị được giao{times} = {result}"
    return f"Σ = {result}"


def _workings(line):
    """The figures of a compiled line that can be computed: (in words, the figure, its arithmetic)."""
    figures = [("Đã duyệt", line.compiled), ("Đã nộp (chưa duyệt)", line.handed_in)]
    if line.accepted is not line.compiled:
        figures.insert(1, ("Sau hiệu chỉnh", line.accepted))
    for words, figure in figures:
        for suffix, estimated in (("", False), (", ước cả năm", True)):
            if sentence := _worked_out(line, figure, estimated=estimated):
                yield words + suffix, figure, sentence


def _sources_page(request, period, line, form=None):
    target, adjustment = line.target, line.adjustment
    reviews = can_review(request.user, period.campaign, on=request.arrived_at)
    if form is None and reviews:
        form = _adjustment_form(None, period, line)
    crumbs = [
        (f"Tổng hợp {period.name}", reverse("targets:compiled", args=[period.pk])),
        (f"Chỉ tiêu {target.number}", ""),
    ]
    context = {
        "line": line,
        "target": target,
        "sources": progress.sources(period, target, as_of=request.arrived_at),
        "workings": list(_workings(line)),
        "adjustment": adjustment,
        "adjustments": Adjustment.objects.filter(period=period, target=target).select_related("by"),
        "form": form,
    }
    return render(request, "targets/sources.html", _frame(request, period, "compiled", *crumbs) | context)


def _adjustment_form(data, period, line):
    initial = {}
    if line.adjustment:
        initial = {name: getattr(line.adjustment, name) for name in (*FIGURES, "verdict")}
    return AdjustmentForm(
        data,
        initial=initial,
        target=line.target,
        goal=line.goal,
        units=line.compiled.m,
        is_final=period.is_final,
    )


@require_safe
def sources(request, pk, target_pk):
    period = _period(request, pk)
    return _sources_page(request, period, _line(request, period, target_pk))


def _reviewed_line(request, pk, target_pk):
    period = _period(request, pk)
    if not can_review(request.user, period.campaign, on=request.arrived_at):
        raise PermissionDenied
    return period, _line(request, period, target_pk)


@require_POST
def adjust(request, pk, target_pk):
    period, line = _reviewed_line(request, pk, target_pk)
    form = _adjustment_form(request.POST, period, line)
    if form.is_valid():
        try:
            adjusting.adjust(period, line.target, **form.figures(), by=request.user, at=request.arrived_at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Đã ghi hiệu chỉnh; số liệu của đơn vị vẫn được giữ bên cạnh.")
            return redirect("targets:sources", pk=period.pk, target_pk=line.target.pk)
    return _sources_page(request, period, line, form)


@require_POST
def withdraw_adjustment(request, pk, target_pk):
    period, line = _reviewed_line(request, pk, target_pk)
    try:
        adjusting.withdraw(period, line.target, by=request.user, at=request.arrived_at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Đã bỏ hiệu chỉnh; bảng tổng hợp dùng lại số liệu của đơn vị.")
    return redirect("targets:sources", pk=period.pk, target_pk=line.target.pk)
