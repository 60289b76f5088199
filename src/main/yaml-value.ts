// One value deep inside a YAML file, changed so that every other byte stays as its owner wrote it.
import { isDeepStrictEqual } from 'node:util'
import { type Document, isMap, parseDocument, stringify, type YAMLMap } from 'yaml'
import type { Json } from '../core/json.ts'

type Path = readonly [string, ...string[]]

/** The text with this value at a path of mappings, which are made where they are missing; undefined takes the entry away. The text must be good YAML. */
export const withValue = (text: string, path: Path, value: Json | undefined): string => {
  const wanted = parseDocument(text)
  if (value === undefined && !wanted.hasIn(path)) return text
  if (value === undefined) wanted.deleteIn(path)
  else wanted.setIn(path, wanted.createNode(value, { flow: true }))
  const spliced = value === undefined ? removed(text, path) : put(text, path, value)
  return spliced !== undefined && means(spliced, wanted) ? spliced : wanted.toString({ lineWidth: 0 })
}

/** What was spliced is taken only when it means what was wanted. */
const means = (spliced: string, wanted: Document): boolean => {
  const document = parseDocument(spliced)
  try {
    return document.errors.length === 0 && isDeepStrictEqual(document.toJS(), wanted.toJS())
  } catch {
    // An alias of what was taken away: whoever reads the text hears of it, with its line.
    return document.errors.length > 0
  }
}

type Ranged = { readonly range?: readonly [number, number, number] | null } | undefined
const rangeOf = (node: unknown): readonly [number, number, number] | undefined => (node as Ranged)?.range ?? undefined
/** On one line, as configurations are written by hand. */
const inline = (value: Json): string => stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim()

const put = (text: string, path: Path, value: Json): string | undefined => {
  const document = parseDocument(text)
  const known = rangeOf(document.getIn(path, true))
  if (known !== undefined) return replace(text, known, inline(value))
  const name = path.at(-1) ?? ''
  const above = path.slice(0, -1)
  const parent = above.length === 0 ? document.contents : document.getIn(above, true)
  if (!isMap(parent)) {
    const [first, ...rest] = above
    return first === undefined ? undefined : put(text, [first, ...rest], { [name]: value })
  }
  return parent.flow === true ? intoFlow(text, parent, name, value) : intoBlock(text, parent, name, value)
}

const replace = (text: string, [start, end]: readonly [number, number, number], by: string): string => {
  const before = text.slice(0, start)
  const isTight = before.endsWith(':')
  // The range of a block ends behind its last line break, which is not its own.
  const broken = text.slice(start, end).endsWith('\n') ? '\n' : ''
  return `${before}${isTight ? ' ' : ''}${by}${broken}${text.slice(end)}`
}

const intoFlow = (text: string, map: YAMLMap, name: string, value: Json): string | undefined => {
  const range = rangeOf(map)
  if (range === undefined) return undefined
  const inside = text.slice(range[0] + 1, range[1] - 1).trimEnd()
  const entry = inline({ [name]: value })
    .slice(1, -1)
    .trim()
  const joined = inside.trim() === '' ? `{ ${entry} }` : `{${inside.replace(/,$/, '')}, ${entry} }`
  return text.slice(0, range[0]) + joined + text.slice(range[1])
}

const intoBlock = (text: string, map: YAMLMap, name: string, value: Json): string | undefined => {
  const [first] = map.items
  const last = map.items.at(-1)
  const start = rangeOf(first?.key)
  const end = rangeOf(last?.value ?? last?.key)
  if (start === undefined || end === undefined) return undefined
  const indent = ' '.repeat(start[0] - (text.lastIndexOf('\n', start[0] - 1) + 1))
  const at = endOfLine(text, end[1])
  const before = text.slice(0, at)
  return `${before}${before.endsWith('\n') ? '' : '\n'}${indent}${name}: ${inline(value)}\n${text.slice(at)}`
}

const removed = (text: string, path: Path): string | undefined => {
  const name = path.at(-1)
  const parent = parseDocument(text).getIn(path.slice(0, -1), true)
  if (!isMap(parent)) return undefined
  const pair = parent.items.find(({ key }) => String(key) === name)
  const key = rangeOf(pair?.key)
  const end = rangeOf(pair?.value ?? pair?.key)
  if (key === undefined || end === undefined) return undefined
  if (parent.flow !== true) {
    const start = text.lastIndexOf('\n', key[0] - 1) + 1
    return text.slice(start, key[0]).trim() === '' ? text.slice(0, start) + text.slice(endOfLine(text, end[1])) : undefined
  }
  // With the comma before it, or behind it where it is the first.
  const before = text.slice(0, key[0]).replace(/,\s*$/, '')
  const rest = text.slice(end[1])
  return before.length < key[0] - 1 || before.endsWith('{') === false ? before + rest : before + rest.replace(/^\s*,\s*/, ' ')
}

const endOfLine = (text: string, offset: number): number => {
  if (text[offset - 1] === '\n') return offset
  const end = text.indexOf('\n', offset)
  return end < 0 ? text.length : end + 1
}
