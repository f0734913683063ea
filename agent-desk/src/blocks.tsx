import type { ReactElement } from 'react';
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
        <div className="bubble bubble-bot" dir="auto">
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
          <li key={option.value} className={chosen ? 'choice choice-chosen' : 'choice'} dir="auto">
            {chosen && <TickIcon />}
            <span>
              {option.label}
              {option.detail !== undefined && <small>{option.detail}</small>}
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
    <div className="card" dir="auto">
      <div className="card-head">
        <strong>{block.title}</strong>
        {block.state && (
          <span className={`pill pill-${block.state.tone}`}>{block.state.label}</span>
        )}
      </div>
      <Rows rows={block.rows} />
      {block.timeline && (
        <ol className="timeline">
          {block.timeline.map(({ label, time, tone }) => (
            <li key={`${label} ${time}`} className={`tone-${tone}`}>
              <span>{label}</span>
              <time>{time}</time>
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
          <dt>{row.label}</dt>
          <dd>
            <bdi>{row.value}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Steps({ block }: { readonly block: StepsBlock }) {
  return (
    <div className="card steps" dir="auto">
      {block.title !== undefined && <strong>{block.title}</strong>}
      <ol>
        {block.items.map((item, index) => (
          <li key={index}>
            <Marked text={item} />
          </li>
        ))}
      </ol>
    </div>
  );
}

function Quote({ block }: { readonly block: QuoteBlock }) {
  return (
    <div className="card quote" dir="auto">
      <div className="card-head">
        <strong>{block.title}</strong>
      </div>
      <Rows rows={block.rows} />
      <p className="quote-total">
        <span>{block.total.label}</span>
        <bdi>{block.total.value}</bdi>
      </p>
      {block.note !== undefined && <p className="quote-note">{block.note}</p>}
    </div>
  );
}

function FileRequest({ block }: { readonly block: FileRequestBlock }) {
  const words = useWords();
  return (
    <div className="card form file-request" dir="auto">
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
    <div className="card form" dir="auto">
      <div className="card-head">
        <span className="quiet">{words('block.form')}</span>
      </div>
      {block.fields.map((field) => (
        <div className="form-field" key={field.name}>
          <span>
            {field.label}
            {!field.required && <small> {words('block.optional')}</small>}
          </span>
          <span className="form-box">{field.hint ?? ''}</span>
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
