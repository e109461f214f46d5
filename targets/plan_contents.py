"""What a plan holds: all that stands on the signed copy, and nothing else, as plain values.

Shares, leads, cautions and how a target is counted are the ward's own work on the plan; they are not signed with it.
"""

from datetime import UTC

from campaigns.models import GivenBy
from targets.answers import plain
from targets.models import Answer, Heading, digest_of

FACTS = (
    *("title", "number", "issued_on", "higher_plan", "resolution", "starts_on", "ends_on"),
    *("report_addressee", "signer_name"),
)
TEXTS = (
    *("legal_bases", "opening", "purpose", "requirements", "content", "objective", "targets_lead", "tasks", "timing"),
    *("reward_rules", "duties", "closing", "signer_block", "recipients"),
)


def contents(campaign):
    """The plan as a JSON-able dict. Four queries, however long it is.

    {"facts": {field: str}, "texts": {field: str},
     "periods": [{"name", "figures_as_of", "units_due", "units_due_words", "report_due", "report_due_words"}],
     "targets": [{"code", "number", "name", "wording", "sector", "heading", "part_of": code or "", "answer",
                  "at_least": plain decimal or None, "at_most", "unit_of_measure", "given_by"}],
     "movements": [{"name", "launched_by"}]}
    """
    headings = heading_paths(campaign)
    return {
        "facts": {name: str(getattr(campaign, name) or "") for name in FACTS},
        "texts": {name: getattr(campaign, name) for name in TEXTS},
        "periods": [_period(period) for period in campaign.periods.order_by("units_due", "pk")],
        "targets": [_target(target, headings) for target in listed(campaign)],
        "movements": [
            {"name": movement.name, "launched_by": GivenBy(movement.launched_by).label}
            for movement in campaign.movements.order_by("order", "pk")
        ],
    }


def listed(campaign):
    """The plan's targets in their order, with what `contents` reads of them."""
    return campaign.targets.live().in_plan_order().select_related("sector", "part_of")


def heading_paths(campaign):
    """{heading id: "Chỉ tiêu giáo dục › Giáo dục mầm non"}, however deep they are nested."""
    headings = {heading.pk: heading for heading in Heading.objects.filter(sector__campaign=campaign)}

    def path(heading):
        above = headings.get(heading.parent_id)
        return f"{path(above)} › {heading.name}" if above else heading.name

    return {pk: path(heading) for pk, heading in headings.items()}


def digest(held):
    """SHA-256 of what `contents` gave."""
    return digest_of(held)


def short_code(digest):
    """The first eight signs of a digest, as people compare them: "3F2A-9C01"."""
    return f"{digest[:4]}-{digest[4:8]}".upper()


def _period(period):
    return {
        "name": period.name,
        "figures_as_of": str(period.figures_as_of),
        "units_due": period.units_due.astimezone(UTC).isoformat(),
        "units_due_words": period.units_due_words,
        "report_due": period.report_due.astimezone(UTC).isoformat(),
        "report_due_words": period.report_due_words,
    }


def _target(target, headings):
    return {
        "code": target.code,
        "number": target.number,
        "name": target.name,
        "wording": target.wording,
        "sector": target.sector.name,
        "heading": headings.get(target.heading_id, ""),
        "part_of": target.part_of.code if target.part_of else "",
        "answer": Answer(target.answer).label,
        "at_least": plain(target.at_least),
        "at_most": plain(target.at_most),
        "unit_of_measure": target.unit_of_measure,
        "given_by": GivenBy(target.given_by).label,
    }
