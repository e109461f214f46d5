"""Frozen figures → bars, drawn by the page itself: each width is a share of its track as CSS writes it ("46.15%").

A bar against the plan has no ceiling: the track ends at 200 %, a longer bar is drawn across all of it with a break, and
its true percentage always stands beside it.
"""

from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from targets import numbers

END_OF_TRACK = Decimal(200)
VERDICTS = [
    ("exceeded", "Vượt"),
    ("met", "Đạt"),
    ("missed", "Chưa đạt"),
    ("not_due", "Chưa đến kỳ"),
    ("not_computable", "Không tính được"),
    ("tracked", "Chỉ theo dõi"),
]
STANDINGS = [("on_time", "Đúng hạn"), ("late", "Nộp muộn"), ("silent", "Chưa nộp")]


@dataclass(frozen=True)
class Bar:
    """How far a figure has come against its plan."""

    words: str  # "681,8 %"
    width: str
    is_cut: bool


@dataclass(frozen=True)
class Piece:
    """One kind among those that a row of boxes is made of."""

    code: str
    words: str
    count: int
    width: str


def _css(share):
    """A share of 0 to 1 as a width; never with a decimal comma."""
    return f"{(share * 100).quantize(Decimal('0.01'))}%"


def bar(percent):
    """The bar of a percentage (Decimal), or None where there is none."""
    if percent is None:
        return None
    drawn = min(max(percent, Decimal(0)), END_OF_TRACK)
    words = numbers.show_beside_goal(percent, at_least=Decimal(100), at_most=None, decimals=1)
    return Bar(f"{words}\u00a0%", _css(drawn / END_OF_TRACK), percent > END_OF_TRACK)


def against_plan(target):
    """(approved, handed in) of a target: bars in percent of its one bound, None where that says nothing."""
    raw = target["raw"]
    approved = raw["percent"] and Decimal(raw["percent"])
    handed_in = raw["submitted_actual"]
    if target["judged"] == "estimate":
        handed_in = raw["submitted_estimate"] or handed_in
    bound = _bound(raw)
    return bar(approved or None), bar(Decimal(handed_in) / bound * 100 if handed_in and bound else None)


def _bound(raw):
    """The goal's one bound that something can be a percentage of."""
    bounds = {Decimal(raw[end]) for end in ("at_least", "at_most") if raw[end] is not None}
    return next(iter(bounds)) if len(bounds) == 1 and 0 not in bounds else None


def _pieces(kinds, counts):
    total = sum(counts.values()) or 1
    return [Piece(code, words, counts[code], _css(Decimal(counts[code]) / total)) for code, words in kinds]


def verdicts(summary):
    """How many targets stand how, as pieces of one row."""
    return _pieces(VERDICTS, {code: summary[code] for code, _ in VERDICTS})


def hand_ins_by_cluster(rows):
    """[(cluster, "12/15", pieces)] in the order in which the rows stand."""
    made = []
    for cluster, members in groupby(rows, key=lambda row: row["cluster"]):
        standings = [row["standing"] for row in members]
        pieces = _pieces(STANDINGS, {code: standings.count(code) for code, _ in STANDINGS})
        arrived = len(standings) - standings.count("silent")
        made.append((cluster or "Chưa xếp cụm, khối", f"{arrived}/{len(standings)}", pieces))
    return made
