import type { ReactElement } from 'react';
import { Isolated, directionOf } from './direction.tsx';
import { ClipIcon, LockIcon, TickIcon } from './icons.tsx';
import { Marked } from './marks.tsx';
import type {
  Block,
  CardBlock,
  ChoicesBlock,
  FileRequestBlock,
  FormBlock,
  QuoteBlock,
  StepsBlock,
} from './protocol.ts';
import { useWords } from './words.ts';

/** A bot message as the customer saw it; nothing in it can be pressed here. `answer` is what the customer wrote next. */
export function Blocks({
  blocks,
  answer,
}: {
  readonly blocks: readonly Block[];
  readonly answer: string | null;
}): ReactElement {
  return (
    <>
      {blocks.map((block, index) => (
        <OneBlock key={index} block={block} answer={answer} />
      ))}
    </>
  );
}

function OneBlock({ block, answer }: { readonly block: Block; readonly answer: string | null }) {
  switch (block.type) {
    case 'text':
      return (
        <div className="bubble bubble-bot" {...directionOf(block.text)}>
          <Marked text={block.text} />
        </div>
      );
    case 'choices':
      return <Choices block={block} answer={answer} />;
    case 'card':
      return <Card block={block} />;
    case 'form':
      return <Form block={block} />;
    case 'steps':
      return <Steps block={block} />;
    case 'quote':
      return <Quote block={block} />;
    case 'file_request':
      return <FileRequest block={block} />;
  }
}

function Choices({
  block,
  answer,
}: {
  readonly block: ChoicesBlock;
  readonly answer: string | null;
}) {
  const words = useWords();
  return (
    <ul className="choices" aria-label={words('block.choices')}>
      {block.options.map((option) => {
        const chosen = answer !== null && answer.trim() === option.label;
        return (
          <li
            key={option.value}
            className={chosen ? 'choice choice-chosen' : 'choice'}
            {...directionOf(`${option.label} ${option.detail ?? ''}`)}
          >
            {chosen && <TickIcon />}
            <span>
              <Isolated text={option.label} />
              {option.detail !== undefined && (
                <small>
                  <Isolated text={option.detail} />
                </small>
              )}
            </span>
            {chosen && <span className="unseen">({words('block.chosen')})</span>}
          </li>
        );
      })}
    </ul>
  );
}

function Card({ block }: { readonly block: CardBlock }) {
  return (
    <div className="card" {...directionOf(block.title)}>
      <div className="card-head">
        <strong>
          <Isolated text={block.title} />
        </strong>
        {block.state && (
          <Isolated className={`pill pill-${block.state.tone}`} text={block.state.label} />
        )}
      </div>
      <Rows rows={block.rows} />
      {block.timeline && (
        <ol className="timeline">
          {block.timeline.map(({ label, time, tone }) => (
            <li key={`${label} ${time}`} className={`tone-${tone}`}>
              <Isolated text={label} />
              <time>
                <Isolated text={time} />
              </time>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

function Rows({ rows }: Pick<CardBlock, 'rows'>) {
  return (
    <dl>
      {rows.map((row) => (
        <div key={row.label}>
          <dt>
            <Isolated text={row.label} />
          </dt>
          <dd>
            <Isolated text={row.value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Steps({ block }: { readonly block: StepsBlock }) {
  return (
    <div className="card steps" {...directionOf(block.items.join(' '))}>
      {block.title !== undefined && (
        <strong>
          <Isolated text={block.title} />
        </strong>
      )}
      <ol>
        {block.items.map((item, index) => (
          <li key={index} {...directionOf(item)}>
            <Marked text={item} />
          </li>
        ))}
      </ol>
    </div>
  );
}

function Quote({ block }: { readonly block: QuoteBlock }) {
  return (
    <div className="card quote" {...directionOf(block.title)}>
      <div className="card-head">
        <strong>{block.title}</strong>
      </div>
      <Rows rows={block.rows} />
      <p className="quote-total">
        <Isolated text={block.total.label} />
        <Isolated text={block.total.value} />
      </p>
      {block.note !== undefined && <p className="quote-note">{block.note}</p>}
    </div>
  );
}

function FileRequest({ block }: { readonly block: FileRequestBlock }) {
  const words = useWords();
  return (
    <div className="card form file-request" {...directionOf(block.hint)}>
      <div className="card-head">
        <span className="quiet">{words('block.files')}</span>
      </div>
      <p>
        <ClipIcon />
        {block.hint}
      </p>
      {block.skip !== undefined && <span className="form-submit">{block.skip}</span>}
    </div>
  );
}

function Form({ block }: { readonly block: FormBlock }) {
  const words = useWords();
  return (
    <div className="card form" {...directionOf(block.fields.map(({ label }) => label).join(' '))}>
      <div className="card-head">
        <span className="quiet">{words('block.form')}</span>
      </div>
      {block.fields.map((field) => (
        <div className="form-field" key={field.name}>
          <span>
            <Isolated text={field.label} />
            {!field.required && <small> {words('block.optional')}</small>}
          </span>
          <Isolated className="form-box" text={field.hint ?? ''} />
        </div>
      ))}
      {block.secret ? (
        <p className="form-secret">
          <LockIcon />
          {words('block.secret')}
        </p>
      ) : (
        <span className="form-submit">{block.submit}</span>
      )}
    </div>
  );
}
