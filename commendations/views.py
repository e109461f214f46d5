"""Nominations: listed, made, checked by the office, decided by the leader."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case, Count, IntegerField, Q, Value, When
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.models import Campaign, CampaignState, Event
from commendations import permissions, workflow
from commendations.forms import DeclineForm, NominationFilter, NominationForm
from commendations.models import RECIPIENT_ORDER, BonusRate, Nomination, NominationState, RecipientKind
from units.folding import search_key
from units.models import ward_day
from units.refusals import Refused

PER_PAGE = 100
BY_RECIPIENT = Case(
    *(When(recipient_kind=kind, then=Value(place)) for place, kind in enumerate(RECIPIENT_ORDER)),
    output_field=IntegerField(),
)


@require_safe
def nominations(request):
    campaigns = Campaign.objects.visible_to(request.user)
    form = NominationFilter(request.GET, campaigns=campaigns)
    form.is_valid()
    asked = form.cleaned_data
    listed = Nomination.objects.visible_to(request.user).filter(
        **{name: asked[name] for name in ("campaign",) if asked.get(name)},
        search_key__contains=search_key(asked.get("q", "")),
    )
    counts = _counts(listed)
    if asked.get("state"):
        listed = listed.filter(state=asked["state"])
    # Titles come before forms of reward: "title" sorts after "reward".
    listed = listed.select_related("campaign", "unit", "award").order_by(
        BY_RECIPIENT, "-award__kind", "award__order", "sort_key", "pk"
    )
    return render(
        request,
        "commendations/nominations.html",
        {
            "form": form,
            "counts": counts,
            "page": Paginator(listed, PER_PAGE).get_page(request.GET.get("page")),
            "open_campaigns": _open_for(request.user, campaigns, request.arrived_at),
            "breadcrumbs": [("Trang chủ", "/"), ("Khen thưởng", "")],
        },
    )
