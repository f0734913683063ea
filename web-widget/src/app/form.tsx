import { Component } from 'preact';
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

type FormProps = BlockProps & { readonly block: FormBlock };

interface FormState {
  readonly values: Readonly<Record<string, string>>;
  /** Fields that were left, or all once it was to be sent: nobody is corrected while writing. */
  readonly checked: readonly string[];
}

/**
 * Fields to fill in. A secret one (a one-time code) leaves by its own way: it is never a message, never in
 * storage, and its field is emptied as soon as it is sent.
 */
export class FormView extends Component<FormProps, FormState> {
  override state: FormState = { values: {}, checked: [] };

  #valueOf({ name }: FormField): string {
    return this.state.values[name] ?? '';
  }
  #faultOf(field: FormField): FieldFault | undefined {
    return faultOf(field, this.#valueOf(field));
  }
  get #refused() {
    const { block, row } = this.props;
    return row.secret?.form === block.id ? row.secret.state : undefined;
  }
  #submit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }): void => {
    event.preventDefault();
    const { block, model } = this.props;
    const { values } = this.state;
    if (this.#refused === 'checking') return;
    const wrong = block.fields.find((field) => this.#faultOf(field));
    this.setState({ checked: wrong ? block.fields.map(({ name }) => name) : [] });
    const form = event.currentTarget;
    if (wrong) {
      (form.elements.namedItem(wrong.name) as HTMLElement | null)?.focus();
      return;
    }
    if (block.secret) {
      model.client.sendSecret(block.id, Object.values(values).join('').replace(/\s/g, ''));
      this.setState({ values: {} });
      return;
    }
    const fields = filled(block.fields, values);
    const shown = block.fields.filter(({ name }) => fields[name] !== undefined);
    const text = shown.map(({ name, label }) => `${label}: ${fields[name] ?? ''}`).join('\n');
    focusComposer(form);
    model.say({ text, form: { id: block.id, fields } });
  };

  override render({ block, row, texts }: FormProps, { checked }: FormState) {
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
    const checking = this.#refused === 'checking';
    return (
      <form class="form" noValidate autocomplete="off" onSubmit={this.#submit}>
        {block.fields.map((field, at) => (
          <Field
            key={field.name}
            id={`${row.key}-${block.id}-${at}`}
            field={field}
            value={this.#valueOf(field)}
            fault={checked.includes(field.name) ? this.#faultOf(field) : undefined}
            texts={texts}
            onLeft={() => {
              if (this.#valueOf(field)) this.setState({ checked: [...checked, field.name] });
            }}
            onValue={(value) =>
              // Several at once, where the browser fills them in.
              this.setState((now) => ({ values: { ...now.values, [field.name]: value } }))
            }
          />
        ))}
        {this.#refused === 'refused' && <p class="fault">{texts.t('secretRefused')}</p>}
        <button type="submit" aria-disabled={checking}>
          {checking ? texts.t('checking') : block.submit}
        </button>
      </form>
    );
  }
}

function Field(props: {
  readonly id: string;
  readonly field: FormField;
  readonly value: string;
  readonly fault: FieldFault | undefined;
  readonly texts: Texts;
  readonly onValue: (value: string) => void;
  readonly onLeft: () => void;
}) {
  const { id, field, value, fault, texts, onValue, onLeft } = props;
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
