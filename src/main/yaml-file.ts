// A YAML file of the owner's, held to its schema: whole or not at all, each mistake with its line and what would be right.
import { readFileSync, statSync } from 'node:fs'
import { LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import { nearest } from '../core/nearest.ts'
import { err, ok, type Result } from '../core/result.ts'

/** Each sentence names the file, the line, what is wrong and what would be right. */
export type ConfigurationFailure = { readonly kind: 'configuration'; readonly messages: readonly string[] }
/** What no schema says: where it is wrong, and how. */
export type Problem = { readonly path: readonly PropertyKey[]; readonly message: string }
export type YamlShape<T> = { readonly schema: z.ZodType<T>; readonly checks: (value: T) => readonly Problem[] }

/** No file that a person writes is larger, in bytes; a larger one is another file by mistake. */
const LARGEST_FILE = 8 * 1024 ** 2

/** `shown` is how the messages call the file. */
export const readYamlText = (path: string, shown: string): Result<string, ConfigurationFailure> => {
  try {
    const { size } = statSync(path)
    if (size > LARGEST_FILE) return wrong(`\`${shown}\` has ${size} bytes, and no configuration has more than ${LARGEST_FILE}`)
    return ok(readFileSync(path, 'utf8'))
  } catch (failure) {
    return wrong(`cannot read \`${shown}\`: ${(failure as NodeJS.ErrnoException).code ?? 'unreadable'}`)
  }
}

/** Parses the text of a file; `file` is only for the messages. */
export const parseYaml = <T>(text: string, file: string, { schema, checks }: YamlShape<T>): Result<T, ConfigurationFailure> => {
  const lines = new LineCounter()
  const document = documentOf(text, lines)
  if (document === undefined) return wrong(`${file}: it is nested deeper than any configuration`)
  const at = (path: readonly PropertyKey[]): string => {
    for (let length = path.length; length > 0; length--) {
      const node = document.getIn(path.slice(0, length), true) as { range?: [number, number, number] } | undefined
      if (node?.range) return `${file}:${lines.linePos(node.range[0]).line}`
    }
    return file
  }
  if (document.errors.length > 0)
    return wrong(...document.errors.map((error) => `${file}:${error.linePos?.[0].line ?? 1}: ${firstLine(error.message)}`))
  const value = plainOf(document)
  if (!value.ok) return wrong(`${file}: ${value.error}`)
  const parsed = schema.safeParse(value.value ?? {}, { reportInput: true })
  if (!parsed.success) return wrong(...parsed.error.issues.flatMap((issue) => sentences(issue, schema, at)))
  const problems = checks(parsed.data).map(({ path, message }) => `${at(path)}: ${message}`)
  return problems.length > 0 ? wrong(...problems) : ok(parsed.data)
}

const wrong = (...messages: readonly string[]): Result<never, ConfigurationFailure> => err({ kind: 'configuration', messages })

/** Undefined where the text is nested so deep that the parser gives up. */
const documentOf = (text: string, lines: LineCounter) => {
  try {
    return parseDocument(text, { lineCounter: lines, uniqueKeys: true })
  } catch (thrown) {
    if (thrown instanceof RangeError) return undefined
    throw thrown
  }
}

/** Aliases that would unfold to more than anybody writes are refused here. */
const plainOf = (document: ReturnType<typeof parseDocument>): Result<unknown, string> => {
  try {
    return ok(document.toJS({ maxAliasCount: 100 }))
  } catch (thrown) {
    return err(thrown instanceof Error ? firstLine(thrown.message).replace(/^./, (letter) => letter.toLowerCase()) : 'it cannot be read')
  }
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? text

const sentences = (issue: z.core.$ZodIssue, schema: unknown, at: (path: readonly PropertyKey[]) => string): string[] => {
  const where = issue.path.length > 0 ? `\`${issue.path.map(String).join('.')}\`` : 'the file'
  if (issue.code === 'unrecognized_keys') {
    const known = fieldsAt(schema, issue.path)
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
