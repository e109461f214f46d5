"""A unit before its form, and the form as it is typed and posted."""

import json
from datetime import date, datetime
from uuid import uuid4

from campaigns.tests.factories import WARD, ParticipationFactory, PeriodFactory
from targets import drafting
from targets.answers import asked_of, prompts_of
from targets.models import Answer, Submission
from targets.tests.factories import AllocationFactory, SubmissionFactory, TargetFactory
from units.tests.factories import UserFactory

A_WORKING_DAY = datetime(2025, 12, 5, 9, 30, tzinfo=WARD)  # five days before the units' deadline of the factories
MIDYEAR = date(2025, 6, 30)  # figures as of this day are not final: the form asks for estimates
TYPED = {"amount": "120", "base": "125", "est_amount": "121", "est_base": "126", "text": "Đã hoàn thành."}


def submission_of(*targets, period=None, **fields):
    """A submission whose unit must report targets made with these factory arguments: `{"ratio": True}`."""
    submission = SubmissionFactory(period=period or PeriodFactory(), **fields)
    ParticipationFactory(campaign=submission.period.campaign, unit=submission.unit)
    for arguments in targets:
        target = TargetFactory(campaign=submission.period.campaign, **arguments)
        AllocationFactory(target=target, unit=submission.unit)
    return submission


def target_of(submission, position=0):
    return submission.period.campaign.targets.order_by("number")[position]


def key_of(submission, part, position=0):
    return f"target.{target_of(submission, position).pk}.{part}"


def url_of(submission, page="nop"):
    return f"/ket-qua/{submission.pk}/{page}/"


def versions_of(submission):
    return drafting.versions(Submission.objects.get(pk=submission.pk).draft)


def typed(submission, **changes):
    """A complete, valid form as it is posted; `changes` are {part: text} of the first target."""
    fields = {"submit_key": str(uuid4()), "versions": json.dumps(versions_of(submission))}
    for asked in asked_of(submission):
        parts = ["text"] if asked.target.answer == Answer.TEXT else asked.parts
        for part in parts:
            if not (part.startswith("est_") and submission.period.is_final):
                fields[asked.key(part)] = "1" if asked.target.answer == Answer.YES_NO else TYPED[part]
    for prompt in prompts_of(submission):
        fields[f"prompt.{prompt.code}"] = "Đã triển khai."
    return fields | {key_of(submission, part): text for part, text in changes.items()}


def sign_in(client, submission, **person):
    """Sign in as somebody of the unit, its reporter unless said otherwise."""
    user = UserFactory(**(person or {"reporter_of": submission.unit}))
    client.force_login(user)
    return user
