"""How two plans differ: targets, deadlines, movements, texts and facts; shares stand in `targets.shares_compared`.

Works on what `targets.plan_contents.contents` gives, so that a plan can also be held against what it was once.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from django.utils.dateparse import parse_date, parse_datetime

from campaigns import deadlines
from campaigns.models import Campaign
from targets import next_year, numbers
from targets.plan_contents import FACTS, TEXTS, contents, listed
from targets.rewording import Paragraphs, alike, paragraphs, words
from units.folding import search_key


@dataclass(frozen=True)
class Change:
    """One thing said otherwise than before, word by word."""

    label: str
    old: str
    new: str

    @property
    def pieces(self):
        return words(self.old, self.new)


@dataclass(frozen=True)
class TargetChange:
    """A target of the new plan beside the old one's: what of it changed."""

    old: dict
    new: dict
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class TextChange:
    label: str
    paragraphs: tuple[Paragraphs, ...]


@dataclass(frozen=True)
class DeadlineChange:
    """A round of reporting beside the old plan's; `old` or `new` is None where there is no such round."""

    old: dict | None
    new: dict | None
    changes: tuple[Change, ...]
    same_days: bool  # every date is the same day a year later


@dataclass(frozen=True)
class Comparison:
    added: tuple[dict, ...]
    removed: tuple[dict, ...]
    changed: tuple[TargetChange, ...]
    unchanged: int
    facts: tuple[Change, ...]
    deadlines: tuple[DeadlineChange, ...]
    movements_added: tuple[dict, ...]
    movements_removed: tuple[dict, ...]
    movements_changed: tuple[Change, ...]
    texts: tuple[TextChange, ...]

    @property
    def is_empty(self):
        return not any(getattr(self, name) for name in self.__dataclass_fields__ if name != "unchanged")

    def sentences(self):
        """The comparison in short: "Chỉ tiêu 3 (…): mức giao", "Thêm phong trào “…”"."""
        said = [f"Thêm chỉ tiêu {target['number']} ({target['name']})" for target in self.added]
        said += [f"Bớt chỉ tiêu {target['number']} ({target['name']})" for target in self.removed]
        for change in self.changed:
            what = ", ".join(each.label.lower() for each in change.changes)
            said.append(f"Chỉ tiêu {change.new['number']} ({change.new['name']}): {what}")
        said += [f"Kỳ “{(round_.new or round_.old)['name']}”: thời hạn" for round_ in self.deadlines]
        said += [f"Thêm phong trào “{movement['name']}”" for movement in self.movements_added]
        said += [f"Bớt phong trào “{movement['name']}”" for movement in self.movements_removed]
        said += [f"Phong trào “{change.label}”: cấp phát động" for change in self.movements_changed]
        return said + [each.label for each in (*self.facts, *self.texts)]


def compare(old, new, pairs=None):
    """What changed from one plan's contents to another's. `pairs` is {index in new: index in old} of their targets."""
    pairs = by_code(old["targets"], new["targets"]) if pairs is None else pairs
    both = [(old["targets"][pairs[place]], target) for place, target in enumerate(new["targets"]) if place in pairs]
    changed = tuple(_target_change(old, new, *pair) for pair in both)
    came, went, moved = _movements(old["movements"], new["movements"])
    return Comparison(
        added=tuple(target for place, target in enumerate(new["targets"]) if place not in pairs),
        removed=tuple(target for place, target in enumerate(old["targets"]) if place not in pairs.values()),
        changed=tuple(each for each in changed if each.changes),
        unchanged=sum(not each.changes for each in changed),
        facts=tuple(_facts(old["facts"], new["facts"])),
        deadlines=tuple(_deadlines(old["periods"], new["periods"])),
        movements_added=came,
        movements_removed=went,
        movements_changed=moved,
        texts=tuple(_texts(old["texts"], new["texts"])),
    )


# --- Two campaigns ----------------------------------------------------------------------------------------------------


def snapshot(campaign):
    """The contents of a campaign's plan; each target also says its row, its lead, and what it was copied from."""
    held = contents(campaign)
    for target, row in zip(held["targets"], listed(campaign).select_related("lead"), strict=True):
        target |= {
            "pk": row.pk,
            "goal": goal_words(target),
            "copied_from": row.copied_from_id,
            "lead": row.lead.name if row.lead else "",
        }
    return held


def pairs_of(old, new):
    """{index in new: index in old} of two campaigns' targets: copied from it, else the same name, else a like code."""
    pairs, free = {}, dict(enumerate(old))

    def take(place, same):
        found = next((index for index, before in free.items() if same(before)), None)
        if found is not None and place not in pairs:
            pairs[place] = found
            del free[found]

    for rule in (_copied, _same_place_and_name, _same_name, _like_code):
        for place, target in enumerate(new):
            if place not in pairs:
                take(place, lambda before, target=target, rule=rule: rule(before, target))
    return pairs


def _copied(before, target):
    return target["copied_from"] == before["pk"]


def _same_name(before, target):
    return search_key(before["name"]) == search_key(target["name"]) and before["answer"] == target["answer"]


def _same_place_and_name(before, target):
    return _same_name(before, target) and all(
        search_key(before[part]) == search_key(target[part]) for part in ("sector", "heading")
    )


def _like_code(before, target):
    return before["code"].lower() == target["code"].lower() and alike(before["name"], target["name"])


def by_code(old, new):
    places = {target["code"].lower(): place for place, target in enumerate(old)}
    return {place: places[t["code"].lower()] for place, t in enumerate(new) if t["code"].lower() in places}


# --- Targets and movements --------------------------------------------------------------------------------------------

TARGET_PARTS = [
    ("name", "Tên gọi"),
    ("wording", "Nguyên văn"),
    ("goal", "Mức giao"),
    ("unit_of_measure", "Đơn vị tính"),
    ("answer", "Cách trả lời"),
    ("sector", "Lĩnh vực"),
    ("heading", "Đề mục"),
    ("whole", "Trong đó của"),
    ("given_by", "Cấp giao"),
    ("lead", "Đơn vị chủ trì"),
]


def goal_words(target):
    """The goal of a target of `contents` in print: "≥ 95"."""
    return numbers.show_interval(*(target[end] and Decimal(target[end]) for end in ("at_least", "at_most")))


def _target_change(old, new, before, target):
    was, now = _printed(old, before), _printed(new, target)
    changes = [Change(label, was[part], now[part]) for part, label in TARGET_PARTS if was[part] != now[part]]
    return TargetChange(before, target, tuple(changes))


def _printed(held, target):
    names = {each["code"]: each["name"] for each in held["targets"]}
    printed = {"goal": goal_words(target), "whole": names.get(target["part_of"], "")}
    return {"lead": ""} | target | printed


def _movements(old, new):
    """(came, went, launched by another level)."""
    was = {search_key(movement["name"]): movement for movement in old}
    now = {search_key(movement["name"]): movement for movement in new}
    moved = [
        Change(movement["name"], was[key]["launched_by"], movement["launched_by"])
        for key, movement in now.items()
        if key in was and was[key]["launched_by"] != movement["launched_by"]
    ]
    came = tuple(movement for key, movement in now.items() if key not in was)
    return came, tuple(movement for key, movement in was.items() if key not in now), tuple(moved)


# --- Facts and deadlines ----------------------------------------------------------------------------------------------


def _label(name):
    label = str(Campaign._meta.get_field(name).verbose_name)
    return label[0].upper() + label[1:]


def _facts(old, new):
    for name in FACTS:
        was, now = old.get(name, ""), new[name]  # an older check may not hold it yet
        if was != now:
            yield Change(_label(name), day(was), day(now))


def day(value):
    """An ISO date as Vietnamese writes it; any other text as it is."""
    is_date = re.fullmatch(r"\d{4}-\d{2}-\d{2}", value)
    return f"{parse_date(value):%d/%m/%Y}" if is_date else value


def _deadlines(old, new):
    for place in range(max(len(old), len(new))):
        before = old[place] if place < len(old) else None
        after = new[place] if place < len(new) else None
        changes = tuple(_period_changes(before, after)) if before and after else ()
        if changes or not (before and after):
            yield DeadlineChange(before, after, changes, bool(before and after) and _same_days(before, after))


def _period_changes(before, after):
    if before["name"] != after["name"]:
        yield Change("Tên kỳ", before["name"], after["name"])
    if before["figures_as_of"] != after["figures_as_of"]:
        yield Change("Số liệu chốt đến hết ngày", day(before["figures_as_of"]), day(after["figures_as_of"]))
    for end, label in (("units_due", "Đơn vị nộp"), ("report_due", "Báo cáo thành phố")):
        said = [f"{each[f'{end}_words']} ({_last_moment(each[end])})" for each in (before, after)]
        if said[0] != said[1]:
            yield Change(label, *said)


def _last_moment(moment):
    return deadlines.last_moment(parse_datetime(moment))


def _same_days(before, after):
    cut_off = next_year.same_day(parse_date(before["figures_as_of"])) == parse_date(after["figures_as_of"])
    return cut_off and all(
        next_year.same_moment(parse_datetime(before[end])) == parse_datetime(after[end])
        for end in ("units_due", "report_due")
    )


# --- Words ------------------------------------------------------------------------------------------------------------


def _texts(old, new):
    for name in TEXTS:
        if old[name] != new[name]:
            was, now = ([line.strip() for line in text.splitlines() if line.strip()] for text in (old[name], new[name]))
            if changed := tuple(paragraphs(was, now)):
                yield TextChange(_label(name), changed)
