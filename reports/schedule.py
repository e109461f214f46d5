"""Which reports fall due by themselves, each key once, caught up after an outage."""

from datetime import UTC, datetime, time, timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from campaigns.deadlines import last_on_time_day
from campaigns.models import ReportingPeriod
from reports.building import request
from reports.models import Report, ReportKind, ReportState
from targets.reminders import RULES
from units.models import ward_day

HALF_PAST_SIX = time(6, 30)
PROGRESS_DAYS = sorted({days for _, days, _ in RULES})


def _at(day):
    return datetime.combine(day, HALF_PAST_SIX, tzinfo=timezone.get_default_timezone())


def progress_moments(period):
    """06:30 on the days of the reminders, and the units' deadline itself."""
    day = last_on_time_day(period.units_due)
    return sorted([*(_at(day + timedelta(days=days)) for days in PROGRESS_DAYS), period.units_due])


def city_moments(period):
    """06:30 of each morning from the units' deadline up to the report's."""
    moments, day = [], ward_day(period.units_due)
    while (moment := _at(day)) < period.report_due:
        if moment >= period.units_due:
            moments.append(moment)
        day += timedelta(days=1)
    return moments


def key(kind, period, moment):
    return f"{kind}:{period.pk}:scheduled:{moment.astimezone(UTC).isoformat()}"


def _newest(moments, at):
    """Only the newest moment that has come is worth a report; those an outage swallowed are history."""
    return max((moment for moment in moments if moment <= at), default=None)


def plan(period, *, at):
    """Ask for what is due in a period and not yet asked for. Returns the rows asked for."""
    asked = []
    if not period.is_closed and (moment := _newest(progress_moments(period), at)):
        asked.append((ReportKind.PROGRESS, moment))
    if at < period.report_due and not period.city_issued and (moment := _newest(city_moments(period), at)):
        asked.append((ReportKind.CITY, moment))
    rows = []
    for kind, moment in asked:
        wanted = key(kind, period, moment)
        if not Report.objects.filter(key=wanted).exists():
            rows.append(request(period, kind, by=None, at=at, key=wanted, as_of=at))
    return rows


def plan_all(at):
    """Plan the scheduled reports of every open campaign."""
    issued = Report.objects.filter(
        period=OuterRef("pk"), kind=ReportKind.CITY, state__in=[ReportState.ISSUED, ReportState.SUPERSEDED]
    )
    periods = ReportingPeriod.objects.in_open_campaigns().select_related("campaign__organiser")
    return [row for period in periods.annotate(city_issued=Exists(issued)) for row in plan(period, at=at)]
