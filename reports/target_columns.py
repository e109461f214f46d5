"""Which columns the table of targets has for these figures, what stands in each, and how wide each is on paper."""

from dataclasses import dataclass

MANY = 11  # more columns than this are set smaller, and the count of units moves into the remarks
EM = {True: 10 * 25.4 / 72, False: 11 * 25.4 / 72}  # mm: the size of the letters, small where there are many columns
PADDING = 2.4  # mm on both sides of a cell together, with its rule
NARROW = frozenset("., ")  # a quarter of an em in the document's font; digits are half of one


@dataclass(frozen=True)
class Column:
    """`style` is how its cells are set; `width` is in mm, 0 for the one that takes what is left."""

    code: str
    heading: str
    style: str
    width: float = 0


def targets_of(figures):
    return [target for sector in figures["sectors"] for group in sector["groups"] for target in group["targets"]]


def columns(figures):
    """The columns that say something; those of an earlier period or last year only where a target has such a figure."""
    targets, period = targets_of(figures), figures["period"]

    def has(code):
        return any(target.get(code) for target in targets)

    wanted = [
        ("no", "STT", "middle", True),
        ("name", "Chỉ tiêu", "", True),
        ("unit", "Đơn vị tính", "middle", True),
        ("goal", "Kế hoạch năm", "goal", True),
        ("in_period", "Thực hiện trong kỳ", "number", has("in_period")),
        ("actual", f"Thực hiện đến {period['figures_as_of']}", "number", True),
        ("estimate", "Ước thực hiện cả năm", "number", not period["final"]),
        ("percent", "% so kế hoạch", "percent", True),
        ("baseline", "Cùng kỳ năm trước", "before", has("baseline")),
        ("baseline_percent", "% so cùng kỳ", "percent", has("baseline")),
        ("units", "Số đơn vị", "middle", True),
        ("verdict", "Đánh giá", "middle", True),
        ("lead", "Đơn vị chủ trì", "", True),
        ("note", "Ghi chú", "", True),
    ]
    kept = [each for each in wanted if each[3]]
    many = len(kept) > MANY
    if many:
        kept = [each for each in kept if each[0] != "units"]
    return [Column(code, heading, style, _width(code, style, targets, many)) for code, heading, style, _ in kept]


def is_dense(shown):
    """Whether the table needs the smaller letters."""
    return not any(column.code == "units" for column in shown)


FIXED = {"no": (9, 11), "unit": (12, 16), "units": (13, 13), "verdict": (13, 18), "lead": (18, 28), "note": (20, 28)}
WIDEST_GOAL = 26  # mm: a longer one is set in two lines


def _width(code, style, targets, many):
    if code == "name":
        return 0
    if code in FIXED:
        return FIXED[code][0 if many else 1]
    if style == "percent":
        return 13 if many else 16
    printed = [line for target in targets for line in cell(target, code).splitlines()]
    if style == "before":
        printed = [text for text in printed if text[-1].isdigit()]
    longest = max((_ems(text) for text in printed), default=0)
    width = max(round(5.2 * EM[many], 1), round(longest * EM[many] + PADDING, 1))  # 5.2: the longest word of a heading
    return min(width, WIDEST_GOAL) if code == "goal" else width


def _ems(text):
    return sum(0.25 if letter in NARROW else 0.56 if not letter.isdigit() else 0.5 for letter in text)


def cell(target, code, *, with_units=False):
    """What stands in a column of a target's row, line by line."""
    if code in ("percent", "baseline_percent"):
        difference = target.get("points" if code == "percent" else "baseline_points", "")
        return "\n".join(filter(None, [target.get(code, ""), difference and f"({difference} điểm)"]))
    if code == "units":
        return f"{target['k']}/{target['m']}"
    if code == "verdict":
        return target["verdict_label"] + (" (ước)" if target["judged"] == "estimate" else "")
    if code == "note":
        return _note(target, with_units=with_units)
    return target.get(code, "")


def _note(target, *, with_units):
    adjusted = ""
    if target["adjusted"]:
        before = target["adjusted_from"]
        adjusted = f"Đã hiệu chỉnh (số các đơn vị nộp: {before})" if before else "Đã hiệu chỉnh"
    units = f"{target['k']}/{target['m']} đơn vị" if with_units and target["k"] != target["m"] else ""
    return "; ".join(filter(None, [units, adjusted, target["note"]]))


def rows(figures, shown):
    """The table's body: {"kind": "group"|"heading", "no", "text"} or {"kind": "target", "cells": [(column, text)]}."""
    with_units, body = is_dense(shown), []
    for sector in figures["sectors"]:
        body.append({"kind": "group", "no": sector["no"], "text": sector["name"]})
        for group in sector["groups"]:
            if group["heading"]:
                body.append({"kind": "heading", "no": "", "text": group["heading"]})
            for target in group["targets"]:
                cells = [(column, cell(target, column.code, with_units=with_units)) for column in shown]
                body.append({"kind": "target", "cells": cells})
    return body
