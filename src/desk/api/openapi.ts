import { z } from 'zod';
import type { ApiRoute } from './route.ts';

const base = '/api/desk';

interface Schema {
  readonly properties?: { readonly [name: string]: unknown };
  readonly required?: readonly string[];
}

/** OpenAPI 3.1 of every route, made from the schemas that the routes themselves check with. */
export function openApiOf(routes: readonly ApiRoute[]): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const path = `${base}${route.path.replace(/:(\w+)/g, '{$1}')}`;
    paths[path] = { ...paths[path], [route.method]: operationOf(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Kefu desk',
      version: '1',
      description:
        'Everything that the desk does. Signed in by the session cookie, or by a personal access token where a scope is named.',
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: '__Host-kefu_desk' },
        token: { type: 'http', scheme: 'bearer', bearerFormat: 'kefu_pat_…' },
      },
      schemas: { Error: errorSchema },
    },
  };
}

const errorSchema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: {
        code: { type: 'string' },
        message: { type: 'string' },
        by: { type: 'string' },
        reason: { type: 'string' },
      },
    },
  },
};

function operationOf({ method, path, tells, roles, scope, query, body, reply }: ApiRoute): object {
  const security =
    roles === 'anyone' ? [] : [{ session: [] }, ...(scope === null ? [] : [{ token: [scope] }])];
  return {
    operationId: `${method}${path.replace(/[/:_-]+(\w)/g, (_, letter: string) => letter.toUpperCase())}`,
    summary: tells,
    ...(roles !== 'anyone' && { 'x-roles': roles }),
    ...(scope !== null && { 'x-scope': scope }),
    security,
    parameters: [...pathParameters(path), ...(query ? queryParameters(query) : [])],
    ...(body && { requestBody: { required: true, content: json(schemaOf(body, 'input')) } }),
    responses: {
      200: { description: 'Done.', content: json(schemaOf(reply, 'output')) },
      default: {
        description: 'Refused; the code says why.',
        content: json({ $ref: '#/components/schemas/Error' }),
      },
    },
  };
}

const json = (schema: object) => ({ 'application/json': { schema } });

function pathParameters(path: string): object[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters(query: z.ZodType): object[] {
  const { properties = {}, required = [] } = schemaOf(query, 'input');
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}

function schemaOf(type: z.ZodType, io: 'input' | 'output'): Schema {
  const {
    $schema: _,
    properties,
    required,
    ...rest
  } = z.toJSONSchema(type, {
    io,
    unrepresentable: 'any',
  });
  return { ...rest, ...(properties && { properties }), ...(required && { required }) };
}
