/** An amount in the currency's minor unit (fen, cents); never a float. */
export interface Money {
  readonly minor: bigint;
  /** ISO 4217, upper case. */
  readonly currency: string;
}

const zeroDecimals = new Set([
  'JPY',
  'KRW',
  'VND',
  'CLP',
  'ISK',
  'XAF',
  'XOF',
  'XPF',
  'PYG',
  'UGX',
]);
const threeDecimals = new Set(['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND']);

/** Digits behind the decimal point in ISO 4217: 0, 2 or 3. */
export function currencyDigits(currency: string): number {
  if (zeroDecimals.has(currency)) return 0;
  return threeDecimals.has(currency) ? 3 : 2;
}

/**
 * `"12.5", "CNY"` → 1250n CNY. Undefined for anything but a plain decimal with no more
 * fraction digits than the currency has, or for more than 15 integer digits.
 */
export function parseMoney(decimal: string, currency: string): Money | undefined {
  const match = /^(-?)(\d{1,15})(?:\.(\d+))?$/.exec(decimal);
  if (!match || !/^[A-Z]{3}$/.test(currency)) return undefined;
  const digits = currencyDigits(currency);
  const fraction = (match[3] ?? '').replace(/0+$/, '');
  if (fraction.length > digits) return undefined;
  const minor = BigInt((match[2] ?? '0') + fraction.padEnd(digits, '0'));
  return { minor: match[1] ? -minor : minor, currency };
}

/** 1250n CNY → `"12.50"`: exact, no grouping, for `Intl.NumberFormat` (which takes decimal strings) and for files. */
export function moneyDecimal({ minor, currency }: Money): string {
  const digits = currencyDigits(currency);
  const sign = minor < 0n ? '-' : '';
  const text = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, '0');
  if (digits === 0) return sign + text;
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

export function isMoney(value: unknown): value is Money {
  return (
    typeof value === 'object' &&
    value !== null &&
    'minor' in value &&
    typeof value.minor === 'bigint' &&
    'currency' in value
  );
}
