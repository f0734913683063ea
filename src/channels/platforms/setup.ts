import { createApi, type PlatformApi } from './api.ts';
import { at, listAt, textAt } from './calls.ts';
import type { Answer, Driver, PlatformName, Settings } from './driver.ts';
import { checkMail } from './mail-servers.ts';
import { createMailApi } from './mailbox.ts';
import { drivers } from './drivers.ts';
import { parseSettings } from './settings.ts';
import { webhookPath } from './webhooks.ts';

/** What came of connecting a platform, for the person who did it. */
export interface Connected {
  /** As the platform calls us; undefined: it did not know us by these settings. */
  readonly name: string | undefined;
  /** What it said against us or against our webhook, in its own words. */
  readonly reason?: string;
  readonly webhookUrl: string | undefined;
  /** Whether the platform took our webhook; undefined where that is done by hand. */
  readonly isRegistered: boolean | undefined;
}

/** Longer than any platform's explanation that still says something. */
const reasonLengthMax = 300;

/** Checks settings with the platform and tells it our webhook, where it has a way for that. Throws `bad_config` for what cannot be right. */
export async function connect(
  platform: PlatformName,
  given: Settings,
  { publicUrl }: { readonly publicUrl: string },
): Promise<Connected & { readonly settings: Settings }> {
  const webhookUrl = `${publicUrl}${webhookPath}/${platform}`;
  // Twilio is told with each message where to say that it did not arrive.
  const status = platform === 'sms' ? { statusUrl: webhookUrl } : {};
  const settings = parseSettings(platform, { ...status, ...given });
  if (platform === 'email') return connectMail(settings);
  const driver = drivers[platform];
  const nothing = { settings, webhookUrl, isRegistered: undefined };
  const refusal = await tokenRefusal(driver, settings);
  if (refusal !== undefined) return { ...nothing, name: undefined, reason: refusal };
  const api = createApi(driver, settings, { clock: Date.now });
  const { check, register } = driver;
  const answer = check && (await api.ask((own) => check.call(own)));
  const name = answer && check?.name(answer.json);
  if (name === undefined) return { ...nothing, name, reason: saidBy(answer) };
  if (!register) return { ...nothing, name };
  const registered = await api.ask((own) => register(own, webhookUrl));
  const isRegistered = registered !== undefined && driver.outcome(registered).kind === 'sent';
  return { ...nothing, name, isRegistered, ...(!isRegistered && { reason: saidBy(registered) }) };
}

/** Why no access token is to be had, such as that our address is not on WeChat's list; undefined where that went well. */
async function tokenRefusal(
  { token, ...driver }: Driver,
  settings: Settings,
): Promise<string | undefined> {
  if (!token) return undefined;
  const answer = await createApi(driver, settings, { clock: Date.now }).ask(token.call);
  return answer && token.read(answer) ? undefined : saidBy(answer);
}

/** The platforms' names for what went wrong, each its own. */
function saidBy(answer: Answer | undefined): string {
  if (!answer) return 'no answer';
  const { status, json } = answer;
  const words =
    textAt(json, 'description') ??
    textAt(json, 'error', 'message') ??
    textAt(json, 'error') ??
    textAt(json, 'errmsg') ??
    textAt(json, 'message');
  const what = at(json, 'needed') === undefined ? '' : `: ${textAt(json, 'needed')}`;
  return words === undefined
    ? `it answered ${status}`
    : `${words}${what}`.slice(0, reasonLengthMax);
}

async function connectMail(settings: Settings) {
  const checked = await checkMail(settings);
  const nothing = { settings, webhookUrl: undefined, isRegistered: undefined };
  return checked.kind === 'ok'
    ? { ...nothing, name: checked.name }
    : { ...nothing, name: undefined, reason: checked.reason };
}

/** Sends one message to somebody, as a test: to the platform's own id of them. */
export async function sendTest(
  platform: PlatformName,
  settings: Settings,
  { to, text }: { readonly to: string; readonly text: string },
): Promise<string> {
  const driver = drivers[platform];
  // A test is answered to nobody's thread, so its address carries no mark that would have to be ours.
  const api =
    platform === 'email'
      ? createMailApi(settings, crypto.randomUUID())
      : createApi(driver, settings, { clock: Date.now });
  // Each platform has one of these; the others' names mean nothing to it.
  const address = {
    chat: to,
    phone: to,
    user: to,
    channel: to,
    address: to,
    subject: text,
    account: (await accountOf(platform, api)) ?? '',
  };
  const manner = { idempotencyKey: crypto.randomUUID() };
  const sent = await api.send((own) => driver.send({ kind: 'text', text }, address, own, manner));
  return sent.kind === 'sent' ? 'sent' : `not sent: ${sent.reason}`;
}

/** Of WeCom's accounts for customers, the first: a message is one account's. */
async function accountOf(platform: PlatformName, api: PlatformApi): Promise<string | undefined> {
  const { check } = api.driver;
  if (platform !== 'wecom' || !check) return undefined;
  const answer = await api.ask((own) => check.call(own));
  return textAt(listAt(answer?.json, 'account_list')[0], 'open_kfid');
}

/** Names of what the operator has to give, in the order in which they are asked for; those with a default come last. */
export function fieldsOf(platform: PlatformName): readonly string[] {
  const parsed = drivers[platform].settings.safeParse({});
  return parsed.success ? [] : parsed.error.issues.map(({ path }) => String(path[0]));
}
