// The server's clock on the page, and what a hand-in is called from the deadline on, said at that very moment.
"use strict";

(() => {
  const clock = document.querySelector("[data-clock]");
  const passes = Date.parse(document.querySelector("[data-deadline-passes]")?.dataset.deadlinePasses);
  if (!clock) return;

  const WARD = { timeZone: "Asia/Ho_Chi_Minh", hourCycle: "h23" };
  const hours = new Intl.DateTimeFormat("vi-VN", { ...WARD, hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const days = new Intl.DateTimeFormat("vi-VN", { ...WARD, day: "2-digit", month: "2-digit", year: "numeric" });

  function tick() {
    const now = portalClock.now();
    clock.textContent = `${hours.format(now)} ngày ${days.format(now)}`;
    const late = document.querySelectorAll("[data-late][hidden]");
    if (now < passes || !late.length) return;
    late.forEach((notice) => (notice.hidden = false));
    document.querySelectorAll("[data-in-time]").forEach((promise) => (promise.hidden = true));
    document.getElementById("announcements").textContent = late[0].textContent.trim().replace(/\s+/g, " ");
  }

  // A machine that slept, or whose clock was set, asks the server again; without a network it goes on as it was.
  async function ask() {
    if (document.hidden) return;
    try {
      const answer = await fetch(document.getElementById("sign-in-again").dataset.asks, { cache: "no-store", redirect: "manual" });
      const said = Date.parse(answer.headers.get("Date"));
      if (!Number.isNaN(said)) portalClock.set(said + 500); // it is told in whole seconds
    } catch {}
    tick();
  }

  tick();
  setInterval(tick, 1000);
  document.addEventListener("visibilitychange", ask);
})();
