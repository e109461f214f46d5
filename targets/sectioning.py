"""How sectors and headings of a plan are added, renamed, put in order and removed."""

from django.db import transaction

from campaigns.models import record
from targets.allocating import held_campaign
from targets.arranging import order_of, renumber
from targets.models import Heading, Sector, Target
from targets.plan_layout import layout_of, path_of
from units.refusals import Refused

HAS_TARGETS = "Chỉ xoá được khi bên trong không còn chỉ tiêu nào, kể cả chỉ tiêu đã thôi theo dõi."


@transaction.atomic
def add_sector(campaign, name, *, by, at):
    campaign = held_campaign(campaign.pk)
    siblings = campaign.sectors.all()
    _refuse_same_name(siblings, name)
    sector = Sector.objects.create(campaign=campaign, name=name, order=_end(siblings))
    record(sector, "Thêm lĩnh vực", campaign=campaign, by=by, at=at, detail=name)
    return sector


@transaction.atomic
def add_heading(sector, name, *, parent=None, by, at):
    campaign = held_campaign(sector.campaign_id)
    if parent and parent.sector_id != sector.pk:
        raise Refused("Đề mục trên không thuộc lĩnh vực này.")
    siblings = Heading.objects.filter(sector=sector, parent=parent)
    _refuse_same_name(siblings, name)
    heading = Heading.objects.create(sector=sector, parent=parent, name=name, order=_end(siblings))
    record(heading, "Thêm đề mục", campaign=campaign, by=by, at=at, detail=f"{sector}: {name}")
    return heading


@transaction.atomic
def rename(place, name, *, by, at):
    """Give a sector or a heading another name."""
    campaign = held_campaign(campaign_of(place).pk)
    _refuse_same_name(_siblings(place).exclude(pk=place.pk), name)
    stored = type(place).objects.get(pk=place.pk)
    old, stored.name = stored.name, name
    stored.save(update_fields=["name"])
    if old != name:
        record(stored, f"Đổi tên {_what(stored)}", campaign=campaign, by=by, at=at, detail=f"{old} → {name}")
    return stored


@transaction.atomic
def step(place, *, up, by, at):
    """Let a sector or a heading change places, with everything in it, with the one before or after it."""
    campaign = held_campaign(campaign_of(place).pk)
    row = list(_siblings(place).order_by("order", "pk"))
    here = row.index(place)
    there = here + (-1 if up else 1)
    if there not in range(len(row)):
        raise Refused(f"{_what(place).capitalize()} đã đứng {'đầu' if up else 'cuối'}.")
    other = row[there]
    row[here], row[there] = row[there], row[here]
    for order, each in enumerate(row, start=1):
        each.order = order
    type(place).objects.bulk_update(row, ["order"])
    first, second = (place, other) if up else (other, place)
    renumber(campaign, order_of(campaign) if isinstance(place, Sector) else _with_before(campaign, first, second))
    record(place, f"Chuyển chỗ {_what(place)}", campaign=campaign, by=by, at=at, detail=place.name)


@transaction.atomic
def remove(place, *, by, at):
    """Take away a sector or a heading that holds no target."""
    campaign = held_campaign(campaign_of(place).pk)
    inside = Target.objects.filter(sector=place) if isinstance(place, Sector) else _inside(campaign, place)
    if inside.exists():
        raise Refused(HAS_TARGETS)
    record(place, f"Xoá {_what(place)}", campaign=campaign, by=by, at=at, detail=place.name)
    place.delete()


def campaign_of(place):
    return (place.sector if isinstance(place, Heading) else place).campaign


def _what(place):
    return "lĩnh vực" if isinstance(place, Sector) else "đề mục"


def _siblings(place):
    if isinstance(place, Sector):
        return Sector.objects.filter(campaign=place.campaign_id)
    return Heading.objects.filter(sector=place.sector_id, parent=place.parent_id)


def _refuse_same_name(siblings, name):
    if siblings.filter(name=name).exists():
        raise Refused(f"“{name}” đã có.")


def _end(siblings):
    return max(siblings.values_list("order", flat=True), default=0) + 1


def _tree(campaign, heading):
    """The keys of a heading and of all below it."""
    part = next(part for part in layout_of(campaign) if part.sector.pk == heading.sector_id)
    return {each.pk for each, _ in part.headings if heading in path_of(each)}


def _inside(campaign, heading):
    return Target.objects.filter(heading__in=_tree(campaign, heading))


def _with_before(campaign, first, second):
    """The targets' order with those of heading `first` brought right before those of `second`."""
    order, mine, theirs = (
        order_of(campaign),
        set(_inside(campaign, first).values_list("pk", flat=True)),
        set(_inside(campaign, second).values_list("pk", flat=True)),
    )
    moved = [pk for pk in order if pk in mine]
    rest = [pk for pk in order if pk not in mine]
    place = next((i for i, pk in enumerate(rest) if pk in theirs), None)
    return order if place is None else [*rest[:place], *moved, *rest[place:]]
