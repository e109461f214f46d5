"""The target grid: every target of a campaign on one page, each row kept by itself, put in order, retired."""

import json
from dataclasses import dataclass

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.models import CampaignState, GivenBy
from targets import arranging
from targets.cell_reading import ANSWERS
from targets.columns import MAIN, MORE, Column
from targets.goals import NotAGoal, read_goal
from targets.grid import Faulty, Outdated, cells_of, goal_in_words, keep_row, version_of
from targets.grid_forms import PlaceForm, RetireForm
from targets.models import GoalChange, Target
from targets.plan_layout import layout_of
from targets.views.plan_place import campaign_to_edit, crumbs, target_of
from units.models import Unit
from units.refusals import Refused

BAD_REQUEST = "Yêu cầu không đúng dạng; đề nghị tải lại trang."


@dataclass(frozen=True)
class Cell:
    column: Column
    text: str


@dataclass(frozen=True)
class Row:
    """A target as the grid shows it; `change` is the newest change of the ward's own goal."""

    target: Target
    main: list[Cell]
    more: list[Cell]
    version: str
    change: GoalChange | None


BLANK_ROW = [Cell(column, "") for column in MAIN], [Cell(column, "") for column in MORE]


def row_of(target, change=None):
    cells = cells_of(target)
    main, more = ([Cell(column, cells[column.field]) for column in columns] for columns in (MAIN, MORE))
    return Row(target, main, more, version_of(cells), change)


def grid_crumbs(campaign, *below):
    address = reverse("targets:grid", args=[campaign.slug])
    return crumbs(campaign, ("Bảng chỉ tiêu", address if below else ""), *below)


def back_to_grid(campaign, anchor=""):
    return redirect(reverse("targets:grid", args=[campaign.slug]) + (f"#{anchor}" if anchor else ""))


@require_safe
def grid(request, slug):
    campaign = campaign_to_edit(request, slug)
    everything = campaign.targets.select_related("sector", "heading", "part_of", "lead").order_by("number")
    targets = list(everything.prefetch_related("coordinators"))
    live = [target for target in targets if not target.retired]
    changes = {}
    for change in GoalChange.objects.filter(target__campaign=campaign).order_by("-at", "-pk"):
        changes.setdefault(change.target_id, change)
    parts = layout_of(campaign, live)
    for part in parts:
        for block in part.blocks:
            block.rows = [row_of(target, changes.get(target.pk)) for target in block.targets]
    context = {
        "campaign": campaign,
        "parts": parts,
        "columns": MAIN,
        "blank": BLANK_ROW,
        "width": len(MAIN) + 3,
        "retired": [target for target in targets if target.retired],
        "count": len(live),
        "is_open": campaign.state == CampaignState.OPEN,
        "is_closed": campaign.state == CampaignState.CLOSED,
        "choices": _choices(campaign, live),
        "breadcrumbs": grid_crumbs(campaign),
    }
    return render(request, "targets/grid.html", context)


def _choices(campaign, targets):
    """What the cells of the page offer to choose from."""
    units = Unit.objects.active().filter(organiser=campaign.organiser).order_by("order", "sort_key")
    return {
        "answer": list(ANSWERS.values()),
        "given_by": GivenBy.labels,
        "part_of": [[target.code, f"{target.code} – {target.number}. {target.name}"] for target in targets],
        "units": [unit.called for unit in units],
    }


# --- Rows -----------------------------------------------------------------------------------------------------------


@require_safe
def read_back(request, slug):
    """What a goal is read as while it is typed: {"words", "doubts"} or {"fault"}."""
    campaign_to_edit(request, slug)
    try:
        goal = read_goal(request.GET.get("goal", ""))
    except NotAGoal as slip:
        return JsonResponse({"fault": f"{slip}."})
    unit = request.GET.get("unit", "")[:40].strip() or goal.unit_of_measure
    words = goal_in_words(goal.at_least, goal.at_most, unit)
    return JsonResponse({"words": f"= {words}", "doubts": [f"{doubt}." for doubt in goal.doubts]})


@require_POST
def add_row(request, slug):
    """A row typed under a sector or heading: answers {"key": of the new target}."""
    campaign = campaign_to_edit(request, slug)
    return _keep(request, campaign, None)


@require_POST
def save_row(request, pk):
    """The typed cells of a row, with the version they were read at: answers the row as it is now."""
    target = target_of(request, pk, "sector", "heading")
    return _keep(request, target.campaign, target.pk)


def _keep(request, campaign, pk):
    try:
        posted = _posted(request)
    except (ValueError, RecursionError):
        return JsonResponse({"faults": {"": BAD_REQUEST}}, status=400)
    if not posted["cells"]:
        return JsonResponse({})
    place = PlaceForm({name: posted[name] for name in ("sector", "heading")}, campaign=campaign)
    if pk is None and not place.is_valid():
        return JsonResponse({"faults": {"": "Lĩnh vực hoặc đề mục này không còn; đề nghị tải lại trang."}}, status=422)
    where = {name: place.cleaned_data[name] for name in ("sector", "heading")} if pk is None else {}
    why = {name: posted[name] for name in ("version", "reason", "decision_number")}
    try:
        kept = keep_row(campaign, pk, posted["cells"], **where, **why, by=request.user, at=request.arrived_at)
    except Outdated as outdated:
        now = {"cells": outdated.cells, "version": outdated.version, "by": outdated.by}
        return JsonResponse(now, status=409)
    except Faulty as faulty:
        return JsonResponse({"faults": faulty.faults, "needs_reason": faulty.needs_reason}, status=422)
    except Refused as refusal:
        return JsonResponse({"faults": {"": str(refusal)}}, status=422)
    return _answer(request, kept, pk)


def _posted(request):
    """The JSON of a row; any other kind of post names no cell. Raises ValueError for JSON of another shape."""
    body = json.loads(request.body) if request.content_type == "application/json" else {}
    if not isinstance(body, dict) or not isinstance(body.get("cells", {}), dict):
        raise ValueError
    cells = body.get("cells", {})
    rest = {name: body.get(name) or "" for name in ("version", "sector", "heading", "reason", "decision_number")}
    texts = [*cells.values(), *rest.values()]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError
    "".join(texts).encode()  # half a character is a ValueError, too
    return rest | {"cells": cells}


def _answer(request, kept, pk):
    saved_at = f"{timezone.localtime(request.arrived_at):%H:%M}"
    if pk is None:
        return JsonResponse({"key": kept.target.pk, "doubts": kept.doubts, "saved_at": saved_at})
    change = kept.target.goal_changes.first()
    context = {"row": row_of(kept.target, change), "is_closed": False, "width": len(MAIN) + 3}
    html = render_to_string("targets/_grid_row.html", context, request=request)
    return JsonResponse({"html": html, "doubts": kept.doubts, "saved_at": saved_at})


# --- Order, copies, retirement --------------------------------------------------------------------------------------


@require_POST
def move_target(request, pk):
    target = target_of(request, pk, "sector", "heading")
    form = PlaceForm(request.POST, campaign=target.campaign)
    why = {"by": request.user, "at": request.arrived_at}
    try:
        if not form.is_valid():
            raise Refused("Chỗ chuyển đến không còn; đề nghị xem lại bảng.")
        if to := form.cleaned_data.pop("to"):
            arranging.step(target, up=to == "up", **why)
        else:
            arranging.move(target, **form.cleaned_data, **why)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return back_to_grid(target.campaign, f"ct-{target.pk}")


@require_POST
def duplicate_target(request, pk):
    target = target_of(request, pk, "sector", "heading")
    try:
        copy = arranging.duplicate(target, by=request.user, at=request.arrived_at)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return back_to_grid(target.campaign, f"ct-{target.pk}")
    messages.success(request, f"Đã nhân bản thành chỉ tiêu {copy.code}; đề nghị sửa tên và mức giao.")
    return back_to_grid(target.campaign, f"ct-{copy.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
def retire_target(request, pk):
    target = target_of(request, pk, "sector", "heading")
    is_open = target.campaign.state == CampaignState.OPEN
    form = RetireForm(request.POST if request.method == "POST" else None, is_open=is_open)
    if form.is_valid():
        try:
            arranging.retire(target, **form.cleaned_data, by=request.user, at=request.arrived_at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Đã thôi theo dõi chỉ tiêu {target.code}; có thể theo dõi lại ở cuối bảng.")
            return back_to_grid(target.campaign, "thoi-theo-doi")
    context = {
        "target": target,
        "form": form,
        "holders": target.allocations.open().count(),
        "is_open": is_open,
        "breadcrumbs": grid_crumbs(target.campaign, ("Thôi theo dõi", "")),
    }
    return render(request, "targets/grid_retire.html", context)


@require_POST
def bring_back_target(request, pk):
    target = target_of(request, pk, "sector", "heading")
    try:
        arranging.bring_back(target, by=request.user, at=request.arrived_at)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return back_to_grid(target.campaign, "thoi-theo-doi")
    messages.success(request, f"Chỉ tiêu {target.code} được theo dõi lại; đề nghị xem phần giao cho đơn vị.")
    return back_to_grid(target.campaign, f"ct-{target.pk}")
