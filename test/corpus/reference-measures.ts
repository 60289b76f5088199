// The quality measures once more, in plain TypeScript after `spec/corpus.md`: slow, and with nothing of the kernel's in it.
import { MEASURES, type Measure } from '../../src/corpus/kernel/measures.ts'
import { charactersOf, kindOf, piecesOf, type Word, wordsOf } from './reference-words.ts'

const BULLETS = ['*', '-', '•', '‣', '⁃', '▪', '●', '◦']
const POLICY = ['terms of use', 'privacy policy', 'cookie policy', 'uses cookies', 'use of cookies', 'use cookies']

type Sums = Record<Measure | 'characters' | 'symbol-runs' | 'line-bytes' | 'numbers' | 'paragraphs', number>
type Line = { readonly text: string; readonly bytes: Uint8Array; readonly words: readonly Word[]; readonly endsParagraph: boolean }

export const measuresOf = (text: Uint8Array, stopWords: readonly string[] | null): Float32Array => {
  const stops = new Set((stopWords ?? []).flatMap((word) => wordsOf(Buffer.from(word)).map(({ hash }) => hash)))
  const found = new Set<bigint>()
  const sums = Object.fromEntries(
    [...MEASURES, 'characters', 'symbol-runs', 'line-bytes', 'numbers', 'paragraphs'].map((name) => [name, 0]),
  ) as Sums
  for (const piece of piecesOf(text)) {
    const words = wordsOf(piece)
    addMarks(sums, piece, words)
    addLines(sums, piece, words)
    addRepetition(sums, words)
    for (const { hash } of words)
      if (stops.has(hash)) {
        sums['stop-word-share']++
        found.add(hash)
      }
  }
  return Float32Array.from(valuesOf(sums, stopWords === null ? undefined : found.size))
}

const valuesOf = (sums: Sums, stopWords: number | undefined): number[] => {
  const tokens = sums.words + sums['symbol-runs']
  const share = (part: number, whole: number) => (whole === 0 ? 0 : Math.min(1, part / whole))
  const mean = (part: number, whole: number) => (whole === 0 ? 0 : part / whole)
  const of: Partial<Record<Measure, number>> = {
    tokens,
    unspaced: share(sums.unspaced, sums.words),
    'word-length': mean(sums.characters, sums.words),
    alphabetic: share(sums.words - sums.numbers, tokens),
    'hash-signs': mean(sums['hash-signs'], tokens),
    ellipses: mean(sums.ellipses, tokens),
    'stop-words': stopWords ?? -1,
    'stop-word-share': stopWords === undefined ? -1 : share(sums['stop-word-share'], sums.words),
    'line-feeds': mean(sums['line-feeds'], tokens),
    'duplicate-paragraphs': share(sums['duplicate-paragraphs'], sums.paragraphs),
  }
  const ofLines: readonly Measure[] = ['bullet-lines', 'ellipsis-lines', 'terminal-lines', 'short-lines', 'duplicate-lines', 'c4-lines']
  return MEASURES.map((name) => {
    if (of[name] !== undefined) return of[name]
    if (ofLines.includes(name) || name === 'javascript-lines' || name === 'policy-lines') return share(sums[name], sums.lines)
    return /-bytes$|-gram$/.test(name) ? share(sums[name], sums['line-bytes']) : sums[name]
  })
}

const addMarks = (sums: Sums, piece: Uint8Array, words: readonly Word[]): void => {
  const text = Buffer.from(piece).toString('latin1')
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0
  sums.bytes += piece.length
  sums.words += words.length
  sums['line-feeds'] += count(/\n/g)
  sums['hash-signs'] += count(/#/g)
  sums['curly-brackets'] += count(/\{/g)
  sums.ellipses += count(/\.{3,}/g) + count(/\u00e2\u0080\u00a6/g)
  sums.unspaced += words.filter(({ kind }) => kind === 'character').length
  sums.numbers += words.filter(({ kind }) => kind === 'number').length
  for (const { from, to } of words) sums.characters += piece.subarray(from, to).filter((byte) => (byte & 0xc0) !== 0x80).length
  let before = ''
  for (const character of charactersOf(piece)) {
    const kind = kindOf(character.text)
    if (kind === 'symbol' && before !== 'symbol') sums['symbol-runs']++
    before = kind
  }
}

const linesOf = (piece: Uint8Array, words: readonly Word[]): Line[] => {
  const lines: Line[] = []
  let at = 0
  for (const part of Buffer.from(piece).toString('latin1').split('\n')) {
    const [, space = '', trimmed = ''] = /^([\0-\x20]*)([\0-\xff]*?)[\0-\x20]*$/.exec(part) ?? []
    const from = at + space.length
    const bytes = piece.subarray(from, from + trimmed.length)
    const last = lines.at(-1)
    if (trimmed !== '') {
      const own = words.filter((word) => word.from >= from && word.from < from + trimmed.length)
      lines.push({ text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes), bytes, words: own, endsParagraph: false })
    } else if (last !== undefined) lines[lines.length - 1] = { ...last, endsParagraph: true }
    at += part.length + 1
  }
  return lines
}

const isTerminal = ({ text }: Line): boolean =>
  /["'’”»]$/u.test(text) || (/\p{Sentence_Terminal}$/u.test(text) && (text.codePointAt(text.length - 2) ?? 0) < 0x10000)
const hasPhrase = ({ words }: Line, phrase: string): number => {
  const hashes = wordsOf(Buffer.from(phrase)).map(({ hash }) => hash)
  return words.filter((_, index) => hashes.every((hash, offset) => words[index + offset]?.hash === hash)).length
}

const addLines = (sums: Sums, piece: Uint8Array, words: readonly Word[]): void => {
  const lines = linesOf(piece, words)
  for (const line of lines) {
    const { text, bytes } = line
    const characters = bytes.filter((byte) => (byte & 0xc0) !== 0x80).length
    sums.lines++
    sums['line-bytes'] += bytes.length
    if (characters <= 30 || bytes.length <= 30) sums['short-lines']++
    if (characters >= 200) sums['long-lines']++
    if (BULLETS.some((bullet) => text.startsWith(bullet))) sums['bullet-lines']++
    const hasEllipsis = /(?:\.\.\.|…)$/.test(text)
    if (hasEllipsis) sums['ellipsis-lines']++
    if (isTerminal(line)) sums['terminal-lines']++
    const [scripts, policy] = [hasPhrase(line, 'javascript') > 0, POLICY.some((phrase) => hasPhrase(line, phrase) > 0)]
    if (scripts) sums['javascript-lines']++
    if (policy) sums['policy-lines']++
    sums['lorem-ipsum'] += hasPhrase(line, 'lorem ipsum')
    const isLong = line.words.some(({ from, to }) => to - from > 1000)
    if (!isTerminal(line) || hasEllipsis || scripts || policy || isLong || hasPhrase(line, 'lorem ipsum') > 0 || line.words.length < 3)
      continue
    sums['c4-lines']++
    sums['c4-sentences'] += Math.max(1, text.match(/[.?!](?=[\0-\x20]|$)/g)?.length ?? 0)
  }
  const ofLines = duplicatesIn(lines.map(({ bytes }) => [bytes]))
  sums['duplicate-lines'] += ofLines.count
  sums['duplicate-line-bytes'] += ofLines.bytes
  const paragraphs = paragraphsOf(lines)
  const ofParagraphs = duplicatesIn(paragraphs)
  sums.paragraphs += paragraphs.length
  sums['duplicate-paragraphs'] += ofParagraphs.count
  sums['duplicate-paragraph-bytes'] += ofParagraphs.bytes
}

const paragraphsOf = (lines: readonly Line[]): Uint8Array[][] => {
  const paragraphs: Uint8Array[][] = [[]]
  for (const { bytes, endsParagraph } of lines) {
    paragraphs.at(-1)?.push(bytes)
    if (endsParagraph) paragraphs.push([])
  }
  return paragraphs.filter(({ length }) => length > 0)
}

const duplicatesIn = (rows: readonly (readonly Uint8Array[])[]): { readonly count: number; readonly bytes: number } => {
  const seen = new Set<string>()
  let [count, bytes] = [0, 0]
  for (const row of rows) {
    const key = row.map((part) => Buffer.from(part).toString('latin1')).join('\n')
    if (seen.has(key)) {
      count++
      bytes += row.reduce((sum, { length }) => sum + length, 0)
    }
    seen.add(key)
  }
  return { count, bytes }
}

const addRepetition = (sums: Sums, words: readonly Word[]): void => {
  const keys = (n: number) =>
    words.slice(n - 1).map((_, index) =>
      words
        .slice(index, index + n)
        .map(({ hash }) => hash.toString(36))
        .join(' '),
    )
  const sizeOf = (index: number, n: number) =>
    words
      .slice(index, index + n)
      .reduce((sum, { from, to, kind }, place) => sum + to - from + (kind === 'character' || place === n - 1 ? 0 : 1), 0)
  for (const n of [2, 3, 4] as const) {
    const seen = new Map<string, { count: number; size: number }>()
    keys(n).forEach((key, index) => {
      seen.set(key, { count: (seen.get(key)?.count ?? 0) + 1, size: sizeOf(index, n) })
    })
    const most = Math.max(0, ...[...seen.values()].map(({ count }) => count))
    if (most > 1)
      sums[`top-${n}-gram`] += Math.max(...[...seen.values()].filter(({ count }) => count === most).map(({ size }) => size * most))
  }
  for (const n of [5, 6, 7, 8, 9, 10] as const) {
    const seen = new Set<string>()
    const all = keys(n)
    for (let index = 0; index < all.length; ) {
      const key = all[index] ?? ''
      if (seen.has(key)) {
        sums[`duplicate-${n}-gram`] += sizeOf(index, n)
        index += n
      } else {
        seen.add(key)
        index++
      }
    }
  }
}
