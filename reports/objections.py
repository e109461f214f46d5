"""What a careful reader would object to in a city report before it goes out. No queries, no clock.

Everything is a warning and leaves the decision to people, except a placeholder that is none: it would be printed.
"""

from dataclasses import dataclass

from reports import documents, placeholders
from reports.prose_numbers import numbers_without_table, other_cut_offs
from reports.target_columns import targets_of

SPEAKS_OF_LATENESS = ("chậm", "muộn", "chưa nộp", "không nộp", "quá hạn")
MOST_TOLD = 20  # numbers or placeholders of one section, one by one
EXPLAINING = ("opening", "leadership", "targets", "strengths", "weaknesses")


@dataclass(frozen=True)
class Objection:
    """`section` is the code of the section it is about, "" for the whole; `forbids` says that it must be put right."""

    sentence: str
    section: str = ""
    forbids: bool = False


def objections(figures, texts):
    """Everything there is to say, what must be put right first. `texts` are frozen ones (`figures.frozen_texts`)."""
    said = {code: texts.get(code, "") for code, _ in documents.sections(figures["tasks"])}
    return [
        *_unknown(said),
        *_without_figure(said),
        *_empty(figures, said),
        *_cut_off(figures, said),
        *_unreviewed(figures),
        *_overdue(figures, said),
        *_without_cause(figures),
        *_numbers(figures, said),
    ]


def _unknown(said):
    for code, text in said.items():
        for written in placeholders.unknown(text, {})[:MOST_TOLD]:
            yield Objection(
                f"“{written}” không phải ký hiệu số liệu của cổng; đề nghị sửa hoặc bỏ.", code, forbids=True
            )


def _without_figure(said):
    for code, text in said.items():
        if placeholders.NO_FIGURE in text:
            yield Objection(f"Có số liệu được chèn nhưng chưa có: “{_around(text, placeholders.NO_FIGURE)}”.", code)


def _empty(figures, said):
    asked = documents.ASKED | {task["code"] for task in figures["tasks"]}
    headings = [
        heading.split()[0].rstrip(".")
        for code, heading in documents.sections(figures["tasks"])
        if code in asked and not said[code].strip()
    ]
    if headings:
        yield Objection(f"{len(headings):02d} mục chưa có nội dung: {', '.join(headings)}.")


def _cut_off(figures, said):
    stated = figures["period"]["figures_as_of"]
    if not stated:
        yield Objection("Báo cáo chưa nêu ngày chốt số liệu.")
    for code, text in said.items():
        for other in other_cut_offs(text, stated):
            yield Objection(f"Ghi số liệu tính đến {other}, trong khi ngày chốt của kỳ là {stated}.", code)


def _unreviewed(figures):
    if count := figures["handed_in"]["unreviewed"]:
        yield Objection(f"{count:02d} kết quả đã nộp nhưng chưa duyệt: chưa tính vào báo cáo.")


def _overdue(figures, said):
    handed_in = figures["handed_in"]
    explained = any(word in said.get(code, "").lower() for code in EXPLAINING for word in SPEAKS_OF_LATENESS)
    if silent := handed_in["silent"]:
        named = "; ".join(silent[:8]) + ("; …" if len(silent) > 8 else "")
        sentence = f"{len(silent):02d} đơn vị chưa nộp, được nêu tên tại Phụ lục II: {named}."
        yield Objection(sentence if explained else f"{sentence} Lời báo cáo chưa nói lý do.", "weaknesses")
    if handed_in["late"] and not explained:
        yield Objection(f"{handed_in['late']:02d} đơn vị nộp muộn; lời báo cáo chưa nói lý do.", "weaknesses")


def _without_cause(figures):
    words = {"missed": "chưa đạt nhưng chưa ghi nguyên nhân", "not_computable": "không tính được, chưa ghi lý do"}
    for target in targets_of(figures):
        if target["verdict"] in words and not target["note"]:
            yield Objection(f"Chỉ tiêu {target['no']} ({target['name']}) {words[target['verdict']]}.", "targets")


def _numbers(figures, said):
    for code, text in said.items():
        found = numbers_without_table(figures, text)
        for number, around in found[:MOST_TOLD]:
            yield Objection(f"Số “{number}” không có trong bảng nào của báo cáo: “{around}”.", code)
        if len(found) > MOST_TOLD:
            rest = len(found) - MOST_TOLD
            yield Objection(f"Còn {rest} số khác không có trong bảng nào của báo cáo.", code)


def _around(text, part):
    start = text.index(part)
    return " ".join(text[max(0, start - 40) : start + len(part) + 20].split())


def with_headings(found, figures):
    """[(section code, heading, [Objection, …]), …] in the report's order, the whole first."""
    by_code = [(code, heading, [each for each in found if each.section == code]) for code, heading in headings(figures)]
    return [group for group in by_code if group[2]]


def headings(figures):
    """[(section code, heading), …], the whole report first."""
    return [("", "Cả báo cáo"), *documents.sections(figures["tasks"])]
