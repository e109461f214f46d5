"""The plan: campaigns, their targets, and what each unit must report."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, F, Q
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.models import Campaign, CampaignState, Event, Participation, ReportingPeriod
from targets import allocating, checking, periods, suggesting, sums
from targets.models import Submission, Target
from targets.permissions import can_add_campaign, can_edit_plan, can_read_campaign, can_review
from targets.plan_forms import SharesForm
from targets.target_page_form import TargetPageForm
from targets.views.plan_place import campaign_of, campaign_to_edit, crumbs, require, target_of
from units.folding import search_key
from units.refusals import Refused

LONGEST_QUERY = 100


def _target(request, pk):
    shown = ("sector", "heading__parent", "part_of", "lead", "copied_from")
    return target_of(request, pk, *shown, allowed=can_read_campaign)


def _counted(found):
    """The periods of some campaigns, each with how many units must hand in (`assigned`) and how many did."""
    counts = {
        row["period"]: row
        for row in Submission.objects.filter(
            period__in=found,
            unit__participations__campaign=F("period__campaign"),
            unit__participations__reports=True,
        )
        .order_by()
        .values("period")
        .annotate(assigned=Count("pk"), handed_in=Count("current_revision"))
    }
    listed = list(found.order_by("units_due"))
    for period in listed:
        count = counts.get(period.pk, {})
        period.assigned, period.handed_in = count.get("assigned", 0), count.get("handed_in", 0)
    return listed


@require_safe
def campaigns(request):
    if not (request.user.is_superuser or request.user.organiser_ids):
        raise PermissionDenied
    query = request.GET.get("q", "")[:LONGEST_QUERY]
    found = Campaign.objects.organised_by(request.user).select_related("organiser")
    for word in search_key(query).split():
        found = found.filter(search_key__contains=word)
    by_campaign = {}
    for period in _counted(ReportingPeriod.objects.filter(campaign__in=found)):
        by_campaign.setdefault(period.campaign_id, []).append(period)
    listed = [(campaign, by_campaign.get(campaign.pk, [])) for campaign in found]
    can_add = can_add_campaign(request.user, on=request.arrived_at)
    return render(request, "targets/campaigns.html", {"campaigns": listed, "query": query, "can_add": can_add})


PARTS = [
    "legal_bases", "opening", "purpose", "requirements", "content", "objective", "targets_lead", "tasks", "timing",
    "reward_rules", "duties", "closing", "signer_block", "recipients",
]  # fmt: skip


@require_safe
def campaign(request, slug):
    found = campaign_of(request, slug)
    targets = found.targets.live().in_plan_order().select_related("sector", "heading__parent", "lead", "part_of")
    held = Count("allocations", filter=Q(allocations__ended_at__isnull=True), distinct=True)
    parts = [(found._meta.get_field(name).verbose_name, getattr(found, name)) for name in PARTS]
    is_draft = found.state == CampaignState.DRAFT
    return render(
        request,
        "targets/campaign.html",
        {
            "campaign": found,
            "breadcrumbs": crumbs(found),
            "periods": _counted(found.periods.all()),
            "targets": targets.annotate(units=held),
            "parts": [(title, text) for title, text in parts if text],
            "movements": found.movements.all(),
            "reporting": found.participations.filter(reports=True).count(),
            "is_draft": is_draft,
            "missing": periods.missing_to_open(found) if is_draft else [],
            "can_edit": can_edit_plan(request.user, found, on=request.arrived_at),
            "can_review": can_review(request.user, found, on=request.arrived_at),
            "is_closed": found.state == CampaignState.CLOSED,
            "check": checking.standing(found),
        },
    )


@require_POST
def open_campaign(request, slug):
    found = campaign_to_edit(request, slug)
    try:
        periods.open_campaign(found, by=request.user, at=request.arrived_at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Đã mở đợt thi đua. Các đơn vị thấy chỉ tiêu được giao và nộp được kết quả.")
    return redirect(found)


def _edit(request, target, *, title, done):
    """Show the form of a target, or keep what was typed in it."""
    require(can_edit_plan, request, target.campaign)
    form = _typed(request, target) if request.method == "POST" else TargetPageForm(instance=target)
    if form.is_bound and form.is_valid():
        messages.success(request, done)
        return redirect(form.instance)
    context = {
        "form": form,
        "campaign": target.campaign,
        "title": title,
        "breadcrumbs": crumbs(target.campaign, (title, "")),
    }
    if form.clashes:
        context["last"] = Event.objects.about(target).select_related("by").first()
    context["last_year"] = suggesting.of_target(target) if target.pk else None
    return render(request, "targets/target_form.html", context)


@transaction.atomic
def _typed(request, target):
    """The form as typed; when it is sound it is kept. A stored target is read again while nobody can change it."""
    form = TargetPageForm(request.POST, instance=target)
    try:
        allocating.held_campaign(target.campaign_id)
        if target.pk:
            form = TargetPageForm(request.POST, instance=_target(request, target.pk))
        if form.is_valid():
            allocating.save_target(form.instance, **form.details(), by=request.user, at=request.arrived_at)
    except Refused as refusal:
        form.add_error(None, str(refusal))
    return form


@require_http_methods(["GET", "HEAD", "POST"])
def add_target(request, slug):
    fresh = Target(campaign=campaign_of(request, slug))
    return _edit(request, fresh, title="Thêm chỉ tiêu", done="Đã thêm chỉ tiêu; đề nghị giao cho đơn vị.")


@require_http_methods(["GET", "HEAD", "POST"])
def edit_target(request, pk):
    target = _target(request, pk)
    return _edit(request, target, title=f"Sửa chỉ tiêu {target.number}", done="Đã lưu chỉ tiêu.")


def _shares(target):
    """The target's open shares, each with what last year says about it."""
    shares, last_years = _open_shares(target), suggesting.of_shares(target)
    for share in shares:
        share.last_year = last_years.get(share.unit_id)
    return shares


def _open_shares(target):
    return list(target.allocations.open().select_related("unit").order_by("unit__order", "unit__sort_key"))


@require_safe
def target(request, pk):
    found = _target(request, pk)
    shares = _shares(found)
    changes = allocating.changes_of(found)
    last_year, can_edit = suggesting.of_target(found), _may_change(request, found.campaign)
    is_draft = can_edit and found.campaign.state == CampaignState.DRAFT
    return render(
        request,
        "targets/target.html",
        {
            "target": found,
            "breadcrumbs": crumbs(found.campaign, (f"Chỉ tiêu {found.number}", "")),
            "shares": shares,
            "sums": sums.added_up(found, shares),
            "changes": changes,
            "periods": found.campaign.periods.order_by("units_due"),
            "coordinators": found.coordinators.all(),
            "can_edit": can_edit,
            "last_year": last_year,
            "may_take": is_draft and suggesting.says_more(last_year, found),
        },
    )


def _may_change(request, campaign):
    return campaign.state != CampaignState.CLOSED and can_edit_plan(request.user, campaign, on=request.arrived_at)


@require_http_methods(["GET", "HEAD", "POST"])
def allocate(request, pk):
    found = _target(request, pk)
    require(can_edit_plan, request, found.campaign)
    shares = _shares(found)
    reporting = Participation.objects.filter(campaign=found.campaign, reports=True).select_related("unit")
    form = SharesForm(request.POST or None, target=found, participations=reporting, held=shares)
    if form.is_valid():
        why = {name: form.cleaned_data[name] for name in ("reason", "decision_number")}
        try:
            allocating.allocate(found, form.shares(), **why, by=request.user, at=request.arrived_at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Đã lưu phần giao cho đơn vị.")
            return redirect(found)
    context = {
        "form": form,
        "target": found,
        "sums": sums.added_up(found, shares),
        "is_open": found.campaign.state == CampaignState.OPEN,
        "breadcrumbs": crumbs(found.campaign, (f"Chỉ tiêu {found.number}", found.get_absolute_url()), ("Giao", "")),
    }
    return render(request, "targets/allocate.html", context)
