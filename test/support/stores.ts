import type { Clock } from '../../src/core/index.ts';
import { openPostgresStore, openSqliteStore, type Store } from '../../src/store/index.ts';
import type { PostgresServer } from './postgres.ts';

type Open = (place: { readonly folder: string; readonly clock: Clock }) => Promise<Store>;

let open: Open = openSqliteStore;

/** The store of a test's world: the embedded one, unless the file says `worldsOnPostgres`. The same folder is the same store again. */
export const openTestStore: Open = (place) => open(place);

/** Further variables of a service over this folder. */
let environment: (folder: string) => Promise<{ readonly [name: string]: string }> = () =>
  Promise.resolve({});
export const testStoreEnvironment = (folder: string) => environment(folder);

/** From here on each folder of this test file stands for a database of its own. */
export function worldsOnPostgres(server: () => PostgresServer): void {
  const urls = new Map<string, Promise<string>>();
  const urlOf = (folder: string): Promise<string> => {
    const url = urls.get(folder) ?? server().database();
    urls.set(folder, url);
    return url;
  };
  open = async ({ folder, clock }) => openPostgresStore({ url: await urlOf(folder), clock });
  environment = async (folder) => ({ KEFU_DATABASE_URL: await urlOf(folder) });
}
