"""Who may do what, for every address of the portal: the written policy, tried cell by cell.

An address that the resolver knows and `EXPECT` does not fails the test. One ward owns everything that is asked for;
neighbour, stranger and the other ward's people ask for what is not theirs.
"""

import re
from datetime import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLResolver, get_resolver

from campaigns.models import record
from campaigns.tests.factories import (
    WARD,
    CampaignFactory,
    ExtensionFactory,
    ParticipationFactory,
    PeriodFactory,
    PromptFactory,
)
from commendations.tests.factories import DecisionFactory, NominationFactory
from reports.tests.factories import ReportFactory, ReportFileFactory
from targets.models import Evidence
from targets.tests.factories import AllocationFactory, ResultFactory, SubmissionFactory, TargetFactory
from units import outbox
from units.models import Message, MessageKind
from units.tests.factories import ClusterFactory, OrganiserFactory, UnitFactory, UserFactory

NOON = datetime(2025, 12, 7, 12, tzinfo=WARD)

# One letter for each role, in this order.
ROLES = [
    "anonymous",
    "reporter",  # of the unit that everything is about
    "neighbour",  # reporter of another unit of the ward
    "stranger",  # reporter of a unit of another ward
    "staff",
    "office",
    "leader",
    "admin",
    "other_office",  # of another ward
    "other_admin",
    "superuser",
]
# + served, or refused in words on the page · > asked to sign in · 3 forbidden · 4 not found · 5 method not taken
NO_SUCH_METHOD = ">5555555555"
EVERYBODY = ">++++++++++"
ORGANISER = ">444++++44+"  # all roles at the organiser
EDITORS = ">444++3344+"  # staff and office
OFFICE = ">4443+3344+"
LEADER = ">44433+344+"
UNIT = ">+443333443"  # the unit's own people; the superuser does not write for a unit
UNIT_AND_ORGANISER = ">+44++++44+"
ADMINS = ">3333"


def walk(resolver=None, prefix="", namespace=""):
    """(address, name) of every pattern."""
    for each in (resolver or get_resolver()).url_patterns:
        address = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from walk(each, address, each.namespace or namespace)
        else:
            yield address, f"{namespace}:{each.name}"


class World:
    """One row of everything, all of it the ward's."""

    def __init__(self):
        ward = OrganiserFactory()
        other = OrganiserFactory()
        unit = UnitFactory(organiser=ward)
        campaign = CampaignFactory(organiser=ward)
        period = PeriodFactory(campaign=campaign)
        participation = ParticipationFactory(campaign=campaign, unit=unit)
        PromptFactory(campaign=campaign)
        target = TargetFactory(campaign=campaign)
        AllocationFactory(target=target, unit=unit)
        submission = SubmissionFactory(period=period, unit=unit, submitted=True)
        revision = submission.current_revision
        ResultFactory(revision=revision, target=target)
        extension = ExtensionFactory(period=period, unit=unit)
        nomination = NominationFactory(campaign=campaign, unit=unit)
        report = ReportFactory(period=period, ready=True)
        reporter = UserFactory(reporter_of=unit)
        outbox.write(
            key="k", kind=MessageKind.REMINDER, topic="t", user=reporter, unit=unit, subject="s", body="b", at=NOON
        )
        self.people = {
            "reporter": reporter,
            "neighbour": UserFactory(reporter_of=UnitFactory(organiser=ward)),
            "stranger": UserFactory(reporter_of=UnitFactory(organiser=other)),
            "staff": UserFactory(staff_of=ward),
            "office": UserFactory(office_of=ward),
            "leader": UserFactory(leader_of=ward),
            "admin": UserFactory(admin_of=ward),
            "other_office": UserFactory(office_of=other),
            "other_admin": UserFactory(admin_of=other),
            "superuser": UserFactory(is_superuser=True),
        }
        evidence = Evidence(
            submission=submission, name="a.pdf", content_type="application/pdf", size=4, sha256="e" * 64,
            uploaded_by=reporter, uploaded_at=NOON,
        )  # fmt: skip
        evidence.file.name = ReportFileFactory(report=report).file.name
        evidence.save()
        self.things = {
            "dot-thi-dua/": campaign.slug,
            "khen-thuong/<slug": campaign.slug,
            "khen-thuong/<int": nomination.pk,
            "chi-tieu/": target.pk,
            "ky/": period.pk,
            "bao-cao/ky/": period.pk,
            "bao-cao/": report.pk,
            "tep-bao-cao/": report.files.get().pk,
            "ket-qua/": submission.pk,
            "duyet/": submission.pk,
            "bien-nhan/": revision.pk,
            "minh-chung/": evidence.pk,
            "gia-han/": extension.pk,
            "units/unit/": unit.pk,
            "units/cluster/": ClusterFactory(organiser=ward).pk,
            "units/user/": reporter.pk,
            "units/membership/": reporter.memberships.get().pk,
            "units/message/": Message.objects.get().pk,
            "campaigns/campaign/": campaign.pk,
            "campaigns/participation/": participation.pk,
            "campaigns/event/": record(report, "Việc", campaign=campaign, by=reporter, at=NOON).pk,
            "campaigns/extension/": extension.pk,
            "targets/target/": target.pk,
            "targets/submission/": submission.pk,
            "commendations/awardform/": nomination.award_id,
            "commendations/nomination/": nomination.pk,
            "commendations/decision/": DecisionFactory(campaign=campaign).pk,
            "reports/report/": report.pk,
        }
        self.target = target

    def address(self, pattern):
        """A pattern with the world's own things in its places."""
        below = pattern.removeprefix("quan-tri/")
        if "<int:target_pk>" in pattern:
            pattern = pattern.replace("<int:target_pk>", str(self.target.pk))
        if "<int:pk>" in pattern or "<slug:slug>" in pattern or "<path:object_id>" in pattern:
            start = max((start for start in self.things if below.startswith(start)), key=len)
            pattern = re.sub(r"<(int:pk|slug:slug|path:object_id)>", str(self.things[start]), pattern)
        return "/" + pattern


def letter(response):
    if response.status_code == 302 and response.url.startswith("/dang-nhap/"):
        return ">"
    return {403: "3", 404: "4", 405: "5"}.get(response.status_code, "+" if response.status_code < 400 else "!")


def test_discover(db, time_machine):
    time_machine.move_to(NOON, tick=False)
    world = World()
    import sys, logging
    logging.disable(logging.CRITICAL)
    rows = {}
    for role in ROLES:
        client = Client()
        if role != "anonymous":
            client.force_login(world.people[role])
        import copy
        kept = copy.deepcopy(client.cookies)
        for method in ("GET", "POST"):
            for pattern, name in walk():
                client.cookies = copy.deepcopy(kept)
                address = world.address(pattern)
                if "(?P" in pattern:
                    address = "/quan-tri/units/" if "app_label" in pattern else "/quan-tri/khong-co/"
                sid = transaction.savepoint()
                try:
                    r = client.get(address) if method == "GET" else client.post(address)
                    r.streaming and list(r.streaming_content)
                    l = letter(r)
                except Exception as e:
                    l = "E"
                    sys.stderr.write(f"{role} {method} {address} {e!r}\n")
                transaction.savepoint_rollback(sid)
                rows.setdefault((pattern, method), []).append(l)
    for pattern, name in walk():
        print("ROW", "".join(rows[pattern, "GET"]), "".join(rows[pattern, "POST"]), pattern, name)
