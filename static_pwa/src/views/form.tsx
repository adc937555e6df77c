// A check that this version of the app has no control for: its fields, asked as the vocabulary has them.
import type { ComponentChildren } from "preact";
import type { Actions } from "../app/actions";
import { cleanText, type Field, type Kind, MAX_TEXT } from "../domain/events";
import { type AtDoor, Button, Choices, Dock, Fault } from "./parts";
import { heading, WORDS } from "./words";

type Value = string | boolean;

function Asked({ field, value, set }: { field: Field; value: Value | undefined; set: (value: Value) => void }) {
  const { name, form } = field;
  if (typeof form !== "string") {
    return (
      <Choices legend={heading(name)} name={name} values={form} words={{}} chosen={String(value ?? "")} choose={set} />
    );
  }
  if (form === "boolean") {
    return (
      <label class="choice">
        <input type="checkbox" checked={value === true} onChange={(event) => set(event.currentTarget.checked)} />
        <span>{heading(name)}</span>
      </label>
    );
  }
  return (
    <label class="field">
      {heading(name)}
      <input maxLength={MAX_TEXT} value={String(value ?? "")} onInput={(event) => set(event.currentTarget.value)} />
    </label>
  );
}

export function FormDock(props: {
  seen: AtDoor;
  kind: Kind | undefined;
  ask: string;
  usual: { act: Actions; beside: ComponentChildren };
}) {
  const { seen, kind, ask, usual } = props;
  const { state, act } = seen;
  const { fields: typed, fault } = state.draft;
  const fields = (kind?.fields ?? []).filter(({ optional, form }) => !optional || form === "text");
  const save = (): void => {
    const said = Object.entries(typed)
      .map(([name, value]) => [name, typeof value === "string" ? cleanText(value) : value] as const)
      .filter(([, value]) => value !== "");
    const own = Object.fromEntries(said);
    const is_missing = fields.some(({ name, optional }) => !optional && own[name] === undefined);
    if (!kind || is_missing) act.draft({ fault: WORDS.form.choose });
    else act.tap(kind.kind, own);
  };
  return (
    <Dock ask={ask} {...usual}>
      {fields.map((field) => (
        <Asked
          key={field.name}
          field={field}
          value={typed[field.name]}
          set={(value) => act.draft({ fields: { ...typed, [field.name]: value } })}
        />
      ))}
      <Fault words={fault} />
      <Button words={WORDS.form.save} act={save} />
    </Dock>
  );
}
