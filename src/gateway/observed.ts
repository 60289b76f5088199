import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  nextMember,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  readInteger,
  skipName,
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
  /** The endpoint reported an error inside an answer. */
  failed: boolean
}
export const nothingObserved = (): Observed => ({ input: undefined, output: undefined, finished: false, failed: false })

/**
 * Looks at one JSON value, a whole answer or the data of one event, and notes usage, finish reason and error.
 * Returns whether a value stands there whole, brackets closed. Never fails: what it cannot read, it leaves.
 */
export const observe = (bytes: Uint8Array, from: number, to: number, seen: Observed): boolean => {
  const start = skipSpace(bytes, skipByteOrderMark(bytes, from, to), to)
  if (start >= to) return false
  if (bytes[start] !== OPEN_BRACE) return skipLoosely(bytes, start, to) > 0
  return eachMember(bytes, start, to, (nameFrom, nameTo, valueFrom, valueTo) => {
    if (spells(bytes, nameFrom, nameTo, 'usage')) observeUsage(bytes, valueFrom, valueTo, seen)
    else if (spells(bytes, nameFrom, nameTo, 'choices')) observeChoices(bytes, valueFrom, valueTo, seen)
    else if (spells(bytes, nameFrom, nameTo, 'error')) seen.failed ||= !spells(bytes, valueFrom, valueTo, 'null')
  })
}

export const skipByteOrderMark = (bytes: Uint8Array, from: number, to: number): number =>
  to - from >= 3 && bytes[from] === 0xef && bytes[from + 1] === 0xbb && bytes[from + 2] === 0xbf ? from + 3 : from

type Member = (nameFrom: number, nameTo: number, valueFrom: number, valueTo: number) => void
/** Calls `member` for each member of the object at `start`. False when the object does not close. */
const eachMember = (bytes: Uint8Array, start: number, to: number, member: Member): boolean => {
  if (bytes[start] !== OPEN_BRACE) return false
  let i = skipSpace(bytes, start + 1, to)
  if (i < to && bytes[i] === CLOSE_BRACE) return true
  for (;;) {
    const nameFrom = i + 1
    const valueFrom = skipName(bytes, i, to)
    if (valueFrom < 0) return false
    const valueTo = skipLoosely(bytes, valueFrom, to)
    if (valueTo < 0) return false
    member(nameFrom, endOfName(bytes, nameFrom, valueFrom), valueFrom, valueTo)
    i = nextMember(bytes, valueTo, to)
    if (i < 0) return false
    if (bytes[i - 1] === CLOSE_BRACE) return true
  }
}
const endOfName = (bytes: Uint8Array, nameFrom: number, valueFrom: number): number => skipString(bytes, nameFrom, valueFrom) - 1

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

/** `prompt_tokens` and `completion_tokens`, or the newer `input_tokens` and `output_tokens`. The last usage of a stream stands. */
const observeUsage = (bytes: Uint8Array, from: number, to: number, seen: Observed): void => {
  eachMember(bytes, from, to, (nameFrom, nameTo, valueFrom, valueTo) => {
    const first = bytes[nameFrom]
    if (first === 0x70 || first === 0x69) {
      if (spells(bytes, nameFrom, nameTo, 'prompt_tokens') || spells(bytes, nameFrom, nameTo, 'input_tokens'))
        seen.input = readInteger(bytes, valueFrom, valueTo) ?? seen.input
    } else if (first === 0x63 || first === 0x6f) {
      if (spells(bytes, nameFrom, nameTo, 'completion_tokens') || spells(bytes, nameFrom, nameTo, 'output_tokens'))
        seen.output = readInteger(bytes, valueFrom, valueTo) ?? seen.output
    }
  })
}

const observeChoices = (bytes: Uint8Array, from: number, to: number, seen: Observed): void => {
  if (seen.finished || bytes[from] !== OPEN_BRACKET) return
  let i = skipSpace(bytes, from + 1, to)
  while (i < to && bytes[i] === OPEN_BRACE) {
    eachMember(bytes, i, to, (nameFrom, nameTo, valueFrom) => {
      if (bytes[valueFrom] === QUOTE && spells(bytes, nameFrom, nameTo, 'finish_reason')) seen.finished = true
    })
    i = skipLoosely(bytes, i, to)
    if (i < 0) return
    i = skipSpace(bytes, i, to)
    if (bytes[i] !== COMMA) return
    i = skipSpace(bytes, i + 1, to)
  }
}
