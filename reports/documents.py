"""Frozen figures and texts → the HTML of a document in the form of Decree 30/2020. No queries, no clock.

`campaign_portal.pdf.render` makes the PDF. Everything shown is a display string made by the builder (`targets.numbers`);
`raw` holds the same values for machines, decimals as plain strings ("537487.84") or None. "" means nothing to show.

figures = {
    "issuer": {
        "higher": str,            # cơ quan chủ quản, printed not bold; "" for a People's Committee
        "agency": [str],          # ["ỦY BAN NHÂN DÂN", "PHƯỜNG KIẾN AN"], one printed line each
        "name": str,              # "Ủy ban nhân dân phường Kiến An", inside sentences
        "place": str,             # "Kiến An"
        "symbol": str,            # "BC-UBND"
        "addressees": [str],      # after "Kính gửi:", at least one
        "recipients": [str],      # "Nơi nhận:", lines as typed; dashes and closing marks are put right here
        "authority": [str],       # ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]
        "signer": str,
    },
    "campaign": {
        "short_name": str,        # inside sentences: "Đợt thi đua … năm 2025"
        "subject": str,           # trích yếu under BÁO CÁO: "Kết quả thực hiện đợt thi đua …"
        "bases": [str],           # plans carried out, no "Thực hiện" before, no mark after
    },
    "period": {
        "name": str, "year": str, # the year printed in a date line that is still blank
        "figures_as_of": str,     # "31/12/2025"
        "units_due": str,         # "trước ngày 10/12/2025"
        "report_due": str,        # "trước ngày 15/12/2025"
        "final": bool,            # figures of the whole campaign: the actual is judged, no estimates shown
    },
    "moment": {                   # progress report only
        "day": str,               # "2025-12-09"
        "as_of": str,             # "06 giờ 30 phút ngày 09/12/2025"
        "time_left": str,         # "còn 17 giờ 30 phút" or "đã quá hạn 2 ngày"
    },
    "summary": {"total", "met", "exceeded", "missed", "not_due", "not_computable", "tracked": int},  # met excludes exceeded
    "sectors": [{"no": str, "name": str, "groups": [{"heading": str, "targets": [Target]}]}],
    "movements": [str],           # names of other movements launched by the centre and the city
    "tasks": [{"code": str, "heading": str}],     # nhiệm vụ, giải pháp: `code` is the section code in `texts`
    "examples": [{"name": str, "unit": str, "summary": str}],
    "handed_in": {
        "assigned", "submitted", "on_time", "late", "extended", "accepted", "unreviewed": int,
        "silent": [str],
        "rows": [{"unit": str, "cluster": str, "theme": str, "arrived_at": str, "standing": "on_time"|"late"|"silent",
                  "standing_label": str, "extended_until": str, "state_label": str, "accepted_at": str}],
    },                            # rows in printing order; rows of one cluster stand together
    "commendations": {
        "waiting": int,           # proposed and not settled
        "rows": [{"track": "ward"|"city", "kind": "title"|"reward", "award": str,
                  "recipient_kind": "collective"|"household"|"individual", "recipient": str, "position": str,
                  "unit": str, "leads": bool, "achievement": str, "decision": str}],
    },                            # track ward: decided by the ward; city: forwarded for a higher award
}
Target = {
    "no": str, "name": str, "unit": str, "goal": str, "actual": str, "estimate": str, "percent": str,
    "judged": "actual"|"estimate"|"", "verdict": str, "verdict_label": str,   # codes and labels of targets.models.Verdict
    "k": int, "m": int,           # units whose accepted answer counts / units that hold the target
    "lead": str, "note": str,     # the note says why, where the target is missed
    "adjusted": bool, "adjusted_from": str,       # the figure compiled before the office adjusted it
    "submitted": {"actual": str, "estimate": str, "k": int},                  # with what is not reviewed yet
    "raw": {"at_least", "at_most", "actual", "estimate", "percent", "submitted_actual", "submitted_estimate"},
}
texts = {section code: prose}     # plain text, one paragraph a line; codes from `sections(figures["tasks"])`
header = {"stage": "draft"|"approved"|"issued", "number": str, "issued_on": date | None}  # number and date: issued only
"""

import unicodedata
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.template.loader import render_to_string

SECTIONS = [
    ("opening", "Mở đầu (để trống thì dùng câu mẫu)"),
    ("leadership", "I. Công tác lãnh đạo, chỉ đạo, tổ chức phát động"),
    ("targets", "II.1. Kết quả thực hiện các chỉ tiêu: nhận xét thêm"),
    ("tasks", "II.2. Nhiệm vụ, giải pháp: đánh giá chung"),
    ("movements", "II.3. Các phong trào thi đua khác do Trung ương, thành phố phát động"),
    ("examples", "II.4. Điển hình tiên tiến, mô hình mới"),
    ("commendations", "II.5. Công tác khen thưởng: nhận xét thêm"),
    ("strengths", "III.1. Ưu điểm"),
    ("weaknesses", "III.2. Tồn tại, hạn chế và nguyên nhân"),
    ("directions", "IV. Phương hướng, nhiệm vụ thời gian tới"),
    ("proposals", "V. Đề xuất, kiến nghị"),
]
PROGRESS_SECTIONS = [("note", "Ghi chú của người theo dõi")]

ROMAN = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"]
LETTERS = "abcdđeghiklmnopqrstuvxy"  # điểm: the Vietnamese alphabet, without f, j, w, z and the marked vowels
LEVELS = [  # kind of a heading and its number
    ("part", lambda i: f"{ROMAN[i]}."),
    ("clause", lambda i: f"{i + 1}."),
    ("point", lambda i: f"{LETTERS[i]})"),
]
EMPTY = "(Chưa có nội dung.)"
BLANK = "\N{NO-BREAK SPACE}"

TRACKS = [
    ("ward", "Khen thưởng thuộc thẩm quyền của phường"),
    ("city", "Đề nghị cấp trên khen thưởng"),
]
AWARD_KINDS = [("title", "Danh hiệu thi đua"), ("reward", "Hình thức khen thưởng")]
RECIPIENTS = [("collective", "tập thể"), ("household", "hộ gia đình"), ("individual", "cá nhân")]


@dataclass(frozen=True)
class Block:
    kind: str  # part (I.) | clause (1.) | point (a)) | text | empty
    text: str


def sections(tasks=()):
    """Every section the office writes, in the order of the report: (code, heading)."""
    points = [(task["code"], f"II.2.{LETTERS[i]}) {task['heading']}") for i, task in enumerate(tasks)]
    after = [code for code, _ in SECTIONS].index("tasks") + 1
    return SECTIONS[:after] + points + SECTIONS[after:]


def city_report_html(figures, texts, *, header):
    """The report to the city with its annexes."""
    draft = header["stage"] == "draft"
    annexes = _annexes(figures)
    number = _number(header, figures["issuer"]["symbol"])
    dated = _dated(header["issued_on"], year=figures["period"]["year"])
    issuer = figures["issuer"]
    return render_to_string(
        "documents/city_report.html",
        {
            "title": f"Báo cáo {figures['campaign']['subject']}",
            "figures": figures,
            "draft": draft,
            "number_line": f"Số: {number}",
            "date_line": f"{issuer['place']}, {dated}",
            "attached_line": f"(Kèm theo Báo cáo số {number} {dated} của {issuer['name']})",
            "recipients": [_listed(line) for line in issuer["recipients"] if _listed(line)],
            "body": _body(figures, texts, annexes, draft=draft),
            "annexes": annexes,
        },
    )


def progress_report_html(figures, texts):
    """The working paper on where things stand, for the ward's own use."""
    return render_to_string(
        "documents/progress_report.html",
        {
            "title": f"Báo cáo tiến độ {figures['campaign']['short_name']}",
            "figures": figures,
            "date_line": f"{figures['issuer']['place']}, {_dated(date.fromisoformat(figures['moment']['day']))}",
            "headline": headline(figures),
            "handed_in": _handed_in_words(figures["handed_in"]),
            "note": _paragraphs(texts.get("note", "")),
        },
    )


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


# --- The body --------------------------------------------------------------------------------------------------------


def _body(figures, texts, annexes, *, draft):
    def prose(code):
        return _paragraphs(texts.get(code, ""))

    def asked(code):
        return prose(code) or ([EMPTY] if draft else [])

    annex_numbers = {annex["code"]: annex["number"] for annex in annexes}
    short_name, issuer = figures["campaign"]["short_name"], figures["issuer"]["name"]
    outline = [
        ("Công tác lãnh đạo, chỉ đạo, tổ chức phát động", asked("leadership"), []),
        (
            "Kết quả thực hiện",
            [],
            [
                ("Kết quả thực hiện các chỉ tiêu", _targets_words(figures, annex_numbers) + prose("targets"), []),
                (
                    "Kết quả thực hiện nhiệm vụ, giải pháp",
                    prose("tasks") if figures["tasks"] else asked("tasks"),
                    [(task["heading"], asked(task["code"]), []) for task in figures["tasks"]],
                ),
                (
                    "Kết quả thực hiện các phong trào thi đua khác do Trung ương, thành phố phát động",
                    _movements_words(figures["movements"]) + asked("movements"),
                    [],
                ),
                ("Điển hình tiên tiến, mô hình mới", _examples_words(annex_numbers) + asked("examples"), []),
                (
                    "Công tác khen thưởng",
                    _commendations_words(figures["commendations"], annex_numbers) + prose("commendations"),
                    [],
                ),
            ],
        ),
        (
            "Đánh giá chung",
            [],
            [("Ưu điểm", asked("strengths"), []), ("Tồn tại, hạn chế và nguyên nhân", asked("weaknesses"), [])],
        ),
        ("Phương hướng, nhiệm vụ thời gian tới", asked("directions"), []),
        ("Đề xuất, kiến nghị", asked("proposals"), []),
    ]
    opening = prose("opening") or [
        f"Thực hiện {'; '.join(figures['campaign']['bases'])}, {issuer} báo cáo kết quả thực hiện {short_name} như sau:"
    ]
    closing = f"Trên đây là Báo cáo kết quả thực hiện {short_name} của {issuer}./."
    return [*_texts(opening), *_numbered(outline), Block("text", closing)]


def _numbered(nodes, depth=0):
    """Headings numbered I. 1. a) over the nodes that hold anything, each followed by its paragraphs and children."""
    filled = [node for node in nodes if node[1] or any(child[1] for child in node[2])]
    blocks = []
    for i, (heading, paragraphs, children) in enumerate(filled):
        kind, number = LEVELS[depth]
        blocks += [Block(kind, f"{number(i)} {heading}"), *_texts(paragraphs), *_numbered(children, depth + 1)]
    return blocks


def _texts(paragraphs):
    return [Block("empty" if paragraph == EMPTY else "text", paragraph) for paragraph in paragraphs]


def _paragraphs(text):
    return [line.strip() for line in unicodedata.normalize("NFC", text).splitlines() if line.strip()]


def _targets_words(figures, annex_numbers):
    handed_in = figures["handed_in"]
    words = [headline(figures), _handed_in_words(handed_in)]
    for sector in figures["sectors"]:
        targets = [target for group in sector["groups"] for target in group["targets"]]
        judged = [target for target in targets if target["verdict"] != "tracked"]
        reached = [target for target in judged if target["verdict"] in ("met", "exceeded")]
        words.append(f"- {sector['name']}: {len(reached):02d}/{len(judged):02d} chỉ tiêu đạt và vượt kế hoạch.")
        words += [_missed_words(target) for target in targets if target["verdict"] == "missed"]
        words += [
            f"+ {target['name']}: không tính được, mới có số liệu của {target['k']}/{target['m']} đơn vị{_because(target)}."
            for target in targets
            if target["verdict"] == "not_computable"
        ]
    words.append(
        f"Kết quả từng chỉ tiêu tại Phụ lục {annex_numbers['targets']}; tình hình nộp báo cáo của các đơn vị tại"
        f" Phụ lục {annex_numbers['handed_in']} kèm theo."
    )
    return words


def _missed_words(target):
    value = target["estimate"] if target["judged"] == "estimate" else target["actual"]
    done = "ước thực hiện" if target["judged"] == "estimate" else "thực hiện"
    share = f", bằng {target['percent']}% kế hoạch" if target["percent"] else ""
    unit = target["unit"] if target["unit"] == "%" else f" {target['unit']}"
    return f"+ {target['name']}: chưa đạt, {done} {value}{unit} (kế hoạch {target['goal']}{unit}){share}{_because(target)}."


def _because(target):
    return f"; nguyên nhân: {target['note'].rstrip('. ')}" if target["note"] else ""


def _handed_in_words(handed_in):
    words = [
        f"Có {handed_in['submitted']:02d}/{handed_in['assigned']:02d} đơn vị nộp báo cáo"
        f" ({handed_in['on_time']:02d} đơn vị nộp đúng hạn, {handed_in['late']:02d} đơn vị nộp muộn), trong đó kết quả của"
        f" {handed_in['accepted']:02d} đơn vị đã được duyệt"
    ]
    if handed_in["extended"]:
        words.append(f"{handed_in['extended']:02d} đơn vị được gia hạn")
    if handed_in["unreviewed"]:
        words.append(f"{handed_in['unreviewed']:02d} đơn vị đã nộp nhưng chưa được duyệt")
    if handed_in["silent"]:
        words.append(f"{len(handed_in['silent']):02d} đơn vị chưa nộp")
    return "; ".join(words) + "."


def _movements_words(names):
    quoted = "; ".join("“" + name.strip('“”"') + "”" for name in names)
    return [f"Các phong trào thi đua được triển khai cùng Đợt thi đua: {quoted}."] if names else []


def _examples_words(annex_numbers):
    return [f"Danh sách tại Phụ lục {annex_numbers['examples']} kèm theo."] if "examples" in annex_numbers else []


def _commendations_words(commendations, annex_numbers):
    words = [
        f"- {title}: {_count_words(_on_track(commendations, track))}."
        for track, title in TRACKS
        if _on_track(commendations, track)
    ]
    if words:
        words.append(f"Danh sách tại Phụ lục {annex_numbers['commendations']} kèm theo.")
    else:
        words.append("Đến thời điểm báo cáo chưa có quyết định khen thưởng.")
    if commendations["waiting"]:
        words.append(f"Còn {commendations['waiting']:02d} đề nghị đang xem xét, không tính vào số liệu trên.")
    return words


# --- The annexes -----------------------------------------------------------------------------------------------------


def _annexes(figures):
    """Annexes that hold anything, in their order, numbered in Roman."""
    annexes = [
        {"code": "targets", "title": "Kết quả thực hiện các chỉ tiêu thi đua", "wide": True},
        {
            "code": "handed_in",
            "title": "Tình hình nộp báo cáo của các đơn vị",
            "groups": _clusters(figures["handed_in"]["rows"]),
            "summary": _handed_in_words(figures["handed_in"]),
        },
    ]
    if figures["commendations"]["rows"]:
        annexes.append(
            {
                "code": "commendations",
                "title": "Danh sách khen thưởng và đề nghị khen thưởng",
                "wide": True,
                "tracks": _tracks(figures["commendations"]),
            }
        )
    if figures["examples"]:
        annexes.append({"code": "examples", "title": "Điển hình tiên tiến, mô hình mới"})
    return [
        annex | {"number": number, "template": f"documents/_annex_{annex['code']}.html"}
        for number, annex in zip(ROMAN, annexes, strict=False)
    ]


def _clusters(rows):
    numbered = [row | {"no": number} for number, row in enumerate(rows, start=1)]
    groups = []
    for cluster, members in groupby(numbered, key=lambda row: row["cluster"]):
        members = list(members)
        submitted = sum(row["standing"] != "silent" for row in members)
        groups.append({"cluster": cluster, "rows": members, "submitted": submitted, "assigned": len(members)})
    return groups


def _tracks(commendations):
    """Ward's awards, then nominations; titles before rewards; collectives, households, individuals (Decree 152/2025, 29)."""
    tracks, number = [], 0
    for track, title in TRACKS:
        on_track, groups = _on_track(commendations, track), []
        for kind, kind_words in AWARD_KINDS:
            for recipient_kind, recipient_words in RECIPIENTS:
                rows = [r for r in on_track if (r["kind"], r["recipient_kind"]) == (kind, recipient_kind)]
                if rows:
                    numbered = [row | {"no": number + i} for i, row in enumerate(rows, start=1)]
                    groups.append({"heading": f"{kind_words}: {recipient_words}", "rows": numbered})
                    number += len(rows)
        if on_track:
            letter = "AB"[len(tracks)]
            tracks.append({"letter": letter, "title": title, "groups": groups, "total": _count_words(on_track)})
    return tracks


def _on_track(commendations, track):
    return [row for row in commendations["rows"] if row["track"] == track]


def _count_words(rows):
    parts = []
    for kind, words in RECIPIENTS:
        of_kind = [row for row in rows if row["recipient_kind"] == kind]
        leads = sum(row["leads"] for row in of_kind)
        if of_kind:
            parts.append(f"{len(of_kind):02d} {words}" + (f" (có {leads:02d} lãnh đạo, quản lý)" if leads else ""))
    return f"{len(rows):02d} trường hợp, gồm {', '.join(parts)}"


# --- Number, date, recipients ----------------------------------------------------------------------------------------


def _number(header, symbol):
    """ "05/BC-UBND"; blank until the clerk has entered a number."""
    number = header["number"]
    number = f"{int(number):02d}" if number.isdecimal() else number
    return f"{number or BLANK * 8}/{symbol}"


def _dated(day, *, year=""):
    """The decree's date: days under 10 and January, February with a zero; blank until the report is issued."""
    if day is None:
        return f"ngày{BLANK * 7}tháng{BLANK * 7}năm {year}"
    month = f"{day.month:02d}" if day.month < 3 else day.month
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def _listed(line):
    return line.strip().lstrip("-–").rstrip(";.").strip()
