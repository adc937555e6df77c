// Notes where the keyboard stands at each press of Tab: which stop it is, and whether anybody can see that it is.
() => {
  const CAN_FOCUS =
    "button, a[href], area[href], input:not([type=hidden]), textarea, select, summary, iframe, audio[controls], video[controls], [contenteditable], [tabindex]";
  const shortly = (words) => words.trim().replace(/\s+/g, " ").slice(0, 40);
  const named = (element) =>
    `${element.tagName.toLowerCase()}${element.id ? `#${element.id}` : ""} "${shortly(element.textContent || element.getAttribute("aria-label") || element.name || "")}"`;
  const isStop = (each) =>
    !each.matches(":disabled, details:not([open]) > :not(summary:first-of-type) *") &&
    !each.closest("[inert]") &&
    each.tabIndex >= 0 &&
    each.checkVisibility({ visibilityProperty: true });
  // Of radio buttons with one name the keyboard stops at one; the arrows go to the others.
  const stops = () => {
    const groups = new Map();
    const found = [];
    for (const each of document.querySelectorAll(CAN_FOCUS)) {
      if (!isStop(each)) continue;
      const group = each.matches("[type=radio]") && each.name ? groups.get(each.name) : undefined;
      if (group?.[0].form === each.form && group) {
        group.push(each);
        continue;
      }
      const stop = [each];
      if (each.matches("[type=radio]")) groups.set(each.name, stop);
      found.push(stop);
    }
    return found;
  };
  const isTransparent = (colour) => /^rgba\(.*, 0\)$|^transparent$/.test(colour);
  const outlined = (style) =>
    style.outlineStyle === "none" || isTransparent(style.outlineColor) || Number.parseFloat(style.outlineWidth) < 2
      ? style.outlineStyle === "auto"
      : `${style.outlineStyle} ${style.outlineWidth} ${style.outlineColor}`;
  // An outline, a shadow, a ground or an edge, of the element or of the label that draws it; colour of words is too little.
  const look = (each) =>
    [each, ...(each.labels ?? [])]
      .flatMap((one) => [undefined, "::before", "::after"].map((part) => getComputedStyle(one, part)))
      .map((style) => [outlined(style), style.boxShadow, style.backgroundColor, style.borderWidth, style.borderColor].join(" "))
      .join("; ");
  const plain = new WeakMap();
  const notes = { forward: [], backward: [] };
  const isUncovered = (each) => {
    for (const box of [each, ...(each.labels ?? [])].flatMap((one) => [...one.getClientRects()])) {
      const top = document.elementFromPoint(box.left + box.width / 2, Math.min(box.top + box.height / 2, innerHeight - 1));
      if (top && (each.contains(top) || top.contains(each) || [...(each.labels ?? [])].some((one) => one.contains(top)))) return true;
    }
    return false;
  };
  const note = (to) => {
    const each = document.activeElement;
    if (!each || each === document.body || each === document.documentElement) return to.push({ at: -1 });
    const at = stops().findIndex((stop) => stop.includes(each));
    const faults = [];
    if (plain.get(each) === look(each)) faults.push(`nothing shows that it has the focus: ${named(each)}`);
    if (!isUncovered(each)) faults.push(`focused, and cannot be seen: ${named(each)}`);
    to.push({ at, name: named(each), scrolls: each.scrollWidth > each.clientWidth || each.scrollHeight > each.clientHeight, faults });
  };
  const now = stops();
  document.activeElement?.blur();
  for (const stop of now) for (const each of stop) plain.set(each, look(each));
  addEventListener("keydown", (event) => event.key === "Tab" && note(event.shiftKey ? notes.backward : notes.forward), true);
  // Tab goes on from where the focus was last, even when that is gone: so it begins at the very top.
  const start = document.createElement("span");
  start.tabIndex = -1;
  document.body.prepend(start);
  start.focus({ preventScroll: true });
  start.remove();
  window.doorstepKeys = {
    notes: () => {
      note(notes.forward);
      return notes;
    },
    backwards: () => stops().at(-1)?.at(-1).focus(),
    // Where "skip to the content" must lead: to the first stop within it, if it has one.
    skipped: () => {
      const first = stops().find((stop) => document.querySelector("main")?.contains(stop[0]));
      return !first || first.includes(document.activeElement) ? "" : `the skip link leads to ${named(document.activeElement)}, not to ${named(first[0])}`;
    },
  };
  return {
    names: now.map((stop) => named(stop[0])),
    // A date is one field with a stop for each of its parts.
    parts: document.querySelectorAll("input[type=date], input[type=time], input[type=datetime-local], video, audio").length,
    skips: now.length > 0 && now[0][0].matches(".govuk-skip-link"),
  };
}
