// A file is compared with the issued one in the browser: its hash is worked out here and nothing leaves the machine.
"use strict";

(() => {
  const form = document.querySelector("form[data-compares]");
  if (!form || !window.crypto?.subtle) return; // without it the server works the hash out

  const known = [...document.querySelectorAll("[data-sha256]")].map((code) => code.textContent);
  const answer = form.querySelector("[data-answer]");
  const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  async function compare() {
    const [file] = form.elements.file.files;
    if (!file) return;
    const sha256 = hex(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    const same = known.includes(sha256);
    answer.className = `notice ${same ? "notice-success" : "notice-error"}`;
    answer.textContent = same
      ? `“${file.name}” đúng là tệp của văn bản này, giống từng byte.`
      : `“${file.name}” không phải tệp của văn bản này: có thể đã bị sửa, in lại hoặc là bản khác. SHA-256 ${sha256}`;
  }

  form.elements.file.addEventListener("change", compare);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    compare();
  });
})();
