// The newest signed statement of the office's time that this phone has heard: an event that embeds it is not older.

const FORM = /^\d+\.\d+\.[\w-]{43}\.[\w-]{86}$/;

let newest = "";

/** When an anchor was made, in ms by the office's clock; 0 for none. */
export const anchorMs = (anchor: string): number => Number(anchor.split(".")[0]);
export const newestAnchor = (): string => newest;

/**
 * The one heard last, not the one that says the latest time: an office whose clock was set right must not be held to a
 * time that never came. What is out of form would spoil the event that embeds it.
 */
export function hear(anchor: string | null): void {
  if (anchor && FORM.test(anchor)) newest = anchor;
}

/** At a start: what was kept from before stands until something newer is heard. */
export function rememberAnchor(kept: string): void {
  newest ||= kept;
}
