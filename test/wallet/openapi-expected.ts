import { z } from 'zod';
import { operations, statusOfRefusal, type Operation } from '../../src/wallet/http/operations.ts';
import { id, namedSchemas, okOf } from '../../src/wallet/http/schemas.ts';
import { signatureHeaders } from '../../src/wallet/http/signature.ts';
import { refusalReasons } from '../../src/wallet/index.ts';

/** A part of the document. */
export interface Json {
  readonly [name: string]: unknown;
}

const names = z.registry<{ id: string }>();
for (const [name, schema] of Object.entries(namedSchemas)) names.add(schema, { id: name });

/** As it travels, with the named schemas as references. */
function schemaOf(schema: z.ZodType): Json {
  const made = z.toJSONSchema(schema, { io: 'input', metadata: names });
  const { $defs: _, ...plain } = made;
  return neutral(plain);
}

/** Without what only zod or TypeScript needs: `readonly` there means "not changed by us". */
function neutral(schema: object): Json {
  const text = JSON.stringify(schema, (key, value: unknown) =>
    ['$schema', '$id', 'readOnly'].includes(key) ? undefined : value,
  );
  return JSON.parse(text.replaceAll('#/$defs/', '#/components/schemas/')) as Json;
}

function namedSchemasOf(): Json {
  const { schemas } = z.toJSONSchema(names, {
    io: 'input',
    uri: (name) => `#/components/schemas/${name}`,
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, neutral(schema)]),
  );
}

const ref = (kind: string, name: string): Json => ({ $ref: `#/components/${kind}/${name}` });
const json = (schema: Json): Json => ({ 'application/json': { schema } });
const pathNames = (path: string): string[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
const capital = (name: string): string => name.slice(0, 1).toUpperCase() + name.slice(1);

/** The headers of every request, and the writes' key. */
const signed = ['KeyId', 'Timestamp', 'Nonce'];

function operationOf(operation: Operation): Json {
  const isWrite = operation.method === 'POST';
  const rest = schemaOf(operation.rest);
  const required = (rest['required'] ?? []) as readonly string[];
  const query = Object.entries(rest['properties'] ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema: schema as Json,
  }));
  return {
    operationId: operation.name,
    parameters: [
      ...pathNames(operation.path).map((name) => ref('parameters', capital(name))),
      ...(isWrite ? [] : query),
      ...[...signed, ...(isWrite ? ['IdempotencyKey'] : [])].map((name) => ref('parameters', name)),
    ],
    ...(isWrite && { requestBody: { required: true, content: json(rest) } }),
    responses: {
      200: { content: json(schemaOf(okOf(operation.result))) },
      409: ref('responses', 'RefusedNow'),
      422: ref('responses', 'RefusedAsAsked'),
      default: ref('responses', 'Failed'),
    },
  };
}

function header(name: string, pattern: string): Json {
  return { name, in: 'header', required: true, schema: { type: 'string', pattern } };
}

function parametersOf(): Json {
  const inPaths = new Set(operations.flatMap(({ path }) => pathNames(path)));
  const paths = [...inPaths].map((name) => [
    capital(name),
    { name, in: 'path', required: true, schema: schemaOf(id) },
  ]);
  const { keyId, timestamp, nonce, idempotencyKey } = signatureHeaders;
  return {
    ...Object.fromEntries(paths),
    KeyId: header(keyId, '^[A-Za-z0-9_.-]{1,64}$'),
    Timestamp: header(timestamp, '^[0-9]{1,15}$'),
    Nonce: header(nonce, '^[A-Za-z0-9_-]{16,64}$'),
    IdempotencyKey: {
      name: idempotencyKey,
      in: 'header',
      required: true,
      schema: schemaOf(id),
    },
  };
}

/** The reasons that travel with one status. */
export const reasonsOf = (status: 409 | 422): readonly string[] =>
  refusalReasons.filter((reason) => statusOfRefusal(reason) === status);

/** What the document must say, but for its words: made from the table that the client and the server go by. */
export function expectedDocument(): Json {
  const paths: { [path: string]: Json } = {};
  for (const operation of operations) {
    const method = operation.method.toLowerCase();
    paths[operation.path] = { ...paths[operation.path], [method]: operationOf(operation) };
  }
  return {
    openapi: '3.1.0',
    security: [{ signature: [] }],
    paths,
    components: {
      securitySchemes: {
        signature: { type: 'apiKey', in: 'header', name: signatureHeaders.signature },
      },
      parameters: parametersOf(),
      responses: {
        RefusedNow: { content: json(ref('schemas', 'Refusal')) },
        RefusedAsAsked: { content: json(ref('schemas', 'Refusal')) },
        Failed: { content: json(ref('schemas', 'Error')) },
      },
      schemas: namedSchemasOf(),
    },
  };
}
