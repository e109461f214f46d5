"""Scans of a unit's report, printed, signed and sealed, beside the hand-in that it was printed from.

They are only ever added: a better scan stands beside the first one.
"""

from django.core.files.base import ContentFile
from django.db import transaction

from campaigns.models import record
from targets import uploads
from targets.models import Revision, SignedCopy
from targets.models.handing_in import PICTURES
from units.refusals import Refused

MOST = 10
KINDS = PICTURES | {"application/pdf"}


def check(file):
    """The upload of a scan as it will be kept. Raises Refused with a sentence that names it."""
    upload = uploads.check(file)
    if upload.content_type not in KINDS:
        raise Refused(f"Tệp “{upload.name}” chưa được nhận: bản ký, đóng dấu phải là tệp pdf, jpg hoặc png.")
    return upload


@transaction.atomic
def keep(revision, upload, *, by, at):
    """Put a checked upload beside a hand-in. The same file twice is kept once."""
    stored = (
        Revision.objects.select_for_update(of=["self"])
        .select_related("submission__period__campaign", "submission__unit")
        .get(pk=revision.pk)
    )
    if known := stored.signed_copies.filter(sha256=upload.sha256).first():
        return known
    if stored.signed_copies.count() >= MOST:
        raise Refused(f"Mỗi lần nộp nhận không quá {MOST} bản ký; đề nghị quét các trang vào một tệp PDF.")
    copy = SignedCopy.objects.create(
        revision=stored,
        file=ContentFile(upload.content, name=upload.name),
        name=upload.name,
        content_type=upload.content_type,
        size=upload.size,
        sha256=upload.sha256,
        uploaded_by=by,
        uploaded_at=at,
    )
    submission = stored.submission
    record(
        submission,
        "Tải lên bản ký, đóng dấu",
        campaign=submission.period.campaign,
        unit=submission.unit,
        by=by,
        at=at,
        detail=f"Lần nộp {stored.number}: {upload.name}",
    )
    return copy
