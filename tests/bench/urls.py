"""The portal's addresses and a bare Django view to compare handing in with.

The bare view has the same session, CSRF check and transaction: the same rows written, and not one rule of the portal.
"""

import uuid
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.http import HttpResponseRedirect
from django.urls import include, path
from django.utils import timezone
from django.views.decorators.http import require_POST

from campaigns.models import Event
from targets.models import Narrative, Result, Revision, Submission, SubmissionState


@require_POST
@transaction.atomic
def bare(request, pk):
    submission = Submission.objects.select_for_update().get(pk=pk)
    posted, now = request.POST, timezone.now()
    number = submission.revisions.aggregate(newest=Max("number"))["newest"] or 0
    revision = Revision.objects.create(
        submission=submission,
        number=number + 1,
        submit_key=uuid.uuid4(),
        arrived_at=now,
        submitted_by=request.user,
        is_late=False,
        digest="0" * 64,
    )
    answers = {tuple(key.split(".")[1:]): text for key, text in posted.items() if key.startswith("target.")}
    Result.objects.bulk_create(
        Result(
            revision=revision,
            target_id=int(target),
            amount=Decimal(text),
            base=_decimal(answers.get((target, "base"))),
            est_amount=_decimal(answers.get((target, "est_amount"))),
            est_base=_decimal(answers.get((target, "est_base"))),
            answer="ratio" if (target, "base") in answers else "number",
            part_of_whole=False,
            may_be_negative=False,
        )
        for (target, part), text in answers.items()
        if part == "amount"
    )
    Narrative.objects.bulk_create(
        Narrative(revision=revision, prompt_id=int(key.removeprefix("words.")), text=text)
        for key, text in posted.items()
        if key.startswith("words.")
    )
    submission.state, submission.current_revision = SubmissionState.SUBMITTED, revision
    submission.save(update_fields=["state", "current_revision"])
    Event.objects.create(campaign_id=int(posted["campaign"]), subject=f"submission:{pk}", verb="Nộp", at=now)
    return HttpResponseRedirect("/")


def _decimal(text):
    return Decimal(text.replace(".", "")) if text else None


urlpatterns = [path("bare/<int:pk>/", bare), path("", include("campaign_portal.urls"))]
