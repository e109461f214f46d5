// The target grid under the hand: moving between cells, typing into them, pasting blocks, dragging rows.
"use strict";

(() => {
  if (!gridRows) return;
  const { whole, say, cellsOf, cellOf, textOf, set, save, saveAll, arrange, openMore, focusCell, mark, rows, stateOf, isDirty } = gridRows;
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
    if (row.matches(".fresh:not([data-again])") && isDirty(stateOf(row))) {
      focusCell(cellOf(row, wanted)); // one after the other, in the same place
      save(row);
      return;
    }
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

  // A box waits, unseen, in the cell that has the focus, so that whatever the hand or an input method writes first is
  // already in it; with the first letter it shows and replaces what the cell said.
  const WAITS = new Set(["text", "long", "goal", "places", "unit", "units"]);
  const isTyping = (element) => element.matches(".editor:not(.is-waiting)");

  function box(cell) {
    const { kind, label } = cell.dataset;
    const editor = MAKES[kind] ? MAKES[kind](cell) : document.createElement("input");
    editor.classList.add("editor");
    editor.setAttribute("aria-label", `${label}: ${textOf(cell) || "để trống"}`);
    editor.autocomplete = "off";
    if (kind === "places") editor.inputMode = "numeric";
    cell.prepend(editor);
    return editor;
  }

  whole.addEventListener("focusin", ({ target }) => {
    if (!target.matches(".cell")) return;
    mark(target);
    if (!WAITS.has(target.dataset.kind)) return;
    const editor = target.querySelector(".editor") ?? box(target);
    editor.classList.add("is-waiting");
    target.tabIndex = -1; // else Shift+Tab would only lead from the box to its own cell
    editor.focus();
  });

  function begin(cell, editor) {
    editor.classList.remove("is-waiting");
    cell.classList.add("is-editing");
    cell.querySelector(".value").hidden = true;
    if (cell.dataset.kind === "goal") {
      cell.querySelector(".echo")?.remove();
      cell.querySelector(".value").after(Object.assign(document.createElement("span"), { className: "echo" }));
      readBack(cell, editor);
    }
    if (editor.list) suggest(editor, cell.dataset.kind === "units");
  }

  function edit(cell) {
    const { kind } = cell.dataset;
    const value = textOf(cell);
    if (kind === "tick") return set(cell, value ? "" : YES);
    const editor = cell.querySelector(".editor") ?? box(cell);
    if (isTyping(editor) && cell.classList.contains("is-editing")) return undefined;
    if (editor.tagName === "SELECT" && ![...editor.options].some((option) => option.value === value)) editor.append(new Option(value, value));
    editor.value = value;
    begin(cell, editor);
    editor.focus();
    if (editor.tagName === "SELECT") openPicker(editor);
    else editor.setSelectionRange(value.length, value.length);
    return undefined;
  }

  whole.addEventListener("reopen", ({ target, detail }) => {
    edit(target);
    target.querySelector(".editor").value = detail;
  });

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
    const typed = isTyping(editor);
    const text = editor.value.trim().replace(/\r\n?/g, "\n");
    editor.classList.remove("editor"); // taking it away makes it lose the focus, which finishes it, too
    cell.classList.remove("is-editing");
    cell.querySelector(".value").hidden = false;
    if (cell.dataset.active) cell.tabIndex = 0;
    editor.remove();
    if (typed && keep) set(cell, text);
    if (typed && !keep) cell.querySelector(".echo")?.remove();
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
    if (target.matches(".is-waiting")) begin(cell, target);
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
    else if (plain && key.length === 1 && !WAITS.has(cell.dataset.kind)) edit(cell);
    else return; // the box that waits takes it
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
    if (event.isComposing || event.key === "Process") return undefined;
    return isTyping(event.target) ? typing(event, cell, event.target) : moving(event, cell);
  });

  // --- Pointers ---------------------------------------------------------------------------------------------------

  whole.addEventListener("click", (event) => {
    if (event.target.closest("[data-more]")) return toggleMore(event.target.closest("tbody"));
    const cell = event.target.closest(".cell");
    if (!cell || event.target.matches(".editor, a, button")) return undefined;
    column = null;
    if (event.pointerType === "touch") {
      edit(cell);
      cell.querySelector("input.editor")?.select();
    } else if (cell.dataset.pressed === "again") edit(cell);
    return undefined;
  });
  whole.addEventListener("pointerdown", (event) => {
    const cell = event.target.closest(".cell");
    if (!cell || event.target.matches(".editor")) return;
    cell.dataset.pressed = cell.contains(document.activeElement) ? "again" : "first";
    if (cell.dataset.pressed === "again") event.preventDefault();
  });
  whole.addEventListener("mousedown", (event) => {
    const cell = event.target.closest(".cell");
    if (!cell || event.target.matches(".editor, a, button")) return;
    event.preventDefault(); // the cell is chosen, no text is marked
    if (!cell.contains(document.activeElement)) focusCell(cell);
  });
  whole.addEventListener("dblclick", ({ target }) => {
    const cell = target.closest(".cell");
    if (cell && cell.dataset.kind !== "tick" && !isTyping(target)) edit(cell);
  });

  // A cell that is left is done; a row that is left goes to the server.
  whole.addEventListener("focusout", ({ target, relatedTarget }) => {
    const [cell, row] = [target.closest(".cell"), target.closest("tbody.target")];
    if (cell && target.matches(".editor") && document.hasFocus()) finish(cell, true);
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
    if (form.closest(".grid-tools")) form.reset();
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
    if (isTyping(event.target)) {
      if (!text.includes("\t")) return;
    } else if (!isBlock) {
      event.preventDefault();
      set(cell, text.trim());
      return;
    }
    event.preventDefault();
    if (isTyping(event.target)) finish(cell, false);
    const { sector, heading } = cell.closest("tbody").dataset;
    await saveAll();
    if ([...rows.values()].some((state) => isDirty(state))) return say("Còn dòng chưa lưu được; đề nghị sửa xong rồi dán lại.");
    const form = document.getElementById("paste");
    Object.entries({ block: text, sector, heading }).forEach(([name, value]) => (form.elements[name].value = value));
    form.requestSubmit();
  });
  whole.addEventListener("copy", (event) => {
    const cell = event.target.closest(".cell");
    if (!cell || isTyping(event.target) || (event.target === cell && !getSelection().isCollapsed)) return;
    event.clipboardData.setData("text/plain", textOf(cell));
    event.preventDefault();
  });

  const units = Object.assign(document.createElement("datalist"), { id: "grid-units" });
  document.body.append(units);
})();
