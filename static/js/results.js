// The results form while it is typed: how each number is read, whether it is far from its goal, and what is still open.
// Receipts print.
"use strict";

(() => {
  document.querySelectorAll("button[data-prints]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });

  const form = document.getElementById("results");
  if (!form) return;

  const { parse } = vietnameseNumbers;
  const rows = [...form.querySelectorAll("fieldset.answer")];
  const vietnamese = (value, places = 4) => value.toLocaleString("vi-VN", { maximumFractionDigits: places });
  const tell = (box) => box.dispatchEvent(new Event("input", { bubbles: true }));

  // 1. Under each box: how its number is read, and under two of them their ratio.
  const rowOf = (box) => box.closest(".answer");
  const boxOf = (row, part) => form.elements[`${row.id}.${part}`];
  const read = (row, part) => {
    const text = boxOf(row, part)?.value ?? "";
    return text.trim() ? parse(text, Number(row.dataset.decimals)) : {};
  };

  function echo(input, done) {
    const row = rowOf(input);
    const { unit, decimals, factor } = row.dataset;
    const { error, shown } = input.value.trim() ? parse(input.value, Number(decimals)) : {};
    const said = document.getElementById(`${input.id}.m`);
    said.textContent = error ? (done ? `${error}.` : "") : shown ? `= ${shown} ${factor ? "" : unit}` : "";
    said.classList.toggle("wrong", Boolean(error));
    if (factor) ratio(row, /\.est_/.test(input.name) ? "est_" : "");
  }

  function ratio(row, kind) {
    const { shown } = read(row, `${kind}base`);
    const said = document.getElementById(`${row.id}.${kind}base.m`) ?? document.getElementById(`${row.id}.${kind}amount.m`);
    const value = valueOf(row, kind);
    if (!shown || !said || said.classList.contains("wrong")) return;
    const rate = Number.isFinite(value) ? `, tỷ lệ ${vietnamese(value, Number(row.dataset.places))} ${row.dataset.unit}` : "";
    said.textContent = `= ${said.id.endsWith("base.m") ? shown : read(row, `${kind}amount`).shown ?? ""}${rate}`;
  }

  function valueOf(row, kind) {
    const amount = read(row, `${kind}amount`).value;
    return row.dataset.factor ? (Number(row.dataset.factor) * amount) / read(row, `${kind}base`).value : amount;
  }

  form.querySelectorAll("input.num").forEach((input) => {
    const said = Object.assign(document.createElement("span"), { className: "echo", id: `${input.id}.m` });
    (input.closest(".input-group") ?? input).after(said);
    input.setAttribute("aria-describedby", `${input.getAttribute("aria-describedby") ?? ""} ${said.id}`.trim());
  });
  form.querySelectorAll("input.num").forEach((input) => echo(input, !input.matches(".is-invalid")));

  // 2. A figure outside 1/10 … 10 × its goal asks at once whether it is meant, and why; the server judges again.
  const NEARLY = 1e-12; // a figure of exactly one tenth is near enough

  function isFar(value, least, most) {
    if (!Number.isFinite(value)) return false;
    const ceiling = most ?? least;
    return Boolean(least && value / least < 0.1 - NEARLY) || Boolean(ceiling && Math.abs(value) > 10 * Math.abs(ceiling));
  }

  function goalOf(least, most) {
    if (most === undefined) return `≥ ${vietnamese(least)}`;
    if (least === undefined) return `≤ ${vietnamese(most)}`;
    return least === most ? `= ${vietnamese(least)}` : `${vietnamese(least)} – ${vietnamese(most)}`;
  }

  function judge(row) {
    const [least, most] = [row.dataset.least, row.dataset.most].map((text) => (text === undefined ? text : Number(text)));
    if (least === undefined && most === undefined) return;
    const far = boxOf(row, "no_data")?.checked ? undefined : ["", "est_"].map((kind) => valueOf(row, kind)).find((value) => isFar(value, least, most));
    const { unit } = row.dataset;
    const wasFar = row.classList.contains("far");
    const place = row.querySelector(".sure") ?? (far === undefined ? null : asked(row));
    if (!place) return;
    const isNews = row.classList.toggle("far", far !== undefined) && !wasFar;
    place.hidden = far === undefined;
    if (far === undefined) return doubt(row);
    const note = row.querySelector("details:has([name$='.note'])");
    if (note) note.open = true;
    if (place.querySelector(".invalid-feedback")) return; // the server said it
    place.querySelector("p").textContent = `${vietnamese(far, Number(row.dataset.places ?? row.dataset.decimals))} ${unit} khác xa mức ${goalOf(least, most)} ${unit}: đề nghị xem lại đơn vị tính. Nếu đúng, đánh dấu xác nhận và ghi lý do.`;
    if (isNews && row.contains(document.activeElement)) place.scrollIntoView({ block: "nearest" });
  }

  function asked(row) {
    if (boxOf(row, "sure")) return null; // it stays as it was handed in
    const id = `${row.id}.sure`;
    const tick = Object.assign(document.createElement("input"), { className: "form-check-input", type: "checkbox", id, name: id, value: "on" });
    const label = Object.assign(document.createElement("label"), { className: "form-check-label", htmlFor: id, textContent: "Xác nhận số này đúng, dù khác xa mức giao" });
    const check = Object.assign(document.createElement("div"), { className: "form-check" });
    const place = Object.assign(document.createElement("div"), { className: "sure" });
    check.append(tick, label);
    place.append(document.createElement("p"), check);
    place.setAttribute("role", "status");
    row.querySelector(".side").prepend(place);
    return place;
  }

  // A tick was given for the figure that stood there.
  function doubt(row) {
    const tick = boxOf(row, "sure");
    if (tick?.type !== "checkbox" || !tick.checked) return;
    tick.checked = false;
    tell(tick);
  }

  // 3. No data puts a row's boxes to rest.
  const rest = (tick) => rowOf(tick).querySelectorAll(".boxes").forEach((boxes) => (boxes.inert = tick.checked));
  form.querySelectorAll("input[type=checkbox][name$='.no_data']").forEach(rest);

  // 4. What is filled in, what is wrong, and the way to the next open box.
  const total = Number(form.querySelector("[data-filled]")?.textContent.split("/")[1] ?? 0);
  const firstOpen = (row) => [...row.querySelectorAll(".boxes :is(.num, textarea, [type=radio])")].find((box) => box.matches(".is-invalid") || !filled(box));
  const filled = (box) => (box.type === "radio" ? Boolean(form.elements[box.name].value) : /\.est_/.test(box.name) || Boolean(box.value.trim()));

  function stateOf(row) {
    if (boxOf(row, "no_data")?.checked) return "filled";
    const boxes = [...row.querySelectorAll(".boxes :is(.num, textarea)")];
    if (row.querySelector(".is-invalid") || boxes.some((box) => box.matches(".num") && box.value.trim() && parse(box.value, Number(row.dataset.decimals)).error)) return "wrong";
    return firstOpen(row) ? "empty" : "filled";
  }

  function count() {
    const states = rows.map(stateOf);
    rows.forEach((row, place) => {
      const link = form.querySelector(`.filled a[href="#${CSS.escape(row.id)}"]`);
      if (link) link.dataset.state = states[place];
    });
    const done = total - rows.length + states.filter((state) => state === "filled").length;
    form.querySelectorAll("[data-filled]").forEach((place) => (place.textContent = `${done}/${total}`));
    if (next) next.lastElementChild.textContent = done === total ? "đã ghi đủ" : "ô trống tiếp";
  }

  const next = form.querySelector("[data-next-empty]");
  next?.addEventListener("click", () => {
    const open = rows.filter((row) => stateOf(row) !== "filled");
    const here = document.activeElement.closest(".answer") ?? lastRow;
    const row = open.find((each) => here && here.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING) ?? open[0];
    const box = row ? firstOpen(row) ?? row.querySelector(".num, textarea") : [...form.querySelectorAll(".question textarea")].find((words) => !words.value.trim());
    (box?.closest(".answer, .question") ?? box)?.scrollIntoView({ block: "center" });
    box?.focus({ preventScroll: true });
  });
  let lastRow = null;
  form.addEventListener("focusin", ({ target }) => (lastRow = target.closest(".answer") ?? lastRow));
  if (next) next.hidden = false;

  form.addEventListener("input", ({ target }) => {
    const row = target.closest(".answer");
    if (!row) return;
    if (target.matches(".num")) {
      echo(target, false);
      doubt(row);
    }
    if (target.matches("[name$='.no_data']")) rest(target);
    if (!target.matches("[name$='.sure']")) judge(row);
    count();
  });
  ["focusout", "change"].forEach((kind) => form.addEventListener(kind, ({ target }) => target.matches(".num") && echo(target, true)));
  rows.forEach(judge);
  count();

  // 5. Without files the plain encoding is smaller on a bad line, and quicker to read.
  form.addEventListener("submit", () => {
    const withFiles = [...form.querySelectorAll("[type=file]")].some((input) => input.files.length);
    form.enctype = withFiles ? "multipart/form-data" : "application/x-www-form-urlencoded";
  });

  // 6. Which files were chosen.
  form.querySelectorAll("input[type=file]").forEach((input) => {
    const said = input.closest(".file-choice").querySelector(".file-names");
    const name = () => (said.textContent = [...input.files].map((file) => file.name).join("; "));
    input.addEventListener("change", name);
    window.addEventListener("pageshow", name);
  });
})();
