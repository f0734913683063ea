import { currencyDigits, parseMoney, type Money } from '../../core/index.ts';
import type { ExchangeQuote, FeeQuote } from '../port.ts';
import { ok, refuse, type Books, type Outcome } from './books.ts';

/** The sandbox's tariff, in hundredths of a percent of the amount. Public, so nothing here is a secret. */
const feeBps: { readonly [method: string]: bigint } = {
  balance: 0n,
  card: 60n,
  bank: 20n,
  withdrawal: 10n,
};
const crossBorderBps = 100n;
const exchangeBps = 50n;

/** How long an exchange quote holds. */
const quoteTtlMs = 60_000;
/** Fifteen digits: beyond any payment, well inside what the ledger stores. */
const amountMax = 10n ** 15n;
/** Decimal places of a stored rate and of one that is shown. */
const rateDigits = 6;

/** Half up, like the rounding on a receipt. */
export function feeOf(amount: bigint, method: string, crossBorder: boolean): bigint {
  const bps = (feeBps[method] ?? 0n) + (crossBorder ? crossBorderBps : 0n);
  return share(amount, bps);
}

function share(amount: bigint, bps: bigint): bigint {
  return (amount * bps + 5_000n) / 10_000n;
}

export function quoteFee(
  books: Books,
  call: { readonly amount: Money; readonly method?: string; readonly crossBorder?: boolean },
): Outcome<FeeQuote> {
  const { amount, method = 'balance', crossBorder = false } = call;
  const refused = whyNoQuote(books, amount);
  if (refused !== undefined) return refused;
  if (!Object.hasOwn(feeBps, method)) return refuse('not_allowed');
  const fee = feeOf(amount.minor, method, crossBorder);
  const { currency } = amount;
  return ok({
    amount,
    fee: { minor: fee, currency },
    total: { minor: amount.minor + fee, currency },
  });
}

/** The fee is taken from the amount before it is exchanged; what comes out is rounded down. */
export function quoteExchange(
  books: Books,
  { amount, to }: { readonly amount: Money; readonly to: string },
): Outcome<ExchangeQuote> {
  const refused = whyNoQuote(books, amount);
  if (refused !== undefined) return refused;
  const [from, into] = [ratePerUsd(books, amount.currency), ratePerUsd(books, to)];
  if (from === undefined || into === undefined) return refuse('currency_not_supported');
  const fee = share(amount.minor, exchangeBps);
  const fromScale = 10n ** BigInt(currencyDigits(amount.currency));
  const toScale = 10n ** BigInt(currencyDigits(to));
  const minor = ((amount.minor - fee) * into * toScale) / (from * fromScale);
  return ok({
    from: amount,
    to: { minor, currency: to },
    fee: { minor: fee, currency: amount.currency },
    rate: decimalRate(into, from),
    validUntilMs: books.clock() + quoteTtlMs,
  });
}

function whyNoQuote(books: Books, { minor, currency }: Money): Outcome<never> | undefined {
  if (ratePerUsd(books, currency) === undefined) return refuse('currency_not_supported');
  if (minor <= 0n) return refuse('amount_invalid');
  return minor > amountMax ? refuse('amount_too_large') : undefined;
}

export function listCurrencies({ db }: Books): Outcome<readonly string[]> {
  const rows = db.all<{ currency: string }>('SELECT currency FROM rate ORDER BY currency');
  return ok(rows.map(({ currency }) => currency));
}

/** Millionths of a unit for one US dollar. */
function ratePerUsd({ db }: Books, currency: string): bigint | undefined {
  const row = db.get<{ per_usd: string }>('SELECT per_usd FROM rate WHERE currency = ?', currency);
  if (row === undefined) return undefined;
  const [whole = '0', fraction = ''] = row.per_usd.split('.');
  return BigInt(whole + fraction.padEnd(rateDigits, '0').slice(0, rateDigits));
}

function decimalRate(into: bigint, from: bigint): string {
  const scale = 10n ** BigInt(rateDigits);
  const millionths = ((into * scale + from / 2n) / from).toString().padStart(rateDigits + 1, '0');
  const text = `${millionths.slice(0, -rateDigits)}.${millionths.slice(-rateDigits)}`;
  return text.replace(/\.?0+$/, '');
}

/** Takes a rate as the market has it: units for one US dollar, as a decimal. */
export function setRate({ db }: Books, currency: string, perUsd: string): void {
  if (!/^\d{1,9}(?:\.\d{1,6})?$/.test(perUsd) || parseMoney('1', currency) === undefined) {
    throw new RangeError(`not a rate: ${currency} ${perUsd}`);
  }
  db.run(
    'INSERT INTO rate (currency, per_usd) VALUES (?1, ?2) ON CONFLICT (currency) DO UPDATE SET per_usd = ?2',
    currency,
    perUsd,
  );
}
