// The editor's small behaviours: late answers are left out, what was typed stays, focus goes where one looks.
(function () {
  // Requests are numbered as they begin. A form drawn anew is taken only from the newest press, a check only from
  // the newest request of all; whatever comes later than that is about texts that are no longer there.
  const numbers = new WeakMap();
  let newest = 0;
  let newestAct = 0;
  let drawing = false;
  const isAct = (element) => element instanceof Element && element.matches("[data-acts]");
  const isBox = (field) => field.type === "checkbox";
  const keyOf = (field) => (isBox(field) ? `${field.name}=${field.value}` : field.name);
  const saidBy = (field) => (isBox(field) ? field.checked : field.value);
  const fields = () => {
    const editor = document.getElementById("editor");
    return editor ? [...editor.querySelectorAll("input:not([type=hidden]), textarea, select")].filter((field) => field.name) : [];
  };
  const texts = () => new Map(fields().map((field) => [keyOf(field), saidBy(field)]));

  // A field that decides what else there is has the form drawn anew: at once, but for those who choose by typing
  // letters, once they pause (as long as the browser waits for the next letter) or go on to the next field.
  const PAUSE = 1000;
  let lettered = 0;
  let waiting = null;
  const redraw = () => {
    if (!waiting) return;
    clearTimeout(waiting.timer);
    const { field } = waiting;
    waiting = null;
    htmx.trigger(field, "redraw");
  };
  document.addEventListener("keydown", (event) => {
    if (event.target.matches("select[data-acts]") && event.key.length === 1) lettered = Date.now();
  });
  document.addEventListener("change", (event) => {
    if (!isAct(event.target)) return;
    if (waiting) clearTimeout(waiting.timer);
    const pause = Date.now() - lettered < PAUSE ? PAUSE : 0;
    waiting = { field: event.target, timer: setTimeout(redraw, pause) };
  });
  document.addEventListener("focusout", (event) => {
    if (waiting && waiting.field === event.target) redraw();
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    const act = isAct(event.detail.elt);
    if (!act && event.detail.elt.id !== "editor") return;
    newest += 1;
    if (act) newestAct = newest;
    drawing ||= act;
    numbers.set(event.detail.xhr, { number: newest, act, asked: texts() });
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (numbers.get(event.detail.xhr)?.number === newestAct) drawing = false;
  });
  const typedSince = new Map();
  document.addEventListener("htmx:beforeSwap", (event) => {
    const request = numbers.get(event.detail.xhr);
    if (!request) return;
    // While the form is being drawn anew, or will be in a moment, a check may tell of fields that are not there
    // yet, and a drawing that was asked for before is about a form that is not there any more.
    const isEarly = waiting || (!request.act && drawing);
    if (isEarly || request.number !== (request.act ? newestAct : newest)) {
      event.detail.shouldSwap = false;
      return;
    }
    // Saving may be refused: the page then says why.
    if (request.act && event.detail.xhr.status === 422) event.detail.shouldSwap = true;
    if (!request.act) return;
    for (const [name, text] of texts()) if (request.asked.get(name) !== text) typedSince.set(name, text);
  });

  document.addEventListener("htmx:afterSettle", () => {
    const editor = document.getElementById("editor");
    if (!editor) return;
    // What was typed while the form was being drawn stays typed.
    for (const field of fields()) {
      const key = keyOf(field), said = typedSince.get(key);
      if (said === undefined || said === saidBy(field)) continue;
      if (isBox(field)) field.checked = said;
      else field.value = said;
      field.dispatchEvent(new Event(isAct(field) ? "change" : "input", { bubbles: true }));
    }
    typedSince.clear();
    const name = editor.dataset.focusOn;
    if (!name) return;
    editor.dataset.focusOn = "";
    const place = document.getElementById("f-" + name.replaceAll(".", "-"));
    const first = place && (place.matches("button") ? place : place.querySelector("select, input:not([type=hidden]), textarea, button:not([aria-label])"));
    if (first) first.focus();
  });

  // The faults beside fields are told to those who do not see their colour.
  const mark = () => {
    for (const field of document.querySelectorAll("#editor [aria-describedby]")) {
      const fault = document.getElementById(field.getAttribute("aria-describedby"));
      field.setAttribute("aria-invalid", fault && fault.textContent.trim() ? "true" : "false");
    }
  };
  document.addEventListener("htmx:afterSettle", mark);
  document.addEventListener("htmx:oobAfterSwap", mark);
  window.addEventListener("DOMContentLoaded", mark);

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.querySelector("span").textContent = "Copied";
  });

  // What was typed and not saved is not lost by a slip.
  let touched = false;
  document.addEventListener("input", (event) => { if (event.target.closest("#editor")) touched = true; });
  document.addEventListener("submit", () => { touched = false; });
  window.addEventListener("beforeunload", (event) => { if (touched) event.preventDefault(); });
})();
