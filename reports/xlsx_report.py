"""The city report as a workbook: real numbers, to be sorted and added up; text is never a formula."""

from decimal import Decimal

from django.utils import timezone

from campaign_portal import xlsx
from campaign_portal.xlsx import Column, Sheet
from reports import documents, target_columns
from reports.models import FileStage
from reports.paper import numbered
from reports.wording import RECIPIENTS, TRACKS
from targets import numbers

AWARD_KINDS = {"title": "Danh hiệu thi đua", "reward": "Hình thức khen thưởng"}
JUDGED_BY = {"actual": "Số thực hiện", "estimate": "Số ước cả năm", "": ""}
PLAN = ("at_least", "at_most")
DONE = ("in_period", "actual", "estimate", "percent", "baseline", "baseline_percent")
HANDED_IN = [
    Column("no", "STT", 7, kind="number"),
    Column("unit", "Đơn vị", 36),
    Column("cluster", "Khối", 28),
    Column("theme", "Chủ đề thi đua", 40),
    Column("arrived_at", "Thời điểm nộp", 24),
    Column("standing_label", "Tình trạng nộp", 16),
    Column("extended_until", "Gia hạn đến trước", 24),
    Column("state_label", "Xét duyệt", 18),
    Column("accepted_at", "Thời điểm duyệt", 24),
]
COMMENDED = [
    Column("no", "STT", 7, kind="number"),
    Column("track", "Thẩm quyền", 34),
    Column("kind", "Loại", 24),
    Column("award", "Danh hiệu, hình thức khen thưởng", 36),
    Column("recipient_kind", "Đối tượng", 16),
    Column("recipient", "Tập thể, hộ gia đình, cá nhân", 36),
    Column("position", "Chức vụ", 28),
    Column("unit", "Đơn vị", 30),
    Column("leads", "Lãnh đạo, quản lý", 12),
    Column("achievement", "Thành tích", 48),
    Column("decision", "Quyết định", 36),
]
EXAMPLES = [
    Column("no", "STT", 7, kind="number"),
    Column("name", "Điển hình, mô hình", 40),
    Column("unit", "Đơn vị", 32),
    Column("summary", "Tóm tắt", 90),
]

HEADINGS = ["part", "clause", "point"]
SAID = [
    Column("part", "Phần", 32),
    Column("clause", "Mục", 32),
    Column("point", "Điểm", 32),
    Column("text", "Nội dung", 100),
]


def write(report, stage):
    """The bytes of the workbook of a built report at a stage of its life."""
    figures = report.figures
    return xlsx.write(
        [
            Sheet("Bìa", [Column("what", "Thông tin", 32), Column("said", "Nội dung", 90)], _cover(report, stage)),
            Sheet("Chỉ tiêu", _target_columns(figures), _targets(figures), frozen_columns=4),
            Sheet("Tình hình nộp", HANDED_IN, _numbered(figures["handed_in"]["rows"]), frozen_columns=2),
            Sheet("Khen thưởng", COMMENDED, _commended(figures["commendations"]["rows"])),
            Sheet("Điển hình", EXAMPLES, _numbered(figures["examples"])),
            Sheet("Lời báo cáo", SAID, _said(documents.body(figures, report.texts, draft=stage == FileStage.DRAFT))),
        ]
    )


def _cover(report, stage):
    figures, period, handed_in = report.figures, report.figures["period"], report.figures["handed_in"]
    issued = stage == FileStage.ISSUED
    said = [
        ("Tài liệu", report.get_kind_display()),
        ("Cơ quan báo cáo", figures["issuer"]["name"]),
        ("Đợt thi đua", figures["campaign"]["short_name"]),
        ("Trích yếu", figures["campaign"]["subject"]),
        ("Kỳ báo cáo", period["name"]),
        ("Số liệu tính đến hết ngày", period["figures_as_of"]),
        ("Tổng hợp số liệu lúc", f"{timezone.localtime(report.as_of):%H:%M ngày %d/%m/%Y}"),
        ("Hạn nộp của các đơn vị", period["units_due"]),
        ("Hạn gửi báo cáo", period["report_due"]),
        ("Đơn vị đã nộp", f"{handed_in['submitted']}/{handed_in['assigned']}"),
        ("Bản", FileStage(stage).label),
        ("Số, ký hiệu", numbered(report.number, figures["issuer"]["symbol"]) if issued else ""),
        ("Ngày ban hành", f"{report.issued_on:%d/%m/%Y}" if issued else ""),
        ("Mã kiểm tra số liệu", report.digest),
        ("Ghi chú", "Số liệu tổng hợp từ kết quả đã được duyệt; ô trống là không có số liệu."),
    ]
    return [row for row in said if row[1]]


def _target_columns(figures):
    shown = {column.code: column.heading for column in target_columns.columns(figures)}

    def figure(code, title):
        return Column(code, title, 18, kind="number", decimals=2 if "percent" in code else None)

    return [
        Column("no", "STT", 7, kind="number"),
        Column("sector", "Lĩnh vực", 26),
        Column("heading", "Nhóm", 22),
        Column("name", "Chỉ tiêu", 48),
        Column("unit", "Đơn vị tính", 14),
        Column("goal", shown["goal"], 20),
        figure("at_least", "Kế hoạch: ít nhất"),
        figure("at_most", "Kế hoạch: không quá"),
        *(figure(code, shown[code]) for code in DONE if code in shown),
        Column("k", "Số đơn vị có số liệu", 12, kind="number"),
        Column("m", "Số đơn vị được giao", 12, kind="number"),
        Column("verdict_label", "Đánh giá", 16),
        Column("judged", "Đánh giá theo", 16),
        Column("lead", "Đơn vị chủ trì", 30),
        Column("adjusted", "Hiệu chỉnh", 34),
        Column("note", "Ghi chú", 40),
    ]


def _targets(figures):
    for sector in figures["sectors"]:
        for group in sector["groups"]:
            for target in group["targets"]:
                yield {
                    **target,
                    "no": _number(target["no"]),
                    "sector": sector["name"],
                    "heading": group["heading"],
                    **{code: _figure(target, code) for code in PLAN + DONE},
                    "judged": JUDGED_BY[target["judged"]],
                    "adjusted": _adjusted(target),
                }


def _figure(target, code):
    """The number as it was reckoned; where only what is printed is known, that one; words stay words."""
    exact = target["raw"].get(code)
    return Decimal(exact) if exact is not None else _number(target.get(code, ""))


def _number(printed):
    try:
        return numbers.parse(printed)
    except numbers.NotANumber:
        return printed


def _adjusted(target):
    if not target["adjusted"]:
        return ""
    before = target["adjusted_from"]
    return f"Đã hiệu chỉnh; số các đơn vị nộp: {before}" if before else "Đã hiệu chỉnh"


def _commended(rows):
    tracks, kinds = dict(TRACKS), dict(RECIPIENTS)
    for row in _numbered(rows):
        yield row | {
            "track": tracks[row["track"]],
            "kind": AWARD_KINDS[row["kind"]],
            "recipient_kind": kinds[row["recipient_kind"]].capitalize(),
            "leads": "Có" if row["leads"] else "",
        }


def _said(blocks):
    """Every paragraph beside the headings that it stands under."""
    above, rows = {}, []
    for block in blocks:
        if block.kind in HEADINGS:
            higher = HEADINGS[: HEADINGS.index(block.kind)]
            above = {kind: above.get(kind, "") for kind in higher} | {block.kind: block.text}
        elif block.text:
            rows.append(above | {"text": block.text})
    return rows


def _numbered(rows):
    return [row | {"no": number} for number, row in enumerate(rows, start=1)]
