// What is wrong with the pictures that are shown: words cut off, over each other or over marks, marks off the axis.
() => {
  const faults = [];
  const box = (each) => {
    const b = each.getBBox();
    return { left: b.x, right: b.x + b.width, top: b.y, foot: b.y + b.height };
  };
  // The line of a text leaves room above and below its letters.
  const letters = (text) => {
    const b = box(text);
    const size = Number(text.getAttribute("font-size"));
    const y = Number(text.getAttribute("y"));
    return { ...b, top: y - 0.74 * size, foot: y + 0.2 * size };
  };
  const over = (a, b) => a.left < b.right - 0.5 && b.left < a.right - 0.5 && a.top < b.foot - 0.5 && b.top < a.foot - 0.5;
  for (const image of document.querySelectorAll(".ds-chart__image")) {
    if (!image.checkVisibility()) continue;
    const { width, height } = image.viewBox.baseVal;
    const where = `${image.closest("section").dataset.edge}: `;
    const texts = [...image.querySelectorAll("text")].map((text) => ({ said: text.textContent, ...letters(text) }));
    const marks = [...image.querySelectorAll("circle, path[stroke-width], rect:not([class])")]
      .filter((each) => !each.closest("defs"))
      .map((each) => ({ said: each.tagName, cell: each.getAttribute("stroke") === "#b1b4b6", ...box(each) }));
    for (const each of [...texts, ...marks]) {
      if (each.left < -0.5 || each.right > width + 0.5 || each.top < -0.5 || each.foot > height + 0.5) {
        faults.push(`${where}${each.said} is cut off`);
      }
    }
    texts.forEach((one, place) => {
      for (const other of texts.slice(place + 1)) if (over(one, other)) faults.push(`${where}${one.said} over ${other.said}`);
      for (const mark of marks) if (!mark.cell && over(one, mark)) faults.push(`${where}${one.said} over a ${mark.said}`);
    });
    if (image.getBoundingClientRect().width < width - 1) faults.push(`${where}is shown smaller than it was drawn`);
  }
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth) faults.push("is pushed sideways");
  return faults;
}
