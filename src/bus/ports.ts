/** Hints between parts and nodes: "conversation X reached N", never content. Losing one costs time, not truth. */
export interface Bus {
  publish(topic: Topic, hint: Hint): void;
  /** Returns the way to stop. A listener that throws is logged and does not disturb the others. */
  subscribe(topic: Topic, listener: (hint: Hint) => void): () => void;
  close(): Promise<void>;
}

/** `c:<conversation>`, `v:<conversation>` for agents who look at it, `desk` for anything that changes a list of the desk, `presence` for who is there, `shared` for what all nodes follow. */
export type Topic = `c:${string}` | `v:${string}` | 'desk' | 'presence' | 'shared';

export type Hint =
  | {
      readonly kind: 'head';
      readonly conversationId: string;
      readonly version: number;
      readonly seq: number;
    }
  | {
      readonly kind: 'typing';
      readonly conversationId: string;
      readonly who: 'customer' | 'bot' | 'agent';
      readonly name?: string;
      readonly on: boolean;
    }
  /** Somebody has seen everything up to this number. */
  | {
      readonly kind: 'read';
      readonly conversationId: string;
      readonly who: 'customer' | 'agent';
      readonly seq: number;
    }
  /** Agents who look at it on this node, now; renewed as long as somebody does. */
  | {
      readonly kind: 'viewing';
      readonly conversationId: string;
      readonly node: string;
      readonly viewers: readonly Viewer[];
    }
  | { readonly kind: 'presence'; readonly agentId: string }
  /** Another content or other settings are in force: each node reads them. */
  | { readonly kind: 'changed'; readonly what: 'content' | 'settings' };

export interface Viewer {
  readonly agentId: string;
  readonly name: string;
  readonly typing: boolean;
}
