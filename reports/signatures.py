"""Whether an uploaded PDF is the officially signed report: its signatures, its chain, and that it says the same.

findings = {"signatures": [as `campaign_portal.signed_pdf` says], "has_roots": bool, "carries": "approved" | "issued"}
"""

import base64
import difflib
import re
import unicodedata

from campaign_portal import guarded
from reports.models import FileFormat, FileStage, TrustRoot
from targets import uploads
from units.refusals import Refused

LIMITS = guarded.Limits(seconds=30, megabytes=700)
MOST_SHOWN = 8  # differences named in a refusal


def check(report, file):
    """(the upload as it is kept, its findings). Raises Refused with the reason, in words for the office."""
    upload = uploads.check(file)
    if upload.content_type != "application/pdf":
        raise Refused("Bản ký số phải là tệp PDF.")
    roots = _roots(report.campaign.organiser_id)
    read = _read(upload.content, roots)
    if not read["signatures"]:
        raise Refused("Tệp này không có chữ ký số nào; đề nghị tải lên đúng tệp đã ký.")
    for signature in read["signatures"]:
        _refuse_broken(signature)
    if not read["signatures"][-1]["covers_all"]:
        raise Refused("Tệp đã bị thay đổi sau chữ ký cuối cùng; đề nghị tải lên đúng tệp đã ký.")
    findings = {"signatures": read["signatures"], "has_roots": bool(roots), "carries": _carries(report, read["text"])}
    return upload, findings


def _roots(organiser):
    roots = []
    for root in TrustRoot.objects.filter(organiser=organiser):
        with root.file.open("rb") as stored:
            roots.append(base64.b64encode(stored.read()).decode())
    return roots


def _read(content, roots):
    try:
        return guarded.run("signed_pdf.py", content, limits=LIMITS, roots=roots)
    except guarded.TooMuch as much:
        raise Refused("Tệp PDF quá nặng nên không kiểm tra được chữ ký.") from much
    except guarded.Broken as broken:
        raise Refused("Không đọc được chữ ký trong tệp; đề nghị kiểm tra lại tệp PDF.") from broken


def _refuse_broken(signature):
    if not (signature["intact"] and signature["valid"]):
        raise Refused(f"Chữ ký của {signature['signer'] or 'người ký'} không còn nguyên vẹn: tệp đã bị sửa sau khi ký.")
    if signature["changed_after"]:
        raise Refused(f"Nội dung đã bị thay đổi sau chữ ký của {signature['signer'] or 'người ký'}.")


def _carries(report, pages):
    """Which of the report's own files the signed one says word for word. Refused, naming what differs, if none."""
    signed, nearest = _words("\n".join(pages)), None
    for stage in (FileStage.ISSUED, FileStage.APPROVED):
        made = report.files.filter(stage=stage, format=FileFormat.PDF).first()
        if made is None:
            continue
        with made.file.open("rb") as stored:
            own = _words("\n".join(_read(stored.read(), [])["text"]))
        if own == signed:
            return str(stage)
        nearest = nearest or own
    if nearest is None:
        raise Refused("Báo cáo chưa có bản trình ký nào để đối chiếu.")
    if not signed:
        raise Refused("Tệp là ảnh quét, không có lớp chữ nên không đối chiếu được với bản đã phê duyệt.")
    raise Refused(f"Nội dung khác bản đã phê duyệt: {'; '.join(_differences(nearest, signed))}.")


def _words(text):
    return re.findall(r"\S+", unicodedata.normalize("NFC", text))


def _differences(own, signed):
    """“… cũ …” → “… mới …”, the first few."""
    changes = difflib.SequenceMatcher(None, own, signed, autojunk=False).get_opcodes()
    named = [
        f"“{' '.join(own[a:b][:12]) or '(không có)'}” thành “{' '.join(signed[c:d][:12]) or '(mất)'}”"
        for kind, a, b, c, d in changes
        if kind != "equal"
    ]
    more = [f"và {len(named) - MOST_SHOWN} chỗ khác"] if len(named) > MOST_SHOWN else []
    return named[:MOST_SHOWN] + more
