/** Hints between parts and nodes: "conversation X reached N", never content. Losing one costs time, not truth. */
export interface Bus {
  publish(topic: Topic, hint: Hint): void;
  /** Returns the way to stop. A listener that throws is logged and does not disturb the others. */
  subscribe(topic: Topic, listener: (hint: Hint) => void): () => void;
  close(): Promise<void>;
}

/** `c:<conversation>`, `desk` for anything that changes a list of the desk, `presence` for who is there, `shared` for what all nodes follow. */
export type Topic = `c:${string}` | 'desk' | 'presence' | 'shared';

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
  | { readonly kind: 'presence'; readonly agentId: string }
  /** Another content or other settings are in force: each node reads them. */
  | { readonly kind: 'changed'; readonly what: 'content' | 'settings' };
