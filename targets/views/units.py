"""Units renamed, merged, closed and opened again, with what that does to the campaigns they report to."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from targets import leaving
from units import changing
from units.change_forms import CloseForm, MergeForm, ReasonForm, RenameForm
from units.models import Unit, User, ward_day
from units.permissions import can_change_unit
from units.refusals import Refused

takes_a_form = require_http_methods(["GET", "HEAD", "POST"])


def _unit(request, pk, *, works=True, organisers=False):
    """The unit, if its organiser's admin asks; None after saying why this page is not for it."""
    units = Unit.objects.visible_to(request.user).select_related("organiser", "parent")
    unit = get_object_or_404(units, pk=pk)
    if not can_change_unit(request.user, unit, on=request.arrived_at):
        raise PermissionDenied
    if unit.is_organiser and not organisers:
        messages.error(request, "Đơn vị tổ chức đợt thi đua không sáp nhập, giải thể được trên cổng.")
    elif unit.active is not works:
        messages.error(request, f"{unit.name} {'đã thôi' if works else 'đang'} hoạt động.")
    else:
        return unit
    return None


def _act(request, unit, form, verb, *, done, template, **context):
    """Show the form, or do what it asks and go back to the unit's page."""
    if form.is_valid():
        try:
            verb(unit, **form.cleaned_data, by=request.user, at=request.arrived_at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, done(form.cleaned_data))
            return redirect("admin:units_unit_change", unit.pk)
    crumbs = [
        ("Quản trị", reverse("admin:index")),
        ("Đơn vị", reverse("admin:units_unit_changelist")),
        (unit.called, reverse("admin:units_unit_change", args=[unit.pk])),
        (context.pop("crumb"), ""),
    ]
    return render(request, template, context | {"unit": unit, "form": form, "breadcrumbs": crumbs})


@takes_a_form
def rename(request, pk):
    unit = _unit(request, pk, organisers=True)
    if unit is None:
        return redirect("admin:units_unit_change", pk)
    return _act(
        request,
        unit,
        RenameForm(request.POST or None, unit=unit),
        changing.rename,
        done=lambda typed: f"Đã đổi tên thành {typed['name']}. Tên cũ vẫn tìm ra đơn vị.",
        template="targets/unit_rename.html",
        crumb="Đổi tên",
    )


@takes_a_form
def merge(request, pk):
    unit = _unit(request, pk)
    if unit is None:
        return redirect("admin:units_unit_change", pk)
    people = _people(unit, request.arrived_at)
    return _act(
        request,
        unit,
        MergeForm(request.POST or None, unit=unit, people=people),
        leaving.merge_unit,
        done=lambda typed: f"Đã sáp nhập {unit.name} vào {typed['into'].name}.",
        template="targets/unit_merge.html",
        crumb="Sáp nhập",
        **_outlook(unit, people),
    )


@takes_a_form
def close(request, pk):
    unit = _unit(request, pk)
    if unit is None:
        return redirect("admin:units_unit_change", pk)
    people = _people(unit, request.arrived_at)
    return _act(
        request,
        unit,
        CloseForm(request.POST or None, unit=unit),
        leaving.close_unit,
        done=lambda typed: f"{unit.name} đã thôi hoạt động.",
        template="targets/unit_close.html",
        crumb="Giải thể",
        **_outlook(unit, people),
    )


@takes_a_form
def reopen(request, pk):
    unit = _unit(request, pk, works=False)
    if unit is None:
        return redirect("admin:units_unit_change", pk)
    return _act(
        request,
        unit,
        ReasonForm(request.POST or None),
        changing.reopen,
        done=lambda typed: f"{unit.name} hoạt động lại. Đề nghị giao lại vai trò và chỉ tiêu.",
        template="targets/unit_reopen.html",
        crumb="Hoạt động lại",
        changes=[changing.story(change) for change in unit.changes.select_related("into")],
    )


def _people(unit, at):
    """Who acts at the unit on the day of a moment."""
    acting = unit.memberships.in_force(ward_day(at)).values("user")
    return User.objects.filter(pk__in=acting).order_by("sort_key")


def _outlook(unit, people):
    return {
        "leavings": leaving.outlook(unit),
        "people": people,
        "children": unit.children.order_by("order", "sort_key"),
    }
