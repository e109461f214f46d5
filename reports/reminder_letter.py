"""The letter to silent units (công văn, form 1.5 of Decree 30/2020), with the list of them as its annex.

figures = {
    "issuer": {"higher": "", "agency": [str], "name": str, "place": str, "authority": [str], "signer": str},
    "symbol": "UBND-VHXH", "year": str, "campaign": str, "plan": str, "period": str, "recipients": [str],
    "units_due": str, "report_due": str, "is_past": bool, "as_of": str, "assigned": int, "submitted": int, "site": str,
    "silent": [{"unit", "cluster", "due", "lateness": str}],
}
"""

from django.conf import settings
from django.template.loader import render_to_string

from campaigns import deadlines
from reports.figures import clock, lines
from reports.paper import at_place, dated, numbered, recipients
from reports.unit_report import plan_words
from targets.standing import hand_ins
from units.models import ward_day

MOST_NAMED = 5  # addressees in the letter itself; more are named by its list alone


def gather(report):
    period, campaign, at = report.period, report.campaign, report.as_of
    organiser, found = campaign.organiser, hand_ins(period, as_of=at)
    return {
        "issuer": {
            "higher": "",
            "agency": lines(organiser.agency_lines) or [organiser.name.upper()],
            "name": organiser.name,
            "place": organiser.place,
            "authority": lines(campaign.signer_block),
            "signer": campaign.signer_name,
        },
        "symbol": "-".join(filter(None, [organiser.symbol, drafting_office(campaign)])),
        "year": str(ward_day(at).year),
        "campaign": campaign.short_name,
        "plan": plan_words(campaign),
        "period": period.name,
        "recipients": ["Như trên", *(line for line in lines(campaign.report_recipients) if _is_file_copy(line))],
        "units_due": deadlines.in_full(period.units_due),
        "report_due": deadlines.in_full(period.report_due),
        "is_past": at >= period.units_due,
        "as_of": clock(at),
        "assigned": found.assigned,
        "submitted": found.submitted,
        "site": settings.SITE_URL,
        "silent": [
            {
                "unit": row.unit.name,
                "cluster": row.cluster,
                "due": deadlines.before(row.due) + (" (được gia hạn)" if row.extended else ""),
                "lateness": lateness(row.due, at),
            }
            for row in sorted(found.silent, key=lambda row: row.cluster_order)
        ],
    }


def lateness(due, at):
    """Whole days since the last day that was on time: "quá hạn 2 ngày", "còn 3 ngày", "hết hạn hôm nay"."""
    days = (ward_day(at) - deadlines.last_on_time_day(due)).days
    if at < due:
        return f"còn {-days} ngày" if days else "hết hạn hôm nay"
    return f"quá hạn {days} ngày" if days else "vừa hết hạn"


def _is_file_copy(line):
    return line.strip().lstrip("-– ").startswith("Lưu")


def drafting_office(campaign):
    """The office that drafts, as the file copy names it: "VHXH" of "Lưu: VT, VHXH"; "" where it names none."""
    for line in recipients(lines(campaign.report_recipients)):
        if _is_file_copy(line):
            offices = [part.strip() for part in line.partition(":")[2].split(",")]
            return next((office for office in offices if office and office != "VT"), "")
    return ""


def html(figures):
    silent = figures["silent"]
    many = len(silent) > MOST_NAMED
    dated_blank = dated(None, year=figures["year"])
    number = numbered("", figures["symbol"])
    return render_to_string(
        "documents/reminder_letter.html",
        {
            "title": f"Công văn đôn đốc nộp báo cáo, {figures['period']}",
            "figures": figures,
            "number_line": f"Số: {number}",
            "date_line": at_place(figures["issuer"]["place"], dated_blank),
            "attached_line": f"(Kèm theo Công văn số {number} {dated_blank} của {figures['issuer']['name']})",
            "addressees": ["Các cơ quan, đơn vị tại danh sách kèm theo"] if many else [row["unit"] for row in silent],
            "recipients": recipients(figures["recipients"]),
            "how_many": f"{len(silent):02d}/{figures['assigned']:02d}",
        },
    )
