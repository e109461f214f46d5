"""How a unit is renamed, merged, closed and opened again: never without a trace.

Each verb leaves a `UnitChange` and a line in the admin's history. What a unit leaves behind in running campaigns is
handed over by `targets.leaving`, which calls these verbs in its own transaction.
"""

from django.db import transaction
from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat

from units.history import note
from units.models import Membership, Unit, UnitChange, UnitChangeKind, ward_day
from units.refusals import Refused

STORY = {
    UnitChangeKind.RENAMED: "Đổi tên từ “{change.old_name}” thành “{change.new_name}”",
    UnitChangeKind.MERGED: "Sáp nhập vào {change.into}",
    UnitChangeKind.CLOSED: "Thôi hoạt động",
    UnitChangeKind.REOPENED: "Hoạt động lại",
}


def story(change):
    """A change in one sentence: "Sáp nhập vào Tổ dân phố 5 theo Quyết định số 12/QĐ-UBND. Lý do: …"."""
    decided = f" theo văn bản số {change.decision_number}" if change.decision_number else ""
    return STORY[change.kind].format(change=change) + decided + f". Lý do: {change.reason}"


@transaction.atomic
def rename(unit, *, name, short_name, reason, decision_number="", by, at):
    """Give a unit another name; what was frozen under the old one stays as it was, and the old one still finds it."""
    stored = held(unit)
    if (stored.name, stored.short_name) == (name, short_name):
        raise Refused("Tên mới giống tên hiện nay; chưa có gì để đổi.")
    _refuse_twin(stored, name)
    _rename(stored, name, short_name, reason, decision_number, by=by, at=at)
    return stored


@transaction.atomic
def rename_together(renames, *, reason, decision_number="", by, at):
    """Give several units other names at once: one may take a name that another gives up, also in a circle.

    `renames` is [(unit, name, short name)]; the units as they are stored now, in the same order.
    """
    stored = _locked(unit for unit, _, _ in renames)
    newly = [unit.pk for unit, (_, name, _) in zip(stored, renames, strict=True) if unit.name != name]
    Unit.objects.filter(pk__in=newly).update(name=Concat(Value("Đang đổi tên "), Cast("pk", CharField())))
    for unit, (_, name, short_name) in zip(stored, renames, strict=True):
        if unit.pk in newly:
            _refuse_twin(unit, name)
        _rename(unit, name, short_name, reason, decision_number, by=by, at=at)
    return stored


def _rename(stored, name, short_name, reason, decision_number, *, by, at):
    old, stored.name, stored.short_name = stored.name, name, short_name
    stored.save(update_fields=["name", "short_name", "search_key", "short_key", "sort_key"])
    if old != name:
        names = {"old_name": old, "new_name": name}
        _leave_trace(stored, UnitChangeKind.RENAMED, reason, decision_number, by=by, at=at, **names)
    else:
        note([stored], f"Đổi tên gọi tắt thành “{short_name}”. Lý do: {reason}", by=by)


@transaction.atomic
def merge(unit, *, into, moving=(), reason, decision_number, by, at):
    """Close a unit whose place another one takes; people whose keys are in `moving` get their roles there."""
    stored, receiving = held(unit, into)
    refuse_leaving(stored)
    refuse_taker(stored, receiving)
    _close(stored, above=receiving, at=at)
    _move(stored, receiving, moving, at=at)
    change = _leave_trace(stored, UnitChangeKind.MERGED, reason, decision_number, by=by, at=at, into=receiving)
    decided = f" theo văn bản số {change.decision_number}" if change.decision_number else ""
    note([receiving], f"Nhận sáp nhập {stored}{decided}.", by=by)
    return stored


@transaction.atomic
def close(unit, *, reason, decision_number, by, at):
    stored = held(unit)
    refuse_leaving(stored)
    _close(stored, above=stored.parent, at=at)
    _leave_trace(stored, UnitChangeKind.CLOSED, reason, decision_number, by=by, at=at)
    return stored


@transaction.atomic
def reopen(unit, *, reason, decision_number="", by, at):
    """Open a closed unit again. Its people and duties were ended and are given anew."""
    stored = held(unit)
    if stored.active:
        raise Refused(f"{stored.name} đang hoạt động.")
    _refuse_twin(stored, stored.name)
    stored.active = True
    stored.save(update_fields=["active"])
    _leave_trace(stored, UnitChangeKind.REOPENED, reason, decision_number, by=by, at=at)
    return stored


def held(*units):
    """The rows of some units of one organiser, locked in one order until the transaction ends."""
    stored = _locked(units)
    return stored if len(stored) > 1 else stored[0]


def _locked(units):
    keys = [unit.pk for unit in units]
    found = Unit.objects.select_for_update().in_bulk(sorted(keys))
    return [found[key] for key in keys]


def refuse_leaving(unit):
    if unit.is_organiser:
        raise Refused("Đơn vị tổ chức đợt thi đua không sáp nhập, giải thể được trên cổng.")
    if not unit.active:
        raise Refused(f"{unit.name} đã thôi hoạt động.")


def refuse_taker(unit, taker):
    """Who takes over is another working unit of the same organiser."""
    if taker == unit:
        raise Refused("Đơn vị nhận phải khác đơn vị này.")
    if taker.is_organiser or taker.organiser_id != unit.organiser_id:
        raise Refused("Đơn vị nhận phải cùng thuộc một Ủy ban nhân dân.")
    if not taker.active:
        raise Refused(f"{taker.name} đã thôi hoạt động nên không nhận được.")


def _refuse_twin(unit, name):
    twins = Unit.objects.active().filter(organiser=unit.organiser_id, name__iexact=name).exclude(pk=unit.pk)
    if not unit.is_organiser and twins.exists():
        raise Refused(f"Đã có đơn vị đang hoạt động tên “{name}”; đề nghị đặt tên khác.")


def _close(unit, *, above, at):
    """The unit works no more: its people's roles end with this day, and what was below it moves below `above`."""
    day = ward_day(at)
    Membership.objects.filter(unit=unit, starts_on__gt=day).delete()  # roles that never began
    Membership.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day), unit=unit).update(ends_on=day)
    children = Unit.objects.filter(parent=unit)
    if above is not None:
        children.filter(pk=above.pk).update(parent=unit.parent_id)
    children.exclude(pk=above and above.pk).update(parent=above)
    unit.active = False
    unit.save(update_fields=["active"])


def _move(unit, into, people, *, at):
    """Give the roles that these people held at the unit this day to them at the receiving one, if they lack them."""
    day = ward_day(at)
    moving = Membership.objects.in_force(day).filter(unit=unit, user__in=people)
    there = Membership.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day), unit=into)
    taken = set(there.values_list("user", "role"))
    for user, role in set(moving.values_list("user", "role")) - taken:
        Membership.objects.update_or_create(
            user_id=user, unit=into, role=role, starts_on=day, defaults={"ends_on": None}
        )


def _leave_trace(unit, kind, reason, decision_number, *, by, at, **more):
    if not reason.strip():
        raise Refused("Đề nghị ghi lý do.")
    change = UnitChange.objects.create(
        unit=unit, kind=kind, reason=reason.strip(), decision_number=decision_number.strip(), by=by, at=at, **more
    )
    note([unit], story(change), by=by)
    return change
