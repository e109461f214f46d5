"""What the admin's history page of a row says."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType


def note(rows, sentence, *, by):
    """Write one sentence to the history of each of some rows of one kind."""
    LogEntry.objects.log_actions(by.pk, rows, CHANGE, sentence)


def note_each(told, *, by):
    """Write a sentence of its own to the history of each row: [(row, sentence)], in one statement."""
    kinds = ContentType.objects.get_for_models(*{type(row) for row, _ in told})
    LogEntry.objects.bulk_create(
        LogEntry(
            user=by,
            content_type=kinds[type(row)],
            object_id=row.pk,
            object_repr=str(row)[:200],
            action_flag=CHANGE,
            change_message=sentence,
        )
        for row, sentence in told
    )
