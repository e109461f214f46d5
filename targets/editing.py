"""How a plan is written: made as a draft, then its parts, movements and questions, by several people at once.

Whoever saves says what was read. A part that somebody else changed meanwhile stays as it is now unless it was changed
here too; then nothing is written and `Clashes` tells which, so that both texts can be shown.
"""

import hashlib
import json
from itertools import count

from django.db import IntegrityError, transaction
from django.urls import resolve, reverse
from django.utils.text import slugify

from campaigns.models import Campaign, CampaignState, GivenBy, Movement, Prompt, PromptKind, record
from targets import periods
from targets.allocating import held_campaign
from targets.models import Narrative, Submission
from units.folding import search_key
from units.refusals import Refused

LONGEST_SLUG = 50
# What every plan asks its units about, until staff put it in the plan's own words: (kind, heading, hint).
FIRST_PROMPTS = [
    (
        PromptKind.LAUNCHING,
        "Tổ chức phát động, triển khai đợt thi đua",
        "Hình thức và thời gian phát động, văn bản đã ban hành, số người tham gia.",
    ),
    (
        PromptKind.THEME,
        "Chủ đề thi đua đơn vị lựa chọn và kết quả thực hiện",
        "Chủ đề tiêu biểu, đặc thù của đơn vị; vấn đề trọng tâm, khó khăn đã giải quyết được.",
    ),
    (
        PromptKind.TASK,
        "Kết quả thực hiện các nhiệm vụ, giải pháp của kế hoạch",
        "Việc đã làm theo chức năng, nhiệm vụ được giao; kết quả cụ thể, có số liệu.",
    ),
    (
        PromptKind.EXAMPLE,
        "Điển hình tiên tiến, mô hình mới, cách làm hay",
        "Tên tập thể, cá nhân hoặc mô hình; tóm tắt thành tích, hiệu quả.",
    ),
    (
        PromptKind.DIFFICULTY,
        "Khó khăn, vướng mắc và nguyên nhân",
        "Chỉ tiêu hoặc nhiệm vụ chưa đạt, nguyên nhân khách quan và chủ quan.",
    ),
    (PromptKind.PROPOSAL, "Đề xuất, kiến nghị", "Kiến nghị với phường, thành phố; ghi “Không” nếu không có."),
]
MOVEMENT_FIELDS = ["name", "launched_by", "asked", "caution"]
PROMPT_FIELDS = ["heading", "hint", "kind", "asked_of"]
DAYS = ("starts_on", "ends_on")
DAYS_NEED_REASON = "Đợt thi đua đang mở: đổi thời gian của đợt thì đề nghị ghi lý do."


class Clashes(Refused):
    """Somebody else changed the same thing meanwhile; nothing was written.

    `found` is {the part's name, or the row's place in what was sent: what is stored now}.
    """

    def __init__(self, found):
        super().__init__("Có nội dung vừa được người khác sửa.")
        self.found = found


def fingerprint(value):
    """A short mark of what was read, to find out whether it is still so."""
    plain = json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def fingerprint_of(row, fields):
    """The mark of a movement or a question."""
    return fingerprint({name: getattr(row, name) for name in fields})


# --- The campaign and its parts ---------------------------------------------------------------------------------------


def slug_fault(slug):
    """Why a campaign cannot have an address; empty when it can."""
    if resolve(reverse("targets:campaign", args=[slug])).url_name != "campaign":
        return "Mã này là một trang của cổng; đề nghị chọn mã khác."
    return "Mã này đã dùng cho đợt thi đua khác." if Campaign.objects.filter(slug=slug).exists() else ""


def free_slug(short_name):
    """An address made of a campaign's short name: "Đợt thi đua năm 2026" gives "dot-thi-dua-nam-2026"."""
    stem = slugify(search_key(short_name))[:LONGEST_SLUG].strip("-_") or "dot-thi-dua"
    tried = (stem if number == 1 else f"{stem}-{number}" for number in count(1))
    return next(slug for slug in tried if not slug_fault(slug))


@transaction.atomic
def create_campaign(campaign, *, by, at):
    """Keep a new draft, with the questions that every plan asks its units."""
    campaign.slug = campaign.slug or free_slug(campaign.short_name)
    try:
        with transaction.atomic():
            campaign.save(force_insert=True)
    except IntegrityError as twin:
        raise Refused("Mã trên địa chỉ vừa được dùng cho đợt thi đua khác; đề nghị chọn mã khác.") from twin
    for order, (kind, heading, hint) in enumerate(FIRST_PROMPTS, start=1):
        Prompt.objects.create(campaign=campaign, code=kind.value, kind=kind, heading=heading, hint=hint, order=order)
    record(campaign, "Lập đợt thi đua", campaign=campaign, by=by, at=at, detail=campaign.title)
    return campaign


@transaction.atomic
def save_parts(campaign, typed, *, seen, reason="", by, at):
    """Write the parts of a plan that were changed: `typed` is {name: value}, `seen` {name: mark of what was read}.

    The days of an open campaign move only with a reason, and not away from its periods. Raises Clashes, Refused.
    """
    stored = held_campaign(campaign.pk)
    old = {name: getattr(stored, name) for name in DAYS}
    changed, clashes = [], {}
    for name, value in typed.items():
        now = getattr(stored, name)
        mine, theirs, read = fingerprint(value), fingerprint(now), seen.get(name)
        if mine in (theirs, read):
            continue
        if theirs != read:
            clashes[name] = now
        else:
            setattr(stored, name, value)
            changed.append(name)
    if clashes:
        raise Clashes(clashes)
    if stored.starts_on > stored.ends_on:
        raise Refused("Ngày kết thúc đợt thi đua phải sau ngày bắt đầu.")
    moved = [name for name in DAYS if name in changed]
    if moved and stored.state == CampaignState.OPEN:
        if not reason.strip():
            raise Refused(DAYS_NEED_REASON)
        if faults := _faults_of_the_move(stored, old):
            raise Refused(" ".join(faults))
    if changed:
        stored.save(update_fields=[*changed, "search_key"])
        told = "; ".join(_told(stored, name, old) for name in changed)
        why = f". Lý do: {reason.strip()}" if moved and reason.strip() else ""
        record(stored, "Sửa kế hoạch", campaign=stored, by=by, at=at, detail=told + why)
    return stored


def _faults_of_the_move(campaign, old):
    """What is wrong with the periods only now that the campaign's days are no longer the `old` ones, as sentences."""
    before, listed = Campaign(**old), list(campaign.periods.all())
    found = [(period, fault) for period in listed for fault in periods.day_faults(period, campaign)]
    return [
        f"Kỳ “{period.name}”: {fault[1]}" for period, fault in found if fault not in periods.day_faults(period, before)
    ]


def _told(campaign, name, old):
    label = str(campaign._meta.get_field(name).verbose_name)
    return f"{label}: {old[name]:%d/%m/%Y} → {getattr(campaign, name):%d/%m/%Y}" if name in old else label


# --- Movements and questions ------------------------------------------------------------------------------------------


def _merged(model, campaign, known, rows, fields):
    """(rows to keep in their order, rows to take away) after what two people did is put together.

    `rows` are {"pk": of a known row or None, "seen": its mark when read, "drop": bool, **fields}. A known row that is
    not named stays, at the end; a row that somebody else took away comes back only if it was changed here.
    """
    kept, dropped, clashes = [], [], {}
    for place, row in enumerate(rows):
        values = {name: row[name] for name in fields} if not row["drop"] else {}
        held = known.pop(row["pk"], None)
        mine, read = fingerprint(values), row["seen"]
        if held is None:
            if not row["drop"] and not (row["pk"] and mine == read):
                kept.append(model(campaign=campaign, **values))
            continue
        now = fingerprint_of(held, fields)
        if now != read and mine not in (now, read):
            clashes[place] = held
        elif not row["drop"] and mine != read:
            for name, value in values.items():
                setattr(held, name, value)
        (dropped if row["drop"] else kept).append(held)
    if clashes:
        raise Clashes(clashes)
    kept += known.values()
    for order, row in enumerate(kept, start=1):
        row.order = order
    return kept, dropped


@transaction.atomic
def save_movements(campaign, rows, *, by, at):
    """Write the movements of a plan; in an open campaign the units are asked about new ones at once."""
    campaign = held_campaign(campaign.pk)
    known = {movement.pk: movement for movement in campaign.movements.all()}
    names = {pk: movement.name for pk, movement in known.items()}
    before = _read(known, MOVEMENT_FIELDS)
    kept, dropped = _merged(Movement, campaign, known, rows, MOVEMENT_FIELDS)
    _refuse_twins([movement.name for movement in kept])
    told = _changes(before, kept, MOVEMENT_FIELDS)
    for movement in dropped:
        _take_questions_away(movement.prompts.all(), f"phong trào “{names[movement.pk]}”")
        movement.delete()
    renamed = [movement.pk for movement in kept if movement.pk and movement.name != names[movement.pk]]
    for pk in renamed:  # two names may have changed places
        Movement.objects.filter(pk=pk).update(name=f"#{pk}")
    for movement in kept:
        movement.save()
    for movement in kept:
        if movement.pk in renamed:
            old = periods.movement_heading(names[movement.pk])
            movement.prompts.filter(heading=old).update(heading=periods.movement_heading(movement.name))
        if not (movement.asked or movement.launched_by == GivenBy.WARD):
            _take_questions_away(movement.prompts.all(), f"phong trào “{movement.name}”")
    if campaign.state == CampaignState.OPEN:
        periods.fill_movement_prompts(campaign)
    if told:
        record(campaign, "Sửa danh mục phong trào", campaign=campaign, by=by, at=at, detail="; ".join(told))


def _refuse_twins(names):
    if twins := sorted({name for name in names if names.count(name) > 1}):
        raise Refused(f"Phong trào ghi hai lần: {'; '.join(twins)}.")


@transaction.atomic
def save_prompts(campaign, rows, *, by, at):
    """Write the questions that units answer in words. A question about a movement stays one."""
    campaign = held_campaign(campaign.pk)
    known = {prompt.pk: prompt for prompt in campaign.prompts.all()}
    codes = {prompt.code for prompt in known.values()}
    before = _read(known, PROMPT_FIELDS)
    kept, dropped = _merged(Prompt, campaign, known, rows, PROMPT_FIELDS)
    _take_questions_away(dropped, "câu hỏi này")
    for prompt in kept:
        if prompt.movement_id:
            prompt.kind = PromptKind.MOVEMENT
    told = _changes(before, kept, PROMPT_FIELDS)
    for prompt in kept:
        if not prompt.code:
            prompt.code = next(code for n in count(1) if (code := f"{prompt.kind}-{n}") not in codes)
            codes.add(prompt.code)
        prompt.save()
    if told:
        record(campaign, "Sửa câu hỏi cho đơn vị", campaign=campaign, by=by, at=at, detail="; ".join(told))


def _read(known, fields):
    """{pk: (name, mark of what the row holds)} in the rows' order, before they are changed."""
    return {pk: (str(row), fingerprint_of(row, fields)) for pk, row in known.items()}


def _changes(before, kept, fields):
    """What became of a list, in words: one for each row that is new, gone or not as it was, and for their order."""
    left = [row.pk for row in kept if row.pk]
    told = [f"thêm “{row}”" for row in kept if not row.pk]
    told += [f"bỏ “{name}”" for pk, (name, _) in before.items() if pk not in left]
    for row in kept:
        if row.pk and (was := before[row.pk])[1] != fingerprint_of(row, fields):
            told.append(f"sửa “{was[0]}”" if was[0] == str(row) else f"“{was[0]}” → “{row}”")
    if left != [pk for pk in before if pk in left]:
        told.append("xếp lại thứ tự")
    return told


def _take_questions_away(prompts, what):
    """Delete questions that no unit has answered, not even in a draft. Raises Refused."""
    for prompt in prompts:
        if Narrative.objects.filter(prompt=prompt).exists() or _is_being_answered(prompt):
            raise Refused(f"Đã có đơn vị trả lời “{prompt.heading}” nên không bỏ được {what}.")
        prompt.delete()


def _is_being_answered(prompt):
    key = f"prompt.{prompt.code}"
    drafts = Submission.objects.filter(period__campaign=prompt.campaign_id, draft__has_key=key)
    return any(draft[key].get("text") for draft in drafts.values_list("draft", flat=True))
