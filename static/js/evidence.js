// Files of evidence. A picture opens over the page. In the results form each file goes up at once, one request a file,
// with its progress and a way to stop it; a large photo is made smaller first, for the sake of a slow line.
"use strict";

(() => {
  const LONG_EDGE = 2560;
  const LARGE_PHOTO = 1.5e6;
  const MAX_FILE = 10 * 1024 * 1024;

  const made = (tag, fields = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), fields);
    element.append(...children);
    return element;
  };

  // 1. A picture opens over the page, so that a form that is half filled in stays where it is.
  let viewer = null;
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-picture]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    viewer?.remove();
    const name = link.textContent.trim();
    const file = new URL("..", link.href).href;
    const close = made("button", { type: "button", className: "btn btn-secondary", textContent: "Đóng" });
    const download = made("a", { className: "btn btn-secondary", href: file, textContent: "Tải về" });
    viewer = made("dialog", { className: "picture-viewer" }, made("p", {}, made("strong", { textContent: name }), download, close), made("img", { src: file, alt: `Ảnh minh chứng “${name}”` }));
    close.addEventListener("click", () => viewer.close());
    viewer.addEventListener("click", ({ target }) => target === viewer && viewer.close());
    document.body.append(viewer);
    viewer.showModal();
  });

  const form = document.getElementById("results");
  if (!form?.dataset.files) return;

  const token = () => form.elements.csrfmiddlewaretoken.value;
  const announce = (text) => (document.getElementById("announcements").textContent = text);
  const OFFLINE = "Mất mạng, chưa gửi được.";
  const RELOAD = "Chưa gửi được; đề nghị tải lại trang rồi thử lại.";

  // 2. What waits, what is on its way, what failed on the way and is kept in the page to be sent again.
  const waiting = [];
  const unsent = new Set();
  let sending = null;
  let heldSubmit = null; // the button that was pressed while files were on their way

  function add(input) {
    const place = input.closest(".evidence");
    place.querySelectorAll(".refused, .invalid-feedback").forEach((old) => old.remove());
    for (const file of input.files) queue(place, input.hasAttribute("capture") ? named(file) : file);
    input.value = "";
    place.querySelector(".file-names").textContent = "";
  }

  // A camera names each photo alike.
  function named(file) {
    const now = new Date();
    const two = (number) => String(number).padStart(2, "0");
    const moment = `${two(now.getDate())}-${two(now.getMonth() + 1)} ${two(now.getHours())}.${two(now.getMinutes())}.${two(now.getSeconds())}`;
    return new File([file], `Ảnh chụp ${moment}.${file.type === "image/png" ? "png" : "jpg"}`, { type: file.type });
  }

  function queue(place, file) {
    const entry = { place, file, item: made("li", { className: "going" }) };
    let list = place.querySelector(".files");
    if (!list) place.querySelector(".file-choice").before((list = made("ul", { className: "files" })));
    list.append(entry.item);
    wait(entry);
  }

  function wait(entry) {
    unsent.delete(entry);
    entry.progress = made("progress", { max: 1, value: 0 });
    entry.progress.setAttribute("aria-label", `Đang tải lên ${entry.file.name}`);
    show(entry, entry.progress, button("Huỷ", () => drop(entry)));
    waiting.push(entry);
    next();
  }

  function show(entry, ...parts) {
    entry.item.replaceChildren(made("span", { className: "name", textContent: entry.file.name }), ...parts);
  }

  const button = (text, press) => {
    const pressed = made("button", { type: "button", className: "btn btn-link", textContent: text });
    pressed.addEventListener("click", press);
    return pressed;
  };

  function drop(entry) {
    const place = waiting.indexOf(entry);
    if (place >= 0) waiting.splice(place, 1);
    unsent.delete(entry);
    entry.isDropped = true;
    entry.request?.abort();
    entry.item.remove();
    held.textContent = "";
  }

  async function next() {
    if (sending || !waiting.length) return;
    sending = waiting.shift();
    await send(sending);
    sending = null;
    if (waiting.length) next();
    else if (heldSubmit) release();
  }

  // 3. One file on its way.
  async function send(entry) {
    const file = await smaller(entry.file);
    if (file.size > MAX_FILE) return refuse(entry, "Tệp lớn hơn 10 MB; đề nghị giảm dung lượng hoặc chia nhỏ.");
    let answer = await post(entry, file);
    if (isSignedOut(answer)) {
      const now = entry.isDropped ? "out" : await portalSession.ensure();
      answer = now === "in" ? await post(entry, file) : { status: now === "offline" ? 0 : 401 };
    }
    if (entry.isDropped) return;
    if (answer.status === 200 && answer.said.html) arrived(entry, answer.said.html);
    else if (answer.said?.error) refuse(entry, answer.said.error);
    else if (answer.status === 0) keep(entry, OFFLINE);
    else if (answer.status === 401) keep(entry, "Chưa gửi: phiên đăng nhập đã hết.");
    else if (answer.status >= 500) keep(entry, "Máy chủ đang bận, chưa gửi được.");
    else refuse(entry, answer.status === 413 ? "Máy chủ không nhận tệp này vì quá lớn." : RELOAD);
  }

  const isSignedOut = ({ status, said }) => status === 403 || (status === 200 && !said.html && !said.error);

  function post(entry, file) {
    const body = new FormData();
    body.append("csrfmiddlewaretoken", token());
    body.append("target", entry.place.querySelector("[name^=evidence]").name.split(".")[1] ?? "");
    body.append("evidence", file, entry.file.name);
    return new Promise((resolve) => {
      const request = (entry.request = new XMLHttpRequest());
      request.open("POST", form.dataset.files);
      request.setRequestHeader("Accept", "application/json");
      request.upload.addEventListener("progress", ({ loaded, total }) => (entry.progress.value = loaded / total));
      request.addEventListener("loadend", () => {
        let said = {};
        try {
          said = JSON.parse(request.responseText);
        } catch {} // a page, not an answer: the sign-in page, or one of an error
        resolve({ status: request.status, said });
      });
      request.send(body);
    });
  }

  async function smaller(file) {
    if (file.type !== "image/jpeg" || file.size < LARGE_PHOTO) return file;
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, LONG_EDGE / Math.max(picture.width, picture.height));
      const canvas = made("canvas", { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      picture.close();
      const drawn = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
      return drawn && drawn.size < file.size ? drawn : file;
    } catch {
      return file; // the server makes it smaller, or says what is wrong with it
    }
  }

  function arrived(entry, html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    const item = template.content.firstElementChild;
    const address = item.querySelector("a").getAttribute("href");
    const known = [...entry.place.querySelectorAll(".files a")].some((link) => link.getAttribute("href") === address);
    if (known) return refuse(entry, "Tệp này đã có ở đây.");
    entry.item.replaceWith(item);
    announce(`Đã tải lên ${entry.file.name}`);
  }

  function refuse(entry, sentence) {
    entry.item.className = "refused";
    show(entry, made("span", { className: "why", textContent: sentence }), button("Bỏ", () => drop(entry)));
    if (sentence.includes(entry.file.name)) entry.item.querySelector(".name").remove();
    stop(`${entry.file.name}: ${sentence}`);
  }

  function keep(entry, sentence) {
    unsent.add(entry);
    show(entry, made("span", { className: "why", textContent: sentence }), button("Gửi lại", () => wait(entry)), button("Bỏ", () => drop(entry)));
    stop(`${entry.file.name}: ${sentence}`);
  }

  function stop(sentence) {
    if (heldSubmit) held.textContent = "Chưa chuyển tiếp: có tệp minh chứng chưa tải lên được.";
    heldSubmit = null;
    announce(sentence);
  }

  window.addEventListener("online", () => [...unsent].forEach(wait));
  window.addEventListener("beforeunload", (event) => {
    if (sending || waiting.length || unsent.size) event.preventDefault();
  });

  // 4. The form waits for its files. What it waits for stands apart from what the autosave says.
  const held = made("p", { className: "held" });
  held.setAttribute("role", "status");
  form.querySelector(".action-bar").prepend(held);
  form.addEventListener("submit", (event) => {
    if (!sending && !waiting.length && !unsent.size) return;
    event.preventDefault();
    heldSubmit = unsent.size ? null : event.submitter;
    held.textContent = unsent.size ? "Có tệp minh chứng chưa gửi được: đề nghị gửi lại hoặc bỏ." : "Đang tải tệp lên; tải xong sẽ tự chuyển tiếp.";
    [...unsent][0]?.item.scrollIntoView({ block: "center" });
  });

  function release() {
    const pressed = heldSubmit;
    heldSubmit = null;
    held.textContent = "";
    form.requestSubmit(pressed);
  }

  // 5. Taking a file off asks once more on the same button.
  form.addEventListener("click", (event) => {
    const pressed = event.target.closest("button[formaction$='/go/']");
    if (!pressed) return;
    event.preventDefault();
    if ("sure" in pressed.dataset) return remove(pressed);
    const before = [...pressed.childNodes];
    pressed.dataset.sure = "";
    pressed.firstChild.replaceWith("Gỡ hẳn?");
    setTimeout(() => {
      delete pressed.dataset.sure;
      pressed.replaceChildren(...before);
    }, 4000);
  });

  async function remove(pressed, again = true) {
    const item = pressed.closest("li");
    const say = (text) => {
      item.querySelector(".why")?.remove();
      item.append(made("span", { className: "why", textContent: text }));
      announce(text);
    };
    try {
      const headers = { Accept: "application/json" };
      const body = new URLSearchParams({ csrfmiddlewaretoken: token() });
      const answer = await fetch(pressed.formAction, { method: "POST", body, headers, redirect: "manual" });
      if (answer.ok) {
        const { error } = await answer.json();
        if (error) return say(error);
        announce(`Đã gỡ ${item.querySelector("a").textContent.trim()}`);
        item.remove();
      } else if (again && (answer.type === "opaqueredirect" || answer.status === 403) && (await portalSession.ensure()) === "in") await remove(pressed, false);
      else say("Chưa gỡ được; đề nghị thử lại.");
    } catch {
      say("Mất mạng, chưa gỡ được.");
    }
  }

  // 6. Choosing. These inputs hold nothing that leaving the page could lose.
  ["input", "change"].forEach((kind) =>
    form.addEventListener(kind, (event) => {
      if (event.target.type !== "file") return;
      event.stopPropagation();
      if (kind === "change") add(event.target);
    }),
  );

  // Not every phone offers its camera among the files: there it has a button of its own.
  if (matchMedia("(pointer: coarse)").matches) {
    form.querySelectorAll(".evidence .file-choice").forEach((choice) => {
      const id = `${choice.querySelector("input").id}.camera`;
      const camera = made("input", { type: "file", id, accept: "image/*" });
      camera.setAttribute("capture", "environment");
      const label = made("label", { className: "btn btn-secondary btn-sm", htmlFor: id, textContent: "Chụp ảnh" });
      choice.querySelector(".file-names").before(camera, label);
    });
  }
})();
