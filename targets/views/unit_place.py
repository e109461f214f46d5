"""How a unit's pages find their hand-in, and the way back from them."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from targets.models import Submission
from targets.permissions import drafts_of


def visible(request, pk):
    """A hand-in that the person may see; else 404."""
    return get_object_or_404(Submission.objects.visible_to(request.user).with_place(), pk=pk)


def writable(request, pk):
    """One that the person fills in; 403 for others who see it."""
    return _own(request, pk, drafts_of(request.user, on=request.arrived_at).with_place())


def typed_in(request, pk):
    """The same for saving cells: no more of it is read than that needs."""
    return _own(request, pk, drafts_of(request.user, on=request.arrived_at).typed_in())


def _own(request, pk, drafts):
    """Rights and row in one query; only somebody whose draft it is not costs another."""
    if own := drafts.filter(pk=pk).order_by().first():
        return own
    visible(request, pk)
    raise PermissionDenied


def crumbs(submission, *below):
    return [("Trang chủ", "/"), (submission.period.name, submission.get_absolute_url() if below else ""), *below]
