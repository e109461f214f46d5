"""A campaign's whole file for the archive: one ZIP that can be read without the portal, and checked entry by entry.

figures = {
    "campaign": {"slug", "short_name", "title", "organiser": str}, "as_of": str,
    "papers": [{"path", "name", "sha256": str, "size": int, "is_packed": bool}],    # files, in the order of the ZIP
    "data": what `reports.archive_data.gather` gives,
}
The same figures give the same bytes: entries in a fixed order, stamped with one fixed moment. Files are copied piece by
piece, so that memory does not grow with them.
"""

import hashlib
import io
import json
import re
import zipfile

from django.core.files.storage import default_storage
from django.template.loader import render_to_string

from campaign_portal import xlsx
from campaign_portal.pdf import PdfError
from reports import archive_data, archive_sheets
from reports.figures import clock
from reports.models import FileStage, ReportFile, ReportKind, ReportState
from targets.models import Evidence, SignedCopy

MOST_EVIDENCE = 500 * 1024 * 1024  # bytes; beyond that evidence is listed with its hashes and not packed
STAMP = (1980, 1, 1, 0, 0, 0)
PIECE = 1024 * 1024
STORED_MOMENT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
LEFT = (ReportState.ISSUED, ReportState.SUPERSEDED)


def gather(report):
    campaign = report.campaign
    organiser = campaign.organiser
    return {
        "campaign": {
            "slug": campaign.slug,
            "short_name": campaign.short_name,
            "title": campaign.title,
            "organiser": organiser.name,
        },
        "as_of": clock(report.as_of),
        "papers": [*_reports(campaign), *_scans(campaign), *_evidence(campaign)],
        "data": archive_data.gather(campaign),
    }


def write(report, whole):
    """Write the ZIP of frozen figures into an open file. Raises PdfError where a stored file is not what it was."""
    figures, manifest = report.figures, []
    with zipfile.ZipFile(whole, "w") as package:
        for paper in figures["papers"]:
            if paper["is_packed"]:
                manifest.append((_copy(package, paper), paper["path"]))
        for path, content in _own_entries(figures):
            manifest.append((_put(package, path, content), path))
        lines = "".join(f"{sha256}  {path}\n" for sha256, path in sorted(manifest, key=lambda entry: entry[1]))
        _put(package, "manifest-sha256.txt", lines.encode())
    whole.flush()


# --- What goes in -----------------------------------------------------------------------------------------------------


def _reports(campaign):
    """What left the portal, its signed copies, and the newest print of the plan."""
    made = ReportFile.objects.filter(
        report__campaign=campaign, report__state__in=LEFT, stage__in=[FileStage.ISSUED, FileStage.SIGNED]
    )
    plan = ReportFile.objects.filter(report__campaign=campaign, report__kind=ReportKind.PLAN).order_by("-pk")[:1]
    for file in [*plan, *made.select_related("report").order_by("report", "pk")]:
        folder = "ke-hoach" if file.report.kind == ReportKind.PLAN else "bao-cao"
        yield _paper(file, f"{folder}/{file.report_id}-{file.stage}-{file.sha256[:8]}.{file.format}")


def _scans(campaign):
    scans = SignedCopy.objects.filter(revision__submission__period__campaign=campaign)
    for scan in scans.select_related("revision__submission__unit").order_by("revision", "pk"):
        yield _paper(
            scan, f"{_folder(scan.revision.submission)}/ban-ky-lan-{scan.revision.number}-{scan.pk}-{scan.name}"
        )


def _evidence(campaign):
    """What hand-ins carried; files taken off before any hand-in prove nothing."""
    carried = Evidence.objects.filter(submission__period__campaign=campaign, revisions__isnull=False).distinct()
    pieces = list(carried.select_related("submission__unit").order_by("submission", "pk"))
    fits = sum(piece.size for piece in pieces) <= MOST_EVIDENCE
    for piece in pieces:
        yield _paper(piece, f"{_folder(piece.submission)}/minh-chung/{piece.pk}-{piece.name}", is_packed=fits)


def _folder(submission):
    return f"don-vi/{submission.unit.code}/ky-{submission.period_id}"


def _paper(row, path, *, is_packed=True):
    return {
        "path": path,
        "name": row.file.name,
        "sha256": row.sha256,
        "size": row.size,
        "is_packed": is_packed and row.file.storage.exists(row.file.name),
    }


def _own_entries(figures):
    """[(path, bytes)] of what the archive itself writes, each made when it is needed."""
    data = {"shape": archive_data.SHAPE, "as_of": figures["as_of"], **figures["data"]}
    yield "so-lieu/so-lieu.json", _json(data)
    yield "so-lieu/so-lieu.xlsx", _steady(xlsx.write(archive_sheets.sheets(figures["data"])))
    left_out = [paper for paper in figures["papers"] if not paper["is_packed"]]
    readme = render_to_string("documents/archive_readme.txt", {"figures": figures, "left_out": left_out})
    yield "DOC-TRUOC.txt", readme.encode()


def _json(content):
    return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1).encode()


# --- How it is written ------------------------------------------------------------------------------------------------


def _entry(path, *, is_packed_already=False):
    entry = zipfile.ZipInfo(path, STAMP)
    entry.compress_type = zipfile.ZIP_STORED if is_packed_already else zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _put(package, path, content):
    package.writestr(_entry(path), content)
    return hashlib.sha256(content).hexdigest()


def _copy(package, paper):
    """A stored file, copied piece by piece; what is not what it was stops the archive."""
    digest = hashlib.sha256()
    try:
        with (
            default_storage.open(paper["name"], "rb") as stored,
            package.open(_entry(paper["path"], is_packed_already=True), "w", force_zip64=True) as out,
        ):
            while piece := stored.read(PIECE):
                digest.update(piece)
                out.write(piece)
    except OSError as lost:
        raise PdfError(f"Không đọc được tệp “{paper['path']}”; đề nghị báo quản trị rồi lập lại.") from lost
    if digest.hexdigest() != paper["sha256"]:
        raise PdfError(f"Tệp “{paper['path']}” đã bị thay đổi so với mã SHA-256 lúc nhận; đề nghị báo quản trị.")
    return paper["sha256"]


def _steady(workbook):
    """A workbook without the moments at which it was written, so that the same rows give the same bytes."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(written, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename == "docProps/core.xml":
                content = STORED_MOMENT.sub(rb"\g<1>1980-01-01T00:00:00Z", content)
            new.writestr(_entry(part.filename), content)
    return written.getvalue()
