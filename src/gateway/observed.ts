import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  forgetBytes,
  nextMember,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  readInteger,
  skipColon,
  skipSpace,
  skipString,
  skipValue,
  spells,
} from './json-bytes.ts'

/** What a side look at an answer found. Filled piece by piece while the bytes pass through untouched. */
export type Observed = {
  input: number | undefined
  output: number | undefined
  /** Some choice said why it ended. */
  finished: boolean
  /** Some choice said that it had not ended. */
  goesOn: boolean
  /** The endpoint reported an error inside an answer. */
  failed: boolean
}
export const nothingObserved = (): Observed => ({ input: undefined, output: undefined, finished: false, goesOn: false, failed: false })

/**
 * Looks at one JSON value, a whole answer or the data of one event, and notes usage, finish reason and error.
 * Returns whether a value stands there whole, brackets closed. Never fails: what it cannot read, it leaves.
 */
export const observe = (bytes: Uint8Array, from: number, to: number, seen: Observed): boolean => {
  const whole = readValue(bytes, from, to, seen)
  forgetBytes()
  return whole
}

const readValue = (bytes: Uint8Array, from: number, to: number, seen: Observed): boolean => {
  const start = skipSpace(bytes, skipByteOrderMark(bytes, from, to), to)
  if (start >= to) return false
  if (bytes[start] !== OPEN_BRACE) return skipLoosely(bytes, start, to) > 0
  return readObject(bytes, start, to, seen, takeTop)
}

export const skipByteOrderMark = (bytes: Uint8Array, from: number, to: number): number =>
  to - from >= 3 && bytes[from] === 0xef && bytes[from + 1] === 0xbb && bytes[from + 2] === 0xbf ? from + 3 : from

/** What to do with one member: its name stands from `nameFrom` to the quote before `nameTo`, its value from `from` to `to`. */
type Take = (bytes: Uint8Array, nameFrom: number, nameTo: number, from: number, to: number, seen: Observed) => void
/** Goes through the members of the object at `start`. False when it does not close. Names with escapes match nothing. */
const readObject = (bytes: Uint8Array, start: number, end: number, seen: Observed, take: Take): boolean => {
  if (bytes[start] !== OPEN_BRACE) return false
  let i = skipSpace(bytes, start + 1, end)
  if (i < end && bytes[i] === CLOSE_BRACE) return true
  for (;;) {
    if (i >= end || bytes[i] !== QUOTE) return false
    const nameTo = skipString(bytes, i + 1, end)
    if (nameTo < 0) return false
    const from = skipColon(bytes, nameTo, end)
    if (from < 0) return false
    const to = skipLoosely(bytes, from, end)
    if (to < 0) return false
    take(bytes, i + 1, nameTo - 1, from, to, seen)
    i = nextMember(bytes, to, end)
    if (i < 0) return false
    if (bytes[i - 1] === CLOSE_BRACE) return true
  }
}

const takeTop: Take = (bytes, nameFrom, nameTo, from, to, seen) => {
  if (spells(bytes, nameFrom, nameTo, 'usage')) readObject(bytes, from, to, seen, takeUsage)
  else if (spells(bytes, nameFrom, nameTo, 'choices')) observeChoices(bytes, from, to, seen)
  else if (spells(bytes, nameFrom, nameTo, 'error')) seen.failed ||= !spells(bytes, from, to, 'null')
}

/** `prompt_tokens` and `completion_tokens`, or the newer `input_tokens` and `output_tokens`. The last usage of a stream stands. */
const takeUsage: Take = (bytes, nameFrom, nameTo, from, to, seen) => {
  if (spells(bytes, nameFrom, nameTo, 'prompt_tokens') || spells(bytes, nameFrom, nameTo, 'input_tokens'))
    seen.input = readInteger(bytes, from, to) ?? seen.input
  else if (spells(bytes, nameFrom, nameTo, 'completion_tokens') || spells(bytes, nameFrom, nameTo, 'output_tokens'))
    seen.output = readInteger(bytes, from, to) ?? seen.output
}

const takeChoice: Take = (bytes, nameFrom, nameTo, from, to, seen) => {
  if (!spells(bytes, nameFrom, nameTo, 'finish_reason')) return
  if (bytes[from] === QUOTE) seen.finished = true
  else if (spells(bytes, from, to, 'null')) seen.goesOn = true
}

/** Like `skipValue`, but inside arrays and objects only brackets and strings count, which is faster and forgives more. */
const skipLoosely = (bytes: Uint8Array, start: number, to: number): number => {
  const first = bytes[start]
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET) return skipValue(bytes, start, to)
  let depth = 0
  let i = start
  while (i < to) {
    const byte = bytes[i++]
    if (byte === QUOTE) {
      i = skipString(bytes, i, to)
      if (i < 0) return i
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth--
      if (depth === 0) return i
    }
  }
  return ~to
}

const observeChoices = (bytes: Uint8Array, from: number, to: number, seen: Observed): void => {
  if (seen.finished || bytes[from] !== OPEN_BRACKET) return
  let i = skipSpace(bytes, from + 1, to)
  while (i < to && bytes[i] === OPEN_BRACE) {
    readObject(bytes, i, to, seen, takeChoice)
    i = skipLoosely(bytes, i, to)
    if (i < 0) return
    i = skipSpace(bytes, i, to)
    if (bytes[i] !== COMMA) return
    i = skipSpace(bytes, i + 1, to)
  }
}
