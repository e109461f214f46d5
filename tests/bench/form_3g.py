"""How long a phone on slow 3G waits for the entry form: first visit, nothing cached, until a typed number is read.

The line is Chromium's own: 400 ms of latency, 750 kbit/s down, 250 kbit/s up.
"""

import shutil
import statistics
import time

from django.db import connection
from playwright.sync_api import expect, sync_playwright

from tests.bench import ward
from tests.bench.figures import Figure, bench
from tests.rig.fixtures import CHROMIUM_FLAGS

TIMES = 5
LINE = {"offline": False, "latency": 400, "downloadThroughput": 750_000 / 8, "uploadThroughput": 250_000 / 8}


@bench("form.on_3g")
def form_on_3g(stage):
    submission = ward.submissions(ward.ward("form-3g", 1))[0]
    ward.fill_in(submission)
    session = ward.signed_in(ward.reporter(submission))
    connection.close()
    with stage.portal() as portal, sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        site = f"http://127.0.0.1:{portal.port}"
        visits = [_visit(browser, site, f"/ket-qua/{submission.pk}/nop/", session) for _ in range(TIMES)]
        browser.close()
    waits, weights = zip(*visits, strict=True)
    middle = statistics.median(waits)
    yield Figure(
        "form.on_3g", middle, "s", f"at most 3 s until the first box reads a number, {TIMES} visits", middle <= 3
    )
    yield Figure("form.on_3g_kB", statistics.median(weights), "kB", "over the line until then", True)


def _visit(browser, site, path, session):
    """(seconds until the first box is typed into and echoes, kB that came over the line) with an empty cache."""
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True, locale="vi-VN"
    )
    context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", LINE)
    came = []
    line.on("Network.dataReceived", lambda piece: came.append(piece["encodedDataLength"]))
    begin = time.perf_counter()
    page.goto(site + path, wait_until="commit")
    page.locator(".num").first.fill("1234,5")
    expect(page.locator(".echo").first).to_contain_text("1.234,5", timeout=30_000)
    waited = time.perf_counter() - begin
    context.close()
    return waited, sum(came) / 1000
