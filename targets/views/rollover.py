"""Next year's plan out of this year's, and how two plans differ."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.models import Campaign, CampaignState
from targets import allocating, comparing, next_plan, rollover, shares_compared, suggesting
from targets.rollover_forms import FactsForm, RoundForm, judge_together
from targets.views.plan_place import campaign_of, campaign_to_edit, crumbs, target_of
from units.refusals import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def roll_over(request, slug):
    """Everything that would be copied, to be corrected; then the copy."""
    found = campaign_to_edit(request, slug, "previous")
    proposal = next_plan.proposal(found, at=request.arrived_at)
    data = request.POST or None
    form = FactsForm(data, proposal=proposal)
    rounds = [RoundForm(data, prefix=f"ky-{period.pk}", moved=moved) for period, moved in proposal.rounds]
    if judge_together(form, rounds):
        try:
            made = _rolled_over(request, found, form, rounds)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Đã chép kế hoạch sang năm sau thành bản đang soạn; đề nghị soát lại từng phần.")
            return redirect(made)
    return render(
        request,
        "targets/rollover.html",
        {
            "campaign": found,
            "proposal": proposal,
            "lines": _lines(proposal, form.ticked("targets")),
            "merged": [(place, str(place.unit.pk) in form.ticked("merged")) for place in proposal.merged],
            "form": form,
            "rounds": rounds,
            "following": found.following.all(),
            "breadcrumbs": crumbs(found, ("Chép sang năm sau", "")),
        },
    )


def _rolled_over(request, campaign, form, rounds):
    return rollover.roll_over(
        campaign,
        form.facts(),
        [each.round() for each in rounds],
        targets=form.chosen("targets"),
        successors=form.chosen("merged"),
        by=request.user,
        at=request.arrived_at,
    )


def _lines(proposal, ticked):
    """[(target, its compiled line or None, whether it is ticked), …]"""
    lines = {line.target.pk: line for line in proposal.lines or ()}
    return [(target, lines.get(target.pk), str(target.pk) in ticked) for target in proposal.targets]


@require_safe
def compare_plans(request, slug):
    """A plan beside last year's, or beside any other of the same organiser."""
    found = campaign_of(request, slug, "previous")
    others = Campaign.objects.organised_by(request.user).filter(organiser=found.organiser_id).exclude(pk=found.pk)
    others = list(others.only("pk", "slug", "short_name", "starts_on", "organiser"))
    other = _chosen(request, found, others)
    context = {
        "campaign": found,
        "other": other,
        "others": others,
        "breadcrumbs": crumbs(found, ("So sánh kế hoạch", "")),
    }
    if other is not None:
        old, new = comparing.snapshot(Campaign.objects.get(pk=other.pk)), comparing.snapshot(found)
        pairs = comparing.pairs_of(old["targets"], new["targets"])
        shares = shares_compared.compare(old, new, pairs)
        context |= {
            "difference": comparing.compare(old, new, pairs),
            "shares": [row for row in shares if row.is_changed],
            "same_shares": sum(not row.is_changed for row in shares),
        }
    return render(request, "targets/comparison.html", context)


def _chosen(request, campaign, others):
    """The campaign asked for, else the one this one follows, else the newest before it, else any other or None."""
    asked = request.GET.get("voi", "")
    if asked:
        other = next((each for each in others if each.slug == asked), None)
        if other is None:
            raise Http404
        return other
    if previous := next((each for each in others if each.pk == campaign.previous_id), None):
        return previous
    earlier = [each for each in others if each.starts_on < campaign.starts_on]
    return next(iter(earlier or others), None)


@require_POST
def take_suggestion(request, pk):
    """Set a draft plan's goal to what last year suggests."""
    found = target_of(request, pk, "copied_from")
    last_year = suggesting.of_target(found)
    suggestion = last_year and last_year.suggestion
    if suggestion is None or found.campaign.state != CampaignState.DRAFT:
        messages.error(request, "Chỉ dùng được mức gợi ý khi kế hoạch đang soạn và chỉ tiêu có mức năm trước.")
        return redirect(found)
    goal = {"at_least": suggestion.at_least, "at_most": suggestion.at_most}
    try:
        allocating.change_goal(found, **goal, by=request.user, at=request.arrived_at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Đã dùng mức gợi ý: {suggestion.goal} {found.unit_of_measure}.".replace(" .", "."))
    return redirect(found)
