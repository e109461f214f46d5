// The allocation sheet's two dialogs: one target for many units at once, and all changes by one decision.
"use strict";

(() => {
  if (!allocationSheet?.data.mayEdit) return;

  const { data, byId, make, edits, differenceOf, stateOf, wordsOf, keyOf, placesOf } = allocationSheet;
  const { targets, units, cells } = data;

  // --- One target, many units ----------------------------------------------------------------------------------------

  const dialog = byId("share-out");
  const lookButton = byId("share-out-look");
  const writeButton = byId("share-out-write");
  let row = 0;
  let proposals = [];

  const boxes = () => [...byId("share-out-units").querySelectorAll("input[data-column]")];
  const chosen = () => boxes().filter((box) => box.checked).map((box) => Number(box.dataset.column));
  const way = () => dialog.querySelector("[name=way]:checked")?.value;

  function open(at) {
    row = at;
    const target = targets[row];
    const goal = shareStates.interval(shareStates.ends(target.goal));
    byId("share-out-title").textContent = `${target.number}. ${target.name}`;
    byId("share-out-goal").textContent = goal ? `Mức của phường: ${goal} ${target.measure}` : "Chỉ tiêu chỉ theo dõi, không có mức.";
    byId("share-out-ways").replaceChildren(...target.ways.map(([value, label], place) => choice("radio", label, { name: "way", value, id: `way-${value}`, checked: !place })));
    listUnits();
    forget();
    dialog.showModal();
    dialog.querySelector("[name=way]").focus();
  }

  function choice(type, label, fields) {
    const box = make("input", { type, className: "form-check-input", ...fields });
    return make("div", { className: "form-check" }, box, make("label", { className: "form-check-label", htmlFor: box.id }, label));
  }

  function listUnits() {
    const { columns } = allocationSheet.shown();
    const holds = (column) => stateOf(row, column) !== "";
    const someHold = units.some((_, column) => holds(column));
    const groups = Map.groupBy
      ? Map.groupBy(units.keys(), (column) => units[column][3])
      : [...units.keys()].reduce((found, column) => found.set(units[column][3], [...(found.get(units[column][3]) ?? []), column]), new Map());
    byId("share-out-units").replaceChildren(
      ...[...groups].map(([kind, members], place) => {
        const all = choice("checkbox", `${kind} (${members.length})`, { id: `kind-${place}` });
        all.classList.add("kind");
        const each = members
          .filter((column) => units[column][5])
          .map((column) => {
            const one = choice("checkbox", units[column][1], { id: `unit-${column}`, checked: someHold ? holds(column) : columns.length < units.length && columns.includes(column) });
            one.firstChild.dataset.column = column;
            return one;
          });
        all.firstChild.dataset.kind = "";
        return make("div", { className: "group" }, all, make("div", { className: "members" }, ...each));
      }),
    );
    count();
  }

  function count() {
    byId("share-out-units").querySelectorAll(".group").forEach((group) => {
      const members = [...group.querySelectorAll("[data-column]")];
      const ticked = members.filter((box) => box.checked).length;
      const all = group.querySelector("[data-kind]");
      all.checked = members.length > 0 && ticked === members.length;
      all.indeterminate = ticked > 0 && ticked < members.length;
    });
    byId("share-out-count").textContent = `(đang chọn ${chosen().length})`;
  }

  function forget() {
    proposals = [];
    byId("share-out-error").textContent = "";
    byId("share-out-preview").hidden = true;
    byId("share-out-level").hidden = way() !== "same";
    byId("share-out-column").hidden = way() !== "column";
    lookButton.hidden = false;
    writeButton.hidden = true;
  }

  async function look() {
    const target = targets[row];
    const picked = chosen();
    const others = units.flatMap((_, column) => (picked.includes(column) ? [] : [stateOf(row, column)]));
    const fields = [["target", target.id], ["way", way() ?? ""], ["level", byId("share-out-level-text").value], ["column", byId("share-out-column-text").value], ["kept", shareStates.asState(shareStates.total(others))]];
    picked.forEach((column) => fields.push(["units", units[column][0]]));
    try {
      const answer = await allocationSheet.post(data.urls.preview, fields);
      if (answer.signedOut) throw new Error("signed out");
      if (answer.error) byId("share-out-error").textContent = answer.error;
      else preview(answer.cells);
    } catch {
      byId("share-out-error").textContent = "Chưa xem trước được: mất mạng hoặc phiên đăng nhập đã hết. Đề nghị thử lại.";
    }
  }

  function preview(found) {
    const columnOf = new Map(units.map((unit, column) => [unit[0], column]));
    proposals = found.map(([unit, state]) => [columnOf.get(unit), state]);
    const after = new Map(proposals);
    byId("share-out-error").textContent = "";
    byId("share-out-rows").replaceChildren(
      ...proposals.map(([column, state]) => {
        const now = stateOf(row, column);
        const line = make("tr", { className: now === state ? "same" : "" }, make("th", { scope: "row" }, units[column][1]), make("td", { className: "num" }, wordsOf(row, now)));
        line.append(make("td", { className: "num" }, now === state ? "không đổi" : wordsOf(row, state)));
        return line;
      }),
    );
    const { states, sums } = differenceOf(row);
    const becomes = shareStates.total(states.map((state, column) => after.get(column) ?? state));
    const words = (pair) => (targets[row].adds && shareStates.interval(pair)) || "–";
    byId("share-out-before").textContent = words(sums);
    byId("share-out-after").textContent = words(becomes);
    byId("share-out-preview").hidden = false;
    lookButton.hidden = true;
    writeButton.hidden = false;
    writeButton.focus();
  }

  function write() {
    dialog.close();
    allocationSheet.put(proposals.map(([column, state]) => [row, column, shareStates.text(state)]));
    allocationSheet.activate({ row, column: allocationSheet.active().column });
  }

  allocationSheet.table.addEventListener("click", (event) => event.target.matches("button[data-row]") && open(Number(event.target.dataset.row)));
  byId("sheet-share-out").addEventListener("click", () => open(allocationSheet.active().row));
  lookButton.addEventListener("click", look);
  writeButton.addEventListener("click", write);
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("input")) return;
    event.preventDefault(); // Enter in a field looks first, it does not close the dialog
    if (writeButton.hidden) look();
  });
  dialog.addEventListener("input", (event) => {
    const { target } = event;
    if ("kind" in target.dataset) target.closest(".group").querySelectorAll("[data-column]").forEach((box) => (box.checked = target.checked));
    if (target.id === "share-out-cluster" && target.value) {
      boxes().forEach((box) => (box.checked ||= units[box.dataset.column][4] === target.value));
      target.value = "";
    }
    count();
    forget();
  });
  const tickAll = (ticked) => {
    boxes().forEach((box) => (box.checked = ticked));
    count();
    forget();
  };
  byId("share-out-all").addEventListener("click", () => tickAll(true));
  byId("share-out-nobody").addEventListener("click", () => tickAll(false));
  const clusters = [...new Set(units.map((unit) => unit[4]))].filter(Boolean);
  byId("share-out-cluster").append(...clusters.map((name) => new Option(name, name)));
  byId("share-out-cluster").parentElement.hidden = !clusters.length;

  // --- All changes, one decision -------------------------------------------------------------------------------------

  const decision = byId("decision");
  if (!data.open) return;
  const decisionForm = byId("decision-form");

  function decide() {
    const bad = [...edits].find(([, edit]) => edit.fault || edit.theirs !== undefined || edit.state === undefined);
    if (bad) {
      const [badRow, badColumn] = placesOf(bad[0]);
      if (allocationSheet.shown().rows.includes(badRow) && allocationSheet.shown().columns.includes(badColumn)) allocationSheet.activate({ row: badRow, column: badColumn });
      allocationSheet.say(bad[1].fault ? "Còn ô chưa ghi đúng; đề nghị sửa trước khi lưu." : bad[1].theirs !== undefined ? "Còn ô chưa chọn mức giữ lại." : "Đang đọc các ô vừa gõ; đề nghị bấm lại.");
      allocationSheet.send();
      return;
    }
    const changes = [...edits.keys()].map(placesOf).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    const told = new Set(changes.map(([, column]) => column)).size;
    byId("decision-lead").textContent = `${changes.length} ô thay đổi; ${told} đơn vị nhận thông báo.`;
    byId("decision-rows").replaceChildren(
      ...changes.map(([at, column]) =>
        make("tr", {}, make("td", {}, `${targets[at].number}. ${targets[at].name}`), make("td", {}, units[column][1]), make("td", { className: "num" }, wordsOf(at, cells[at][column])), make("td", { className: "num" }, wordsOf(at, stateOf(at, column)))),
      ),
    );
    showErrors({});
    decision.showModal();
    decisionForm.elements.reason.focus();
  }

  function showErrors(errors) {
    byId("decision-error").textContent = Object.values(errors).join(" ");
    ["reason", "decision_number"].forEach((name) => decisionForm.elements[name].classList.toggle("is-invalid", name in errors));
  }

  async function save(event) {
    event.preventDefault();
    const sent = new Map(edits);
    const fields = ["reason", "decision_number"].map((name) => [name, decisionForm.elements[name].value]);
    const button = decisionForm.querySelector("[type=submit]");
    button.disabled = true;
    try {
      const answer = await allocationSheet.post(data.urls.save, [["cells", allocationSheet.rowsOf([...sent.keys()])], ...fields]);
      if (answer.signedOut) {
        decision.close();
        allocationSheet.askToSignIn();
      } else settle(answer, sent);
    } catch {
      showErrors({ "": "Chưa lưu được: mất mạng hoặc máy chủ bận. Các ô vẫn được giữ; đề nghị bấm lưu lại." });
    }
    button.disabled = false;
  }

  function settle(answer, sent) {
    if (answer.error) return showErrors({ "": answer.error });
    if (Object.keys(answer.errors ?? {}).length && !answer.faults.length) return showErrors(answer.errors);
    decision.close();
    if (answer.saved_at) {
      sent.forEach((edit, key) => {
        const [at, column] = placesOf(key);
        cells[at][column] = edit.state;
        edits.delete(key);
      });
      decisionForm.reset();
      allocationSheet.repaint([...sent.keys()]);
      allocationSheet.say(`Đã lưu ${sent.size} ô lúc ${answer.saved_at}; đơn vị được thông báo.`);
    } else allocationSheet.take(answer, sent);
    allocationSheet.activate(allocationSheet.active());
  }

  byId("sheet-decide").addEventListener("click", decide);
  byId("decision-close").addEventListener("click", () => decision.close());
  decisionForm.addEventListener("submit", save);
  byId("sheet-drop").addEventListener("click", () => {
    const dropped = [...edits.keys()];
    edits.clear();
    allocationSheet.waiting.clear();
    allocationSheet.repaint(dropped);
    byId("sheet-conflicts").replaceChildren();
    allocationSheet.say("Đã bỏ các thay đổi chưa lưu.");
  });
})();
