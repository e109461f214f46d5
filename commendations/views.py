"""Nominations: listed, made, checked by the office, decided by the leader."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case, Count, Q, Value, When
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.models import Campaign, Event
from commendations import permissions, workflow
from commendations.forms import DeclineForm, NominationFilter, NominationForm
from commendations.models import RECIPIENT_ORDER, BonusRate, Nomination, NominationState, RecipientKind
from units.folding import search_key
from units.models import ward_day
from units.refusals import Refused

PER_PAGE = 100
BY_RECIPIENT = Case(*(When(recipient_kind=kind, then=Value(place)) for place, kind in enumerate(RECIPIENT_ORDER)))


@require_safe
def nominations(request):
    form = NominationFilter(request.GET, campaigns=Campaign.objects.visible_to(request.user))
    form.is_valid()
    asked = {name: value for name, value in form.cleaned_data.items() if value}
    found = Nomination.objects.visible_to(request.user).filter(search_key__contains=search_key(asked.pop("q", "")))
    state = asked.pop("state", None)
    found = found.filter(**asked)
    listed = found.filter(state=state) if state else found
    # Titles stand before forms of reward: "title" sorts after "reward".
    listed = listed.select_related("campaign", "unit", "award").order_by(
        BY_RECIPIENT, "-award__kind", "award__order", "sort_key", "pk"
    )
    context = {
        "form": form,
        "state": state,
        "states": _counted(found),
        "people": found.filter(recipient_kind=RecipientKind.INDIVIDUAL).aggregate(
            all=Count("pk"), leaders=Count("pk", filter=Q(leads=True)), direct=Count("pk", filter=Q(leads=False))
        ),
        "page": Paginator(listed, PER_PAGE).get_page(request.GET.get("page")),
        "nominate_in": permissions.campaigns_to_nominate_in(request.user, on=request.arrived_at),
        "breadcrumbs": [("Trang chủ", "/"), ("Khen thưởng", "")],
    }
    return render(request, "commendations/nominations.html", context)


def _counted(found):
    """(state, label, how many) for every state."""
    counts = dict(found.order_by().values_list("state").annotate(Count("pk")))
    return [(state.value, state.label, counts.get(state, 0)) for state in NominationState]


@require_http_methods(["GET", "POST"])
def nominate(request, slug):
    campaign = get_object_or_404(Campaign.objects.visible_to(request.user).select_related("organiser"), slug=slug)
    units = permissions.units_to_nominate_for(request.user, campaign, on=request.arrived_at)
    if not units:
        raise PermissionDenied
    kind = request.GET.get("kind")
    kind = RecipientKind(kind) if kind in RecipientKind else RecipientKind.INDIVIDUAL
    form = NominationForm(request.POST or None, campaign=campaign, units=units, recipient_kind=kind)
    if form.is_valid():
        try:
            made = workflow.propose(form.instance, by=request.user, at=request.arrived_at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Đã gửi đề nghị khen thưởng {made.recipient}.")
            return redirect(made)
    context = {
        "campaign": campaign,
        "form": form,
        "kind": kind,
        "kinds": [(kind.value, kind.label) for kind in RECIPIENT_ORDER],
        "breadcrumbs": _crumbs("Đề nghị khen thưởng"),
    }
    return render(request, "commendations/nominate.html", context)


@require_safe
def nomination(request, pk):
    made = _visible(request, pk)
    context = {
        "nomination": made,
        "rates": BonusRate.objects.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=ward_day(request.arrived_at)),
            award=made.award_id,
            recipient_kind=made.recipient_kind,
            starts_on__lte=ward_day(request.arrived_at),
        ),
        "events": Event.objects.about(made).select_related("by"),
        "can_check": _is_next(made, NominationState.CHECKED)
        and permissions.can_check(request.user, made, on=request.arrived_at),
        "can_decide": _is_next(made, NominationState.DECLINED)
        and permissions.can_decide(request.user, made, on=request.arrived_at),
        "breadcrumbs": _crumbs(made.recipient),
    }
    return render(request, "commendations/nomination.html", context)


@require_POST
def check(request, pk):
    made = _visible(request, pk)
    if not permissions.can_check(request.user, made, on=request.arrived_at):
        raise PermissionDenied
    return _moved(request, made, workflow.check, said="Đã thẩm tra; đề nghị được trình lãnh đạo quyết định.")


@require_POST
def agree(request, pk):
    made = _visible(request, pk)
    if not permissions.can_decide(request.user, made, on=request.arrived_at):
        raise PermissionDenied
    return _moved(request, made, workflow.agree, said=f"Đã đồng ý đề nghị khen thưởng {made.recipient}.")


@require_http_methods(["GET", "POST"])
def decline(request, pk):
    made = _visible(request, pk)
    if not permissions.can_decide(request.user, made, on=request.arrived_at):
        raise PermissionDenied
    form = DeclineForm(request.POST or None)
    if form.is_valid():
        try:
            workflow.decline(made, reason=form.cleaned_data["reason"], by=request.user, at=request.arrived_at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Đã ghi nhận không đồng ý đề nghị khen thưởng {made.recipient}.")
            return redirect(made)
    context = {"nomination": made, "form": form, "breadcrumbs": _crumbs("Không đồng ý")}
    return render(request, "commendations/decline.html", context)


def _visible(request, pk):
    everything = Nomination.objects.visible_to(request.user)
    return get_object_or_404(everything.select_related("campaign__organiser", "unit", "award", "decision"), pk=pk)


def _is_next(made, state):
    return state in workflow.MOVES[NominationState(made.state)]


def _moved(request, made, verb, *, said):
    """Try a verb that asks nothing, and go back to the page of the nomination."""
    try:
        verb(made, by=request.user, at=request.arrived_at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect(made)


def _crumbs(here):
    return [("Trang chủ", "/"), ("Khen thưởng", reverse("commendations:nominations")), (here, "")]
