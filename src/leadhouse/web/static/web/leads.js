// The list of leads: picking rows, and files that say how far they are.
document.addEventListener("alpine:init", () => {
  Alpine.data("picks", () => ({
    all: false,
    page: false,
    picked: 0,
    get none() { return !this.all && this.picked === 0; },
    get told() {
      if (this.all) return "All of them, on every page.";
      if (!this.picked) return "Pick leads to do something to them.";
      return `${this.picked} picked`;
    },
    boxes() { return [...this.$root.querySelectorAll("[data-pick]")]; },
    count() { this.picked = this.boxes().filter((box) => box.checked).length; },
    pickPage() {
      for (const box of this.boxes()) box.checked = this.page;
      this.count();
    },
  }));
});

document.addEventListener("htmx:beforeRequest", (event) => {
  // Rows that somebody has picked stay where they are.
  if (event.target.id === "lead-rows" && document.querySelector("[data-pick]:checked")) event.preventDefault();
});

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-export]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const told = document.querySelector("[data-export-progress]");
  const say = (text) => { told.hidden = false; told.textContent = text; };
  try {
    say("Counting the leads…");
    const answer = await fetch(link.href);
    if (!answer.ok) throw new Error(String(answer.status));
    const total = Number(answer.headers.get("Leads"));
    const pieces = [];
    let rows = -1;
    const reader = answer.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      pieces.push(value);
      for (const byte of value) rows += byte === 10;
      const shown = Math.min(Math.max(rows, 0), total).toLocaleString("en-US");
      say(`${shown} of ${total.toLocaleString("en-US")} leads written`);
    }
    const name = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") || "");
    const file = document.createElement("a");
    file.href = URL.createObjectURL(new Blob(pieces, { type: "text/csv" }));
    file.download = name ? name[1] : "leads.csv";
    file.click();
    URL.revokeObjectURL(file.href);
    say(`${total.toLocaleString("en-US")} leads written to ${file.download}`);
  } catch (fault) {
    say("The file could not be written. Try again, or with fewer leads.");
  }
});
