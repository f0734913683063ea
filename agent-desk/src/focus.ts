/** Whose field is to have the cursor as soon as it is there. */
let wished: string | null = null;

/**
 * Moves the cursor into the conversation's text field, now or as soon as it is drawn: after accepting, that takes a
 * moment. Never a frame later than it could: until then the next letter would be taken for a shortcut.
 */
export function focusComposer(conv: string): void {
  wished = conv;
  takeFocus(conv);
}

/** As soon as the field is drawn anew; null when it will not come after all. */
export function wishFocus(conv: string | null): void {
  wished = conv;
}

export function takeFocus(conv: string): void {
  const field = document.querySelector<HTMLTextAreaElement>('#composer-text');
  if (wished !== conv || !field) return;
  wished = null;
  field.focus();
}

/** Moves the keyboard to the list, so that focus is never lost on the page's body. */
export function focusList(): void {
  focusSoon('#rows');
}

export function focusTranscript(): void {
  document.querySelector<HTMLElement>('.transcript-list')?.focus();
}

/** In the next frame, when what is to be focused may have been drawn. */
export function focusSoon(selector: string): void {
  requestAnimationFrame(() => {
    document.querySelector<HTMLElement>(selector)?.focus();
  });
}
