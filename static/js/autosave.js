// Saves the results form as it is typed: changed cells go out two seconds after the last key, or when a box is left.
// A cell that a colleague changed meanwhile shows both texts; whoever was signed out signs in beside and goes on.
"use strict";

(() => {
  const form = document.getElementById("results");
  if (!form) return;

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
  const first = (name) => (field(name) instanceof RadioNodeList ? field(name)[0] : field(name));
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
    if (form.querySelector("[data-said] a")) return; // the link stays under the finger that is about to press it
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
    (first(key).closest(".input-group, .form-check") ?? first(key)).after(box);
    say("Chưa lưu: có ô người khác vừa ghi.");
  }

  function take(name, text) {
    if (field(name).type === "checkbox") field(name).checked = text === "on";
    else field(name).value = text;
    first(name).dispatchEvent(new Event("input", { bubbles: true }));
  }

  form.addEventListener("input", ({ target }) => {
    if (!isCell(target.name)) return;
    target.classList.remove("is-invalid");
    changed.add(target.name);
    say("Chưa lưu");
    later(PAUSE);
  });
  form.addEventListener("focusout", save);
  form.addEventListener("submit", (event) => {
    if (signedOut) event.preventDefault();
  });
  window.addEventListener("online", save);
  window.addEventListener("focus", save);
  document.querySelectorAll("button[data-takes]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      take(button.dataset.takes, button.dataset.text);
      Object.assign(button, { textContent: "Đã lấy", disabled: true });
    });
  });
})();
