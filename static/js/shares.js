// The table of shares: tick every unit of a group at once, or none when all are ticked.
"use strict";

document.querySelectorAll("button[data-ticks-all]").forEach((button) => {
  const boxes = [...button.closest("tbody").querySelectorAll("input[type=checkbox]")];
  button.hidden = false;
  button.addEventListener("click", () => {
    const ticked = boxes.every((box) => box.checked);
    boxes.forEach((box) => (box.checked = !ticked));
    boxes[0].dispatchEvent(new Event("change", { bubbles: true }));
  });
});
