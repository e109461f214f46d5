"""What a report says, gathered once as of a moment: the figures that are frozen with it.

The shape is the one that `reports.documents` prints; every number is there as it is printed, with its raw value beside.
"""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from campaigns.models import GivenBy, PromptKind
from commendations.models import RECIPIENT_ORDER, AwardKind, Nomination, NominationState, SignedBy
from reports import documents, earlier, narratives, paper, placeholders
from reports.models import ReportKind, ReportState, ReportText
from targets import numbers, progress, standing
from targets.answers import plain
from targets.models import Verdict, digest_of
from units.models import ward_day

HUNDRED = Decimal(100)


def day(date):
    return date.strftime("%d/%m/%Y") if date else ""


def clock(moment):
    return timezone.localtime(moment).strftime("%H:%M ngày %d/%m/%Y") if moment else ""


def lines(text):
    return [line.strip() for line in text.splitlines() if line.strip()]


def gather(period, kind, *, as_of):
    """The figures of a report as a JSON-able dict. Reads the database; whatever is shown comes from here."""
    campaign = period.campaign
    compiled = progress.compile_period(period, as_of=as_of)
    hand_ins = standing.hand_ins(period, as_of=as_of)
    figures = {
        "issuer": _issuer(campaign),
        "campaign": {
            "short_name": campaign.short_name,
            "subject": _subject(campaign),
            "bases": [base for base in [campaign.higher_plan, _own_plan(campaign)] if base],
        },
        "period": {
            "name": period.name,
            "year": str(ward_day(period.report_due - timedelta(microseconds=1)).year),
            "figures_as_of": day(period.figures_as_of),
            "units_due": period.units_due_words,
            "report_due": period.report_due_words,
            "final": period.is_final,
        },
        "summary": {
            "total": compiled.total,
            "met": compiled.met - compiled.exceeded,
            "exceeded": compiled.exceeded,
            "missed": compiled.missed,
            "not_due": compiled.not_due,
            "not_computable": compiled.not_computable,
            "tracked": compiled.tracked,
        },
        "sectors": _sectors(compiled, period, as_of),
        "movements": _movements(campaign),
        "tasks": [
            {"code": prompt.code, "heading": prompt.heading}
            for prompt in campaign.prompts.filter(kind=PromptKind.TASK).order_by("order", "pk")
        ],
        "examples": _examples(period, as_of),
        "handed_in": _handed_in(hand_ins),
        "commendations": _commendations(campaign, as_of),
    }
    if kind == ReportKind.CITY:
        figures["replaces"] = _replaced(period, as_of)
    return figures


def _replaced(period, as_of):
    """The issued report that this one would replace, as it is named inside a sentence; "" where there is none."""
    before = period.built_reports.filter(kind=ReportKind.CITY, state=ReportState.ISSUED, issued_at__lte=as_of).first()
    if before is None:
        return ""
    number = paper.numbered(before.number, before.figures["issuer"]["symbol"])
    return f"Báo cáo số {number} {paper.dated(before.issued_on)}"


def texts_of(period, kind):
    """The office's prose by section, as it stands now."""
    return dict(ReportText.objects.filter(period=period, kind=kind).values_list("section", "text"))


def frozen_texts(figures, texts):
    """The prose with its figures put in; what was written stays under `documents.WRITTEN` where it says otherwise."""
    values = placeholders.values(figures)
    said = {code: placeholders.resolve(text, values) for code, text in texts.items()}
    written = {code: text for code, text in texts.items() if said[code] != text}
    return said | ({documents.WRITTEN: written} if written else {})


def digest(figures, texts):
    """SHA-256 over figures and texts."""
    return digest_of({"figures": figures, "texts": texts})


def sections_of(period, kind):
    """The sections that the office may write for a kind of report: (code, heading)."""
    if kind == ReportKind.PROGRESS:
        return documents.PROGRESS_SECTIONS
    tasks = period.campaign.prompts.filter(kind=PromptKind.TASK).order_by("order", "pk").values("code", "heading")
    return documents.sections(list(tasks))


def _subject(campaign):
    """The report's own subject: a plan to launch a campaign becomes the results of carrying the campaign out."""
    done = campaign.title.removeprefix("Phát động ")
    return f"Kết quả thực hiện {done[:1].lower()}{done[1:]}"


def unfinished(report):
    """What a reader should know before approving a built city report, as sentences; empty when nothing is missing."""
    summary, handed_in = report.figures["summary"], report.figures["handed_in"]
    asked = documents.ASKED | {task["code"] for task in report.figures["tasks"]}
    empty = [code for code in asked if not report.texts.get(code, "").strip()]
    sentences = [
        (summary["not_computable"], "chỉ tiêu không tính được"),
        (handed_in["unreviewed"], "kết quả đã nộp nhưng chưa duyệt"),
        (len(handed_in["silent"]), "đơn vị chưa nộp"),
        (len(empty), "mục lời báo cáo chưa có nội dung"),
    ]
    return [f"{count} {words}" for count, words in sentences if count]


def _own_plan(campaign):
    if not campaign.number:
        return ""
    return f"Kế hoạch số {campaign.number} ngày {day(campaign.issued_on)} của {campaign.organiser.name}"


def _issuer(campaign):
    organiser = campaign.organiser
    return {
        "higher": "",
        "agency": lines(organiser.agency_lines) or [organiser.name.upper()],
        "name": organiser.name,
        "place": organiser.place,
        "symbol": f"BC-{organiser.symbol}",
        "addressees": [campaign.report_addressee],
        "recipients": lines(campaign.report_recipients),
        "authority": lines(campaign.signer_block),
        "signer": campaign.signer_name,
    }


def _movements(campaign):
    launched = [GivenBy.CENTRE, GivenBy.CITY]
    return list(campaign.movements.filter(launched_by__in=launched).values_list("name", flat=True))


def _sectors(compiled, period, as_of):
    notes = _notes(compiled, period, as_of)
    before = earlier.values_before(period, as_of=as_of)
    any_baseline = any(line.target.baseline is not None for line in compiled.lines)
    sectors = []
    for number, (sector, groups) in enumerate(compiled.sectors, start=1):
        sectors.append(
            {
                "no": documents.ROMAN[number - 1] if number <= len(documents.ROMAN) else str(number),
                "name": sector.name,
                "groups": [
                    {
                        "heading": heading.name if heading else "",
                        "targets": [
                            _target(line, notes.get(line.target.pk, ""), period)
                            | _held_against(line, before, any_baseline=any_baseline)
                            for line in group
                        ],
                    }
                    for heading, group in groups
                ],
            }
        )
    return sectors


def _notes(compiled, period, as_of):
    """{target id: note}: the office's reason for an adjustment, else the only reporting unit's own note."""
    notes = {
        result.target_id: result.note
        for result in progress.accepted_results(period, as_of).filter(target__single_source=True).exclude(note="")
    }
    notes |= {line.target.pk: line.adjustment.reason for line in compiled.lines if line.adjustment}
    return notes


def beside(line, value):
    """A figure printed so that it never contradicts its verdict; "" where there is none."""
    if value is None:
        return ""
    return numbers.show_beside_goal(
        value, at_least=line.goal.at_least, at_most=line.goal.at_most, decimals=line.target.decimals
    )


def _target(line, note, period):
    target, judged = line.target, line.judged
    percent = line.percent_of_goal
    shown_percent = (
        "" if percent is None else numbers.show_beside_goal(percent, at_least=HUNDRED, at_most=None, decimals=2)
    )
    basis = ""
    if judged.verdict in (Verdict.MET, Verdict.EXCEEDED, Verdict.MISSED):
        basis = "estimate" if judged.by_estimate else "actual"
    return {
        "no": str(target.number),
        "name": target.name,
        "unit": target.unit_of_measure,
        "goal": numbers.show_interval(line.goal.at_least, line.goal.at_most, target.decimals),
        "actual": beside(line, line.accepted.value),
        "estimate": "" if period.is_final else beside(line, line.accepted.estimate),
        "percent": shown_percent,
        "judged": basis,
        "verdict": str(judged.verdict),
        "verdict_label": judged.label,
        "k": line.accepted.k,
        "m": line.accepted.m,
        "lead": target.lead.called if target.lead else "",
        "note": note,
        "adjusted": line.adjustment is not None,
        "adjusted_from": beside(line, line.compiled.value) if line.adjustment else "",
        "submitted": {
            "actual": beside(line, line.handed_in.value),
            "estimate": "" if period.is_final else beside(line, line.handed_in.estimate),
            "k": line.handed_in.k,
        },
        "raw": {
            "at_least": plain(line.goal.at_least),
            "at_most": plain(line.goal.at_most),
            "actual": plain(line.accepted.value),
            "estimate": plain(line.accepted.estimate),
            "percent": plain(percent),
            "submitted_actual": plain(line.handed_in.value),
            "submitted_estimate": plain(line.handed_in.estimate),
        },
    }


def _held_against(line, before, *, any_baseline):
    """What was done in this period alone, and the figure beside the goal and beside last year."""
    target, value = line.target, line.judged.value if line.judged.value is not None else line.accepted.value
    done = earlier.in_period(line, before)
    _, difference = earlier.against(value, line.goal.bound, target)
    return {
        "in_period": "" if done is None else numbers.show(done, target.decimals),
        "points": "" if line.percent_of_goal is None else earlier.points(difference),
        **earlier.beside_last_year(target, value, any_baseline=any_baseline),
    }


def _examples(period, as_of):
    """Good examples of accepted units: the name on the first line, the story below it where there is one."""
    examples = []
    for narrative in narratives.accepted_narratives(period, as_of=as_of).filter(prompt__kind=PromptKind.EXAMPLE):
        name, _, summary = narrative.text.partition("\n")
        unit = narrative.revision.submission.unit.name
        examples.append({"name": name.strip(), "unit": unit, "summary": summary.strip()})
    return examples


def _handed_in(hand_ins):
    return {
        "assigned": hand_ins.assigned,
        "submitted": hand_ins.submitted,
        "on_time": hand_ins.on_time,
        "late": hand_ins.late,
        "extended": hand_ins.extended,
        "accepted": hand_ins.accepted,
        "unreviewed": hand_ins.unreviewed,
        "silent": [row.unit.name for row in hand_ins.silent],
        "rows": [
            {
                "unit": row.unit.name,
                "cluster": row.cluster,
                "theme": row.theme,
                "arrived_at": clock(row.handed_in_at),
                "standing": str(row.standing),
                "standing_label": row.standing_label,
                "extended_until": clock(row.due) if row.extended else "",
                "state_label": row.state_label,
                "accepted_at": clock(row.accepted_at),
            }
            for row in sorted(hand_ins.rows, key=lambda row: row.cluster_order)
        ],
    }


def _commendations(campaign, as_of):
    nominations = Nomination.objects.filter(campaign=campaign, proposed_at__lte=as_of).select_related(
        "award", "unit", "decision"
    )
    settled = [n for n in nominations if n.decided_at and n.decided_at <= as_of]
    honoured = [n for n in settled if n.state in (NominationState.DECIDED, NominationState.FORWARDED)]
    honoured.sort(
        key=lambda n: (
            n.award.signed_by != SignedBy.WARD,
            n.award.kind != AwardKind.TITLE,
            RECIPIENT_ORDER.index(n.recipient_kind),
            n.award.order,
            n.sort_key,
        )
    )
    return {
        "waiting": len(nominations) - len(settled),
        "rows": [
            {
                "track": "ward" if nomination.state == NominationState.DECIDED else "city",
                "kind": nomination.award.kind,
                "award": nomination.award.name,
                "recipient_kind": nomination.recipient_kind,
                "recipient": nomination.recipient,
                "position": nomination.position,
                "unit": nomination.unit.name,
                "leads": nomination.leads,
                "achievement": nomination.achievement,
                "decision": _decision(nomination.decision),
            }
            for nomination in honoured
        ],
    }


def _decision(decision):
    if decision is None or not decision.number:
        return ""
    return f"{decision.number}, ngày {day(decision.issued_on)}"
