"""The alarm clock's calls for letters and for the nightly clean-up."""

from datetime import timedelta

from axes.models import AccessLog
from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from units import outbox

ACCESS_LOG_KEPT = timedelta(days=366)


@shared_task
def send_waiting_messages():
    outbox.deliver_waiting(timezone.now())


@shared_task
def clean_up():
    """Forget expired sessions and sign-ins of more than a year ago."""
    call_command("clearsessions")
    AccessLog.objects.filter(attempt_time__lt=timezone.now() - ACCESS_LOG_KEPT).delete()
