/// <reference types="vite/client" />

/** Words of the launcher by language, put in at build time from `locales/<lang>/widget.json`. */
declare const launcherWords: Readonly<Record<string, string>>;

/** The operator's colour, side and icon with commas between; the service puts them in as it serves the loader, elsewhere it stays a mark. */
declare const servedLook: string;

/** Address of the app beside the loader, put in at build time: its name has its hash. */
declare const appUrl: string;

/** The same for the frame mode's part that runs in the host page. */
declare const frameHostUrl: string;

/** The page's name for the chat. */
interface Window {
  // oxlint-disable-next-line typescript/consistent-type-imports -- an import would make this file a module
  kefu?: import('./api.ts').HostFunction;
}
