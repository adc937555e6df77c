// Asks the server for a part of the page that is being read, or sends one of its forms.

const PATIENCE_MS = 10_000;
const SIGN_IN = "/office/sign-in";

export type Answer =
  | { readonly is: "part"; readonly html: string; readonly url: string }
  | { readonly is: "told"; readonly words: string }
  | { readonly is: "signed_out" }
  | { readonly is: "unreachable" };

/** The part of that page; with `fields` they are posted to it first. A whole page in answer tells what went wrong. */
export async function ask(url: string, part: "lists" | "call", fields?: URLSearchParams): Promise<Answer> {
  try {
    const response = await fetch(url, {
      headers: { "doorstep-part": part },
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...(fields ? { method: "POST", body: fields } : {}),
    });
    const came_to = new URL(response.url);
    if (came_to.pathname === SIGN_IN) return { is: "signed_out" };
    const html = await response.text();
    if (!/^\s*<!doctype/i.test(html)) return { is: "part", html, url: came_to.pathname + came_to.search };
    const main = new DOMParser().parseFromString(html, "text/html").querySelector("main");
    return {
      is: "told",
      words: [...(main?.querySelectorAll("h1, p") ?? [])].map((each) => each.textContent).join(" "),
    };
  } catch {
    return { is: "unreachable" };
  }
}

/** A form's fields as a browser would send them, with the button that was pressed. */
export function fieldsOf(form: HTMLFormElement, submitter: HTMLElement | null): URLSearchParams {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form, submitter)) if (typeof value === "string") fields.append(name, value);
  return fields;
}

/** Puts a part in place. Whoever was in it stays where they were, or, where that is gone, at the heading above it. */
export function swap(into: HTMLElement, html: string): void {
  const focused = into.contains(document.activeElement) ? (document.activeElement as HTMLElement) : null;
  const heading = focused?.closest("section")?.querySelector("h2")?.id;
  const template = document.createElement("template");
  template.innerHTML = html;
  // For a page that is opened; here whoever swaps it in says where the focus goes.
  for (const first of template.content.querySelectorAll("[autofocus]")) first.removeAttribute("autofocus");
  into.replaceChildren(template.content);
  if (!focused) return;
  const back = document.getElementById(focused.id) ?? document.getElementById(heading ?? "");
  back?.focus({ preventScroll: true });
}
