// Saves the results form as it is typed: changed cells go out a moment after the last key, or when a box is left, valid
// or not. What the server does not have yet is kept in this browser, for this person and this form alone, and comes
// back when the form is opened again. A cell that a colleague changed meanwhile shows both texts.
"use strict";

(() => {
  const form = document.getElementById("results") ?? document.getElementById("desk");
  const drafts = form?.querySelector("[data-drafts]")?.formAction;
  if (!drafts) return;

  const PAUSE = 1500;
  const AGAIN = 10000;
  const SHELF = `nhap:${document.getElementById("sign-in-again").dataset.user}:${new URL(drafts).pathname}`;
  let leaves = false; // the person signs out: nothing is kept here any more
  const versions = JSON.parse(form.elements.versions.value);
  const changed = new Set();
  let batch = null; // what was sent and not yet answered: sent again as it was
  let busy = false;
  let timer = 0;

  const isCell = (name) => /^(?:target|prompt|text)\./.test(name);
  const field = (name) => form.elements[name];
  const textOf = (name) => (field(name).type === "checkbox" ? (field(name).checked ? "on" : "") : field(name).value);
  const first = (name) => (field(name) instanceof RadioNodeList ? field(name)[0] : field(name));
  const clock = (moment) => moment.toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" });
  const said = form.querySelector("[data-said]");
  function say(text, state = "") {
    said.textContent = text;
    said.dataset.state = state;
  }
  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  };

  // 1. What the server does not have yet, kept in this browser until it has it.
  function shelve() {
    if (leaves) return;
    const names = new Set([...changed, ...(batch?.keys() ?? [])]);
    try {
      if (names.size) {
        const cells = Object.fromEntries([...names].map((name) => [name, { text: textOf(name), version: versions[name] ?? 0 }]));
        localStorage.setItem(SHELF, JSON.stringify({ at: Date.now(), cells }));
      } else localStorage.removeItem(SHELF);
    } catch {} // a full or forbidden store costs the comfort, not the draft on the server
  }

  function unshelve() {
    let kept;
    try {
      kept = JSON.parse(localStorage.getItem(SHELF));
    } catch {}
    if (!kept) return;
    const isTick = ([name]) => name.endsWith(".sure"); // it appears with the figure that it is about
    const cells = Object.entries(kept.cells);
    for (const [name, { text, version }] of [...cells.filter((cell) => !isTick(cell)), ...cells.filter(isTick)]) {
      if (!isCell(name) || !field(name) || first(name).type === "hidden" || textOf(name) === text) continue;
      versions[name] = version; // so that what a colleague wrote since then comes up beside it
      take(name, text);
    }
    if (changed.size) {
      say(`Đã lấy lại nội dung gõ lúc ${clock(new Date(kept.at))} chưa kịp lưu.`, "unsaved");
      later(PAUSE);
    } else shelve();
  }

  // 2. To the server and back.
  function post(keepalive = false) {
    const known = Object.fromEntries([...batch.keys()].map((name) => [name, versions[name] ?? 0]));
    const token = field("csrfmiddlewaretoken").value;
    const body = new URLSearchParams([["csrfmiddlewaretoken", token], ["versions", JSON.stringify(known)], ...batch]);
    return fetch(drafts, { method: "POST", body, keepalive, redirect: "manual", headers: { Accept: "application/json" } });
  }

  const isSignedOut = (response) => response.type === "opaqueredirect" || response.status === 403;

  async function save() {
    if (busy || !(batch || changed.size)) return;
    busy = true;
    batch ??= new Map([...changed].map((name) => [name, textOf(name)]));
    batch.forEach((text, name) => textOf(name) === text && changed.delete(name));
    try {
      let response = await post();
      if (isSignedOut(response)) {
        say("Chưa lưu – phiên đăng nhập đã hết; nội dung giữ trên máy này.", "unsaved");
        if ((await portalSession.ensure()) === "in") response = await post();
      }
      if (response.ok) accepted(await response.json());
      else if (response.status === 409) clashed((await response.json()).conflicts);
      else if (isSignedOut(response)) later(AGAIN);
      else if (response.status >= 500) {
        say("Chưa lưu – máy chủ bận; nội dung giữ trên máy này và sẽ tự lưu lại.", "unsaved");
        later(Math.max(AGAIN, 1000 * Number(response.headers.get("Retry-After") ?? 0)));
      } else {
        say("Chưa lưu được; đề nghị bấm “Lưu nháp”.", "unsaved");
        batch = null;
      }
    } catch {
      say("Chưa lưu – mất mạng; nội dung giữ trên máy này, có mạng sẽ tự lưu.", "unsaved");
      later(AGAIN);
    }
    busy = false;
    shelve();
    if (!batch && changed.size) later(PAUSE);
  }

  function accepted(answer) {
    batch = null;
    field("versions").value = JSON.stringify(Object.assign(versions, answer.versions));
    form.dispatchEvent(new CustomEvent("kept", { detail: answer }));
    if (answer.locked) tellLocked(answer.locked);
    if (changed.size) return;
    say(`Đã lưu ${answer.saved_at}`, "saved");
    if (![...form.querySelectorAll("[type=file]")].some((input) => input.value)) form.dispatchEvent(new Event("saved"));
  }

  // The period was closed, or the results accepted, while the form stood open.
  function tellLocked(sentence) {
    const line = form.querySelector(".late[data-locked]") ?? Object.assign(document.createElement("p"), { className: "late" });
    line.dataset.locked = "";
    line.setAttribute("role", "alert");
    line.textContent = `${sentence} Nội dung đã gõ vẫn được giữ trong bản nháp.`;
    form.querySelector(".action-bar").prepend(line);
  }

  // 3. The same cell typed by two people.
  function clashed(conflicts) {
    conflicts.forEach(showConflict);
    const keys = conflicts.map(({ key }) => key);
    batch.forEach((text, name) => !keys.includes(name) && changed.add(name));
    batch = null;
  }

  function showConflict({ key, theirs, by, version }) {
    document.getElementById(`${key}.c`)?.remove();
    const box = Object.assign(document.createElement("div"), { className: "conflict", id: `${key}.c` });
    box.setAttribute("role", "alert");
    const choose = (label, choice) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-secondary btn-sm", textContent: label });
      button.addEventListener("click", () => {
        field("versions").value = JSON.stringify(Object.assign(versions, { [key]: version }));
        box.remove();
        choice();
      });
      return button;
    };
    const words = /\.(?:no_data|sure)$/.test(key) ? (theirs ? "có đánh dấu" : "không đánh dấu") : theirs || "(để trống)";
    box.append(`${by} đã ghi: “${words}” `, choose("Lấy nội dung này", () => take(key, theirs)), choose("Giữ nội dung vừa gõ", () => changed.add(key) && save()));
    (first(key).closest(".input-group, .form-check") ?? first(key)).after(box);
    say("Chưa lưu – có ô người khác vừa ghi.", "unsaved");
  }

  function put(name, text) {
    if (field(name).type === "checkbox") field(name).checked = text === "on";
    else field(name).value = text;
  }

  function take(name, text) {
    put(name, text);
    first(name).dispatchEvent(new Event("input", { bubbles: true }));
  }

  // 4. When.
  form.addEventListener("input", ({ target }) => {
    if (!isCell(target.name)) return;
    target.classList.remove("is-invalid");
    changed.add(target.name);
    say("Chưa lưu", "unsaved");
    shelve();
    later(PAUSE);
  });
  form.addEventListener("focusout", save);
  document.addEventListener("signs-out", () => (leaves = true));
  window.addEventListener("online", save);
  window.addEventListener("focus", save);
  window.addEventListener("pagehide", () => {
    if (busy || !(batch || changed.size)) return;
    batch ??= new Map([...changed].map((name) => [name, textOf(name)]));
    post(true).catch(() => {}); // the last word of a page that goes: no answer is heard, and the shelf still has it
  });
  document.querySelectorAll("button[data-takes]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      take(button.dataset.takes, button.dataset.text);
      Object.assign(button, { textContent: "Đã lấy", disabled: true });
    });
  });
  unshelve();
})();
