// The drafting desk: units' words and figures are put in at the caret, what will be printed is shown while it is typed,
// and the list of what is wrong is fetched again after a save. Saving itself is autosave.js.
"use strict";

(() => {
  const form = document.getElementById("desk");
  if (!form) return;
  const values = JSON.parse(document.getElementById("figure-values").textContent);
  const FOUND = /\{\{([^{}\n]{0,80})\}\}/g;
  const CHECK_AFTER = 4000;

  // 1. Put a text in at the caret; a box never visited takes it at its end.
  const carets = new Map();
  form.addEventListener("focusout", ({ target }) => {
    if (target.matches("textarea")) carets.set(target.name, [target.selectionStart, target.selectionEnd]);
  });

  function put(name, text, { ownLine = false } = {}) {
    const box = form.elements[name];
    const [start, end] = carets.get(name) ?? [box.value.length, box.value.length];
    const before = ownLine && start > 0 && box.value[start - 1] !== "\n" ? "\n" : "";
    box.focus();
    box.setRangeText(before + text, start, end, "end");
    carets.set(name, [box.selectionStart, box.selectionEnd]);
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  form.querySelectorAll("button[data-copies]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const words = document.getElementById(button.dataset.copies).textContent.trim();
      put(button.dataset.into, `${button.dataset.unit}: ${words}`, { ownLine: true });
    });
  });

  // 2. The list of figures is a dialog over the page.
  const list = document.getElementById("placeholders");
  const dialog = Object.assign(document.createElement("dialog"), { id: "put-figure" });
  const closes = Object.assign(document.createElement("div"), { className: "closes" });
  closes.append(Object.assign(document.createElement("button"), { type: "button", className: "btn btn-secondary", textContent: "Đóng" }));
  list.after(dialog);
  dialog.append(list, closes);
  dialog.setAttribute("aria-labelledby", "so-lieu");
  closes.firstChild.addEventListener("click", () => dialog.close());
  let into = "";

  form.querySelectorAll("button[data-puts]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      into = button.dataset.puts;
      find.value = "";
      find.dispatchEvent(new Event("input"));
      dialog.showModal();
      find.focus();
    });
  });
  list.querySelectorAll("button[data-figure]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      dialog.close();
      put(into, button.dataset.figure);
    });
  });

  const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();
  const find = document.getElementById("find-figure");
  find.closest("[data-find]").hidden = false;
  find.addEventListener("input", () => {
    const wanted = folded(find.value).split(/\s+/).filter(Boolean);
    list.querySelectorAll("details").forEach((group, place) => {
      const title = folded(group.querySelector("summary").textContent);
      const rows = [...group.querySelectorAll("tbody tr")];
      rows.forEach((row) => (row.hidden = !wanted.every((word) => `${title} ${folded(row.textContent)}`.includes(word))));
      group.hidden = rows.every((row) => row.hidden);
      group.open = wanted.length ? !group.hidden : place === 0;
    });
  });

  // 3. What will be printed.
  function show(box) {
    const place = form.querySelector(`[data-shows-text="${CSS.escape(box.name)}"]`);
    const words = place.querySelector(".words");
    const pieces = [];
    let last = 0;
    for (const found of box.value.matchAll(FOUND)) {
      const value = values[found[1].trim()];
      const known = Object.hasOwn(values, found[1].trim());
      const mark = Object.assign(document.createElement("mark"), { textContent: known ? value : found[0], className: known ? "" : "unknown" });
      if (!known) mark.title = "Cổng không có ký hiệu này";
      pieces.push(box.value.slice(last, found.index), mark);
      last = found.index + found[0].length;
    }
    words.replaceChildren(...pieces, box.value.slice(last));
    place.hidden = !box.value.trim();
  }

  const boxes = [...form.querySelectorAll("textarea")];
  boxes.forEach(show);
  form.addEventListener("input", ({ target }) => target.matches("textarea") && show(target));

  // 4. A save of the page's own: the form learns what it was read at, and the list of faults is fetched again.
  const checks = document.querySelector("[data-checks]");
  let timer = 0;

  async function check() {
    try {
      const answer = await fetch(checks.dataset.checks, { redirect: "manual", headers: { Accept: "text/html" } });
      if (answer.ok) checks.querySelector("[data-found]").innerHTML = await answer.text();
    } catch {} // without a network the list stays as it was
  }

  form.addEventListener("kept", ({ detail }) => {
    for (const [code, fingerprint] of Object.entries(detail.read ?? {})) {
      form.elements[`read.${code}`].value = fingerprint;
      form.elements[`version.${code}`].value = detail.versions[`text.${code}`];
    }
    clearTimeout(timer);
    timer = setTimeout(check, CHECK_AFTER);
  });
  checks.querySelector("[data-check]").addEventListener("click", (event) => {
    event.preventDefault();
    check();
  });
})();
