import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import { nearest } from '../core/nearest.ts'
import { err, ok, type Result } from '../core/result.ts'
import { crossChecks } from './config-checks.ts'
import { type Configuration, configurationSchema } from './config-schema.ts'

/** Each sentence names the file, the line, what is wrong and what would be right. */
export type ConfigurationFailure = { readonly kind: 'configuration'; readonly messages: readonly string[] }
export type LoadedConfiguration = { readonly configuration: Configuration; readonly file: string; readonly folder: string }

/** Reads and checks one `allod.yaml`, whole or not at all. */
export const loadConfiguration = (file: string): Result<LoadedConfiguration, ConfigurationFailure> => {
  const path = resolve(file)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (failure) {
    return err({ kind: 'configuration', messages: [`cannot read \`${file}\`: ${(failure as NodeJS.ErrnoException).code ?? 'unreadable'}`] })
  }
  const parsed = parseConfiguration(text, file)
  return parsed.ok ? ok({ configuration: parsed.value, file: path, folder: dirname(path) }) : parsed
}

/** Parses the text of an `allod.yaml`; `file` is only for the messages. */
export const parseConfiguration = (text: string, file: string): Result<Configuration, ConfigurationFailure> => {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true })
  const at = (path: readonly PropertyKey[]): string => {
    for (let length = path.length; length > 0; length--) {
      const node = document.getIn(path.slice(0, length), true) as { range?: [number, number, number] } | undefined
      if (node?.range) return `${file}:${lines.linePos(node.range[0]).line}`
    }
    return file
  }
  if (document.errors.length > 0) {
    const messages = document.errors.map((error) => `${file}:${error.linePos?.[0].line ?? 1}: ${firstLine(error.message)}`)
    return err({ kind: 'configuration', messages })
  }
  const parsed = configurationSchema.safeParse(document.toJS({ maxAliasCount: 100 }) ?? {}, { reportInput: true })
  if (!parsed.success) return err({ kind: 'configuration', messages: parsed.error.issues.flatMap((issue) => sentences(issue, at)) })
  const problems = crossChecks(parsed.data).map(({ path, message }) => `${at(path)}: ${message}`)
  return problems.length > 0 ? err({ kind: 'configuration', messages: problems }) : ok(parsed.data)
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? text

const sentences = (issue: z.core.$ZodIssue, at: (path: readonly PropertyKey[]) => string): string[] => {
  const where = issue.path.length > 0 ? `\`${issue.path.map(String).join('.')}\`` : 'the file'
  if (issue.code === 'unrecognized_keys') {
    const known = fieldsAt(configurationSchema, issue.path)
    return issue.keys.map((key) => {
      const close = nearest(key, known)
      const hint = close ? `; did you mean \`${close}\`?` : known.length > 0 ? `; the fields here are ${known.join(', ')}` : ''
      return `${at([...issue.path, key])}: \`${key}\` is not a field of ${where}${hint}`
    })
  }
  if (issue.code === 'invalid_type' && issue.input === undefined)
    return [`${at(issue.path)}: ${where} is missing; it must be ${article(issue.expected)}`]
  if (issue.code === 'invalid_type') return [`${at(issue.path)}: ${where} must be ${article(issue.expected)}`]
  return [`${at(issue.path)}: ${where}: ${issue.message.charAt(0).toLowerCase()}${issue.message.slice(1)}`]
}

const article = (type: string): string => (/^[aeio]/.test(type) ? `an ${type}` : type === 'record' ? 'a mapping' : `a ${type}`)

/** The field names the schema knows at a path, read from the schema itself so that they cannot drift apart. */
const fieldsAt = (schema: unknown, path: readonly PropertyKey[]): string[] => {
  let nodes = unwrap(schema)
  for (const step of path) nodes = nodes.flatMap((node) => child(node, step)).flatMap(unwrap)
  return [...new Set(nodes.flatMap((node) => Object.keys(node.shape ?? {})))]
}

type SchemaNode = { readonly shape?: Record<string, unknown>; readonly valueType?: unknown; readonly element?: unknown }

const child = (node: SchemaNode, step: PropertyKey): unknown[] => {
  if (node.shape) return String(step) in node.shape ? [node.shape[String(step)]] : []
  return [node.valueType ?? node.element].filter((next) => next !== undefined)
}

/** Looks through defaults and optionals, and into each side of a union. */
const unwrap = (schema: unknown): SchemaNode[] => {
  const node = schema as SchemaNode & { readonly def?: { readonly innerType?: unknown }; readonly options?: readonly unknown[] }
  if (node.def === undefined) return []
  if (node.def.innerType) return unwrap(node.def.innerType)
  return node.options ? node.options.flatMap(unwrap) : [node]
}
