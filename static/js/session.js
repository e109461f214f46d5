// A session that ended while somebody was typing: signing in again happens in the page, and nothing typed is lost.
// Forms with data-guard ask first whether they may be sent; so an expired session or a dead network costs no text.
"use strict";

const portalSession = (() => {
  const dialog = document.getElementById("sign-in-again");
  const OFFLINE = "Mất mạng nên chưa gửi được. Nội dung vẫn còn trên trang; đề nghị giữ trang này và thử lại khi có mạng.";

  // "in" (and the page's forms got a fresh token), "out", "other" (somebody else signed in here), "new" (the password must
  // be changed first), "offline" or "busy".
  async function state() {
    try {
      const answer = await fetch(dialog.dataset.asks, { redirect: "manual", cache: "no-store", headers: { Accept: "application/json" } });
      if (answer.status === 403 && (await answer.json()).change_at) return "new";
      if (answer.type === "opaqueredirect" || answer.status === 403) return "out";
      if (!answer.ok) return "busy";
      const { user, token } = await answer.json();
      document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((field) => (field.value = token));
      return String(user) === dialog.dataset.user ? "in" : "other";
    } catch {
      return "offline";
    }
  }

  const parsed = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");
  const complain = (text) => (dialog.querySelector("[data-wrong]").textContent = text);

  async function signIn() {
    const { action } = dialog.querySelector("form");
    const fresh = (await parsed(await fetch(action))).querySelector("[name=csrfmiddlewaretoken]");
    if (fresh) {
      const body = new URLSearchParams(new FormData(dialog.querySelector("form")));
      body.set("csrfmiddlewaretoken", fresh.value);
      const answer = await fetch(action, { method: "POST", body });
      const page = await parsed(answer);
      if (!answer.redirected) {
        const wrong = page.querySelector(".notice-error li") ?? page.querySelector("main h1");
        return complain(wrong?.textContent.trim().replace(/\s+/g, " ") ?? "Chưa đăng nhập được; đề nghị thử lại.");
      }
    }
    const now = await state();
    if (now === "in") dialog.close("in");
    else if (now === "new") complain("Mật khẩu này dùng một lần. Đề nghị mở trang “Đổi mật khẩu” ở thẻ khác, đổi xong rồi quay lại đây.");
    else complain(now === "other" ? "Tài khoản vừa đăng nhập không phải tài khoản đang nhập dở; đề nghị đăng nhập lại đúng tài khoản." : OFFLINE);
  }

  dialog?.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    complain("");
    signIn().catch(() => complain(OFFLINE));
  });
  dialog?.querySelector("[data-closes]").addEventListener("click", () => dialog.close());

  // Whether the page's own person is signed in, after the person was asked to if need be.
  let asking = null;
  async function ensure() {
    const now = await state();
    if (now === "in") return "in";
    if (now !== "out" && now !== "other" && now !== "new") return now;
    asking ??= new Promise((resolve) => {
      complain(now === "other" ? "Một tài khoản khác vừa đăng nhập trên máy này." : "");
      dialog.querySelector("[name=password]").value = "";
      dialog.returnValue = "";
      dialog.showModal();
      dialog.addEventListener("close", () => resolve(dialog.returnValue || "out"), { once: true });
    }).finally(() => (asking = null));
    return asking;
  }

  function tell(form, text) {
    const place = form.querySelector("[data-said]") ?? form.querySelector("[data-held]") ?? form.appendChild(Object.assign(document.createElement("p"), { className: "text-danger" }));
    place.dataset.held = "";
    place.setAttribute("role", "alert");
    place.textContent = text;
  }

  document.addEventListener(
    "submit",
    (event) => {
      const { target: form, submitter } = event;
      if (!dialog || !("guard" in form.dataset) || "let" in form.dataset) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      ensure().then((now) => {
        if (now === "in") {
          form.dataset.let = "";
          form.requestSubmit(submitter);
          delete form.dataset.let;
        } else if (now === "out") tell(form, "Chưa gửi: phiên đăng nhập đã hết. Nội dung vẫn còn trên trang.");
        else tell(form, now === "busy" ? "Máy chủ đang bận nên chưa gửi được. Nội dung vẫn còn trên trang; đề nghị thử lại sau ít phút." : OFFLINE);
      });
    },
    true,
  );

  // Signing out leaves nothing typed behind on a shared machine.
  document.querySelectorAll("form[data-signs-out]").forEach((form) =>
    form.addEventListener("submit", () => {
      document.dispatchEvent(new Event("signs-out"));
      try {
        Object.keys(localStorage).filter((key) => key.startsWith("nhap:")).forEach((key) => localStorage.removeItem(key));
      } catch {}
    }),
  );

  return { ensure };
})();
