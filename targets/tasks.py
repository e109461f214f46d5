from celery import shared_task
from django.utils import timezone

from targets import evidence, importing, reminders


@shared_task(name="targets.tasks.plan_reminders")
def plan_reminders():
    reminders.plan_all(timezone.now())


@shared_task(name="targets.tasks.take_in_workbooks")
def take_in_workbooks():
    importing.work_due(timezone.now(), clock=timezone.now)


@shared_task(name="targets.tasks.clear_away_evidence")
def clear_away_evidence():
    evidence.clear_away(timezone.now())
