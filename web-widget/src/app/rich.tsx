import type { CardBlock, FormBlock, QuoteBlock, StepsBlock } from '../chat/index.ts';
import { Marked } from './blocks.tsx';
import type { BlockProps } from './blocks.tsx';
import { FormView } from './form.tsx';
import { Icon } from './icons.tsx';

export { default as css } from './rich.css?inline';
export { Rate } from './rate.tsx';

/** Cards, quotes, steps and forms: a chunk of their own, since many conversations need none. */
export function Rich({
  block,
  ...props
}: BlockProps & { readonly block: CardBlock | FormBlock | QuoteBlock | StepsBlock }) {
  switch (block.type) {
    case 'card':
      return <Card block={block} />;
    case 'quote':
      return <Quote block={block} />;
    case 'steps':
      return <Steps block={block} {...props} />;
    default:
      return <FormView block={block} {...props} />;
  }
}

export function Card({ block }: { readonly block: CardBlock }) {
  return (
    <section class={`card ${block.kind}`} aria-label={block.title}>
      <h3>
        <bdi>{block.title}</bdi>
        {block.state && <em class={block.state.tone}>{block.state.label}</em>}
      </h3>
      <Pairs rows={block.rows} />
      {block.timeline && block.timeline.length > 0 && (
        <ol class="timeline">
          {block.timeline.map(({ label, time, tone }, at) => (
            <li key={at} class={tone}>
              <Icon name={tone === 'bad' ? 'alert' : tone === 'wait' ? 'clock' : 'check'} />
              <span>{label}</span>
              <small>
                <bdi>{time}</bdi>
              </small>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function Pairs({ rows }: Pick<CardBlock, 'rows'>) {
  return (
    <dl>
      {rows.map((row) => (
        <Pair key={row.label} {...row} />
      ))}
    </dl>
  );
}

function Pair({ label, value }: QuoteBlock['total']) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <bdi>{value}</bdi>
      </dd>
    </div>
  );
}

function Quote({ block: { title, rows, total, note } }: { readonly block: QuoteBlock }) {
  return (
    <section class="card quote" aria-label={title}>
      <h3>
        <bdi>{title}</bdi>
      </h3>
      <Pairs rows={rows} />
      <dl class="total">
        <Pair {...total} />
      </dl>
      {note !== undefined && (
        <p class="note" dir="auto">
          {note}
        </p>
      )}
    </section>
  );
}

function Steps({
  block: { title, items },
  model,
  texts,
}: BlockProps & { readonly block: StepsBlock }) {
  return (
    <section class="card steps" aria-label={title}>
      {title !== undefined && (
        <h3>
          <bdi>{title}</bdi>
        </h3>
      )}
      <ol>
        {items.map((text, at) => (
          <li key={at} dir="auto">
            <Marked text={text} model={model} texts={texts} />
          </li>
        ))}
      </ol>
    </section>
  );
}
