// The allocation sheet: plain table cells, one editor that moves among them. What is typed is read by the server: in a
// draft it is saved at once, in an open campaign it waits in the table until it is saved by a decision.
"use strict";

const allocationSheet = (() => {
  const source = document.getElementById("sheet-data");
  if (!source) return null;

  const AGAIN = 10000;
  const [NAME_WIDTH, SUM_WIDTH, UNIT_WIDTH] = [17, 10, 7.25]; // rem, as sheet.css has them: a fixed table needs the whole
  const data = JSON.parse(source.textContent);
  const { targets, units, cells, baselines } = data;
  const byId = (id) => document.getElementById(id);
  const table = byId("sheet-table");
  const frame = byId("sheet-frame");
  const form = byId("sheet-form");
  const filters = ["kind", "cluster", "sector", "unit"].map((name) => byId(`filter-${name}`));
  const rowOf = new Map(targets.map((target, row) => [target.id, row]));
  const columnOf = new Map(units.map((unit, column) => [unit[0], column]));
  const edits = new Map(); // "row,column": {text, state?, fault?, theirs?}
  const waiting = new Set(); // keys that the server has not read yet
  let shown = { rows: [], columns: [] };
  let grid = new Map(); // "row,column": its <td>
  let sumCells = new Map();
  let active = null; // {row, column}, places in targets and units
  let anchor = null;
  let selected = [];
  let busy = false;
  let sent = new Map(); // the edits that are on their way to the server
  let timer = 0;

  // --- What a cell is ------------------------------------------------------------------------------------------------

  const keyOf = (row, column) => `${row},${column}`;
  const placesOf = (key) => key.split(",").map(Number);
  const make = (tag, fields = {}, ...content) => {
    const element = Object.assign(document.createElement(tag), fields);
    element.append(...content);
    return element;
  };

  // The state that counts now: what waits to be saved before what is saved.
  const stateOf = (row, column) => edits.get(keyOf(row, column))?.state ?? cells[row][column];
  const textOf = (row, column) => {
    const edit = edits.get(keyOf(row, column));
    return edit && edit.state === undefined ? edit.text : shareStates.text(stateOf(row, column));
  };
  const wordsOf = (row, state) => (state === "" ? "không giao" : state === ":" ? (targets[row].without ? `giao, ${targets[row].without}` : "giao") : shareStates.text(state));

  function paint(row, column) {
    const cell = grid.get(keyOf(row, column));
    if (!cell) return;
    const edit = edits.get(keyOf(row, column));
    const state = stateOf(row, column);
    const typed = edit && edit.state === undefined;
    const words = typed ? edit.text || "(trống)" : state === ":" ? targets[row].without || "có" : shareStates.text(state);
    if (cell.textContent !== words) cell.textContent = words; // every change lays the whole table out again
    const look = [
      state === ":" && !typed && "plain",
      edit && (edit.fault ? "wrong" : edit.theirs !== undefined ? "contested" : "pending"),
      !units[column][5] && "closed",
      selected.includes(cell) && "selected",
    ];
    cell.className = look.filter(Boolean).join(" ");
    if (edit?.fault) {
      cell.title = edit.fault;
      cell.setAttribute("aria-invalid", "true");
    } else if (cell.title) {
      cell.removeAttribute("title");
      cell.removeAttribute("aria-invalid");
    }
  }

  function differenceOf(row) {
    const target = targets[row];
    const states = units.map((_, column) => stateOf(row, column));
    const sums = shareStates.total(states);
    const goal = shareStates.ends(target.goal);
    return { states, sums, apart: shareStates.apart(goal, sums, target.measure), holders: states.filter((state) => state !== "").length };
  }

  function badge(look, icon, words) {
    const shape = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    shape.setAttribute("class", "icon");
    shape.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `${byId("sheet").dataset.icons}#${icon}`);
    shape.append(use);
    return make("span", { className: `state state-${look}` }, shape, words);
  }

  function paintSum(row) {
    const cell = sumCells.get(row);
    if (!cell) return;
    const target = targets[row];
    const { sums, apart, holders } = differenceOf(row);
    const held = holders ? `${holders} đơn vị` : "chưa giao";
    if (!target.adds || (sums[0] === null && sums[1] === null)) {
      const rule = !target.own ? "" : target.adds ? "chưa có mức riêng" : target.single ? "một đơn vị báo cáo" : "mức riêng hoặc mức phường";
      fill(cell, [make("span", { className: "sum" }, held), ...(rule ? [make("span", { className: "aside" }, rule)] : [])]);
      return;
    }
    const content = [make("span", { className: "sum" }, `Σ ${shareStates.interval(sums)}`), make("span", { className: "aside" }, held)];
    if (target.goal !== ":") {
      const key = `${target.goal}/${shareStates.asState(sums)}`;
      if (!apart.length) content.push(badge("met", "met", "khớp"));
      else if (target.explained?.of === key) content.push(badge("submitted", "info", `${apart.join("; ")}: đã giải thích`));
      else {
        content.push(badge("late", "warning", apart.join("; ")));
        if (data.mayEdit) content.push(make("a", { href: target.explain, tabIndex: -1 }, "Giải thích"));
      }
      if (target.explained?.of === key) cell.title = `${target.explained.note} (${target.explained.by})`;
      else cell.removeAttribute("title");
    }
    fill(cell, content);
  }

  function fill(cell, content) {
    const fresh = make("td", {}, ...content);
    if (fresh.innerHTML !== cell.innerHTML) cell.replaceChildren(...fresh.childNodes);
  }

  // --- The table -----------------------------------------------------------------------------------------------------

  function header(columns) {
    const kinds = make("tr");
    const names = make("tr");
    kinds.append(make("th", { className: "name", scope: "col", rowSpan: 2 }, "Chỉ tiêu, mức của phường"), make("th", { className: "sum-cell", scope: "col", rowSpan: 2 }, "Tổng các đơn vị"));
    columns.forEach((column, place) => {
      const [, called, name, kind, , reports] = units[column];
      const before = place && units[columns[place - 1]][3];
      if (before !== kind) {
        const size = columns.slice(place).findIndex((next) => units[next][3] !== kind);
        kinds.append(make("th", { className: "kind", title: kind, scope: "colgroup", colSpan: size < 0 ? columns.length - place : size }, make("span", {}, kind)));
      }
      const head = make("th", { scope: "col", title: name }, make("span", {}, called));
      if (!reports) head.append(make("small", { className: "caution" }, "không còn báo cáo"));
      names.append(head);
    });
    return make("thead", {}, kinds, names);
  }

  function line(row, columns) {
    const target = targets[row];
    const goal = shareStates.interval(shareStates.ends(target.goal)) || "theo dõi";
    const name = make("button", { type: "button", tabIndex: -1, title: target.name }, `${target.number}. ${target.name}`);
    name.dataset.row = row;
    const sum = make("td", { className: "sum-cell" });
    sumCells.set(row, sum);
    const made = make("tr", {}, make("th", { className: "name", scope: "row" }, name, make("span", { className: "aside" }, `${goal} ${goal === "theo dõi" ? "" : target.measure}`)), sum);
    columns.forEach((column) => {
      const cell = make("td", { tabIndex: -1 });
      cell.setAttribute("role", "gridcell");
      cell.dataset.row = row;
      cell.dataset.column = column;
      grid.set(keyOf(row, column), cell);
      made.append(cell);
    });
    return made;
  }

  function build() {
    const { rows, columns } = shown;
    grid = new Map();
    sumCells = new Map();
    selected = [];
    const widths = make("colgroup", {}, make("col", { className: "name" }), make("col", { className: "sum-cell" }), ...columns.map(() => make("col")));
    const body = make("tbody");
    rows.forEach((row, place) => {
      const above = place ? targets[rows[place - 1]] : { sector: null, heading: "" };
      const { sector, heading } = targets[row];
      if (sector !== above.sector || heading !== above.heading) {
        const words = heading ? `${sector} › ${heading}` : sector;
        body.append(make("tr", { className: "group" }, make("th", { colSpan: columns.length + 2, scope: "rowgroup" }, make("span", {}, words))));
      }
      body.append(line(row, columns));
    });
    rows.forEach((row) => {
      columns.forEach((column) => paint(row, column));
      paintSum(row);
    });
    table.replaceChildren(widths, header(columns), body);
    table.style.setProperty("width", `${NAME_WIDTH + SUM_WIDTH + UNIT_WIDTH * columns.length}rem`);
    table.hidden = !rows.length || !columns.length;
    byId("sheet-none").hidden = !table.hidden;
    if (!table.hidden) activate(rows.includes(active?.row) && columns.includes(active?.column) ? active : { row: rows[0], column: columns[0] }, { focus: false });
  }

  const plainText = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d");

  function filter() {
    const [kind, cluster, sector, words] = filters.map((field) => field.value);
    const sought = plainText(words).trim();
    shown = {
      rows: targets.flatMap((target, row) => (!sector || target.sector === sector ? [row] : [])),
      columns: units.flatMap((unit, column) => {
        const fits = (!kind || unit[3] === kind) && (!cluster || unit[4] === cluster) && plainText(`${unit[1]} ${unit[2]}`).includes(sought);
        return fits ? [column] : [];
      }),
    };
    stopEditing(true);
    build();
  }

  // --- Where one is --------------------------------------------------------------------------------------------------

  function rectangle() {
    const { rows, columns } = shown;
    const [top, bottom] = [rows.indexOf(anchor.row), rows.indexOf(active.row)].sort((a, b) => a - b);
    const [left, right] = [columns.indexOf(anchor.column), columns.indexOf(active.column)].sort((a, b) => a - b);
    return { rows: rows.slice(top, bottom + 1), columns: columns.slice(left, right + 1) };
  }

  function select() {
    selected.forEach((cell) => cell.classList.remove("selected"));
    const { rows, columns } = rectangle();
    selected = rows.length * columns.length > 1 ? rows.flatMap((row) => columns.map((column) => grid.get(keyOf(row, column)))) : [];
    selected.forEach((cell) => cell.classList.add("selected"));
  }

  function activate(place, { extend = false, focus = true } = {}) {
    const before = active && grid.get(keyOf(active.row, active.column));
    if (before) before.tabIndex = -1;
    active = place;
    if (!extend) anchor = place;
    select();
    const cell = grid.get(keyOf(place.row, place.column));
    cell.tabIndex = 0;
    if (focus) cell.focus();
    describe();
  }

  function describe() {
    const { row, column } = active;
    const target = targets[row];
    const edit = edits.get(keyOf(row, column));
    const [, , unit] = units[column];
    const base = baselines[row][column];
    const parts = [`đang giao: ${wordsOf(row, cells[row][column])}`];
    if (edit?.state !== undefined) parts.push(`sẽ lưu: ${wordsOf(row, edit.state)}`);
    if (base !== undefined) parts.push(`năm trước: ${shareStates.interval(shareStates.ends(base)).slice(2)}`);
    byId("sheet-where").textContent = `${target.number}. ${target.name} · ${unit}`;
    byId("sheet-detail").textContent = edit?.fault ?? parts.join(" · ");
    byId("sheet-detail").classList.toggle("wrong", Boolean(edit?.fault));
  }

  function step(down, right, options) {
    const { rows, columns } = shown;
    const clamp = (place, list) => list[Math.min(Math.max(place, 0), list.length - 1)];
    activate({ row: clamp(rows.indexOf(active.row) + down, rows), column: clamp(columns.indexOf(active.column) + right, columns) }, options);
  }

  // --- The editor ----------------------------------------------------------------------------------------------------

  const editor = make("input", { type: "text", className: "sheet-editor", autocomplete: "off", maxLength: 100 });
  let overwrites = false; // opened by typing: arrows leave it, as in a workbook

  let editing = false; // told apart from the element's place: taking it away blurs it

  const isEditing = () => editing;

  function edit(text, typing) {
    if (!data.mayEdit) return;
    const cell = grid.get(keyOf(active.row, active.column));
    editing = true;
    overwrites = typing;
    editor.value = text;
    editor.setAttribute("aria-label", `${targets[active.row].name}, ${units[active.column][2]}`);
    const [over, around] = [cell.getBoundingClientRect(), frame.getBoundingClientRect()];
    const place = { left: over.left - around.left - frame.clientLeft + frame.scrollLeft, top: over.top - around.top - frame.clientTop + frame.scrollTop };
    Object.entries({ ...place, width: over.width, height: over.height }).forEach(([name, size]) => editor.style.setProperty(name, `${size}px`));
    frame.append(editor);
    editor.focus({ preventScroll: true });
    editor.select();
  }

  function stopEditing(keeps) {
    if (!editing) return;
    editing = false;
    const { row, column } = active;
    const text = editor.value;
    editor.remove();
    if (keeps) put([[row, column, text]]);
  }

  // Take texts for cells and have the server read them.
  function put(changes) {
    if (!data.mayEdit) return;
    changes.forEach(([row, column, text]) => {
      const key = keyOf(row, column);
      if (text.trim() === textOf(row, column)) return;
      if (text.trim() === shareStates.text(cells[row][column]) && !sent.has(key)) {
        edits.delete(key);
        waiting.delete(key);
      } else {
        edits.set(key, { text: text.trim() });
        waiting.add(key);
      }
      paint(row, column);
      paintSum(row);
    });
    tally();
    send();
  }

  // --- The server ----------------------------------------------------------------------------------------------------

  const say = (text) => byId("sheet-said").replaceChildren(text);

  function tally() {
    if (edits.size) form.dataset.dirty = "";
    else delete form.dataset.dirty;
    const decide = byId("sheet-decide");
    if (!decide) return;
    decide.disabled = !edits.size;
    decide.textContent = edits.size ? `Lưu ${edits.size} ô theo quyết định…` : "Lưu theo quyết định…";
    byId("sheet-drop").hidden = !edits.size;
  }

  async function post(url, fields) {
    const token = form.elements.csrfmiddlewaretoken;
    const body = () => new URLSearchParams([["csrfmiddlewaretoken", token.value], ...fields]);
    const ask = () => fetch(url, { method: "POST", body: body(), headers: { Accept: "application/json" } });
    let response = await ask();
    if (response.redirected || response.status === 403) {
      const page = await fetch(location.href);
      if (page.redirected) return { signedOut: true };
      token.value = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("#sheet-form [name=csrfmiddlewaretoken]").value;
      response = await ask();
    }
    if (![200, 409].includes(response.status)) throw new Error(response.status);
    return { status: response.status, ...(await response.json()) };
  }

  const rowsOf = (keys) =>
    JSON.stringify(
      keys.map((key) => {
        const [row, column] = placesOf(key);
        return [targets[row].id, units[column][0], edits.get(key).text, cells[row][column]];
      }),
    );

  async function send() {
    if (busy || !waiting.size) return;
    busy = true;
    clearTimeout(timer);
    sent = new Map([...waiting].filter((key) => edits.has(key)).map((key) => [key, edits.get(key)]));
    waiting.clear();
    say(data.open ? "Đang đọc…" : "Đang lưu…");
    try {
      const answer = await post(data.open ? data.urls.read : data.urls.save, [["cells", rowsOf([...sent.keys()])]]);
      if (answer.signedOut) {
        sent.forEach((_, key) => waiting.add(key));
        askToSignIn();
      } else take(answer, sent);
    } catch {
      sent.forEach((_, key) => edits.has(key) && waiting.add(key));
      say("Chưa lưu: mất mạng hoặc máy chủ bận. Sẽ tự gửi lại.");
      timer = setTimeout(send, AGAIN);
      [busy, sent] = [false, new Map()];
      return;
    }
    [busy, sent] = [false, new Map()];
    if (waiting.size && !byId("sheet-said").querySelector("a")) send();
  }

  function take(answer, sent) {
    const same = (key) => sent.get(key) === edits.get(key); // not typed over meanwhile
    const each = (found, act) =>
      (found ?? []).forEach(([target, unit, value]) => {
        const [row, column] = [rowOf.get(target), columnOf.get(unit)];
        act(keyOf(row, column), row, column, value);
      });
    each(answer.cells, (key, row, column, state) => {
      if (!data.open) cells[row][column] = state;
      if (!same(key)) return;
      if (state === cells[row][column]) edits.delete(key);
      else Object.assign(edits.get(key), { state, fault: undefined });
    });
    each(answer.faults, (key, row, column, sentence) => same(key) && Object.assign(edits.get(key), { state: undefined, fault: sentence }));
    each(answer.conflicts, (key, row, column, state) => {
      cells[row][column] = state;
      if (edits.has(key)) Object.assign(edits.get(key), { theirs: state });
    });
    if (answer.conflicts) sent.forEach((edit, key) => same(key) && edit.theirs === undefined && edit.fault === undefined && edit.state === undefined && waiting.add(key));
    repaint([...sent.keys()]);
    showConflicts();
    const faults = answer.faults?.length ?? 0;
    if (answer.error) say(answer.error);
    else if (answer.conflicts) say("Có ô người khác vừa ghi; đề nghị chọn mức giữ lại.");
    else if (faults) say(`${faults} ô chưa ghi được: ${answer.faults[0][2]}`);
    else say(data.open ? "" : `Đã lưu ${answer.saved_at}`);
  }

  function repaint(keys) {
    const rows = new Set();
    keys.forEach((key) => {
      const [row, column] = placesOf(key);
      paint(row, column);
      rows.add(row);
    });
    rows.forEach(paintSum);
    tally();
    if (active) describe();
  }

  function askToSignIn() {
    const link = make("a", { href: "/", target: "_blank" }, "Đăng nhập lại ở thẻ mới");
    byId("sheet-said").replaceChildren("Chưa lưu: phiên đăng nhập đã hết. ", link, ", rồi quay lại trang này.");
  }

  function showConflicts() {
    const contested = [...edits].filter(([, edit]) => edit.theirs !== undefined);
    byId("sheet-conflicts").replaceChildren(
      ...contested.map(([key, edit]) => {
        const [row, column] = placesOf(key);
        const choose = (label, act) => {
          const button = make("button", { type: "button", className: "btn btn-secondary btn-sm" }, label);
          button.addEventListener("click", () => {
            act();
            repaint([key]);
            showConflicts();
            send();
            activate({ row, column });
          });
          return button;
        };
        const mine = edit.state === undefined ? edit.text || "không giao" : wordsOf(row, edit.state);
        const box = make("div", { className: "sheet-conflict" }, make("strong", {}, `${targets[row].number}. ${targets[row].name} · ${units[column][2]}`));
        box.setAttribute("role", "alert");
        box.append(make("span", {}, ` người khác vừa ghi: “${wordsOf(row, edit.theirs)}”; mức vừa gõ: “${mine}”. `));
        box.append(
          choose("Giữ mức vừa gõ", () => {
            edits.set(key, { text: edit.text });
            waiting.add(key);
          }),
          choose("Lấy mức của người khác", () => edits.delete(key)),
        );
        return box;
      }),
    );
  }

  // --- Keys, mouse, clipboard ----------------------------------------------------------------------------------------

  const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

  function editorKey(event) {
    const leave = (down, right) => {
      event.preventDefault();
      stopEditing(true);
      step(down, right);
    };
    if (event.isComposing) return;
    if (event.key === "Enter") leave(event.shiftKey ? -1 : 1, 0);
    else if (event.key === "Tab") leave(0, event.shiftKey ? -1 : 1);
    else if (event.key === "ArrowUp" || event.key === "ArrowDown") leave(...ARROWS[event.key]);
    else if (overwrites && ARROWS[event.key]) leave(...ARROWS[event.key]);
    else if (event.key === "Escape") {
      event.preventDefault();
      stopEditing(false);
      activate(active);
    }
  }

  function cellKey(event) {
    const { rows, columns } = shown;
    const far = event.ctrlKey || event.metaKey;
    const extend = event.shiftKey;
    const done = (act) => {
      event.preventDefault();
      act();
    };
    if (event.key === "ArrowLeft" && !extend && active.column === columns[0]) done(() => grid.get(keyOf(active.row, active.column)).parentElement.querySelector("button").focus());
    else if (ARROWS[event.key]) done(() => step(...ARROWS[event.key].map((way) => way * (far ? 10000 : 1)), { extend }));
    else if (event.key === "Home") done(() => step(far ? -10000 : 0, -10000, { extend }));
    else if (event.key === "End") done(() => step(far ? 10000 : 0, 10000, { extend }));
    else if (event.key === "PageDown" || event.key === "PageUp") done(() => step(event.key === "PageDown" ? 10 : -10, 0, { extend }));
    else if (event.key === "Tab" && !extend && active.column !== columns.at(-1)) done(() => step(0, 1));
    else if (event.key === "Tab" && extend && active.column !== columns[0]) done(() => step(0, -1));
    else if (event.key === "Enter" || event.key === "F2") done(() => edit(textOf(active.row, active.column), false));
    else if (event.key === "Delete" || event.key === "Backspace") done(() => clear());
    else if (event.key === "Escape") done(() => activate(active));
    else if (far && event.key.toLowerCase() === "a") done(() => ((anchor = { row: rows[0], column: columns[0] }), activate({ row: rows.at(-1), column: columns.at(-1) }, { extend: true })));
    else if (!far && !event.altKey && (event.key.length === 1 || event.key === "Process" || event.key === "Unidentified")) edit("", true);
  }

  function nameKey(event) {
    const row = Number(event.target.dataset.row);
    const near = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (near) {
      event.preventDefault();
      const next = shown.rows[shown.rows.indexOf(row) + near];
      if (next !== undefined) table.querySelector(`button[data-row="${next}"]`).focus();
    } else if (event.key === "ArrowRight" || event.key === "Escape") {
      event.preventDefault();
      activate({ row, column: shown.columns[0] });
    }
  }

  function clear() {
    const { rows, columns } = rectangle();
    put(rows.flatMap((row) => columns.map((column) => [row, column, ""])));
  }

  editor.addEventListener("keydown", editorKey);
  table.addEventListener("keydown", (event) => {
    if (event.target.matches("td[data-row]")) cellKey(event);
    else if (event.target.matches("button[data-row]")) nameKey(event);
  });
  editor.addEventListener("blur", () => stopEditing(true));

  const placeOf = (target) => {
    const cell = target.closest?.("td[data-row]");
    return cell && { row: Number(cell.dataset.row), column: Number(cell.dataset.column) };
  };
  table.addEventListener("focusin", (event) => {
    const place = placeOf(event.target);
    if (place && (place.row !== active.row || place.column !== active.column)) activate(place);
  });
  table.addEventListener("mousedown", (event) => {
    const place = placeOf(event.target);
    if (!place || event.button) return;
    event.preventDefault();
    stopEditing(true);
    activate(place, { extend: event.shiftKey });
  });
  table.addEventListener("mouseover", (event) => {
    const place = event.buttons === 1 && !isEditing() && document.activeElement.matches("td[data-row]") && placeOf(event.target);
    if (place) activate(place, { extend: true });
  });
  table.addEventListener("dblclick", (event) => placeOf(event.target) && !isEditing() && edit(textOf(active.row, active.column), false));

  const inGrid = () => !isEditing() && document.activeElement?.matches("#sheet-table td[data-row]");
  document.addEventListener("copy", (event) => {
    if (!inGrid()) return;
    event.preventDefault();
    const { rows, columns } = rectangle();
    event.clipboardData.setData("text/plain", rows.map((row) => columns.map((column) => textOf(row, column)).join("\t")).join("\r\n"));
    say(rows.length * columns.length > 1 ? `Đã chép ${rows.length} × ${columns.length} ô` : "Đã chép 1 ô");
  });
  document.addEventListener("paste", (event) => {
    if (!inGrid() || !data.mayEdit) return;
    event.preventDefault();
    const pasted = event.clipboardData.getData("text/plain").replace(/\r/g, "").replace(/\n$/, "").split("\n").map((row) => row.split("\t"));
    const { rows, columns } = rectangle();
    if (pasted.length === 1 && pasted[0].length === 1) {
      put(rows.flatMap((row) => columns.map((column) => [row, column, pasted[0][0]])));
      return;
    }
    const [top, left] = [shown.rows.indexOf(rows[0]), shown.columns.indexOf(columns[0])];
    const spot = (down, right) => [shown.rows[top + down], shown.columns[left + right]];
    const changes = pasted.flatMap((texts, down) => texts.map((text, right) => [...spot(down, right), text]));
    const fitting = changes.filter(([row, column]) => row !== undefined && column !== undefined);
    put(fitting);
    if (fitting.length < changes.length) say(`Vùng dán rộng hơn bảng: bỏ ${changes.length - fitting.length} ô nằm ngoài bảng.`);
  });

  // --- Start ---------------------------------------------------------------------------------------------------------

  function choices(select, values) {
    const found = [...new Set(values)].filter(Boolean);
    select.append(...found.map((value) => new Option(value, value)));
    select.parentElement.hidden = !found.length;
  }

  choices(filters[0], units.map((unit) => unit[3]));
  choices(filters[1], units.map((unit) => unit[4]));
  choices(filters[2], targets.map((target) => target.sector));
  filters.forEach((field) => field.addEventListener("input", filter));
  byId("filter-clear").addEventListener("click", () => {
    filters.forEach((field) => (field.value = ""));
    filter();
  });
  const wide = matchMedia("(min-width: 768px)");
  const start = () => wide.matches && !grid.size && filter();
  wide.addEventListener("change", start);
  start();
  window.addEventListener("online", send);
  window.addEventListener("focus", () => {
    if (byId("sheet-said").querySelector("a")) send();
  });

  return { data, byId, make, keyOf, placesOf, edits, waiting, stateOf, wordsOf, differenceOf, put, post, rowsOf, take, repaint, tally, say, send, askToSignIn, activate, active: () => active, shown: () => shown, isBusy: () => busy, frame, table };
})();
