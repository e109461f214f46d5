"""Frozen figures and texts → the HTML of a document in the form of Decree 30/2020. No queries, no clock.

`campaign_portal.pdf.render` makes the PDF. Everything shown is a display string made by the builder; `raw` holds the
same values for machines, decimals as plain strings ("537487.84") or None. "" means nothing to show.

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
    # Counts by verdict; met does not count exceeded
    "summary": {"total", "met", "exceeded", "missed", "not_due", "not_computable", "tracked": int},
    "sectors": [{"no": str, "name": str, "groups": [{"heading": str, "targets": [Target]}]}],
    "movements": [str],           # names of other movements launched by the centre and the city
    "tasks": [{"code": str, "heading": str}],     # nhiệm vụ, giải pháp: `code` is the section code in `texts`
    "examples": [{"name": str, "unit": str, "summary": str}],
    "handed_in": {
        "assigned", "submitted", "on_time", "late", "extended", "accepted", "unreviewed": int,
        "silent": [str],
        "rows": [{"unit": str, "cluster": str, "theme": str, "arrived_at": str, "standing": "on_time"|"late"|"silent",
                  "standing_label": str, "extended_until": str, "state_label": str, "accepted_at": str}],
    },                            # rows in printing order, one cluster's together; extended_until is exclusive
    "commendations": {
        "waiting": int,           # proposed and not settled
        "rows": [{"track": "ward"|"city", "kind": "title"|"reward", "award": str,
                  "recipient_kind": "collective"|"household"|"individual", "recipient": str, "position": str,
                  "unit": str, "leads": bool, "achievement": str, "decision": str}],
    },                            # track ward: decided by the ward; city: forwarded for a higher award
    "replaces": str,              # city only: the issued report that this one would replace, named inside a sentence
}
Target = {
    "no": str, "name": str, "unit": str, "goal": str, "actual": str, "estimate": str, "percent": str,
    "in_period": str,             # done since the period before; only of what accumulates
    "points": str,                # of a rate: how far from the goal, in points ("+2,5")
    "baseline": str, "baseline_percent": str, "baseline_points": str,     # last year, and the figure beside it
    "judged": "actual"|"estimate"|"", "verdict": str, "verdict_label": str,   # of targets.models.Verdict
    "k": int, "m": int,           # units whose accepted answer counts / units that hold the target
    "lead": str, "note": str,     # the note says why, where the target is missed
    "adjusted": bool, "adjusted_from": str,       # the figure compiled before the office adjusted it
    "submitted": {"actual": str, "estimate": str, "k": int},                  # with what is not reviewed yet
    "raw": {"at_least", "at_most", "actual", "estimate", "percent", "submitted_actual", "submitted_estimate"},
}
texts = {section code: prose}     # plain text, one paragraph a line; codes from `sections(figures["tasks"])`
# texts[WRITTEN] = {section code: prose} as the office wrote it, of sections in which figures were put in
# number, date and lookup code: issued only
header = {"stage": "draft"|"approved"|"issued", "number": str, "issued_on": date | None, "lookup": Lookup | None}
Lookup = {"code": str, "address": str, "qr": str}      # as printed, where it leads, a PNG in a data URI
"""

from dataclasses import dataclass
from itertools import groupby

from django.template.loader import render_to_string

from reports import award_table, charts, target_columns
from reports.paper import at_place, dated, numbered, paragraphs, recipients
from reports.wording import (
    RECIPIENTS,
    TRACKS,
    about_commendations,
    about_examples,
    about_handing_in,
    about_movements,
    about_targets,
    headline,
    how_many,
    on_track,
)

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
ASKED = {"leadership", "movements", "examples", "strengths", "weaknesses", "directions", "proposals"}
PROGRESS_SECTIONS = [("note", "Ghi chú của người theo dõi")]

ROMAN = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"]
LETTERS = "abcdđeghiklmnopqrstuvxy"  # điểm: the Vietnamese alphabet, without f, j, w, z and the marked vowels
LEVELS = [  # kind of a heading and its number
    ("part", lambda i: f"{ROMAN[i]}."),
    ("clause", lambda i: f"{i + 1}."),
    ("point", lambda i: f"{LETTERS[i]})"),
]
WRITTEN = "_written"
EMPTY = "(Chưa có nội dung.)"
MOST_SILENT = 60  # units named on the first page of the progress report

AWARD_KINDS = [("title", "Danh hiệu thi đua"), ("reward", "Hình thức khen thưởng")]


@dataclass(frozen=True)
class Block:
    """A piece of the body; `rows` are those of `reports.award_table`."""

    kind: str  # part (I.) | clause (1.) | point (a)) | text | empty | awards (a table)
    text: str
    rows: tuple = ()


def sections(tasks=()):
    """Every section the office writes, in the order of the report: (code, heading)."""
    points = [(task["code"], f"II.2.{LETTERS[i]}) {task['heading']}") for i, task in enumerate(tasks)]
    after = [code for code, _ in SECTIONS].index("tasks") + 1
    return SECTIONS[:after] + points + SECTIONS[after:]


def city_report_html(figures, texts, *, header):
    """The report to the city with its annexes."""
    draft = header["stage"] == "draft"
    annexes = _annexes(figures)
    number = numbered(header["number"], figures["issuer"]["symbol"])
    date_words = dated(header["issued_on"], year=figures["period"]["year"])
    issuer = figures["issuer"]
    return render_to_string(
        "documents/city_report.html",
        {
            "title": f"Báo cáo {figures['campaign']['subject']}",
            "figures": figures,
            "draft": draft,
            "lookup": header.get("lookup"),
            "number_line": f"Số: {number}",
            "date_line": at_place(issuer["place"], date_words),
            "attached_line": f"(Kèm theo Báo cáo số {number} {date_words} của {issuer['name']})",
            "recipients": recipients(issuer["recipients"]),
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
            "date_line": at_place(figures["issuer"]["place"], dated(None, year=figures["period"]["year"])),
            "headline": headline(figures),
            "handed_in": about_handing_in(figures["handed_in"]),
            "note": paragraphs(texts.get("note", "")),
            "verdicts": charts.verdicts(figures["summary"]),
            "clusters": charts.hand_ins_by_cluster(figures["handed_in"]["rows"]),
            "silent": figures["handed_in"]["silent"][:MOST_SILENT],
            "more_silent": len(figures["handed_in"]["silent"][MOST_SILENT:]),
            "sectors": [
                {"no": sector["no"], "name": sector["name"], "rows": list(_standing_rows(sector))}
                for sector in figures["sectors"]
            ],
        },
    )


def _standing_rows(sector):
    for group in sector["groups"]:
        for target in group["targets"]:
            approved, handed_in = charts.against_plan(target)
            yield {"heading": group["heading"], "target": target, "approved": approved, "handed_in": handed_in}


# --- The body --------------------------------------------------------------------------------------------------------


def body(figures, texts, *, draft):
    """The text of the city report between its addressees and its signature: [Block]."""
    return _body(figures, texts, _annexes(figures), draft=draft)


def _body(figures, texts, annexes, *, draft):
    def prose(code):
        return paragraphs(texts.get(code, ""))

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
                ("Kết quả thực hiện các chỉ tiêu", about_targets(figures, annex_numbers) + prose("targets"), []),
                (
                    "Kết quả thực hiện nhiệm vụ, giải pháp",
                    prose("tasks") if figures["tasks"] else asked("tasks"),
                    [(task["heading"], asked(task["code"]), []) for task in figures["tasks"]],
                ),
                (
                    "Kết quả thực hiện các phong trào thi đua khác do Trung ương, thành phố phát động",
                    about_movements(figures["movements"]) + asked("movements"),
                    [],
                ),
                ("Điển hình tiên tiến, mô hình mới", about_examples(annex_numbers) + asked("examples"), []),
                (
                    "Công tác khen thưởng",
                    _awards(figures["commendations"], annex_numbers) + prose("commendations"),
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
    opening = prose("opening") or [_opening(figures)]
    closing = f"Trên đây là Báo cáo kết quả thực hiện {short_name} của {issuer}./."
    return [*_texts(opening), *_numbered(outline), Block("text", closing)]


def _opening(figures):
    replaces = figures.get("replaces")
    bases, issuer = "; ".join(figures["campaign"]["bases"]), figures["issuer"]["name"]
    instead = f" (thay thế {replaces})" if replaces else ""
    return (
        f"Thực hiện {bases}, {issuer} báo cáo kết quả thực hiện {figures['campaign']['short_name']}{instead} như sau:"
    )


def _awards(commendations, annex_numbers):
    """Sentences, and between them the table of awards by recipient."""
    said, table = about_commendations(commendations, annex_numbers), award_table.rows(commendations)
    counted = sum(row["kind"] == "group" for row in table)
    return [*said[:counted], Block("awards", "", tuple(table)), *said[counted:]] if table else said


def _numbered(nodes, depth=0):
    """Headings numbered I. 1. a) over the nodes that hold anything, each followed by its paragraphs and children."""
    filled = [node for node in nodes if node[1] or any(child[1] for child in node[2])]
    blocks = []
    for i, (heading, words, children) in enumerate(filled):
        kind, number = LEVELS[depth]
        blocks += [Block(kind, f"{number(i)} {heading}"), *_texts(words), *_numbered(children, depth + 1)]
    return blocks


def _texts(paragraphs):
    """Blocks of paragraphs; a table among them is a block already."""
    return [
        each if isinstance(each, Block) else Block("empty" if each == EMPTY else "text", each) for each in paragraphs
    ]


# --- The annexes -----------------------------------------------------------------------------------------------------


def _annexes(figures):
    """Annexes that hold anything, in their order, numbered in Roman."""
    columns = target_columns.columns(figures)
    annexes = [
        {
            "code": "targets",
            "title": "Kết quả thực hiện các chỉ tiêu thi đua",
            "wide": True,
            "columns": columns,
            "dense": target_columns.is_dense(columns),
            "rows": target_columns.rows(figures, columns),
            "points": any(target.get("points") for target in target_columns.targets_of(figures)),
        },
        {
            "code": "handed_in",
            "title": "Tình hình nộp báo cáo của các đơn vị",
            "groups": _clusters(figures["handed_in"]["rows"]),
            "summary": about_handing_in(figures["handed_in"]),
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
    """The ward's awards, then nominations, each in the order of Decree 152/2025, article 29."""
    tracks, number = [], 0
    for track, title in TRACKS:
        honoured, groups = on_track(commendations, track), []
        for kind, kind_words in AWARD_KINDS:
            for recipient_kind, recipient_words in RECIPIENTS:
                rows = [r for r in honoured if (r["kind"], r["recipient_kind"]) == (kind, recipient_kind)]
                if rows:
                    numbered = [row | {"no": number + i} for i, row in enumerate(rows, start=1)]
                    groups.append({"heading": f"{kind_words}: {recipient_words}", "rows": numbered})
                    number += len(rows)
        if honoured:
            letter = "AB"[len(tracks)]
            tracks.append({"letter": letter, "title": title, "groups": groups, "total": how_many(honoured)})
    return tracks
