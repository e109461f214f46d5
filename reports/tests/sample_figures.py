"""Figures and texts in the shape of `reports.documents`, as long as a real season: 22 targets, 60 units."""

MILLION, EXCEEDED = "triệu đồng", "exceeded"
PLAN = [
    ("I", "Chỉ tiêu kinh tế", [
        ("", [
            ("Giá trị sản xuất công nghiệp, tiểu thủ công nghiệp", MILLION, "537.487,84", "541.200", "100,7", EXCEEDED),
            ("Tổng mức bán lẻ hàng hóa", MILLION, "10.712.726,79", "10.712.726,79", "100", "met"),
            ("Doanh thu dịch vụ lưu trú và ăn uống", MILLION, "1.809.001,12", "1.795.640,3", "99,2", "missed"),
            ("Giá trị sản xuất nông, lâm, thủy sản", MILLION, "83.485,19", "84.001", "100,6", EXCEEDED),
            ("Thu ngân sách nhà nước trên địa bàn", MILLION, "330.681", "402.117", "121,6", EXCEEDED),
            ("Tổng chi ngân sách (sau trừ tiết kiệm 10% chi)", MILLION, "không quá 330.681", "329.874", "99,7", "met"),
        ]),
    ]),
    ("II", "Chỉ tiêu Văn hóa - Xã hội", [
        ("", [
            ("Tỷ lệ tăng dân số tự nhiên", "%", "không quá 0,67", "0,61", "91", "met"),
            ("Tỷ lệ tổ dân phố đạt tổ dân phố văn hóa", "%", "95", "97,5", "102,6", EXCEEDED),
            ("Tỷ lệ gia đình được công nhận gia đình văn hóa", "%", "95", "94,96", "99,9", "missed"),
            ("Tỷ lệ hộ nghèo theo chuẩn nghèo quốc gia: không còn hộ nghèo", "hộ", "không quá 0", "0", "", "met"),
            ("Giải quyết việc làm năm 2025", "người", "1.805", "1.902", "105,4", EXCEEDED),
            ("Tỷ lệ người dân tham gia BHXH", "%", "95,08", "95,1", "100", EXCEEDED),
            ("Tỷ lệ tham gia BHXH tự nguyện", "%", "51", "51", "100", "met"),
        ]),
    ]),
    ("III", "Chỉ tiêu giáo dục", [
        ("Giáo dục mầm non", [
            ("Tổng số cháu đi nhà trẻ", "cháu", "850", "861", "101,3", EXCEEDED),
            ("Tổng số học sinh mẫu giáo", "học sinh", "3.268", "3.268", "100", "met"),
        ]),
        ("Giáo dục tiểu học", [
            ("Tổng số lớp học", "lớp", "139", "139", "100", "met"),
            ("Tổng số học sinh", "học sinh", "4.675", "4.690", "100,3", EXCEEDED),
        ]),
        ("Giáo dục trung học cơ sở", [
            ("Tổng số lớp học", "lớp", "88", "88", "100", "met"),
            ("Tổng số học sinh", "học sinh", "3.867", "3.870", "100,1", EXCEEDED),
        ]),
    ]),
    ("IV", "Chỉ tiêu môi trường", [
        ("", [
            ("Tỷ lệ hộ dân được sử dụng nước sạch theo tiêu chuẩn", "%", "100", "", "", "not_computable"),
            ("Tỷ lệ chất thải đô thị được thu gom, xử lý hợp vệ sinh", "%", "100", "100", "100", "met"),
        ]),
    ]),
    ("V", "Quốc phòng", [("", [("Hoàn thành chỉ tiêu giao quân", "%", "100", "100", "100", "met")])]),
]  # fmt: skip
LABELS = {"exceeded": "Vượt", "met": "Đạt", "missed": "Chưa đạt", "not_computable": "Không tính được"}
HIGHER_PLAN = (
    "Kế hoạch số 232/KH-UBND ngày 09/9/2025 của Ủy ban nhân dân thành phố về việc phát động đợt thi đua thực hiện "
    "thắng lợi nhiệm vụ phát triển kinh tế - xã hội, bảo đảm quốc phòng - an ninh năm 2025 của thành phố Hải Phòng"
)
CLUSTERS = [("Khối phòng, ban, đơn vị sự nghiệp", 8), ("Khối trường học", 12), ("Khối tổ dân phố", 40)]


def sample_figures(*, final=True):
    sectors, number = [], 0
    for no, name, groups in PLAN:
        sector = {"no": no, "name": name, "groups": []}
        for heading, rows in groups:
            targets = []
            for wording, unit, goal, actual, percent, verdict in rows:
                number += 1
                targets.append(_target(number, wording, unit, goal, actual, percent, verdict, final=final))
            sector["groups"].append({"heading": heading, "targets": targets})
        sectors.append(sector)
    return {
        "issuer": {
            "higher": "",
            "agency": ["ỦY BAN NHÂN DÂN", "PHƯỜNG KIẾN AN"],
            "name": "Ủy ban nhân dân phường Kiến An",
            "place": "Kiến An",
            "symbol": "BC-UBND",
            "addressees": ["Ban Thi đua - Khen thưởng thành phố Hải Phòng"],
            "recipients": [
                "- Như trên;",
                "- TTĐU; TT HĐND phường;",
                "- CT, các PCT UBND phường;",
                "- Cơ quan Ủy ban MTTQVN phường;",
                "- Lưu: VT, VHXH.",
            ],
            "authority": ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"],
            "signer": "Trần Thị Phương",
        },
        "campaign": {
            "short_name": "Đợt thi đua năm 2025",
            "subject": "Kết quả thực hiện đợt thi đua thực hiện thắng lợi nhiệm vụ phát triển kinh tế - xã hội, bảo "
            "đảm quốc phòng - an ninh năm 2025 của phường Kiến An, lập thành tích xuất sắc chào mừng Đại hội thi đua "
            "yêu nước thành phố lần thứ I (2025 - 2030) tiến tới Đại hội thi đua yêu nước toàn quốc lần thứ XI",
            "bases": [HIGHER_PLAN],
        },
        "period": {
            "name": "Kỳ báo cáo năm 2025",
            "year": "2025",
            "figures_as_of": "31/12/2025" if final else "30/11/2025",
            "units_due": "trước ngày 10/12/2025 (hết ngày 09/12/2025)",
            "report_due": "trước ngày 15/12/2025 (hết ngày 14/12/2025)",
            "final": final,
        },
        "summary": {
            "total": 22, "met": 10, "exceeded": 9, "missed": 2, "not_due": 0, "not_computable": 1, "tracked": 0,
        },
        "sectors": sectors,
        "movements": ["Vì người nghèo - không để ai bị bỏ lại phía sau", '"Bình dân học vụ số"'],
        "tasks": [
            {"code": "task-a", "heading": "Thực hiện các Nghị quyết quan trọng của Bộ Chính trị"},
            {"code": "task-b", "heading": "Thực hiện mục tiêu tăng trưởng kinh tế năm 2025"},
            {"code": "task-c", "heading": "Thực hiện các phong trào thi đua do Thủ tướng Chính phủ phát động"},
            {"code": "task-d", "heading": "Thực hiện Chỉ thị số 41-CT/TW, Chỉ thị số 46-CT/TU"},
            {"code": "task-e", "heading": "Công tác tuyên truyền"},
            {"code": "task-f", "heading": "Phát hiện, bồi dưỡng, nhân rộng các điển hình tiên tiến"},
        ],
        "examples": [],
        "handed_in": _handed_in(),
        "commendations": {"waiting": 3, "rows": _commendations()},
        "replaces": "",
    }  # fmt: skip


def compared_figures():
    """The same of a middle period, with every column there can be: the period alone, the estimate, last year."""
    figures = sample_figures(final=False)
    figures["examples"] = [{"name": "Tuyến phố xanh", "unit": "Tổ dân phố 3", "summary": "Tự quản 12 tuyến phố"}]
    for sector in figures["sectors"]:
        for group in sector["groups"]:
            for target in group["targets"]:
                is_rate, had = target["unit"] == "%", target["actual"] != ""
                target |= {
                    "in_period": "" if is_rate else target["actual"],
                    "points": "+2,5" if is_rate and had else "",
                    "baseline": target["actual"] if had else "không có số liệu so sánh",
                    "baseline_percent": "104,2" if had else "",
                    "baseline_points": "-0,04" if is_rate and had else "",
                }
    return figures


def sample_texts():
    paragraph = (
        "Ủy ban nhân dân phường đã tổ chức phát động đến toàn thể cán bộ, công chức, viên chức và các tầng lớp Nhân "
        "dân; các cơ quan, đơn vị bám sát chỉ tiêu, nhiệm vụ được giao, đẩy mạnh tuyên truyền và kịp thời gỡ khó khăn."
    )
    return {
        "leadership": f"{paragraph}\n- Ban hành 03 văn bản chỉ đạo.\n- Tổ chức 01 hội nghị phát động.",
        "tasks": "",
        "task-a": paragraph,
        "task-b": paragraph,
        "task-c": paragraph,
        "task-d": paragraph,
        "task-e": "",
        "task-f": paragraph,
        "movements": paragraph,
        "examples": paragraph,
        "strengths": paragraph,
        "weaknesses": f"{paragraph}\n{paragraph}",
        "directions": paragraph,
        "proposals": "",
    }


def _target(number, name, unit, goal, actual, percent, verdict, *, final):
    return {
        "no": str(number),
        "name": name,
        "unit": unit,
        "goal": goal,
        "actual": actual,
        "estimate": "" if final else actual,
        "percent": percent,
        "in_period": "",
        "points": "",
        "baseline": "",
        "baseline_percent": "",
        "baseline_points": "",
        "judged": "" if verdict == "not_computable" else "actual" if final else "estimate",
        "verdict": verdict,
        "verdict_label": LABELS[verdict],
        "k": 38 if verdict == "not_computable" else 1,
        "m": 40 if verdict == "not_computable" else 1,
        "lead": "Phòng Kinh tế, Hạ tầng và Đô thị" if number < 7 else "Phòng Văn hoá - Xã hội",
        "note": "Ảnh hưởng của bão số 3 trong tháng 9." if verdict == "missed" else "",
        "adjusted": number == 11,
        "adjusted_from": "1.910" if number == 11 else "",
        "submitted": {"actual": actual or "99,8", "estimate": "", "k": 1},
        "raw": {
            "at_least": None, "at_most": None, "actual": None, "estimate": None, "percent": None,
            "submitted_actual": None, "submitted_estimate": None,
        },
    }  # fmt: skip


def _handed_in():
    rows, number = [], 0
    for cluster, size in CLUSTERS:
        for i in range(1, size + 1):
            number += 1
            standing = "silent" if number in (23, 57) else "late" if number % 9 == 0 else "on_time"
            rows.append(
                {
                    "unit": f"Tổ dân phố {i}"
                    if size == 40
                    else f"Trường Tiểu học số {i}"
                    if size == 12
                    else f"Phòng số {i}",
                    "cluster": cluster,
                    "theme": "" if standing == "silent" else "Xanh, sạch, đẹp, văn minh, an toàn",
                    "arrived_at": "" if standing == "silent" else "08:15 ngày 09/12/2025",
                    "standing": standing,
                    "standing_label": {"silent": "Chưa nộp", "late": "Nộp muộn", "on_time": "Đúng hạn"}[standing],
                    "extended_until": "00:00 ngày 12/12/2025" if number == 8 else "",
                    "state_label": "" if standing == "silent" else "Đã duyệt",
                    "accepted_at": "" if standing == "silent" else "10:00 ngày 10/12/2025",
                }
            )
    return {
        "assigned": 60, "submitted": 58, "on_time": 52, "late": 6, "extended": 1, "accepted": 57, "unreviewed": 1,
        "silent": [row["unit"] for row in rows if row["standing"] == "silent"],
        "rows": rows,
    }  # fmt: skip


def _commendations():
    def row(recipient_kind, recipient, *, track="ward", kind="reward", award="Giấy khen", leads=False):
        return {
            "track": track,
            "kind": kind,
            "award": award,
            "recipient_kind": recipient_kind,
            "recipient": recipient,
            "position": "Tổ trưởng tổ dân phố" if recipient_kind == "individual" else "",
            "unit": "Tổ dân phố 5",
            "leads": leads,
            "achievement": "Có thành tích xuất sắc trong thực hiện Đợt thi đua",
            "decision": "Quyết định số 215/QĐ-UBND ngày 20/12/2025" if track == "ward" else "",
        }

    return [
        row("individual", "Nguyễn Văn Ánh", leads=True),
        row("collective", "Trường Tiểu học Trần Quốc Toản"),
        row("household", "Hộ ông Phạm Đăng"),
        row("individual", "Trần Thị Ân"),
        row("individual", "Đỗ Thị Ơn", kind="title", award="Lao động tiên tiến"),
        row("collective", "Tổ dân phố 12", track="city", award="Bằng khen của Chủ tịch UBND thành phố"),
    ]
