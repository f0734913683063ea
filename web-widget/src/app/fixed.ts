/** First part of every key in the visitor's browser; the loader looks for `kefu.live` and `kefu.look`. */
export const keys = 'kefu.';
export const languageKey = `${keys}language`;
export const rowsShownAtFirst = 200;
