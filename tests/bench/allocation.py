"""The allocation sheet of 200 units and 40 targets: the server's part, the whole in a browser, and saving one cell."""

import shutil
from datetime import timedelta
from decimal import Decimal

from django.db import connection
from django.utils import timezone
from playwright.sync_api import sync_playwright

from campaigns.models import Campaign, Participation
from targets.models import Allocation, Answer, Sector, Target
from tests.bench import ward
from tests.bench.figures import Figure, bench
from tests.bench.pages import measure
from tests.rig.fixtures import CHROMIUM_FLAGS
from units.models import Membership, Role, Unit, UnitKind, User

UNITS, TARGETS = 200, 40
OPENINGS, SAVES = 7, 30
DRAWN = "() => new Promise((tell) => requestAnimationFrame(() => setTimeout(() => tell(performance.now()))))"
CLOCK = """
() => {
  let pressed = 0;
  window.waits = [];
  document.addEventListener("keydown", (event) => event.key === "Enter" && (pressed = performance.now()), true);
  const said = document.getElementById("sheet-said");
  new MutationObserver(() => said.textContent.startsWith("Đã lưu") && waits.push(performance.now() - pressed))
    .observe(said, { childList: true });
}
"""


def _plan(code):
    """A draft campaign in which every unit holds every target with a goal of its own; its editor."""
    now = timezone.now()
    organiser = Unit.objects.create(name=f"Ủy ban nhân dân phường {code}", code=code, kind=UnitKind.ORGANISER)
    campaign = Campaign.objects.create(
        organiser=organiser, title="Đợt thi đua để đo", short_name="Đợt thi đua để đo", slug=code,
        starts_on=now.date(), ends_on=now.date() + timedelta(days=200),
        signer_block="CHỦ TỊCH", signer_name="Người ký mẫu", report_addressee="Thành phố", report_recipients="Lưu: VT",
    )  # fmt: skip
    sectors = [Sector.objects.create(campaign=campaign, name=f"Lĩnh vực {n}", order=n) for n in range(5)]
    targets = Target.objects.bulk_create(
        Target(
            campaign=campaign, sector=sectors[n * 5 // TARGETS], number=n + 1, code=f"CT{n + 1:02d}",
            wording=f"Chỉ tiêu để đo số {n + 1}", name=f"Chỉ tiêu để đo số {n + 1}, dài như trong kế hoạch của phường",
            answer=Answer.NUMBER, unit_of_measure="người", at_least=Decimal(20_000),
        )
        for n in range(TARGETS)
    )  # fmt: skip
    units = Unit.objects.bulk_create(
        Unit(name=f"Tổ dân phố số {n}", code=f"T{n}", kind=UnitKind.RESIDENTIAL, organiser=organiser, order=n)
        for n in range(UNITS)
    )
    Participation.objects.bulk_create(Participation(campaign=campaign, unit=unit) for unit in units)
    Allocation.objects.bulk_create(
        Allocation(target=target, unit=unit, at_least=Decimal(100), since=now) for target in targets for unit in units
    )
    editor = User.objects.create(username=f"{code}-cb", full_name="Cán bộ mẫu")
    Membership.objects.create(user=editor, unit=organiser, role=Role.STAFF)
    ward.settle()
    return campaign, editor


@bench("allocation")
def allocation(stage):
    campaign, editor = _plan("allocation")
    path = f"/dot-thi-dua/{campaign.slug}/giao/"
    p95, queries, _ = measure(editor, path)
    yield Figure("allocation.page_ms", p95, "ms", f"at most 250 ms of server time, {UNITS} × {TARGETS}", p95 <= 250)
    yield Figure("allocation.queries", queries, "queries", "at most 12", queries <= 12)
    session = ward.signed_in(editor)
    connection.close()
    with stage.portal() as portal:
        opened, waits = _in_a_browser(f"http://127.0.0.1:{portal.port}", path, session)
    middle = sorted(opened)[len(opened) // 2]
    yield Figure("allocation.open", middle / 1000, "s", "at most 1.0 s until the table is drawn", middle <= 1000)
    slow = sorted(waits)[int(len(waits) * 0.95)]
    yield Figure("allocation.save_cell", slow, "ms", "at most 100 ms from Enter to “Đã lưu”, 95 %", slow <= 100)


def _in_a_browser(site, path, session):
    """(ms from address to drawn table, ms from Enter to saved), each several times."""
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="vi-VN")
        context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        page = context.new_page()
        opened = []
        for _ in range(OPENINGS):
            page.goto(site + path)
            opened.append(page.evaluate(DRAWN))
            assert page.locator("#sheet-table td[data-row]").count() == UNITS * TARGETS
        page.evaluate(CLOCK)
        page.locator("td[data-row='0'][data-column='0']").click()
        for number in range(SAVES):
            page.keyboard.type(str(1000 + number))
            page.keyboard.press("Enter")
            while page.evaluate("waits.length") <= number:
                page.wait_for_timeout(5)
        waits = page.evaluate("waits")
        browser.close()
    return opened, waits
