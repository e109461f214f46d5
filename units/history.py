"""What the admin's history page of a row says."""

from django.contrib.admin.models import CHANGE, LogEntry


def note(rows, sentence, *, by):
    """Write one sentence to the history of each of some rows of one kind."""
    LogEntry.objects.log_actions(by.pk, rows, CHANGE, sentence)
