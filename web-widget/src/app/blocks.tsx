import type { Block, ChoicesBlock } from '../chat/index.ts';
import { parseMarks, parsePlain } from '../view/marks.ts';
import type { Inline } from '../view/marks.ts';
import type { MessageRow } from '../view/rows.ts';
import { textDirection } from '../view/texts.ts';
import type { Texts } from '../view/texts.ts';
import type { Extras } from './extras.ts';
import type { Model } from './model.ts';

export interface BlockProps {
  readonly row: MessageRow;
  readonly model: Model;
  readonly texts: Texts;
  readonly extras: Extras;
}

export function BlockView({ block, ...props }: BlockProps & { readonly block: Block }) {
  const { row, model, texts, extras } = props;
  switch (block.type) {
    case 'text':
      return (
        <div class="bubble" dir={textDirection(block.text, texts.direction)}>
          {/* People's words are shown as they wrote them; only the bot's carry marks. */}
          {row.from === 'bot' ? (
            <Marked text={block.text} model={model} texts={texts} />
          ) : (
            <Line parts={personsParts(row, block.text)} model={model} texts={texts} />
          )}
        </div>
      );
    case 'choices':
      return <Choices block={block} {...props} />;
    case 'card':
    case 'form':
    case 'quote':
    case 'steps':
      if (extras.rich) return <extras.rich.Rich block={block} {...props} />;
      model.bring('rich');
      return <div class="coming" />;
    case 'file_request':
      if (extras.files) return <extras.files.FileRequest block={block} {...props} />;
      model.bring('files');
      return <div class="coming" />;
    default:
      // A newer service may know more kinds than this page's copy of the widget.
      return null;
  }
}

/** An agent's addresses can be followed; the customer's own are only words. */
function personsParts({ from }: MessageRow, text: string): readonly Inline[] {
  return from === 'agent' ? parsePlain(text) : [{ type: 'text', text }];
}

interface MarkProps {
  readonly model: Model;
  readonly texts: Texts;
}

export function Marked({ text, ...props }: MarkProps & { readonly text: string }) {
  return parseMarks(text).map((mark, index) => {
    if (mark.type === 'paragraph') {
      return (
        <p key={index}>
          {mark.lines.map((line, at) => (
            <>
              {at > 0 && <br />}
              <Line parts={line} {...props} />
            </>
          ))}
        </p>
      );
    }
    const items = mark.items.map((item, at) => (
      <li key={at}>
        <Line parts={item} {...props} />
      </li>
    ));
    return mark.ordered ? (
      <ol key={index} start={mark.start}>
        {items}
      </ol>
    ) : (
      <ul key={index}>{items}</ul>
    );
  });
}

/** A ticket's number is read and copied whole: it does not break at its hyphen. */
const isId = /^[\u2066-\u2069\w-]{1,24}$/;

function Line({ parts, model, texts }: MarkProps & { readonly parts: readonly Inline[] }) {
  return parts.map((part) => {
    if (part.type === 'text') return part.text;
    if (part.type === 'bold') {
      return <strong class={isId.test(part.text) ? 'id' : undefined}>{part.text}</strong>;
    }
    return (
      <a
        dir="ltr"
        href={part.href}
        target="_blank"
        rel="noopener noreferrer nofollow"
        onClick={(event) => {
          if (model.follow(part.href)) event.preventDefault();
        }}
      >
        {part.text}
        <span class="unseen"> {texts.t('newWindow')}</span>
      </a>
    );
  });
}

/** Quick replies: plain buttons, so that Tab and Enter work as everywhere. Stale ones stay readable. */
function Choices({ block, row, model }: BlockProps & { readonly block: ChoicesBlock }) {
  const detailed = block.options.some((option) => option.detail !== undefined);
  return (
    <ul class={detailed ? 'choices rich' : 'choices'}>
      {block.options.map(({ value, label, detail }) => (
        <li key={value}>
          <button
            type="button"
            class={row.answer === label ? 'taken' : undefined}
            disabled={!row.live}
            onClick={(event) => {
              focusComposer(event.currentTarget);
              model.say({ text: label, choice: { id: block.id, value } });
            }}
          >
            <span>
              <bdi>{label}</bdi>
            </span>
            {detail !== undefined && (
              <small>
                <bdi>{detail}</bdi>
              </small>
            )}
          </button>
        </li>
      ))}
    </ul>
  );
}

/** The button that was pressed goes out of use; focus must not fall to the page. A phone's keyboard stays down. */
export function focusComposer(from: Element): void {
  const panel = from.closest('.panel');
  const touch = matchMedia('(pointer: coarse)').matches;
  panel?.querySelector<HTMLElement>(touch ? '.log' : 'textarea')?.focus();
}
