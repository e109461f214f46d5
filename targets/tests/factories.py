"""Targets, shares and hand-ins for tests."""

import hashlib
from datetime import datetime
from decimal import Decimal
from uuid import uuid4

import factory
from django.core.files.base import ContentFile
from factory.django import DjangoModelFactory

from campaigns.tests.factories import WARD, CampaignFactory, PeriodFactory
from targets.models import (
    Acceptance,
    Allocation,
    Answer,
    Heading,
    ImportKind,
    Result,
    Return,
    Revision,
    Sector,
    Submission,
    SubmissionState,
    Target,
    WorkbookImport,
)
from targets.models.plan import target_code
from units.tests.factories import UnitFactory, UserFactory


class SectorFactory(DjangoModelFactory):
    class Meta:
        model = Sector

    campaign = factory.SubFactory(CampaignFactory)
    name = factory.Sequence(lambda n: f"Lĩnh vực mẫu {n + 1}")


class HeadingFactory(DjangoModelFactory):
    class Meta:
        model = Heading

    sector = factory.SubFactory(SectorFactory)
    name = factory.Sequence(lambda n: f"Đề mục mẫu {n + 1}")


class TargetFactory(DjangoModelFactory):
    """A number with the goal [100, –]; `ratio=True` has [95 %, –], `yes_no=True` and `text=True` have none."""

    class Meta:
        model = Target

    class Params:
        ratio = factory.Trait(
            answer=Answer.RATIO,
            factor=100,
            unit_of_measure="%",
            decimals=1,
            amount_label="Số đạt",
            base_label="Tổng số",
            at_least=Decimal(95),
        )
        yes_no = factory.Trait(answer=Answer.YES_NO, unit_of_measure="đơn vị", at_least=None)
        text = factory.Trait(answer=Answer.TEXT, unit_of_measure="", at_least=None)

    campaign = factory.SubFactory(CampaignFactory)
    sector = factory.SubFactory(SectorFactory, campaign=factory.SelfAttribute("..campaign"))
    number = factory.Sequence(lambda n: n + 1)
    code = factory.LazyAttribute(lambda target: target_code(target.number))
    name = factory.LazyAttribute(lambda target: f"Chỉ tiêu mẫu {target.number}")
    wording = factory.LazyAttribute(lambda target: f"Nguyên văn chỉ tiêu mẫu {target.number}")
    answer = Answer.NUMBER
    unit_of_measure = "cuộc"
    at_least = Decimal(100)


class AllocationFactory(DjangoModelFactory):
    """A share without an interval of its own. The participation it needs is made apart."""

    class Meta:
        model = Allocation

    target = factory.SubFactory(TargetFactory)
    unit = factory.SubFactory(UnitFactory, organiser=factory.SelfAttribute("..target.campaign.organiser"))
    since = datetime(2025, 1, 1, tzinfo=WARD)


class SubmissionFactory(DjangoModelFactory):
    """A draft; `submitted=True`, `returned=True` and `accepted=True` add the rows of that state."""

    class Meta:
        model = Submission

    class Params:
        submitted = factory.Trait(state=SubmissionState.SUBMITTED)
        returned = factory.Trait(state=SubmissionState.RETURNED)
        accepted = factory.Trait(state=SubmissionState.ACCEPTED)

    period = factory.SubFactory(PeriodFactory)
    unit = factory.SubFactory(UnitFactory, organiser=factory.SelfAttribute("..period.campaign.organiser"))

    @classmethod
    def _create(cls, model, *args, state=SubmissionState.DRAFT, **fields):
        submission = super()._create(model, *args, **fields)
        if state != SubmissionState.DRAFT:
            submission.state, submission.current_revision = state, RevisionFactory(submission=submission)
            submission.save()
        if state == SubmissionState.ACCEPTED:
            AcceptanceFactory(revision=submission.current_revision)
        if state == SubmissionState.RETURNED:
            ReturnFactory(revision=submission.current_revision)
        return submission


class RevisionFactory(DjangoModelFactory):
    class Meta:
        model = Revision

    submission = factory.SubFactory(SubmissionFactory)
    number = factory.LazyAttribute(lambda revision: revision.submission.revisions.count() + 1)
    submit_key = factory.LazyFunction(uuid4)
    arrived_at = datetime(2025, 12, 5, 9, tzinfo=WARD)
    submitted_by = factory.SubFactory(UserFactory)
    is_late = False
    digest = "0" * 64


class ResultFactory(DjangoModelFactory):
    """What a unit answered for a target: 40 for a number, 40/50 for a ratio, yes, or a sentence."""

    class Meta:
        model = Result

    revision = factory.SubFactory(RevisionFactory)
    target = factory.SubFactory(TargetFactory, campaign=factory.SelfAttribute("..revision.submission.period.campaign"))
    answer = factory.SelfAttribute("target.answer")
    part_of_whole = factory.SelfAttribute("target.part_of_whole")
    may_be_negative = factory.SelfAttribute("target.may_be_negative")
    amount = factory.LazyAttribute(
        lambda result: {Answer.YES_NO: Decimal(1), Answer.TEXT: None}.get(result.target.answer, Decimal(40))
    )
    base = factory.LazyAttribute(lambda result: Decimal(50) if result.target.answer == Answer.RATIO else None)
    text = factory.LazyAttribute(lambda result: "Đã hoàn thành." if result.target.answer == Answer.TEXT else "")


class AcceptanceFactory(DjangoModelFactory):
    class Meta:
        model = Acceptance

    revision = factory.SubFactory(RevisionFactory)
    submission = factory.SelfAttribute("revision.submission")
    by = factory.SubFactory(UserFactory)
    accepted_at = datetime(2025, 12, 6, 9, tzinfo=WARD)


class ReturnFactory(DjangoModelFactory):
    class Meta:
        model = Return

    revision = factory.SubFactory(RevisionFactory)
    by = factory.SubFactory(UserFactory)
    at = datetime(2025, 12, 6, 9, tzinfo=WARD)
    reason = "Đề nghị kiểm tra lại số liệu."


class WorkbookImportFactory(DjangoModelFactory):
    """An uploaded workbook that waits to be checked; `content` is its file."""

    class Meta:
        model = WorkbookImport

    class Params:
        content = b"PK"

    campaign = factory.SubFactory(CampaignFactory)
    kind = ImportKind.TARGETS
    name = "chi-tieu.xlsx"
    sha256 = factory.LazyAttribute(lambda row: hashlib.sha256(row.content).hexdigest())
    file = factory.LazyAttribute(lambda row: ContentFile(row.content, name="bang.xlsx"))
    requested_by = factory.SubFactory(UserFactory)
    requested_at = datetime(2025, 12, 1, 9, tzinfo=WARD)
