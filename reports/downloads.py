"""How a stored file leaves the portal: always as a download, never opened in the portal's own name."""

from django.http import FileResponse, Http404

from reports.models import FileFormat

OFFICE = "application/vnd.openxmlformats-officedocument"
CONTENT_TYPES = {
    FileFormat.PDF: "application/pdf",
    FileFormat.DOCX: f"{OFFICE}.wordprocessingml.document",
    FileFormat.XLSX: f"{OFFICE}.spreadsheetml.sheet",
    FileFormat.ZIP: "application/zip",
}


def as_download(stored, *, name, content_type):
    """The answer that hands out a stored file; 404 where the file is lost."""
    try:
        opened = stored.open("rb")
    except OSError:
        raise Http404 from None
    response = FileResponse(opened, as_attachment=True, filename=name, content_type=content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox"
    return response
