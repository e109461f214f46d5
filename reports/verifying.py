"""Whether a paper or a file is the issued one: lookup codes, what a code leads to, and which file has which hash."""

import hashlib
import secrets

import segno
from django.conf import settings
from django.urls import reverse

from reports.models import FileStage, Report, ReportFile, ReportState

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without what looks like something else on paper: 0 O, 1 I L
LENGTH = 10
PUBLIC = (ReportState.ISSUED, ReportState.SUPERSEDED)
SHOWN_STAGES = (FileStage.ISSUED, FileStage.SIGNED)


def fresh_code():
    """A code that tells nothing about the report and cannot be guessed: 31^10 of them."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def printed(code):
    """The code as it stands on paper: "7KQ2M-9XD4R"."""
    return f"{code[:5]}-{code[5:]}"


def address(code):
    return settings.SITE_URL + reverse("reports:verify", args=[code])


def qr(code):
    """The code's address as a picture for a document: a PNG in a data URI."""
    return segno.make(address(code), error="m", boost_error=False).png_data_uri(scale=4, border=1)


def typed(text):
    """A code as somebody typed it from paper: any case, with or without its dash and blanks."""
    return "".join(mark for mark in text.upper() if mark in ALPHABET)[: LENGTH + 1]


def find(text):
    """The issued or superseded report that a typed code names, with its public files, or None."""
    code = typed(text)
    if len(code) != LENGTH:
        return None
    return (
        Report.objects.filter(code=code, state__in=PUBLIC)
        .select_related("campaign__organiser", "period", "superseded_by")
        .first()
    )


def public_files(report):
    """The files that left the portal under this code, newest first: a corrected number leaves its older file known."""
    return list(report.files.filter(stage__in=SHOWN_STAGES))


def find_file(sha256):
    """The public file of that hash, whichever report it belongs to, or None."""
    return (
        ReportFile.objects.filter(sha256=sha256, stage__in=SHOWN_STAGES, report__state__in=PUBLIC)
        .select_related("report__campaign__organiser", "report__period")
        .first()
    )


def sha256_of(file):
    """The hash of an uploaded file, read piece by piece; nothing of it is kept."""
    digest = hashlib.sha256()
    for piece in file.chunks():
        digest.update(piece)
    return digest.hexdigest()
