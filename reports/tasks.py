from celery import shared_task
from django.utils import timezone

from campaign_portal.celery import ring
from reports import building, schedule
from reports.models import Report, ReportKind

MINUTE = 60
DRAWN = [kind for kind in ReportKind if kind != ReportKind.ARCHIVE]


@shared_task(name="reports.tasks.build_queued_reports", soft_time_limit=4 * MINUTE, time_limit=5 * MINUTE)
def build_queued_reports():
    """What is due, for a minute; whatever is left gets a ring, and a time limit, of its own."""
    now = timezone.now()
    if Report.objects.file_due(now).filter(kind=ReportKind.ARCHIVE).exists():
        ring(build_archives)
    if building.build_due(now, clock=timezone.now, kinds=DRAWN, seconds=MINUTE):
        ring(build_queued_reports)


@shared_task(name="reports.tasks.build_archives", soft_time_limit=30 * MINUTE, time_limit=31 * MINUTE)
def build_archives():
    """By the other worker: an archive copies for minutes, and draws nothing."""
    building.build_due(timezone.now(), clock=timezone.now, kinds=[ReportKind.ARCHIVE])


@shared_task(name="reports.tasks.plan_scheduled_reports")
def plan_scheduled_reports():
    if schedule.plan_all(timezone.now()):
        ring(build_queued_reports)
