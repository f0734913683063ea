/** What a variable of a canned reply stands for here; undefined when it is not known. */
export interface CannedValues {
  readonly [name: string]: string | undefined;
}

const variable = /\{\{\s*([a-zA-Z][\w.]{0,63})\s*\}\}/g;

/** Fills in what is known. What is not stays as it stands, and is named, so that nobody sends `{{customer.name}}`. */
export function fillVariables(
  text: string,
  values: CannedValues,
): { readonly text: string; readonly missing: string[] } {
  const missing = new Set<string>();
  const filled = text.replace(variable, (whole, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) missing.add(name);
    return value ?? whole;
  });
  return { text: filled, missing: [...missing] };
}
