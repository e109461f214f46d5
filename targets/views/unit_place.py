"""How a unit's pages find their hand-in, and the way back from them."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from targets.models import Submission
from targets.permissions import can_write_draft, drafts_of


def visible(request, pk):
    """A hand-in that the person may see; else 404."""
    return get_object_or_404(Submission.objects.visible_to(request.user).with_place(), pk=pk)


def writable(request, pk):
    """One that the person fills in; 403 for others who see it."""
    submission = visible(request, pk)
    if not can_write_draft(request.user, submission, on=request.arrived_at):
        raise PermissionDenied
    return submission


def typed_in(request, pk):
    """The same for saving cells, in one short query; whoever it does not find is told why by `writable`."""
    own = drafts_of(request.user, on=request.arrived_at).typed_in().filter(pk=pk)
    return own.order_by().first() or writable(request, pk)


def crumbs(submission, *below):
    return [("Trang chủ", "/"), (submission.period.name, submission.get_absolute_url() if below else ""), *below]
