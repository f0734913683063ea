import { useMemo } from 'preact/hooks';
import type { Block, ChoicesBlock } from '../chat/index.ts';
import { parseMarks } from '../view/marks.ts';
import type { Inline } from '../view/marks.ts';
import type { MessageRow } from '../view/rows.ts';
import { textDirection } from '../view/texts.ts';
import type { Texts } from '../view/texts.ts';
import type { Model } from './model.ts';

export interface BlockProps {
  readonly row: MessageRow;
  readonly model: Model;
  readonly texts: Texts;
}

export function BlockView({ block, ...props }: BlockProps & { readonly block: Block }) {
  switch (block.type) {
    case 'text':
      // People's words are shown as they wrote them; only the bot's carry marks.
      return props.row.from === 'bot' ? (
        <MarkedText text={block.text} texts={props.texts} />
      ) : (
        <div class="bubble" dir={textDirection(block.text, props.texts.direction)}>
          {block.text}
        </div>
      );
    case 'choices':
      return <Choices block={block} {...props} />;
    case 'card':
    case 'form': {
      const Rich = props.model.rich.value;
      if (Rich) return <Rich block={block} {...props} />;
      props.model.bringRich();
      return <div class="coming" />;
    }
    default:
      // A newer service may know more kinds than this page's copy of the widget.
      return null;
  }
}

function MarkedText({ text, texts }: { readonly text: string; readonly texts: Texts }) {
  const marks = useMemo(() => parseMarks(text), [text]);
  return (
    <div class="bubble" dir={textDirection(text, texts.direction)}>
      {marks.map((mark, index) => {
        if (mark.type === 'paragraph') {
          return (
            <p key={index}>
              {mark.lines.map((line, at) => (
                <>
                  {at > 0 && <br />}
                  <Line parts={line} texts={texts} />
                </>
              ))}
            </p>
          );
        }
        const items = mark.items.map((item, at) => (
          <li key={at}>
            <Line parts={item} texts={texts} />
          </li>
        ));
        return mark.ordered ? (
          <ol key={index} start={mark.start}>
            {items}
          </ol>
        ) : (
          <ul key={index}>{items}</ul>
        );
      })}
    </div>
  );
}

/** A ticket's number is read and copied whole: it does not break at its hyphen. */
const isId = /^[\u2066-\u2069\w-]{1,24}$/;

function Line({ parts, texts }: { readonly parts: readonly Inline[]; readonly texts: Texts }) {
  return (
    <>
      {parts.map((part) => {
        if (part.type === 'text') return part.text;
        if (part.type === 'bold') {
          return <strong class={isId.test(part.text) ? 'id' : undefined}>{part.text}</strong>;
        }
        return (
          <a dir="ltr" href={part.href} target="_blank" rel="noopener noreferrer nofollow">
            {part.text}
            <span class="unseen"> {texts.t('newWindow')}</span>
          </a>
        );
      })}
    </>
  );
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
              model.say(label, { choice: { id: block.id, value } });
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
