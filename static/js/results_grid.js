// The results form as a sheet: arrows and Enter go from box to box, Esc takes back what stood there, and a column or a
// block copied from Excel spreads over the boxes after it was looked at. Ctrl+Z takes it out again.
"use strict";

(() => {
  const form = document.getElementById("results");
  if (!form) return;

  const { parse } = vietnameseNumbers;
  const wide = matchMedia("(min-width: 992px)");
  const made = (tag, fields = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), fields);
    element.append(...children);
    return element;
  };

  // 1. Lines and two columns: what was reached, what is expected. A ratio takes two lines, a yes one radio of its two.
  const PLACES = { amount: [0, 0], text: [0, 0], base: [1, 0], est_amount: [0, 1], est_base: [1, 1] };

  function sheet() {
    const lines = [];
    form.querySelectorAll("fieldset.answer").forEach((row) => {
      const own = [];
      row.querySelectorAll(".boxes :is(.num, select, textarea, [type=radio])").forEach((box) => {
        const [line, column] = PLACES[box.name.split(".").pop()];
        own[line] ??= [];
        if (!own[line][column] || box.checked) own[line][column] = box;
      });
      lines.push(...own.filter(Boolean));
    });
    return lines;
  }

  function placeOf(lines, box) {
    for (const [line, columns] of lines.entries()) {
      const column = columns.findIndex((other) => other && other.name === box.name);
      if (column >= 0) return [line, column];
    }
    return null;
  }

  const canType = (box) => box && !box.closest("[inert]");

  function go(box) {
    if (!box) return false;
    box.focus();
    if (box.matches(".num")) box.select();
    return true;
  }

  // 2. Keys.
  function step(box, down, right) {
    const lines = sheet();
    const place = placeOf(lines, box);
    if (!place) return false;
    let [line, column] = place;
    do {
      line += down;
      column += right;
      if (canType(lines[line]?.[column])) return go(lines[line][column]);
    } while (lines[line] && column >= 0 && column < 2);
    return false;
  }

  function enter(box, up) {
    const lines = wide.matches ? sheet() : [];
    const place = placeOf(lines, box);
    if (place && (up || step(box, 1, 0))) return up && step(box, -1, 0);
    if (place && place[1] === 0) {
      const top = lines.map((columns) => columns[1]).find(canType);
      if (top) return go(top);
    }
    const after = (other) => box.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING;
    const others = [...form.querySelectorAll(place ? ".question textarea, .action-bar .btn-primary" : ".num, textarea, [type=radio], select")];
    return go(others.filter(canType).find(after));
  }

  function leavesByArrow(box, key) {
    const vertical = key === "ArrowUp" || key === "ArrowDown";
    if (box.type === "radio") return vertical; // left and right choose
    if (box.matches("select")) return true;
    const { selectionStart: from, selectionEnd: to, value } = box;
    const [atStart, atEnd] = [from === 0, to === value.length];
    if (box.matches("textarea")) return from === to && (key === "ArrowUp" || key === "ArrowLeft" ? atStart : atEnd);
    if (vertical || (atStart && atEnd)) return true;
    return from === to && (key === "ArrowLeft" ? atStart : atEnd);
  }

  const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  const was = new WeakMap(); // what stood in a box when it was entered

  form.addEventListener("focusin", ({ target }) => was.set(target, target.value));
  form.addEventListener("keydown", (event) => {
    const { target: box, key } = event;
    if (event.isComposing || event.altKey) return;
    if (event.ctrlKey || event.metaKey) {
      if (key.toLowerCase() === "z" && !event.shiftKey && pasted.length && was.get(box) === box.value) {
        event.preventDefault();
        takeBack();
      }
    } else if (key in ARROWS && !event.shiftKey) {
      const isBox = box.matches(".boxes :is(.num, select, textarea, [type=radio])");
      if (isBox && leavesByArrow(box, key) && (step(box, ...ARROWS[key]) || box.matches("select, [type=radio]"))) event.preventDefault();
    } else if (key === "Enter" && box.matches("input:not([type=file]), select")) {
      event.preventDefault();
      enter(box, event.shiftKey);
    } else if (key === "Escape" && box.matches("input:not([type=radio], [type=checkbox], [type=file]), textarea, select") && was.get(box) !== box.value) {
      event.preventDefault();
      fill(box, was.get(box));
      if (box.matches(".num")) box.select();
    }
  });

  function fill(box, text) {
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // 3. What was copied: cells apart by tabs, lines by line ends, a cell with either in quotes.
  function cellsOf(text) {
    const lines = [[]];
    const cell = /(?:"((?:[^"]|"")*)"|([^\t\r\n]*))(\t|\r?\n|\r|$)/gy;
    for (let found; (found = cell.exec(text)); ) {
      lines.at(-1).push((found[1]?.replaceAll('""', '"') ?? found[2]).trim());
      if (!found[3]) break;
      if (found[3] !== "\t") lines.push([]);
    }
    if (lines.length > 1 && lines.at(-1).join("") === "") lines.pop();
    return lines;
  }

  // 4. 1.234 is a thousand and more in Vietnamese, and one and a bit in English: who knows is asked.
  const ENGLISH = /^-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?$/;
  const turned = (text) => text.replaceAll(",", "").replace(".", ",");
  const decimalsOf = (box) => Number(box.closest(".answer").dataset.decimals);
  const readings = ({ box, text }) => ({
    vi: parse(text, decimalsOf(box)).shown,
    en: ENGLISH.test(text) ? parse(turned(text), decimalsOf(box)).shown : undefined,
  });

  function styleOf(entries) {
    const read = entries.filter(({ box, text }) => box.matches(".num") && text).map(readings);
    const only = (one, other) => read.some((each) => each[one] && !each[other]);
    const differs = read.some(({ vi, en }) => vi && en && vi !== en);
    const [vi, en] = [only("vi", "en"), only("en", "vi")];
    if (!en && (vi || !differs)) return { chosen: "vi", asks: false };
    return { chosen: en && !vi && !differs ? "en" : "", asks: true };
  }

  const VERDICTS = { "đạt": "1", "có": "1", 1: "1", "chưa đạt": "0", "không đạt": "0", "không": "0", 0: "0" };

  // What goes into a box, and how it reads on the page; a text that cannot be read goes in as it is, to be mended there.
  function result(entry, style) {
    const { box, text } = entry;
    if (!text) return { said: "để nguyên" };
    if (!canType(box)) return { said: "bỏ qua: không có số liệu" };
    if (box.matches("textarea")) return { value: text, said: text };
    if (!box.matches(".num")) {
      const value = VERDICTS[text.toLowerCase().normalize("NFC")];
      return value ? { value, said: value === "1" ? "Đạt" : "Chưa đạt" } : { said: "bỏ qua: không phải Đạt hay Chưa đạt", isWrong: true };
    }
    if (!style) return { said: "" };
    const value = readings(entry)[style];
    return value ? { value, said: value } : { value: text, said: `${text} (chưa đọc được, cần sửa)`, isWrong: true };
  }

  // 5. Look first, then write.
  const nameOf = (box) => {
    const row = box.closest(".answer");
    const caption = box.type === "radio" ? "Thực hiện" : box.labels[0]?.textContent ?? "";
    return `${row.querySelector("legend b").textContent}. ${caption}`;
  };

  function show(entries, leftOver) {
    let { chosen, asks } = styleOf(entries);
    const body = made("tbody");
    const write = made("button", { type: "button", className: "btn btn-primary", textContent: "Ghi vào các ô" });
    const leave = made("button", { type: "button", className: "btn btn-secondary", textContent: "Thôi" });
    const dialog = made("dialog", { className: "panel paste" }, made("h2", { textContent: `Dán ${entries.length} ô từ bảng tính` }));
    dialog.setAttribute("aria-label", "Dán từ bảng tính");
    const draw = () => {
      write.disabled = !chosen;
      body.replaceChildren(
        ...entries.map((entry) => {
          const { said, isWrong } = result(entry, chosen);
          return made("tr", {}, made("td", { textContent: nameOf(entry.box) }), made("td", { className: "num", textContent: entry.text }), made("td", { className: `num${isWrong ? " text-danger" : ""}`, textContent: said }));
        }),
      );
    };
    if (asks) dialog.append(question(chosen, (style) => ((chosen = style), draw())));
    if (leftOver) dialog.append(made("p", { className: "text-danger", textContent: `Bảng dán còn ${leftOver} ô nằm ngoài biểu mẫu; các ô này không được ghi.` }));
    const head = made("thead", {}, made("tr", {}, ...["Ô", "Đã chép", "Sẽ ghi"].map((textContent, place) => made("th", { scope: "col", className: place ? "num" : "", textContent }))));
    dialog.append(made("div", { className: "table-frame" }, made("table", { className: "table" }, head, body)), made("div", { className: "action-bar" }, write, leave));
    const back = document.activeElement;
    write.addEventListener("click", () => {
      dialog.close();
      writeAll(entries.map((entry) => ({ ...entry, ...result(entry, chosen) })).filter(({ value }) => value !== undefined));
    });
    leave.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      back.focus();
    });
    draw();
    document.body.append(dialog);
    dialog.showModal();
    (chosen ? write : dialog.querySelector("input")).focus();
  }

  function question(chosen, choose) {
    const set = made("fieldset", { className: "either" }, made("legend", { textContent: "Số trong bảng viết theo kiểu nào? Cổng không tự đoán." }));
    for (const [style, words] of [["vi", "Kiểu Việt Nam: 1.234,5 là một nghìn hai trăm ba mươi tư phẩy năm"], ["en", "Kiểu Anh (Excel tiếng Anh): 1,234.5 hoặc 1234.5"]]) {
      const radio = made("input", { type: "radio", className: "form-check-input", name: "style", id: `style.${style}`, checked: style === chosen });
      radio.addEventListener("change", () => choose(style));
      set.append(made("div", { className: "form-check" }, radio, made("label", { className: "form-check-label", htmlFor: radio.id, textContent: words })));
    }
    return set;
  }

  // 6. Writing, and taking it out again.
  const pasted = [];
  const textOf = (box) => (box.type === "radio" ? form.elements[box.name].value : box.value);

  function put(box, text) {
    if (box.type !== "radio") return fill(box, text);
    form.elements[box.name].forEach((radio) => (radio.checked = radio.value === text));
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function writeAll(entries) {
    const step = entries.map(({ box, value }) => ({ box, before: textOf(box), value }));
    step.forEach(({ box, value }) => {
      put(box, value);
      was.set(box, box.value);
    });
    pasted.push(step);
    sayPasted(`Đã ghi ${step.length} ô từ bảng dán.`, true);
  }

  function takeBack() {
    const step = pasted.pop().filter(({ box, value }) => textOf(box) === value); // what was typed since stays
    step.forEach(({ box, before }) => {
      put(box, before);
      was.set(box, box.value);
    });
    sayPasted(`Đã bỏ ${step.length} ô vừa dán.`, pasted.length > 0);
  }

  function sayPasted(text, canUndo) {
    form.querySelector(".pasted")?.remove();
    const line = made("p", { className: "pasted", textContent: `${text} ` });
    line.setAttribute("role", "status");
    if (canUndo) {
      const undo = made("button", { type: "button", className: "btn btn-secondary btn-sm", textContent: "Hoàn tác (Ctrl+Z)" });
      undo.addEventListener("click", takeBack);
      line.append(undo);
    }
    form.querySelector(".action-bar").prepend(line);
  }

  form.addEventListener("paste", (event) => {
    const box = event.target;
    if (!box.matches(".boxes .num")) return;
    const block = cellsOf(event.clipboardData.getData("text/plain"));
    if (block.length === 1 && block[0].length === 1) {
      const { vi, en } = readings({ box, text: block[0][0] });
      if (vi || !en) return; // one number that reads as it stands, or a text: it goes where the caret is
    }
    event.preventDefault();
    const lines = sheet();
    const [line, column] = placeOf(lines, box);
    const spread = block.flatMap((cells, down) => cells.map((text, right) => ({ text, box: lines[line + down]?.[column + right] })));
    show(spread.filter((entry) => entry.box), spread.filter((entry) => !entry.box && entry.text).length);
  });
})();
