// The editor's small behaviours: what is drawn anew takes the place of a check under way; focus goes where one looks.
(function () {
  const drawing = new Set();
  const isAct = (element) => element instanceof Element && element.matches("[data-acts]");

  document.addEventListener("htmx:beforeRequest", (event) => {
    const element = event.detail.elt;
    if (isAct(element)) {
      drawing.add(event.detail.xhr);
      htmx.trigger("#editor", "htmx:abort");
    } else if (element.id === "editor" && drawing.size) event.preventDefault();
  });
  document.addEventListener("htmx:afterRequest", (event) => drawing.delete(event.detail.xhr));

  document.addEventListener("htmx:afterSettle", () => {
    const editor = document.getElementById("editor");
    const name = editor && editor.dataset.focusOn;
    if (!name) return;
    editor.dataset.focusOn = "";
    const place = document.getElementById("f-" + name.replaceAll(".", "-"));
    const first = place && (place.matches("button") ? place : place.querySelector("select, input:not([type=hidden]), textarea, button"));
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

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-week-copy]");
    if (!button) return;
    const days = [...button.closest("fieldset").querySelectorAll(".week-row input")];
    for (const day of days.slice(1, 5)) day.value = days[0].value;
    days[0].dispatchEvent(new Event("input", { bubbles: true }));
  });

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
