"""Paste and split: the plan's text in, every proposal decided beside its sentence, then all of it into the plan."""

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from targets import plan_source, reading
from targets.facing_text import rows_of
from targets.models import PlanReading
from targets.outline import Outline
from targets.read_into_plan import DECIDED_MEANWHILE, NotWritten, write
from targets.read_items import digest, items_of, lines_of, progress_of, stamp, unread_of
from targets.reading_cards import card_of
from targets.reading_forms import PlanTextForm
from targets.taken import JOIN, KEEP, REPLACE, assembled, other_recipients
from targets.views.plan_place import campaign_to_edit, crumbs
from units.refusals import Refused


def held_by(campaign):
    held = PlanReading.objects.filter(campaign=campaign).select_related("by", "applied_by").first()
    if held is not None:
        held.campaign = campaign
    return held


def asked(request, slug):
    """(campaign, its reading, why nothing can be decided): for addresses about a text that is there."""
    campaign = campaign_to_edit(request, slug)
    held = held_by(campaign)
    if held is None:
        raise Http404
    return campaign, held, reading.why_not(campaign, held)


def address_of(campaign, key=""):
    return reverse("targets:reading", args=[campaign.slug]) + (f"#{key}" if key else "")


def reading_crumbs(campaign, *further):
    return crumbs(campaign, ("Đọc từ văn bản", address_of(campaign) if further else ""), *further)


def wants_json(request):
    return request.accepts("application/json") and not request.accepts("text/html")


def refused(request, campaign, sentence):
    if wants_json(request):
        return JsonResponse({"refused": sentence}, status=409)
    messages.error(request, sentence)
    return redirect(address_of(campaign))


# --- The text ---------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def read_plan(request, slug):
    """The proposals beside the plan's text; without a text, or with ?thay=1, the form that takes it in."""
    campaign = campaign_to_edit(request, slug)
    held = held_by(campaign)
    if reason := reading.why_not(campaign, held):
        if request.method == "POST":
            messages.error(request, reason)
            return redirect(address_of(campaign))
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
            return redirect(address_of(campaign))
    return _text_page(request, campaign, form)


def _tell_what_was_read(request, kept, campaign):
    kept.campaign = campaign
    found = items_of(kept)
    known = {item.key for item in found}
    if lost := sum(bool(each["verdict"]) and key not in known for key, each in kept.decisions.items()):
        messages.warning(request, f"{lost} điều đã quyết không còn câu tương ứng trong văn bản này.")
    if any(item.kind == "target" for item in found):
        messages.success(request, f"Đã đọc văn bản: {len(found)} mục chờ quyết. Chưa có gì được ghi vào kế hoạch.")
    else:
        messages.warning(
            request,
            "Không đọc được chỉ tiêu nào trong văn bản này. Văn bản vẫn ở dưới đây; "
            "đề nghị thêm chỉ tiêu từ từng dòng, hoặc dán văn bản khác.",
        )


def _text_page(request, campaign, form):
    context = {"campaign": campaign, "form": form, "breadcrumbs": reading_crumbs(campaign), "held": form.held}
    return render(request, "targets/reading_text.html", context)


# --- The proposals ----------------------------------------------------------------------------------------------------


def _proposals(request, campaign, held, *, reason="", faults=None):
    """The page of all proposals. `faults` {item key: [sentence, …]} stand at their items."""
    items = items_of(held) if held else []
    outline = Outline(items)
    only = request.GET.get("loc") == "xem-lai"
    shown = [item for item in items if item.needs_look or item.key in (faults or {})] if only else items
    rows = rows_of(lines_of(held), shown, () if only else unread_of(held)) if held else []
    if only:
        rows = [row for row in rows if row.items]
    cards = {
        item.key: card_of(item, outline, campaign, faults=(faults or {}).get(item.key, ()), open_too=item.needs_answer)
        for item in shown
    }
    context = {
        "campaign": campaign,
        "held": held,
        "reason": reason,
        "rows": [(row, [cards[item.key] for item in row.items], digest(row.raw)) for row in rows],
        "progress": progress_of(items),
        "only": only,
        "faults": faults,
        "stamp": stamp(held) if held else "",
        "other_recipients": other_recipients(campaign, items),
        "breadcrumbs": reading_crumbs(campaign),
    }
    return render(request, "targets/reading.html", context)


@require_POST
def write_plan(request, slug):
    """Everything that was taken, into the plan: whole or not at all."""
    campaign, held, reason = asked(request, slug)
    if reason:
        return refused(request, campaign, reason)
    if request.POST.get("seen") != stamp(held):
        return refused(request, campaign, DECIDED_MEANWHILE)
    items = items_of(held)
    choice = request.POST.get("recipients", "")
    if other_recipients(campaign, items) and choice not in (KEEP, REPLACE, JOIN):
        return refused(request, campaign, "Kế hoạch đang có nơi nhận khác; đề nghị chọn cách ghi nơi nhận.")
    plan, faults = assembled(campaign, items, Outline(items), recipients=choice or REPLACE)
    if not faults:
        try:
            write(held, plan, seen=request.POST["seen"], by=request.user, at=request.arrived_at)
        except NotWritten as unfit:
            faults = unfit.faults
        except Refused as refusal:
            return refused(request, campaign, str(refusal))
    if faults:
        return _proposals(request, campaign, held, faults=faults)
    messages.success(request, "Đã ghi vào kế hoạch. Đề nghị đối chiếu lại với bản đã ký rồi giao chỉ tiêu cho đơn vị.")
    return redirect(campaign)
