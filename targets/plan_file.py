"""A plan kept as a TOML file (`campaigns/plans/`) becomes a draft campaign: all of it or nothing.

The order of sectors, headings, movements and prompts is their place in the file; an array of strings is a text of
several paragraphs. Goals are strings, so that they stay exact.
"""

import tomllib
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.db import transaction

from campaigns.models import Campaign, Movement, Prompt, ReportingPeriod
from targets.models import Heading, Sector, Target
from targets.models.plan import target_code
from units.refusals import Refused

COPIED = [
    "title",
    "short_name",
    "slug",
    "number",
    "higher_plan",
    "opening",
    "content",
    "objective",
    "targets_lead",
    "timing",
]
COPIED += ["closing", "starts_on", "ends_on", "signer_name", "report_addressee"]
PARAGRAPHS = ["legal_bases", "purpose", "requirements", "reward_rules", "signer_block", "recipients"]
PARAGRAPHS += ["report_recipients"]
PERIOD = ["name", "figures_as_of", "units_due", "units_due_words", "report_due", "report_due_words"]
MOVEMENT = ["name", "launched_by", "asked"]
PROMPT = ["code", "heading", "kind", "hint", "asked_of"]
TARGET = ["number", "wording", "name", "answer", "unit_of_measure", "decimals", "given_by", "how_to_count"]
TARGET_WHERE_GIVEN = ["factor", "part_of_whole", "may_be_negative", "accumulates", "single_source", "caution"]
TARGET_WHERE_GIVEN += ["amount_label", "base_label"]


def read(path):
    """The plan in a file as a dict. Raises Refused."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise Refused(f"Không đọc được tệp {path}: {problem.strerror}.") from problem
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise Refused(f"Tệp {path} không phải TOML hợp lệ: {problem}.") from problem


@transaction.atomic
def load(plan, organiser):
    """(campaign, whether it was made now). A campaign of the same slug stays as it is. Raises Refused."""
    slug = _values(plan, ["slug"], "kế hoạch")["slug"]
    if campaign := Campaign.objects.filter(slug=slug).first():
        if campaign.organiser_id != organiser.pk:
            raise Refused(f"Mã “{slug}” đã dùng cho đợt thi đua của {campaign.organiser}.")
        return campaign, False
    campaign = _campaign(plan, organiser)
    for period in plan.get("period", []):
        _made(ReportingPeriod, campaign=campaign, **_values(period, PERIOD, "period"))
    for order, movement in enumerate(plan.get("movement", []), start=1):
        caution = movement.get("caution", "")
        _made(Movement, campaign=campaign, order=order, caution=caution, **_values(movement, MOVEMENT, "movement"))
    for order, prompt in enumerate(plan.get("prompt", []), start=1):
        _made(Prompt, campaign=campaign, order=order, **_values(prompt, PROMPT, "prompt"))
    _targets(plan, campaign)
    return campaign, True


def _campaign(plan, organiser):
    texts = {name: "\n".join(value) for name, value in _values(plan, PARAGRAPHS, "kế hoạch").items()}
    sector_cautions = [f"Lĩnh vực {s['name']}: {s['caution']}" for s in plan.get("sector", []) if s.get("caution")]
    return _made(
        Campaign,
        organiser=organiser,
        issued_on=plan.get("issued_on") or None,
        resolution=plan.get("resolution", ""),
        tasks="\n".join(_lettered(task) for task in plan.get("task", [])),
        duties="\n".join(_duty(number, duty) for number, duty in enumerate(plan.get("duty", []), start=1)),
        cautions="\n".join([*plan.get("cautions", []), *sector_cautions]),
        **_values(plan, COPIED, "kế hoạch"),
        **texts,
    )


def _lettered(task):
    return f"{task['letter']}) " + "\n".join(task["paragraphs"])


def _duty(number, duty):
    """As printed: what is lettered stands under its heading, a single paragraph goes on behind it."""
    *_, last = paragraphs = duty["paragraphs"]
    between = ": " if paragraphs == [last] else "\n"
    return f"{number}. {duty['whom']}{between}" + "\n".join(paragraphs)


def _targets(plan, campaign):
    sectors, headings = {}, {}
    for order, sector in enumerate(plan.get("sector", []), start=1):
        code = _values(sector, ["code", "name"], "sector")["code"]
        sectors[code] = _made(Sector, campaign=campaign, name=sector["name"], order=order)
        for place, name in enumerate(sector.get("headings", []), start=1):
            headings[code, name] = _made(Heading, sector=sectors[code], name=name, order=place)
    for target in plan.get("target", []):
        code, heading = target.get("sector"), target.get("heading")
        if code not in sectors or (heading and (code, heading) not in headings):
            raise Refused(f"Chỉ tiêu {target.get('number')}: không có lĩnh vực “{code}” hoặc đề mục “{heading}”.")
        _made(
            Target,
            campaign=campaign,
            sector=sectors[code],
            heading=headings.get((code, heading)),
            code=target_code(target.get("number", 0)),
            at_least=_goal(target, "at_least"),
            at_most=_goal(target, "at_most"),
            **_values(target, TARGET, "target"),
            **{name: target[name] for name in TARGET_WHERE_GIVEN if name in target},
        )


def _goal(target, bound):
    try:
        return Decimal(target[bound]) if bound in target else None
    except (InvalidOperation, TypeError) as problem:
        raise Refused(f"Chỉ tiêu {target.get('number')}: mức “{target[bound]}” không phải số.") from problem


def _values(table, names, where):
    if missing := [name for name in names if name not in table]:
        raise Refused(f"Mục {where} “{table.get('name', '')}” thiếu: {', '.join(missing)}.")
    return {name: table[name] for name in names}


def _made(model, **fields):
    row = model(**fields)
    try:
        row.full_clean()
    except ValidationError as problem:
        raise Refused(f"{model._meta.verbose_name} “{row}”: {' '.join(problem.messages)}") from problem
    row.save()
    return row
