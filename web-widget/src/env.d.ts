/// <reference types="vite/client" />

/** Words of the launcher by language, put in at build time from `locales/<lang>/widget.json`. */
declare const launcherWords: Readonly<Record<string, string>>;

/** Address of the app beside the loader, put in at build time: its name has its hash. */
declare const appUrl: string;
