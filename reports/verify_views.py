"""The public page: is this paper, or this file, the report that was issued?"""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from reports import verifying
from reports.forms import LookUpForm


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def look_up(request):
    """A code is typed, or a file is dropped that carries none."""
    form = LookUpForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    found = None
    if form.is_valid():
        if form.cleaned_data["code"]:
            return redirect("reports:verify", verifying.typed(form.cleaned_data["code"]) or "khong-ro")
        found = _judged(form.cleaned_data["file"])
    return render(request, "reports/look_up.html", {"form": form, "found": found})


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def verify(request, code):
    """What a code leads to; a posted file is compared with it, and not kept."""
    report = verifying.find(code)
    context = {"report": report, "code": code[:40], "found": None}
    if report is None:
        return render(request, "reports/verify.html", context, status=404)
    if request.FILES.get("file"):
        context["found"] = _judged(request.FILES["file"])
    context["files"] = verifying.public_files(report)
    return render(request, "reports/verify.html", context)


def _judged(file):
    sha256 = verifying.sha256_of(file)
    return {"name": file.name, "sha256": sha256, "made": verifying.find_file(sha256)}
