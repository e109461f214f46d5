"""Files of evidence: added and taken off by the unit, looked at by the unit and by its organiser."""

from django.contrib import messages
from django.http import FileResponse, Http404, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST, require_safe

from targets import uploads
from targets.answers import asked_of
from targets.evidence import attach, detach, thumbnail
from targets.models import Evidence, Submission
from targets.views.entry import save_form
from targets.views.unit_place import crumbs, writable
from units.refusals import Refused


@require_POST
def add_evidence(request, pk):
    """Keep one file for the posted target, or for the whole report; answer its entry in the list, or why it is not."""
    submission = writable(request, pk)
    target = _posted_target(request, submission)
    try:
        piece = _kept(request, submission, target)
    except Refused as refusal:
        return JsonResponse({"error": str(refusal)})
    shown = {"piece": piece, "may_remove": True}
    return JsonResponse({"html": render_to_string("targets/_evidence_item.html", shown)})


def _posted_target(request, submission):
    number = request.POST.get("target", "")
    asked = {str(asked.target.pk): asked.target for asked in asked_of(submission, with_places=False)}
    if number and number not in asked:
        raise Http404
    return asked[number] if number else None


def _kept(request, submission, target):
    files = request.FILES.getlist("evidence")
    if len(files) != 1:
        raise Refused("Chưa nhận được tệp; đề nghị chọn lại, mỗi lần gửi một tệp.")
    upload = uploads.check(files[0])
    (piece,) = attach(submission, [upload], target=target, by=request.user, at=request.arrived_at)
    return piece


@require_POST
def remove_evidence(request, pk):
    """Take a file off. Without script the button stands inside the form: what was typed there is kept too."""
    piece = _visible_piece(request, pk)
    submission = writable(request, piece.submission_id)
    in_the_page = request.get_preferred_type(["text/html", "application/json"]) == "application/json"
    try:
        detach(piece, at=request.arrived_at)
    except Refused as refusal:
        if in_the_page:
            return JsonResponse({"error": str(refusal)})
        messages.error(request, str(refusal))
    return JsonResponse({}) if in_the_page else save_form(request, submission)


def _visible_piece(request, pk):
    seen = Evidence.objects.filter(submission__in=Submission.objects.visible_to(request.user))
    return get_object_or_404(
        seen.select_related("submission__period__campaign", "submission__unit", "target", "uploaded_by"), pk=pk
    )


@require_safe
def view_evidence(request, pk):
    """A picture large on a page of its own; any other file by name, to be downloaded."""
    piece = _visible_piece(request, pk)
    context = {
        "piece": piece,
        "submission": piece.submission,
        "revisions": piece.revisions.order_by("number"),
        "breadcrumbs": crumbs(piece.submission, (piece.name, "")),
    }
    return render(request, "targets/evidence.html", context)


@require_safe
def evidence(request, pk):
    """The file itself, as a download: pages show a picture, but its address alone opens nothing in a browser."""
    piece = _visible_piece(request, pk)
    return _file(piece.file.open, as_attachment=True, filename=piece.name, content_type=piece.content_type)


@require_safe
def evidence_thumbnail(request, pk):
    piece = _visible_piece(request, pk)
    if not piece.is_picture:
        raise Http404
    return _file(lambda: thumbnail(piece), filename="anh-nho.jpg", content_type="image/jpeg")


def _file(opened, **served):
    try:
        response = FileResponse(opened(), **served)
    except OSError as lost:
        raise Http404 from lost
    response["Content-Security-Policy"] = "sandbox"
    return response
