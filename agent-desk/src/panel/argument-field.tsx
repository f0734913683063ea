import type { ReactElement } from 'react';
import type { ActionArgs } from '../api.ts';
import { moneyText } from '../format.ts';
import { queries } from '../lists.ts';
import type { DeskActions, DeskCustomer, DeskMoney } from '../protocol.ts';
import { nameOf, useWords } from '../words.ts';

type FieldShape = DeskActions['offered'][number]['fields'][number];
type Values = { readonly [name: string]: string };

interface FieldProps {
  readonly conv: string;
  readonly field: FieldShape;
  readonly values: Values;
  readonly change: (name: string, value: string) => void;
}

/** Where the currency of an amount is kept among the values. */
const currencyOf = (name: string): string => `${name} currency`;

/** What is sent for the values of a form; what was left empty is left out. */
export function argsOf(fields: readonly FieldShape[], values: Values): ActionArgs {
  return Object.fromEntries(
    fields.flatMap(({ name, kind }) => {
      const value = (values[name] ?? '').trim();
      if (value === '') return [];
      const currency = values[currencyOf(name)] ?? '';
      return [[name, kind === 'amount' ? { amount: value.replace(',', '.'), currency } : value]];
    }),
  );
}

/** One argument of an account action; movements of the wallet are chosen, not typed. */
export function ArgumentField({ conv, field, values, change }: FieldProps): ReactElement {
  const words = useWords();
  const { name, kind, required } = field;
  const value = values[name] ?? '';
  const label = (
    <span>
      {nameOf('arg', name)}
      {!required && <small> {words('block.optional')}</small>}
    </span>
  );
  if (kind === 'amount') {
    return <AmountField conv={conv} field={field} values={values} change={change} />;
  }
  const options = optionsOf(conv, field);
  return (
    <label className="field">
      {label}
      {options.length > 0 ? (
        <select
          value={value}
          required={required}
          onChange={(event) => change(name, event.target.value)}
        >
          <option value="" />
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      ) : kind === 'text' ? (
        <textarea
          rows={3}
          maxLength={4000}
          value={value}
          required={required}
          onChange={(event) => change(name, event.target.value)}
        />
      ) : (
        <input
          value={value}
          maxLength={400}
          required={required}
          onChange={(event) => change(name, event.target.value)}
        />
      )}
    </label>
  );
}

function optionsOf(conv: string, { kind, options }: FieldShape) {
  const wallet = queries.getQueryData<DeskCustomer>(['customer', conv])?.wallet;
  const card = wallet?.kind === 'card' ? wallet.card : undefined;
  const told = (id: string, amount: DeskMoney | null, of: string) => ({
    value: id,
    label: [amount && moneyText(amount), of, id].filter(Boolean).join(' · '),
  });
  switch (kind) {
    case 'transaction':
      return (card?.transactions ?? []).map((each) =>
        told(each.id, each.amount, each.counterparty),
      );
    case 'withdrawal':
      return (card?.withdrawals ?? []).map((each) => told(each.id, each.amount, each.bank));
    case 'choice':
      return options.map((option) => ({ value: option, label: nameOf('arg', option) }));
    default:
      return [];
  }
}

function AmountField({ conv, field: { name, required }, values, change }: FieldProps) {
  const words = useWords();
  const wallet = queries.getQueryData<DeskCustomer>(['customer', conv])?.wallet;
  const balances = wallet?.kind === 'card' ? (wallet.card.balances ?? []) : [];
  const currency = values[currencyOf(name)] ?? '';
  return (
    <div className="field-row">
      <label className="field">
        {nameOf('arg', name)}
        <input
          inputMode="decimal"
          pattern="\d+([.,]\d+)?"
          maxLength={20}
          value={values[name] ?? ''}
          required={required}
          onChange={(event) => change(name, event.target.value)}
        />
      </label>
      <label className="field">
        {words('act_panel.currency')}
        <input
          list="currencies"
          maxLength={3}
          value={currency}
          required={required}
          onChange={(event) => change(currencyOf(name), event.target.value.toUpperCase())}
        />
        <datalist id="currencies">
          {balances.map(({ available }) => (
            <option key={available.currency} value={available.currency} />
          ))}
        </datalist>
      </label>
    </div>
  );
}
