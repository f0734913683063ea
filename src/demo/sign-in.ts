import { urlencoded } from 'express';
import { Fault, parseCustomerId } from '../core/index.ts';
import type { Request, Response } from '../http/index.ts';
import type { DemoDeps } from './demo.ts';

const bodyMax = 4 * 1024;

/**
 * The demo host's sign-in for links from chats: choose a customer, and their user token goes to the link's page. A real host
 * page does the same behind its own sign-in.
 */
export function mountDemoSignIn(deps: DemoDeps): void {
  const { app } = deps.http;
  app.get('/demo/sign-in', (request, response) => {
    const link = linkOf(request.query['kefu_link']);
    const buttons = deps
      .customers()
      .map(
        ({ customerId, name }) =>
          `<p><button name="customer" value="${escaped(customerId)}">${escaped(name)}</button></p>`,
      );
    const hidden = `<input type="hidden" name="link" value="${escaped(link)}">`;
    page(
      response,
      `<form method="post" action="/demo/sign-in">${hidden}${buttons.join('')}</form>`,
    );
  });
  app.post(
    '/demo/sign-in',
    urlencoded({ extended: false, limit: bodyMax }),
    async (request, response) => {
      const { customer, link: given } = fieldsOf(request);
      const customerId = parseCustomerId(customer);
      if (!customerId || !(await deps.hasCustomer(customerId))) {
        throw new Fault('not_found', 'The sandbox has no such customer.');
      }
      const token = await deps.signUserToken(customerId);
      const action = `/link/${escaped(linkOf(given))}`;
      page(
        response,
        `<form method="post" action="${action}"><input type="hidden" name="user_token" value="${escaped(token)}"><button autofocus>→</button></form>`,
      );
    },
  );
}

function fieldsOf(request: Request): { readonly customer?: unknown; readonly link?: unknown } {
  const fields: unknown = request.body;
  return typeof fields === 'object' && fields !== null ? fields : {};
}

function linkOf(value: unknown): string {
  if (typeof value === 'string' && /^[\w.:-]{1,200}$/.test(value)) return value;
  throw new Fault('bad_request', 'kefu_link is not a link of a chat.');
}

function page(response: Response, body: string): void {
  response.set('Cache-Control', 'private, no-store');
  response.type('html').send(`<!doctype html><meta charset="utf-8"><title>Sandbox</title>${body}`);
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
