"""What a unit handed in, time after time: the unit's to read, and the office's."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from campaigns.models import Event
from targets.history import steps
from targets.views.unit_place import crumbs, visible


@require_safe
def history(request, pk):
    """Every hand-in, who and when, and what changed from what to what."""
    submission = visible(request, pk)
    context = {
        "submission": submission,
        "steps": steps(submission),
        "events": Event.objects.about(submission).select_related("by"),
        "breadcrumbs": crumbs(submission, ("Lịch sử", "")),
    }
    return render(request, "targets/history.html", context)
