"""Files that a unit attaches to its results: kept until removed; a revision keeps those it was handed in with."""

from django.core.files.base import ContentFile
from django.db import transaction

from targets.models import Evidence, Submission, SubmissionState
from targets.workflow import closed_sentence, takes_hand_ins
from units.refusals import Refused

MAX_TOTAL = 50 * 1024 * 1024


def attached(submission):
    """The files that the next revision will carry. One query."""
    return list(Evidence.objects.filter(submission=submission, removed_at__isnull=True))


def attach(submission, uploads, *, by, at):
    """Keep checked uploads (`targets.uploads.Upload`); the same content twice is kept once."""
    if uploads:
        _keep(submission, uploads, by=by, at=at)


@transaction.atomic
def _keep(submission, uploads, *, by, at):
    stored = _locked(submission)
    kept = attached(stored)
    known = {piece.sha256 for piece in kept}
    fresh = {upload.sha256: upload for upload in uploads if upload.sha256 not in known}
    if not fresh:
        return
    _refuse_when_locked(stored, at)
    total = sum(piece.size for piece in kept)
    for upload in fresh.values():
        total += upload.size
        if total > MAX_TOTAL:
            raise Refused(
                f"Tệp “{upload.name}” chưa được nhận: tổng dung lượng minh chứng vượt 50 MB; đề nghị gỡ bớt tệp khác."
            )
    for sha256, upload in fresh.items():
        Evidence.objects.create(
            submission=stored,
            file=ContentFile(upload.content, name=upload.name),
            name=upload.name,
            content_type=upload.content_type,
            size=upload.size,
            sha256=sha256,
            uploaded_by=by,
            uploaded_at=at,
        )


@transaction.atomic
def detach(piece, *, at):
    """Take a file off the next revision; earlier revisions keep it. Removing twice changes nothing."""
    _refuse_when_locked(_locked(piece.submission), at)
    Evidence.objects.filter(pk=piece.pk, removed_at__isnull=True).update(removed_at=at)


def _locked(submission):
    return (
        Submission.objects.select_for_update(of=["self"])
        .select_related("period__campaign__organiser", "unit")
        .get(pk=submission.pk)
    )


def _refuse_when_locked(stored, at):
    if stored.state == SubmissionState.ACCEPTED:
        raise Refused("Kết quả đã duyệt, không thêm bớt tệp được nữa.")
    if not takes_hand_ins(stored, at):
        raise Refused(closed_sentence(stored))


def keep_posted(form, *, by, at):
    """Keep those files of a posted `ResultsForm` that pass, whatever is wrong with the rest; a refusal shows on it."""
    form.is_valid()
    try:
        attach(form.submission, form.uploads, by=by, at=at)
    except Refused as refusal:
        form.add_error("evidence", str(refusal))
