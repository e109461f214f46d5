"""What a plan mentions in passing: named movements, dates by which something is due, who gets a copy."""

import re

from targets.splitting.letters import UPPER
from targets.splitting.proposals import Draft

_QUOTED = re.compile(r"[“\"„«]\s*([^“”\"„«»]{4,200}?)\s*[”\"“»]")
_NO_MOVEMENT = re.compile(
    r"(?:gọi|viết)\s+(?:tắt\s+)?là\s*:?\s*$|khẩu\s+hiệu\s*:?\s*$|danh\s+hiệu\s*:?\s*$|tiêu\s+chí\s*:?\s*$", re.I
)
_LAUNCHERS = [
    (
        "centre",
        re.compile(r"(?:Thủ\s+tướng|Chính\s+phủ|Trung\s+ương|Chủ\s+tịch\s+nước|Bộ\s+\w+).{0,60}?phát\s+động", re.I),
    ),
    ("city", re.compile(r"(?:thành\s+phố|tỉnh|cấp\s+trên).{0,40}?phát\s+động", re.I)),
    ("ward", re.compile(r"(?:phường|xã|đặc\s+khu).{0,40}?phát\s+động", re.I)),
]
_DAY = r"ngày\s+\d{1,2}(?:\s*[/.-]\s*\d{1,2}(?:\s*[/.-]\s*\d{4})?|\s+tháng\s+\d{1,2}(?:\s+năm\s+\d{4})?)"
_BARE_DAY = r"\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}"
_HOUR = r"\d{1,2}\s*(?:giờ|h|:)\s*(?:\d{1,2}\s*(?:phút)?)?,?\s*"
_ORDER = r"(?:trước|chậm\s+nhất|muộn\s+nhất|không\s+quá|đến\s+hết|hết|trong)"
_DUE = re.compile(
    rf"(?P<words>{_ORDER}(?:\s+(?:là|vào|đến|trước))*\s+(?:{_HOUR})?(?:{_DAY}|{_BARE_DAY}|ngày\s+\d{{1,2}}(?:\s+của)?"
    r"\s+(?:tháng|hằng|hàng)[\w\s]{0,30}?(?:quý|tháng|năm)))(?![/\d])",
    re.I,
)
_REPORTS = re.compile(r"báo\s+cáo|gửi\s+về|nộp|gửi", re.I)
_UPWARDS = re.compile(
    r"(?:gửi|báo\s+cáo|trình)\s[^.;]{0,120}?(?:thành\s+phố|tỉnh|Sở\s|cấp\s+trên|Ban\s+Thi\s+đua|Bộ\s)", re.I
)
_FROM_UNITS = re.compile(
    r"(?:gửi|về|báo\s+cáo|nộp)\s[^.;]{0,80}?(?:UBND\s+(?:phường|xã|đặc\s+khu)|phường|xã|đặc\s+khu|phòng\s|Văn\s+phòng)",
    re.I,
)
_ONLY_UPWARDS = re.compile(r"tham\s+mưu|tổng\s+hợp", re.I)  # whoever compiles reports upwards
_OTHER_PURPOSE = re.compile(r"đăng\s+ký|hồ\s+sơ|đề\s+nghị\s+khen\s+thưởng|danh\s+sách", re.I)


def movements_of(paragraphs):
    """Names in quotes behind "phong trào" or "thi đua", each once."""
    found = {}
    for paragraph in paragraphs:
        text = paragraph.text
        for quoted in _QUOTED.finditer(text):
            before, name = text[: quoted.start()], " ".join(quoted[1].split()).strip(" .,;")
            if not re.search(r"phong\s+trào|cuộc\s+vận\s+động", before, re.I) or _NO_MOVEMENT.search(before):
                continue
            if len(name.split()) < 3 or name in found:
                continue
            found[name] = _movement(paragraph, name, before, text[quoted.end() :])
    return list(found.values())


def _movement(paragraph, name, before, after):
    sentence = _sentence(paragraph.text, len(before))
    behind = re.match(r"[^.;]{0,40}phát\s+động", after)
    launchers = [who for who, said in _LAUNCHERS if said.search(behind[0] if behind else before)]
    draft = Draft(
        "movement",
        sentence,
        paragraph.first,
        paragraph.last,
        {"name": name, "launched_by": launchers[0] if launchers else "centre"},
    )
    if not launchers:
        draft.doubt("Kế hoạch không nói cấp nào phát động; tạm ghi là Trung ương")
    elif len(launchers) > 1:
        draft.doubt("Kế hoạch nói chung nhiều cấp phát động; cần xác nhận cấp phát động của phong trào này")
    return draft


def deadlines_of(paragraphs):
    """Dates by which something is to be handed in, in the plan's own words."""
    found = []
    for paragraph in paragraphs:
        for due in _DUE.finditer(paragraph.text):
            sentence = _sentence(paragraph.text, due.start())
            if _REPORTS.search(sentence) or _OTHER_PURPOSE.search(sentence):
                found.append(_deadline(paragraph, due, sentence))
    seen = {}
    for draft in found:
        key = (draft.fields["words"].lower(), draft.fields["whose"])
        if key in seen:
            seen[key].doubt(f"Hạn này còn được nhắc ở dòng {draft.first_line}")
        else:
            seen[key] = draft
    return list(seen.values())


def _deadline(paragraph, due, sentence):
    before = paragraph.text[: due.start()]
    clause = re.split(r"[.;](?:\s|$)", before)[-1]
    words = " ".join(due["words"].split())
    upwards = bool(_UPWARDS.search(clause))
    fields = {"words": words, "whose": "report" if upwards else "units", "sentence": sentence}
    draft = Draft("deadline", sentence, paragraph.first, paragraph.last, fields)
    if upwards and _FROM_UNITS.search(clause):
        draft.fields["whose"] = "report" if _last_is_upwards(clause) else "units"
        if not _ONLY_UPWARDS.search(clause):
            draft.doubt("Câu này nói cả nơi nhận ở phường và cấp trên; đề nghị xác nhận đây là hạn của ai")
    if not upwards and not _FROM_UNITS.search(clause):
        draft.doubt("Câu này không nói gửi về đâu; tạm hiểu là hạn của đơn vị")
    if _OTHER_PURPOSE.search(clause):
        draft.doubt("Hạn này có thể là của việc đăng ký hoặc nộp hồ sơ khen thưởng, không phải hạn báo cáo")
    if not re.search(r"\d{4}", words):
        draft.doubt("Hạn không ghi năm hoặc lặp lại hằng kỳ; đề nghị gõ ngày đầy đủ cho từng kỳ")
    return draft


def _last_is_upwards(clause):
    """Of several addressees, the one named last before the date is the one it belongs to."""
    places = [found.start() for found in re.finditer(rf"(?i:gửi|trình)|(?i:báo\s+cáo)\s+(?=[{UPPER}])", clause)]
    return bool(places) and bool(_UPWARDS.match(clause, places[-1])) and " để " not in clause


def _sentence(text, place):
    """The sentence of a paragraph in which a character stands."""
    ends = [found.end() for found in re.finditer(rf"[.;](?=\s+[“\"{UPPER}])|$", text)]
    start = max([0, *(end for end in ends if end <= place)])
    return text[start : next(end for end in ends if end > place or end == len(text))].strip()


def recipients_of(section):
    """One a line below "Nơi nhận"."""
    drafts = []
    for paragraph in section.body:
        name = re.sub(r"^Nơi\s+nhận\s*:?", "", paragraph.text, flags=re.I).strip(" ;.,-–")
        if not name or paragraph.kind == "page":
            continue
        draft = Draft("recipient", paragraph.whole, paragraph.first, paragraph.last, {"name": name})
        if not paragraph.mark:
            draft.doubt("Dòng này thiếu dấu đầu dòng")
        drafts.append(draft)
    return drafts
