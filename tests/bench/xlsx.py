"""Workbooks: 30,000 rows written beside the bare writer; 8,000 shares from their upload into the plan."""

import io
import resource
import time
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from campaign_portal import xlsx as door
from campaigns.models import Campaign, Participation
from targets import importing, share_sheet
from targets.models import Allocation, ImportState, Sector, Target, WorkbookImport
from tests.bench import ward
from tests.bench.figures import Figure, bench
from units.models import Membership, Role, Unit, UnitKind, User

ROWS, TIMES = 30_000, 5
UNITS, TARGETS = 200, 40
COLUMNS = [
    door.Column("code", "Mã đơn vị", locked=True),
    door.Column("name", "Đơn vị", 40),
    door.Column("target", "Chỉ tiêu", 40),
    door.Column("share", "Mức giao", kind="number", decimals=2),
    door.Column("result", "Thực hiện", kind="number", decimals=2),
]


@bench("xlsx.write")
def write(stage):
    rows = [
        (f"M{n:05d}", f"Đơn vị mẫu số {n}", f"Chỉ tiêu để đo số {n % 40}", Decimal(n) / 4, Decimal(n) / 3 // 1)
        for n in range(ROWS)
    ]
    ours, bare, content = [], [], b""
    for turn in range(TIMES + 1):
        begin = time.process_time()  # neither waits for anything, and other work of the machine is not theirs
        content = door.write([door.Sheet("Bảng", COLUMNS, rows)])
        between = time.process_time()
        _bare(rows)
        if turn:
            ours.append(between - begin)
            bare.append(time.process_time() - between)
    ratio = min(ours) / min(bare)
    yield Figure("xlsx.write.beside_bare", ratio, "×", "at most 1.5 × the bare writer, 30,000 rows", ratio <= 1.5)
    read = len(door.read_table(content, COLUMNS).rows)
    yield Figure("xlsx.write.rows", read, "rows", "all 30,000, read back through the door", read == ROWS)


def _bare(rows):
    """The writer as its manual calls it for many rows."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Bảng")
    sheet.append([column.title for column in COLUMNS])
    for row in rows:
        sheet.append(row)
    book.save(io.BytesIO())


@bench("xlsx.import_shares")
def import_shares(stage):
    """With a real worker, from the upload through the check and the confirmation until all is written."""
    campaign, staff = _plan()
    content = _filled(campaign)
    client = Client(SERVER_NAME="127.0.0.1")
    client.cookies["sessionid"] = ward.signed_in(staff)
    with stage.worker():
        begin = time.perf_counter()
        file = SimpleUploadedFile("giao-chi-tieu.xlsx", content)
        client.post(f"/dot-thi-dua/{campaign.slug}/excel/", {"kind": "shares", "file": file})
        row = campaign.imports.get()
        _wait(client, row, ImportState.CHECKED)
        checked = time.perf_counter()
        row.refresh_from_db()
        client.get(f"/bang-excel/{row.pk}/")
        client.post(f"/bang-excel/{row.pk}/xac-nhan/", {"seen": importing.digest(row.changes)})
        _wait(client, row, ImportState.APPLIED)
        end = time.perf_counter()
    stored = Allocation.objects.filter(target__campaign=campaign).count()
    yield Figure("xlsx.import_shares.stored", stored, "shares", f"all {UNITS * TARGETS}", stored == UNITS * TARGETS)
    yield Figure("xlsx.import_shares.seconds", end - begin, "s", "at most 5 s with its check", end - begin <= 5)
    yield Figure("xlsx.import_shares.check", checked - begin, "s", "of which until the changes are shown", True)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    yield Figure("xlsx.import_shares.memory", peak, "MB", "at most 300 MB in any process", peak <= 300)


def _wait(client, row, state):
    """Until the row says so, looked at as its page does; in vain for half a minute is a fault."""
    until = time.monotonic() + 30
    while WorkbookImport.objects.values_list("state", flat=True).get(pk=row.pk) != state:
        assert time.monotonic() < until, f"the workbook is {WorkbookImport.objects.get(pk=row.pk).state}"
        time.sleep(0.02)
    assert client.get(f"/bang-excel/{row.pk}/tien-do/").status_code == 200


def _plan():
    """A draft plan with targets and reporting units, nothing given yet, and one of its staff."""
    now = timezone.now()
    organiser = Unit.objects.create(name="Ủy ban nhân dân phường đo Excel", code="xlsx", kind=UnitKind.ORGANISER)
    campaign = Campaign.objects.create(
        organiser=organiser,
        title="Đợt thi đua để đo Excel",
        short_name="Đợt đo Excel",
        slug="do-excel",
        starts_on=now.date(),
        ends_on=now.date(),
    )
    sector = Sector.objects.create(campaign=campaign, name="Lĩnh vực")
    Target.objects.bulk_create(
        Target(
            campaign=campaign,
            sector=sector,
            number=n,
            code=f"CT{n:02d}",
            name=f"Chỉ tiêu để đo số {n}",
            wording=f"Chỉ tiêu để đo số {n}",
            answer="number",
            unit_of_measure="người",
            at_least=Decimal(1000),
        )
        for n in range(1, TARGETS + 1)
    )
    units = Unit.objects.bulk_create(
        Unit(name=f"Đơn vị đo {n}", code=f"X{n}", kind=UnitKind.RESIDENTIAL, organiser=organiser, order=n)
        for n in range(UNITS)
    )
    Participation.objects.bulk_create(Participation(campaign=campaign, unit=unit) for unit in units)
    staff = User.objects.create(username="xlsx-cb", full_name="Cán bộ mẫu")
    Membership.objects.create(user=staff, unit=organiser, role=Role.STAFF)
    ward.settle()
    return campaign, staff


def _filled(campaign):
    """The portal's own workbook with a share typed into every cell."""
    grid = door.read(share_sheet.write(campaign), sheet=share_sheet.TITLE)
    headings = [cell.text for cell in grid.rows[1].values()]
    rows = [
        [grid.rows[number][1].text, "", "", *(Decimal(number + place) for place in range(len(headings) - 3))]
        for number in sorted(grid.rows)
        if number > 1
    ]
    columns = [door.Column(title, title, kind="number") for title in headings]
    return door.write([door.Sheet(share_sheet.TITLE, columns, rows)])
