// The target grid under the hand: moving between cells, typing into them, pasting blocks, dragging rows.
"use strict";

(() => {
  if (!gridRows) return;
  const { whole, say, cellsOf, cellOf, textOf, set, save, saveAll, arrange, dress, openMore, focusCell, rows, isDirty } = gridRows;
  const PAUSE = 250;
  const YES = "có";
  const choices = () => JSON.parse(document.getElementById("grid-choices").textContent);
  let column = null; // where Enter comes back to after a run of Tabs
  let reading = 0;
  let dragged = null;

  // --- Where the cells are ----------------------------------------------------------------------------------------

  const lines = () => [...whole.querySelectorAll("tbody.target .cells, tbody.target .more:not([hidden])")].filter((line) => line.offsetParent);
  const cellsIn = (line) => [...line.querySelectorAll(".cell")];

  function go(cell, down, right) {
    const all = lines();
    const line = all.findIndex((each) => each.contains(cell));
    let place = cellsIn(all[line]).indexOf(cell) + right;
    let next = line + down;
    if (right && place >= cellsIn(all[line]).length) [next, place] = [line + 1, 0];
    if (right && place < 0) [next, place] = [line - 1, Infinity];
    if (!all[next]) return false;
    const row = cellsIn(all[next]);
    focusCell(row[Math.min(place, row.length - 1)]);
    return true;
  }

  function goDown(cell) {
    const all = lines();
    const line = all.findIndex((each) => each.contains(cell));
    const wanted = column ?? cell.dataset.field;
    column = null;
    const row = cell.closest("tbody");
    const next = all.slice(line + 1).find((each) => each.closest("tbody") !== row || each.querySelector(`[data-field="${wanted}"]`));
    if (next) focusCell(next.querySelector(`[data-field="${wanted}"]`) ?? cellsIn(next)[0]);
    else save(row);
  }

  // --- Typing into a cell -----------------------------------------------------------------------------------------

  const MAKES = {
    choice: (cell) => picker(cell.dataset.field === "answer" ? ["", ...choices().answer] : choices().given_by),
    target: () => picker([["", "Không"], ...choices().part_of]),
    long: () => Object.assign(document.createElement("textarea"), { rows: 3 }),
    unit: () => suggested(),
    units: () => suggested(),
  };

  function picker(options) {
    const select = document.createElement("select");
    select.append(...options.map((option) => (Array.isArray(option) ? new Option(option[1], option[0]) : new Option(option || "Tự chọn theo đơn vị tính", option))));
    return select;
  }

  function suggested() {
    const input = document.createElement("input");
    input.setAttribute("list", "grid-units");
    return input;
  }

  function suggest(input, many) {
    const before = many ? input.value.slice(0, input.value.lastIndexOf(";") + 1) : "";
    document.getElementById("grid-units").replaceChildren(...choices().units.map((unit) => new Option("", before ? `${before} ${unit}` : unit)));
  }

  function edit(cell, start) {
    const kind = cell.dataset.kind;
    if (kind === "tick") return set(cell, textOf(cell) ? "" : YES);
    if (cell.querySelector(".editor")) return undefined;
    const editor = MAKES[kind] ? MAKES[kind](cell) : document.createElement("input");
    editor.classList.add("editor");
    editor.setAttribute("aria-label", cell.dataset.label);
    editor.autocomplete = "off";
    if (kind === "places") editor.inputMode = "numeric";
    if (editor.type === "text" && !editor.hasAttribute("list")) editor.spellcheck = false;
    const value = textOf(cell);
    if (editor.tagName === "SELECT") {
      if (![...editor.options].some((option) => option.value === value)) editor.append(new Option(value, value));
      editor.value = value;
    } else editor.value = start ?? value;
    cell.classList.add("is-editing");
    cell.querySelector(".value").hidden = true;
    cell.prepend(editor);
    if (kind === "goal") cell.querySelector(".value").after(Object.assign(document.createElement("span"), { className: "echo" }));
    if (editor.list) suggest(editor, kind === "units");
    editor.focus();
    if (editor.tagName === "SELECT") editor.showPicker?.call && start === undefined && openPicker(editor);
    else if (start === undefined) editor.setSelectionRange(editor.value.length, editor.value.length);
    if (kind === "goal") readBack(cell, editor);
    return undefined;
  }

  function openPicker(select) {
    try {
      select.showPicker();
    } catch {
      // only a hand's own press may open it; the arrow keys choose all the same
    }
  }

  function finish(cell, keep) {
    const editor = cell.querySelector(".editor");
    if (!editor) return;
    const text = editor.value.trim().replace(/\r\n?/g, "\n");
    editor.classList.remove("editor"); // taking it away makes it lose the focus, which finishes it, too
    cell.classList.remove("is-editing");
    cell.querySelector(".value").hidden = false;
    editor.remove();
    if (keep) set(cell, text);
    if (!keep) cell.querySelector(".echo")?.remove();
  }

  function readBack(cell, editor) {
    clearTimeout(reading);
    reading = setTimeout(async () => {
      const unit = cellOf(cell.closest("tbody"), "unit_of_measure");
      const asked = new URLSearchParams({ goal: editor.value, unit: textOf(unit) });
      const echo = cell.querySelector(".echo");
      if (!echo) return;
      try {
        const answer = await fetch(`${whole.dataset.reads}?${asked}`, { headers: { Accept: "application/json" } });
        if (!answer.ok || answer.redirected) return;
        const { words, doubts, fault } = await answer.json();
        if (editor.isConnected && editor.value !== asked.get("goal")) return;
        echo.textContent = fault ?? [words, ...doubts].join(". ");
        echo.classList.toggle("is-bad", Boolean(fault));
      } catch {
        echo.textContent = "";
      }
    }, PAUSE);
  }

  whole.addEventListener("input", ({ target }) => {
    if (!target.matches(".editor")) return;
    const cell = target.closest(".cell");
    if (cell.dataset.kind === "goal") readBack(cell, target);
    if (cell.dataset.kind === "units") suggest(target, true);
  });

  // --- Keys -------------------------------------------------------------------------------------------------------

  const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

  function typing(event, cell, editor) {
    const { key } = event;
    if (key === "Escape") {
      finish(cell, false);
      focusCell(cell);
    } else if (key === "Enter" && event.shiftKey && editor.tagName === "TEXTAREA") return;
    else if (key === "Enter" && !event.isComposing) {
      finish(cell, true);
      goDown(cell);
    } else if (key === "Tab") {
      column ??= cell.dataset.field;
      finish(cell, true);
      if (!go(cell, 0, event.shiftKey ? -1 : 1)) return;
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function moving(event, cell) {
    const { key } = event;
    const row = cell.closest("tbody");
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.altKey && key in ARROWS && !event.ctrlKey) {
      if (!row.dataset.moves || key === "ArrowLeft" || key === "ArrowRight") return;
      if (!event.shiftKey) arrange(row.dataset.moves, { to: key === "ArrowUp" ? "up" : "down" });
      else if (key === "ArrowDown") arrange(row.dataset.duplicates, {});
    } else if (event.altKey && key === "Enter") toggleMore(row);
    else if (key in ARROWS && plain) {
      column = null;
      const [down, right] = ARROWS[key];
      const last = right > 0 && cellsIn(cell.parentElement).at(-1) === cell && row.querySelector(".row-actions button, .row-actions a");
      if (last) last.focus();
      else go(cell, down, right);
    } else if (key === "Tab" && plain) {
      column ??= cell.dataset.field;
      if (!go(cell, 0, event.shiftKey ? -1 : 1)) return;
    } else if (key === "Enter" && plain) goDown(cell);
    else if (key === "F2" && plain) edit(cell);
    else if ((key === "Delete" || key === "Backspace") && plain) set(cell, "");
    else if (key === "Home" || key === "End") {
      const all = event.ctrlKey ? lines() : [cell.closest(".cells, .more")];
      focusCell(key === "Home" ? cellsIn(all[0])[0] : cellsIn(all.at(-1)).at(-1));
    } else if (key === "Escape") leave();
    else if (key === " " && cell.dataset.kind === "tick") edit(cell);
    else if (plain && (key.length === 1 || key === "Process" || key === "Unidentified")) {
      if (cell.dataset.kind === "tick") edit(cell);
      else {
        edit(cell, ""); // the key itself goes on into the fresh box, so that any way of typing Vietnamese works
        return;
      }
    } else return;
    event.preventDefault();
  }

  function leave() {
    const after = document.querySelector(".grid-keys summary");
    after.focus();
  }

  function amongActions(event, actions) {
    const all = [...actions.querySelectorAll("button:not([hidden]), a")];
    const next = all.indexOf(document.activeElement) + { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.key === "Escape" || next < 0) focusCell(cellsIn(actions.closest("tr")).at(-1));
    else if (all[next]) all[next].focus();
    else return;
    event.preventDefault();
  }

  whole.addEventListener("keydown", (event) => {
    const actions = event.target.closest(".row-actions");
    if (actions) return amongActions(event, actions);
    const cell = event.target.closest(".cell");
    if (!cell) return undefined;
    return event.target.matches(".editor") ? typing(event, cell, event.target) : moving(event, cell);
  });

  // --- Pointers ---------------------------------------------------------------------------------------------------

  whole.addEventListener("click", (event) => {
    if (event.target.closest("[data-more]")) return toggleMore(event.target.closest("tbody"));
    const cell = event.target.closest(".cell");
    if (!cell || event.target.matches(".editor, a, button")) return undefined;
    const again = document.activeElement === cell && cell.dataset.pressed === "again";
    column = null;
    if (again || event.pointerType === "touch") return edit(cell);
    return undefined;
  });
  whole.addEventListener("pointerdown", (event) => {
    const cell = event.target.closest(".cell");
    if (!cell || event.target.closest(".editor")) return;
    cell.dataset.pressed = document.activeElement === cell ? "again" : "first";
    if (document.activeElement !== cell) setTimeout(() => cell.querySelector(".editor") || focusCell(cell));
  });
  whole.addEventListener("dblclick", ({ target }) => {
    const cell = target.closest(".cell");
    if (cell && cell.dataset.kind !== "tick" && !target.matches(".editor")) edit(cell);
  });

  // A cell that is left is done; a row that is left goes to the server.
  whole.addEventListener("focusout", ({ target, relatedTarget }) => {
    const cell = target.closest(".cell");
    if (cell && target.matches(".editor") && document.hasFocus() && relatedTarget !== target) finish(cell, true);
    const row = target.closest("tbody.target");
    if (row && relatedTarget?.closest("tbody") !== row) setTimeout(() => !row.contains(document.activeElement) && save(row));
  });

  function toggleMore(row) {
    openMore(row, row.querySelector(".more").hidden);
  }

  // --- Order, copies, sectors: small forms that work without this script, too ----------------------------------------

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!("arranges" in form.dataset)) return;
    event.preventDefault();
    const pressed = event.submitter;
    const fields = Object.fromEntries(new FormData(form));
    if (pressed?.name) fields[pressed.name] = pressed.value;
    const row = form.closest("tbody.target");
    arrange(pressed?.getAttribute("formaction") ?? form.action, fields, row && { key: row.dataset.target, field: "name" });
    if (form.id !== "" || form.closest(".grid-tools")) form.reset();
  });

  document.querySelector("[data-adds]").addEventListener("click", (event) => {
    const fresh = [...whole.querySelectorAll("tbody.fresh")].at(-1);
    if (!fresh) return;
    event.preventDefault();
    focusCell(cellsOf(fresh)[0]);
    fresh.scrollIntoView({ block: "center" });
  });

  // --- Dragging ---------------------------------------------------------------------------------------------------

  const marked = () => whole.querySelectorAll(".drop-above, .drop-below");

  function dropPlace(event) {
    const row = event.target.closest?.("tbody[data-sector]");
    if (!row || row === dragged) return null;
    const box = row.getBoundingClientRect();
    const above = row.dataset.target && event.clientY < box.top + box.height / 2;
    return { row, above: Boolean(above) };
  }

  whole.addEventListener("dragstart", (event) => {
    if (!event.target.matches?.(".handle")) return;
    dragged = event.target.closest("tbody");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.target);
    event.dataTransfer.setDragImage(dragged, 20, 20);
    dragged.classList.add("is-dragged");
  });
  whole.addEventListener("dragover", (event) => {
    const place = dragged && dropPlace(event);
    marked().forEach((row) => row.classList.remove("drop-above", "drop-below"));
    if (!place) return;
    event.preventDefault();
    place.row.classList.add(place.above || place.row.matches(".fresh") ? "drop-above" : "drop-below");
  });
  whole.addEventListener("dragend", () => {
    dragged?.classList.remove("is-dragged");
    marked().forEach((row) => row.classList.remove("drop-above", "drop-below"));
    dragged = null;
  });
  whole.addEventListener("drop", (event) => {
    const place = dragged && dropPlace(event);
    if (!place) return;
    event.preventDefault();
    const { row, above } = place;
    const after = row.nextElementSibling === dragged ? dragged.nextElementSibling : row.nextElementSibling;
    const follows = after?.dataset.target && after.dataset.heading === row.dataset.heading && after.dataset.sector === row.dataset.sector;
    const before = above ? row.dataset.target : follows ? after.dataset.target : "";
    const { sector, heading } = row.dataset;
    arrange(dragged.dataset.moves, { sector, heading, before }, { key: dragged.dataset.target, field: "name" });
  });

  // --- The clipboard ----------------------------------------------------------------------------------------------

  whole.addEventListener("paste", async (event) => {
    const cell = event.target.closest(".cell");
    const text = event.clipboardData.getData("text/plain").replace(/[\r\n]+$/, "");
    if (!cell) return;
    const isBlock = text.includes("\t") || text.includes("\n");
    if (event.target.matches(".editor")) {
      if (!text.includes("\t")) return;
    } else if (!isBlock) {
      event.preventDefault();
      set(cell, text.trim());
      return;
    }
    event.preventDefault();
    finish(cell, false);
    const { sector, heading } = cell.closest("tbody").dataset;
    await saveAll();
    if ([...rows.values()].some((state) => isDirty(state))) return say("Còn dòng chưa lưu được; đề nghị sửa xong rồi dán lại.");
    const form = document.getElementById("paste");
    Object.entries({ block: text, sector, heading }).forEach(([name, value]) => (form.elements[name].value = value));
    form.requestSubmit();
  });
  whole.addEventListener("copy", (event) => {
    if (!event.target.matches(".cell") || !getSelection().isCollapsed) return;
    event.clipboardData.setData("text/plain", textOf(event.target));
    event.preventDefault();
  });

  const units = Object.assign(document.createElement("datalist"), { id: "grid-units" });
  document.body.append(units);
  whole.querySelectorAll("tbody.target").forEach(dress);
  const first = whole.querySelector("tbody.target .cell");
  if (first) first.tabIndex = 0;
})();
