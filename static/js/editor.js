// The campaign editor: an address out of a name, a colleague's text taken over, rows added and put in order.
// Without it the pages keep their number boxes and spare rows.
"use strict";

(() => {
  // 1. The address that an empty box stands for.
  const slug = document.getElementById("id_slug");
  const name = document.getElementById("id_short_name");
  if (slug && name) {
    const propose = () => {
      const plain = name.value.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();
      slug.placeholder = plain.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 50);
    };
    name.addEventListener("input", propose);
    propose();
  }

  // 2. The stored text instead of one's own.
  document.querySelectorAll("button[data-takes]").forEach((button) => {
    const field = document.getElementById(button.dataset.takes);
    if (!field) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      field.value = button.dataset.text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    });
  });

  // 3. Rows.
  const list = document.querySelector("[data-rows]");
  if (!list) return;
  const form = list.closest("form");
  const total = form.elements[`${list.dataset.rows}-TOTAL_FORMS`];
  const most = Number(form.elements[`${list.dataset.rows}-MAX_NUM_FORMS`].value);
  const adds = form.querySelector("[data-adds-row]");
  const rows = () => [...list.children];
  const place = (row) => row.querySelector("input[name$='-ORDER']");
  const say = (text) => (document.getElementById("announcements").textContent = text);

  function number() {
    rows().forEach((row, index) => {
      place(row).value = index + 1;
      row.querySelector("[data-moves='-1']").disabled = index === 0;
      row.querySelector("[data-moves='1']").disabled = index === list.children.length - 1;
    });
    adds.disabled = list.children.length >= most;
  }

  function prepare(row) {
    place(row).closest(".row-place").hidden = true;
    row.querySelectorAll("[data-moves]").forEach((button) => (button.hidden = false));
    const drop = row.querySelector("input[name$='-DELETE']");
    const mark = () => row.classList.toggle("dropped", drop.checked);
    drop.addEventListener("change", mark);
    mark();
  }

  function move(row, by) {
    const other = by < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    if (by < 0) other.before(row);
    else other.after(row);
    number();
    place(row).dispatchEvent(new Event("change", { bubbles: true })); // something to save
    say(`Mục ${rows().indexOf(row) + 1} trên ${list.children.length}`);
  }

  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-moves]");
    if (!button) return;
    move(button.closest("li"), Number(button.dataset.moves));
    (button.disabled ? button.parentElement.querySelector("[data-moves]:not(:disabled)") : button)?.focus();
  });

  list.addEventListener("keydown", (event) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!event.altKey || !by) return;
    event.preventDefault();
    const held = document.activeElement;
    move(event.target.closest("li"), by);
    held.focus();
  });

  adds.addEventListener("click", () => {
    const html = form.querySelector("template[data-row]").innerHTML.replaceAll("__prefix__", total.value);
    list.insertAdjacentHTML("beforeend", html);
    total.value = Number(total.value) + 1;
    prepare(list.lastElementChild);
    number();
    list.lastElementChild.querySelector("input:not([type=hidden]), textarea").focus();
  });

  rows().forEach(prepare);
  rows()
    .sort((one, other) => (Number(place(one).value) || Infinity) - (Number(place(other).value) || Infinity))
    .forEach((row) => list.append(row));
  number();
  adds.hidden = false;
})();
