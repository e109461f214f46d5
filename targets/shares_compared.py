"""How two plans' shares differ, unit by unit: what a unit takes on, lays down, and what is asked of it otherwise."""

from dataclasses import dataclass, field

from targets import numbers
from targets.models import Allocation
from units.models import Unit


@dataclass
class UnitShares:
    unit: Unit
    before: int = 0
    after: int = 0
    taken: list = field(default_factory=list)  # numbers of the new plan's targets
    laid_down: list = field(default_factory=list)  # names of the old plan's targets
    changed: list = field(default_factory=list)  # (number, old goal, new goal)

    @property
    def is_changed(self):
        return bool(self.taken or self.laid_down or self.changed)


def compare(old, new, pairs):
    """[UnitShares, …] in the units' order, of every unit that holds a share in either campaign. Two queries.

    `old` and `new` are snapshots of `targets.comparing`, `pairs` {index in new: index in old}.
    """
    was, now = _held(old), _held(new)
    new_of = {old["targets"][index]["pk"]: new["targets"][place] for place, index in pairs.items()}
    units = {share.unit_id: share.unit for share in (*was.values(), *now.values())}
    rows = {pk: UnitShares(unit) for pk, unit in units.items()}
    for target in old["targets"]:
        after = new_of.get(target["pk"])
        for pk, row in rows.items():
            share = was.get((target["pk"], pk))
            kept = after and now.get((after["pk"], pk))
            row.before += bool(share)
            if share and not kept:
                row.laid_down.append(target["name"])
            elif share and _goal(share) != _goal(kept):
                row.changed.append((after["number"], _goal(share), _goal(kept)))
            elif kept and not share:
                row.taken.append(after["number"])
    paired = {target["pk"] for target in new_of.values()}
    for target in new["targets"]:
        for pk, row in rows.items():
            if share := now.get((target["pk"], pk)):
                row.after += 1
                if share.target_id not in paired:
                    row.taken.append(target["number"])
    return sorted(rows.values(), key=lambda row: (row.unit.order, row.unit.sort_key))


def _held(held):
    shares = Allocation.objects.open().filter(target__in=[target["pk"] for target in held["targets"]])
    return {(share.target_id, share.unit_id): share for share in shares.select_related("unit")}


def _goal(share):
    return numbers.show_interval(share.at_least, share.at_most)
