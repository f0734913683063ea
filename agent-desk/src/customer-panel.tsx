import { useState } from 'react';
import type { ReactElement, ReactNode } from 'react';
import { clockTime, fullTime, initialOf, languageName } from './format.ts';
import { CloseIcon, CopyIcon, ShieldIcon, TickIcon } from './icons.tsx';
import type { DeskAgent, DeskHead } from './protocol.ts';
import { useSettings } from './settings.ts';
import { actionsOf, topicsOf } from './status.ts';
import { useThreads } from './threads.ts';
import type { Thread } from './threads.ts';
import { nameOf, useWords } from './words.ts';

/** Who the customer is and what has been done for them, from the part of the log that is loaded. */
export function CustomerPanel({
  conv,
  agent,
}: {
  readonly conv: string;
  readonly agent: DeskAgent;
}): ReactElement | null {
  const words = useWords();
  const thread = useThreads(({ threads }) => threads[conv]);
  const panel = useSettings((settings) => settings.panel);
  if (!panel || !thread?.head) return null;
  return (
    <aside className="panel" aria-label={words('panel.title')}>
      <header className="panel-head">
        <h2>{words('panel.title')}</h2>
        <button
          type="button"
          className="icon-button"
          aria-label={words('panel.hide')}
          onClick={() => useSettings.setState({ panel: false })}
        >
          <CloseIcon />
        </button>
      </header>
      <Facts head={thread.head} agent={agent} />
      <Topics thread={thread} />
      <Actions thread={thread} />
      <section>
        <h3>{words('panel.conversation')}</h3>
        <dl className="facts">
          <Fact label={words('panel.id')}>
            <Copyable text={conv} />
          </Fact>
        </dl>
      </section>
    </aside>
  );
}

function Facts({ head, agent }: { readonly head: DeskHead; readonly agent: DeskAgent }) {
  const words = useWords();
  const { reason, priority } = head;
  return (
    <section>
      <div className="panel-who">
        <span className={`avatar avatar-large level-${head.level}`} aria-hidden="true">
          {initialOf(head.customerId ?? '')}
        </span>
        <div>
          {head.customerId === null ? (
            <b>{words('panel.anonymous')}</b>
          ) : (
            <Copyable text={head.customerId} strong />
          )}
          <span className={`level level-${head.level}`}>
            {head.level !== 'anyone' && <ShieldIcon />}
            {words(`level.${head.level}`)}
          </span>
        </div>
      </div>
      <dl className="facts">
        {reason !== null && <Fact label={words('panel.reason')}>{nameOf('topic', reason)}</Fact>}
        {priority !== null && (
          <Fact label={words('panel.priority')}>
            <span className={`pill priority-${priority}`}>{words(`priority.${priority}`)}</span>
          </Fact>
        )}
        <Fact label={words('panel.language')}>{languageName(head.language)}</Fact>
        <Fact label={words('panel.channel')}>{nameOf('channel', head.channel)}</Fact>
        <Fact label={words('panel.owner')}>{ownerName(head, agent, words)}</Fact>
        {head.sinceMs !== null && !head.closed && (
          <Fact label={words(head.owner === 'queue' ? 'panel.waiting' : 'panel.since')}>
            <time title={fullTime(head.sinceMs)}>{clockTime(head.sinceMs)}</time>
          </Fact>
        )}
      </dl>
    </section>
  );
}

function ownerName(head: DeskHead, agent: DeskAgent, words: ReturnType<typeof useWords>): string {
  if (head.closed) return words('owner.closed');
  if (head.owner === 'agent') {
    const name = head.agentName ?? '';
    return head.agentId === agent.agentId ? words('who.you', { name }) : name;
  }
  return words(head.owner === 'bot' ? 'who.bot' : 'owner.queue');
}

function Topics({ thread }: { readonly thread: Thread }) {
  const words = useWords();
  const topics = topicsOf(thread.events);
  return (
    <section>
      <h3>{words('panel.topics')}</h3>
      {topics.length === 0 ? (
        <p className="quiet">{words('panel.noTopics')}</p>
      ) : (
        <ul className="tags">
          {topics.map((topic) => (
            <li key={topic} className="tag">
              {nameOf('topic', topic)}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Actions({ thread }: { readonly thread: Thread }) {
  const words = useWords();
  const actions = actionsOf(thread.events);
  return (
    <section>
      <h3>{words('panel.actions')}</h3>
      {actions.length === 0 && <p className="quiet">{words('panel.noActions')}</p>}
      <ul className="actions">
        {actions.map((action) => (
          <li key={action.pos} className={`action action-${action.state}`}>
            <span className="status-dot" />
            <div>
              <b>{nameOf('act', action.action)}</b>
              <span className="quiet">
                {words(`state.${action.state}`)}
                {action.detail !== '' && ` · ${action.detail}`}
              </span>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Copyable({ text, strong = false }: { readonly text: string; readonly strong?: boolean }) {
  const words = useWords();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <button
      type="button"
      className={`copy${strong ? ' copy-strong' : ''}`}
      title={words(copied ? 'action.copied' : 'action.copy')}
      onClick={() => void copy().catch(() => undefined)}
    >
      <span>{text}</span>
      {copied ? <TickIcon /> : <CopyIcon />}
    </button>
  );
}
