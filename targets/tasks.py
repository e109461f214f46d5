from celery import shared_task
from django.utils import timezone

from targets import reminders


@shared_task(name="targets.tasks.plan_reminders")
def plan_reminders():
    reminders.plan_all(timezone.now())
