"""Every main page of every role, on the sample ward, on a phone and on an old desktop: it fits, nothing complains."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.utils import timezone

from campaigns.models import Campaign, CampaignState, Extension
from commendations.models import Nomination, NominationState
from commendations.tests.factories import NominationFactory
from reports.demo import loading
from reports.models import Report, ReportState
from reports.tests.factories import ReportFactory
from targets.models import Answer, Submission, SubmissionState, Target
from units.models import User

SCREENS = {
    "phone": {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True},
    "desktop": {"viewport": {"width": 1366, "height": 768}},
}
FITS = "document.documentElement.scrollWidth <= window.innerWidth"
TOO_SMALL = """[...document.querySelectorAll("main p:not([class]), main td:not([class]), main dd, main .form-control")]
  .filter(e => e.offsetParent && parseFloat(getComputedStyle(e).fontSize) < 16).map(e => e.outerHTML.slice(0, 90))"""


class Sample:
    """The sample ward's campaigns, and what of each kind there is to look at."""

    def __init__(self):
        loading.load(timezone.now())
        self.now = Campaign.objects.get(state=CampaignState.OPEN)
        self.past = Campaign.objects.exclude(pk=self.now.pk).get(slug="kien-an-2025")
        self.period = self.now.periods.order_by("units_due").last()
        self.ratio = Target.objects.filter(campaign=self.now, answer=Answer.RATIO, part_of_whole=True).first()

    def of(self, username, state=None):
        """The newest submission of a person's unit, or one of a state."""
        own = Submission.objects.filter(period__campaign=self.now)
        if username:
            own = own.filter(unit__memberships__user__username=username)
        return (own.filter(state=state) if state else own).order_by("-period__units_due").first()

    def unit(self, username):
        submission = self.of(username)
        pages = ["/", f"/ket-qua/{submission.pk}/", f"/ket-qua/{submission.pk}/nop/"]
        pages += [f"/ket-qua/{submission.pk}/chu-de/", f"/ket-qua/{submission.pk}/xin-gia-han/"]
        return pages + [f"/bien-nhan/{revision.pk}/" for revision in submission.revisions.all()[:1]]

    def staff(self):
        target = f"/chi-tieu/{self.ratio.pk}/"
        plan = f"/dot-thi-dua/{self.now.slug}/"
        pages = ["/", "/dot-thi-dua/", plan, f"{plan}chi-tieu/them/", target, f"{target}sua/", f"{target}giao/"]
        return [*pages, f"{plan}chi-tieu/", f"{plan}chi-tieu/dan/", *self.editor(plan)]

    def editor(self, plan):
        names = ["sua", "phong-trao", "cau-hoi", "don-vi", "don-vi/?xep=cum", "ky/them"]
        pages = [f"{plan}{name}" if "?" in name else f"{plan}{name}/" for name in names]
        part = self.now.participations.first()
        return ["/dot-thi-dua/them/", *pages, f"/ky/{self.period.pk}/sua/", f"/tham-gia/{part.pk}/thoi/"]

    def figures(self):
        period = f"/ky/{self.period.pk}/"
        return [period, f"{period}tinh-hinh-nop/", f"{period}chi-tieu/{self.ratio.pk}/", f"{period}cho-duyet/"]

    def office(self):
        pages = ["/", *self.figures(), f"/ky/{self.period.pk}/khoa-so/"]
        submitted, accepted = self.of("", SubmissionState.SUBMITTED), self.of("", SubmissionState.ACCEPTED)
        pages += [f"/duyet/{self.of('', state).pk}/" for state in SubmissionState]
        pages += [f"/duyet/{submitted.pk}/tra-lai/?revision={submitted.current_revision.number}"]
        pages += [f"/duyet/{accepted.pk}/mo-lai/", f"/duyet/{submitted.pk}/gia-han/"]
        pages += [f"/duyet/{self.of('', SubmissionState.DRAFT).pk}/nhap-thay/"]
        pages += [f"/gia-han/{Extension.objects.get(granted=None).pk}/quyet-dinh/"]
        pages += [f"/bao-cao/ky/{self.period.pk}/", f"/bao-cao/ky/{self.period.pk}/soan/"]
        issued = Report.objects.filter(state=ReportState.ISSUED).first()
        failed = ReportFactory(period=self.period, failed=True)
        approved = ReportFactory(period=self.period, approved=True)
        pages += [report.get_absolute_url() for report in (issued, failed, approved)]
        pages += [f"/bao-cao/{approved.pk}/ban-hanh/", f"/bao-cao/{approved.pk}/thu-hoi/"]
        pages += ["/khen-thuong/", f"/khen-thuong/{self.now.slug}/de-nghi/"]
        return [*pages, Nomination.objects.first().get_absolute_url(), "/doi-mat-khau/"]

    def leader(self):
        ready = ReportFactory(period=self.period, ready=True)
        checked = Nomination.objects.filter(state=NominationState.CHECKED).first() or NominationFactory(
            campaign=self.now, checked=True
        )
        pages = ["/", *self.figures(), ready.get_absolute_url(), "/khen-thuong/", checked.get_absolute_url()]
        return [*pages, f"/khen-thuong/{checked.pk}/khong-dong-y/"]

    def people(self):
        """{user name, "" for nobody: addresses}."""
        return {
            "": ["/dang-nhap/"],
            "canbo": self.staff(),
            "lanhdao": self.leader(),
            "vhxh": self.office(),
            **{username: self.unit(username) for username in ("th1", "mn2", "mn3", "to03", "to28")},
        }


def session_of(username, address):
    client = Client()
    client.force_login(User.objects.get(username=username))
    return {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}


def serious(results):
    return [
        f"{found['id']}: {found['nodes'][0]['html'][:120]} ({len(found['nodes'])} ×)"
        for found in results.response["violations"]
        if found["impact"] in ("serious", "critical")
    ]


@pytest.mark.timeout(600)
def test_every_page_fits_reads_well_and_complains_of_nothing(portal_server, new_context, page_errors):
    sample, faults = Sample(), {}
    for username, addresses in sample.people().items():
        for screen, options in SCREENS.items():
            context = new_context(**options)
            if username:
                context.add_cookies([session_of(username, portal_server.url)])
            page = context.new_page()
            for address in addresses:
                answer = page.goto(address)
                found = [] if answer.status == 200 else [f"status {answer.status}"]
                if not page.evaluate(FITS):
                    found.append("wider than the screen")
                found += [f"small text: {text}" for text in page.evaluate(TOO_SMALL)[:2]]
                if page.locator("h1").count() != 1:
                    found.append("not one main heading")
                if page.locator("main .btn-primary:visible").count() > 1:
                    found.append("more than one primary action")
                found += serious(Axe().run(page)) + page_errors
                page_errors.clear()
                if found:
                    faults[username, screen, address] = found
            context.close()
    assert faults == {}
