// The rows of the target grid: what is typed in each and not yet kept, how it is kept, and how rows change places.
// A row goes to the server when it is left; what the server says of it stands beside the cells. Nothing typed is lost.
"use strict";

const gridRows = (() => {
  const whole = document.getElementById("grid");
  if (!whole || "closed" in whole.dataset) return null;

  const AGAIN = 10000;
  const rows = new Map(); // key of a row → what is typed in it: {typed, faults, doubts, conflict, busy, …}
  const dialog = document.getElementById("reason");
  const said = document.querySelector("[data-said]");
  let token = document.querySelector("#paste [name=csrfmiddlewaretoken]").value;
  let waiting = Promise.resolve(); // changes of order go out one after the other
  let timer = 0;

  const say = (text) => (said.textContent = text);
  const keyOf = (row) => row.dataset.target ?? `new-${row.dataset.sector}-${row.dataset.heading}`;
  const rowOf = (key) => [...whole.querySelectorAll("tbody.target")].find((row) => keyOf(row) === key);
  const cellsOf = (row) => [...row.querySelectorAll(".cell")];
  const cellOf = (row, field) => row.querySelector(`.cell[data-field="${field}"]`);
  const stored = (cell) => (cell.dataset.stored ??= cell.querySelector(".value").textContent);
  const stateOf = (row) => {
    const key = keyOf(row);
    if (!rows.has(key)) rows.set(key, { typed: {}, faults: {}, doubts: {}, conflict: null, note: "" });
    return rows.get(key);
  };
  const textOf = (cell) => stateOf(cell.closest("tbody")).typed[cell.dataset.field] ?? stored(cell);
  const isDirty = (state) => Object.keys(state.typed).length > 0;
  const make = (tag, className, text) => Object.assign(document.createElement(tag), { className, textContent: text });

  // --- What a row looks like --------------------------------------------------------------------------------------

  function paint(row) {
    const state = stateOf(row);
    for (const cell of cellsOf(row)) {
      const field = cell.dataset.field;
      const text = textOf(cell);
      const value = cell.querySelector(".value");
      if (value.textContent !== text) value.textContent = text;
      cell.classList.toggle("is-blank", !text);
      cell.classList.toggle("is-typed", field in state.typed);
      cell.classList.toggle("is-wrong", field in state.faults);
      cell.querySelectorAll(".fault, .doubt").forEach((old) => old.remove());
      if (state.faults[field]) cell.append(make("span", "fault", state.faults[field]));
      else if (state.doubts[field]) cell.append(make("span", "doubt", state.doubts[field]));
      cell.setAttribute("aria-invalid", String(field in state.faults));
    }
    paintNote(row, state);
  }

  function button(label, act) {
    const made = make("button", "btn btn-secondary btn-sm", label);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  }

  function paintNote(row, state) {
    const line = row.querySelector(".row-said");
    const place = line.firstElementChild;
    const shown = { note: state.note, faults: state.faults, conflict: state.conflict, tools: isDirty(state) };
    const looks = JSON.stringify(shown);
    if (place.dataset.looks === looks) return;
    place.dataset.looks = looks;
    place.replaceChildren();
    const troubled = state.conflict || Object.keys(state.faults).length;
    if (state.note) place.append(make("span", troubled ? "note is-bad" : "note", state.note), " ");
    if (state.faults[""]) place.append(make("span", "fault", state.faults[""]), " ");
    if (state.conflict) showConflict(row, state, place);
    else if (troubled && isDirty(state)) {
      if (state.needsReason) place.append(button("Ghi lý do và số quyết định", () => askReason(row)), " ");
      place.append(button("Bỏ nội dung chưa lưu", () => forget(row)));
    }
    line.hidden = !place.hasChildNodes();
  }

  function showConflict(row, state, place) {
    const list = make("ul", "conflict", "");
    for (const cell of cellsOf(row)) {
      const field = cell.dataset.field;
      const theirs = state.conflict.cells[field] ?? "";
      if (theirs === stored(cell) && !(field in state.typed)) continue;
      const mine = field in state.typed ? `; bạn gõ: “${state.typed[field]}”` : "";
      list.append(make("li", "", `${cell.dataset.label}: đang lưu “${theirs}”${mine}`));
    }
    place.append(list, button("Lấy nội dung đang lưu", () => settle(row, false)), " ");
    place.append(button("Lưu nội dung tôi gõ", () => settle(row, true)));
  }

  function settle(row, keepMine) {
    const state = stateOf(row);
    cellsOf(row).forEach((cell) => (cell.dataset.stored = state.conflict.cells[cell.dataset.field] ?? ""));
    row.dataset.version = state.conflict.version;
    Object.assign(state, { conflict: null, note: "" });
    if (!keepMine) Object.assign(state, { typed: {}, faults: {}, doubts: {} });
    paint(row);
    if (keepMine) save(row);
    focusCell(cellsOf(row)[0]);
  }

  function forget(row) {
    Object.assign(stateOf(row), { typed: {}, faults: {}, doubts: {}, conflict: null, note: "", needsReason: false });
    paint(row);
    focusCell(cellsOf(row)[0]);
  }

  function set(cell, text) {
    const row = cell.closest("tbody");
    const state = stateOf(row);
    const field = cell.dataset.field;
    if (text === textOf(cell)) return;
    if (text === stored(cell)) delete state.typed[field];
    else state.typed[field] = text;
    delete state.faults[field];
    delete state.doubts[field];
    delete state.faults[""];
    state.note = isDirty(state) ? "Chưa lưu" : "";
    paint(row);
  }

  // --- Keeping a row ----------------------------------------------------------------------------------------------

  const send = (address, body) =>
    fetch(address, { method: "POST", body, keepalive: true, headers: { "X-CSRFToken": token, Accept: "application/json" } });

  async function refreshToken() {
    const page = await fetch(location.pathname);
    if (page.redirected) return false;
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("#paste [name=csrfmiddlewaretoken]");
    if (fresh) token = fresh.value;
    return Boolean(fresh);
  }

  async function sendAgain(address, body) {
    const answer = await send(address, body);
    if (!answer.redirected && answer.status !== 403) return answer;
    if (await refreshToken()) return send(address, body);
    return null;
  }

  function askToSignIn() {
    if (said.querySelector("a")) return;
    say("Chưa lưu: phiên đăng nhập đã hết. ");
    const link = Object.assign(make("a", "", "Đăng nhập lại ở thẻ mới"), { href: "/", target: "_blank" });
    said.append(link, ", rồi quay lại trang này.");
  }

  async function save(row, why = {}) {
    const key = keyOf(row);
    const state = stateOf(row);
    if (state.busy || state.conflict || !isDirty(state)) return;
    if (state.needsReason && !why.reason) return;
    state.busy = true;
    const sent = { ...state.typed };
    const { sector, heading, version = "" } = row.dataset;
    state.note = "Đang lưu…";
    paint(row);
    try {
      const answer = await sendAgain(row.dataset.saves ?? whole.dataset.addsTo, JSON.stringify({ cells: sent, version, sector, heading, ...why }));
      state.busy = false;
      if (answer === null) askToSignIn();
      else await take(key, state, sent, answer);
    } catch {
      state.busy = false;
      state.note = "Chưa lưu: mất mạng. Sẽ tự lưu lại khi có mạng.";
      clearTimeout(timer);
      timer = setTimeout(saveAll, AGAIN);
    }
    const shown = rowOf(key);
    if (shown) paint(shown);
  }

  async function take(key, state, sent, answer) {
    const row = rowOf(key);
    if (answer.ok) {
      const kept = await answer.json();
      Object.keys(sent).forEach((field) => state.typed[field] === sent[field] && delete state.typed[field]);
      Object.assign(state, { faults: {}, needsReason: false, note: isDirty(state) ? "Chưa lưu" : `Đã lưu ${kept.saved_at}` });
      say(isDirty(state) ? "" : `Đã lưu ${kept.saved_at}`);
      if (kept.key) await added(key, state, kept);
      else replaceRow(row, state, kept);
    } else if (answer.status === 409) {
      state.conflict = await answer.json();
      state.note = `Chưa lưu: ${state.conflict.by} vừa sửa dòng này.`;
      say(state.note);
    } else if (answer.status === 422 || answer.status === 400) {
      const { faults, needs_reason: needsReason } = await answer.json();
      const wrong = Object.keys(faults).filter((field) => cellOf(row, field));
      Object.assign(state, { faults, needsReason: Boolean(needsReason) });
      state.note = needsReason ? "Chưa lưu: mức mới cần lý do và số quyết định." : "Chưa lưu: đề nghị sửa.";
      say(`${state.note} ${Object.values(faults).join(" ")}`);
      if (wrong.some((field) => cellOf(row, field).closest(".more"))) openMore(row, true);
      if (needsReason) setTimeout(() => askReason(row));
    } else {
      state.note = "Chưa lưu được; đề nghị tải lại trang rồi thử lại.";
    }
  }

  function parsed(html) {
    const holder = document.createElement("template");
    holder.innerHTML = `<table>${html}</table>`;
    return holder.content.querySelector("tbody");
  }

  function replaceRow(row, state, kept) {
    if (!row) return;
    const fresh = parsed(kept.html);
    const open = !row.querySelector(".more").hidden;
    const inside = document.activeElement?.closest?.("tbody") === row ? document.activeElement : null;
    if (inside?.matches(".editor")) { // somebody is typing here again: only what is kept underneath changes
      cellsOf(fresh).forEach((cell) => (cellOf(row, cell.dataset.field).dataset.stored = cell.querySelector(".value").textContent));
      row.dataset.version = fresh.dataset.version;
      return;
    }
    const field = inside?.dataset?.field;
    state.doubts = kept.doubts;
    row.replaceWith(fresh);
    dress(fresh);
    if (open) openMore(fresh, true);
    if (inside) focusCell(cellOf(fresh, field ?? "name"));
  }

  async function added(key, state, kept) {
    rows.delete(key);
    const place = focused();
    if (isDirty(state)) rows.set(String(kept.key), { ...state, doubts: {} });
    else rows.set(String(kept.key), { typed: {}, faults: {}, doubts: kept.doubts, conflict: null, note: `Đã lưu ${kept.saved_at}` });
    const page = await fetch(location.pathname);
    if (!page.redirected) swap(await page.text(), place);
  }

  const saveAll = () => Promise.all([...rows].filter(([, state]) => isDirty(state)).map(([key]) => rowOf(key)).filter(Boolean).map((row) => save(row)));

  function askReason(row) {
    const state = stateOf(row);
    const goal = cellOf(row, "goal");
    if (dialog.open || !goal) return;
    const number = row.querySelector(".stick-a").textContent.replace("⠿", "").trim();
    dialog.querySelector("[data-change]").textContent = `Chỉ tiêu ${number}, ${textOf(cellOf(row, "name"))}: mức ${stored(goal)} đổi thành ${textOf(goal)}.`;
    const place = focused();
    dialog.returnValue = "";
    dialog.showModal();
    dialog.addEventListener("close", () => {
      const { reason, decision_number: number } = dialog.querySelector("form").elements;
      if (dialog.returnValue === "save") save(row, { reason: reason.value, decision_number: number.value });
      else paint(row);
      restore(place);
      state.note ||= "Chưa lưu";
    }, { once: true });
  }

  // --- The whole table anew ---------------------------------------------------------------------------------------

  const focused = () => {
    const cell = document.activeElement?.closest?.("#grid .cell");
    const row = cell?.closest("tbody");
    return row ? { key: keyOf(row), field: cell.dataset.field } : null;
  };

  function restore(place) {
    const row = place && rowOf(place.key);
    if (row && !dialog.open) focusCell(cellOf(row, place.field) ?? cellOf(row, "name"));
  }

  function swap(html, place) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const fresh = page.getElementById("grid");
    if (!fresh) return false;
    const open = [...whole.querySelectorAll("tbody.target .more:not([hidden])")].map((more) => keyOf(more.closest("tbody")));
    const frame = whole.querySelector(".grid-frame");
    const [left, top] = [frame?.scrollLeft ?? 0, frame?.scrollTop ?? 0];
    whole.replaceChildren(...fresh.childNodes);
    document.querySelector("[data-count]").textContent = page.querySelector("[data-count]").textContent;
    const choices = page.getElementById("grid-choices");
    if (choices) document.getElementById("grid-choices").textContent = choices.textContent;
    whole.querySelectorAll("tbody.target").forEach(dress);
    open.map(rowOf).filter(Boolean).forEach((row) => openMore(row, true));
    whole.querySelector(".grid-frame")?.scrollTo(left, top);
    const told = [...page.querySelectorAll("main .notice[role]")].map((notice) => notice.textContent.trim()).join(" ");
    if (told) say(told);
    const lost = [...rows].filter(([key, state]) => isDirty(state) && !rowOf(key));
    if (lost.length) say(`Dòng đang gõ không còn trong bảng. Nội dung chưa lưu: ${lost.flatMap(([, state]) => Object.values(state.typed)).join("; ")}`);
    restore(place);
    return true;
  }

  // A change of order, once everything typed is kept; the page that comes back is the table as it is now.
  function arrange(address, fields, place = focused()) {
    waiting = waiting.then(async () => {
      await saveAll();
      try {
        const body = new URLSearchParams({ csrfmiddlewaretoken: token, ...fields });
        const answer = await sendAgain(address, body);
        if (answer === null || !swap(await answer.text(), place)) askToSignIn();
      } catch {
        say("Chưa chuyển được: mất mạng. Đề nghị thử lại.");
      }
    });
    return waiting;
  }

  function dress(row) {
    if (row.classList.contains("fresh")) row.hidden = false;
    cellsOf(row).forEach((cell) => (cell.tabIndex = -1));
    const more = row.querySelector("[data-more]");
    if (more) more.hidden = false;
    row.querySelectorAll(".row-actions button, .row-actions a").forEach((action) => (action.tabIndex = -1));
    const handle = row.querySelector(".handle");
    if (handle) handle.draggable = true;
    paint(row);
  }

  function openMore(row, open) {
    row.querySelector(".more").hidden = !open;
    row.querySelector("[data-more]").setAttribute("aria-expanded", String(open));
  }

  function focusCell(cell) {
    if (!cell) return;
    whole.querySelectorAll(".cell[tabindex='0']").forEach((old) => (old.tabIndex = -1));
    cell.tabIndex = 0;
    cell.focus();
  }

  window.addEventListener("online", saveAll);
  window.addEventListener("focus", saveAll);
  window.addEventListener("beforeunload", (event) => {
    if ([...rows.values()].some((state) => isDirty(state))) event.preventDefault();
  });

  return { whole, say, keyOf, cellsOf, cellOf, textOf, set, save, saveAll, arrange, dress, openMore, focusCell, rows, isDirty };
})();
