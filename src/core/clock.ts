/** Milliseconds since 1970; the only way that time enters. Tests drive their own. */
export type Clock = () => number;
