"""What the portal read out of a plan's text, and what staff decided about each thing. Nothing of it is in the plan yet.

A proposal is known by its kind and its sentence, not by its place: decisions stay when the text around them changes.
`PlanReading.decisions` is {item key: {"verdict": "take" | "drop" | "", "kind", "fields": {name: raw text}, "version",
"by", "at"}}; an item added by hand also holds its "sentence" and "line". An empty verdict is still to be decided.
"""

import hashlib
from dataclasses import dataclass, replace
from functools import lru_cache

from targets import splitting
from targets.proposed import completed, further_doubts

TAKE, DROP, OPEN = "take", "drop", ""
KINDS = {
    "target": "Chỉ tiêu",
    "sector": "Lĩnh vực",
    "heading": "Đề mục",
    "movement": "Phong trào thi đua",
    "deadline": "Thời hạn báo cáo",
    "recipient": "Nơi nhận",
    "part": "Phần của kế hoạch",
}
REFERENCES = ("sector", "heading", "parent", "part_of")
BY_HAND = "them"

_split = lru_cache(maxsize=8)(splitting.split)


@dataclass(frozen=True)
class Item:
    """One thing read out of the plan, or added by hand: what was proposed, and what was decided so far."""

    key: str
    kind: str
    sentence: str
    first_line: int
    last_line: int
    fields: dict
    proposed: dict
    proposed_kind: str
    doubts: tuple = ()
    verdict: str = OPEN
    version: int = 0
    by: str = ""
    asks: bool = False  # it cannot be taken as it stands
    beside: str = ""  # what the plan already holds in the place of a part, where that is another text

    @property
    def kind_words(self):
        return KINDS[self.kind]

    @property
    def is_taken(self):
        return self.verdict == TAKE

    @property
    def is_dropped(self):
        return self.verdict == DROP

    @property
    def is_corrected(self):
        same = all(self.fields.get(name, "") == text for name, text in self.proposed.items())
        return self.kind != self.proposed_kind or not same

    @property
    def needs_look(self):
        return bool(self.doubts) and self.verdict == OPEN

    @property
    def needs_answer(self):
        return self.asks and self.verdict == OPEN

    @property
    def is_clear(self):
        return not self.doubts and self.verdict == OPEN

    @property
    def is_by_hand(self):
        return self.key.startswith(BY_HAND)

    @property
    def name(self):
        return self.fields.get("name") or self.fields.get("words") or self.fields.get("text", "")


@dataclass(frozen=True)
class Progress:
    total: int
    decided: int
    look: int
    clear: int
    taken: int

    @property
    def is_done(self):
        return self.decided == self.total


def progress_of(items):
    return Progress(
        total=len(items),
        decided=sum(item.verdict != OPEN for item in items),
        look=sum(item.needs_look for item in items),
        clear=sum(item.is_clear for item in items),
        taken=sum(item.is_taken for item in items),
    )


def lines_of(reading):
    return _split(reading.text).lines


def count_in(text):
    """How many things are proposed out of a text."""
    return len(_split(text).proposals)


def unread_of(reading):
    return _split(reading.text).unread


def items_of(reading):
    """Everything read out of the text or added by hand, in the plan's order."""
    read = _split(reading.text)
    keys = _keys(read.proposals)
    items = [_item(keys[proposal.key], proposal, keys, reading.decisions) for proposal in read.proposals]
    added = [(key, kept) for key, kept in reading.decisions.items() if key.startswith(BY_HAND)]
    items += [_added(key, kept, read.lines) for key, kept in added]
    items.sort(key=lambda item: item.first_line)
    names = {item.key: item for item in items}
    return [replace(item, **further_doubts(item, names, reading.campaign)) for item in items]


def stamp(reading):
    """What was decided over which text: the same stamp, the same reading."""
    versions = sorted((key, kept["version"]) for key, kept in reading.decisions.items())
    return digest(f"{reading.text}{versions}")


def digest(text):
    return hashlib.blake2s(text.encode(), digest_size=6).hexdigest()


def find(items, key):
    return next((item for item in items if item.key == key), None)


def _keys(proposals):
    """{proposal's key: item's key}. The same sentence read twice in one kind is told apart by its turn."""
    turns, keys = {}, {}
    for proposal in proposals:
        known = proposal.kind, " ".join(proposal.sentence.split())
        turns[known] = turns.get(known, 0) + 1
        keys[proposal.key] = f"{proposal.kind}-{digest(f'{known[1]}#{turns[known]}')}"
    return keys


def _item(key, proposal, keys, decisions):
    own = dict(proposal.fields)
    own |= {name: keys.get(own[name], "") for name in REFERENCES if name in own}
    own = completed(proposal.kind, own)
    kept = decisions.get(key, {})
    return Item(
        key=key,
        kind=kept.get("kind", proposal.kind),
        sentence=proposal.sentence,
        first_line=proposal.first_line,
        last_line=proposal.last_line,
        fields=kept.get("fields") or own,
        proposed=own,
        proposed_kind=proposal.kind,
        doubts=tuple(proposal.doubts),
        verdict=kept.get("verdict", OPEN),
        version=kept.get("version", 0),
        by=kept.get("by", ""),
    )


def _added(key, kept, lines):
    places = [number for number, line in enumerate(lines, start=1) if line.strip() and line.strip() in kept["sentence"]]
    line = min(places, key=lambda number: abs(number - kept["line"]), default=0)
    lost = () if line else ("Câu này không còn trong văn bản.",)
    return Item(
        key=key,
        kind=kept["kind"],
        sentence=kept["sentence"],
        first_line=line,
        last_line=line,
        fields=kept["fields"],
        proposed=kept["fields"],
        proposed_kind=kept["kind"],
        doubts=(*lost, "Mục này thêm bằng tay; đề nghị ghi đủ các ô."),
        verdict=kept["verdict"],
        version=kept["version"],
        by=kept["by"],
    )
