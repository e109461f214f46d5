from celery import shared_task
from django.utils import timezone

from reports import building, schedule


@shared_task(name="reports.tasks.build_queued_reports")
def build_queued_reports():
    building.build_due(timezone.now(), clock=timezone.now)


@shared_task(name="reports.tasks.plan_scheduled_reports")
def plan_scheduled_reports():
    if schedule.plan_all(timezone.now()):
        build_queued_reports()
