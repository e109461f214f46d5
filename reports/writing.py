"""The office's prose, section by section; two people writing the same section see each other's text."""

import hashlib
from dataclasses import dataclass

from django.db import transaction

from campaigns.models import ReportingPeriod
from reports.models import ReportText
from targets.drafting import clean_text


@dataclass(frozen=True)
class Section:
    code: str
    heading: str
    text: str
    version: int


@dataclass(frozen=True)
class Clash:
    """A section that somebody else changed since it was read."""

    code: str
    mine: str
    theirs: str
    by: str
    version: int


class Clashes(Exception):
    """Nothing was written: `found` holds the clashes."""

    def __init__(self, found):
        super().__init__("Có mục đã được người khác sửa.")
        self.found = found


def fingerprint(text):
    """Tells whether a text is still what it was when it was read."""
    return hashlib.sha256(clean_text(text).encode()).hexdigest()


def sections(period, kind, headings):
    """What is written so far, in the report's order. `headings` is [(code, heading), …]."""
    written = {text.section: text for text in ReportText.objects.filter(period=period, kind=kind)}
    return [
        Section(code, heading, written[code].text, written[code].version)
        if code in written
        else Section(code, heading, "", 0)
        for code, heading in headings
    ]


@transaction.atomic
def save(period, kind, texts, versions, *, by, at):
    """Keep the sections whose text changed. Raises `Clashes`, having written nothing."""
    ReportingPeriod.objects.select_for_update().get(pk=period.pk)  # a section without a row yet cannot be locked
    stored = {text.section: text for text in ReportText.objects.select_related("by").filter(period=period, kind=kind)}
    clashes, changed = [], []
    for code, text in texts.items():
        text, row = clean_text(text), stored.get(code)
        if text == (row.text if row else ""):
            continue
        if row and row.version != versions.get(code, 0):
            clashes.append(Clash(code, text, row.text, str(row.by), row.version))
            continue
        changed.append((code, text, row))
    if clashes:
        raise Clashes(clashes)
    for code, text, row in changed:
        ReportText.objects.update_or_create(
            period=period,
            kind=kind,
            section=code,
            defaults={"text": text, "version": row.version + 1 if row else 1, "by": by, "at": at},
        )
