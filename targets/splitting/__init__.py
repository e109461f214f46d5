"""What the text of a plan says: `split` proposes its parts, sectors, targets, movements, deadlines and recipients.

By rules only, the same for the same text, and every proposal names the sentence it came from. Nothing is sent anywhere.
"""

from targets.splitting.comparing import compare
from targets.splitting.mentions import deadlines_of, movements_of, recipients_of
from targets.splitting.outline import outline_of
from targets.splitting.paragraphs import lines_of, paragraphs_of
from targets.splitting.parts import TEXTS, front_parts, lead_part, resolution_parts, signature_parts, text_parts
from targets.splitting.placing import Placing
from targets.splitting.proposals import Proposal, Split, Unread
from targets.splitting.sections import sections_of
from targets.splitting.sentences import readings_of

__all__ = ["Proposal", "Split", "Unread", "split"]

SEARCHED = {"tasks", "objective", "content", "other", "unknown"}  # measures there are targets too, but doubtful ones
OUTSIDE = "Con số đứng ngoài mục chỉ tiêu; đề nghị xác nhận có phải chỉ tiêu của đợt thi đua không"
REFERENCES = {"sector", "heading", "part_of", "parent"}


def split(text: str) -> Split:
    """Everything the text is understood to say, in its own order, and the lines nothing was read out of."""
    lines = lines_of(text)
    paragraphs = paragraphs_of(lines)
    sections = sections_of(paragraphs)
    if len(sections) == 1:  # nothing but a list, pasted without the rest of its plan
        sections[0].field = "targets"
    drafts, frames = _drafts(sections)
    drafts.sort(key=lambda draft: draft.first_line)
    compare(drafts, lines)
    _cover(frames, drafts)
    return Split(lines, _numbered(drafts), _unread(lines, drafts))


def _drafts(sections):
    placing, drafts, frames = Placing(), [], []
    for section in sections:
        frames += section.headings
        if section.field == "front":
            drafts += front_parts(section)
        elif section.field == "targets" or (section.field == "unknown" and _lists_targets(section)):
            drafts += _listed(section, placing, frames)
        elif section.field in TEXTS:
            drafts += text_parts(section)
        elif section.field == "recipients":
            drafts += recipients_of(section)
        elif section.field == "signer":
            drafts += signature_parts(section)
        if section.field in SEARCHED and not (section.field == "unknown" and _lists_targets(section)):
            _elsewhere(section, placing)
    drafts = _one_resolution(drafts)
    named = [one for section in sections if section.field not in ("recipients", "signer") for one in section.body]
    seen = _once(paragraph for paragraph in named if paragraph.kind != "page")
    return [*drafts, *placing.drafts, *movements_of(seen), *deadlines_of(seen)], frames


def _one_resolution(drafts):
    """What leads the targets in says which resolution sets them, whatever the legal bases cite before it."""
    cited = [draft for draft in drafts if draft.fields.get("field") == "resolution"]
    return [draft for draft in drafts if draft not in cited[:-1]]


def _once(paragraphs):
    """Each paragraph once, in order."""
    return list({(one.first, one.text): one for one in paragraphs}.values())


def _lists_targets(section):
    return sum(bool(readings_of(one.text)) for one in section.body if one.kind != "page") >= 2


def _listed(section, placing, frames):
    """The plan's list of targets; what stands before its first mark and holds no measure leads it in."""
    body, lead = list(section.body), []
    if section.field == "unknown":
        body = [*section.headings, *body]
    while body and body[0].kind == "" and not readings_of(body[0].text) and body[0].text.endswith((":", ".", ";")):
        if body[0].text.endswith(":") and len(body[0].text) < 60 and lead:
            break
        lead.append(body.pop(0))
    nodes, framing, _ = outline_of(body)
    frames += framing
    placing.place(nodes)
    return [lead_part(lead), *resolution_parts(lead)] if lead else []


def _elsewhere(section, placing):
    """Targets told in the running text of the tasks or the objective."""
    measured = [one for one in section.body if one.kind not in ("page", "row") and readings_of(one.text)]
    nodes, _, _ = outline_of(measured)
    placing.place(nodes, outside=OUTSIDE)


def _cover(frames, drafts):
    """A heading's line goes with the first thing read below it, a table's header with the row under it."""
    for frame in sorted(frames, key=lambda one: one.first, reverse=True):
        if any(draft.first_line <= frame.first <= draft.last_line for draft in drafts):
            continue
        below = [draft for draft in drafts if draft.first_line > frame.last]
        if below:
            nearest = min(below, key=lambda draft: draft.first_line)
            nearest.first_line = frame.first


def _numbered(drafts):
    counts = {}
    for draft in drafts:
        counts[draft.kind] = counts.get(draft.kind, 0) + 1
        draft.key = f"{draft.kind}-{counts[draft.kind]}"
    return tuple(
        Proposal(
            draft.key,
            draft.kind,
            draft.sentence,
            draft.first_line,
            draft.last_line,
            {name: _text(name, value) for name, value in draft.fields.items()},
            tuple(draft.doubts),
        )
        for draft in drafts
    )


def _text(name, value):
    return (value.key if value else "") if name in REFERENCES else str(value)


def _unread(lines, drafts):
    covered = {number for draft in drafts for number in range(draft.first_line, draft.last_line + 1)}
    found, run = [], []
    for number, line in enumerate([*lines, ""], start=1):
        if number in covered or number > len(lines):
            if run:
                found.append(Unread(run[0][0], run[-1][0], "\n".join(text for _, text in run)))
            run = []
        elif line.strip():
            run.append((number, line.strip()))
    return tuple(found)
