"""The admin of reports: to be read. They are built, approved and issued on their own pages."""

from django.contrib import admin

from campaigns.admin import WithStory
from reports.models import Report, ReportFile
from units.admin import ReadOnlyAdmin, ReadOnlyInline


class ReportFileInline(ReadOnlyInline, admin.TabularInline):
    model = ReportFile
    fields = ["stage", "sha256", "size", "made_at"]


@admin.register(Report)
class ReportAdmin(WithStory, ReadOnlyAdmin):
    organiser_path = "campaign__organiser"
    list_display = ["kind", "period", "campaign", "state", "as_of", "number", "issued_on", "sent_at"]
    list_filter = ["kind", "state", ("campaign", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["period", "campaign"]
    search_fields = ["number", "campaign__search_key"]
    ordering = ["-requested_at", "-pk"]
    fields = [
        "kind",
        "campaign",
        "period",
        "state",
        "as_of",
        "digest",
        "step",
        "attempts",
        "error",
        ("requested_by", "requested_at"),
        ("approved_by", "approved_at"),
        ("number", "issued_on"),
        ("issued_by", "issued_at"),
        ("sent_at", "sent_by", "sent_how"),
        "supersedes",
    ]
    inlines = [ReportFileInline]
