// The box for a workbook says which file was chosen.
"use strict";

document.querySelectorAll(".file-choice input[type=file]").forEach((input) => {
  const said = input.closest(".file-choice").querySelector(".file-names");
  const tell = () => (said.textContent = [...input.files].map((file) => file.name).join("; ") || said.dataset.none);
  input.addEventListener("change", tell);
  window.addEventListener("pageshow", tell);
});
