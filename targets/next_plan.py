"""What next year's plan would be: names and dates a year on, who takes whose place, and what still names this year."""

from dataclasses import dataclass
from datetime import date, datetime

from campaigns.models import PLAN_TEXTS, Movement, Participation, ReportingPeriod
from targets import next_year, progress
from targets.models import Allocation, Target
from units.models import Unit, UnitChange, UnitChangeKind


@dataclass(frozen=True)
class Round:
    """A round of reporting of the new plan."""

    name: str
    figures_as_of: date
    units_due: datetime
    units_due_words: str
    report_due: datetime
    report_due_words: str


@dataclass(frozen=True)
class Place:
    """A unit of this year's campaign and who stands in its place next year (None: nobody)."""

    participation: Participation
    successor: Unit | None

    @property
    def unit(self):
        return self.participation.unit

    @property
    def stays(self):
        return self.successor == self.unit


@dataclass(frozen=True)
class Proposal:
    """Everything that a copy would take over, for people to look through first."""

    facts: dict
    rounds: tuple[tuple[ReportingPeriod, Round], ...]
    lines: tuple[progress.Line, ...] | None  # with results, where a round of reporting says them
    targets: tuple[Target, ...]
    period: ReportingPeriod | None  # whose accepted results are carried over
    retired: tuple[Target, ...]
    movements: tuple[Movement, ...]
    prompts: int
    places: tuple[Place, ...]
    shares: int
    mentions: tuple[tuple[str, list[str]], ...]
    years: str

    @property
    def standing_count(self):
        return sum(place.stays for place in self.places)

    @property
    def merged(self):
        return [place for place in self.places if place.successor and not place.stays]

    @property
    def left_out(self):
        return [place for place in self.places if place.successor is None]


def proposal(campaign, *, at):
    """What rolling a campaign over would copy, with the dates and names moved on by a year."""
    period = judged_period(campaign)
    lines = progress.compile_period(period, as_of=at).lines if period else None
    targets = [line.target for line in lines] if lines else list(campaign.targets.live().in_plan_order())
    movements, successors = tuple(campaign.movements.all()), Successors(campaign.organiser_id)
    parts = campaign.participations.select_related("unit", "cluster").order_by("unit__order", "unit__sort_key")
    prompts = list(campaign.prompts.all())
    return Proposal(
        facts=moved_facts(campaign),
        rounds=tuple((each, moved_round(campaign, each)) for each in campaign.periods.order_by("units_due", "pk")),
        lines=lines,
        targets=tuple(targets),
        period=period,
        retired=tuple(campaign.targets.filter(retired=True).order_by("number")),
        movements=movements,
        prompts=len(prompts),
        places=tuple(Place(part, successors.of(part.unit)) for part in parts),
        shares=Allocation.objects.open().filter(target__campaign=campaign).count(),
        mentions=tuple(_mentions(campaign, targets, movements, prompts)),
        years=" và ".join(str(year) for year in sorted(next_year.years_of(campaign))),
    )


def moved_facts(campaign):
    """The names, the address and the days of a campaign a year later."""
    years = {"first": campaign.starts_on.year, "last": campaign.ends_on.year}
    return {
        "short_name": next_year.names(campaign.short_name, **years),
        "title": next_year.names(campaign.title, **years),
        "slug": next_year.slug(campaign.slug, **years),
        "starts_on": next_year.same_day(campaign.starts_on),
        "ends_on": next_year.same_day(campaign.ends_on),
    }


def moved_round(campaign, period):
    units_words, units_due = next_year.deadline(period.units_due_words, period.units_due)
    report_words, report_due = next_year.deadline(period.report_due_words, period.report_due)
    return Round(
        name=next_year.names(period.name, first=campaign.starts_on.year, last=campaign.ends_on.year),
        figures_as_of=next_year.same_day(period.figures_as_of),
        units_due=units_due,
        units_due_words=units_words,
        report_due=report_due,
        report_due_words=report_words,
    )


def judged_period(campaign):
    """The round whose results speak for the year: the final one, else the last."""
    periods = list(campaign.periods.select_related("campaign").order_by("units_due", "pk"))
    final = [period for period in periods if period.is_final]
    return (final or periods or [None])[-1]


def _mentions(campaign, targets, movements, prompts):
    """(where, excerpts) of every text that is copied as it is and still names this year."""
    texts = [(str(campaign._meta.get_field(name).verbose_name), getattr(campaign, name)) for name in PLAN_TEXTS]
    for target in targets:
        said = [target.wording, *([target.name] if target.name not in target.wording else []), target.how_to_count]
        texts.append((f"chỉ tiêu {target.number}", "\n".join([*said, target.caution])))
    texts += [("phong trào thi đua", movement.name) for movement in movements]
    texts += [("câu hỏi", f"{prompt.heading}\n{prompt.hint}") for prompt in prompts if not prompt.movement_id]
    for where, text in texts:
        if found := next_year.mentions(text, next_year.years_of(campaign)):
            yield where[0].upper() + where[1:], found


class Successors:
    """Who stands in a unit's place today: itself while it is active, else the unit that it was merged into."""

    def __init__(self, organiser_id):
        self.units = {unit.pk: unit for unit in Unit.objects.filter(organiser=organiser_id)}
        merged = UnitChange.objects.filter(unit__organiser=organiser_id, kind=UnitChangeKind.MERGED)
        self.into = dict(merged.order_by("at", "pk").values_list("unit", "into"))

    def of(self, unit):
        """A unit, or None where nobody took it over."""
        seen = set()
        while unit is not None and not unit.active and unit.pk not in seen:
            seen.add(unit.pk)
            unit = self.units.get(self.into.get(unit.pk))
        return unit if unit is not None and unit.active else None
