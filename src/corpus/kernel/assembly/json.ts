// @ts-nocheck AssemblyScript: types and built-in functions are its own.
// Finds one string member of a JSON object (RFC 8259) and unescapes it. All else is only walked over: the host parses it, with "" for this string.
import { NAME, OPEN } from './layout'

export const FOUND: u32 = 0
export const MISSING: u32 = 1
export const NOT_TEXT: u32 = 2
export const TWICE: u32 = 3
export const BROKEN: u32 = 4

/** The object lies from `OPEN` to `end`; strings are unescaped from `free` on. */
let end: usize = 0
let free: usize = 0
/** Of the member: from its quote to behind its other quote, and of its text. */
let valueStart: usize = 0
let valueEnd: usize = 0
let textLength: u32 = 0
/** Where the walk stands: after a failure, where it is. */
let at: usize = 0
/** Set by `takeString`. */
let length: u32 = 0

export function memberStart(): u32 {
  return <u32>(valueStart - OPEN)
}
export function memberEnd(): u32 {
  return <u32>(valueEnd - OPEN)
}
export function memberText(): u32 {
  return <u32>free
}
export function memberLength(): u32 {
  return textLength
}
export function position(): u32 {
  return <u32>(at - OPEN)
}

/** The object is the bytes at OPEN, the name at NAME; as much room as the object has, and a little more, must lie behind it. */
export function findMember(size: u32, nameLength: u32): u32 {
  end = OPEN + size
  free = (end + 64) & ~(<usize>15)
  store<u64>(end, 0)
  at = OPEN
  let status = MISSING
  skipSpace()
  if (!takes(0x7b)) return BROKEN
  skipSpace()
  if (takes(0x7d)) return isAtEnd() ? MISSING : BROKEN
  while (true) {
    // What is found stays in place: names that come after it are unescaped behind it.
    const scratch = status === FOUND ? free + textLength + 16 : free
    if (!takeString(scratch)) return BROKEN
    const isNamed = length === nameLength && memory.compare(scratch, NAME, nameLength) === 0
    skipSpace()
    if (!takes(0x3a)) return BROKEN
    skipSpace()
    if (isNamed) {
      if (status === FOUND) return TWICE
      if (load<u8>(at) !== 0x22) return NOT_TEXT
      valueStart = at
      if (!takeString(free)) return BROKEN
      valueEnd = at
      textLength = length
      status = FOUND
    } else if (!skipValue()) return BROKEN
    skipSpace()
    if (takes(0x7d)) return isAtEnd() ? status : BROKEN
    if (!takes(0x2c)) return BROKEN
    skipSpace()
  }
}

function isAtEnd(): bool {
  skipSpace()
  return at === end
}

function takes(byte: u32): bool {
  if (at >= end || load<u8>(at) !== byte) return false
  at++
  return true
}

function skipSpace(): void {
  while (at < end) {
    const byte = load<u8>(at)
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return
    at++
  }
}

/** Quotes, backslashes and control characters among sixteen bytes, as bits. */
function specialAt(bytes: v128): u32 {
  const isQuote = i8x16.eq(bytes, i8x16.splat(0x22))
  const isSlash = i8x16.eq(bytes, i8x16.splat(0x5c))
  return i8x16.bitmask(v128.or(v128.or(isQuote, isSlash), i8x16.lt_u(bytes, i8x16.splat(0x20))))
}

/** From the quote at `at` to behind the one that ends the string; the text goes to `to`, and `length` says how long it is. */
function takeString(to: usize): bool {
  if (!takes(0x22)) return false
  const start = to
  while (at < end) {
    const bytes = v128.load(at)
    v128.store(to, bytes)
    const special = specialAt(bytes)
    if (special === 0) {
      at += 16
      to += 16
      continue
    }
    at += ctz(special)
    to += ctz(special)
    if (at >= end) return false
    const byte = load<u8>(at)
    if (byte === 0x22) {
      at++
      length = <u32>(to - start)
      return true
    }
    if (byte !== 0x5c) return false
    const size = unescapeOne(to)
    if (size === 0) return false
    to += size
  }
  return false
}

/** One escape at `at`; gives how many bytes its character has, or 0 where there is none such. */
function unescapeOne(to: usize): u32 {
  const letter = load<u8>(at, 1)
  if (letter === 0x75) return unescapePoint(to)
  let byte: u32 = 0
  if (letter === 0x6e) byte = 0x0a
  else if (letter === 0x22 || letter === 0x5c || letter === 0x2f) byte = letter
  else if (letter === 0x74) byte = 0x09
  else if (letter === 0x72) byte = 0x0d
  else if (letter === 0x62) byte = 0x08
  else if (letter === 0x66) byte = 0x0c
  else return 0
  if (at + 2 > end) return 0
  store<u8>(to, byte)
  at += 2
  return 1
}

/** `\uXXXX`, or two for one character; half of a pair is no character, and UTF-8 has none for it. */
function unescapePoint(to: usize): u32 {
  let point = hexAt(at + 2)
  if (point < 0 || at + 6 > end || (point & 0xfc00) === 0xdc00) return 0
  if ((point & 0xfc00) === 0xd800) {
    const low = at + 12 > end || load<u16>(at, 6) !== 0x755c ? -1 : hexAt(at + 8)
    if (low < 0 || (low & 0xfc00) !== 0xdc00) return 0
    point = 0x10000 + ((point & 0x3ff) << 10) + (low & 0x3ff)
    at += 6
  }
  at += 6
  return encode(to, point)
}

function encode(to: usize, point: u32): u32 {
  if (point < 0x80) {
    store<u8>(to, point)
    return 1
  }
  if (point < 0x800) {
    store<u16>(to, 0xc0 | (point >> 6) | ((0x80 | (point & 0x3f)) << 8))
    return 2
  }
  const last = 0x80 | (point & 0x3f)
  const middle = 0x80 | ((point >> 6) & 0x3f)
  if (point < 0x10000) {
    store<u32>(to, 0xe0 | (point >> 12) | (middle << 8) | (last << 16))
    return 3
  }
  store<u32>(to, 0xf0 | (point >> 18) | ((0x80 | ((point >> 12) & 0x3f)) << 8) | (middle << 16) | (last << 24))
  return 4
}

/** Four hexadecimal digits; negative where one is none. */
function hexAt(from: usize): i32 {
  let value: i32 = 0
  for (let index: usize = 0; index < 4; index++) {
    const byte = <i32>load<u8>(from + index)
    const letter = byte | 0x20
    if (byte >= 0x30 && byte <= 0x39) value = (value << 4) | (byte - 0x30)
    else if (letter >= 0x61 && letter <= 0x66) value = (value << 4) | (letter - 0x57)
    else return -1
  }
  return value
}

/** Walks over any value. That it is one, the host's parser says; only where strings end must be right here. */
function skipValue(): bool {
  let depth: u32 = 0
  while (at < end) {
    const byte = load<u8>(at)
    if (byte === 0x22) {
      if (!skipString()) return false
      if (depth === 0) return true
      continue
    }
    if (byte === 0x7b || byte === 0x5b) depth++
    else if (byte === 0x7d || byte === 0x5d) {
      if (depth === 0) return true
      if (--depth === 0) {
        at++
        return true
      }
    } else if (byte === 0x2c && depth === 0) return true
    at++
  }
  return false
}

function skipString(): bool {
  at++
  while (at < end) {
    const special = specialAt(v128.load(at))
    if (special === 0) {
      at += 16
      continue
    }
    at += ctz(special)
    if (at >= end) return false
    const byte = load<u8>(at)
    at++
    if (byte === 0x22) return true
    if (byte !== 0x5c) return false
    at++
  }
  return false
}
