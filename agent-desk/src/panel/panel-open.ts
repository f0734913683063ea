import { useSyncExternalStore } from 'react';
import { useSettings } from '../settings.ts';
import { useUi } from '../ui.ts';

/** From here on there is room beside the conversation; narrower, the details lie over it. */
const wide = window.matchMedia('(min-width: 1280px)');

function subscribe(listener: () => void): () => void {
  wide.addEventListener('change', listener);
  return () => wide.removeEventListener('change', listener);
}

/** Beside the conversation the details stay open until they are closed; over it they show only for as long as they are asked for. */
export function usePanelOpen(conv: string | null): boolean {
  const isWide = useSyncExternalStore(subscribe, () => wide.matches);
  const beside = useSettings(({ panel }) => panel);
  const over = useUi(({ panelOver }) => panelOver);
  return conv !== null && (isWide ? beside : over === conv);
}

export function isPanelOver(conv: string): boolean {
  return !wide.matches && useUi.getState().panelOver === conv;
}

export function showPanel(conv: string, open: boolean): void {
  if (wide.matches) useSettings.setState({ panel: open });
  else useUi.setState({ panelOver: open ? conv : null });
}

export function togglePanel(conv: string): void {
  showPanel(conv, wide.matches ? !useSettings.getState().panel : !isPanelOver(conv));
}
