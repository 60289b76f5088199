// Changes to a mapping or a list inside a YAML file that leave every other byte, comments and order included, as their owner wrote them.
import { isDeepStrictEqual } from 'node:util'
import { type Document, isCollection, isMap, isScalar, isSeq, type Pair, parseDocument, stringify, type YAMLMap, type YAMLSeq } from 'yaml'
import type { Json, JsonObject } from '../core/json.ts'

/** The text with `name: value` as the last entry of the mapping `field`, which is made where there is none. The text must be good YAML. */
export const withEntry = (text: string, field: string, name: string, value: Json): string => {
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

const spliceIn = (text: string, map: YAMLMap, name: string, value: Json): string | undefined => {
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
const compact = (value: Json): unknown => {
  const node = parseDocument('').createNode(value)
  if (isSeq(node)) node.flow = true
  if (isMap(node)) for (const { value: child } of node.items) if (isCollection(child)) child.flow = true
  return node
}

const lineStart = (text: string, { key }: Pair): { readonly offset: number; readonly column: number } | undefined => {
  if (!isScalar(key) || !key.range) return undefined
  const offset = text.lastIndexOf('\n', key.range[0] - 1) + 1
  // A key behind something else on its line is not ours to move.
  return text.slice(offset, key.range[0]).trim() === '' ? { offset, column: key.range[0] - offset } : undefined
}
const endOf = ({ key, value }: Pair): number => endOfNode(value ?? key)
const endOfLine = (text: string, offset: number): number => {
  if (text[offset - 1] === '\n') return offset
  const end = text.indexOf('\n', offset)
  return end < 0 ? text.length : end + 1
}

/** The text with these as the last items of the list `name` of the mapping `field`, both made where they are not there. */
export const withItems = (text: string, field: string, name: string, items: readonly JsonObject[]): string => {
  if (items.length === 0) return text
  const wanted = parseDocument(text)
  const list = isMap(wanted.get(field)) ? wanted.getIn([field, name]) : undefined
  if (isSeq(list)) for (const item of items) list.add(wanted.createNode(item))
  else if (isMap(wanted.get(field))) wanted.setIn([field, name], wanted.createNode(items))
  else wanted.set(field, wanted.createNode({ [name]: items }))
  const spliced = spliceItems(text, field, name, items)
  return same(spliced, wanted) ? spliced : rewritten(wanted)
}

/** The text without those items of the list `name` of the mapping `field`; counted from 0. */
export const withoutItems = (text: string, field: string, name: string, indices: readonly number[]): string =>
  [...indices].sort((one, other) => other - one).reduce((left, index) => withoutItem(left, field, name, index), text)

const withoutItem = (text: string, field: string, name: string, index: number): string => {
  const wanted = parseDocument(text)
  wanted.deleteIn([field, name, index])
  const list = parseDocument(text).getIn([field, name])
  const spliced = isSeq(list) ? spliceOutItem(text, list, index) : undefined
  return same(spliced, wanted) ? spliced : rewritten(wanted)
}

const spliceItems = (text: string, field: string, name: string, items: readonly JsonObject[]): string | undefined => {
  const document = parseDocument(text)
  const outer = document.get(field, true)
  const list = isMap(outer) ? outer.get(name) : undefined
  if (isSeq(list) && list.items.length > 0) {
    const start = list.flow === true ? undefined : itemStart(text, list.items[0])
    if (start === undefined) return undefined
    return insertLines(text, endOfLine(text, endOfNode(list.items.at(-1))), itemLines(items, start.column))
  }
  if (list !== undefined && list !== null) return undefined
  if (outer === undefined) return insertLines(text, text.length, [`${field}:`, `  ${name}:`, ...itemLines(items, 4)])
  const first = isMap(outer) && outer.flow !== true ? outer.items[0] : undefined
  const start = first === undefined ? undefined : lineStart(text, first)
  if (!isMap(outer) || start === undefined) return undefined
  const lines = [`${' '.repeat(start.column)}${name}:`, ...itemLines(items, start.column + 2)]
  return insertLines(text, endOfLine(text, endOf(outer.items.at(-1) as Pair)), lines)
}

/** Each on one line, as rows are written by hand. */
const itemLines = (items: readonly JsonObject[], column: number): string[] =>
  items.map((item) => `${' '.repeat(column)}- ${stringify(item, { collectionStyle: 'flow', lineWidth: 0 }).trim()}`)

const insertLines = (text: string, at: number, lines: readonly string[]): string => {
  const before = text.slice(0, at)
  return `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${lines.join('\n')}\n${text.slice(at)}`
}

const spliceOutItem = (text: string, list: YAMLSeq, index: number): string | undefined => {
  const [item, start] = [list.items[index], itemStart(text, list.items[index])]
  if (list.flow === true || list.items.length === 1 || start === undefined) return undefined
  return text.slice(0, start.offset) + text.slice(endOfLine(text, endOfNode(item)))
}

/** Where the dash before an item stands, when nothing else does on its line. */
const itemStart = (text: string, item: unknown): { readonly offset: number; readonly column: number } | undefined => {
  const range = (item as Ranged | undefined)?.range
  if (range === null || range === undefined) return undefined
  const offset = text.lastIndexOf('\n', range[0] - 1) + 1
  const dash = /^( *)- +$/.exec(text.slice(offset, range[0]))
  return dash === null ? undefined : { offset, column: dash[1]?.length ?? 0 }
}

type Ranged = { readonly range?: readonly [number, number, number] | null }
const endOfNode = (node: unknown): number => (node as Ranged | undefined)?.range?.[1] ?? 0
