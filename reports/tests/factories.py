"""Reports and their files for tests; what a ward handed in comes from `reported_ward`."""

import hashlib
from datetime import date, datetime
from decimal import Decimal

import factory
from django.core.files.base import ContentFile
from factory.django import DjangoModelFactory

from campaigns.tests.factories import WARD, ParticipationFactory, PeriodFactory
from reports.models import FileStage, Report, ReportFile, ReportKind, ReportState, ReportText, TrustRoot
from reports.tests.sample_figures import sample_figures, sample_texts
from targets.tests.factories import AllocationFactory, ResultFactory, SubmissionFactory, TargetFactory
from units.tests.factories import OrganiserFactory, UserFactory

MORNING = datetime(2025, 12, 11, 9, tzinfo=WARD)


def reported_ward(amounts=(60, 50), **fields):
    """A period whose units were asked for one number, at least 100, and had these amounts accepted."""
    period = PeriodFactory(**fields)
    target = TargetFactory(campaign=period.campaign, number=1, name="Số cuộc tuyên truyền", at_least=Decimal(100))
    for amount in amounts:
        duty = AllocationFactory(target=target)
        ParticipationFactory(campaign=period.campaign, unit=duty.unit)
        submission = SubmissionFactory(period=period, unit=duty.unit, accepted=True)
        ResultFactory(revision=submission.current_revision, target=target, amount=Decimal(amount))
    return period


class ReportTextFactory(DjangoModelFactory):
    class Meta:
        model = ReportText

    period = factory.SubFactory(PeriodFactory)
    kind = ReportKind.CITY
    section = "leadership"
    text = "Đảng uỷ, Ủy ban nhân dân phường đã tập trung chỉ đạo."
    version = 1
    by = factory.SubFactory(UserFactory)
    at = MORNING


class ReportFactory(DjangoModelFactory):
    """A queued city report; `ready`, `failed`, `approved`, `issued`, `sent` and `superseded` are further on."""

    class Meta:
        model = Report

    class Params:
        built = factory.Trait(
            figures=factory.LazyFunction(sample_figures),
            texts=factory.LazyFunction(sample_texts),
            digest=factory.Sequence(lambda n: hashlib.sha256(str(n).encode()).hexdigest()),
            needs_file=False,
            percent=100,
        )
        building = factory.Trait(state=ReportState.BUILDING)
        failed = factory.Trait(state=ReportState.FAILED, needs_file=False, error="Thiếu tệp phông chữ.", attempts=1)
        cancelled = factory.Trait(state=ReportState.CANCELLED, needs_file=False)
        ready = factory.Trait(built=True, state=ReportState.READY)
        approved = factory.Trait(
            built=True,
            state=ReportState.APPROVED,
            approved_by=factory.SubFactory(UserFactory),
            approved_at=MORNING,
        )
        issued = factory.Trait(
            approved=True,
            state=ReportState.ISSUED,
            number="125",
            issued_on=date(2025, 12, 12),
            issued_by=factory.SubFactory(UserFactory),
            issued_at=datetime(2025, 12, 12, 10, tzinfo=WARD),
        )
        sent = factory.Trait(
            issued=True,
            sent_by=factory.SubFactory(UserFactory),
            sent_at=datetime(2025, 12, 12, 11, tzinfo=WARD),
            sent_how="Qua phần mềm quản lý văn bản",
        )
        superseded = factory.Trait(issued=True, state=ReportState.SUPERSEDED)

    kind = ReportKind.CITY
    period = factory.SubFactory(PeriodFactory)
    campaign = factory.SelfAttribute("period.campaign")
    as_of = MORNING
    requested_at = MORNING


class ReportFileFactory(DjangoModelFactory):
    """A stored file; its content says which one it is."""

    class Meta:
        model = ReportFile

    report = factory.SubFactory(ReportFactory, ready=True)
    stage = FileStage.DRAFT
    made_at = MORNING

    @classmethod
    def _create(cls, model, *args, content=b"%PDF-1.7 m\xe1\xba\xabu", **fields):
        made = model(*args, sha256=hashlib.sha256(content).hexdigest(), size=len(content), **fields)
        made.file.save("report.pdf", ContentFile(content), save=False)
        made.save()
        return made


class TrustRootFactory(DjangoModelFactory):
    class Meta:
        model = TrustRoot

    organiser = factory.SubFactory(OrganiserFactory)
    name = factory.Sequence(lambda n: f"Chứng thư gốc mẫu {n + 1}")
    sha256 = factory.Sequence(lambda n: hashlib.sha256(str(n).encode()).hexdigest())
