import type { ReactElement } from 'react';
import { LockIcon, TickIcon } from './icons.tsx';
import { Marked } from './marks.tsx';
import type { Block, CardBlock, ChoicesBlock, FormBlock } from './protocol.ts';
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
      <dl>
        {block.rows.map((row) => (
          <div key={row.label}>
            <dt>{row.label}</dt>
            <dd>
              <bdi>{row.value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
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
