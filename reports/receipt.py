"""The receipt of one hand-in: what arrived to the second, from whom, how it stood, and its figures read back.

figures = {
    "issuer": {"agency": [str], "name": str, "place": str}, "number": str, "unit": str, "campaign": str, "period": str,
    "revision": int, "arrived_at": str, "received_at": str, "source": str, "standing": str, "submitted_by": str,
    "deadline": str, "digest": str, "has_estimates": bool,
    "results": [{"no", "name", "goal", "actual", "words", "estimate", "note": str}],
    "narratives": [{"heading", "text": str}], "files": [{"name", "sha256", "about": str}],
}
"""

from django.template.loader import render_to_string

from campaigns import deadlines
from reports.figures import clock, lines
from reports.paper import paragraphs
from targets.notifications import clock as to_the_second
from targets.readback import read_back
from targets.standing import Standing


def gather(report):
    revision = report.revision
    submission = revision.submission
    campaign = submission.period.campaign
    organiser, results = campaign.organiser, read_back(revision)
    return {
        "issuer": {
            "agency": lines(organiser.agency_lines) or [organiser.name.upper()],
            "name": organiser.name,
            "place": organiser.place,
        },
        "number": str(revision.pk),
        "unit": submission.unit.name,
        "campaign": campaign.short_name,
        "period": submission.period.name,
        "revision": revision.number,
        "arrived_at": to_the_second(revision.arrived_at),
        "received_at": clock(revision.received_at),
        "source": revision.on_behalf_source,
        "standing": standing_words(revision),
        "submitted_by": str(revision.submitted_by),
        "deadline": deadlines.in_full(submission.period.units_due),
        "digest": revision.digest,
        "has_estimates": any(line.estimate for line in results),
        "results": [_result(line) for line in results],
        "narratives": [
            {"heading": narrative.prompt.heading, "text": narrative.text}
            for narrative in revision.narratives.select_related("prompt").order_by("prompt__order", "prompt_id")
        ],
        "files": [
            {
                "name": piece.name,
                "sha256": piece.sha256,
                "about": f"chỉ tiêu {piece.target.number}" if piece.target else "cả báo cáo",
            }
            for piece in revision.evidence.select_related("target")
        ],
    }


def standing_words(revision):
    """How it stood when it came; a later revision is a supplement, and changes nothing of the first one's standing."""
    if revision.number > 1:
        return "Bổ sung, sau hạn nộp" if revision.is_late else "Bổ sung"
    return (Standing.LATE if revision.is_late else Standing.ON_TIME).label


def _result(line):
    return {
        "no": str(line.target.number),
        "name": line.target.name,
        "goal": line.goal,
        "actual": line.actual,
        "words": line.money_in_words,
        "estimate": line.estimate,
        "note": line.result.note,
    }


def html(figures):
    return render_to_string(
        "documents/receipt.html",
        {
            "title": f"Biên nhận số {figures['number']}",
            "figures": figures,
            "narratives": [given | {"paragraphs": paragraphs(given["text"])} for given in figures["narratives"]],
        },
    )
