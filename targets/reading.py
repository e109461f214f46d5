"""What the portal read out of a plan's text, and what staff decided about each thing. Nothing of it is in the plan yet.

A proposal is known by its kind and its sentence, not by its place: decisions stay when the text around them changes.
`PlanReading.decisions` is {item key: {"verdict": "take" | "drop" | "", "kind", "fields": {name: raw text}, "version",
"by", "at"}}; an item added by hand also holds its "sentence" and "line". An empty verdict is still to be decided.
"""

import hashlib
import unicodedata
from dataclasses import dataclass, field, replace
from functools import lru_cache

from django.db import transaction

from campaigns.models import Campaign, CampaignState, record
from targets import splitting
from targets.models import PlanReading
from targets.proposed import completed, further_doubts
from units.refusals import Refused

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
LONGEST_TEXT = 300_000  # characters: about a hundred printed pages
TOO_LONG = "Văn bản dài hơn 300.000 ký tự (khoảng 100 trang); đề nghị chỉ dán phần kế hoạch, bỏ các phụ lục."
GONE = "Câu này không còn trong văn bản vì văn bản vừa được sửa; đề nghị tải lại trang."

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
    def is_clear(self):
        return not self.doubts and self.verdict == OPEN

    @property
    def is_by_hand(self):
        return self.key.startswith(BY_HAND)

    @property
    def name(self):
        return self.fields.get("name") or self.fields.get("words") or self.fields.get("text", "")


class Changed(Exception):
    """Nothing was written: somebody else decided meanwhile. `item` is how it stands now."""

    def __init__(self, item):
        super().__init__("Mục này vừa được người khác quyết.")
        self.item = item


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
    own = {name: text for name, text in proposal.fields.items()}
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


# --- Verbs ------------------------------------------------------------------------------------------------------------


def why_not(campaign, reading):
    """Why nothing can be read into this campaign now; empty when it can."""
    if reading is not None and reading.applied_at:
        return "Văn bản này đã được ghi vào kế hoạch; muốn sửa tiếp, đề nghị sửa ngay trên các trang của kế hoạch."
    if campaign.state == CampaignState.DRAFT:
        return ""
    return (
        "Chỉ đọc văn bản vào đợt thi đua đang soạn. "
        "Đợt này đã mở cho các đơn vị, nên chỉ tiêu chỉ sửa từng mục, có lý do và số quyết định."
    )


@transaction.atomic
def keep_text(campaign, text, *, source_name="", seen="", by, at):
    """Take in the plan's text. What was decided stays where the sentence is the same. `seen`: digest of the old text."""
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    stored = PlanReading.objects.select_for_update().filter(campaign=campaign).first()
    _refuse(campaign, stored)
    text = clean_text(text)
    if not text:
        raise Refused("Văn bản không có chữ nào.")
    if len(text) > LONGEST_TEXT:
        raise Refused(TOO_LONG)
    if stored is not None and seen != digest(stored.text):
        raise Refused("Đợt thi đua đã có một văn bản khác, vừa được đưa vào hoặc sửa; đề nghị xem lại rồi thay.")
    fresh = stored or PlanReading(campaign=campaign)
    fresh.text, fresh.source_name, fresh.by, fresh.at = text, source_name, by, at
    fresh.save()
    verb = "Thay văn bản kế hoạch để đọc" if stored else "Đưa văn bản kế hoạch vào đọc"
    record(campaign, verb, campaign=campaign, by=by, at=at, detail=source_name)
    return fresh


def clean_text(text):
    """Composed letters, plain line ends, no control characters, no blank ends."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n"))
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc").strip()


@dataclass(frozen=True)
class Decision:
    """What somebody decided about an item that they read at `version`."""

    key: str
    verdict: str
    version: int
    kind: str = ""
    fields: dict = field(default_factory=dict)


@transaction.atomic
def decide(reading, decision, *, by, at):
    """Write one decision. The same one again changes nothing; raises `Changed` if it was read at an older version."""
    stored = _held(reading)
    item = find(items_of(stored), decision.key)
    if item is None:
        raise Refused(GONE)
    fields = decision.fields or item.fields
    if (item.verdict, item.kind, item.fields) == (decision.verdict, decision.kind or item.kind, fields):
        return item
    if item.version != decision.version:
        raise Changed(item)
    _write(stored, item, decision, by=by, at=at)
    return find(items_of(stored), decision.key)


@transaction.atomic
def take_all(reading, decisions, *, by, at):
    """Take several items at once: only those still as they were read and without a doubt. How many were taken."""
    stored = _held(reading)
    items = {item.key: item for item in items_of(stored)}
    fit = [each for each in decisions if each.key in items and items[each.key].is_clear]
    fit = [each for each in fit if items[each.key].version == each.version]
    for each in fit:
        _write(stored, items[each.key], each, by=by, at=at)
    return len(fit)


def _write(stored, item, decision, *, by, at):
    kept = stored.decisions.get(item.key, {}) | {
        "verdict": decision.verdict,
        "kind": decision.kind or item.kind,
        "fields": decision.fields or item.fields,
        "version": item.version + 1,
        "by": str(by),
        "at": at.isoformat(),
    }
    stored.decisions = stored.decisions | {item.key: kept}
    if item.is_by_hand and decision.verdict == DROP:
        del stored.decisions[item.key]
    stored.save(update_fields=["decisions"])


@transaction.atomic
def correct_lines(reading, first, last, words, *, seen, by, at):
    """Write some lines of the text anew; `seen` is the digest of what they held. The whole text is read again."""
    stored = _held(reading)
    lines = list(lines_of(stored))
    if not 1 <= first <= last <= len(lines) or digest("\n".join(lines[first - 1 : last])) != seen:
        raise Refused("Các dòng này vừa được người khác sửa; đề nghị xem lại.")
    lines[first - 1 : last] = clean_text(words).split("\n")
    text = "\n".join(lines).strip()
    if not text or len(text) > LONGEST_TEXT:
        raise Refused(TOO_LONG if text else "Văn bản không còn chữ nào; đề nghị không xoá dòng cuối cùng.")
    stored.text = text
    stored.save(update_fields=["text"])
    record(stored.campaign, "Sửa chữ trong văn bản đọc", campaign=stored.campaign, by=by, at=at, detail=f"Dòng {first}")
    return stored


@transaction.atomic
def add_by_hand(reading, first, last, *, seen, by, at):
    """Propose a target from lines out of which none was read. The key of the new item, or of the one already there."""
    stored = _held(reading)
    lines = lines_of(stored)[first - 1 : last] if first >= 1 else ()
    if digest("\n".join(lines)) != seen:
        raise Refused("Các dòng này vừa được người khác sửa; đề nghị xem lại.")
    sentence = " ".join(" ".join(lines).split())
    key = f"{BY_HAND}-{digest(sentence)}"
    if key not in stored.decisions:
        name = sentence.lstrip("-+*•– ").rstrip(" .;,")
        above = [item for item in items_of(stored) if item.kind == "sector" and item.first_line <= first]
        fields = {"name": name[:300], "wording": sentence[:600], "sector": above[-1].key if above else ""}
        kept = {"kind": "target", "fields": completed("target", fields), "verdict": OPEN, "version": 1}
        kept |= {"sentence": sentence, "line": first, "by": str(by), "at": at.isoformat()}
        stored.decisions = stored.decisions | {key: kept}
        stored.save(update_fields=["decisions"])
    return key


def _held(reading):
    """The reading as it is now, held with its campaign. Raises Refused when nothing can be decided."""
    campaign = Campaign.objects.select_for_update().get(pk=reading.campaign_id)
    stored = PlanReading.objects.select_for_update().get(pk=reading.pk)
    stored.campaign = campaign
    _refuse(campaign, stored)
    return stored


def _refuse(campaign, reading):
    if reason := why_not(campaign, reading):
        raise Refused(reason)
