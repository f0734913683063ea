import type { Answer, Call, Sent } from './driver.ts';

export function postJson(
  url: string,
  body: unknown,
  headers: { readonly [name: string]: string } = {},
): Call {
  return {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}

export function get(url: string, headers: { readonly [name: string]: string } = {}): Call {
  return { method: 'GET', url, headers };
}

/** `https://host/a` and what follows it; a base may end with a slash. */
export function under(base: string, path: string): string {
  return `${base.replace(/\/+$/, '')}/${path}`;
}

/** By status alone, for what a platform's own codes do not tell better. */
export function outcomeByStatus({ status, header }: Answer, id?: string): Sent {
  if (status >= 200 && status < 300) return { kind: 'sent', id };
  const reason = `http_${status}`;
  if (status === 429 || status === 503) return { kind: 'later', reason, ...retryAfter(header) };
  // The operator's token is wrong: a person mends it, the words wait.
  if (status === 401 || status === 408 || status >= 500) return { kind: 'later', reason };
  return { kind: 'final', reason };
}

/** Longer than any platform asks for in earnest. */
const retryAfterMax = 24 * 60 * 60;

export function retryAfter(header: Answer['header']): { readonly afterMs?: number } {
  const text = header('retry-after') ?? '';
  return /^\d{1,9}$/.test(text) ? { afterMs: Math.min(Number(text), retryAfterMax) * 1000 } : {};
}

/** A member of something that came from outside; undefined when it is not there. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key)
        ? (inner as Record<string | number, unknown>)[key]
        : undefined,
    value,
  );
}

export function textAt(value: unknown, ...path: readonly (string | number)[]): string | undefined {
  const found = at(value, ...path);
  if (typeof found === 'string') return found === '' ? undefined : found;
  return typeof found === 'number' && Number.isSafeInteger(found) ? String(found) : undefined;
}

export function listAt(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? (found as unknown[]) : [];
}

export function numberAt(
  value: unknown,
  ...path: readonly (string | number)[]
): number | undefined {
  const found = at(value, ...path);
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
}
