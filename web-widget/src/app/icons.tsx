const paths = {
  close: 'M6 6l12 12M18 6L6 18',
  language:
    'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3.2 12h17.6M12 3c2.4 2.5 3.6 5.5 3.6 9s-1.2 6.5-3.6 9c-2.4-2.5-3.6-5.5-3.6-9S9.6 5.5 12 3z',
  person:
    'M4.5 13.5v-1.5a7.5 7.5 0 0 1 15 0v1.5M4.5 13h2.3v5H6a1.5 1.5 0 0 1-1.5-1.5zM19.5 13h-2.3v5h.8a1.5 1.5 0 0 0 1.5-1.5zM18.5 18c0 1.7-1.5 2.5-4 2.5',
  send: 'M4.5 12L20 4.5 15.5 20l-3.7-6.3zM11.8 13.7L20 4.5',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  checks: 'M2.5 12.5l4.5 4.5L16.5 7.5M12 16.8l.2.2L21.5 7.5',
  more: 'M12 5.2v.1M12 12v.1M12 18.7v.1',
  back: 'M14.5 5.5L8 12l6.5 6.5',
  clip: 'M19 11.5l-7.2 7.2a4.6 4.6 0 0 1-6.5-6.5l7.6-7.6a3 3 0 0 1 4.3 4.3l-7.4 7.4a1.5 1.5 0 0 1-2.1-2.1l6.6-6.6',
  down: 'M12 5v14M6 13l6 6 6-6',
  shield: 'M12 3.5l7 2.5v5.5c0 4.3-2.9 7.5-7 9-4.1-1.5-7-4.7-7-9V6zM9 12l2.2 2.2L15.2 10',
  clock: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.5V12l3 2',
  alert: 'M12 4L21 19.5H3zM12 10v4M12 16.8v.2',
  spark: 'M12 4l1.9 5.1L19 11l-5.1 1.9L12 18l-1.9-5.1L5 11l5.1-1.9z',
} as const;

export type IconName = keyof typeof paths;

type IconProps =
  | { readonly name: IconName; readonly path?: string | undefined }
  | { readonly name?: IconName; readonly path: string };

/** One of those that the app has, or a drawing that a chunk behind it brings. */
export function Icon({ name = 'close', path = paths[name] }: IconProps) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}
