import type { CardBlock, FormBlock } from '../chat/index.ts';
import type { BlockProps } from './blocks.tsx';
import { FormView } from './form.tsx';

export { default as css } from './rich.css?inline';

/** Cards and forms: a chunk of their own, since many conversations need neither. */
export function Rich({ block, ...props }: BlockProps & { readonly block: CardBlock | FormBlock }) {
  return block.type === 'card' ? <Card block={block} /> : <FormView block={block} {...props} />;
}

function Card({ block }: { readonly block: CardBlock }) {
  return (
    <section class={`card ${block.kind}`} aria-label={block.title}>
      <h3>
        <bdi>{block.title}</bdi>
        {block.state && <em class={block.state.tone}>{block.state.label}</em>}
      </h3>
      <dl>
        {block.rows.map(({ label, value }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
