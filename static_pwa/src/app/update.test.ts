// What went wrong is said until the next try, and never of another question.
import { describe, expect, it } from "vitest";
import type { Reading } from "../domain/stopwatch";
import { firstState, type State } from "./state";
import { type Message, update } from "./update";

const reading: Reading = { wall: 0, mono: 0, boot: "b", is_visible: true };
const held = (...messages: Message[]): State => messages.reduce(update, firstState(reading));
const chosen: Message = { is: "drafted", draft: { instruction: "planner", fault: "Choose one first" } };

describe("what went wrong", () => {
  it("gives way to what went wrong since", () => {
    const { draft, problem } = held(chosen, { is: "problem", words: "No signal" });
    expect([draft.fault, problem]).toEqual(["", "No signal"]);
    expect(held({ is: "problem", words: "No signal" }, chosen).problem).toBe("");
  });
  it("is gone while it is tried again, and stays when that ends", () => {
    expect(held(chosen, { is: "busy", doing: "sign_in" }).draft.fault).toBe("");
    expect(held({ is: "problem", words: "No signal" }, { is: "busy", doing: "" }).problem).toBe("No signal");
  });
  it("is not said of another check, nor is what was chosen for it", () => {
    const elsewhere: Message[] = [
      { is: "chose", clause: "called" },
      { is: "put_off", clause: "notified" },
      { is: "declined", clause: "notified", is_declined: true },
    ];
    for (const message of elsewhere) {
      const { draft } = held(chosen, message);
      expect([draft.fault, draft.instruction]).toEqual(["", ""]);
    }
  });
});
