// What the office's script uses of GOV.UK Frontend, which brings no types of its own.
declare module "govuk-frontend" {
  type Component = new (root: HTMLElement) => unknown;
  export const Button: Component;
  export const ErrorSummary: Component;
  export const SkipLink: Component;
  /** Makes one of each element with the component's data-module within `scope`, or within the document. */
  export function createAll(component: Component, config?: object, scope?: HTMLElement): unknown[];
}
