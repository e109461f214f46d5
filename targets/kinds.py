"""Units in the order in which a ward thinks of them: by kind, schools by level."""

from units.models import SchoolLevel, UnitKind


def kind_order(unit):
    """A sort key: kind, school level, then the units' own order."""
    level = SchoolLevel.values.index(unit.school_level) if unit.school_level else -1
    return UnitKind.values.index(unit.kind), level, unit.order, unit.sort_key


def kind_words(unit):
    """“Trường học: mầm non”."""
    kind = unit.get_kind_display()
    return f"{kind}: {unit.get_school_level_display().lower()}" if unit.school_level else kind
