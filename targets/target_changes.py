"""What an edit of a target changes, in words, and whether figures that units handed in rest on it."""

from decimal import Decimal

from targets.models import Result, Target
from targets.numbers import show

# What an editor of the plan types about a target; its number, its code and last year's result are set elsewhere.
EDITED = (
    "wording", "name", "sector", "heading", "part_of", "given_by", "answer", "unit_of_measure", "decimals",
    "at_least", "at_most", "part_of_whole", "may_be_negative", "accumulates", "single_source",
    "amount_label", "base_label", "how_to_count", "lead", "caution",
)  # fmt: skip
GOAL = {"at_least", "at_most"}
# A figure that was handed in means something else once one of these is changed.
COUNTED_BY = ("unit_of_measure", "accumulates", "single_source", "may_be_negative", "part_of_whole")


def label_of(name):
    return str(Target._meta.get_field(name).verbose_name)


def value_of(target, name):
    """What a field of a target holds, as people read it; "" when it is blank."""
    value = getattr(target, name)
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, Decimal):
        return show(value)
    named = getattr(target, f"get_{name}_display", None)
    return str(named() if named else "" if value is None else value)


def changed_fields(stored, target):
    """Names of the edited fields in which two states of a target differ."""
    columns = {name: Target._meta.get_field(name).attname for name in EDITED}
    return [name for name, column in columns.items() if getattr(stored, column) != getattr(target, column)]


def told(stored, target, coordinators):
    """“đơn vị tính: cuộc → buổi” for each field that an edit changes; `coordinators` is (before, after)."""
    pairs = [
        (label_of(name), value_of(stored, name), value_of(target, name)) for name in changed_fields(stored, target)
    ]
    before, after = ("; ".join(sorted(unit.called for unit in units)) for units in coordinators)
    if before != after:
        pairs.append((label_of("coordinators"), before, after))
    return [f"{label}: {old or '(để trống)'} → {new or '(để trống)'}" for label, old, new in pairs]


def needs_decision(target, changed):
    """What among the changed fields takes a decision in an open campaign, in words: the goal, and what counts."""
    words = ["mức giao"] if GOAL & {*changed} else []
    counting = [name for name in COUNTED_BY if name in changed]
    if counting and Result.objects.filter(target=target.pk).exists():
        words += [label_of(name) for name in counting]
    return "; ".join(words)
