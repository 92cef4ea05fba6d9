/* lotwarden: what a page does beyond its HTML.  Everything works without this file.

   Drafts       form[data-draft=KEY] is kept in this browser until it was submitted and the
                next page is not a refusal or an error (body[data-outcome=failed]).
   Totals       output[data-sum-of=KEY] says what the fields [data-part=KEY] sum to.
   Rows         [data-rows=PREFIX] of a Django formset grows by its <template>.
   Buttons      [data-copy=SELECTOR], [data-print]; a submitted button is not pressed twice.
   Bands        links of [data-flow] swap the story only (htmx). */
(() => {
  "use strict";
  const PREFIX = "lotwarden.draft.";
  const SENT = "lotwarden.sent";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const number = new Intl.NumberFormat("en-US");

  function store(act) {
    try { return act(); } catch { return null; } // storage may be off or full: nothing is kept
  }

  // Drafts ------------------------------------------------------------------------------------
  const isKept = (field) =>
    field.name && !["file", "password", "submit", "button"].includes(field.type) &&
    field.name !== "csrfmiddlewaretoken" &&
    (field.type !== "hidden" || field.hasAttribute("data-client-id") || /-TOTAL_FORMS$/.test(field.name));

  // A time left as it was shown means now: the page's own now, not that of the draft.
  const minute = (time) => time.replace(" ", "T").slice(0, 16);
  const isUntouched = (form, field) => {
    const shown = form.elements[`initial-${field.name}`];
    return shown !== undefined && minute(shown.value) === minute(field.value);
  };

  function read(form) {
    const values = {};
    for (const field of form.elements) {
      if (!isKept(field) || isUntouched(form, field)) continue;
      const at = (values[field.name] ||= []);
      if (field.type === "checkbox" || field.type === "radio") { if (field.checked) at.push(field.value); }
      else if (field.multiple) at.push(...[...field.selectedOptions].map((one) => one.value));
      else at.push(field.value);
    }
    return values;
  }

  function write(form, values) {
    for (const rows of all("[data-rows]", form)) {
      const wanted = Number((values[`${rows.dataset.rows}-TOTAL_FORMS`] || [])[0]) || 0;
      while (rowCount(rows) < Math.min(wanted, 100)) addRow(rows);
    }
    const seen = {};
    for (const field of form.elements) {
      if (!isKept(field) || !(field.name in values)) continue;
      const kept = values[field.name];
      if (field.type === "checkbox" || field.type === "radio") field.checked = kept.includes(field.value);
      else if (field.multiple) for (const one of field.options) one.selected = kept.includes(one.value);
      else field.value = kept[(seen[field.name] = (seen[field.name] ?? -1) + 1)] ?? field.value;
    }
  }

  function tellOfDraft(form, key, at) {
    const told = form.querySelector("[data-draft-told]");
    if (!told) return;
    const then = new Date(at), today = then.toDateString() === new Date().toDateString();
    const time = today
      ? then.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })
      : then.toLocaleString("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
    told.hidden = false;
    told.firstElementChild.textContent = told.dataset.draftTold.replace("{time}", time);
    told.querySelector("button").addEventListener("click", () => {
      store(() => localStorage.removeItem(key));
      location.reload();
    });
  }

  function drafts() {
    const failed = document.body.dataset.outcome === "failed";
    const sent = store(() => sessionStorage.getItem(SENT));
    const forms = all("form[data-draft]");
    if (sent) {
      if (!failed) store(() => localStorage.removeItem(PREFIX + sent));
      store(() => sessionStorage.removeItem(SENT));
    }
    for (const form of forms) {
      const key = PREFIX + form.dataset.draft;
      const note = form.querySelector("[data-draft-note]");
      const kept = store(() => JSON.parse(localStorage.getItem(key)));
      // A refused form comes back with what was sent: newer than any draft.
      if (kept?.values && !("refused" in form.dataset)) {
        write(form, kept.values);
        tellOfDraft(form, key, kept.at);
      }
      const save = () => {
        store(() => localStorage.setItem(key, JSON.stringify({ at: Date.now(), values: read(form) })));
        if (note) note.textContent = note.dataset.kept;
      };
      form.addEventListener("input", save);
      form.addEventListener("change", save);
      form.addEventListener("submit", () => {
        save();
        store(() => sessionStorage.setItem(SENT, form.dataset.draft));
      });
    }
  }

  // Totals ------------------------------------------------------------------------------------
  function totals() {
    for (const output of all("output[data-sum-of]")) {
      const form = output.closest("form") || document;
      const total = Number(output.dataset.total);
      const parts = () => all(`[data-part="${output.dataset.sumOf}"]`, form);
      const show = () => {
        const fields = parts();
        if (fields.every((field) => field.value.trim() === "")) {
          output.textContent = output.dataset.none;
          output.className = "total";
          return;
        }
        const sum = fields.reduce((so, field) => so + (parseInt(field.value.replace(/[\s,.']/g, ""), 10) || 0), 0);
        const open = fields.some((field) => field.value.trim() === "" && !field.matches("[data-or-named]"));
        const state = sum > total ? "over" : open ? "unfinished" : sum === total ? "exact" : "short";
        const put = { sum: number.format(sum), total: number.format(total), difference: number.format(Math.abs(total - sum)) };
        output.textContent = output.dataset[state].replace(/\{(sum|total|difference)\}/g, (_, name) => put[name]);
        output.className = `total is-${state}`;
      };
      form.addEventListener("input", show);
      show();
    }
  }

  // Rows --------------------------------------------------------------------------------------
  const counter = (rows) => rows.querySelector(`[name="${rows.dataset.rows}-TOTAL_FORMS"]`);
  const rowCount = (rows) => Number(counter(rows).value);

  function addRow(rows) {
    const index = rowCount(rows);
    const made = rows.querySelector("template").content.cloneNode(true);
    for (const element of made.querySelectorAll("*"))
      for (const { name, value } of [...element.attributes])
        if (value.includes("__prefix__")) element.setAttribute(name, value.replaceAll("__prefix__", index));
    const row = made.firstElementChild;
    rows.querySelector("[data-row-list]").append(made);
    counter(rows).value = index + 1;
    return row;
  }

  function growing() {
    for (const rows of all("[data-rows]")) {
      const button = rows.querySelector("[data-add-row]");
      button.hidden = false;
      button.addEventListener("click", () => addRow(rows).querySelector("input, select, textarea")?.focus());
    }
  }

  // Buttons -----------------------------------------------------------------------------------
  async function copy(button) {
    const text = document.querySelector(button.dataset.copy).textContent;
    try { await navigator.clipboard.writeText(text); } catch {
      const area = document.createElement("textarea"); // a page without https has no clipboard
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    const before = button.textContent;
    button.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = before; }, 2500);
  }

  function buttons() {
    for (const button of all("[data-copy]")) {
      button.hidden = false;
      button.addEventListener("click", () => copy(button));
    }
    for (const button of all("[data-print]")) {
      button.hidden = false;
      button.addEventListener("click", () => print());
    }
    document.addEventListener("submit", (event) => {
      if (event.defaultPrevented || event.target.method !== "post") return;
      setTimeout(() => all("button[type=submit], button:not([type])", event.target).forEach((one) => { one.disabled = true; }));
    });
    addEventListener("pageshow", (event) => {
      if (event.persisted) all("button[disabled]").forEach((one) => { one.disabled = false; });
    });
  }

  // Bands -------------------------------------------------------------------------------------
  function bands() {
    for (const link of all("[data-flow] a")) {
      const href = link.getAttribute("href");
      if (!href.startsWith("?band=")) continue;
      link.setAttribute("hx-get", href.split("#")[0]);
      link.addEventListener("click", () => {
        for (const one of all("[data-flow] a")) {
          if (one.getAttribute("href") === href) one.setAttribute("aria-current", "true");
          else one.removeAttribute("aria-current");
        }
      });
    }
  }

  function paper() {
    let opened = [];
    addEventListener("beforeprint", () => {
      opened = all("main details:not([open])");
      opened.forEach((one) => { one.open = true; });
    });
    addEventListener("afterprint", () => opened.forEach((one) => { one.open = false; }));
  }

  growing();
  drafts();
  totals();
  buttons();
  bands();
  paper();
  document.querySelector("[data-focus]")?.focus();
  document.addEventListener("click", (event) => {
    for (const box of all(".me[open]")) if (!box.contains(event.target)) box.open = false;
  });
  document.addEventListener("keydown", (event) => {
    const box = event.key === "Escape" && document.querySelector(".me[open]");
    if (box) { box.open = false; box.querySelector("summary").focus(); }
  });
})();
