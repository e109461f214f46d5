"""What a report says otherwise than the one it replaces: counts, targets and words. No queries, no clock."""

from dataclasses import dataclass

from reports import documents
from reports.target_columns import targets_of
from targets.rewording import Paragraphs, paragraphs

COUNTS = [
    ("total", "Tổng số chỉ tiêu"),
    ("met", "Chỉ tiêu đạt"),
    ("exceeded", "Chỉ tiêu vượt"),
    ("missed", "Chỉ tiêu chưa đạt"),
    ("not_due", "Chỉ tiêu chưa đến kỳ"),
    ("not_computable", "Chỉ tiêu không tính được"),
    ("tracked", "Chỉ tiêu chỉ theo dõi"),
]
HANDED_IN = [
    ("assigned", "Đơn vị phải nộp"),
    ("submitted", "Đơn vị đã nộp"),
    ("late", "Đơn vị nộp muộn"),
    ("accepted", "Đơn vị đã duyệt"),
    ("unreviewed", "Đơn vị chờ duyệt"),
]
PARTS = [
    ("name", "Tên chỉ tiêu"),
    ("unit", "Đơn vị tính"),
    ("goal", "Kế hoạch"),
    ("in_period", "Thực hiện trong kỳ"),
    ("actual", "Thực hiện"),
    ("estimate", "Ước cả năm"),
    ("percent", "% so kế hoạch"),
    ("baseline", "Cùng kỳ năm trước"),
    ("verdict_label", "Đánh giá"),
    ("note", "Ghi chú"),
]


@dataclass(frozen=True)
class Change:
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class TextChange:
    heading: str
    paragraphs: tuple[Paragraphs, ...]


@dataclass(frozen=True)
class Differences:
    """`targets` are [(number and name, [Change, …])]; `lists` are names that came or went, as sentences."""

    counts: tuple[Change, ...]
    targets: tuple[tuple[str, tuple[Change, ...]], ...]
    lists: tuple[str, ...]
    texts: tuple[TextChange, ...]

    @property
    def is_empty(self):
        return not (self.counts or self.targets or self.lists or self.texts)


def differences(old, new):
    """Both are `reports.models.Report` with frozen figures and texts."""
    return Differences(
        counts=tuple(_counts(old.figures, new.figures)),
        targets=tuple(_targets(old.figures, new.figures)),
        lists=tuple(_lists(old.figures, new.figures)),
        texts=tuple(_texts(old, new)),
    )


def _counts(old, new):
    held = [("summary", COUNTS), ("handed_in", HANDED_IN)]
    for place, labels in held:
        for key, label in labels:
            if old[place][key] != new[place][key]:
                yield Change(label, str(old[place][key]), str(new[place][key]))
    was, now = (each["period"]["figures_as_of"] for each in (old, new))
    if was != now:
        yield Change("Ngày chốt số liệu", was, now)


def _targets(old, new):
    was, now = ({target["no"]: target for target in targets_of(each)} for each in (old, new))
    for number, target in now.items():
        before = was.get(number)
        if before is None:
            yield f"{number}. {target['name']}", (Change("Chỉ tiêu", "chưa có", "thêm mới"),)
            continue
        said = [(label, str(before.get(part, "")), str(target.get(part, ""))) for part, label in PARTS]
        changed = tuple(Change(label, one or "–", other or "–") for label, one, other in said if one != other)
        if changed:
            yield f"{number}. {target['name']}", changed
    for number, target in was.items():
        if number not in now:
            yield f"{number}. {target['name']}", (Change("Chỉ tiêu", "có", "không còn"),)


def _lists(old, new):
    kinds = [
        ("Đơn vị chưa nộp", lambda figures: figures["handed_in"]["silent"]),
        ("Khen thưởng", lambda figures: [_award(row) for row in figures["commendations"]["rows"]]),
        ("Điển hình", lambda figures: [f"{each['name']} ({each['unit']})" for each in figures["examples"]]),
        ("Phong trào", lambda figures: figures["movements"]),
    ]
    for label, named in kinds:
        was, now = named(old), named(new)
        if came := [name for name in now if name not in was]:
            yield f"{label} – thêm: {'; '.join(came)}."
        if went := [name for name in was if name not in now]:
            yield f"{label} – bớt: {'; '.join(went)}."


def _award(row):
    return f"{row['recipient']} ({row['award']}{', đề nghị cấp trên' if row['track'] == 'city' else ''})"


def _texts(old, new):
    headings = dict(documents.sections(old.figures["tasks"])) | dict(documents.sections(new.figures["tasks"]))
    for code, heading in headings.items():
        was, now = (each.texts.get(code, "").splitlines() for each in (old, new))
        if was != now:
            yield TextChange(heading, tuple(paragraphs(was, now)))
