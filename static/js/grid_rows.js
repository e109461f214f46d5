// The rows of the target grid: what is typed in each and not yet kept, how it is kept, and how rows change places.
// A row goes to the server when it is left; what the server says of it stands beside the cells. Nothing typed is lost.
"use strict";

const gridRows = (() => {
  const whole = document.getElementById("grid");
  if (!whole || "closed" in whole.dataset) return null;

  const AGAIN = 10000;
  const rows = new Map(); // key of a row → what is typed in it: what it waits for
  const dialog = document.getElementById("reason");
  const said = document.querySelector("[data-said]");
  let token = document.querySelector("#paste [name=csrfmiddlewaretoken]").value;
  let waiting = Promise.resolve(); // changes of order go out one after the other
  let adding = Promise.resolve(); // so do new targets, which stand in the order in which they were typed
  let timer = 0;
  let aside = 0;

  const say = (text) => (said.textContent = text);
  const keyOf = (row) => row.dataset.target ?? `new-${row.dataset.sector}-${row.dataset.heading}-${row.dataset.again ?? ""}`;
  const rowOf = (key) => [...whole.querySelectorAll("tbody.target")].find((row) => keyOf(row) === key);
  const cellsOf = (row) => [...row.querySelectorAll(".cell")];
  const cellOf = (row, field) => row.querySelector(`.cell[data-field="${field}"]`);
  const stored = (cell) => (cell.dataset.stored ??= cell.querySelector(".value").textContent);
  const fresh = (more) => ({ typed: {}, faults: {}, doubts: {}, conflict: null, note: "", needsReason: false, ...more });
  const stateOf = (row) => {
    const key = keyOf(row);
    if (!rows.has(key)) rows.set(key, fresh());
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
      if (state.faults[field] || !(field in state.typed)) cell.querySelector(".echo")?.remove();
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

  // How a row stands is said under its name; what has to be done about it, on a line of its own.
  function paintNote(row, state) {
    const trouble = state.conflict || Object.keys(state.faults).length > 0;
    const name = cellOf(row, "name");
    const note = name.querySelector(".row-note") ?? name.appendChild(make("span", "aside row-note", ""));
    if (note.textContent !== state.note) note.textContent = state.note;
    note.classList.toggle("is-bad", Boolean(trouble));
    const line = row.querySelector(".row-said");
    const place = line.firstElementChild;
    const looks = JSON.stringify([state.faults[""], state.conflict, state.needsReason, trouble && isDirty(state)]);
    if (place.dataset.looks === looks) return;
    place.dataset.looks = looks;
    place.replaceChildren();
    if (state.faults[""]) place.append(make("span", "fault", state.faults[""]), " ");
    if (state.conflict) showConflict(row, state, place);
    else if (trouble && isDirty(state)) {
      if (state.needsReason) place.append(button("Ghi lý do và số quyết định", () => askReason(row)), " ");
      place.append(button("Bỏ nội dung chưa lưu", () => forget(row)));
    }
    line.hidden = !place.hasChildNodes();
  }

  function showConflict(row, state, place) {
    const list = make("ul", "conflict", "");
    place.append(make("span", "fault", state.note));
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
    const blank = row.dataset.again && rowOf(keyOf(row).replace(/[0-9]+$/, ""));
    rows.delete(keyOf(row));
    if (blank) row.remove();
    else paint(row);
    focusCell(cellsOf(blank || row)[0]);
  }

  function set(cell, text) {
    const row = cell.closest("tbody");
    const state = stateOf(row);
    const field = cell.dataset.field;
    if (text === textOf(cell)) return;
    if (text === stored(cell) && !(field in (state.sent ?? {}))) delete state.typed[field];
    else state.typed[field] = text;
    delete state.faults[field];
    delete state.doubts[field];
    delete state.faults[""];
    state.note = isDirty(state) ? "Chưa lưu" : "";
    paint(row);
  }

  // --- Keeping a row ----------------------------------------------------------------------------------------------

  function send(address, body) {
    const kind = typeof body === "string" ? { "Content-Type": "application/json" } : {};
    const headers = { "X-CSRFToken": token, Accept: "application/json", ...kind };
    return fetch(address, { method: "POST", body, keepalive: true, headers });
  }

  async function refreshToken() {
    const page = await fetch(location.pathname);
    if (page.redirected) return false;
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("#paste [name=csrfmiddlewaretoken]");
    if (fresh) token = fresh.value;
    return Boolean(fresh);
  }

  async function sendAgain(address, body) {
    const answer = await send(address, body);
    const isSentAway = answer.redirected && new URL(answer.url).pathname !== location.pathname;
    if (!isSentAway && answer.status !== 403) return answer;
    if (await refreshToken()) return send(address, body);
    return null;
  }

  function askToSignIn() {
    if (said.querySelector("a")) return;
    say("Chưa lưu: phiên đăng nhập đã hết. ");
    const link = Object.assign(make("a", "", "Đăng nhập lại ở thẻ mới"), { href: "/", target: "_blank" });
    said.append(link, ", rồi quay lại trang này.");
  }

  function save(row, why = {}) {
    const state = stateOf(row);
    if (state.saving) {
      state.isLeft = true;
      return state.saving;
    }
    if (state.conflict || !isDirty(state) || (state.needsReason && !why.reason)) return undefined;
    if (row.matches(".fresh:not([data-again])")) return save(setAside(row, state));
    const key = keyOf(row);
    const sending = row.dataset.saves ? post(key, row, state, why) : (adding = adding.then(() => post(key, rowOf(key) ?? row, state, why)));
    state.saving = sending.finally(() => {
      const isLeft = state.isLeft && Object.keys(state.typed).some((field) => state.typed[field] !== state.sent?.[field]);
      Object.assign(state, { saving: null, sent: null, isLeft: false });
      const shown = rowOf(key);
      if (shown) paint(shown);
      if (shown && isLeft) save(shown); // typed on while it was on its way
    });
    return state.saving;
  }

  async function post(key, row, state, why) {
    const sent = (state.sent = { ...state.typed });
    const { sector, heading, version = "" } = row.dataset;
    tell(key, { note: "Đang lưu…" });
    try {
      const answer = await sendAgain(row.dataset.saves ?? whole.dataset.addsTo, JSON.stringify({ cells: sent, version, sector, heading, ...why }));
      if (answer?.ok) await kept(key, state, sent, await answer.json());
      else await refused(key, answer);
    } catch {
      tell(key, { note: "Chưa lưu: mất mạng. Sẽ tự lưu lại khi có mạng." });
      clearTimeout(timer);
      timer = setTimeout(saveAll, AGAIN);
    }
  }

  function tell(key, news) {
    Object.assign(rows.get(key) ?? {}, news);
    const row = rowOf(key);
    if (row) paint(row);
  }

  // A new target on its way has a line of its own above the blank one, where the next can be typed at once.
  function setAside(blank, state) {
    aside += 1;
    rows.set(`${keyOf(blank)}${aside}`, fresh({ typed: state.typed, again: aside }));
    Object.assign(state, fresh());
    paint(blank);
    return standAside(blank, aside);
  }

  function standAside(blank, number) {
    if (!blank) return null;
    const row = blank.cloneNode(true);
    row.dataset.again = number;
    row.querySelectorAll(".editor, .echo, .row-note, .fault, .doubt").forEach((part) => part.remove());
    cellsOf(row).forEach((cell) => {
      cell.classList.remove("is-editing");
      cell.removeAttribute("data-active");
      Object.assign(cell.querySelector(".value"), { hidden: false, textContent: "" });
    });
    blank.before(row);
    dress(row);
    return row;
  }

  async function kept(key, state, sent, answer) {
    const note = `Đã lưu ${answer.saved_at}`;
    say(note);
    if (answer.key) {
      rows.delete(key);
      rows.set(String(answer.key), fresh({ doubts: answer.doubts, note }));
      const page = await fetch(location.pathname);
      if (!page.redirected) swap(await page.text(), focused());
      return;
    }
    Object.keys(sent).forEach((field) => state.typed[field] === sent[field] && delete state.typed[field]);
    Object.assign(state, { faults: {}, needsReason: false, note: isDirty(state) ? "Chưa lưu" : note });
    replaceRow(rowOf(key), state, answer);
  }

  async function refused(key, answer) {
    if (answer === null) {
      tell(key, { note: "Chưa lưu" });
      askToSignIn();
    } else if (answer.status === 409) {
      const conflict = await answer.json();
      tell(key, { conflict, note: `Chưa lưu: ${conflict.by} vừa sửa dòng này.` });
      say(rows.get(key).note);
    } else if (answer.status === 422 || answer.status === 400) {
      const { faults, needs_reason: needsReason } = await answer.json();
      const row = rowOf(key);
      const note = needsReason ? "Chưa lưu: cần lý do và số quyết định." : "Chưa lưu: đề nghị sửa.";
      tell(key, { faults, needsReason: Boolean(needsReason), note });
      say(`${note} ${Object.values(faults).join(" ")}`);
      if (row && Object.keys(faults).some((field) => field && cellOf(row, field)?.closest(".more"))) openMore(row, true);
      if (row && needsReason) setTimeout(() => askReason(row));
    } else tell(key, { note: "Chưa lưu được; đề nghị tải lại trang rồi thử lại." });
  }

  function parsed(html) {
    const holder = document.createElement("template");
    holder.innerHTML = `<table>${html}</table>`;
    return holder.content.querySelector("tbody");
  }

  function replaceRow(row, state, kept) {
    if (!row) return;
    const anew = parsed(kept.html);
    const open = !row.querySelector(".more").hidden;
    const inside = document.activeElement?.closest?.("tbody") === row ? document.activeElement : null;
    if (inside?.matches(".editor:not(.is-waiting)")) { // somebody is typing here again: only what is kept underneath changes
      cellsOf(anew).forEach((cell) => (cellOf(row, cell.dataset.field).dataset.stored = cell.querySelector(".value").textContent));
      row.dataset.version = anew.dataset.version;
      return;
    }
    const field = inside?.closest(".cell")?.dataset.field;
    state.doubts = kept.doubts;
    row.replaceWith(anew);
    dress(anew);
    if (open) openMore(anew, true);
    if (inside) focusCell(cellOf(anew, field ?? "name"));
  }

  const saveAll = () => Promise.all([...rows].filter(([, state]) => isDirty(state)).map(([key]) => rowOf(key)).filter(Boolean).map((row) => save(row)));

  function askReason(row) {
    const state = stateOf(row);
    const goal = cellOf(row, "goal");
    if (dialog.open || !goal) return;
    const number = row.querySelector(".row-number").textContent;
    const changed = cellsOf(row).filter((cell) => cell.dataset.field in state.typed && cell.dataset.field !== "name");
    const changes = changed.map((cell) => `${cell.dataset.label} “${stored(cell)}” đổi thành “${textOf(cell)}”`).join("; ");
    dialog.querySelector("[data-change]").textContent = `Chỉ tiêu ${number}, ${textOf(cellOf(row, "name"))}: ${changes}.`;
    const place = focused();
    dialog.returnValue = "";
    dialog.showModal();
    dialog.addEventListener("close", () => {
      const { reason, decision_number: number } = dialog.querySelector("form").elements;
      if (dialog.returnValue === "save") save(row, { reason: reason.value, decision_number: number.value });
      else paint(row);
      restore(place);
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
    const anew = page.getElementById("grid");
    if (!anew) return false;
    const unfolded = [...whole.querySelectorAll("tbody.target .more:not([hidden])")].map((more) => keyOf(more.closest("tbody")));
    const frame = whole.querySelector(".grid-frame");
    const [left, top] = [frame?.scrollLeft ?? 0, frame?.scrollTop ?? 0];
    const open = whole.querySelector(".editor:not(.is-waiting)");
    const typing = open && place ? open.value : null;
    open?.classList.remove("editor"); // it goes with the old table; what it holds opens again below
    whole.replaceChildren(...anew.childNodes);
    document.querySelector("[data-count]").textContent = page.querySelector("[data-count]").textContent;
    const choices = page.getElementById("grid-choices");
    if (choices) document.getElementById("grid-choices").textContent = choices.textContent;
    whole.querySelectorAll("tbody.target").forEach(dress);
    [...rows].filter(([, state]) => state.again).forEach(([key, state]) => standAside(rowOf(key.replace(/[0-9]+$/, "")), state.again));
    unfolded.map(rowOf).filter(Boolean).forEach((row) => openMore(row, true));
    whole.querySelector(".grid-frame")?.scrollTo(left, top);
    const told = [...page.querySelectorAll("main .notice[role]")].map((notice) => notice.textContent.trim()).join(" ");
    if (told) say(told);
    const lost = [...rows].filter(([key, state]) => isDirty(state) && !rowOf(key));
    if (lost.length) say(`Dòng đang gõ không còn trong bảng. Nội dung chưa lưu: ${lost.flatMap(([, state]) => Object.values(state.typed)).join("; ")}`);
    restore(place);
    const row = place && rowOf(place.key);
    if (row && typing !== null) cellOf(row, place.field).dispatchEvent(new CustomEvent("reopen", { bubbles: true, detail: typing }));
    markFirst();
    return true;
  }

  function markFirst() {
    const first = whole.querySelector("tbody.target .cell");
    if (first && !whole.querySelector(".cell[data-active]")) mark(first);
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
    row.querySelectorAll(".row-actions button, .row-actions a, .steps button").forEach((action) => (action.tabIndex = -1));
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
    cell.tabIndex = 0;
    cell.focus();
  }

  // Tab comes to one cell of the grid: the one that had the focus last.
  function mark(cell) {
    whole.querySelectorAll(".cell[data-active]").forEach((old) => {
      old.tabIndex = -1;
      delete old.dataset.active;
    });
    Object.assign(cell, { tabIndex: 0 }).dataset.active = "yes";
  }

  whole.querySelectorAll("tbody.target").forEach(dress);
  markFirst();
  window.addEventListener("online", saveAll);
  window.addEventListener("focus", saveAll);
  window.addEventListener("beforeunload", (event) => {
    if ([...rows.values()].some((state) => state.saving || isDirty(state))) event.preventDefault();
  });

  return { whole, say, keyOf, cellsOf, cellOf, textOf, set, save, saveAll, arrange, dress, openMore, focusCell, mark, rows, stateOf, isDirty };
})();
