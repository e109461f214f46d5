"""What the drafting desk shows: each section with its units' words, its figures put in, its comments and faults."""

import json
import re
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from reports import figures, narratives, objections, placeholders
from reports.models import ReportComment, ReportKind, ReportState
from targets.drafting import clean_text

VERSION = re.compile(r"[0-9]{1,9}")
SETTLED = (ReportState.ISSUED, ReportState.SUPERSEDED)


@dataclass(frozen=True)
class Place:
    """One section on the desk. `told` is what units wrote, `shown` the office's text with its figures put in."""

    code: str
    heading: str
    field: object
    hidden: list
    told: list
    shown: str
    comments: list


def unknown_placeholders(period, *, as_of):
    """[(section heading, what is written), …] of the office's prose: to be put right before a report is built."""
    kind = ReportKind.CITY
    texts = figures.texts_of(period, kind)
    if not any(placeholders.FOUND.search(text) for text in texts.values()):
        return []
    values = placeholders.values(figures.gather(period, kind, as_of=as_of))
    return [
        (heading, written)
        for code, heading in figures.sections_of(period, kind)
        for written in placeholders.unknown(texts.get(code, ""), values)
    ]


class Desk:
    """`form` is the page's `TextsForm`, so that what was typed and not kept is judged as it stands in the boxes."""

    def __init__(self, period, form, sections, *, as_of):
        self.period, self.form, self.sections = period, form, sections
        self.figures = figures.gather(period, ReportKind.CITY, as_of=as_of)
        self.told = narratives.by_section(period, as_of=as_of)
        self.comments = list(
            ReportComment.objects.filter(report__period=period, report__kind=ReportKind.CITY)
            .exclude(report__state__in=SETTLED)
            .select_related("by")
        )

    @cached_property
    def places(self):
        values = placeholders.values(self.figures)
        return [self._place(section, values) for section in self.sections]

    def _place(self, section, values):
        code, form = section.code, self.form
        return Place(
            code=code,
            heading=section.heading,
            field=form[f"text.{code}"],
            hidden=[form[f"version.{code}"], form[f"read.{code}"]],
            told=self.told.get(code, []),
            shown=placeholders.resolve(self._typed(code), values),
            comments=[each for each in self.comments if each.section == code],
        )

    def _typed(self, code):
        return clean_text(self.form[f"text.{code}"].value() or "")

    @property
    def general_comments(self):
        return [each for each in self.comments if not each.section]

    @cached_property
    def objections(self):
        """[(section code, heading, [Objection, …]), …]."""
        texts = figures.frozen_texts(
            self.figures, {section.code: self._typed(section.code) for section in self.sections}
        )
        return objections.with_headings(objections.objections(self.figures, texts), self.figures)

    @property
    def menu(self):
        """[(group, [Placeholder, …]), …] of everything that may be put in."""
        return [(group, list(each)) for group, each in groupby(placeholders.known(self.figures), lambda p: p.group)]

    @property
    def values(self):
        return placeholders.values(self.figures)

    @property
    def versions_json(self):
        """At which version each section was read, as the autosave sends it back."""
        read = {code: str(self.form[f"version.{code}"].value() or 0) for code in (each.code for each in self.sections)}
        return json.dumps({f"text.{code}": int(text) for code, text in read.items() if VERSION.fullmatch(text)})
