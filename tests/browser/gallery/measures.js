// Measures a screen as it stands: gives a list of what a person could not read, reach or tap.
(least) => {
  const found = new Set();
  // Not what the window says: a phone zooms out to show what is too wide.
  const { width } = least;
  const shortly = (words) => words.trim().replace(/\s+/g, " ").slice(0, 40);
  const named = (element) =>
    `${element.tagName.toLowerCase()}${element.classList.length ? `.${[...element.classList].join(".")}` : ""} "${shortly(element.textContent ?? "")}"`;
  // For screen readers only, or shown when it has the focus: one pixel, or clipped away.
  const isUnseen = (element) => {
    for (let each = element; each && each !== document.body; each = each.parentElement) {
      const { width: wide, height: high } = each.getBoundingClientRect();
      const { overflow, clipPath, clip, position } = getComputedStyle(each);
      if (overflow === "hidden" && wide <= 1 && high <= 1) return true;
      if (position === "absolute" && (clipPath === "inset(50%)" || (clip !== "auto" && clip !== ""))) return true;
    }
    return false;
  };
  const isHidden = (element) =>
    element.closest("[hidden], dialog:not([open]), .unseen, .sprite") !== null ||
    !element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) ||
    isUnseen(element);

  // Targets. An input within a label is tapped by the label; a link within a sentence is as high as its line.
  const TARGETS = "button, a[href], input:not([type=hidden]), textarea, select, summary, label";
  const primary = least.primary && ".dock .button, .pad .key--go";
  for (const target of document.querySelectorAll(TARGETS)) {
    if (isHidden(target)) continue;
    if (target.matches("label[for]") || (target.matches("input") && target.closest("label"))) continue;
    if (target.matches(".govuk-radios__input, .govuk-checkboxes__input")) continue;
    const within = target.closest("p, li, td, th, dd, caption");
    const isInline = target.matches("a") && getComputedStyle(target).display === "inline" && within !== null;
    const isInSentence = isInline && (!least.primary || shortly(within.textContent) !== shortly(target.textContent));
    const { width: wide, height: high } = target.getBoundingClientRect();
    if (wide === 0 || high === 0) continue;
    if (isInSentence) continue;
    const needed = primary && target.matches(primary) ? least.primary : least.target;
    if (high < needed - 0.5 || wide < least.target - 0.5)
      found.add(`small target: ${named(target)} is ${Math.round(wide)} x ${Math.round(high)}, not ${needed}`);
  }

  // Words: their size, and whether their own box or an ancestor's cuts them.
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  const boxes = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!element || !node.data.trim() || element.matches("script, style, noscript, option, title") || isHidden(element)) continue;
    const style = getComputedStyle(element);
    const scale = element instanceof SVGElement ? (element.getScreenCTM()?.a ?? 1) : 1;
    const size = Number.parseFloat(style.fontSize) * scale;
    if (size < least.text - 0.05) found.add(`small words: ${named(element)} is ${size.toFixed(1)} px`);
    range.selectNodeContents(node);
    const rects = [...range.getClientRects()].filter((rect) => rect.width > 1 && rect.height > 1);
    if (rects.length === 0) continue;
    boxes.push({ element, rects });
    const right = Math.max(...rects.map((rect) => rect.right));
    const left = Math.min(...rects.map((rect) => rect.left));
    if (right > width + 1 || left < -1)
      if (!element.closest("[data-scrolls], .ds-scroll")) found.add(`off the screen: ${named(element)} ends at ${Math.round(right)} of ${width}`);
    const box = element.closest("button, a, .tag, .key, .card, .line, li, dd, dt, th, td, p, h1, h2, h3, summary, label, legend");
    if (box && !(element instanceof SVGElement) && getComputedStyle(box).display !== "inline") {
      const { left: from, right: to } = box.getBoundingClientRect();
      if (right > to + 1.5 || left < from - 1.5) found.add(`out of its box: ${named(element)} in ${named(box)}`);
    }
  }
  for (const element of document.querySelectorAll("body *")) {
    if (element instanceof SVGElement || isHidden(element)) continue;
    const { overflowX, overflowY, textOverflow } = getComputedStyle(element);
    const isTextField = element.matches("input, textarea, select");
    if (element.matches("body, html")) continue;
    if (overflowX !== "visible" && !isTextField && element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0)
      if (["hidden", "clip"].includes(overflowX) || textOverflow === "ellipsis" || !element.closest("[data-scrolls], .ds-scroll"))
        found.add(`cut or scrolled sideways: ${named(element)} needs ${element.scrollWidth} and has ${element.clientWidth}`);
    if (["hidden", "clip"].includes(overflowY) && !isTextField && element.scrollHeight > element.clientHeight + 2 && element.clientHeight > 0)
      found.add(`cut below: ${named(element)} needs ${element.scrollHeight} and has ${element.clientHeight}`);
    if (isTextField && !element.matches("textarea") && element.scrollWidth > element.clientWidth + 1 && element.matches("select"))
      found.add(`cut: ${named(element)}`);
    const rect = element.getBoundingClientRect();
    if (rect.height > 1 && rect.width > 0 && (rect.right > width + 1 || rect.left < -1) && !element.closest("[data-scrolls], .ds-scroll, svg"))
      found.add(`wider than the screen: ${named(element)} ends at ${Math.round(rect.right)} of ${width}`);
  }
  const most = document.documentElement.scrollWidth;
  if (most > width) found.add(`the page is ${most} wide`);

  // Covered: words that stay under something else however one scrolls.
  const scrolled = [...document.querySelectorAll("*")].filter((each) => each.scrollTop > 0).map((each) => [each, each.scrollTop]);
  for (const { element, rects } of boxes) {
    if (element instanceof SVGElement) continue;
    element.scrollIntoView({ block: "center", behavior: "instant" });
    const target = [...element.getClientRects()].find((rect) => rect.width > 1 && rect.height > 1) ?? rects[0];
    const x = Math.min(Math.max(target.left + Math.min(target.width / 2, 20), 1), width - 2);
    const y = target.top + target.height / 2;
    const top = document.elementFromPoint(x, y);
    if (!top) found.add(`cannot be scrolled to: ${named(element)}`);
    else if (!element.contains(top) && !top.contains(element) && !top.matches("input.boxes__input, label, input"))
      found.add(`covered: ${named(element)} lies under ${named(top)}`);
  }

  // Focus: in the order of the page, which reads downwards, and never under what lies above.
  const CAN_FOCUS = "button, a[href], input:not([type=hidden]), textarea, select, summary, [tabindex]";
  const regions = new Map();
  for (const each of document.querySelectorAll(CAN_FOCUS)) {
    if (isHidden(each) || each.disabled) continue;
    if (each.tabIndex > 0) found.add(`jumps the order: ${named(each)} has tabindex ${each.tabIndex}`);
    if (each.tabIndex < 0) continue;
    each.focus();
    if (document.activeElement !== each && !each.matches("[type=radio]")) found.add(`takes no focus: ${named(each)}`);
    const rect = (each.closest("label") ?? each).getBoundingClientRect();
    if (rect.bottom <= 0 || rect.top >= window.innerHeight) found.add(`focused out of sight: ${named(each)}`);
    const region = each.closest("[data-column], main > *, header, footer, nav, .sent, form") ?? document.body;
    const offset = region.scrollTop + (region.closest("main")?.scrollTop ?? 0) + window.scrollY;
    const before = regions.get(region);
    const now = { each, top: rect.top + offset, bottom: rect.bottom + offset, left: rect.left };
    if (before && now.bottom <= before.top + 1) found.add(`focus goes back up: from ${named(before.each)} to ${named(each)}`);
    regions.set(region, now);
  }
  document.activeElement?.blur();
  for (const each of document.querySelectorAll("*")) if (each.scrollTop > 0) each.scrollTop = 0;
  for (const [each, top] of scrolled) each.scrollTop = top;

  // The mock-ups' own rules of a phone's screen: one filled button, in the dock; something of the middle is seen.
  const main = document.querySelector("main[data-screen]");
  if (least.middle && main) {
    const filled = [...document.querySelectorAll(".dock .button")].filter((each) => !isHidden(each));
    if (filled.length > 1) found.add(`${filled.length} filled buttons`);
    const outlined = [...document.querySelectorAll(".dock .button2")].filter((each) => !isHidden(each));
    if (outlined.length > 2) found.add(`${outlined.length} outlined buttons in the dock`);
    if (main.querySelector(".button:not(.button2)")) found.add("a filled button outside the dock");
    if (main.clientHeight < least.middle) found.add(`the middle is only ${main.clientHeight} high`);
    const dock = document.querySelector(".dock");
    if (dock && dock.scrollHeight > dock.clientHeight + 1) found.add(`the dock scrolls: ${dock.scrollHeight} in ${dock.clientHeight}`);
  }
  return [...found];
}
