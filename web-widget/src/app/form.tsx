import { useId, useState } from 'preact/hooks';
import { fieldLengthMax } from '../chat/index.ts';
import type { FormBlock, FormField } from '../chat/index.ts';
import type { Texts } from '../view/texts.ts';
import { focusComposer } from './blocks.tsx';
import type { BlockProps } from './blocks.tsx';
import { Icon } from './icons.tsx';

const inputs = {
  text: { type: 'text' },
  amount: { type: 'text', inputMode: 'decimal', autocomplete: 'off' },
  date: { type: 'date' },
  email: { type: 'email', autocomplete: 'email' },
  phone: { type: 'tel', autocomplete: 'tel' },
  code: { type: 'text', inputMode: 'numeric', autocomplete: 'one-time-code', pattern: '[0-9]*' },
} as const;

/** Written from left to right in every language. */
const ltrKinds: ReadonlySet<FormField['kind']> = new Set(['amount', 'code', 'email', 'phone']);

/** An empty field runs as the page does, so that the cursor waits where its label begins. */
function inputDirection({ kind }: FormField, value: string): 'ltr' | 'auto' | undefined {
  if (value === '') return undefined;
  return ltrKinds.has(kind) ? 'ltr' : 'auto';
}

/**
 * Fields to fill in. A secret one (a one-time code) leaves by its own way: it is never a message, never in
 * storage, and its field is emptied as soon as it is sent.
 */
export function FormView({ block, row, model, texts }: BlockProps & { readonly block: FormBlock }) {
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  /** Fields that were left, or all once it was to be sent: nobody is corrected while writing. */
  const [checked, setChecked] = useState<ReadonlySet<string>>(new Set());
  const mine = row.secret?.form === block.id ? row.secret : undefined;
  const checking = mine?.state === 'checking';

  if (!row.live) {
    // How a code check ended is told by the line below it.
    if (block.secret) return null;
    return (
      <p class="form done">
        <Icon name="check" />
        {texts.t('formClosed')}
      </p>
    );
  }
  const submit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    if (checking) return;
    const wrong = block.fields.find((field) => faultOf(field, values[field.name] ?? ''));
    setChecked(new Set(wrong && block.fields.map(({ name }) => name)));
    const form = event.currentTarget;
    if (wrong) {
      (form.elements.namedItem(wrong.name) as HTMLElement | null)?.focus();
      return;
    }
    if (block.secret) {
      model.client.sendSecret(block.id, Object.values(values).join('').replace(/\s/g, ''));
      setValues({});
      return;
    }
    const fields = filled(block.fields, values);
    const shown = block.fields.filter(({ name }) => fields[name] !== undefined);
    const text = shown.map(({ name, label }) => `${label}: ${fields[name] ?? ''}`).join('\n');
    focusComposer(form);
    model.say({ text, form: { id: block.id, fields } });
  };
  return (
    <form class="form" noValidate autocomplete="off" onSubmit={submit}>
      {block.fields.map((field) => (
        <Field
          key={field.name}
          field={field}
          value={values[field.name] ?? ''}
          fault={checked.has(field.name) ? faultOf(field, values[field.name] ?? '') : undefined}
          texts={texts}
          onLeft={() => {
            if ((values[field.name] ?? '') !== '') setChecked(new Set([...checked, field.name]));
          }}
          onValue={(value) => setValues({ ...values, [field.name]: value })}
        />
      ))}
      {mine?.state === 'refused' && <p class="fault">{texts.t('secretRefused')}</p>}
      <button type="submit" aria-disabled={checking}>
        {checking ? texts.t('checking') : block.submit}
      </button>
    </form>
  );
}

function Field(props: {
  readonly field: FormField;
  readonly value: string;
  readonly fault: FieldFault | undefined;
  readonly texts: Texts;
  readonly onValue: (value: string) => void;
  readonly onLeft: () => void;
}) {
  const { field, value, fault, texts, onValue, onLeft } = props;
  const id = useId();
  const described = [field.hint !== undefined && `${id}h`, fault && `${id}f`].filter(Boolean);
  return (
    <div class={`input ${field.kind}`}>
      <label for={id}>
        {field.label}
        {!field.required && <small> ({texts.t('optional')})</small>}
      </label>
      <input
        id={id}
        name={field.name}
        dir={inputDirection(field, value)}
        {...inputs[field.kind]}
        maxLength={fieldLengthMax}
        aria-required={field.required}
        aria-invalid={fault !== undefined}
        aria-describedby={described.join(' ') || undefined}
        value={value}
        onInput={(event) => onValue(event.currentTarget.value)}
        onBlur={onLeft}
      />
      {field.hint !== undefined && (
        <small id={`${id}h`}>
          <bdi>{field.hint}</bdi>
        </small>
      )}
      {fault && (
        <p class="fault" id={`${id}f`}>
          {texts.t(fault)}
        </p>
      )}
    </div>
  );
}

type FieldFault = 'required' | `${'code' | 'email' | 'amount' | 'phone' | 'date'}Format`;

/** Signs that a value of this kind surely has; digits of any script. */
const formats = {
  code: [/^[\d\s-]{3,12}$/, 'codeFormat'],
  email: [/^\S+@\S+\.\S+$/, 'emailFormat'],
  amount: [/\p{Nd}/u, 'amountFormat'],
  phone: [/^[+(]?[\p{Nd}\s().-]{5,}$/u, 'phoneFormat'],
  date: [/\p{Nd}/u, 'dateFormat'],
} as const;

/** Only what surely is a slip; the service has the last word. */
function faultOf(field: FormField, value: string): FieldFault | undefined {
  const text = value.trim();
  if (text === '') return field.required ? 'required' : undefined;
  if (field.kind === 'text') return undefined;
  const [fits, fault] = formats[field.kind];
  return fits.test(text) ? undefined : fault;
}

function filled(
  fields: readonly FormField[],
  values: Readonly<Record<string, string>>,
): Record<string, string> {
  const entries = fields
    .map(({ name }) => [name, (values[name] ?? '').trim()] as const)
    .filter(([, value]) => value !== '');
  return Object.fromEntries(entries);
}
