"""Files that a unit attaches to a target's figure or to its whole report: kept until removed, locked when these are.

A revision keeps the files that it was handed in with, also those that are removed afterwards.
"""

import io
from datetime import timedelta

from django.core.files.base import ContentFile
from django.db import transaction

from targets import pictures
from targets.answers import asked_of
from targets.models import Evidence, Submission, SubmissionState
from targets.returning import opening_of
from targets.workflow import closed_sentence, takes_hand_ins
from units.refusals import Refused

MAX_TOTAL = 50 * 1024 * 1024
MAX_FILES = 100
KEPT_AFTER_REMOVAL = timedelta(days=7)


def attached(submission, *, with_targets=True):
    """The files that the next revision will carry, with their targets where these are shown. One query."""
    files = Evidence.objects.filter(submission=submission, removed_at__isnull=True)
    return list(files.select_related("target") if with_targets else files)


def attach(submission, uploads, *, by, at, target=None):
    """Keep checked uploads (`targets.uploads.Upload`) for a target, or for the whole report.

    The same content twice is kept once. Answers the rows of all these uploads, in their order.
    """
    return _keep(submission, uploads, target, by=by, at=at) if uploads else []


@transaction.atomic
def _keep(submission, uploads, target, *, by, at):
    stored = _locked(submission)
    kept = attached(stored)
    known = {piece.sha256: piece for piece in kept if piece.target_id == (target and target.pk)}
    fresh = {upload.sha256: upload for upload in uploads if upload.sha256 not in known}
    if fresh:
        _refuse_when_locked(stored, target and target.pk, at)
        if target and target.pk not in {asked.target.pk for asked in asked_of(stored, with_places=False)}:
            raise Refused(f"Đơn vị không được giao chỉ tiêu {target.number}; đề nghị tải lại trang.")
        _refuse_too_much(kept, fresh.values())
    for sha256, upload in fresh.items():
        known[sha256] = _written(stored, upload, target, by=by, at=at)
    return [known[upload.sha256] for upload in uploads]


def _written(stored, upload, target, *, by, at):
    piece = Evidence.objects.create(
        submission=stored,
        target=target,
        file=ContentFile(upload.content, name=upload.name),
        name=upload.name,
        content_type=upload.content_type,
        size=upload.size,
        sha256=upload.sha256,
        uploaded_by=by,
        uploaded_at=at,
    )
    if upload.thumbnail:
        piece.file.storage.save(_thumbnail_name(piece), ContentFile(upload.thumbnail))
    return piece


def _thumbnail_name(piece):
    return f"{piece.file.name}.small"


def thumbnail(piece):
    """A picture's thumbnail, open: made when it was attached, drawn again where that file is lost."""
    try:
        return piece.file.storage.open(_thumbnail_name(piece))
    except FileNotFoundError:
        with piece.file.open() as whole:
            return io.BytesIO(pictures.thumbnail(whole.read()))


@transaction.atomic
def detach(piece, *, at):
    """Take a file off the next revision; earlier revisions keep it. Removing twice changes nothing."""
    _refuse_when_locked(_locked(piece.submission), piece.target_id, at)
    Evidence.objects.filter(pk=piece.pk, removed_at__isnull=True).update(removed_at=at)


def clear_away(at):
    """Delete for good what was taken off a week ago and never handed in: a photo that should not have been sent."""
    for piece in Evidence.objects.filter(removed_at__lt=at - KEPT_AFTER_REMOVAL, revisions__isnull=True):
        storage, names = piece.file.storage, (_thumbnail_name(piece), piece.file.name)
        piece.delete()  # first: a file without its row does no harm, a row without its file is a broken link
        for name in names:
            storage.delete(name)


def _locked(submission):
    return (
        Submission.objects.select_for_update(of=["self"])
        .select_related("period__campaign__organiser", "unit")
        .get(pk=submission.pk)
    )


def _refuse_when_locked(stored, target, at):
    """Refuse files of a target (its primary key), or of the whole report, that stay as they are."""
    if stored.state == SubmissionState.ACCEPTED:
        raise Refused("Kết quả đã duyệt, không thêm bớt tệp được nữa.")
    if not takes_hand_ins(stored, at):
        raise Refused(closed_sentence(stored))
    opening = opening_of(stored)
    if opening and not opening.shows(Evidence(target_id=target)):
        raise Refused("Phòng Văn hoá - Xã hội không yêu cầu sửa phần này; tệp minh chứng giữ như bản đã nộp.")


def _refuse_too_much(kept, fresh):
    if len(kept) + len(fresh) > MAX_FILES:
        raise Refused(f"Mỗi kỳ nhận không quá {MAX_FILES} tệp minh chứng; đề nghị gộp tệp hoặc gỡ bớt tệp khác.")
    total = sum(piece.size for piece in kept)
    for upload in fresh:
        total += upload.size
        if total > MAX_TOTAL:
            raise Refused(
                f"Tệp “{upload.name}” chưa được nhận: tổng dung lượng minh chứng vượt 50 MB; đề nghị gỡ bớt tệp khác."
            )


def by_target(pieces, asked):
    """{target primary key, or None for the whole report: [file, …]}.

    A file of a target that is not among the `asked` keys (the duty ended) stands with those of the report: it can be
    taken off there, and is not handed in.
    """
    found = {}
    for piece in pieces:
        found.setdefault(piece.target_id if piece.target_id in asked else None, []).append(piece)
    return found


def keep_posted(form, *, by, at):
    """Keep those files of a posted `ResultsForm` that pass, whatever is wrong with the rest; a refusal shows on it."""
    form.is_valid()
    for place in form.places:
        try:
            attach(form.submission, place.uploads, by=by, at=at, target=place.target)
        except Refused as refusal:
            form.refuse_files(place, str(refusal))
