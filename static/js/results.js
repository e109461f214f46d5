// The results form: says how each number is read, saves what is typed, and keeps apart the texts of two people.
"use strict";

(() => {
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
    if (factor) ratio(input, Number(factor), Number(places), unit);
  }

  function ratio(input, factor, places, unit) {
    const [over, under] = ["amount", "base"].map((part) => form.elements[input.name.replace(/(amount|base)$/, part)]);
    const [amount, base] = [over, under].map((box) => parse(box.value || "?", 4).value);
    const value = base > 0 && amount !== undefined ? (factor * amount) / base : NaN;
    const said = document.getElementById(`${under.id}.m`);
    if (Number.isFinite(value)) said.textContent = `Tỷ lệ: ${value.toLocaleString("vi-VN", { maximumFractionDigits: places })} ${unit}`;
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

  // 3. Saving: changed cells go out two seconds after the last key, or when the box is left.
  const PAUSE = 2000;
  const AGAIN = 10000;
  const drafts = form.querySelector("[data-drafts]").formAction;
  const versions = JSON.parse(form.elements.versions.value);
  const changed = new Set();
  let batch = null; // what was sent and not yet answered: sent again as it was
  let busy = false;
  let timer = 0;
  let signedOut = false;

  const isCell = (name) => /^(?:target|prompt)\./.test(name);
  const field = (name) => form.elements[name];
  const textOf = (name) => (field(name).type === "checkbox" ? (field(name).checked ? "on" : "") : field(name).value);
  const say = (text) => (form.querySelector("[data-said]").textContent = text);
  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  };

  function post() {
    const known = Object.fromEntries([...batch.keys()].map((name) => [name, versions[name] ?? 0]));
    const token = field("csrfmiddlewaretoken").value;
    const body = new URLSearchParams([["csrfmiddlewaretoken", token], ["versions", JSON.stringify(known)], ...batch]);
    return fetch(drafts, { method: "POST", body, headers: { Accept: "application/json" } });
  }

  async function refreshToken() {
    const page = await fetch(form.action);
    signedOut = page.redirected;
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("#results [name=csrfmiddlewaretoken]");
    if (!signedOut && fresh) field("csrfmiddlewaretoken").value = fresh.value;
  }

  async function save() {
    if (busy || !(batch || changed.size)) return;
    busy = true;
    batch ??= new Map([...changed].map((name) => [name, textOf(name)]));
    batch.forEach((text, name) => textOf(name) === text && changed.delete(name));
    try {
      let response = await post();
      if (response.redirected || response.status === 403) {
        await refreshToken();
        if (!signedOut) response = await post();
      }
      if (signedOut) askToSignIn();
      else if (response.status === 409) (await response.json()).conflicts.forEach(showConflict);
      else if (response.ok) saved(await response.json());
      else say("Chưa lưu được; đề nghị bấm “Lưu nháp”.");
      if (!signedOut) {
        batch.forEach((text, name) => response.status === 409 && !document.getElementById(`${name}.c`) && changed.add(name));
        batch = null;
      }
    } catch {
      say("Chưa lưu: mất mạng. Sẽ tự lưu lại khi có mạng.");
      later(AGAIN);
    }
    busy = false;
    if (!batch && changed.size) later(PAUSE);
  }

  function saved(answer) {
    field("versions").value = JSON.stringify(Object.assign(versions, answer.versions));
    if (changed.size) return;
    say(`Đã lưu ${answer.saved_at}`);
    if (!field("evidence").value) form.dispatchEvent(new Event("saved"));
  }

  function askToSignIn() {
    say("Chưa lưu: phiên đăng nhập đã hết. ");
    const link = Object.assign(document.createElement("a"), { href: "/", target: "_blank", textContent: "Đăng nhập lại ở thẻ mới" });
    form.querySelector("[data-said]").append(link, ", rồi quay lại trang này.");
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
    (field(key).closest?.(".input-group") ?? field(key)[0]?.parentElement ?? field(key)).after(box);
    say("Chưa lưu: có ô người khác vừa ghi.");
  }

  function take(name, text) {
    if (field(name).type === "checkbox") field(name).checked = text === "on";
    else field(name).value = text;
    (field(name)[0] ?? field(name)).dispatchEvent(new Event("input", { bubbles: true }));
  }

  form.addEventListener("input", ({ target }) => {
    if (target.matches(".num")) echo(target, false);
    if (target.matches("[name$='.no_data']")) rest(target);
    if (!isCell(target.name)) return;
    target.classList.remove("is-invalid");
    changed.add(target.name);
    say("Chưa lưu");
    later(PAUSE);
  });
  form.addEventListener("focusout", ({ target }) => {
    if (target.matches(".num")) echo(target, true);
    save();
  });
  form.addEventListener("submit", (event) => {
    if (signedOut) event.preventDefault();
  });
  window.addEventListener("online", save);
  window.addEventListener("focus", save);
  document.querySelectorAll("button[data-takes]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => take(button.dataset.takes, button.dataset.text));
  });
})();
