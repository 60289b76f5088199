// The kernel's words and signature once more, in plain TypeScript after `spec/corpus.md`: slow, and with nothing of the kernel's in it.
import { pieceEnd } from '../../src/corpus/kernel/pieces.ts'

export const PIECE = 1 << 20
const U64 = (1n << 64n) - 1n
const GOLDEN = 0x9e3779b97f4a7c15n
const MIX = 0xff51afd7ed558ccdn
const POWER = 0xd6e8feb86659fd93n

const step = (hash: bigint, chunk: bigint): bigint => {
  const product = ((hash ^ chunk) * MIX) & U64
  return product ^ (product >> 32n)
}
export const hashBytes = (bytes: Uint8Array, length = bytes.length): bigint => {
  let hash = (BigInt(length) * GOLDEN) & U64
  for (let at = 0; at < bytes.length; at += 8) {
    let chunk = 0n
    for (let index = 7; index >= 0; index--) chunk = (chunk << 8n) | BigInt(bytes[at + index] ?? 0)
    hash = step(hash, chunk)
  }
  return hash
}
const short = (hash: bigint): number => Number((((hash ^ (hash >> 32n)) * MIX) & U64) >> 32n)

/** `from` and `to` are bytes of the piece. */
export type Word = { readonly hash: bigint; readonly from: number; readonly to: number; readonly kind: 'word' | 'number' | 'character' }

/** One character, or one byte that belongs to none. */
export type Character = { readonly at: number; readonly size: number; readonly text: string | undefined }
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const decoded = (bytes: Uint8Array): string | undefined => {
  try {
    return strict.decode(bytes)
  } catch {
    return undefined
  }
}
export function* charactersOf(bytes: Uint8Array): Generator<Character> {
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] ?? 0
    const size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
    const text = size === 1 ? String.fromCharCode(first) : decoded(bytes.subarray(at, at + size))
    yield text === undefined ? { at, size: 1, text } : { at, size, text }
    at += text === undefined ? 1 : size
  }
}

type Kind = 'line-feed' | 'space' | 'symbol' | 'word' | 'character' | 'alphabet'
const kinds = new Map<string, Kind>()
export const kindOf = (text: string | undefined): Kind => {
  if (text === undefined) return 'symbol'
  const kind = kinds.get(text) ?? findKind(text, text.codePointAt(0) ?? 0)
  kinds.set(text, kind)
  return kind
}
const findKind = (text: string, point: number): Kind => {
  if (point === 0x0a) return 'line-feed'
  if (point <= 0x20 || point === 0x85 || /\p{Z}/u.test(text)) return 'space'
  if (point >= 0x10000) {
    if (point >= 0x20000 && point < 0x40000) return 'character'
    const isSymbol = (point >= 0x1d000 && point < 0x1d400) || (point >= 0x1f000 && point < 0x20000) || point >= 0xe0000
    return isSymbol ? 'symbol' : 'word'
  }
  if (point === 0x200c || point === 0x200d) return 'word'
  if (/[\p{P}\p{S}\p{Cc}\p{Cf}\p{Co}]/u.test(text)) return 'symbol'
  if (!/[\p{L}\p{M}\p{Nl}]/u.test(text)) return 'word'
  if (/[\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u.test(text)) return point < 0x2000 ? 'alphabet' : 'character'
  return point >= 0x2e80 && /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Bopo}]/u.test(text) ? 'character' : 'word'
}

/** A character of a word as it is hashed: lower case and zeros, where they have as many bytes. */
export const foldedBytes = (text: string): Uint8Array => {
  const bytes = Buffer.from(text)
  if (bytes.length > 3) return bytes
  if (/\p{Nd}/u.test(text)) {
    let zero = text.codePointAt(0) ?? 0
    while (digitOf(zero) > 0) zero--
    return Buffer.from(String.fromCodePoint(zero))
  }
  const small = text === 'ς' ? 'σ' : text.toLowerCase()
  const folded = Buffer.from(small)
  return [...small].length === 1 && folded.length === bytes.length ? folded : bytes
}
/** Digits stand in rows of ten, so that the first of a row is found by counting. */
const digitOf = (point: number): number => {
  let first = point
  while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first--
  return (point - first) % 10
}

export const wordsOf = (piece: Uint8Array): Word[] => {
  const words: Word[] = []
  let open: number[] = []
  let recent = 0n
  let runEnd = -1
  const close = (at: number) => {
    if (open.length > 0) {
      const bytes = Uint8Array.from(open)
      words.push({ hash: hashBytes(bytes), from: at - open.length, to: at, kind: bytes.every((byte) => byte === 0x30) ? 'number' : 'word' })
    }
    open = []
  }
  for (const { at, size, text } of charactersOf(piece)) {
    const kind = kindOf(text)
    if (kind === 'word') open.push(...foldedBytes(text ?? ''))
    else close(at)
    if (kind === 'character') words.push({ hash: hashBytes(Buffer.from(text ?? '')), from: at, to: at + size, kind: 'character' })
    if (kind === 'alphabet') {
      const point = text?.codePointAt(0) ?? 0
      recent = ((runEnd === at ? recent << 8n : 0n) & U64) | BigInt((point ^ (point >> 8)) & 0xff)
      runEnd = at + size
      words.push({ hash: step((9n * GOLDEN) & U64, recent), from: at, to: at + size, kind: 'character' })
    }
  }
  close(piece.length)
  return words
}

export function* piecesOf(text: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < text.length; ) {
    const end = pieceEnd(text, start, PIECE)
    yield text.subarray(start, end)
    start = end
  }
}

const SHINGLE = 5
export const shinglesOf = (hashes: readonly bigint[]): number[] => {
  if (hashes.length === 0) return []
  const size = Math.min(SHINGLE, hashes.length)
  return hashes
    .slice(size - 1)
    .map((_, index) => short(hashes.slice(index, index + size).reduce((sum, hash) => (sum * POWER + hash) & U64, 0n)))
}

const permutations = (() => {
  let state = 1n
  const next = () => {
    state = (state + GOLDEN) & U64
    let mixed = state
    mixed = ((mixed ^ (mixed >> 30n)) * 0xbf58476d1ce4e5b9n) & U64
    mixed = ((mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn) & U64
    return Number((mixed ^ (mixed >> 31n)) >> 32n)
  }
  return Array.from({ length: 112 }, () => ({ multiplier: (next() | 1) >>> 0, addend: next() }))
})()

export const signatureOf = (text: Uint8Array) => {
  const hashes = [...piecesOf(text)].flatMap((piece) => wordsOf(piece).map(({ hash }) => hash))
  const shingles = shinglesOf(hashes)
  const minhash = Uint32Array.from(permutations, ({ multiplier, addend }) =>
    shingles.reduce((smallest, shingle) => Math.min(smallest, (Math.imul(shingle, multiplier) + addend) >>> 0), 0xffffffff),
  )
  const inOrder = hashes.reduce((exact, hash) => (exact * POWER + hash) & U64, 0n)
  return { exact: step((BigInt(hashes.length) * GOLDEN) & U64, inOrder), shingles, minhash }
}
