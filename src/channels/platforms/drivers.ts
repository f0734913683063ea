import type { Driver, PlatformName } from './driver.ts';
import { email } from './email.ts';
import { line } from './line.ts';
import { messenger } from './messenger.ts';
import { slack } from './slack.ts';
import { sms } from './sms.ts';
import { telegram } from './telegram.ts';
import { wechat } from './wechat.ts';
import { wecom } from './wecom.ts';
import { whatsapp } from './whatsapp.ts';

/** Every driver there is. */
export const drivers: { readonly [name in PlatformName]: Driver } = {
  telegram,
  whatsapp,
  messenger,
  line,
  wechat,
  wecom,
  slack,
  sms,
  email,
};
