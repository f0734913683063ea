/** Whether a page of this origin may use the chat; `host` is the Host header of the same request. */
export type OriginCheck = (origin: string | undefined, host: string | undefined) => boolean;

export interface OriginRules {
  /** Exact origins, such as `https://pay.example.com`. No wildcards, so no lookalike slips in. */
  readonly origins: readonly string[];
  /** Also the pages that this server itself serves, whatever name it is reached by. */
  readonly sameHost: boolean;
}

/** An absent or opaque (`null`) origin is not allowed: whoever may leave it out decides for himself. */
export function createOriginCheck(rules: OriginRules): OriginCheck {
  const known = new Set(rules.origins.map((origin) => canonical(origin)));
  return (origin, host) => {
    if (origin === undefined) return false;
    const asked = canonical(origin);
    if (asked === undefined) return false;
    return known.has(asked) || (rules.sameHost && host !== undefined && hostOf(asked) === host);
  };
}

function canonical(origin: string): string | undefined {
  const url = URL.parse(origin);
  if (!url || !/^https?:$/.test(url.protocol) || url.host === '') return undefined;
  // What is more than an origin (a path, a user) is not what a browser sends.
  return url.origin === origin.toLowerCase().replace(/\/$/, '') ? url.origin : undefined;
}

function hostOf(origin: string): string {
  return origin.slice(origin.indexOf('://') + 3);
}
