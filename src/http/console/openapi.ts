import { z } from 'zod'
import type { Route, Routes } from './contract/route.ts'

type Description = { readonly [member: string]: unknown }

/** The contract as OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1): its schemas are JSON Schema 2020-12, as zod writes them. */
export const describeContract = (contract: Routes): Description => {
  const paths: Record<string, Record<string, Description>> = {}
  for (const [name, route] of Object.entries(contract)) {
    const [method = '', path = ''] = name.split(' ')
    paths[path] ??= {}
    paths[path][method.toLowerCase()] = operation(name, path, route)
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Allod’s administration',
      version: '1',
      description: 'What the console uses, and anybody with an administrator’s key may.',
    },
    servers: [{ url: '/admin/v1' }],
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An administrator’s key.' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'allod-session',
          description: 'With the header `allod-csrf` on what changes something.',
        },
      },
    },
    paths,
  }
}

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Description => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}

const operation = (name: string, path: string, route: Route): Description => ({
  operationId: name,
  summary: route.summary,
  'x-allod-may': route.may,
  security: route.may === 'anyone' ? [] : [{ key: [] }, { session: [] }],
  parameters: [...pathParameters(path), ...queryParameters(route)],
  ...(route.body === undefined
    ? {}
    : { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(route.body, 'input') } } } }),
  responses: {
    200: { description: 'What was asked for.', content: { 'application/json': { schema: schemaOf(route.answer, 'output') } } },
    default: {
      description: 'What was wrong, where, and what would be right.',
      content: { 'application/json': { schema: schemaOf(FAILURE, 'output') } },
    },
  },
})
const FAILURE = z.object({ error: z.object({ kind: z.string(), message: z.string() }) })

const pathParameters = (path: string): Description[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }))

const queryParameters = (route: Route): Description[] =>
  Object.entries(route.query?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: !(schema as z.ZodType).safeParse(undefined).success,
    schema: schemaOf(schema as z.ZodType, 'input'),
  }))
