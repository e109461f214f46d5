"""The admin of trust roots, and of reports: these are read here, and built, approved and issued on their own pages."""

import hashlib

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django import forms
from django.contrib import admin
from django.core.files.base import ContentFile

from campaigns.admin import WithStory
from reports.models import Report, ReportFile, TrustRoot
from units.admin import OneOrganiserForm, OrganiserAdmin, ReadOnlyAdmin, ReadOnlyInline


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


LARGEST_CERTIFICATE = 64 * 1024


class TrustRootForm(OneOrganiserForm):
    """A certificate as its authority gives it out, in DER or PEM; kept as DER."""

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST_CERTIFICATE:
            raise forms.ValidationError("Tệp quá lớn, không phải chứng thư.")
        content = file.read()
        try:
            read = x509.load_pem_x509_certificate if b"-----BEGIN" in content else x509.load_der_x509_certificate
            certificate = read(content)
        except ValueError as broken:
            raise forms.ValidationError("Không đọc được chứng thư; cần tệp .cer, .crt hoặc .pem.") from broken
        der = certificate.public_bytes(Encoding.DER)
        self.instance.sha256 = hashlib.sha256(der).hexdigest()
        self.instance.valid_until = certificate.not_valid_after_utc
        return ContentFile(der, name="root.cer")


@admin.register(TrustRoot)
class TrustRootAdmin(OrganiserAdmin):
    """Signatures are traced back to these; one that is no longer trusted is taken out."""

    form = TrustRootForm
    list_display = ["name", "organiser", "valid_until"]
    search_fields = ["name"]
    ordering = ["organiser", "name"]
    fields = ["organiser", "name", "file", "sha256", "valid_until"]
    readonly_fields = ["sha256", "valid_until"]

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return self.holds(request, self.may_edit, obj)
