"""The plan's own parts as proposals for the campaign's fields: title, number, bases, purpose, …, signature."""

import re
from dataclasses import replace

from targets.splitting.letters import LOWER, UPPER
from targets.splitting.paragraphs import is_caps
from targets.splitting.proposals import Draft

TEXTS = {"purpose", "requirements", "content", "objective", "tasks", "timing", "reward_rules", "duties", "closing"}
_KIND_LINE = re.compile(
    r"(?:DỰ\s+THẢO\s+)?(?:KẾ\s+HOẠCH|HƯỚNG\s+DẪN|CHƯƠNG\s+TRÌNH|QUYẾT\s+ĐỊNH|PHÁT\s+ĐỘNG)(?!\w)\s*(?P<rest>.*)"
)
_NUMBER = re.compile(r"Số\s*:?\s*(?P<number>\d+\s*/\s*[A-ZĐ][\w-]*)")
_DATED = re.compile(r",\s*ngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})", re.I)
_BASIS = re.compile(r"Căn\s+cứ|Thực\s+hiện|Theo\s|Xét|Tiếp\s+tục\s+thực\s+hiện")
_OPENS = re.compile(
    r"UBND|U[ỷy]\s+ban|Ủy\s+ban|Nhằm|Để\s|Phường|Hội\s+đồng|Ban\s|.*như\s+sau\s*[:.]?$|.*ban\s+hành\s+(?:Kế\s+hoạch|kế\s+hoạch)"
)
_HIGHER = re.compile(
    r"(?i:Kế\s+hoạch\s+số\s+\d+\s*/\s*[\w-]+,?\s+ngày\s+[\d/.-]+(?:\s+tháng\s+\d+\s+năm\s+\d+)?\s+của\s+"
    r"(?:U[ỷy]\s+ban\s+nhân\s+dân|Ủy\s+ban\s+nhân\s+dân|UBND)(?:\s*\(UBND\))?\s+(?:thành\s+phố|tỉnh))"
    rf"(?:\s+[{UPPER}][{LOWER}]*){{0,3}}"
)
_RESOLUTION = re.compile(
    r"(?i:Nghị\s+quyết\s+số\s+\d+\s*/\s*[\w-]+,?\s+ngày\s+[\d/.-]+(?:\s+tháng\s+\d+\s+năm\s+\d+)?\s+của\s+"
    r"(?:Hội\s+đồng\s+nhân\s+dân|HĐND)(?:\s*\(HĐND\))?\s+(?:phường|xã|đặc\s+khu))"
    rf"(?:\s+[{UPPER}][{LOWER}]*){{0,3}}"
)
_CALLED = re.compile(r"(?:gọi|viết)\s+tắt\s+là\s*:?\s*[“\"]?([^”\")]{3,80})[”\"]?\s*\)", re.I)
_LAST_DAY = re.compile(
    r"(?:đến|tới)\s+(?:hết\s+)?(?:ngày\s+(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})"
    r"|tháng\s+(?P<month2>\d{1,2})(?:\s+năm\s+|/)(?P<year2>\d{4})|(?P<end>năm)\s+(?P<year3>\d{4}))",
    re.I,
)
_FIRST_DAY = re.compile(r"từ\s+(?:ngày\s+)?(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.I)
_UNKNOWN_START = re.compile(r"từ\s+(?:ngày|khi)\s+(?:phát\s+động|ban\s+hành|ký)", re.I)
_PERSON = re.compile(rf"(?:[{UPPER}][{LOWER}]+\s+){{1,5}}[{UPPER}][{LOWER}]+")
_ADDRESSEE = re.compile(
    r"gửi\s+(?:về\s+)?(?P<who>(?:Ban|Sở|Hội\s+đồng|Văn\s+phòng|UBND|Ủy\s+ban)\s[^.;(]{3,120}?)\s*(?:\(|trước|chậm|muộn|,|\.|;)"
)


def part(field, paragraphs, text=None):
    text = "\n".join(one.whole for one in paragraphs) if text is None else text
    sentence = " ".join(one.whole for one in paragraphs)
    return Draft("part", sentence, paragraphs[0].first, paragraphs[-1].last, {"field": field, "text": text})


def front_parts(section):
    """Letterhead, title, legal bases and the opening sentence."""
    drafts, title, bases, opening = [], [], [], []
    stage = "head"
    for paragraph in section.body:
        if stage == "head":
            drafts += _letterhead(paragraph)
            if (kind_line := _KIND_LINE.fullmatch(paragraph.text)) and is_caps(paragraph.text):
                stage, covered = "title", [paragraph]
                title = [replace(paragraph, text=kind_line["rest"])] if kind_line["rest"] else []
            continue
        if paragraph.kind == "page":
            continue
        if stage == "title" and (_BASIS.match(paragraph.text) or (title and _OPENS.match(paragraph.text))):
            stage = "bases"
        elif stage == "title" and set(paragraph.text) <= set("_-* "):
            continue
        elif stage == "title":
            title.append(paragraph)
            continue
        (bases if _BASIS.match(paragraph.text) and not opening else opening).append(paragraph)
    if title:
        drafts.append(_title([*covered, *title], title))
    drafts += [part("legal_bases", bases)] if bases else []
    drafts += [part("opening", opening)] if opening else []
    for resolution in resolution_parts(bases):
        resolution.doubt("Nghị quyết dẫn ở phần căn cứ; đề nghị xác nhận có phải nghị quyết giao chỉ tiêu không")
        drafts.append(resolution)
    return drafts + _out_of_the_front([*title, *bases, *opening])


def resolution_parts(paragraphs):
    """The first resolution of the ward's own council that is cited: it sets the targets."""
    for paragraph in paragraphs:
        if cited := _RESOLUTION.search(paragraph.text):
            return [part("resolution", [paragraph], " ".join(cited[0].replace("(HĐND) ", "").split()))]
    return []


def _title(covered, title):
    text = " ".join(one.text for one in title)
    draft = part("title", covered, (f"{text[:1]}{text[1:].lower()}" if is_caps(text) else text)[:600])
    if is_caps(text):
        draft.doubt("Trích yếu in hoa toàn bộ; chữ hoa của tên riêng cần gõ lại")
    return draft


def _letterhead(paragraph):
    drafts = []
    if number := _NUMBER.search(paragraph.text):
        drafts.append(part("number", [paragraph], re.sub(r"\s", "", number["number"])))
    if dated := _DATED.search(paragraph.text):
        drafts.append(part("issued_on", [paragraph], _day(*dated.groups())))
    return drafts


def _out_of_the_front(paragraphs):
    drafts = []
    for paragraph in paragraphs:
        if (higher := _HIGHER.search(paragraph.text)) and not any(d.fields["field"] == "higher_plan" for d in drafts):
            drafts.append(part("higher_plan", [paragraph], " ".join(higher[0].replace("(UBND) ", "").split())))
        if called := _CALLED.search(paragraph.text):
            drafts.append(part("short_name", [paragraph], called[1].strip()[:100]))
            if not re.search(r"20\d\d", called[1]):
                drafts[-1].doubt("Tên gọi tắt lấy theo kế hoạch; nên thêm năm để phân biệt với các đợt khác")
    return drafts


def text_parts(section):
    """The part a section fills, and the days its words name."""
    body = [one for one in section.body if one.kind != "page"]
    if not body:
        return []
    draft = part(section.field, body)
    if section.combined:
        draft.doubt("Mục này gộp mục đích và yêu cầu; đề nghị chuyển phần yêu cầu sang ô riêng")
    drafts = [draft]
    if section.field == "timing":
        drafts += _days(body)
    if section.field == "duties":
        drafts += _addressee(body)
    return drafts


def _days(body):
    text, drafts = " ".join(one.text for one in body), []
    if first := _FIRST_DAY.search(text):
        drafts.append(part("starts_on", body, _day(*first.groups())))
    elif _UNKNOWN_START.search(text):
        drafts.append(part("starts_on", body, ""))
        drafts[-1].doubt("Kế hoạch không ghi ngày bắt đầu mà chỉ ghi từ ngày phát động; đề nghị gõ ngày")
    if last := _LAST_DAY.search(text):
        if last["day"]:
            day = _day(last["day"], last["month"], last["year"])
        else:
            month = int(last["month2"] or 12)
            day = _last_of(month, int(last["year2"] or last["year3"]))
        drafts.append(part("ends_on", body, day))
    return [draft for draft in drafts if draft.fields["text"] or draft.doubts]


def _addressee(body):
    for paragraph in body:
        for found in _ADDRESSEE.finditer(paragraph.text):
            if re.search(r"thành\s+phố|tỉnh|Sở\s|Thi\s+đua", found["who"]) and "phường" not in found["who"]:
                draft = part("report_addressee", [paragraph], " ".join(found["who"].split())[:200])
                draft.doubt("Nơi nhận báo cáo lấy theo câu giao nhiệm vụ; đề nghị xác nhận tên gọi hiện nay")
                return [draft]
    return []


def signature_parts(section):
    """The lines of the signer's authority, and the name below them."""
    body = [
        one for one in section.body if one.kind != "page" and not re.fullmatch(r"\((?:đã|Đã)\s+ký\)|[/\s.]*", one.text)
    ]
    block = [one for one in body if is_caps(one.text) and not _PERSON.fullmatch(one.text)]
    names = [one for one in body if _PERSON.fullmatch(one.text)]
    drafts = [part("signer_block", block)] if block else []
    if names:
        drafts.append(part("signer_name", names[-1:]))
    return drafts


def lead_part(paragraphs):
    return part("targets_lead", paragraphs)


def _day(day, month, year):
    return f"{int(day):02d}/{int(month):02d}/{year}"


def _last_of(month, year):
    days = [
        31,
        29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28,
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ]
    return _day(days[min(max(month, 1), 12) - 1], min(max(month, 1), 12), year)
