"""A campaign's data as plain values, for the archive: readable without the portal and by other programs.

{
    "shape": "dot-thi-dua/1", "as_of": str,                     # written by the archive
    "plan": what `targets.plan_contents.contents` gives,        # targets have a "code" that all else refers to
    "units": [{"code", "name", "kind", "cluster", "theme": str, "reports": bool}],
    "shares": [{"target": code, "unit": code, "at_least", "at_most": decimal or null, "since", "ended_at"}],
    "hand_ins": [{"period", "unit": code, "state", "accepted_revision": int or null, "revisions": [Revision]}],
    "adjustments": [{"period", "target", "unit", "amount", "base", "est_amount", "est_base", "verdict", "reason",
                     "by", "at", "ended_at"}],
    "nominations": [{"unit", "award", "recipient", "recipient_kind", "position", "state", "decision", "achievement"}],
    "decisions": [{"number", "issued_on", "title", "signer"}],
    "reports": [{"kind", "period", "state", "number", "issued_on", "sent_at", "sent_how", "digest"}],
    "events": [{"at", "by", "unit", "about", "verb", "detail"}],
}
Revision = {"number": int, "arrived_at", "received_at", "source", "submitted_by", "digest": str, "is_late": bool,
            "results": [{"target": code, "amount", "base", "est_amount", "est_base", "text", "no_data", "note"}],
            "narratives": [{"prompt", "text"}]}
Moments are ISO 8601 in UTC, days "2025-12-31", decimals plain strings ("537487.84").
"""

from datetime import UTC

from campaigns.models import Event, Participation
from commendations.models import Nomination
from reports.models import Report
from targets.answers import FIGURES, plain
from targets.models import Acceptance, Adjustment, Allocation, Narrative, Result, Revision, Submission
from targets.plan_contents import contents

SHAPE = "dot-thi-dua/1"


def gather(campaign):
    """Everything but files, in a fixed order. The number of queries does not grow with the campaign."""
    return {
        "plan": contents(campaign),
        "units": _units(campaign),
        "shares": _shares(campaign),
        "hand_ins": _hand_ins(campaign),
        "adjustments": _adjustments(campaign),
        "nominations": _nominations(campaign),
        "decisions": [
            {
                "number": decision.number,
                "issued_on": _day(decision.issued_on),
                "title": decision.title,
                "signer": decision.signer_name,
            }
            for decision in campaign.decisions.order_by("pk")
        ],
        "reports": _reports(campaign),
        "events": [
            {
                "at": _moment(event.at),
                "by": event.by.full_name if event.by else "",
                "unit": event.unit.code if event.unit else "",
                "about": event.subject,
                "verb": event.verb,
                "detail": event.detail,
            }
            for event in Event.objects.filter(campaign=campaign).select_related("by", "unit").order_by("at", "pk")
        ],
    }


def _moment(value):
    return value.astimezone(UTC).isoformat() if value else None


def _day(value):
    return value.isoformat() if value else None


def _units(campaign):
    parts = Participation.objects.filter(campaign=campaign).select_related("unit", "cluster")
    return [
        {
            "code": part.unit.code,
            "name": part.unit.name,
            "kind": part.unit.get_kind_display(),
            "cluster": part.cluster.name if part.cluster else "",
            "theme": part.theme,
            "reports": part.reports,
        }
        for part in parts.order_by("unit__order", "unit__sort_key", "pk")
    ]


def _shares(campaign):
    shares = Allocation.objects.filter(target__campaign=campaign).select_related("target", "unit")
    return [
        {
            "target": share.target.code,
            "unit": share.unit.code,
            "at_least": plain(share.at_least),
            "at_most": plain(share.at_most),
            "since": _moment(share.since),
            "ended_at": _moment(share.ended_at),
        }
        for share in shares.order_by("target__number", "unit__order", "pk")
    ]


def _hand_ins(campaign):
    of_campaign = {"submission__period__campaign": campaign}
    results, narratives, revisions = {}, {}, {}
    for result in Result.objects.filter(revision__submission__period__campaign=campaign).select_related("target"):
        results.setdefault(result.revision_id, []).append(result)
    for narrative in Narrative.objects.filter(revision__submission__period__campaign=campaign).select_related("prompt"):
        narratives.setdefault(narrative.revision_id, []).append(narrative)
    for revision in Revision.objects.filter(**of_campaign).select_related("submitted_by").order_by("number"):
        told = _revision(revision, results.get(revision.pk, []), narratives.get(revision.pk, []))
        revisions.setdefault(revision.submission_id, []).append(told)
    submissions = Submission.objects.filter(period__campaign=campaign).select_related("period", "unit").defer("draft")
    in_force = Acceptance.objects.filter(**of_campaign, ended_at=None)
    accepted = dict(in_force.values_list("submission_id", "revision__number"))
    return [
        {
            "period": submission.period.name,
            "unit": submission.unit.code,
            "state": submission.get_state_display(),
            "accepted_revision": accepted.get(submission.pk),
            "revisions": revisions.get(submission.pk, []),
        }
        for submission in submissions.order_by("period__units_due", "unit__order", "pk")
    ]


def _revision(revision, results, narratives):
    return {
        "number": revision.number,
        "arrived_at": _moment(revision.arrived_at),
        "received_at": _moment(revision.received_at),
        "source": revision.on_behalf_source,
        "submitted_by": revision.submitted_by.full_name,
        "is_late": revision.is_late,
        "digest": revision.digest,
        "results": [
            {
                "target": result.target.code,
                **{name: plain(getattr(result, name)) for name in FIGURES},
                "text": result.text,
                "no_data": result.no_data,
                "note": result.note,
            }
            for result in sorted(results, key=lambda result: result.target.number)
        ],
        "narratives": [
            {"prompt": narrative.prompt.code, "text": narrative.text}
            for narrative in sorted(narratives, key=lambda narrative: (narrative.prompt.order, narrative.prompt_id))
        ],
    }


def _adjustments(campaign):
    rows = Adjustment.objects.filter(period__campaign=campaign).select_related(
        "period", "target", "result__revision__submission__unit", "by"
    )
    return [
        {
            "period": row.period.name,
            "target": row.target.code,
            "unit": row.result.revision.submission.unit.code if row.result else "",
            **{name: plain(getattr(row, name)) for name in FIGURES},
            "verdict": row.verdict,
            "reason": row.reason,
            "by": row.by.full_name,
            "at": _moment(row.at),
            "ended_at": _moment(row.ended_at),
        }
        for row in rows.order_by("at", "pk")
    ]


def _nominations(campaign):
    rows = Nomination.objects.filter(campaign=campaign).select_related("unit", "award", "decision")
    return [
        {
            "unit": row.unit.code,
            "award": row.award.name,
            "recipient": row.recipient,
            "recipient_kind": row.get_recipient_kind_display(),
            "position": row.position,
            "state": row.get_state_display(),
            "decision": row.decision.number if row.decision else "",
            "achievement": row.achievement,
        }
        for row in rows.order_by("proposed_at", "pk")
    ]


def _reports(campaign):
    left = Report.objects.filter(campaign=campaign).exclude(number="").select_related("period")
    return [
        {
            "kind": report.get_kind_display(),
            "period": report.period.name if report.period else "",
            "state": report.get_state_display(),
            "number": report.number,
            "issued_on": _day(report.issued_on),
            "sent_at": _moment(report.sent_at),
            "sent_how": report.sent_how,
            "digest": report.digest,
        }
        for report in left.defer("figures", "texts").order_by("pk")
    ]
