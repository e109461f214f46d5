"""The archive's data as a workbook: one row a figure, as people sort and filter it. Numbers are numbers."""

from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from campaign_portal.xlsx import Column, Sheet

FIGURES = [("amount", "Thực hiện"), ("base", "Mẫu số"), ("est_amount", "Ước cả năm"), ("est_base", "Mẫu số, ước")]


def sheets(data):
    """What `campaign_portal.xlsx.write` takes, from what `reports.archive_data.gather` gave."""
    return [_targets(data), _results(data), _hand_ins(data), _nominations(data), _decisions(data)]


def _text(key, title, width=24):
    return Column(key, title, width=width)


def _number(key, title):
    return Column(key, title, kind="number", width=16, decimals=None)


def _decimal(text):
    return None if text is None else Decimal(text)


def _moment(text):
    return timezone.localtime(datetime.fromisoformat(text)).strftime("%d/%m/%Y %H:%M:%S") if text else ""


def _targets(data):
    columns = [
        *(
            _text("code", "Mã", 12),
            _text("number", "STT", 8),
            _text("sector", "Lĩnh vực"),
            _text("name", "Chỉ tiêu", 60),
        ),
        *(_number("at_least", "Không thấp hơn"), _number("at_most", "Không quá"), _text("unit", "Đơn vị tính", 14)),
    ]
    rows = (
        {
            "code": target["code"],
            "number": str(target["number"]),
            "sector": target["sector"],
            "name": target["name"],
            "at_least": _decimal(target["at_least"]),
            "at_most": _decimal(target["at_most"]),
            "unit": target["unit_of_measure"],
        }
        for target in data["plan"]["targets"]
    )
    return Sheet("Chỉ tiêu", columns, rows)


def _results(data):
    names = {unit["code"]: unit["name"] for unit in data["units"]}
    titles = {target["code"]: target["name"] for target in data["plan"]["targets"]}
    columns = [
        *(_text("period", "Kỳ"), _text("unit", "Đơn vị", 40), _text("revision", "Lần nộp", 10)),
        *(_text("in_force", "Được duyệt", 12), _text("target", "Mã chỉ tiêu", 12), _text("name", "Chỉ tiêu", 50)),
        *(_number(key, title) for key, title in FIGURES),
        *(_text("text", "Bằng lời", 40), _text("note", "Ghi chú", 40)),
    ]

    def rows():
        for hand_in in data["hand_ins"]:
            for revision in hand_in["revisions"]:
                for result in revision["results"]:
                    yield {
                        "period": hand_in["period"],
                        "unit": names.get(hand_in["unit"], hand_in["unit"]),
                        "revision": str(revision["number"]),
                        "in_force": "x" if hand_in["accepted_revision"] == revision["number"] else "",
                        "target": result["target"],
                        "name": titles.get(result["target"], ""),
                        **{key: _decimal(result[key]) for key, _ in FIGURES},
                        "text": "Không có số liệu" if result["no_data"] else result["text"],
                        "note": result["note"],
                    }

    return Sheet("Số liệu đơn vị", columns, rows())


def _hand_ins(data):
    names = {unit["code"]: unit["name"] for unit in data["units"]}
    columns = [
        *(_text("period", "Kỳ"), _text("unit", "Đơn vị", 40), _text("state", "Trạng thái", 16)),
        *(_text("first", "Nộp lần đầu", 22), _text("late", "Muộn", 8), _text("count", "Số lần nộp", 12)),
    ]
    rows = (
        {
            "period": hand_in["period"],
            "unit": names.get(hand_in["unit"], hand_in["unit"]),
            "state": hand_in["state"],
            "first": _moment(hand_in["revisions"][0]["arrived_at"]) if hand_in["revisions"] else "",
            "late": "x" if hand_in["revisions"] and hand_in["revisions"][0]["is_late"] else "",
            "count": str(len(hand_in["revisions"])),
        }
        for hand_in in data["hand_ins"]
    )
    return Sheet("Tình hình nộp", columns, rows)


def _nominations(data):
    columns = [
        *(_text("recipient", "Được đề nghị", 40), _text("recipient_kind", "Đối tượng", 14)),
        *(_text("award", "Khen thưởng", 36), _text("unit", "Đơn vị đề nghị", 16), _text("state", "Kết quả", 18)),
        *(_text("decision", "Quyết định"), _text("achievement", "Thành tích", 60)),
    ]
    return Sheet("Khen thưởng", columns, ({c.key: row[c.key] for c in columns} for row in data["nominations"]))


def _decisions(data):
    columns = [
        *(_text("number", "Số"), _text("issued_on", "Ngày", 14), _text("title", "Trích yếu", 60)),
        _text("signer", "Người ký"),
    ]
    return Sheet("Quyết định", columns, ({c.key: row[c.key] or "" for c in columns} for row in data["decisions"]))
