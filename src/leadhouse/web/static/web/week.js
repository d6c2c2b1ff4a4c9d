// Hours painted on a week: the days' texts are what is stored, the grid only shows and writes them.
(function () {
  const HOUR = 60, DAY = 1440, WEEK = 7 * DAY;
  const RANGE = /^\s*(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})\s*$/;

  // A day's text as ranges in minutes since Monday 00:00, as kit/hours.py reads it; what is no range is left out.
  function rangesOf(text, day) {
    return text.split(/[,;\n]+/).flatMap((one) => {
      const found = RANGE.exec(one);
      if (!found) return [];
      const [fromHour, fromMinute, toHour, toMinute] = found.slice(1).map(Number);
      const start = fromHour * HOUR + fromMinute, end = toHour * HOUR + toMinute;
      const isTime = fromMinute < 60 && toMinute < 60 && start < DAY && end <= DAY && start !== end;
      if (!isTime) return [];
      const midnight = day * DAY;
      if (start < end) return [[midnight + start, midnight + end]];
      const morrow = (midnight + DAY) % WEEK;
      return [[midnight + start, midnight + DAY], [morrow, morrow + end]];
    });
  }

  function opened(ranges) {
    const minutes = new Uint8Array(WEEK);
    for (const [start, end] of ranges) minutes.fill(1, start, end);
    return minutes;
  }

  const minutesOf = (texts) => opened(texts.flatMap(rangesOf));

  function runsOf(minutes, day) {
    const runs = [];
    for (let minute = 0; minute < DAY; minute += 1) {
      if (!minutes[day * DAY + minute]) continue;
      const last = runs.at(-1);
      if (last && last[1] === minute) last[1] = minute + 1;
      else runs.push([minute, minute + 1]);
    }
    return runs;
  }

  const clock = (minute) => `${String(Math.floor(minute / HOUR)).padStart(2, "0")}:${String(minute % HOUR).padStart(2, "0")}`;

  // Every day's text for open minutes; a night that is shorter than a day stands on the day on which it begins.
  function written(minutes) {
    const days = [0, 1, 2, 3, 4, 5, 6].map((day) => runsOf(minutes, day));
    days.forEach((runs, day) => {
      const last = runs.at(-1), next = days[(day + 1) % 7];
      if (!last || last[1] !== DAY || !next.length || next[0][0] !== 0) return;
      if (next[0][1] < last[0]) last[1] = next.shift()[1];
    });
    return days.map((runs) => runs.map(([start, end]) => `${clock(start)}-${clock(end)}`).join(", "));
  }

  const isSame = (text, other, day) => String(opened(rangesOf(text, day))) === String(opened(rangesOf(other, day)));

  // The days' texts after a block of whole hours was opened or closed; a day that says the same keeps its words.
  function painted(texts, { days, hours, open }) {
    const minutes = minutesOf(texts);
    for (const day of days) {
      for (const hour of hours) minutes.fill(open ? 1 : 0, day * DAY + hour * HOUR, day * DAY + (hour + 1) * HOUR);
    }
    return written(minutes).map((text, day) => (isSame(text, texts[day], day) ? texts[day] : text));
  }

  // How much of each hour is open: 0 to 60 by day and hour.
  function shares(texts) {
    const minutes = minutesOf(texts);
    return texts.map((_, day) => Array.from({ length: 24 }, (__, hour) => {
      const start = day * DAY + hour * HOUR;
      return minutes.subarray(start, start + HOUR).reduce((sum, one) => sum + one, 0);
    }));
  }

  window.leadhouseWeek = { painted, shares };

  const between = (one, other) => Array.from({ length: Math.abs(one - other) + 1 }, (_, step) => Math.min(one, other) + step);

  class Grid {
    constructor(table) {
      this.table = table;
      this.fields = [...table.closest("[data-week]").querySelectorAll("input[data-day]")];
      this.said = table.closest("[data-week]").querySelector("[data-week-said]");
      this.rows = [...table.rows].map((row) => [...row.cells].map((cell) => cell.querySelector("button") || cell));
      this.anchor = null;
      this.isPainting = false;
      for (const [name, heard] of Object.entries({
        pointerdown: this.pressed, pointermove: this.drawn, pointerup: this.released, pointercancel: this.dropped,
        click: this.clicked, keydown: this.keyed,
      })) table.addEventListener(name, heard.bind(this));
      this.show();
    }

    get texts() { return this.fields.map((field) => field.value); }

    // Rows are hours from 1 and columns days from 1: what stands at 0 is a heading.
    placeOf(element) {
      const cell = element instanceof Element && element.closest("td, th");
      if (!cell || !this.table.contains(cell)) return null;
      return { row: cell.parentNode.rowIndex, column: cell.cellIndex };
    }

    block(one, other) {
      const days = one.column && other.column ? between(one.column, other.column).map((day) => day - 1) : between(0, 6);
      const hours = one.row && other.row ? between(one.row, other.row).map((hour) => hour - 1) : between(0, 23);
      return { days, hours };
    }

    isOpen({ days, hours }) {
      const open = shares(this.texts);
      return days.every((day) => hours.every((hour) => open[day][hour] === HOUR));
    }

    show() {
      shares(this.texts).forEach((hours, day) => hours.forEach((open, hour) => {
        const cell = this.rows[hour + 1][day + 1];
        const state = open === HOUR ? "open" : open ? "partly open" : "closed";
        cell.setAttribute("aria-selected", String(open === HOUR));
        cell.classList.toggle("is-partly", open > 0 && open < HOUR);
        cell.setAttribute("aria-label", `${this.rows[0][day + 1].dataset.name} ${clock(hour * HOUR)} to ${clock((hour + 1) * HOUR)}, ${state}`);
      }));
    }

    mark(block) {
      for (const cell of this.table.querySelectorAll(".is-marked")) cell.classList.remove("is-marked");
      if (!block) return;
      for (const day of block.days) for (const hour of block.hours) this.rows[hour + 1][day + 1].classList.add("is-marked");
    }

    paint(block, open) {
      const texts = painted(this.texts, { ...block, open });
      const changed = this.fields.filter((field, day) => field.value !== texts[day]);
      this.fields.forEach((field, day) => { field.value = texts[day]; });
      this.mark(null);
      this.show();
      this.said.textContent = `${block.days.length * block.hours.length} hours ${open ? "opened" : "closed"}`;
      if (changed.length) changed[0].dispatchEvent(new Event("input", { bubbles: true }));
    }

    goTo(row, column) {
      for (const one of this.table.querySelectorAll("[tabindex='0']")) one.tabIndex = -1;
      const target = this.rows[row][column];
      target.tabIndex = 0;
      target.focus();
    }

    pressed(event) {
      const place = this.placeOf(event.target);
      if (!place || !place.row || !place.column || event.button !== 0) return;
      event.preventDefault();
      this.table.setPointerCapture(event.pointerId);
      this.anchor = place;
      this.goTo(place.row, place.column);
      this.open = !this.isOpen(this.block(place, place));
      this.isPainting = true;
      this.last = place;
      this.mark(this.block(place, place));
    }

    drawn(event) {
      if (!this.isPainting) return;
      const place = this.placeOf(document.elementFromPoint(event.clientX, event.clientY));
      if (!place) return;
      this.last = { row: Math.max(1, place.row), column: Math.max(1, place.column) };
      this.mark(this.block(this.anchor, this.last));
    }

    released() {
      if (!this.isPainting) return;
      this.isPainting = false;
      this.paint(this.block(this.anchor, this.last), this.open);
      this.anchor = null;
    }

    dropped() {
      this.isPainting = false;
      this.anchor = null;
      this.mark(null);
    }

    clicked(event) {
      const place = this.placeOf(event.target);
      if (place && event.target.closest("button")) this.toggle(this.block(place, place));
    }

    toggle(block) { this.paint(block, !this.isOpen(block)); }

    keyed(event) {
      const place = this.placeOf(event.target);
      if (!place || event.altKey || event.metaKey) return;
      const to = this.reached(event.key, place, event.ctrlKey);
      if (to) this.move(place, to, event.shiftKey);
      else if (event.key === "Escape" && this.anchor) this.dropped();
      else if ((event.key === " " || event.key === "Enter") && place.row && place.column) this.press(place);
      else return;
      event.preventDefault();
    }

    reached(key, { row, column }, isFar) {
      const steps = {
        ArrowUp: [row - 1, column], ArrowDown: [row + 1, column], ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1],
        PageUp: [row - 6, column], PageDown: [row + 6, column], Home: [isFar ? 0 : row, 0], End: [isFar ? 24 : row, 7],
      };
      const to = steps[key];
      return to && { row: Math.max(0, Math.min(24, to[0])), column: Math.max(0, Math.min(7, to[1])) };
    }

    move(from, to, isMarking) {
      const isCell = to.row > 0 && to.column > 0;
      if (isMarking && !isCell) return;
      this.goTo(to.row, to.column);
      if (!isMarking) return this.dropped();
      this.anchor ||= from.row && from.column ? from : to;
      const block = this.block(this.anchor, to);
      this.mark(block);
      this.said.textContent = `${block.days.length * block.hours.length} hours marked; Space ${this.isOpen(block) ? "closes" : "opens"} them`;
    }

    press(place) {
      this.toggle(this.block(this.anchor || place, place));
      this.anchor = null;
    }
  }

  const grids = new WeakMap();
  function look() {
    for (const table of document.querySelectorAll("[data-week-grid]")) {
      const known = grids.get(table);
      // A form that was drawn anew may have brought other fields.
      if (known && known.fields.every((field) => field.isConnected)) known.show();
      else grids.set(table, new Grid(table));
    }
  }
  document.addEventListener("input", (event) => { if (event.target.matches("input[data-day]")) look(); });
  // An answer settles part by part: one look for all of them is enough.
  let due = 0;
  document.addEventListener("htmx:afterSettle", () => { due ||= setTimeout(() => { due = 0; look(); }); });
  window.addEventListener("DOMContentLoaded", look);

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-week-copy]");
    if (!button) return;
    const days = [...button.closest("fieldset").querySelectorAll("input[data-day]")];
    for (const day of days.slice(1, 5)) day.value = days[0].value;
    days[0].dispatchEvent(new Event("input", { bubbles: true }));
  });
})();
