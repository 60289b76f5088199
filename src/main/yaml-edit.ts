// Changes to a mapping inside a YAML file that leave every other byte, comments and order included, as their owner wrote them.
import { isDeepStrictEqual } from 'node:util'
import { type Document, isCollection, isMap, isScalar, type Pair, parseDocument, stringify, type YAMLMap } from 'yaml'
import type { JsonObject } from '../core/json.ts'

/** The text with `name: value` as the last entry of the mapping `field`, which is made where there is none. The text must be good YAML. */
export const withEntry = (text: string, field: string, name: string, value: JsonObject): string => {
  const wanted = parseDocument(text)
  wanted.setIn([field, name], wanted.createNode(value))
  const map = parseDocument(text).get(field)
  const spliced = isMap(map) ? spliceIn(text, map, name, value) : undefined
  return same(spliced, wanted) ? spliced : rewritten(wanted)
}

/** The text without that entry. */
export const withoutEntry = (text: string, field: string, name: string): string => {
  const wanted = parseDocument(text)
  wanted.deleteIn([field, name])
  const map = parseDocument(text).get(field)
  const spliced = isMap(map) ? spliceOut(text, map, name) : undefined
  return same(spliced, wanted) ? spliced : rewritten(wanted)
}

/** What was spliced is taken only when it means what the document says; a flow mapping or an odd layout does not. */
const same = (spliced: string | undefined, wanted: Document): spliced is string => {
  if (spliced === undefined) return false
  const document = parseDocument(spliced)
  return document.errors.length === 0 && isDeepStrictEqual(document.toJS(), wanted.toJS())
}
/** The library's own layout: comments and order stay, spaces may not. */
const rewritten = (document: Document): string => document.toString({ lineWidth: 0 })

const spliceIn = (text: string, map: YAMLMap, name: string, value: JsonObject): string | undefined => {
  const last = map.items.at(-1)
  const start = map.items[0] === undefined ? undefined : lineStart(text, map.items[0])
  if (map.flow === true || last === undefined || start === undefined) return undefined
  const indent = ' '.repeat(start.column)
  const entry = stringify({ [name]: compact(value) }, { lineWidth: 0 })
  const lines = entry
    .trimEnd()
    .split('\n')
    .map((line) => indent + line)
  const end = endOfLine(text, endOf(last))
  const before = text.slice(0, end)
  return `${before}${before.endsWith('\n') ? '' : '\n'}${lines.join('\n')}\n${text.slice(end)}`
}

const spliceOut = (text: string, map: YAMLMap, name: string): string | undefined => {
  const pair = map.items.find(({ key }) => isScalar(key) && key.value === name)
  const start = pair === undefined ? undefined : lineStart(text, pair)
  if (map.flow === true || map.items.length === 1 || pair === undefined || start === undefined) return undefined
  return text.slice(0, start.offset) + text.slice(endOfLine(text, endOf(pair)))
}

/** Small mappings and lists on one line, as configurations are written by hand. */
const compact = (value: JsonObject): unknown => {
  const node = parseDocument('').createNode(value) as YAMLMap
  for (const { value: child } of node.items) if (isCollection(child)) child.flow = true
  return node
}

const lineStart = (text: string, { key }: Pair): { readonly offset: number; readonly column: number } | undefined => {
  if (!isScalar(key) || !key.range) return undefined
  const offset = text.lastIndexOf('\n', key.range[0] - 1) + 1
  // A key behind something else on its line is not ours to move.
  return text.slice(offset, key.range[0]).trim() === '' ? { offset, column: key.range[0] - offset } : undefined
}
const endOf = ({ key, value }: Pair): number => {
  const node = (value ?? key) as { readonly range?: readonly [number, number, number] | null }
  return node.range?.[1] ?? 0
}
const endOfLine = (text: string, offset: number): number => {
  if (text[offset - 1] === '\n') return offset
  const end = text.indexOf('\n', offset)
  return end < 0 ? text.length : end + 1
}
