// Who takes part: whole groups ticked at once, and one tick that follows from another.
"use strict";

(() => {
  const table = document.querySelector(".participants");
  if (!table) return;
  const told = document.querySelector("[data-joined]");
  const free = "input:not(:disabled)";

  function count() {
    const [joins, reports] = ["[data-joins]:checked", "[data-reports]:checked"].map((boxes) => table.querySelectorAll(boxes).length);
    told.textContent = `Đang đánh dấu: ${joins} đơn vị tham gia, ${reports} đơn vị phải báo cáo.`;
  }

  table.addEventListener("change", ({ target }) => {
    const row = target.closest("tr");
    if (target.matches("[data-reports]") && target.checked) row.querySelector("[data-joins]").checked = true;
    if (target.matches("[data-joins]") && !target.checked) row.querySelector("[data-reports]").checked = false;
    count();
  });

  table.querySelectorAll("button[data-ticks-group]").forEach((button) => {
    const boxes = [...button.closest("tbody").querySelectorAll(`${free}[data-joins], ${free}[data-reports]`)];
    button.hidden = boxes.length === 0;
    button.addEventListener("click", () => {
      const ticked = boxes.every((box) => box.checked);
      boxes.forEach((box) => (box.checked = !ticked));
      boxes[0].dispatchEvent(new Event("change", { bubbles: true }));
    });
  });

  count();
})();
