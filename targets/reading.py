"""How a plan's text is taken in and each proposal decided, by any number of people, while the campaign is a draft.

Every verb holds the campaign and its reading. Nothing here writes into the plan: that is `read_into_plan`.
"""

import unicodedata
from dataclasses import dataclass, field

from django.db import transaction

from campaigns.models import Campaign, CampaignState, record
from targets.models import PlanReading
from targets.proposed import completed
from targets.read_items import BY_HAND, DROP, OPEN, count_in, digest, find, items_of, lines_of
from targets.splitting.paragraphs import squeezed
from units.refusals import Refused

LONGEST_TEXT = 300_000  # characters: about a hundred printed pages
TOO_LONG = "Văn bản dài hơn 300.000 ký tự (khoảng 100 trang); đề nghị chỉ dán phần kế hoạch, bỏ các phụ lục."
MOST_ITEMS = 1_000  # nobody looks through more on one page
TOO_MANY = "Văn bản đọc ra hơn 1.000 mục; đề nghị chỉ dán phần kế hoạch, bỏ các phụ lục và danh sách."
GONE = "Câu này không còn trong văn bản vì văn bản vừa được sửa; đề nghị tải lại trang."


class Changed(Exception):
    """Nothing was written: somebody else decided meanwhile. `item` is how it stands now."""

    def __init__(self, item):
        super().__init__("Mục này vừa được người khác quyết.")
        self.item = item


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


def keep_text(campaign, text, *, source_name="", seen="", by, at):
    """Take in the plan's text; decisions stay where the sentence is the same. `seen`: digest of the old text."""
    text = clean_text(text)
    _refuse_unfit(text)  # a long text takes a second to read: before anything is held
    return _keep_text(campaign, text, source_name=source_name, seen=seen, by=by, at=at)


@transaction.atomic
def _keep_text(campaign, text, *, source_name, seen, by, at):
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    stored = PlanReading.objects.select_for_update().filter(campaign=campaign).first()
    _refuse(campaign, stored)
    if stored is not None and seen != digest(stored.text):
        raise Refused("Đợt thi đua đã có một văn bản khác, vừa được đưa vào hoặc sửa; đề nghị xem lại rồi thay.")
    fresh = stored or PlanReading(campaign=campaign)
    fresh.text, fresh.source_name, fresh.by, fresh.at = text, source_name, by, at
    fresh.save()
    verb = "Thay văn bản kế hoạch để đọc" if stored else "Đưa văn bản kế hoạch vào đọc"
    record(campaign, verb, campaign=campaign, by=by, at=at, detail=source_name)
    return fresh


def clean_text(text):
    """Composed letters, plain line ends, no control characters, no long runs of blanks, no blank ends."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n"))
    return squeezed("".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")).strip()


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


def correct_lines(reading, first, last, words, *, seen, by, at):
    """Write some lines of the text anew; `seen` is the digest of what they held. The whole text is read again."""
    _corrected(reading, first, last, words, seen=seen)  # read before anything is held, and remembered
    return _correct_lines(reading, first, last, words, seen=seen, by=by, at=at)


def _corrected(reading, first, last, words, *, seen):
    """The text with those lines written anew. Raises Refused when they are others by now, or the text is unfit."""
    lines = list(lines_of(reading))
    if not 1 <= first <= last <= len(lines) or digest("\n".join(lines[first - 1 : last])) != seen:
        raise Refused("Các dòng này vừa được người khác sửa; đề nghị xem lại.")
    lines[first - 1 : last] = clean_text(words).split("\n")
    text = "\n".join(lines).strip()
    _refuse_unfit(text)
    return text


@transaction.atomic
def _correct_lines(reading, first, last, words, *, seen, by, at):
    stored = _held(reading)
    stored.text = _corrected(stored, first, last, words, seen=seen)
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


def _refuse_unfit(text):
    if not text:
        raise Refused("Văn bản không có chữ nào.")
    if len(text) > LONGEST_TEXT:
        raise Refused(TOO_LONG)
    if count_in(text) > MOST_ITEMS:
        raise Refused(TOO_MANY)
