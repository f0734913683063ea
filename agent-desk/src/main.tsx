import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { applyTheme, useSettings } from './settings.ts';
import { speak } from './words.ts';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
applyTheme(useSettings.getState().theme);
await speak(useSettings.getState().language);
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
