import { textDirection } from '../view/texts.ts';
import { focusComposer } from './blocks.tsx';
import type { ViewProps } from './log.tsx';

/** The operator's own welcome and the topics that they suggest, until the customer has said something. */
export function Intro({ view, model, texts }: ViewProps) {
  const { greeting, topics } = view.config ?? {};
  const { events } = view.chat.transcript;
  const begun = events.some((event) => event.type === 'message' && event.from === 'customer');
  if (begun || view.chat.outgoing.length > 0) return null;
  const words = greeting?.[texts.language];
  const suggested = topics?.[texts.language] ?? [];
  if (words === undefined && suggested.length === 0) return null;
  return (
    <div class="intro">
      {words !== undefined && <p dir={textDirection(words, texts.direction)}>{words}</p>}
      {suggested.length > 0 && (
        <ul class="choices" aria-label={texts.t('topics')}>
          {suggested.map((topic) => (
            <li key={topic}>
              <button
                type="button"
                onClick={(event) => {
                  focusComposer(event.currentTarget);
                  model.say({ text: topic });
                }}
              >
                <bdi>{topic}</bdi>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
