"""The allocation sheet: every target of a campaign beside every unit, with the share of each."""

import json
from collections import defaultdict

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.models import PLAN_TEXTS, CampaignState, Participation
from targets import allocating, sums
from targets.kinds import kind_order, kind_words
from targets.models import Allocation
from targets.permissions import can_edit_plan
from targets.share_cells import NotAShare, as_state, counts_for, of_state, read_share
from targets.share_ground import ASKS_UNITS_FOR_A_FIGURE, ChangedShares, Ground, WrongShares
from targets.sheet_forms import DecisionForm, DifferenceForm, ShareOutForm, ways_for
from targets.views.plan_place import campaign_of, campaign_to_edit, crumbs, target_of
from units.models import Unit
from units.refusals import Refused

MOST_CELLS = 20_000
LONGEST_TEXT = 400
LARGEST_KEY = 2**63 - 1
UNREADABLE = "Dữ liệu gửi lên không đọc được; đề nghị tải lại trang."


@require_safe
def sheet(request, slug):
    campaign = campaign_of(request, slug, without=PLAN_TEXTS)
    targets = list(campaign.targets.live().in_plan_order().select_related("heading__parent"))
    rows = Allocation.objects.open().filter(target__in=targets).order_by()
    held = {(row[0], row[1]): row[2:] for row in rows.values_list("target", "unit", "at_least", "at_most", "baseline")}
    units = _units(campaign, {unit for _, unit in held})
    notes = sums.newest_notes(targets)
    may_edit = campaign.state != CampaignState.CLOSED and can_edit_plan(request.user, campaign, on=request.arrived_at)
    return render(
        request,
        "targets/sheet.html",
        {
            "campaign": campaign,
            "breadcrumbs": crumbs(campaign, ("Bảng giao chỉ tiêu", "")),
            "rows": _cards(targets, held, notes),
            "units": units,
            "may_edit": may_edit,
            "is_open": campaign.state == CampaignState.OPEN,
            "decision": DecisionForm(),
            "scripts": [f"js/{name}.js" for name in ("share_states", "sheet", "sheet_dialogs")],
            "data": _data(campaign, targets, units, held, notes, may_edit=may_edit),
        },
    )


def _units(campaign, holders):
    """Who reports, and who still holds a target without reporting; each with its cluster and `reports`."""
    parts = Participation.objects.filter(campaign=campaign).select_related("unit", "cluster").defer("theme")
    listed = []
    for part in parts:
        if part.reports or part.unit_id in holders:
            part.unit.reports, part.unit.cluster = part.reports, part.cluster
            listed.append(part.unit)
    strangers = holders - {unit.pk for unit in listed}
    for unit in Unit.objects.filter(pk__in=strangers) if strangers else ():
        unit.reports, unit.cluster = False, None
        listed.append(unit)
    return sorted(listed, key=kind_order)


def _cards(targets, held, notes):
    """[(target, how many units hold it, its Difference or None, whether Σ makes up the goal), …]."""
    shares = defaultdict(list)
    for (target, _), figures in held.items():
        shares[target].append(figures[:2])
    return [
        (
            target,
            len(shares[target.pk]),
            sums.difference_of(target, shares[target.pk], notes.get(target.pk)),
        )
        for target in targets
    ]


def _data(campaign, targets, units, held, notes, *, may_edit):
    """What the page's script builds the table of: cells as states, row by row, in the order of the units."""
    places = {unit.pk: place for place, unit in enumerate(units)}
    cells = [[""] * len(units) for _ in targets]
    baselines = [{} for _ in targets]
    lines = {target.pk: line for line, target in enumerate(targets)}
    for (target, unit), (at_least, at_most, baseline) in held.items():
        line, place = lines[target], places[unit]
        cells[line][place] = as_state((at_least, at_most))
        if baseline is not None:
            baselines[line][place] = as_state((baseline, None))
    where = {"save": "save_shares", "read": "read_shares", "preview": "preview_shares"}
    return {
        "open": campaign.state == CampaignState.OPEN,
        "mayEdit": may_edit,
        "urls": {name: reverse(f"targets:{view}", args=[campaign.slug]) for name, view in where.items()},
        "targets": [_line(target, notes.get(target.pk)) for target in targets],
        "units": [
            [unit.pk, unit.called, unit.name, kind_words(unit), unit.cluster.name if unit.cluster else "", unit.reports]
            for unit in units
        ],
        "cells": cells,
        "baselines": baselines,
    }


def _line(target, note):
    """One target as the script needs it."""
    explained = note and {
        "of": f"{as_state((note.goal_at_least, note.goal_at_most))}/{as_state((note.sum_at_least, note.sum_at_most))}",
        "note": note.note,
        "by": str(note.by),
    }
    return {
        "id": target.pk,
        "number": target.number,
        "name": target.name,
        "sector": target.sector.name,
        "heading": str(target.heading or ""),
        "measure": target.unit_of_measure,
        "decimals": target.decimals,
        "goal": as_state((target.at_least, target.at_most)),
        "adds": sums.adds_up(target),
        "single": target.single_source,
        "own": target.answer in ASKS_UNITS_FOR_A_FIGURE,
        "without": counts_for(target),
        "ways": ways_for(target),
        "url": target.get_absolute_url(),
        "explain": reverse("targets:explain_difference", args=[target.pk]),
        "explained": explained,
    }


# --- Cells ----------------------------------------------------------------------------------------------------------


def _posted_cells(request):
    """{(target pk, unit pk): (text, share it was typed over)}. Raises ValueError for what no page of ours sends."""
    cells = {}
    rows = json.loads(request.POST.get("cells", ""))
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_CELLS:
        raise ValueError
    for target, unit, text, seen in rows:
        if not (_is_key(target) and _is_key(unit) and isinstance(text, str) and isinstance(seen, str)):
            raise ValueError
        cells[target, unit] = text[:LONGEST_TEXT], of_state(seen)
    return cells


def _is_key(value):
    return type(value) is int and 0 < value <= LARGEST_KEY


def _read(campaign, cells):
    """(shares that can be, faults): {pair: share or None} and {pair: sentence}."""
    ground = Ground.of(campaign, cells)
    shares, faults = {}, {}
    for pair, (text, seen) in cells.items():
        target = ground.targets.get(pair[0])
        try:
            share = read_share(text, target) if target else None
        except NotAShare as slip:
            faults[pair] = str(slip)
            continue
        if sentence := ground.fault_of(pair, share) if share != seen or not target else "":
            faults[pair] = sentence
        else:
            shares[pair] = share
    return shares, faults


def _listed(by_pair, show=lambda value: value):
    return [[*pair, show(value)] for pair, value in by_pair.items()]


@require_POST
def read_shares(request, slug):
    """Read typed cells without keeping them: what each would be, or what is wrong with it."""
    campaign = campaign_to_edit(request, slug, without=PLAN_TEXTS)
    try:
        shares, faults = _read(campaign, _posted_cells(request))
    except (ValueError, TypeError, RecursionError):
        return JsonResponse({"error": UNREADABLE})
    return JsonResponse({"cells": _listed(shares, as_state), "faults": _listed(faults)})


@require_POST
def save_shares(request, slug):
    """Keep typed cells: in a draft those that can be, in an open campaign all by one decision or none."""
    campaign = campaign_to_edit(request, slug, without=PLAN_TEXTS)
    try:
        cells = _posted_cells(request)
        shares, faults = _read(campaign, cells)
    except (ValueError, TypeError, RecursionError):
        return JsonResponse({"error": UNREADABLE})
    why = {}
    if campaign.state == CampaignState.OPEN:
        form = DecisionForm(request.POST)
        if faults or not form.is_valid():
            errors = {name: errors[0] for name, errors in form.errors.items()}
            return JsonResponse({"faults": _listed(faults), "errors": errors})
        why = form.cleaned_data
    return _keep(request, campaign, shares, faults, {pair: cells[pair][1] for pair in shares}, why)


def _keep(request, campaign, shares, faults, seen, why):
    """Store shares, leaving out those that a draft cannot take; answer what the cells are now."""
    by = {"by": request.user, "at": request.arrived_at}
    try:
        if shares:
            allocating.set_shares(campaign, shares, seen=seen, **why, **by)
    except ChangedShares as changed:
        return JsonResponse({"conflicts": _listed(changed.now, as_state), "faults": _listed(faults)}, status=409)
    except WrongShares as wrong:
        if why:
            return JsonResponse({"faults": _listed(wrong.faults), "errors": {}})
        fine = {pair: share for pair, share in shares.items() if pair not in wrong.faults}
        return _keep(request, campaign, fine, faults | wrong.faults, {pair: seen[pair] for pair in fine}, why)
    except Refused as refusal:
        return JsonResponse({"error": str(refusal)})
    clock = f"{timezone.localtime(request.arrived_at):%H:%M:%S}"
    return JsonResponse({"cells": _listed(shares, as_state), "faults": _listed(faults), "saved_at": clock})


@require_POST
def preview_shares(request, slug):
    """What sharing a target out would give each unit; nothing is kept."""
    campaign = campaign_to_edit(request, slug, without=PLAN_TEXTS)
    units = Unit.objects.filter(participations__campaign=campaign, participations__reports=True)
    form = ShareOutForm(request.POST, targets=campaign.targets.live(), units=units)
    if not form.is_valid():
        sentences = [sentence for found in form.errors.values() for sentence in found]
        return JsonResponse({"error": " ".join(sentences)})
    return JsonResponse({"cells": [[unit.pk, as_state(share)] for unit, share in form.proposals()]})


@require_http_methods(["GET", "HEAD", "POST"])
def explain_difference(request, pk):
    """Say why the shares of a target do not make up the ward's goal; the campaign opens only then."""
    target = target_of(request, pk)
    campaign = target.campaign
    found = next(iter(sums.differences(campaign, campaign.targets.live().filter(pk=pk))), None)
    form = DifferenceForm(request.POST or None, difference=found)
    if form.is_valid():
        try:
            allocating.explain_difference(target, **form.cleaned_data, by=request.user, at=request.arrived_at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Đã ghi giải thích chênh lệch của chỉ tiêu {target.number}.")
            return redirect("targets:sheet", campaign.slug)
    sheet_page = ("Bảng giao chỉ tiêu", reverse("targets:sheet", args=[campaign.slug]))
    context = {"form": form, "target": target, "difference": found}
    context["breadcrumbs"] = crumbs(campaign, sheet_page, ("Giải thích chênh lệch", ""))
    return render(request, "targets/sheet_difference.html", context)
