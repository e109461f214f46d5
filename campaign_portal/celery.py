"""The Celery app and the only list of what beat rings.

Rows are the truth and Celery is the alarm clock: every task finds what is due, leases it, does it and marks it,
so a lost, doubled or late ring changes nothing.
"""

import logging
import os

from celery import Celery
from celery.schedules import crontab
from django.db import transaction
from kombu.exceptions import OperationalError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campaign_portal.settings")

logger = logging.getLogger(__name__)

app = Celery("campaign_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "send-waiting-messages": {"task": "units.tasks.send_waiting_messages", "schedule": 60.0},
    "build-queued-reports": {
        "task": "reports.tasks.build_queued_reports",
        "schedule": 60.0,
        "options": {"expires": 60},  # rings do not queue up behind a long document: each does all that is due
    },
    "take-in-workbooks": {"task": "targets.tasks.take_in_workbooks", "schedule": 60.0},
    "plan-reminders": {"task": "targets.tasks.plan_reminders", "schedule": crontab(minute="*/15")},
    "plan-scheduled-reports": {"task": "reports.tasks.plan_scheduled_reports", "schedule": crontab(minute="*/15")},
    "clear-away-evidence": {"task": "targets.tasks.clear_away_evidence", "schedule": crontab(hour=2, minute=45)},
    "clean-up": {"task": "units.tasks.clean_up", "schedule": crontab(hour=2, minute=30)},
}


def ring(task):
    """Ring a task once the transaction commits, to save a minute; a dead broker is no fault, since beat rings too."""

    def try_ringing():
        try:
            task.apply_async(retry=False)
        except (OperationalError, OSError) as fault:
            logger.warning("Could not ring %s; beat will: %s", task.name, fault)

    transaction.on_commit(try_ringing)
