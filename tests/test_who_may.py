"""Who may do what, for every address of the portal: the written policy, tried cell by cell.

An address that the resolver knows and `EXPECT` does not fails the test. One ward owns everything that is asked for;
neighbour, stranger and the other ward's people ask for what is not theirs.
"""

import re
from datetime import datetime

import pytest
from django.core.files.base import ContentFile
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
from reports.models import ReportKind
from reports.tests.factories import ReportFactory, ReportFileFactory, TrustRootFactory
from targets import signed_copies, uploads
from targets.evidence import attach
from targets.models import PlanReading
from targets.read_items import items_of
from targets.tests.factories import (
    AllocationFactory,
    HeadingFactory,
    ResultFactory,
    SubmissionFactory,
    TargetFactory,
    WorkbookImportFactory,
)
from targets.tests.upload_corpus import picture
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
# > asked to sign in · + served, or refused in words on the page · 3 forbidden · 4 not found · 5 method not taken
ANYBODY = "+++++++++++"
EVERYBODY = ">++++++++++"
ORGANISERS = ">333+++++++"  # each sees the own campaigns
PLANNERS = ">333++33+3+"  # whoever makes plans for some organiser
THE_ORGANISER = ">444++++44+"
EDITORS = ">444++3344+"  # staff and office
OFFICE = ">4443+3344+"
LEADER = ">44433+344+"
UNIT = ">+443333443"  # nobody else writes for a unit under its own name, the superuser neither
UNIT_AND_ORGANISER = ">+44++++44+"
ADMIN = ">344333+44+"  # of a unit that is known to its own people and to the organiser
NOT_TAKEN = ">5555555555"


def read(who):
    return who, NOT_TAKEN


def post(who):
    return NOT_TAKEN, who


def form(who):
    return who, who


# Address: (who may GET, who may POST).
EXPECT = {
    "healthz": (ANYBODY, "5" * 11),
    "dang-nhap/": (ANYBODY, ANYBODY),
    "dang-xuat/": post(">" * 11),
    "phien/": read(EVERYBODY),
    "doi-mat-khau/": form(EVERYBODY),
    "doi-mat-khau/xong/": read(EVERYBODY),
    "": read(EVERYBODY),
    # The plan
    "dot-thi-dua/": read(ORGANISERS),
    "dot-thi-dua/them/": form(PLANNERS),
    "dot-thi-dua/<slug:slug>/": read(THE_ORGANISER),
    "dot-thi-dua/<slug:slug>/mo/": post(EDITORS),
    "dot-thi-dua/<slug:slug>/ket-thuc/": form(OFFICE),
    "dot-thi-dua/<slug:slug>/sua/": form(EDITORS),
    "dot-thi-dua/<slug:slug>/phong-trao/": form(EDITORS),
    "dot-thi-dua/<slug:slug>/cau-hoi/": form(EDITORS),
    "dot-thi-dua/<slug:slug>/don-vi/": form(EDITORS),
    "tham-gia/<int:pk>/thoi/": form(EDITORS),
    "dot-thi-dua/<slug:slug>/ky/them/": form(EDITORS),
    "ky/<int:pk>/sua/": form(EDITORS),
    "ky/<int:pk>/bo/": form(EDITORS),
    "thoi-han/": read(ORGANISERS),
    "dot-thi-dua/<slug:slug>/chi-tieu/them/": form(EDITORS),
    "chi-tieu/<int:pk>/": read(THE_ORGANISER),
    "chi-tieu/<int:pk>/sua/": form(EDITORS),
    "chi-tieu/<int:pk>/giao/": form(EDITORS),
    "dot-thi-dua/<slug:slug>/chep/": form(EDITORS),
    "dot-thi-dua/<slug:slug>/so-sanh/": read(THE_ORGANISER),
    "dot-thi-dua/<slug:slug>/doi-chieu/": (THE_ORGANISER, EDITORS),
    "dot-thi-dua/<slug:slug>/doi-chieu/phieu/": read(THE_ORGANISER),
    "dot-thi-dua/<slug:slug>/doi-chieu/lap-phieu/": post(EDITORS),
    "chi-tieu/<int:pk>/dung-goi-y/": post(EDITORS),
    # The plan as a grid
    "dot-thi-dua/<slug:slug>/chi-tieu/": read(EDITORS),
    "dot-thi-dua/<slug:slug>/chi-tieu/them-dong/": post(EDITORS),
    "dot-thi-dua/<slug:slug>/chi-tieu/doc-muc/": read(EDITORS),
    "dot-thi-dua/<slug:slug>/chi-tieu/dan/": form(EDITORS),
    "dot-thi-dua/<slug:slug>/chi-tieu/dan/ghi/": post(EDITORS),
    "chi-tieu/<int:pk>/luu-dong/": post(EDITORS),
    "chi-tieu/<int:pk>/chuyen-cho/": post(EDITORS),
    "chi-tieu/<int:pk>/nhan-ban/": post(EDITORS),
    "chi-tieu/<int:pk>/thoi-theo-doi/": form(EDITORS),
    "chi-tieu/<int:pk>/theo-doi-lai/": post(EDITORS),
    "dot-thi-dua/<slug:slug>/linh-vuc/them/": post(EDITORS),
    "linh-vuc/<int:pk>/doi-ten/": post(EDITORS),
    "linh-vuc/<int:pk>/chuyen-cho/": post(EDITORS),
    "linh-vuc/<int:pk>/xoa/": post(EDITORS),
    "linh-vuc/<int:pk>/de-muc/them/": post(EDITORS),
    "de-muc/<int:pk>/doi-ten/": post(EDITORS),
    "de-muc/<int:pk>/chuyen-cho/": post(EDITORS),
    "de-muc/<int:pk>/xoa/": post(EDITORS),
    # Excel both ways
    "dot-thi-dua/<slug:slug>/doc-van-ban/": form(EDITORS),
    "dot-thi-dua/<slug:slug>/doc-van-ban/doc-lai/": read(EDITORS),
    "dot-thi-dua/<slug:slug>/doc-van-ban/nhan-het/": form(EDITORS),
    "dot-thi-dua/<slug:slug>/doc-van-ban/sua-chu/": post(EDITORS),
    "dot-thi-dua/<slug:slug>/doc-van-ban/them/": post(EDITORS),
    "dot-thi-dua/<slug:slug>/doc-van-ban/ghi/": post(EDITORS),
    "dot-thi-dua/<slug:slug>/doc-van-ban/muc/<slug:key>/": form(EDITORS),
    "dot-thi-dua/<slug:slug>/excel/": form(EDITORS),
    "dot-thi-dua/<slug:slug>/excel/chi-tieu/": read(EDITORS),
    "dot-thi-dua/<slug:slug>/excel/giao/": read(EDITORS),
    "bang-excel/<int:pk>/": read(EDITORS),
    "bang-excel/<int:pk>/tien-do/": read(EDITORS),
    "bang-excel/<int:pk>/xac-nhan/": post(EDITORS),
    "bang-excel/<int:pk>/bo/": post(EDITORS),
    "bang-excel/<int:pk>/tep/": read(EDITORS),
    # The allocation sheet
    "dot-thi-dua/<slug:slug>/giao/": read(THE_ORGANISER),
    "dot-thi-dua/<slug:slug>/giao/doc/": post(EDITORS),
    "dot-thi-dua/<slug:slug>/giao/luu/": post(EDITORS),
    "dot-thi-dua/<slug:slug>/giao/chia/": post(EDITORS),
    "chi-tieu/<int:pk>/chenh-lech/": form(EDITORS),
    # Where things stand
    "ky/<int:pk>/": read(THE_ORGANISER),
    "ky/<int:pk>/tinh-hinh-nop/": read(THE_ORGANISER),
    "ky/<int:pk>/chi-tieu/<int:target_pk>/": read(THE_ORGANISER),
    "ky/<int:pk>/chi-tieu/<int:target_pk>/hieu-chinh/": post(OFFICE),
    "ky/<int:pk>/chi-tieu/<int:target_pk>/bo-hieu-chinh/": post(OFFICE),
    # Handing in
    "ket-qua/<int:pk>/": read(UNIT_AND_ORGANISER),
    "ket-qua/<int:pk>/nop/": form(UNIT),
    "ket-qua/<int:pk>/xem-lai/": post(UNIT),
    "ket-qua/<int:pk>/lich-su/": read(UNIT_AND_ORGANISER),
    "ket-qua/<int:pk>/luu-nhap/": post(UNIT),
    "ket-qua/<int:pk>/trinh/": post(UNIT),
    "ket-qua/<int:pk>/bieu-mau.xlsx": read(UNIT),
    "ket-qua/<int:pk>/nhap-tu-excel/": form(UNIT),
    "ket-qua/<int:pk>/nhap-tu-excel/ghi/": post(UNIT),
    "ket-qua/<int:pk>/chu-de/": form(UNIT),
    "ket-qua/<int:pk>/xin-gia-han/": form(UNIT),
    "bien-nhan/<int:pk>/": read(UNIT_AND_ORGANISER),
    "ket-qua/<int:pk>/minh-chung/": post(UNIT),
    "minh-chung/<int:pk>/": read(UNIT_AND_ORGANISER),
    "minh-chung/<int:pk>/xem/": read(UNIT_AND_ORGANISER),
    "minh-chung/<int:pk>/anh-nho/": read(UNIT_AND_ORGANISER),
    "minh-chung/<int:pk>/go/": post(UNIT),
    # Reviewing
    "ky/<int:pk>/cho-duyet/": read(THE_ORGANISER),
    "ky/<int:pk>/cho-duyet/xem-truoc/": post(OFFICE),
    "ky/<int:pk>/cho-duyet/dong-y/": post(OFFICE),
    "so-lieu/<int:pk>/hieu-chinh/": form(OFFICE),
    "so-lieu/<int:pk>/bo-hieu-chinh/": post(OFFICE),
    "duyet/<int:pk>/": read(THE_ORGANISER),
    "duyet/<int:pk>/dong-y/": post(OFFICE),
    "duyet/<int:pk>/tra-lai/": form(OFFICE),
    "duyet/<int:pk>/mo-lai/": form(OFFICE),
    "duyet/<int:pk>/nhap-thay/": form(OFFICE),
    "duyet/<int:pk>/gia-han/": form(OFFICE),
    "gia-han/<int:pk>/quyet-dinh/": form(OFFICE),
    "ky/<int:pk>/khoa-so/": form(OFFICE),
    "ky/<int:pk>/mo-so/": form(OFFICE),
    # Units that change
    "don-vi/<int:pk>/doi-ten/": form(ADMIN),
    "don-vi/<int:pk>/sap-nhap/": form(ADMIN),
    "don-vi/<int:pk>/giai-the/": form(ADMIN),
    "don-vi/<int:pk>/hoat-dong-lai/": form(ADMIN),
    # Commendations: a nomination is known to its unit and to the organiser
    "khen-thuong/": read(EVERYBODY),
    "khen-thuong/<slug:slug>/de-nghi/": form(">+443+3344+"),
    "khen-thuong/<int:pk>/": read(UNIT_AND_ORGANISER),
    "khen-thuong/<int:pk>/tham-tra/": post(">3443+3344+"),
    "khen-thuong/<int:pk>/dong-y/": post(">34433+344+"),
    "khen-thuong/<int:pk>/khong-dong-y/": form(">34433+344+"),
    # Reports
    "bao-cao/ky/<int:pk>/": read(THE_ORGANISER),
    "bao-cao/ky/<int:pk>/lap/": post(OFFICE),
    "bao-cao/ky/<int:pk>/soan/": form(OFFICE),
    "bao-cao/ky/<int:pk>/soan/luu/": post(OFFICE),
    "bao-cao/ky/<int:pk>/soan/kiem-tra/": read(OFFICE),
    "bao-cao/<int:pk>/gop-y/": post(">4443++344+"),
    "bao-cao/<int:pk>/": read(THE_ORGANISER),
    "bao-cao/<int:pk>/tien-do/": read(THE_ORGANISER),
    "bao-cao/<int:pk>/lap-lai/": post(OFFICE),
    "bao-cao/<int:pk>/huy-lap/": post(OFFICE),
    "bao-cao/<int:pk>/phe-duyet/": post(LEADER),
    "bao-cao/<int:pk>/thu-hoi/": form(OFFICE),
    "bao-cao/<int:pk>/ban-hanh/": form(OFFICE),
    "bao-cao/<int:pk>/dinh-chinh/": form(OFFICE),
    "bao-cao/<int:pk>/da-gui/": form(OFFICE),
    "bao-cao/<int:pk>/ban-ky-so/": form(OFFICE),
    "bao-cao/ky/<int:pk>/don-doc/": post(OFFICE),
    "dot-thi-dua/<slug:slug>/van-ban/": read(THE_ORGANISER),
    "dot-thi-dua/<slug:slug>/van-ban/tien-do/": read(THE_ORGANISER),
    "dot-thi-dua/<slug:slug>/van-ban/ke-hoach/": post(EDITORS),
    "dot-thi-dua/<slug:slug>/van-ban/ho-so/": post(">4443+3+44+"),  # office and admin
    # A hand-in's papers: known to its unit and to the organiser
    "bien-nhan/<int:pk>/van-ban/": read(UNIT_AND_ORGANISER),
    "bien-nhan/<int:pk>/van-ban/tien-do/": read(UNIT_AND_ORGANISER),
    "bien-nhan/<int:pk>/van-ban/bao-cao/": post(UNIT_AND_ORGANISER),
    "bien-nhan/<int:pk>/van-ban/bien-nhan/": post(UNIT_AND_ORGANISER),
    "bien-nhan/<int:pk>/van-ban/ban-ky/": post(">+443+3344+"),
    "tep-don-vi/<int:pk>/": read(UNIT_AND_ORGANISER),
    "ban-ky/<int:pk>/": read(UNIT_AND_ORGANISER),
    "tra-cuu/": form(ANYBODY),
    "tra-cuu/<str:code>/": form(ANYBODY),
    "tep-bao-cao/<int:pk>/": read(THE_ORGANISER),
}

# The admin is for offices and admins; each sees the rows of the own ward.
LISTED = ">3333+3++++"
SEEN = ">3333+3+44+"
ADDED = ">333333+3++"  # by admins
EDITED = ">333333+44+"
NEVER_ADDED, NEVER = ">3333333333", ">3333333443"
ADMIN_OF_WARD = ">333333+34+"
EXPECT |= {
    "quan-tri/": form(LISTED),
    "quan-tri/login/": form(">" * 11),  # the portal has one page to sign in
    "quan-tri/logout/": (">3333535555", ">3333>3>>>>"),
    "quan-tri/password_change/": form(LISTED),
    "quan-tri/password_change/done/": (LISTED, ">3333535555"),
    "quan-tri/autocomplete/": (LISTED, ">3333535555"),
    "quan-tri/jsi18n/": (LISTED, ">3333535555"),
    "quan-tri/units/user/<int:pk>/mat-khau/": form(SEEN),
    "quan-tri/units/unit/excel/": (ADDED, ">3333535555"),
    "quan-tri/units/unit/excel/<int:pk>/": form(ADMIN_OF_WARD),
    "quan-tri/units/unit/excel/<int:pk>/mau/": (ADMIN_OF_WARD, ">3333535555"),
    "quan-tri/units/unit/excel/<int:pk>/ghi/": (">3333535555", ADMIN_OF_WARD),
    "quan-tri/^(?P<app_label>units|campaigns|targets|commendations|reports)/$": form(LISTED),
    "quan-tri/(?P<url>.*)$": form(">3333434444"),
}


def admin_pages(model, *, add, change, delete=NEVER, seen=SEEN):
    address, row = f"quan-tri/{model}/", f"quan-tri/{model}/<path:object_id>/"
    return {
        address: form(LISTED),
        f"{address}add/": form(add),
        row: form(LISTED),  # forwards to the page below, which decides
        f"{row}history/": form(seen),
        f"{row}change/": (seen, change),
        f"{row}delete/": form(delete),
    }


for model in ["units/unit", "units/user", "campaigns/campaign", "campaigns/participation"]:
    EXPECT |= admin_pages(model, add=ADDED, change=EDITED)
for model in ["units/cluster", "units/membership"]:
    EXPECT |= admin_pages(model, add=ADDED, change=EDITED, delete=EDITED)
EXPECT |= admin_pages("reports/trustroot", add=ADDED, change=NEVER, delete=EDITED)
for model in ["commendations/nomination", "commendations/decision"]:  # the office's too
    EXPECT |= admin_pages(model, add=LISTED, change=SEEN)
for model in ["commendations/awardform"]:  # one catalogue for all wards
    EXPECT |= admin_pages(model, add=ADDED, change=ADDED, delete=NEVER_ADDED, seen=LISTED)
for model in [  # written by the portal's own verbs alone
    *("units/message", "campaigns/event", "campaigns/extension"),
    *("targets/target", "targets/submission", "reports/report"),
]:
    EXPECT |= admin_pages(model, add=NEVER_ADDED, change=NEVER)

# Addresses that are not made by putting a thing of the world in its place.
INSTEAD = {
    "quan-tri/autocomplete/": "quan-tri/autocomplete/?app_label=units&model_name=membership&field_name=unit",
    "quan-tri/^(?P<app_label>units|campaigns|targets|commendations|reports)/$": "quan-tri/units/",
    "quan-tri/(?P<url>.*)$": "quan-tri/khong-co/",
}
SIGNS_OUT = {"dang-xuat/", "quan-tri/logout/"}
SERVED_TO_NOBODY = {NEVER, NEVER_ADDED, *SIGNS_OUT, "quan-tri/login/", "quan-tri/(?P<url>.*)$"}


def walk(resolver=None, prefix=""):
    """The address of every pattern that the resolver knows."""
    for each in (resolver or get_resolver()).url_patterns:
        address = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from walk(each, address)
        else:
            yield address


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
        result = ResultFactory(revision=revision, target=target)
        extension = ExtensionFactory(period=period, unit=unit)
        nomination = NominationFactory(campaign=campaign, unit=unit)
        report = ReportFactory(period=period, ready=True)
        ReportFileFactory(report=report)
        receipt = ReportFactory(period=period, kind=ReportKind.RECEIPT, revision=revision, ready=True)
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
        photo = uploads.check(ContentFile(picture("PNG"), name="anh.png"))
        [evidence] = attach(submission, [photo], by=reporter, at=NOON)
        self.things = {
            "dot-thi-dua/": campaign.slug,
            "khen-thuong/<slug": campaign.slug,
            "khen-thuong/<int": nomination.pk,
            "chi-tieu/": target.pk,
            "linh-vuc/": target.sector_id,
            "de-muc/": HeadingFactory(sector=target.sector).pk,
            "ky/": period.pk,
            "bao-cao/ky/": period.pk,
            "bao-cao/": report.pk,
            "tep-bao-cao/": report.files.get().pk,
            "tra-cuu/": ReportFactory(period=PeriodFactory(campaign=campaign), issued=True, code="7KQ2M9XD4R").code,
            "tep-don-vi/": ReportFileFactory(report=receipt).pk,
            "ban-ky/": signed_copies.keep(revision, photo, by=reporter, at=NOON).pk,
            "ket-qua/": submission.pk,
            "duyet/": submission.pk,
            "so-lieu/": result.pk,
            "bien-nhan/": revision.pk,
            "minh-chung/": evidence.pk,
            "gia-han/": extension.pk,
            "bang-excel/": WorkbookImportFactory(campaign=campaign).pk,
            "tham-gia/": participation.pk,
            "don-vi/": unit.pk,
            "units/unit/": unit.pk,
            "units/unit/excel/": ward.pk,
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
            "reports/trustroot/": TrustRootFactory(organiser=ward).pk,
        }
        self.target, self.submission = target, submission
        self.reading = PlanReading.objects.create(
            campaign=campaign, text="3. Các chỉ tiêu\n* Kinh tế:\n- Số hộ: 5 hộ.", by=reporter, at=NOON
        )

    def address(self, pattern):
        """A pattern with the world's own things in its places."""
        made = INSTEAD.get(pattern, pattern).replace("<int:target_pk>", str(self.target.pk))
        made = made.replace("<slug:key>", items_of(self.reading)[0].key)
        if "<" in made:
            below = made.removeprefix("quan-tri/")
            thing = self.things[max((start for start in self.things if below.startswith(start)), key=len)]
            made = re.sub(r"<(int:pk|slug:slug|str:code|path:object_id)>", str(thing), made)
        return f"/{made}"


@pytest.fixture
def world(db, time_machine, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    time_machine.move_to(NOON, tick=False)
    return World()


def letter(response):
    if response.status_code == 302 and response.url.startswith(("/dang-nhap/", "/quan-tri/login/")):
        return ">"
    return {403: "3", 404: "4", 405: "5"}.get(response.status_code, "+" if response.status_code < 400 else "!")


def test_every_address_is_in_the_policy():
    assert sorted(walk()) == sorted(EXPECT)


def test_every_address_serves_somebody():
    served_nowhere = {address for address, cells in EXPECT.items() if "+" not in "".join(cells)}
    assert {a for a in served_nowhere if not {a, EXPECT[a][0]} & SERVED_TO_NOBODY} == set()


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", ROLES)
def test_who_may(world, caplog, role, method):
    """Each cell as in the policy; a GET and a refusal write nothing."""
    caplog.set_level("CRITICAL")
    client, place, wrong = Client(), ROLES.index(role), {}
    if role != "anonymous":
        client.force_login(world.people[role])
    signed_in = client.cookies.output()
    for pattern, cells in EXPECT.items():
        client.cookies.load(signed_in.replace("Set-Cookie: ", ""))
        with CaptureQueriesContext(connection) as asked, transaction.atomic():
            response = getattr(client, method)(world.address(pattern))
            if response.streaming:
                list(response.streaming_content)
            transaction.set_rollback(True)
        got, expected = letter(response), cells[method == "post"][place]
        if got != expected:
            wrong[pattern] = f"{got} instead of {expected}"
        elif method == "get" or got != "+":
            written = [query["sql"] for query in asked if re.match("INSERT|UPDATE|DELETE", query["sql"])]
            if written and pattern not in SIGNS_OUT:
                wrong[pattern] = written
    assert wrong == {}
