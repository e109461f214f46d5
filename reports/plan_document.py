"""The plan as the portal holds it, printed in the form of Decree 30/2020: to sign, or to keep beside the signed copy.

figures = {"issuer": {"higher": "", "agency": [str], "name": str, "place": str, "authority": [str], "signer": str},
           "symbol": "KH-UBND", "plan": what `targets.plan_contents.contents` gives}
"""

import re
from itertools import groupby

from django.template.loader import render_to_string
from django.utils.dateparse import parse_date

from reports.documents import Block
from reports.figures import lines
from reports.paper import at_place, dated, numbered, paragraphs, recipients
from targets.plan_contents import contents

TITLE_OF_A_CLAUSE = re.compile(r"\d+\. [^.;:]{1,90}\Z")
# (part, its clauses: (heading or "", field of the plan)); "targets" stands for the targets themselves
PARTS = [
    ("Mục đích, yêu cầu", [("Mục đích", ["purpose"]), ("Yêu cầu", ["requirements"])]),
    (
        "Nội dung tổ chức, mục tiêu, chỉ tiêu, nhiệm vụ, giải pháp",
        [
            ("Nội dung", ["content"]),
            ("Mục tiêu tổng quát", ["objective"]),
            ("Các chỉ tiêu thi đua", ["targets_lead", "targets"]),
            ("Nhiệm vụ và giải pháp", ["tasks"]),
        ],
    ),
    ("Thời gian thực hiện", [("", ["timing"])]),
    ("Khen thưởng", [("", ["reward_rules"])]),
    ("Tổ chức thực hiện", [("", ["duties"])]),
]
ROMAN = ["I", "II", "III", "IV", "V"]


def gather(report):
    campaign = report.campaign
    organiser, held = campaign.organiser, contents(campaign)
    return {
        "issuer": {
            "higher": "",
            "agency": lines(organiser.agency_lines) or [organiser.name.upper()],
            "name": organiser.name,
            "place": organiser.place,
            "authority": lines(campaign.signer_block),
            "signer": campaign.signer_name,
        },
        "symbol": f"KH-{organiser.symbol}",
        "plan": held,
    }


def html(figures):
    plan, issuer = figures["plan"], figures["issuer"]
    facts, texts = plan["facts"], plan["texts"]
    issued_on = parse_date(facts["issued_on"])
    number = facts["number"] if "/" in facts["number"] else numbered(facts["number"], figures["symbol"])
    return render_to_string(
        "documents/plan.html",
        {
            "title": f"Kế hoạch {facts['title']}",
            "figures": figures,
            "subject": facts["title"],
            "number_line": f"Số: {number}",
            "date_line": at_place(issuer["place"], dated(issued_on, year=facts["starts_on"][:4])),
            "bases": paragraphs(texts["legal_bases"]),
            "opening": paragraphs(texts["opening"]),
            "body": list(_body(plan)),
            "closing": _closed(paragraphs(texts["closing"])),
            "recipients": recipients(lines(texts["recipients"])),
        },
    )


def _body(plan):
    """The parts that hold anything, numbered in their order."""
    filled = [(name, clauses) for name, clauses in ((n, _clauses(c, plan)) for n, c in PARTS) if clauses]
    for roman, (name, clauses) in zip(ROMAN, filled, strict=False):
        yield Block("part", f"{roman}. {name}")
        number = 0
        for heading, words in clauses:
            if heading:
                number += 1
                yield Block("clause", f"{number}. {heading}")
            yield from words


def _clauses(clauses, plan):
    made = [(heading, [block for field in fields for block in _blocks(field, plan)]) for heading, fields in clauses]
    return [(heading, words) for heading, words in made if words]


def _blocks(field, plan):
    if field == "targets":
        return _targets(plan["targets"])
    return [
        Block("clause" if TITLE_OF_A_CLAUSE.match(line) else "text", line) for line in paragraphs(plan["texts"][field])
    ]


def _targets(targets):
    """Every target in its own wording, under its sector and its heading."""
    blocks = []
    for sector, in_sector in groupby(targets, key=lambda target: target["sector"]):
        blocks.append(Block("point", f"* {sector}:"))
        for heading, together in groupby(in_sector, key=lambda target: target["heading"]):
            if heading:
                blocks.append(Block("point", f"- {heading}:"))
            blocks += [Block("text", f"{'+' if heading else '-'} {_wording(target)}") for target in together]
    return blocks


def _wording(target):
    """As the plan says it, without the mark that a list in the source began with."""
    return (target["wording"] or target["name"]).strip().lstrip("*-–+ ")


def _closed(words):
    """The last words of a paper end with "./."."""
    if not words:
        return []
    *before, last = words
    return [*before, last if last.endswith("./.") else f"{last.rstrip('. ')}./."]
