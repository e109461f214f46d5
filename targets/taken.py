"""Which plan the taken proposals make together, and what still keeps them from making one."""

from targets.read_into_plan import ReadPlan, ReadTarget
from targets.reading_forms import form_of

KEEP, REPLACE, JOIN = "keep", "replace", "join"


def assembled(campaign, items, outline, *, recipients=REPLACE):
    """(the plan, {item key: [sentence, …]}). Every taken item is judged again by the form it was taken with."""
    taken = [item for item in items if item.is_taken]
    forms = {item.key: form_of(item, outline, campaign, item.fields) for item in taken}
    faults = {key: form.reasons() for key, form in forms.items() if not form.is_valid()}
    plan = ReadPlan()
    for item in taken:
        if item.key not in faults:
            PLACED[item.kind](plan, item, forms[item.key])
    for key, sentence in [*_lost_places(taken, outline), *_doubled_parts(taken), *_period_faults(plan)]:
        faults.setdefault(key, []).append(sentence)
    names = [item.name for item in taken if item.kind == "recipient"]
    held = [line for line in campaign.recipients.split("\n") if line.strip()]
    if names and recipients != KEEP:
        plan.recipients = [*held, *(name for name in names if name not in held)] if recipients == JOIN else names
    return plan, faults


def other_recipients(campaign, items):
    """The recipients that the plan already holds, where those read out of the text are others."""
    names = [item.name for item in items if item.kind == "recipient" and item.is_taken]
    return campaign.recipients if names and campaign.recipients.split() != "\n".join(names).split() else ""


def _part(plan, item, form):
    if form.cleaned_data.get("which") != "held":
        plan.parts[item.key] = form.cleaned_data["field"], form.value


def _sector(plan, item, form):
    plan.sectors[item.key] = form.cleaned_data["name"]


def _heading(plan, item, form):
    typed = form.cleaned_data
    plan.headings[item.key] = typed["name"], typed["sector"], typed["parent"]


def _target(plan, item, form):
    typed = form.cleaned_data
    plan.targets[item.key] = ReadTarget(
        target=form.judged.instance,
        details=form.judged.details(),
        sector="" if typed["new_sector"] else typed["sector"],
        heading="" if typed["new_heading"] else typed["heading"],
        part_of=typed["part_of"],
    )


def _movement(plan, item, form):
    plan.movements[item.key] = {name: form.cleaned_data[name] for name in ("name", "launched_by", "asked", "caution")}


def _deadline(plan, item, form):
    """Both deadlines of a period stand under the key of the first of them that was read."""
    typed = form.cleaned_data
    key = next((key for key, values in plan.periods.items() if values["name"] == typed["period"]), item.key)
    values = plan.periods.setdefault(key, {"name": typed["period"]})
    due, words = f"{typed['whose']}_due", f"{typed['whose']}_due_words"
    values.setdefault("whose", []).append(typed["whose"])
    values |= {due: form.due, words: typed["words"]}
    if typed["whose"] == "units":
        values["figures_as_of"] = typed["figures_as_of"]


def _recipient(plan, item, form):
    """Recipients are put together at the end."""


PLACED = {
    "part": _part,
    "sector": _sector,
    "heading": _heading,
    "target": _target,
    "movement": _movement,
    "deadline": _deadline,
    "recipient": _recipient,
}


def _lost_places(taken, outline):
    """Items that hang on something that was dropped, or on themselves."""
    for item in taken:
        for name in ("sector", "heading", "parent", "part_of"):
            key = item.fields.get(name)
            typed_instead = item.fields.get(f"new_{name}")
            if key and not outline.holds(key) and not typed_instead:
                yield item.key, "Mục mà mục này thuộc về đã bị bỏ; đề nghị chọn mục khác."
        if item.kind == "target" and outline.above(item.fields.get("part_of", ""), "part_of").count(item.key):
            yield item.key, "Chỉ tiêu này lại là một phần của chính nó."


def _doubled_parts(taken):
    seen = {}
    for item in taken:
        if item.kind == "part" and item.fields.get("which") != "held":
            first = seen.setdefault(item.fields.get("field"), item)
            if first is not item:
                yield item.key, "Hai đoạn cùng ghi vào một phần của kế hoạch; đề nghị gộp vào một và bỏ đoạn kia."


def _period_faults(plan):
    for key, values in plan.periods.items():
        whose = values.pop("whose")
        for each, words in (("units", "hạn của đơn vị"), ("report", "hạn báo cáo lên trên")):
            if whose.count(each) == 0:
                yield key, f"Kỳ “{values['name']}” chưa có {words}."
            if whose.count(each) > 1:
                yield key, f"Kỳ “{values['name']}” có hai {words}; đề nghị ghi tên kỳ khác nhau."
