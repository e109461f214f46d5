"""What units wrote, gathered under the sections of the city report that it feeds."""

from dataclasses import dataclass

from django.db.models import Q

from campaigns.models import GivenBy, PromptKind
from targets.models import Narrative, Revision

SECTION_OF = {
    PromptKind.LAUNCHING: "leadership",
    PromptKind.THEME: "leadership",
    PromptKind.MOVEMENT: "movements",
    PromptKind.EXAMPLE: "examples",
    PromptKind.DIFFICULTY: "weaknesses",
    PromptKind.PROPOSAL: "proposals",
}
OF_THE_CITY_REPORT = frozenset({GivenBy.CENTRE, GivenBy.CITY})


@dataclass(frozen=True)
class Told:
    """One unit's answer to one question."""

    unit: str
    question: str
    text: str


def accepted_revisions(period, *, as_of):
    """Revisions of a period whose acceptance was in force at a moment."""
    return Revision.objects.filter(
        Q(acceptances__ended_at__isnull=True) | Q(acceptances__ended_at__gt=as_of),
        acceptances__accepted_at__lte=as_of,
        submission__period=period,
    )


def accepted_narratives(period, *, as_of):
    """The words of accepted units, in the order of the questions and then of the units. One query."""
    return (
        Narrative.objects.filter(revision__in=accepted_revisions(period, as_of=as_of).values("pk"))
        .exclude(text="")
        .select_related("prompt__movement", "revision__submission__unit")
        .order_by(
            "prompt__order", "prompt", "revision__submission__unit__order", "revision__submission__unit__sort_key"
        )
    )


def by_section(period, *, as_of):
    """{section code: [Told, …]}."""
    sections = {}
    for narrative in accepted_narratives(period, as_of=as_of):
        told = Told(narrative.revision.submission.unit.called, narrative.prompt.heading, narrative.text)
        sections.setdefault(section_of(narrative.prompt), []).append(told)
    return sections


def section_of(prompt):
    """A task has a section of its own; a movement that the ward or a unit launched speaks for the ward's strengths."""
    if prompt.kind == PromptKind.TASK:
        return prompt.code
    if prompt.kind == PromptKind.MOVEMENT and prompt.movement.launched_by not in OF_THE_CITY_REPORT:
        return "strengths"
    return SECTION_OF[prompt.kind]
