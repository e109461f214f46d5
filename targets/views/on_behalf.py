"""What reached the office on paper or by mail, entered in a unit's place."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from targets import workflow
from targets.evidence import keep_posted
from targets.results_form import ResultsForm
from targets.review_forms import SourceForm
from targets.standing import deadline_for
from targets.views.review_place import PAGE, steps, submission_of
from units.refusals import Refused


@require_http_methods(PAGE)
def enter_on_behalf(request, pk):
    submission = submission_of(request, pk)
    form = ResultsForm(request.POST or None, request.FILES or None, submission=submission, on_behalf=True)
    source = SourceForm(request.POST or None, at=request.arrived_at)
    if form.is_bound:
        keep_posted(form, by=request.user, at=request.arrived_at)
    if source.is_valid() and form.is_valid():
        try:
            workflow.submit(
                submission,
                form.answers(),
                key=form.submit_key,
                by=request.user,
                at=request.arrived_at,
                on_behalf_source=source.cleaned_data["source"],
                received_at=source.cleaned_data["received_at"],
            )
        except Refused as refusal:
            form.renew_key()
            source.add_error(None, str(refusal))
        else:
            messages.success(request, f"Đã nhập thay kết quả của {submission.unit.called}.")
            return redirect("targets:review", submission.pk)
    context = {
        "submission": submission,
        "form": form,
        "source": source,
        "deadline": deadline_for(submission),
        "closed": ""
        if workflow.takes_hand_ins(submission, request.arrived_at)
        else workflow.closed_sentence(submission),
        "now": request.arrived_at,
        "breadcrumbs": steps(submission, "Nhập thay"),
    }
    return render(request, "targets/enter_on_behalf.html", context)
