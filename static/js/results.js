// The results form while it is typed: how each number is read, and what Enter and "no data" do. Receipts print.
"use strict";

(() => {
  document.querySelectorAll("button[data-prints]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });

  const form = document.getElementById("results");
  if (!form) return;

  const { parse } = vietnameseNumbers;

  // 1. Under each box: how its number is read, and under two of them their ratio.
  function echo(input, done) {
    const { unit, decimals, factor, places } = input.closest(".answer").dataset;
    const read = input.value.trim() ? parse(input.value, Number(decimals)) : {};
    const said = document.getElementById(`${input.id}.m`);
    said.textContent = read.error ? (done ? `${read.error}.` : "") : read.shown ? `= ${read.shown} ${factor ? "" : unit}` : "";
    said.classList.toggle("wrong", Boolean(read.error));
    if (factor) ratio(input, Number(factor), Number(places), Number(decimals), unit);
  }

  function ratio(input, factor, places, decimals, unit) {
    const [over, under] = ["amount", "base"].map((part) => form.elements[input.name.replace(/(amount|base)$/, part)]);
    const [amount, base] = [over, under].map((box) => (box.value.trim() ? parse(box.value, decimals) : {}));
    const value = (factor * amount.value) / base.value;
    const shown = Number.isFinite(value) ? `, tỷ lệ ${value.toLocaleString("vi-VN", { maximumFractionDigits: places })} ${unit}` : "";
    if (base.shown) document.getElementById(`${under.id}.m`).textContent = `= ${base.shown}${shown}`;
  }

  form.querySelectorAll("input.num").forEach((input) => {
    const said = Object.assign(document.createElement("span"), { className: "echo", id: `${input.id}.m` });
    (input.closest(".input-group") ?? input).after(said);
    input.setAttribute("aria-describedby", `${input.getAttribute("aria-describedby") ?? ""} ${said.id}`.trim());
  });
  form.querySelectorAll("input.num").forEach((input) => echo(input, !input.matches(".is-invalid")));

  // 2. What the rest of a row does: no data puts its boxes to rest, Enter goes on to the next box.
  const rest = (tick) => tick.closest(".answer").querySelectorAll(".boxes").forEach((boxes) => (boxes.inert = tick.checked));
  form.querySelectorAll("[name$='.no_data']").forEach(rest);
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("input:not([type=file])")) return;
    event.preventDefault();
    const boxes = [...form.querySelectorAll(".num, textarea, [type=radio], select")].filter((box) => !box.closest("[inert]"));
    boxes.find((box) => event.target.compareDocumentPosition(box) & Node.DOCUMENT_POSITION_FOLLOWING)?.focus();
  });

  form.addEventListener("input", ({ target }) => {
    if (target.matches(".num")) echo(target, false);
    if (target.matches("[name$='.no_data']")) rest(target);
  });
  // 3. Without files the plain encoding is smaller on a bad line, and quicker to read.
  form.addEventListener("submit", () => {
    const withFiles = [...form.querySelectorAll("[type=file]")].some((input) => input.files.length);
    form.enctype = withFiles ? "multipart/form-data" : "application/x-www-form-urlencoded";
  });

  // 4. Which files were chosen.
  form.querySelectorAll("input[type=file]").forEach((input) => {
    const said = input.closest(".file-choice").querySelector(".file-names");
    const tell = () => (said.textContent = [...input.files].map((file) => file.name).join("; "));
    input.addEventListener("change", tell);
    window.addEventListener("pageshow", tell);
  });

  form.addEventListener("focusout", ({ target }) => target.matches(".num") && echo(target, true));
})();
