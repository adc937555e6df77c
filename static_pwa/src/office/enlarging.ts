// A photo enlarged on the page itself, with the code that should stand on the card; without a script its link opens it.

/** Let every photo of the page open in the page's one dialog. Escape, its button or a click beside it closes it. */
export function enlargePhotos(): void {
  const dialog = document.querySelector<HTMLDialogElement>(".ds-enlarged");
  if (!dialog) return;
  for (const link of document.querySelectorAll<HTMLAnchorElement>("a[data-enlarge]")) {
    link.addEventListener("click", (event) => {
      // Whoever asks for a new tab gets one.
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const photo = new Image();
      photo.src = link.href;
      photo.alt = link.querySelector("img")?.alt ?? "";
      showCode(dialog, link.dataset.code ?? "");
      dialog.querySelector("img")?.remove();
      dialog.append(photo);
      dialog.showModal();
    });
  }
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
}

/** A picture of another visit has that visit's code. */
function showCode(dialog: HTMLDialogElement, code: string): void {
  const shown = dialog.querySelector<HTMLElement>("[data-card-code]");
  const words = shown?.querySelector("strong");
  if (!shown || !words) return;
  shown.hidden = !code;
  words.textContent = code;
}
