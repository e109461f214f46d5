"""Which unit holds which target of the sample campaigns, and its share. The plan assigns none: this is a sample."""

from decimal import Decimal

from reports.demo.ward import GROUPS, group_number
from targets import allocating
from targets.models import Answer
from units.models import UnitKind

ALL_GROUPS = [f"TDP-{n:02}" for n in range(1, GROUPS + 1)]
HOLDERS = {
    **dict.fromkeys([1, 2, 3], ["TK"]),
    **dict.fromkeys([4, 5, 6], ["KTHTDT"]),
    7: ["TYT"],
    **dict.fromkeys([8, 9, 10, 20], ALL_GROUPS),
    11: [*ALL_GROUPS, "HPN", "HND", "CCB", "DTN", "CD"],
    **dict.fromkeys([12, 13], ["BHXH"]),
    **dict.fromkeys([14, 15], ["MN-1", "MN-2", "MN-3"]),
    **dict.fromkeys([16, 17], ["TH-1", "TH-2", "TH-3"]),
    **dict.fromkeys([18, 19], ["THCS-1", "THCS-2", "THCS-3"]),
    21: ["VSMT"],
    22: ["BCHQS"],
}
LEADS = {
    **dict.fromkeys([1, 2, 3, 4, 5, 6, 20, 21], "KTHTDT"),
    **dict.fromkeys(range(7, 20), "VHXH"),
    22: "BCHQS",
}


def households(unit):
    """A sample residential group's households."""
    return 480 + group_number(unit) * 53 % 260


def split(goal, weights, *, decimals):
    """A goal in parts by weight that sum to it exactly; what is left over goes to the largest."""
    step = Decimal(1).scaleb(-decimals)
    parts = [goal * weight // (sum(weights) * step) * step for weight in weights]
    parts[weights.index(max(weights))] += goal - sum(parts)
    return parts


def allocate(campaign, ward, *, by, at):
    """Give every target to its holders: what adds up in shares, a rate by the ward's own goal."""
    for target in campaign.targets.all():
        units = [ward.units[code] for code in HOLDERS[target.number]]
        target.lead = ward.units[LEADS[target.number]]
        target.save(update_fields=["lead"])
        allocating.allocate(target, _shares(target, units), by=by, at=at)


def _shares(target, units):
    """{unit: (at least, at most)}, both None for what is no number."""
    if target.answer != Answer.NUMBER:
        return dict.fromkeys(units, (None, None))
    weights = [_weight(unit) for unit in units]
    nothing = [None] * len(units)
    at_least, at_most = (
        nothing if goal is None else split(goal, weights, decimals=target.decimals)
        for goal in (target.at_least, target.at_most)
    )
    return dict(zip(units, zip(at_least, at_most, strict=True), strict=True))


def _weight(unit):
    if unit.kind == UnitKind.RESIDENTIAL:
        return households(unit)
    if unit.kind == UnitKind.SCHOOL:
        return {"1": 5, "2": 4, "3": 3}[unit.code[-1]]
    return 1000
