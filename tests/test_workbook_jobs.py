"""Workbooks with a real worker on the active broker: one that is killed while it writes leaves nothing half-written."""

import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import load_workbook

from campaign_portal.tests.workbooks import saved
from campaigns.models import CampaignState
from campaigns.tests.factories import CampaignFactory, ParticipationFactory
from targets import importing, share_sheet
from targets.models import Allocation, ImportState
from targets.tests.factories import SectorFactory, TargetFactory
from tests.rig.servers import wait_until
from units.models import Unit, UnitKind
from units.tests.factories import UserFactory

pytestmark = pytest.mark.timeout(240)
TARGETS, UNITS = 20, 150


@pytest.fixture
def campaign(transactional_db):
    """A plan big enough that writing all its shares takes a while."""
    campaign = CampaignFactory(state=CampaignState.DRAFT)
    sector = SectorFactory(campaign=campaign)
    for number in range(1, TARGETS + 1):
        TargetFactory(campaign=campaign, sector=sector, number=number)
    units = Unit.objects.bulk_create(
        Unit(name=f"Tổ {n}", code=f"T{n}", kind=UnitKind.RESIDENTIAL, organiser=campaign.organiser, order=n)
        for n in range(UNITS)
    )
    for unit in units:
        ParticipationFactory(campaign=campaign, unit=unit)
    return campaign


def send(client, campaign):
    """Upload the portal's own workbook with a share typed into every cell; the row that asks for it."""
    book = load_workbook(io.BytesIO(share_sheet.write(campaign)))
    sheet = book[share_sheet.TITLE]
    for row in sheet.iter_rows(min_row=2, min_col=4):
        for cell in row:
            cell.value = Decimal(cell.row)
    file = SimpleUploadedFile("giao.xlsx", saved(book))
    client.post(f"/dot-thi-dua/{campaign.slug}/excel/", {"kind": "shares", "file": file})
    return campaign.imports.get()


def reaches(row, state):
    def has():
        row.refresh_from_db()
        return row.state == state

    return has


def test_a_worker_killed_while_it_writes_shares_leaves_none_and_another_writes_all(client, campaign, worker):
    client.force_login(UserFactory(staff_of=campaign.organiser))
    worker.start()  # without a beat: the page's own ring is enough
    row = send(client, campaign)
    wait_until(reaches(row, ImportState.CHECKED), "the check", seconds=60)
    assert (row.rows_done, row.rows_total) == (UNITS, UNITS)

    client.post(f"/bang-excel/{row.pk}/xac-nhan/", {"seen": importing.digest(row.changes)})
    wait_until(lambda: campaign.imports.get().leased_until, "the worker to begin to write", every=0.005)
    worker.kill()

    row.refresh_from_db()
    assert (row.state, Allocation.objects.count()) == (ImportState.APPLYING, 0)
    campaign.imports.update(leased_until=timezone.now())  # three minutes later
    worker.start(beat=True)
    wait_until(reaches(row, ImportState.APPLIED), "the shares to be written after all", seconds=60)
    assert Allocation.objects.count() == TARGETS * UNITS
    assert row.attempts == 2
