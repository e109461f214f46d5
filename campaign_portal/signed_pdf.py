"""The signatures of a PDF and its text, read in the child process of `guarded`; the only door to pyHanko.

Runs alone, without Django: `read(content, roots)` with trust roots as base64 DER returns
{"text": [str per page], "signatures": [{
    "signer": str, "organisation": str, "issuer": str, "serial": str, "intact": bool, "valid": bool,
    "covers_all": bool, "changed_after": bool, "trusted": bool | None (no roots), "why_not": str,
    "claimed_at": ISO str | "", "stamped_at": ISO str | "", "stamp_trusted": bool | None, "digest": str,
}]}. No network is asked: revocation is not checked.
"""

import base64
import io

MOST_PAGES = 400


def read(content, roots):
    return {"text": _text(content), "signatures": _signatures(content, roots)}


def _text(content):
    from pypdf import PdfReader

    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages[:MOST_PAGES]]


def _signatures(content, roots):
    from asn1crypto.x509 import Certificate
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko_certvalidator import ValidationContext

    trust = [Certificate.load(base64.b64decode(root)) for root in roots]
    context = ValidationContext(trust_roots=trust, allow_fetching=False, revocation_mode="soft-fail")
    reader = PdfFileReader(io.BytesIO(content))
    return [_found(signature, context, bool(trust)) for signature in reader.embedded_regular_signatures]


def _found(signature, context, has_roots):
    from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature

    status = validate_pdf_signature(signature, signer_validation_context=context, ts_validation_context=context)
    subject, stamp = status.signing_cert.subject.native, status.timestamp_validity
    problem = status.trust_problem_indic
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    return {
        "signer": str(subject.get("common_name", "")),
        "organisation": str(subject.get("organization_name", "")),
        "issuer": str(status.signing_cert.issuer.native.get("common_name", "")),
        "serial": format(status.signing_cert.serial_number, "x"),
        "intact": bool(status.intact),
        "valid": bool(status.valid),
        "covers_all": whole,
        "changed_after": not whole and not bool(status.docmdp_ok),
        "trusted": bool(status.trusted) if has_roots else None,
        "why_not": "" if status.trusted or not has_roots else str(getattr(problem, "name", problem) or ""),
        "claimed_at": status.signer_reported_dt.isoformat() if status.signer_reported_dt else "",
        "stamped_at": stamp.timestamp.isoformat() if stamp else "",
        "stamp_trusted": bool(stamp.trusted) if stamp and has_roots else None,
        "digest": status.md_algorithm or "",
    }
