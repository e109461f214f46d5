"""Figures that the office names in its prose: `{{dat}}`, `{{chi-tieu-5.thuc-hien}}`, out of one fixed list.

A name stands for a printed figure and nothing else: it is looked up as written, never computed.
"""

import re
from dataclasses import dataclass

from reports.award_table import counts
from reports.target_columns import targets_of
from reports.wording import TRACKS, on_track

FOUND = re.compile(r"\{\{([^{}\n]{0,80})\}\}")
NO_FIGURE = "(chưa có số liệu)"


@dataclass(frozen=True)
class Placeholder:
    """A name, what it stands for in words, and what it says now."""

    name: str
    label: str
    group: str
    value: str

    @property
    def code(self):
        return "{{" + self.name + "}}"


COUNTS = [
    ("tong", "Tổng số chỉ tiêu", lambda s: s["total"]),
    ("danh-gia", "Số chỉ tiêu có đánh giá", lambda s: s["total"] - s["tracked"]),
    ("dat-va-vuot", "Số chỉ tiêu đạt và vượt", lambda s: s["met"] + s["exceeded"]),
    ("dat", "Số chỉ tiêu đạt (không kể vượt)", lambda s: s["met"]),
    ("vuot", "Số chỉ tiêu vượt", lambda s: s["exceeded"]),
    ("chua-dat", "Số chỉ tiêu chưa đạt", lambda s: s["missed"]),
    ("chua-den-ky", "Số chỉ tiêu chưa đến kỳ đánh giá", lambda s: s["not_due"]),
    ("khong-tinh-duoc", "Số chỉ tiêu không tính được", lambda s: s["not_computable"]),
]
HANDED_IN = [
    ("don-vi-duoc-giao", "Số đơn vị phải nộp báo cáo", "assigned"),
    ("don-vi-da-nop", "Số đơn vị đã nộp", "submitted"),
    ("don-vi-dung-han", "Số đơn vị nộp đúng hạn", "on_time"),
    ("don-vi-nop-muon", "Số đơn vị nộp muộn", "late"),
    ("don-vi-da-duyet", "Số đơn vị đã được duyệt", "accepted"),
]
OF_A_TARGET = [
    ("thuc-hien", "thực hiện", "actual"),
    ("uoc", "ước cả năm", "estimate"),
    ("ke-hoach", "kế hoạch", "goal"),
    ("ty-le", "% so kế hoạch", "percent"),
    ("trong-ky", "thực hiện trong kỳ", "in_period"),
    ("cung-ky", "cùng kỳ năm trước", "baseline"),
    ("ty-le-cung-ky", "% so cùng kỳ", "baseline_percent"),
    ("danh-gia", "đánh giá", "verdict_label"),
]
RECIPIENTS = ["tap-the", "ho", "lanh-dao", "truc-tiep", "cong"]
RECIPIENT_WORDS = ["tập thể", "hộ gia đình", "cá nhân lãnh đạo, quản lý", "cá nhân trực tiếp", "tất cả"]
TRACK_NAMES = {"ward": ("khen", "Khen thưởng của phường"), "city": ("de-nghi", "Đề nghị cấp trên khen thưởng")}


def known(figures):
    """Every placeholder for these figures, in the order of the menu."""
    summary, handed_in, period = figures["summary"], figures["handed_in"], figures["period"]
    silent = handed_in["silent"]
    listed = [Placeholder(name, label, "Chỉ tiêu chung", f"{count(summary):02d}") for name, label, count in COUNTS]
    listed.append(Placeholder("ngay-chot", "Ngày chốt số liệu", "Chỉ tiêu chung", period["figures_as_of"]))
    group = "Tình hình nộp báo cáo"
    listed += [Placeholder(name, label, group, f"{handed_in[key]:02d}") for name, label, key in HANDED_IN]
    listed.append(Placeholder("don-vi-chua-nop", "Số đơn vị chưa nộp", group, f"{len(silent):02d}"))
    names = "; ".join(silent) or "không có"
    listed.append(Placeholder("danh-sach-chua-nop", "Tên các đơn vị chưa nộp", group, names))
    listed += _of_awards(figures["commendations"])
    if figures.get("replaces"):
        listed.append(Placeholder("bao-cao-thay-the", "Báo cáo bị thay thế", "Văn bản", figures["replaces"]))
    return listed + [each for target in targets_of(figures) for each in _of_target(target)]


def _of_awards(commendations):
    for track, _ in TRACKS:
        prefix, group = TRACK_NAMES[track]
        split = counts(on_track(commendations, track))
        for part, words, count in zip(RECIPIENTS, RECIPIENT_WORDS, split, strict=True):
            yield Placeholder(f"{prefix}-{part}", f"{group}: {words}", group, f"{count:02d}")


def _of_target(target):
    group = f"Chỉ tiêu {target['no']}. {target['name']}"
    unit = f" ({target['unit']})" if target["unit"] else ""
    return [
        Placeholder(f"chi-tieu-{target['no']}.{part}", f"{words}{unit if key in WITH_UNIT else ''}", group, value)
        for part, words, key in OF_A_TARGET
        if (value := target.get(key, "")) or key == "actual"
    ]


WITH_UNIT = frozenset({"actual", "estimate", "goal", "in_period", "baseline"})


def values(figures):
    """{name: what it says}; a target's figure that there is not says so."""
    return {each.name: each.value or NO_FIGURE for each in known(figures)}


def resolve(text, values):
    """The text with its figures put in; what is not a known name stays as it is, to be seen."""
    return FOUND.sub(lambda found: values.get(found[1].strip(), found[0]), text)


def unknown(text, values):
    """What is written as a placeholder and is none, as it stands in the text, each once."""
    return list(dict.fromkeys(found[0] for found in FOUND.finditer(text) if found[1].strip() not in values))
