"""The check sheet: what the portal holds of a plan beside the sentences it came from, to tick against the signed copy.

figures = {
    "issuer": {"agency": [str], "name": str, "place": str},
    "short_name": str, "title": str, "digest": str,
    "code": str,                  # "3F2A-9C01", printed on every page
    "has_reading": bool,          # the plan's own text was put into the portal
    "counts": {"targets": int, "marked": int},
    "sections": [{"no": "I", "name": str, "labels": "numbers"|"names"|"", "groups": [{"name": str, "rows": [Row]}]}],
}
Row = {"label": str, "held": [str], "figure": str, "source": [str], "remarks": [str]}   # a remark is a line to mark
"""

import re
from decimal import Decimal
from itertools import groupby

from django.template.loader import render_to_string
from django.utils.dateparse import parse_date, parse_datetime

from campaigns import deadlines
from campaigns.models import Campaign
from reports.documents import ROMAN
from targets import numbers
from targets.comparing import day, goal_words
from targets.models import PlanReading
from targets.plan_contents import TEXTS, contents, digest, listed, short_code

SENTENCE = re.compile(r"(?<=[.;:])\s+")
MEASURES = {"%": "phần trăm", "‰": "phần nghìn"}
SHORT_TEXTS = ("signer_block", "recipients")  # lists of lines, not prose
TO_CONFIRM = "Cần phường xác nhận"
NOT_VERBATIM = "Không có nguyên văn trong văn bản đã đưa vào cổng."
VERBATIM = "Trùng nguyên văn."


def gather(campaign):
    """What the sheet says, as of now."""
    held = contents(campaign)
    reading = PlanReading.objects.filter(campaign=campaign).first()
    source = Source(reading.text if reading else "\n".join(held["texts"].values()), is_own=reading is None)
    cautions = {target.code: target.caution for target in listed(campaign)}
    made = digest(held)
    sections = [
        ("Số, ngày, thời gian, nơi nhận, người ký", _facts(held, source)),
        ("Lời văn của kế hoạch", _texts(held["texts"], source)),
        ("Chỉ tiêu", _targets(held["targets"], cautions, source)),
        ("Phong trào thi đua", _movements(held["movements"], source)),
        ("Kỳ báo cáo và thời hạn", _periods(held["periods"], source)),
    ]
    sections = [(name, groups) for name, groups in sections if groups]
    rows = [row for _, groups in sections for group in groups for row in group["rows"]]
    return {
        "issuer": {
            "agency": _lines(campaign.organiser.agency_lines) or [campaign.organiser.name.upper()],
            "name": campaign.organiser.name,
            "place": campaign.organiser.place,
        },
        "short_name": campaign.short_name,
        "title": campaign.title,
        "digest": made,
        "code": short_code(made),
        "has_reading": reading is not None,
        "counts": {"targets": len(held["targets"]), "marked": sum(bool(row["remarks"]) for row in rows)},
        "sections": [_section(number, name, groups) for number, (name, groups) in zip(ROMAN, sections, strict=False)],
    }


def _section(number, name, groups):
    labels = {row["label"] for group in groups for row in group["rows"]}
    kind = "numbers" if all(label.isdecimal() for label in labels) else "names" if any(labels) else ""
    return {"no": number, "name": name, "labels": kind, "groups": groups}


def html(figures):
    """The sheet of frozen figures."""
    return render_to_string("documents/check_sheet.html", {"title": "Phiếu đối chiếu kế hoạch", "figures": figures})


class Source:
    """The text that a plan was read from; `is_own` where there is none and the plan's own parts stand for it."""

    def __init__(self, text, *, is_own):
        self.is_own = is_own
        self.whole = _squeezed(text)
        self.sentences = [] if not self.whole else SENTENCE.split(" ".join(text.split()))

    def holds(self, words):
        return _squeezed(words) in self.whole

    def sentence(self, *wanted):
        """The first sentence with one of the wordings, the earlier ones preferred; "" if there is none."""
        for words in filter(None, map(_squeezed, wanted)):
            for sentence in self.sentences:
                if words in _squeezed(sentence):
                    return sentence
        return ""

    def said_of(self, words):
        """(source lines, remarks) of something copied word for word."""
        if self.is_own:
            return [], []
        return ([VERBATIM], []) if self.holds(words) else ([], [NOT_VERBATIM])


def _lines(text):
    return [line.strip() for line in text.splitlines() if line.strip()]


def _squeezed(text):
    return " ".join(text.split()).casefold()


def _row(label, held, *, figure="", source=(), remarks=()):
    return {
        "label": label,
        "held": [line for line in held if line],
        "figure": figure,
        "source": [line for line in source if line],
        "remarks": [line for line in remarks if line],
    }


# --- Sections ---------------------------------------------------------------------------------------------------------


def _label(name):
    label = str(Campaign._meta.get_field(name).verbose_name)
    return label[0].upper() + label[1:]


def _facts(held, source):
    facts, texts = held["facts"], held["texts"]
    number = facts["number"] or "(chưa ghi số)"
    issued = f"ngày {day(facts['issued_on'])}" if facts["issued_on"] else "(chưa ghi ngày)"
    blank = [] if facts["number"] and facts["issued_on"] else ["Cổng chưa ghi số hoặc ngày của kế hoạch."]
    rows = [
        _quoted(source, _label("title"), [facts["title"]]),
        _row("Số, ngày", [f"{number}, {issued}"], source=[source.sentence(facts["number"])], remarks=blank),
        _quoted(source, _label("higher_plan"), facts["higher_plan"].splitlines()),
        _quoted(source, _label("resolution"), facts["resolution"].splitlines()),
        _row("Thời gian", [f"Từ ngày {day(facts['starts_on'])} đến hết ngày {day(facts['ends_on'])}"],
             source=[source.sentence(day(facts["ends_on"]), texts["timing"])]),
        _quoted(source, _label("report_addressee"), [facts["report_addressee"]]),
        _quoted(source, "Nơi nhận", _lines(texts["recipients"])),
        _quoted(source, "Người ký", [*_lines(texts["signer_block"]), facts["signer_name"]]),
    ]  # fmt: skip
    return [{"name": "", "rows": [row for row in rows if row["held"]]}]


def _quoted(source, label, lines):
    """Lines copied word for word: those that the source does not hold are named."""
    strange = (
        [] if source.is_own else [line for line in lines if line.strip() and not source.holds(line.strip(" -–;."))]
    )
    remarks = [f"{NOT_VERBATIM[:-1]}: “{line.strip()}”." for line in strange] if len(strange) < len(lines) else []
    if strange and not remarks:
        remarks = [NOT_VERBATIM]
    return _row(label, lines, source=[] if source.is_own or strange else [VERBATIM], remarks=remarks)


def _texts(texts, source):
    groups = []
    for name in TEXTS:
        paragraphs = _lines(texts[name]) if name not in SHORT_TEXTS else []
        rows = []
        for paragraph in paragraphs:
            lines, remarks = source.said_of(paragraph)
            rows.append(_row("", [paragraph], source=lines, remarks=remarks))
        if rows:
            groups.append({"name": _label(name), "rows": rows})
    return groups


def _targets(targets, cautions, source):
    names = {target["code"]: target["number"] for target in targets}
    groups = []
    for place, together in groupby(targets, key=lambda target: (target["sector"], target["heading"])):
        rows = [_target(target, names, cautions.get(target["code"], ""), source) for target in together]
        groups.append({"name": " › ".join(filter(None, place)), "rows": rows})
    return groups


def _target(target, names, caution, source):
    bounds = [Decimal(target[end]) for end in ("at_least", "at_most") if target[end] is not None]
    strange = [numbers.show(bound) for bound in bounds if bound and not _says(target["wording"], bound)]
    facts = [f"Cách trả lời: {target['answer'].split(' (')[0].lower()}", f"cấp giao: {target['given_by'].lower()}"]
    if target["part_of"]:
        facts.append(f"trong đó của chỉ tiêu {names.get(target['part_of'], '')}")
    remarks = [line if line.startswith(TO_CONFIRM) else f"{TO_CONFIRM}: {line}" for line in _lines(caution)]
    remarks += [f"Số {number} không có trong nguyên văn." for number in strange]
    if not source.is_own and not source.holds(target["wording"]):
        remarks.append(NOT_VERBATIM)
    return _row(
        str(target["number"]),
        [target["name"], f"({goal_in_words(target)})", f"{'; '.join(facts)}."],
        figure=f"{goal_words(target)} {target['unit_of_measure']}".strip() if bounds else goal_words(target),
        source=[target["wording"]],
        remarks=remarks,
    )


def _says(wording, bound):
    return re.search(rf"(?<![0-9.,]){re.escape(numbers.show(bound))}(?![0-9]|[.,][0-9])", wording) is not None


def goal_in_words(target):
    """ "không thấp hơn chín mươi lăm phần trăm"."""
    low, high = (target[end] and Decimal(target[end]) for end in ("at_least", "at_most"))
    measure = MEASURES.get(target["unit_of_measure"], target["unit_of_measure"])
    if low is None and high is None:
        return "không có mức, chỉ theo dõi"
    if high is None:
        said = f"không thấp hơn {numbers.in_words(low)}"
    elif low is None:
        said = f"không quá {numbers.in_words(high)}" if high else "không còn: bằng không"
    elif low == high:
        said = f"đúng {numbers.in_words(low)}"
    else:
        said = f"từ {numbers.in_words(low)} đến {numbers.in_words(high)}"
    return f"{said} {measure}".strip()


def _movements(movements, source):
    rows = []
    for number, movement in enumerate(movements, start=1):
        sentence = source.sentence(movement["name"]) or (VERBATIM if source.holds(movement["name"]) else "")
        remarks = [] if source.is_own or sentence else [NOT_VERBATIM]
        level = f"Cấp phát động: {movement['launched_by'].lower()}."
        rows.append(_row(str(number), [f"“{movement['name']}”", level], source=[sentence], remarks=remarks))
    return [{"name": "", "rows": rows}] if rows else []


def _periods(periods, source):
    groups = []
    for period in periods:
        rows = [_row("Số liệu chốt", [f"Đến hết ngày {parse_date(period['figures_as_of']):%d/%m/%Y}."])]
        for end, label in (("units_due", "Đơn vị nộp"), ("report_due", "Báo cáo thành phố")):
            moment, words = parse_datetime(period[end]), period[f"{end}_words"]
            sentence = source.sentence(words, re.sub(r"^.*?(?=\d{1,2}/)", "", words))
            remarks = [] if sentence else ["Không thấy thời hạn này trong lời văn của kế hoạch."]
            said = [words[0].upper() + words[1:] + ".", deadlines.read_back(moment)]
            rows.append(_row(label, said, source=[sentence], remarks=remarks))
        groups.append({"name": period["name"], "rows": rows})
    return groups
