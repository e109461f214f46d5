"""A unit's own report, from one hand-in as it was frozen, in the form of Decree 30/2020 under the unit's own head.

figures = {
    "issuer": {"higher": str, "agency": [str], "name": str, "place": str, "addressees": [str], "authority": [str],
               "signer": str},                                          # `higher` is printed not bold
    "number_line": str, "campaign": str, "plan": str, "period": str, "year": str, "figures_as_of": str,
    "theme": str, "has_estimates": bool, "recipients": [str],
    "targets": [{"no", "name", "unit", "goal", "actual", "estimate", "note": str}],
    "parts": {code of PARTS: [{"heading": str, "text": str}]},
    "nominations": [{"award", "recipient", "position", "achievement": str}],
    "revision": int, "digest": str, "handed_in_at": str,
}
"""

from django.template.loader import render_to_string

from campaigns.models import PromptKind
from commendations.models import Nomination
from reports.figures import clock, day, lines
from reports.paper import BLANK, at_place, dated, paragraphs, recipients
from targets import numbers
from targets.answers import participation_of
from targets.models import Answer
from targets.readback import figure_words, read_back
from units.models import UnitKind

# What a unit says in words, by the part of the report that it stands in
PARTS = {
    "launching": [PromptKind.LAUNCHING, PromptKind.THEME],
    "movements": [PromptKind.TASK, PromptKind.MOVEMENT],
    "examples": [PromptKind.EXAMPLE],
    "difficulties": [PromptKind.DIFFICULTY, PromptKind.PROPOSAL],
}
SIGNER_TITLES = {UnitKind.RESIDENTIAL: "Tổ trưởng", UnitKind.SCHOOL: "Hiệu trưởng", UnitKind.OFFICE: "Trưởng phòng"}
# Those whose papers stand under the People's Committee; the Front, the associations, the forces have heads of their own
BELOW_ORGANISER = {UnitKind.OFFICE, UnitKind.SCHOOL, UnitKind.SERVICE, UnitKind.RESIDENTIAL}
NOTHING = "Không có."


def gather(report):
    revision = report.revision
    submission = revision.submission
    unit, campaign = submission.unit, submission.period.campaign
    results = read_back(revision)
    return {
        "issuer": issuer_of(unit),
        "number_line": _number_line(unit),
        "campaign": campaign.short_name,
        "plan": plan_words(campaign),
        "period": submission.period.name,
        "year": str(submission.period.figures_as_of.year),
        "figures_as_of": day(submission.period.figures_as_of),
        "theme": participation_of(submission).theme,
        "has_estimates": any(line.estimate for line in results),
        "recipients": ["Như trên", "Lưu: VT"] if _has_clerk(unit) else ["Như trên", "Lưu: hồ sơ tổ"],
        "targets": [_target(line) for line in results],
        "parts": _parts(revision),
        "nominations": _nominations(campaign, unit, revision.arrived_at),
        "revision": revision.number,
        "digest": revision.digest,
        "handed_in_at": clock(revision.handed_in_at),
    }


def html(figures):
    issuer = figures["issuer"]
    return render_to_string(
        "documents/unit_report.html",
        {
            "title": f"Báo cáo của {issuer['name']}, {figures['period']}",
            "figures": figures,
            "date_line": at_place(issuer["place"], dated(None, year=figures["year"])),
            "recipients": recipients(figures["recipients"]),
            "parts": {
                code: [given | {"paragraphs": paragraphs(given["text"])} for given in words]
                for code, words in figures["parts"].items()
            },
            "has_notes": any(target["note"] for target in figures["targets"]),
            "nothing": NOTHING,
        },
    )


# --- Head and foot ----------------------------------------------------------------------------------------------------


def issuer_of(unit):
    """The unit's own head and signer: its lines as it typed them, else the organiser above and its name below.

    Of several lines the first is the body above the unit, but for those who have a form of their own.
    """
    typed, is_below = lines(unit.agency_lines), unit.kind in BELOW_ORGANISER
    higher = short_agency(unit.organiser) if is_below and not typed else ""
    agency = typed or [unit.name]
    if is_below and len(typed) > 1:
        higher, *agency = typed
    title = unit.signer_title or SIGNER_TITLES.get(unit.kind, "Thủ trưởng đơn vị")
    return {
        "higher": higher,
        "agency": agency,
        "name": unit.name,
        "place": unit.place or unit.organiser.place,
        "addressees": [unit.organiser.name],
        "authority": [line.strip() for line in title.split("/")],  # "KT. HIỆU TRƯỞNG / PHÓ HIỆU TRƯỞNG"
        "signer": unit.signer_name,
    }


def short_agency(organiser):
    """ "UBND phường Kiến An", as it stands above a unit's own name."""
    return organiser.name.replace("Ủy ban nhân dân", "UBND").replace("Uỷ ban nhân dân", "UBND")


def _has_clerk(unit):
    return unit.kind != UnitKind.RESIDENTIAL


def _number_line(unit):
    """A blank number; a residential group has no clerk's book and numbers its papers only if it wishes."""
    if not _has_clerk(unit) and not unit.symbol:
        return ""
    return f"Số:{BLANK * 8}/BC-{unit.symbol or unit.code.upper()}"


def plan_words(campaign):
    """ "Kế hoạch số 15/KH-UBND ngày 10/9/2025 của Ủy ban nhân dân phường Kiến An", without what is not recorded."""
    number = f" số {campaign.number}" if campaign.number else ""
    issued = f" ngày {day(campaign.issued_on)}" if campaign.issued_on else ""
    return f"Kế hoạch{number}{issued} của {campaign.organiser.name} về {campaign.short_name}"


# --- What was handed in -----------------------------------------------------------------------------------------------


def _target(line):
    target, result = line.target, line.result
    judged = line.asked.bounds
    shown = "" if target.answer == Answer.TEXT else numbers.show_interval(*judged, target.decimals)
    return {
        "no": str(target.number),
        "name": target.name,
        "unit": "" if target.answer in (Answer.TEXT, Answer.YES_NO) else target.unit_of_measure,
        "goal": "" if target.answer == Answer.YES_NO or judged == (None, None) else shown,
        "actual": _figure(line, result.amount, result.base) or line.actual,
        "estimate": _figure(line, result.est_amount, result.est_base),
        "note": result.note,
    }


def _figure(line, amount, base):
    """The figure without its unit of measure, which has a column of its own."""
    words = figure_words(line.asked, amount, base).replace(" / ", f"{BLANK}/{BLANK}")
    return words.replace(f" {line.target.unit_of_measure}", "", 1) if line.target.unit_of_measure else words


def _parts(revision):
    given = list(revision.narratives.select_related("prompt").order_by("prompt__order", "prompt_id"))
    return {
        code: [{"heading": n.prompt.heading, "text": n.text} for n in given if n.prompt.kind in kinds]
        for code, kinds in PARTS.items()
    }


def _nominations(campaign, unit, moment):
    """What the unit had proposed when it handed in."""
    proposed = Nomination.objects.filter(campaign=campaign, unit=unit, proposed_at__lte=moment)
    return [
        {
            "award": nomination.award.name,
            "recipient": nomination.recipient,
            "position": nomination.position,
            "achievement": nomination.achievement,
        }
        for nomination in proposed.select_related("award").order_by("award__order", "sort_key", "pk")
    ]
