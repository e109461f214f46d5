"""Paste and split: the plan's text in, every proposal decided beside its sentence, then all of it into the plan."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.models import Campaign
from targets import plan_source, reading
from targets.facing_text import rows_of
from targets.models import PlanReading
from targets.outline import Outline
from targets.permissions import can_edit_plan
from targets.read_into_plan import DECIDED_MEANWHILE, NotWritten, write
from targets.reading import DROP, OPEN, TAKE, Decision, digest, find
from targets.reading_cards import card_of
from targets.reading_forms import FORMS, PlanTextForm, deadline_words, form_of, goal_words, said_back
from targets.taken import JOIN, KEEP, REPLACE, assembled, other_recipients
from units.refusals import Refused

LONGEST_ASKED = 300
MOST_DIGITS = 9


def _campaign(request, slug):
    campaigns = Campaign.objects.organised_by(request.user).select_related("organiser")
    campaign = get_object_or_404(campaigns, slug=slug)
    if not can_edit_plan(request.user, campaign, on=request.arrived_at):
        raise PermissionDenied
    return campaign


def _held(campaign):
    held = PlanReading.objects.filter(campaign=campaign).select_related("by", "applied_by").first()
    if held is not None:
        held.campaign = campaign
    return held


def _asked(request, slug):
    """(campaign, its reading, why nothing can be decided): for addresses about a text that is there."""
    campaign = _campaign(request, slug)
    held = _held(campaign)
    if held is None:
        raise Http404
    return campaign, held, reading.why_not(campaign, held)


def _address(campaign, key=""):
    return reverse("targets:reading", args=[campaign.slug]) + (f"#{key}" if key else "")


def _crumbs(campaign, *further):
    above = [("Đợt thi đua", reverse("targets:campaigns")), (campaign.short_name, campaign.get_absolute_url())]
    return [*above, ("Đọc từ văn bản", _address(campaign) if further else ""), *further]


# --- The text ---------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def read_plan(request, slug):
    """The proposals beside the plan's text; without a text, or with ?thay=1, the form that takes it in."""
    campaign = _campaign(request, slug)
    held = _held(campaign)
    if reason := reading.why_not(campaign, held):
        if request.method == "POST":
            messages.error(request, reason)
            return redirect(_address(campaign))
        return _proposals(request, campaign, held, reason=reason)
    if request.method == "POST":
        return _take_text(request, campaign, held)
    if held is None or "thay" in request.GET:
        return _text_page(request, campaign, PlanTextForm(held=held))
    return _proposals(request, campaign, held)


def _take_text(request, campaign, held):
    form = PlanTextForm(request.POST, request.FILES, held=held)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            text, name = plan_source.text_of(file) if file else (form.cleaned_data["text"], "")
            kept = reading.keep_text(
                campaign, text, source_name=name, seen=form.cleaned_data["seen"], by=request.user, at=request.arrived_at
            )
        except Refused as refusal:
            form.add_error("file" if file else "text", str(refusal))
        else:
            _tell_what_was_read(request, kept, campaign)
            return redirect(_address(campaign))
    return _text_page(request, campaign, form)


def _tell_what_was_read(request, kept, campaign):
    kept.campaign = campaign
    found = reading.items_of(kept)
    if any(item.kind == "target" for item in found):
        messages.success(request, f"Đã đọc văn bản: {len(found)} mục chờ quyết. Chưa có gì được ghi vào kế hoạch.")
    else:
        messages.warning(
            request,
            "Không đọc được chỉ tiêu nào trong văn bản này. Văn bản vẫn ở dưới đây; "
            "đề nghị thêm chỉ tiêu từ từng dòng, hoặc dán văn bản khác.",
        )


def _text_page(request, campaign, form):
    context = {"campaign": campaign, "form": form, "breadcrumbs": _crumbs(campaign), "held": form.held}
    return render(request, "targets/reading_text.html", context)


# --- The proposals ----------------------------------------------------------------------------------------------------


def _proposals(request, campaign, held, *, reason="", faults=None):
    """The page of all proposals. `faults` {item key: [sentence, …]} stand at their items."""
    items = reading.items_of(held) if held else []
    outline = Outline(items)
    only = request.GET.get("loc") == "xem-lai"
    shown = [item for item in items if item.needs_look or item.key in (faults or {})] if only else items
    rows = rows_of(reading.lines_of(held), shown, () if only else reading.unread_of(held)) if held else []
    if only:
        rows = [row for row in rows if row.items]
    cards = {
        item.key: card_of(item, outline, campaign, faults=(faults or {}).get(item.key, ()), open_too=item.needs_look)
        for item in shown
    }
    context = {
        "campaign": campaign,
        "held": held,
        "reason": reason,
        "rows": [(row, [cards[item.key] for item in row.items], digest(row.raw)) for row in rows],
        "progress": reading.progress_of(items),
        "only": only,
        "faults": faults,
        "stamp": reading.stamp(held) if held else "",
        "other_recipients": other_recipients(campaign, items),
        "breadcrumbs": _crumbs(campaign),
    }
    return render(request, "targets/reading.html", context)


# --- One proposal -----------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def decide_proposal(request, slug, key):
    """One proposal by itself: opened to be corrected, or decided. Scripts ask for JSON and get the card anew."""
    campaign, held, reason = _asked(request, slug)
    if reason:
        return _refused(request, campaign, reason)
    items = reading.items_of(held)
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
        return _refused(request, campaign, str(refusal))
    if not _wants_json(request):
        return redirect(_address(campaign, item.key))
    return _card_again(request, campaign, item)


def _card_again(request, campaign, before):
    """The decided card and the line of progress, for the script; a changed place asks for the whole page again."""
    held = _held(campaign)
    items = reading.items_of(held)
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
    if _wants_json(request):
        answer = {"card": _drawn(request, campaign, card), "bar": _bar(request, campaign, held, items), "reload": False}
        return JsonResponse(answer, status=409 if conflict else 200)
    rows = [row for row in rows_of(reading.lines_of(held), [item], ()) if row.items]
    context = {
        "campaign": campaign,
        "row": rows[0],
        "card": card,
        "cards": [card],
        "seen": digest(rows[0].raw),
        "breadcrumbs": _crumbs(campaign, (item.kind_words, "")),
    }
    return render(request, "targets/reading_item.html", context)


def _drawn(request, campaign, card):
    return render_to_string("targets/_reading_card.html", {"campaign": campaign, "card": card}, request)


def _bar(request, campaign, held, items):
    context = {"campaign": campaign, "progress": reading.progress_of(items), "stamp": reading.stamp(held)}
    context["other_recipients"] = other_recipients(campaign, items)
    return render_to_string("targets/_reading_bar.html", context, request)


def _wants_json(request):
    return request.accepts("application/json") and not request.accepts("text/html")


def _refused(request, campaign, sentence):
    if _wants_json(request):
        return JsonResponse({"refused": sentence}, status=409)
    messages.error(request, sentence)
    return redirect(_address(campaign))


def _number(text):
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else 0


@require_safe
def read_back(request, slug):
    """How the portal understands a goal or a deadline while it is typed."""
    _campaign(request, slug)
    typed = {name: text[:LONGEST_ASKED] for name, text in request.GET.items()}
    if "words" in typed:
        words, wrong = deadline_words(typed["words"])
    else:
        words, wrong = goal_words(typed.get("goal", ""), typed.get("unit_of_measure", ""))
        words = said_back(words, wrong)
    return JsonResponse({"words": words, "wrong": wrong})


# --- Several at once, and the text itself -----------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def take_clear(request, slug):
    """Look through the proposals without a doubt, then take them together."""
    campaign, held, reason = _asked(request, slug)
    if reason:
        return _refused(request, campaign, reason)
    items = reading.items_of(held)
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
            return _refused(request, campaign, str(refusal))
        messages.success(request, f"Đã nhận {taken} mục.")
        if left := len(seen) - taken:
            messages.warning(
                request, f"Còn {left} mục chưa nhận được vì thiếu ô hoặc vừa thay đổi; đề nghị xem từng mục."
            )
        return redirect(_address(campaign))
    context = {
        "campaign": campaign,
        "cards": [card_of(item, outline, campaign) for item in clear],
        "breadcrumbs": _crumbs(campaign, ("Nhận các mục không có nghi vấn", "")),
    }
    return render(request, "targets/reading_clear.html", context)


@require_POST
def correct_lines(request, slug):
    """Write lines of the text anew, so that what was split wrongly is split again."""
    campaign, held, _ = _asked(request, slug)
    first, last = (_number(request.POST.get(name)) for name in ("first", "last"))
    words, seen = request.POST.get("words", ""), request.POST.get("seen", "")
    try:
        reading.correct_lines(held, first, last, words, seen=seen, by=request.user, at=request.arrived_at)
    except Refused as refusal:
        return _refused(request, campaign, str(refusal))
    messages.success(request, f"Đã sửa chữ từ dòng {first} và đọc lại văn bản; các mục đã quyết vẫn giữ nguyên.")
    return redirect(_address(campaign, f"dong-{first}"))


@require_POST
def add_from_lines(request, slug):
    """A target that the portal did not see, from lines out of which it made nothing."""
    campaign, held, _ = _asked(request, slug)
    first, last = (_number(request.POST.get(name)) for name in ("first", "last"))
    try:
        key = reading.add_by_hand(
            held, first, last, seen=request.POST.get("seen", ""), by=request.user, at=request.arrived_at
        )
    except Refused as refusal:
        return _refused(request, campaign, str(refusal))
    return redirect(_address(campaign, key))


@require_POST
def write_plan(request, slug):
    """Everything that was taken, into the plan: whole or not at all."""
    campaign, held, reason = _asked(request, slug)
    if reason:
        return _refused(request, campaign, reason)
    if request.POST.get("seen") != reading.stamp(held):
        return _refused(request, campaign, DECIDED_MEANWHILE)
    items = reading.items_of(held)
    choice = request.POST.get("recipients", "")
    if other_recipients(campaign, items) and choice not in (KEEP, REPLACE, JOIN):
        return _refused(request, campaign, "Kế hoạch đang có nơi nhận khác; đề nghị chọn cách ghi nơi nhận.")
    plan, faults = assembled(campaign, items, Outline(items), recipients=choice or REPLACE)
    if not faults:
        try:
            write(held, plan, seen=request.POST["seen"], by=request.user, at=request.arrived_at)
        except NotWritten as unfit:
            faults = unfit.faults
        except Refused as refusal:
            return _refused(request, campaign, str(refusal))
    if faults:
        return _proposals(request, campaign, held, faults=faults)
    messages.success(request, "Đã ghi vào kế hoạch. Đề nghị đối chiếu lại với bản đã ký rồi giao chỉ tiêu cho đơn vị.")
    return redirect(campaign)
