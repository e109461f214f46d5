// The proposals read out of a plan: each decision is saved by itself, keys move and decide, goals are read back while typed.
// Without this script the same buttons and links lead through whole pages.
"use strict";

(() => {
  const reading = document.getElementById("reading");
  if (!reading) return;

  const PAUSE = 250;
  const TYPING = "input:not([type=radio]):not([type=checkbox]), textarea, select";
  const json = { headers: { Accept: "application/json" } };
  const cards = () => [...reading.querySelectorAll("article.proposal")];
  const open = () => cards().filter((card) => "open" in card.dataset);
  const current = () => document.activeElement?.closest("article.proposal") ?? reading.querySelector("article.current");

  function say(text) {
    const place = reading.querySelector("[data-said]");
    if (place) place.textContent = text ? ` · ${text}` : "";
  }

  // --- Moving ---------------------------------------------------------------------------------------------------------

  function go(card) {
    if (!card) return;
    cards().forEach((each) => each.classList.toggle("current", each === card));
    card.focus({ preventScroll: true });
    card.closest(".facing").scrollIntoView({ behavior: "instant", block: card.offsetHeight > window.innerHeight / 2 ? "start" : "center" });
  }

  /** The next card of a list after (or before) a place in the page; round the end it starts again. */
  function beside(list, place, step) {
    if (!place) return list.at(step > 0 ? 0 : -1);
    const follows = (card) => Boolean(place.compareDocumentPosition(card) & Node.DOCUMENT_POSITION_FOLLOWING);
    const others = list.filter((card) => card !== place);
    return step > 0 ? (others.find(follows) ?? others[0]) : (others.findLast((card) => !follows(card)) ?? others.at(-1));
  }

  const next = (step, list = open()) => go(beside(list, current(), step) ?? current());

  function writable() {
    const button = document.querySelector("#reading-bar .btn-primary:enabled");
    if (!open().length) button?.focus();
  }

  // --- Deciding -------------------------------------------------------------------------------------------------------

  function replace(old, html) {
    if (!html) {
      old.remove();
      return null;
    }
    const template = document.createElement("template");
    template.innerHTML = html.trim();
    const fresh = template.content.firstElementChild;
    old.replaceWith(fresh);
    dress(fresh);
    return fresh;
  }

  function dress(root) {
    root.querySelectorAll("[data-without-script]").forEach((button) => (button.hidden = true));
    root.querySelectorAll("[data-next]").forEach((button) => (button.hidden = !open().length));
    if (root.matches("[data-next]")) root.hidden = !open().length;
  }

  async function answered(response) {
    const isJson = response.headers.get("Content-Type")?.includes("json");
    if (response.redirected || response.status === 403 || !isJson) {
      say("Chưa lưu: phiên đăng nhập đã hết hoặc trang đã cũ; đề nghị tải lại trang.");
      return null;
    }
    const answer = await response.json();
    if (answer.refused) say(`Chưa lưu: ${answer.refused}`);
    return answer.refused ? null : answer;
  }

  function drawBar(answer) {
    const bar = document.getElementById("reading-bar");
    if (bar && answer.bar) replace(bar, answer.bar);
  }

  async function decide(form, button) {
    if ("sending" in form.dataset) return;
    form.dataset.sending = "";
    const card = form.closest("article.proposal");
    say("Đang lưu…");
    try {
      const response = await fetch(form.action, { method: "POST", body: new FormData(form, button), ...json });
      const answer = await answered(response);
      delete form.dataset.sending;
      if (answer) settle(card, answer, response.ok);
    } catch {
      delete form.dataset.sending;
      say("Chưa lưu: mất mạng; đề nghị bấm lại khi có mạng.");
    }
  }

  function settle(card, answer, saved) {
    const after = beside(open(), card, 1);
    const target = after === card ? null : after;
    const fresh = replace(card, answer.card);
    drawBar(answer);
    if (!saved) {
      say("Chưa lưu: mục này vừa được người khác quyết.");
      return go(fresh);
    }
    if (fresh && fresh.querySelector(".is-invalid, .alert, .notice-error")) {
      say("Chưa lưu: còn ô phải sửa.");
      go(fresh);
      return fresh.querySelector(".is-invalid")?.focus();
    }
    if (answer.reload && !document.querySelector("form[data-dirty]")) {
      location.hash = target?.id ?? fresh?.id ?? "";
      return location.reload();
    }
    say("Đã lưu");
    if (fresh && "open" in fresh.dataset) return go(fresh);
    return target?.isConnected ? go(target) : writable();
  }

  async function redraw(card, address, focusForm) {
    try {
      const answer = await answered(await fetch(address, json));
      if (!answer) return;
      const fresh = replace(card, answer.card);
      go(fresh);
      if (focusForm) fresh.querySelector("form[data-decides] :is(input:not([type=hidden]), textarea, select)")?.focus();
    } catch {
      say("Mất mạng; đề nghị thử lại.");
    }
  }

  reading.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-decides]")) return;
    event.preventDefault();
    decide(event.target, event.submitter ?? event.target.querySelector("button[name=verdict]"));
  });

  reading.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-opens]");
    if (link && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      redraw(link.closest("article.proposal"), link.href, true);
    }
    if (event.target.closest("[data-next]")) next(1);
  });

  reading.addEventListener("change", ({ target }) => {
    if (!target.matches("select[data-kind]")) return;
    redraw(target.closest("article.proposal"), `${target.form.action}?kind=${target.value}`, true);
  });

  reading.addEventListener("focusin", ({ target }) => {
    const card = target.closest("article.proposal");
    if (card) cards().forEach((each) => each.classList.toggle("current", each === card));
  });

  // --- Keys: never while somebody types --------------------------------------------------------------------------------

  const press = (card, what) => card?.querySelector(what)?.click();
  const KEYS = {
    j: () => next(1),
    k: () => next(-1),
    b: (card) => press(card, "button[value=drop]"),
    s: (card) => press(card, "a[data-opens]") ?? card?.querySelector("form[data-decides] :is(input:not([type=hidden]), textarea, select)")?.focus(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const at = event.target;
    if (event.key === "Escape" && at.closest("article.proposal")) return go(at.closest("article.proposal"));
    if (at.matches(TYPING) || at.isContentEditable) return;
    const onCard = at.matches("article.proposal");
    if (event.key === "Enter" && onCard) {
      event.preventDefault();
      return press(at, "button[value=take]");
    }
    if (onCard && ["ArrowDown", "ArrowUp"].includes(event.key)) {
      event.preventDefault();
      return next(event.key === "ArrowDown" ? 1 : -1, cards());
    }
    const act = KEYS[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act(current());
  });

  // --- Reading back ---------------------------------------------------------------------------------------------------

  let asked = 0;
  let timer = 0;

  reading.addEventListener("input", ({ target }) => {
    const form = target.form;
    const box = form?.querySelector("[data-reads]");
    if (!box || !(target === box || target.name === "unit_of_measure")) return;
    clearTimeout(timer);
    timer = setTimeout(() => readBack(form, box), PAUSE);
  });

  async function readBack(form, box) {
    const turn = ++asked;
    const query = new URLSearchParams({ [box.dataset.reads]: box.value });
    if (form.elements.unit_of_measure) query.set("unit_of_measure", form.elements.unit_of_measure.value);
    try {
      const response = await fetch(`${reading.dataset.readBack}?${query}`, json);
      if (!response.ok || response.redirected || turn !== asked) return;
      const { words, wrong } = await response.json();
      const output = form.querySelector("[data-read-back]");
      output.textContent = words;
      output.classList.toggle("wrong", wrong);
    } catch {
      // without a network the words of the last reading stay
    }
  }

  document.querySelectorAll("[data-keys]").forEach((line) => (line.hidden = false));
  dress(reading);
  const named = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  if (named && named.matches("article.proposal")) go(named);
})();
