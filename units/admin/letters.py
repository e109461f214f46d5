"""The admin of the outbox."""

from django.contrib import admin, messages

from units import outbox
from units.admin.organisers import ReadOnlyAdmin, at_units_of
from units.models import Message


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """What was sent to whom; people without an address are called, with the phone number and text shown here."""

    list_display = ["subject", "user", "phone", "unit", "kind", "state", "attempts", "not_before", "sent_at", "note"]
    list_filter = ["state", "kind"]
    list_select_related = ["user", "unit"]
    search_fields = ["user__search_key", "unit__search_key", "address"]
    ordering = ["-created_at", "-pk"]
    fields = [*list_display, "address", "body", "created_at"]
    actions = ["send_again"]

    def limited(self, queryset, organisers):
        return queryset.filter(at_units_of(organisers))

    def organisers_of(self, row):
        return {row.unit.organiser_id or row.unit_id}

    @admin.display(description="điện thoại")
    def phone(self, message):
        return message.user.phone

    @admin.action(description="Gửi lại các thư không gửi được", permissions=["view"])
    def send_again(self, request, letters):
        queued = outbox.send_again(letters, at=request.arrived_at)
        messages.success(request, f"{queued} thư đã được xếp hàng gửi lại.")
