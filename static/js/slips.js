// The slips are shown once: printing is one button, and leaving before it asks first.
"use strict";

(() => {
  const button = document.querySelector("[data-prints]");
  if (!button) return;

  let printed = false;
  window.addEventListener("afterprint", () => (printed = true));
  window.addEventListener("beforeunload", (event) => {
    if (!printed) event.preventDefault();
  });
  button.hidden = false;
  button.addEventListener("click", () => window.print());
})();
