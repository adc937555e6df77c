// Elements made by hand, so that nothing that stands in a pack is ever read as markup; and the shapes beside the words.

type Child = Node | string;

export function made<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>>,
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const SHAPES: Readonly<Record<string, string>> = {
  proven: "M3 11l5 5L17 5M12.5 15l1 1L23 5",
  consistent: "M6 11l5 5 9-11",
  unsupported: "M6 10h14",
  contradicted: "M7 4l12 12M19 4L7 16",
};

function shape(name: string): SVGSVGElement {
  const drawn = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  const looks = { viewBox: "0 0 26 20", "aria-hidden": "true", focusable: "false" };
  const strokes = { d: SHAPES[name] ?? "", fill: "none", stroke: "currentColor", "stroke-width": "3.2" };
  for (const [key, value] of Object.entries(looks)) drawn.setAttribute(key, value);
  for (const [key, value] of Object.entries(strokes)) path.setAttribute(key, value);
  drawn.append(path);
  return drawn;
}

const GRADES: Readonly<Record<string, string>> = {
  proven: "Proven",
  consistent: "Consistent",
  unsupported: "Unsupported",
  contradicted: "Contradicted",
};

/** A grade as shape and word. */
export const gradeChip = (grade: string): HTMLElement =>
  made("span", { class: `grade is-${grade in GRADES ? grade : "unsupported"}` }, shape(grade), GRADES[grade] ?? grade);

const MARKS = {
  good: ["is-good", "consistent", "Checked"],
  bad: ["is-bad", "contradicted", "Wrong"],
  unchecked: ["is-unchecked", "unsupported", "Not checked"],
} as const;

/** How a step went, as shape and word. */
export function markChip(mark: keyof typeof MARKS): HTMLElement {
  const [look, drawn, word] = MARKS[mark];
  return made("span", { class: `mark ${look}` }, shape(drawn), word);
}

/** A list, or nothing where there is nothing to list. */
export const listed = (title: string, rows: readonly string[]): Child[] =>
  rows.length === 0 ? [] : [made("h2", {}, title), made("ul", {}, ...rows.map((row) => made("li", {}, row)))];
