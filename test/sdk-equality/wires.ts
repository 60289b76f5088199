// Server-sent events, written in every way the HTML standard (section 9.2) and the field know.
import type { Chunk } from './chunks.ts'

export type Writing = {
  readonly lineEnd: '\n' | '\r\n' | '\r'
  readonly byteOrderMark: boolean
  /** Lines before the data of each event, without their ends. */
  readonly before: (index: number) => readonly string[]
  /** How one value becomes the lines of an event. */
  readonly data: (value: unknown) => readonly string[]
  /** Blank lines behind each event beyond the one it needs. */
  readonly blank: number
  readonly done: readonly string[]
  /** Behind everything. */
  readonly tail: string
  /** Whether the last event has the blank line that ends it; 'none' leaves out even the end of its line. */
  readonly lastEnd: 'blank' | 'line' | 'none'
}

export const PLAIN: Writing = {
  lineEnd: '\n',
  byteOrderMark: false,
  before: () => [],
  data: (value) => [`data: ${JSON.stringify(value)}`],
  blank: 0,
  done: ['data: [DONE]'],
  tail: '',
  lastEnd: 'blank',
}

export const write = (chunks: readonly unknown[], changes: Partial<Writing> = {}): string => {
  const { lineEnd, byteOrderMark, before, data, blank, done, tail, lastEnd } = { ...PLAIN, ...changes }
  const events = chunks.map((value, index) => [...before(index), ...data(value)])
  if (done.length > 0) events.push([...done])
  const end = lineEnd.repeat(2 + blank)
  const written = events.map((lines) => lines.join(lineEnd)).join(end)
  const last = events.length === 0 || lastEnd === 'none' ? '' : lastEnd === 'line' ? lineEnd : end
  return `${byteOrderMark ? '\ufeff' : ''}${written}${last}${tail}`
}

/** Over several `data:` lines, broken where JSON allows it. */
const overLines = (value: unknown): string[] =>
  JSON.stringify(value, null, 1)
    .split('\n')
    .map((line) => `data: ${line}`)

export const WRITINGS: Readonly<Record<string, Partial<Writing>>> = {
  plain: {},
  'a byte order mark': { byteOrderMark: true },
  'no space behind the colon': { data: (value: unknown) => [`data:${JSON.stringify(value)}`], done: ['data:[DONE]'] },
  'more space than one': { data: (value: unknown) => [`data:   ${JSON.stringify(value)}  `], done: ['data: [DONE]'] },
  comments: { before: (index) => [': keep-alive', ':', `:${index} 人 data: {"no":1}`] },
  'comments as events of their own': {
    before: (index) => (index % 2 === 0 ? [': OPENROUTER PROCESSING', ''] : [': ping', '', ': ping', '']),
  },
  'event names': { before: () => ['event: message'] },
  'event names behind the data': { data: (value: unknown) => [`data: ${JSON.stringify(value)}`, 'event: message'] },
  'ids and retry times': { before: (index) => [`id: ${index}`, 'retry: 3000'] },
  'unknown fields and lines without a colon': { before: () => ['x-field: a', 'data-like: {', 'nonsense', 'Data: no'] },
  'data over several lines': { data: overLines },
  'many blank lines': { blank: 3 },
  'no [DONE]': { done: [] },
  'no [DONE] and no last blank line': { done: [], lastEnd: 'line' },
  'no [DONE] and no last line end': { done: [], lastEnd: 'none' },
  '[DONE] without its blank line': { lastEnd: 'line' },
  '[DONE] without its line end': { lastEnd: 'none' },
  '[DONE] twice': { done: ['data: [DONE]', '', 'data: [DONE]'] },
  '[DONE] with a name': { done: ['event: done', 'id: 9', 'data: [DONE]'] },
  '[DONE] with a space behind it': { done: ['data: [DONE] '] },
  'garbage behind [DONE]': { tail: 'data: {"choices":[{"delta":{"content":"no"}}]}\n\n{]\u0000 data: \r\r\n:' },
  'an error behind [DONE]': { tail: 'data: {"error":{"message":"late"}}\n\n' },
  'a comment behind [DONE]': { tail: ': bye\n\n' },
  'events without data between': { before: (index) => (index > 0 ? ['event: ping', '', 'id: 1', ''] : []) },
  'empty data between': { before: (index) => (index === 1 ? ['event: ping', 'data', ''] : []) },
}

/** Events of one stream in turn, as they stand. */
export const events = (...texts: string[]): string => texts.map((each) => `${each}\n\n`).join('')
export const event = (value: Chunk | unknown): string => `data: ${JSON.stringify(value)}`
