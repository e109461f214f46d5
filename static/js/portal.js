// Small comforts over pages that work without them. No framework, no inline code.
"use strict";

// The server's clock: what the page was told, carried on by this machine's, and set again where a page asks the server.
const portalClock = (() => {
  const told = Date.parse(document.querySelector("[data-server-now]")?.dataset.serverNow);
  const heard = performance.getEntriesByType("navigation")[0]?.responseStart || performance.now();
  let ahead = Number.isNaN(told) ? 0 : told - (Date.now() - (performance.now() - heard));
  return { now: () => Date.now() + ahead, set: (moment) => (ahead = moment - Date.now()) };
})();

(() => {
  const POLL_EVERY = 2000;
  const SLOWEST_POLL = 30000;
  const UNLOCK_AFTER = 30000;

  // 1. A form is sent once: its buttons rest after a submit, and wake when the page is shown again.
  const sends = "button:not([type=button]), input[type=submit]";

  function unlock(form) {
    delete form.dataset.sent;
    [...form.elements].forEach((button) => {
      if (!("resting" in button.dataset)) return;
      button.disabled = false;
      delete button.dataset.resting;
    });
  }

  function rest(form) {
    [...form.elements].forEach((button) => {
      if (!button.matches(sends) || button.disabled) return;
      button.disabled = true;
      button.dataset.resting = "";
    });
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.matches("[method=post i]:not([target])")) return;
    if ("sent" in form.dataset) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "";
    delete form.dataset.dirty;
    setTimeout(() => rest(form)); // after the browser has read the pressed button's own value
    setTimeout(() => unlock(form), UNLOCK_AFTER); // a lost connection must not take the button away for good
  });

  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(unlock));

  // 2. Leaving a form with unsaved changes asks first. An autosave tells so with a "saved" event on its form.
  function markDirty(event) {
    const form = event.target.form;
    if (form && "guard" in form.dataset) form.dataset.dirty = "";
  }

  document.addEventListener("input", markDirty);
  document.addEventListener("change", markDirty);
  document.addEventListener("saved", (event) => delete event.target.dataset.dirty, true);
  window.addEventListener("beforeunload", (event) => {
    if (document.querySelector("form[data-guard][data-dirty]")) event.preventDefault();
  });

  // 3. Time left, counted by the server's clock, not the machine's.
  const DAY = 86400;
  const HOUR = 3600;
  const MINUTE = 60;

  function inWords(seconds) {
    const days = Math.floor(seconds / DAY);
    const hours = Math.floor((seconds % DAY) / HOUR);
    const minutes = Math.floor((seconds % HOUR) / MINUTE);
    if (days) return hours ? `${days} ngày ${hours} giờ` : `${days} ngày`;
    if (hours) return `${hours} giờ ${minutes} phút`;
    if (minutes) return `${minutes} phút ${seconds % MINUTE} giây`;
    return `${seconds} giây`;
  }

  function countDown(element) {
    const deadline = Date.parse(element.dataset.deadline);
    if (Number.isNaN(deadline)) return;
    const show = () => {
      const left = Math.ceil((deadline - portalClock.now()) / 1000);
      const words = left > 0 ? `còn ${inWords(left)}` : `đã quá hạn ${inWords(-left)}`;
      if (element.textContent !== words) element.textContent = words;
    };
    show();
    setInterval(show, 1000);
  }

  document.querySelectorAll("time[data-deadline][data-server-now]").forEach(countDown);

  // 4. A piece that is still being made is fetched again until it no longer asks for it.
  function say(text) {
    const announcements = document.getElementById("announcements");
    if (announcements) announcements.textContent = text;
  }

  function replace(element, html) {
    const template = document.createElement("template");
    template.innerHTML = html.trim();
    const fresh = template.content.firstElementChild;
    if (!fresh || fresh.isEqualNode(element)) return element;
    if (fresh.textContent.trim() !== element.textContent.trim()) say(fresh.textContent.trim().replace(/\s+/g, " "));
    element.replaceWith(fresh);
    return fresh;
  }

  function poll(element, wait = POLL_EVERY) {
    setTimeout(async () => {
      if (!element.isConnected) return;
      try {
        const response = await fetch(element.dataset.poll, { headers: { Accept: "text/html" } });
        if (response.redirected || (response.status >= 400 && response.status < 500)) return; // signed out, or gone
        if (!response.ok) throw new Error(response.statusText);
        const shown = replace(element, await response.text());
        if (shown.dataset.poll) poll(shown);
      } catch {
        poll(element, Math.min(wait * 2, SLOWEST_POLL));
      }
    }, wait);
  }

  document.querySelectorAll("[data-poll]").forEach((element) => poll(element));

  // The sign-in page: show what was typed as the password.
  document.querySelectorAll("button[data-shows]").forEach((button) => {
    const field = document.getElementById(button.dataset.shows);
    button.hidden = false;
    button.addEventListener("click", () => {
      const shown = field.type === "password";
      field.type = shown ? "text" : "password";
      button.textContent = shown ? "Ẩn mật khẩu" : "Hiện mật khẩu";
    });
    field.form.addEventListener("submit", () => (field.type = "password"));
  });
})();
