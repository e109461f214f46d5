"""The sentences that a report says about its figures; their shape is in `reports.documents`."""

TRACKS = [
    ("ward", "Khen thưởng thuộc thẩm quyền của phường"),
    ("city", "Đề nghị cấp trên khen thưởng"),
]
RECIPIENTS = [("collective", "tập thể"), ("household", "hộ gia đình"), ("individual", "cá nhân")]


def headline(figures):
    """How many targets of the plan are reached: the sentence that opens both reports."""
    summary, period = figures["summary"], figures["period"]
    judged = summary["total"] - summary["tracked"]
    basis = "" if period["final"] else " và số ước thực hiện cả năm"
    rest = [
        f"{summary[code]:02d} chỉ tiêu {words}"
        for code, words in [
            ("missed", "chưa đạt"),
            ("not_due", "chưa đến kỳ đánh giá"),
            ("not_computable", "không tính được do chưa đủ số liệu"),
            ("tracked", "chỉ theo dõi, không đánh giá"),
        ]
        if summary[code]
    ]
    reached = (
        f"Theo số liệu tính đến hết ngày {period['figures_as_of']}{basis}, có"
        f" {summary['met'] + summary['exceeded']:02d}/{judged:02d} chỉ tiêu đạt và vượt kế hoạch"
    )
    if summary["exceeded"]:
        reached += f", trong đó {summary['exceeded']:02d} chỉ tiêu vượt"
    return "; ".join([reached, *rest]) + "."


def about_targets(figures, annex_numbers):
    words = [headline(figures), about_handing_in(figures["handed_in"])]
    for sector in figures["sectors"]:
        named = [(_full_name(group, target), target) for group in sector["groups"] for target in group["targets"]]
        verdicts = [target["verdict"] for _, target in named if target["verdict"] != "tracked"]
        reached = sum(verdict in ("met", "exceeded") for verdict in verdicts)
        words.append(f"- {sector['name']}: {reached:02d}/{len(verdicts):02d} chỉ tiêu đạt và vượt kế hoạch.")
        words += [f"+ {name}: {_missed(target)}." for name, target in named if target["verdict"] == "missed"]
        words += [
            f"+ {name}: không tính được, mới có số liệu của {target['k']}/{target['m']} đơn vị{_because(target)}."
            for name, target in named
            if target["verdict"] == "not_computable"
        ]
    words.append(
        f"Kết quả từng chỉ tiêu tại Phụ lục {annex_numbers['targets']}; tình hình nộp báo cáo của các đơn vị tại"
        f" Phụ lục {annex_numbers['handed_in']} kèm theo."
    )
    return words


def _full_name(group, target):
    """Bare names such as "Tổng số lớp học" are unique only under their heading."""
    return f"{group['heading']}: {target['name']}" if group["heading"] else target["name"]


def _missed(target):
    value = target["estimate"] if target["judged"] == "estimate" else target["actual"]
    if not value:  # judged by hand, in words
        return f"chưa đạt{_because(target)}"
    done = "ước thực hiện" if target["judged"] == "estimate" else "thực hiện"
    unit = target["unit"] if target["unit"] == "%" else f" {target['unit']}"
    share = f", bằng {target['percent']}% kế hoạch" if target["percent"] else ""
    return f"chưa đạt, {done} {value}{unit} (kế hoạch {target['goal']}{unit}){share}{_because(target)}"


def _because(target):
    return f"; nguyên nhân: {target['note'].rstrip('. ')}" if target["note"] else ""


def about_handing_in(handed_in):
    submitted = (
        f"Có {handed_in['submitted']:02d}/{handed_in['assigned']:02d} đơn vị nộp báo cáo"
        f" ({handed_in['on_time']:02d} đơn vị nộp đúng hạn, {handed_in['late']:02d} đơn vị nộp muộn),"
        f" trong đó kết quả của {handed_in['accepted']:02d} đơn vị đã được duyệt"
    )
    words = [submitted]
    if handed_in["extended"]:
        words.append(f"{handed_in['extended']:02d} đơn vị được gia hạn")
    if handed_in["unreviewed"]:
        words.append(f"{handed_in['unreviewed']:02d} đơn vị đã nộp nhưng chưa được duyệt")
    if handed_in["silent"]:
        words.append(f"{len(handed_in['silent']):02d} đơn vị chưa nộp")
    return "; ".join(words) + "."


def about_movements(names):
    quoted = "; ".join("“" + name.strip('“”"') + "”" for name in names)
    return [f"Các phong trào thi đua được triển khai cùng Đợt thi đua: {quoted}."] if names else []


def about_examples(annex_numbers):
    return [f"Danh sách tại Phụ lục {annex_numbers['examples']} kèm theo."] if "examples" in annex_numbers else []


def about_commendations(commendations, annex_numbers):
    words = [
        f"- {title}: {how_many(on_track(commendations, track))}."
        for track, title in TRACKS
        if on_track(commendations, track)
    ]
    if words:
        words.append(f"Danh sách tại Phụ lục {annex_numbers['commendations']} kèm theo.")
    else:
        words.append("Đến thời điểm báo cáo chưa có quyết định khen thưởng.")
    if commendations["waiting"]:
        words.append(f"Còn {commendations['waiting']:02d} đề nghị đang xem xét, không tính vào số liệu trên.")
    return words


def on_track(commendations, track):
    return [row for row in commendations["rows"] if row["track"] == track]


def how_many(rows):
    parts = []
    for kind, words in RECIPIENTS:
        of_kind = [row for row in rows if row["recipient_kind"] == kind]
        leads = sum(row["leads"] for row in of_kind)
        if of_kind:
            parts.append(f"{len(of_kind):02d} {words}" + (f" (có {leads:02d} lãnh đạo, quản lý)" if leads else ""))
    return f"{len(rows):02d} trường hợp, gồm {', '.join(parts)}"
