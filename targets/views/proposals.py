"""The proposals read out of a plan, one by one or together, and the lines that they came from."""

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from targets import reading
from targets.facing_text import rows_of
from targets.item_form import deadline_words, goal_words, said_back
from targets.outline import Outline
from targets.read_items import DROP, OPEN, TAKE, digest, find, items_of, lines_of, progress_of, stamp
from targets.reading import Decision
from targets.reading_cards import card_of
from targets.reading_forms import FORMS, form_of
from targets.taken import other_recipients
from targets.views.plan_place import campaign_to_edit
from targets.views.reading import address_of, asked, held_by, reading_crumbs, refused, wants_json
from units.refusals import Refused

LONGEST_ASKED = 300
MOST_DIGITS = 9


@require_http_methods(["GET", "HEAD", "POST"])
def decide_proposal(request, slug, key):
    """One proposal by itself: opened to be corrected, or decided. Scripts ask for JSON and get the card anew."""
    campaign, held, reason = asked(request, slug)
    if reason:
        return refused(request, campaign, reason)
    items = items_of(held)
    item = find(items, key)
    if item is None:
        raise Http404
    chosen = (request.POST or request.GET).get("kind", item.kind)
    kind = chosen if chosen in FORMS else item.kind
    if request.method == "POST":
        return _decided(request, campaign, held, items, item, kind)
    form = form_of(item, Outline(items), campaign, kind=kind)
    return _one(request, campaign, held, items, item, form)


def _decided(request, campaign, held, items, item, kind):
    verdict, form = request.POST.get("verdict", TAKE), None
    if verdict not in (TAKE, DROP, OPEN):
        raise Http404
    if verdict == TAKE:
        typed = item.fields if "as_read" in request.POST else request.POST
        form = form_of(item, Outline(items), campaign, typed, kind=kind)
        if not form.is_valid():
            return _one(request, campaign, held, items, item, form)
    version = _number(request.POST.get("version"))
    decision = Decision(item.key, verdict, version, kind, form.typed() if form else {})
    try:
        reading.decide(held, decision, by=request.user, at=request.arrived_at)
    except reading.Changed as changed:
        return _one(request, campaign, held, items, changed.item, form, conflict=True, verdict=verdict)
    except Refused as refusal:
        return refused(request, campaign, str(refusal))
    if not wants_json(request):
        return redirect(address_of(campaign, item.key))
    return _card_again(request, campaign, item)


def _card_again(request, campaign, before):
    """The decided card and the line of progress, for the script; a changed place asks for the whole page again."""
    held = held_by(campaign)
    items = items_of(held)
    item = find(items, before.key)
    moved = "sector" in (before.kind, item and item.kind) or "heading" in (before.kind, item and item.kind)
    card = card_of(item, Outline(items), campaign) if item else None
    return JsonResponse(
        {
            "card": _drawn(request, campaign, card) if card else "",
            "bar": _bar(request, campaign, held, items),
            "reload": bool(
                moved and (item is None or item.fields != before.fields or DROP in (item.verdict, before.verdict))
            ),
        }
    )


def _one(request, campaign, held, items, item, form, *, conflict=False, verdict=""):
    """One proposal with its form as typed; after a conflict beside what somebody else decided."""
    card = card_of(item, Outline(items), campaign, form=form, conflict=verdict if conflict else None)
    if wants_json(request):
        answer = {"card": _drawn(request, campaign, card), "bar": _bar(request, campaign, held, items), "reload": False}
        return JsonResponse(answer, status=409 if conflict else 200)
    rows = [row for row in rows_of(lines_of(held), [item], ()) if row.items]
    context = {
        "campaign": campaign,
        "row": rows[0],
        "card": card,
        "cards": [card],
        "seen": digest(rows[0].raw),
        "breadcrumbs": reading_crumbs(campaign, (item.kind_words, "")),
    }
    return render(request, "targets/reading_item.html", context)


def _drawn(request, campaign, card):
    return render_to_string("targets/_reading_card.html", {"campaign": campaign, "card": card}, request)


def _bar(request, campaign, held, items):
    context = {"campaign": campaign, "progress": progress_of(items), "stamp": stamp(held)}
    context["other_recipients"] = other_recipients(campaign, items)
    return render_to_string("targets/_reading_bar.html", context, request)


def _number(text):
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else 0


@require_safe
def read_typed(request, slug):
    """How the portal understands a goal or a deadline while it is typed."""
    campaign_to_edit(request, slug)
    typed = {name: text[:LONGEST_ASKED] for name, text in request.GET.items()}
    if "words" in typed:
        words, wrong = deadline_words(typed["words"])
    else:
        words, wrong = goal_words(typed.get("goal", ""), typed.get("unit_of_measure", ""))
        words = said_back(words, wrong)
    return JsonResponse({"words": words, "wrong": wrong})


@require_http_methods(["GET", "HEAD", "POST"])
def take_clear(request, slug):
    """Look through the proposals without a doubt, then take them together."""
    campaign, held, reason = asked(request, slug)
    if reason:
        return refused(request, campaign, reason)
    items = items_of(held)
    outline = Outline(items)
    clear = [item for item in items if item.is_clear]
    if request.method == "POST":
        seen = dict(pair.rpartition(":")[::2] for pair in request.POST.getlist("seen"))
        wanted = [item for item in clear if seen.get(item.key) == str(item.version)]
        forms = [(item, form_of(item, outline, campaign, item.fields)) for item in wanted]
        fit = [
            Decision(item.key, TAKE, item.version, item.kind, form.typed()) for item, form in forms if form.is_valid()
        ]
        try:
            taken = reading.take_all(held, fit, by=request.user, at=request.arrived_at)
        except Refused as refusal:
            return refused(request, campaign, str(refusal))
        messages.success(request, f"Đã nhận {taken} mục.")
        if left := len(seen) - taken:
            messages.warning(
                request, f"Còn {left} mục chưa nhận được vì thiếu ô hoặc vừa thay đổi; đề nghị xem từng mục."
            )
        return redirect(address_of(campaign))
    context = {
        "campaign": campaign,
        "cards": [card_of(item, outline, campaign) for item in clear],
        "breadcrumbs": reading_crumbs(campaign, ("Nhận các mục không có nghi vấn", "")),
    }
    return render(request, "targets/reading_clear.html", context)


@require_POST
def correct_lines(request, slug):
    """Write lines of the text anew, so that what was split wrongly is split again."""
    campaign, held, _ = asked(request, slug)
    first, last = (_number(request.POST.get(name)) for name in ("first", "last"))
    words, seen = request.POST.get("words", ""), request.POST.get("seen", "")
    try:
        reading.correct_lines(held, first, last, words, seen=seen, by=request.user, at=request.arrived_at)
    except Refused as refusal:
        return refused(request, campaign, str(refusal))
    messages.success(request, f"Đã sửa chữ từ dòng {first} và đọc lại văn bản; các mục đã quyết vẫn giữ nguyên.")
    return redirect(address_of(campaign, f"dong-{first}"))


@require_POST
def add_from_lines(request, slug):
    """A target that the portal did not see, from lines out of which it made nothing."""
    campaign, held, _ = asked(request, slug)
    first, last = (_number(request.POST.get(name)) for name in ("first", "last"))
    try:
        key = reading.add_by_hand(
            held, first, last, seen=request.POST.get("seen", ""), by=request.user, at=request.arrived_at
        )
    except Refused as refusal:
        return refused(request, campaign, str(refusal))
    return redirect(address_of(campaign, key))
