"""Units and people from Excel: a filled workbook out; in, its faults or a preview, then all or nothing."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaign_portal import xlsx
from units.change_forms import line_of
from units.models import UnitChange, UnitKind, ward_day
from units.refusals import Refused
from units.workbook import applying
from units.workbook.checking import check, in_words
from units.workbook.columns import PAGES, filled
from units.workbook.reading import read


class WorkbookInput(forms.FileInput):
    template_name = "forms/file.html"


class WorkbookForm(forms.Form):
    workbook = forms.FileField(
        label="Bảng Excel đã điền",
        allow_empty_file=True,
        widget=WorkbookInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": "Đề nghị chọn tệp Excel (.xlsx)."},
    )


class DecisionForm(forms.Form):
    decision_number = line_of(UnitChange, "decision_number", label="Số quyết định đổi tên (nếu có)")


class ImportsWorkbooks:
    """Pages of the units' admin; the key in their address is the organiser's."""

    def get_urls(self):
        own = self.admin_site.admin_view
        return [
            path("excel/", own(self.workbooks), name="units_unit_workbooks"),
            path("excel/<int:pk>/", own(self.workbook), name="units_unit_workbook"),
            path("excel/<int:pk>/mau/", own(self.workbook_file), name="units_unit_workbook_file"),
            path("excel/<int:pk>/ghi/", own(self.apply_workbook), name="units_unit_apply_workbook"),
            *super().get_urls(),
        ]

    def organisers(self, request):
        """Where the person may bring in a workbook: as admin, never as office."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return self.rows(request.user, self.may_edit).filter(kind=UnitKind.ORGANISER).order_by("sort_key")

    @method_decorator(require_safe)
    def workbooks(self, request):
        organisers = list(self.organisers(request))
        if len(organisers) == 1:
            return redirect("admin:units_unit_workbook", organisers[0].pk)
        return self._page(request, "workbooks", title="Nhập từ Excel", organisers=organisers)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def workbook(self, request, pk):
        organiser = get_object_or_404(self.organisers(request), pk=pk)
        form = WorkbookForm(request.POST, request.FILES) if request.method == "POST" else WorkbookForm()
        if form.is_valid():
            try:
                return self._judged(request, organiser, form.cleaned_data["workbook"].read())
            except Refused as refusal:
                form.add_error("workbook", str(refusal))
        return self._page(request, "workbook", title="Nhập từ Excel", organiser=organiser, form=form)

    def _judged(self, request, organiser, content):
        """Every fault of a workbook at once, or what it will do."""
        rows, faults = read(content)
        checked = check(organiser, rows, by=request.user, on=ward_day(request.arrived_at))
        if faults or checked.faults:
            found = sorted(dict.fromkeys([*faults, *checked.faults]), key=_place)
            return self._page(
                request, "workbook", title="Nhập từ Excel", organiser=organiser, form=WorkbookForm(), faults=found
            )
        sealed = applying.sealed(organiser, rows, checked, by=request.user)
        return self._preview(request, organiser, checked, sealed, DecisionForm())

    def _preview(self, request, organiser, checked, sealed, form):
        return self._page(
            request,
            "workbook_preview",
            title="Xem trước bảng Excel",
            organiser=organiser,
            pages=[_told(page, checked) for page in PAGES],
            nothing_new=not any(checked.changes.values()),
            form=form if checked.renames else None,
            sealed=sealed,
        )

    @method_decorator(require_safe)
    def workbook_file(self, request, pk):
        organiser = get_object_or_404(self.organisers(request), pk=pk)
        day = ward_day(request.arrived_at)
        response = HttpResponse(filled(organiser, on=day), content_type=xlsx.TYPE)
        response["Content-Disposition"] = f'attachment; filename="don-vi-nguoi-dung-{day:%Y-%m-%d}.xlsx"'
        return response

    @method_decorator(require_POST)
    def apply_workbook(self, request, pk):
        organiser = get_object_or_404(self.organisers(request), pk=pk)
        form, sealed = DecisionForm(request.POST), request.POST.get("sealed", "")
        try:
            rows, shown = applying.opened(sealed, organiser, by=request.user)
            if not form.is_valid():
                checked = check(organiser, rows, by=request.user, on=ward_day(request.arrived_at))
                return self._preview(request, organiser, checked, sealed, form)
            done = applying.apply(
                organiser, rows, shown=shown, **form.cleaned_data, by=request.user, at=request.arrived_at
            )
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("admin:units_unit_workbook", organiser.pk)
        changes = [change for found in done.changes.values() for change in found]
        added = sum(change.is_new for change in changes)
        messages.success(request, f"Đã nhập từ Excel: thêm {added} dòng, sửa {len(changes) - added} dòng.")
        return redirect("admin:units_unit_changelist")

    def _page(self, request, name, **context):
        context |= {"opts": self.opts, **self.admin_site.each_context(request)}
        return TemplateResponse(request, f"admin/units/unit/{name}.html", context)


def _place(fault):
    """Faults in the order of the sheets and of their rows."""
    titles = ["", *(page.title for page in PAGES)]
    digits = "".join(filter(str.isdigit, fault.cell))
    return titles.index(fault.sheet), int(digits or 0), fault.cell


def _told(page, checked):
    """A sheet of the preview: what is added and what is changed, in words."""
    titles = {column.key: column.title for column in page.columns}
    changes = checked.changes[page.key]
    return {
        "title": page.title,
        "added": [
            (change.label, [(titles[k], in_words(k, v)) for k, v in change.values.items() if v not in (None, "", 0)])
            for change in changes
            if change.is_new
        ],
        "changed": [
            (change.label, [(titles[k], in_words(k, change.was[k]), in_words(k, v)) for k, v in change.news.items()])
            for change in changes
            if not change.is_new
        ],
        "unchanged": checked.unchanged[page.key],
    }
