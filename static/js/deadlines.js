// Deadlines in the plan's own words, read back by the server while they are typed. What was read back is what is saved:
// without this script, or before its answer, the page shows the reading first and asks to save again.
"use strict";

(() => {
  const PAUSE = 300;
  const form = document.querySelector("form[data-reads-deadlines]");

  function watch(field) {
    const mark = document.getElementById(field.dataset.deadlineWords);
    const said = document.getElementById(mark.dataset.said);
    let asked = 0;
    let timer = 0;

    async function read() {
      const mine = (asked += 1);
      const words = field.value.trim();
      if (!words) return show({ said: "", moment: "" });
      try {
        const response = await fetch(`${form.dataset.readsDeadlines}?w=${encodeURIComponent(words)}`);
        if (!response.ok || response.redirected) return;
        const answer = await response.json();
        if (mine === asked) show(answer); // an answer to older words is of no use
      } catch {
        // no network: the server reads the words back when the form is sent
      }
    }

    function show({ said: text = "", moment = "", problem = "" }) {
      mark.value = moment;
      said.textContent = problem || text;
      said.classList.toggle("wrong", Boolean(problem));
    }

    field.addEventListener("input", () => {
      asked += 1;
      mark.value = "";
      clearTimeout(timer);
      timer = setTimeout(read, PAUSE);
    });
  }

  form?.querySelectorAll("[data-deadline-words]").forEach(watch);
})();
