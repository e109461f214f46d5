"""The admin of what happened, to be read. Campaigns are edited in `targets.admin`, which knows their hand-ins."""

from django.contrib import admin
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from campaigns.models import Event, Extension
from units.admin import ReadOnlyAdmin


class WithStory:
    """A read-only block that tells every move of the row, newest first; `get_fieldsets` puts it last."""

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), "story"]

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        return [*fieldsets, ("Diễn biến", {"fields": ["story"]})] if obj else fieldsets

    @admin.display(description="diễn biến")
    def story(self, row):
        events = Event.objects.about(row).select_related("by")
        lines = (
            (timezone.localtime(e.at).strftime("%H:%M %d/%m/%Y"), e.by or "Cổng", e.verb, e.detail) for e in events
        )
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{} – {}: {} {}</li>", lines)) if events else "–"


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    organiser_path = "campaign__organiser"
    list_display = ["at", "verb", "by", "campaign", "unit", "detail"]
    list_filter = [("campaign", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["by", "campaign", "unit"]
    search_fields = ["by__search_key", "unit__search_key", "campaign__search_key"]
    ordering = ["-at", "-pk"]
    fields = ["at", "verb", "detail", "by", "campaign", "unit", "subject"]


@admin.register(Extension)
class ExtensionAdmin(ReadOnlyAdmin):
    organiser_path = "period__campaign__organiser"
    list_display = ["unit", "period", "until", "granted", "asked_by", "asked_at", "decided_by", "decided_at"]
    list_filter = ["granted", ("period__campaign", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["unit", "period", "asked_by", "decided_by"]
    search_fields = ["unit__search_key"]
    ordering = ["-asked_at", "-pk"]
    fields = [*list_display, "reason"]
