"""A unit's share in a cell: how it is typed, and how page and server tell each other of it.

A share is (at_least, at_most), None where the unit does not hold the target. Its state is that in plain text: "" for
None, ":" for a target given without a goal of the unit's own, "95:", ":5", "13:14.5".
"""

import re
import unicodedata
from decimal import Decimal

from targets import numbers
from targets.goals import NotAGoal, read_goal
from targets.models import Answer
from targets.share_ground import ASKS_UNITS_FOR_A_FIGURE
from units.folding import search_key

NO_GOAL = (None, None)
LONGEST = 100  # characters
GIVEN = {"x", "v", "✓", "có", "giao", "mức phường", "theo dõi"}
NOT_GIVEN = {"", "-", "–", "không", "không giao", "thôi giao"}
_BARE = re.compile(r"[-−+]?[0-9.,][0-9., ]*")
_STATE = re.compile(r"(?P<at_least>-?[0-9]{1,15}(?:\.[0-9]{1,4})?)?:(?P<at_most>-?[0-9]{1,15}(?:\.[0-9]{1,4})?)?")


class NotAShare(ValueError):
    """What was typed is no share; str() is a sentence in Vietnamese that says what to type instead."""


def read_share(text, target):
    """The share that was typed in a cell of a target. Raises NotAShare.

    A bare number takes the side of the ward's goal: “không quá” where the ward has only that, both ends where the
    ward's goal is one figure, else “không thấp hơn”.
    """
    text = " ".join(unicodedata.normalize("NFC", text[: LONGEST * 4]).split())
    if len(text) > LONGEST:
        raise NotAShare("Nội dung ô quá dài; đề nghị chỉ gõ mức giao, ví dụ: ≥ 95.")
    if text.lower() in NOT_GIVEN:
        return None
    if text.lower() in GIVEN:
        return NO_GOAL
    if target.answer not in ASKS_UNITS_FOR_A_FIGURE:
        raise NotAShare("Chỉ tiêu này không giao mức riêng; đề nghị gõ x để giao hoặc để trống.")
    measure = target.unit_of_measure
    bare = text.removesuffix(measure).rstrip() if measure else text
    try:
        return _of_bare(bare, target) if _BARE.fullmatch(bare) else _of_words(text, target)
    except (numbers.NotANumber, NotAGoal) as slip:
        raise NotAShare(f"{slip}.") from slip


def _of_bare(text, target):
    value = numbers.parse(text, decimals=target.decimals)
    if target.at_most is None:
        return value, None
    if target.at_least is None:
        return None, value
    return (value, value) if target.at_least == target.at_most else (value, None)


def _of_words(text, target):
    goal = read_goal(text)
    if goal.doubts:
        raise NotAShare(f"{goal.doubts[0]}; đề nghị gõ mức giao, ví dụ: ≥ 95.")
    if goal.unit_of_measure and search_key(goal.unit_of_measure) != search_key(target.unit_of_measure):
        raise NotAShare(
            f"Đơn vị tính đã gõ ({goal.unit_of_measure}) khác đơn vị tính của chỉ tiêu "
            f"({target.unit_of_measure or 'chưa ghi'}); đề nghị chỉ gõ số."
        )
    return goal.at_least, goal.at_most


def as_state(share):
    """A share, or any pair of figures, in plain text."""
    return "" if share is None else ":".join(_plain(bound) for bound in share)


def _plain(bound):
    if bound is None:
        return ""
    text = f"{bound:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def of_state(text):
    """The share that a state tells of. Raises ValueError for anything else."""
    if text == "":
        return None
    found = _STATE.fullmatch(text)
    if not found:
        raise ValueError(text)
    return tuple(Decimal(bound) if bound else None for bound in found.groups())


def counts_for(target):
    """By what a unit without a goal of its own is measured: “mức phường”, or nothing, “theo dõi”; "" for no number."""
    if target.answer not in ASKS_UNITS_FOR_A_FIGURE:
        return ""
    by_ward = target.answer == Answer.RATIO or target.single_source or (target.at_least, target.at_most) == (None, 0)
    return "mức phường" if by_ward and not target.is_tracked_only else "theo dõi"
