// Explanations: shown when their mark is pointed at, focused or tapped; Escape or a press elsewhere puts them away.
(() => {
  const MARKS = ".tip-mark, [data-tip]";
  const GAP = 6;
  let shown = null;

  const shared = document.createElement("div");
  Object.assign(shared, { id: "shared-tip", className: "tip-bubble", popover: "manual" });
  shared.setAttribute("role", "tooltip");
  shared.setAttribute("data-own", "");

  const markOf = (node) => (node instanceof Element ? node.closest(MARKS) : null);

  function bubbleOf(mark) {
    if (!mark.dataset.tip) return document.getElementById(mark.getAttribute("aria-describedby"));
    if (!shared.isConnected) document.body.append(shared);
    shared.textContent = mark.dataset.tip;
    mark.setAttribute("aria-describedby", shared.id);
    return shared;
  }

  function place(mark, bubble) {
    const at = mark.getBoundingClientRect();
    const size = bubble.getBoundingClientRect();
    const left = Math.min(Math.max(GAP, at.left + at.width / 2 - size.width / 2), innerWidth - size.width - GAP);
    const above = at.top - size.height;
    bubble.style.left = `${left}px`;
    bubble.style.top = `${above >= GAP ? above : at.bottom}px`;
  }

  function show(mark) {
    if (shown && shown.mark === mark) return;
    hide();
    const bubble = bubbleOf(mark);
    if (!bubble || !bubble.showPopover) return;
    // What is drawn anew meanwhile leaves it where it stands.
    bubble.setAttribute("data-own", "");
    bubble.showPopover();
    place(mark, bubble);
    shown = { mark, bubble };
  }

  function hide() {
    if (!shown) return;
    const { mark, bubble } = shown;
    shown = null;
    if (mark.dataset.tip) mark.removeAttribute("aria-describedby");
    if (bubble.isConnected && bubble.matches(":popover-open")) bubble.hidePopover();
  }

  const isInside = (node) => shown && node instanceof Node && (shown.mark.contains(node) || shown.bubble.contains(node));

  document.addEventListener("pointerover", (event) => {
    const mark = event.pointerType === "mouse" && markOf(event.target);
    if (mark) show(mark);
  });
  document.addEventListener("pointerout", (event) => {
    // It stays while the pointer is on it, or the keyboard at its mark.
    if (!shown || event.pointerType !== "mouse" || !isInside(event.target) || isInside(event.relatedTarget)) return;
    if (shown.mark !== document.activeElement) hide();
  });
  document.addEventListener("focusin", (event) => {
    const mark = markOf(event.target);
    if (mark) show(mark);
    else if (!isInside(event.target)) hide();
  });
  document.addEventListener("click", (event) => {
    const mark = markOf(event.target);
    if (mark) show(mark);
    else if (!isInside(event.target)) hide();
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  document.addEventListener("scroll", hide, { capture: true, passive: true });
})();
