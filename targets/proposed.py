"""What the portal adds to a proposal read out of a plan: names for a ratio's two figures, a period's name and day."""

import re
from datetime import timedelta

from django.utils import timezone

from campaigns import deadlines
from campaigns.models import Campaign
from units.refusals import Refused

RATES = ("%", "‰")
# The word at which "gia đình | được công nhận gia đình văn hóa" falls into who is counted and what is reached.
REACHED = re.compile(
    r"\b(?:được|đạt|tham gia|có|sử dụng|hoàn thành|hưởng|đúng|thuộc|đã|theo|là|trong|tại|ở|không|bị|giảm|tăng)\b"
)
RATE = re.compile(r"^(?:tỷ lệ|tỉ lệ|tỷ suất|tỉ suất|số|tổng số)\s+", re.I)
GROWTH = re.compile(r"\b(?:tăng|giảm|tốc độ|gia tăng)\b", re.I)
LONGEST_LABEL = 200
TICKED = "on"
ASSUMED_CUT_OFF = "Kế hoạch không ghi ngày chốt số liệu; đề nghị xem ngày đã điền sẵn."


def completed(kind, fields):
    """A proposal's fields with what the plan leaves unsaid filled in for people to see and correct."""
    if kind == "target":
        return _ratio_named(fields)
    if kind == "deadline":
        return _period_named(fields)
    return fields


def _ratio_named(fields):
    if fields.get("answer") != "ratio":
        return fields
    about = RATE.sub("", fields.get("name", "")).strip()
    counted = REACHED.split(about, maxsplit=1)[0].strip(" ,")
    named = {
        "amount_label": f"Số {lowered(about)}"[:LONGEST_LABEL] if about else "Số đạt",
        "base_label": f"Tổng số {lowered(counted)}"[:LONGEST_LABEL] if counted else "Tổng số thuộc diện tính",
    }
    if fields.get("unit_of_measure") in RATES and not GROWTH.search(fields.get("name", "")):
        named["part_of_whole"] = TICKED
    return named | {name: text for name, text in fields.items() if text or name not in named}


def lowered(words):
    """A name in the middle of a sentence; capitals of an abbreviation stay."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def _period_named(fields):
    try:
        due = deadlines.read_words(fields.get("words", ""))
    except Refused:
        return {"period": "Báo cáo kết quả", "figures_as_of": ""} | fields
    last_day = timezone.localtime(due) - timedelta(microseconds=1)
    named = {"period": f"Báo cáo kết quả năm {last_day.year}"}
    if fields.get("whose") == "units":
        named["figures_as_of"] = f"{last_day:%d/%m/%Y}"
    return named | fields


def further_doubts(item, items, campaign):
    """{"doubts", "asks", "beside"} of an item in its place: what its sentence alone does not show.

    `asks`: it cannot be taken as it stands, because something has to be chosen or typed first.
    """
    asked, other = list(_questions(item, items)), beside(item, campaign)
    if other:
        asked.append("Kế hoạch trong cổng đã có chữ khác ở phần này; đề nghị chọn một.")
    remarks = [ASSUMED_CUT_OFF] if item.kind == "deadline" and item.fields.get("whose") == "units" else []
    return {"doubts": (*item.doubts, *asked, *remarks), "asks": bool(asked) or item.is_by_hand, "beside": other}


def _questions(item, items):
    if item.kind in ("target", "heading") and not item.fields.get("new_sector"):
        sector = items.get(item.fields.get("sector"))
        if sector is None or sector.is_dropped:
            yield f"Chưa rõ {item.kind_words.lower()} này thuộc lĩnh vực nào."
    if item.kind == "target" and not item.fields.get("answer"):
        yield "Chưa rõ cách trả lời chỉ tiêu này."
    if item.kind == "movement" and not item.fields.get("launched_by"):
        yield "Chưa rõ cấp nào phát động phong trào này."
    if item.kind == "deadline" and not item.fields.get("whose"):
        yield "Chưa rõ đây là hạn của ai."
    if item.kind == "part" and not item.fields.get("text"):
        yield "Phần này chưa có nội dung; đề nghị ghi hoặc bỏ."


def beside(item, campaign):
    """The other text that the plan holds in the place of a part; empty where there is none."""
    if item.kind != "part":
        return ""
    name = item.fields.get("field", "")
    held = stored_text(campaign, name) if name in PARTS else ""
    return "" if held.split() == item.fields.get("text", "").split() else held


def stored_text(campaign, name):
    """What a field of the plan holds, as people type it."""
    value = getattr(campaign, name)
    return f"{value:%d/%m/%Y}" if hasattr(value, "strftime") else str(value or "")


PARTS = {
    name: Campaign._meta.get_field(name).verbose_name
    for name in (
        *("title", "short_name", "number", "issued_on", "higher_plan", "resolution", "legal_bases", "opening"),
        *("purpose", "requirements", "content", "objective", "targets_lead", "tasks", "timing", "starts_on", "ends_on"),
        *("reward_rules", "duties", "closing", "signer_block", "signer_name", "report_addressee", "report_recipients"),
    )
}
