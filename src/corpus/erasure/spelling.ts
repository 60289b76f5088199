// Names and identifiers as they may stand in a text: with other signs between their parts, without their accents, in another order, with an ending.
import { isUtf8 } from 'node:buffer'

/** Why a text was found, from what is nearly sure to what a person must look at. */
export const REASONS = ['document', 'origin', 'identifier', 'name', 'inflected name', 'initials', 'near'] as const
export type Reason = (typeof REASONS)[number]

/** Where something was found in a text, in bytes. */
export type Mention = { readonly start: number; readonly end: number; readonly because: Reason }

/** Longest ending that a name may have in a language with cases: `Tamm`, `Tammele`, `Nováková`. */
const LONGEST_ENDING = 4
/** Shorter names with endings are other words. */
const SHORTEST_INFLECTED = 4

const SPECIAL: Readonly<Record<string, string>> = {
  ß: 'ss',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
  æ: 'ae',
  œ: 'oe',
  ħ: 'h',
  ŧ: 't',
}
/** Marks that are put on letters of many scripts, and the points of Hebrew; vowel signs of Indic scripts and the voicing of kana are parts of their letters. */
const ACCENTS = /(?=\p{M})(?![\u3099\u309a])[\p{Script=Inherited}\p{Script=Hebrew}]/gu
/** Letters without case and accents, everything else as one space: what two spellings of a name have in common. */
export const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(ACCENTS, '')
    .toLowerCase()
    .replace(/[ßøłđðþıæœħŧ]/g, (letter) => SPECIAL[letter] ?? letter)
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
    .trim()
    .normalize('NFC')

/** Names that stand without a space within them or around them. */
const UNSPACED =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]{2,}$/u
/** Whether a name is whole enough to be searched for: a given name and a surname, or two characters of a script without spaces. */
export const isWholeName = (name: string): boolean => /\p{L}.*[\s,].*\p{L}/u.test(name) || UNSPACED.test(name.trim())

type Spelling = {
  readonly parts: readonly string[]
  readonly because: Reason
  readonly inflected: boolean
  readonly gaps: string
  /** Whether other letters may stand right beside it. */
  readonly unspaced: boolean
}

/** Between the parts of a name: a space, a comma, a full stop, a hyphen, a line break. As short as it can be, or it would take letters of other alphabets. */
const NAME_GAP = '[^A-Za-z0-9]{1,4}?'
/** Between the signs of an identifier, for numbers are written in groups. */
const SIGN_GAP = '[^A-Za-z0-9]{0,3}?'

/** As passports and keyboards without them write the letters with dots and rings (ICAO Doc 9303, part 3, section 6). */
const TRANSLITERATED: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', å: 'aa', ø: 'oe' }
const transliterated = (name: string): string =>
  name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[äöüåø]/g, (letter) => TRANSLITERATED[letter] ?? letter)

const spellingsOfName = (name: string): readonly Spelling[] => [name, transliterated(name)].flatMap(ordersOf)

const ordersOf = (name: string): readonly Spelling[] => {
  if (UNSPACED.test(name.trim())) return [{ parts: [fold(name)], because: 'name', inflected: false, gaps: NAME_GAP, unspaced: true }]
  const [before = '', after] = name.split(',')
  const folded = fold(after === undefined ? name : `${after} ${before}`).split(' ')
  const surname = folded.at(-1) ?? ''
  const given = folded.slice(0, -1)
  const initials = given.map(([letter = '']) => letter)
  const spelling = (parts: readonly string[], because: Reason): Spelling => ({
    parts,
    because,
    inflected: because === 'name',
    gaps: NAME_GAP,
    unspaced: false,
  })
  return [
    spelling([...given, surname], 'name'),
    spelling([surname, ...given], 'name'),
    spelling([...initials, surname], 'initials'),
    spelling([surname, ...initials], 'initials'),
  ]
}

const spellingOfIdentifier = (identifier: string): Spelling => ({
  parts: [...fold(identifier).replaceAll(' ', '')],
  because: 'identifier',
  inflected: false,
  gaps: SIGN_GAP,
  unspaced: false,
})

const byteText = (byte: number): string => `\\x${byte.toString(16).padStart(2, '0')}`
/** Accents that stand by themselves: of Latin, Greek and Cyrillic, points of Hebrew, marks of Arabic. */
const MARKS = '(?:[\\xcc\\xcd][\\x80-\\xbf]|\\xd6[\\x91-\\xbf]|\\xd7[\\x80-\\x87]|\\xd9[\\x8b-\\x9f])*'

/** Letters with accents, up to the last that UTF-8 has in two bytes, and the further ones of Latin and Greek, by what they fold to. */
let accented: ReadonlyMap<string, readonly string[]> | undefined
const accentedOf = (letter: string): readonly string[] => {
  accented ??= Map.groupBy(
    [...range(0x80, 0x7ff), ...range(0x1e00, 0x1fff)].map((point) => String.fromCodePoint(point)),
    fold,
  )
  return accented.get(letter) ?? []
}
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at)

/** A letter of a folded text as bytes of UTF-8, in any case and with any accent. */
const bytesOf = (letter: string): string => {
  const spelled = new Set([letter, letter.toUpperCase(), ...accentedOf(letter)])
  const byPrefix = Map.groupBy(
    [...spelled].map((each) => Buffer.from(each)),
    (bytes) => [...bytes.subarray(0, -1)].map(byteText).join(''),
  )
  const classes = [...byPrefix].map(([prefix, all]) => `${prefix}[${all.map((bytes) => byteText(bytes.at(-1) ?? 0)).join('')}]`)
  return `(?:${classes.join('|')})${MARKS}`
}

/** Letters that one letter of two bytes may stand for. */
const TWO_LETTERS = /ss|ae|oe|th|\P{Cn}/gu
const ONE_LETTER: Readonly<Record<string, string>> = {
  ss: '\\xc3\\x9f',
  ae: '\\xc3[\\x86\\xa6]',
  oe: '\\xc5[\\x92\\x93]',
  th: '\\xc3[\\x9e\\xbe]',
}
const looseOf = (part: string): string =>
  [...part.matchAll(TWO_LETTERS)]
    .map(([letters]) => {
      const each = [...letters].map(bytesOf).join('')
      return letters.length > 1 && letters in ONE_LETTER ? `(?:${each}|${ONE_LETTER[letters]})` : each
    })
    .join('')

/** Looks for names and identifiers in texts. A loose pattern goes over the bytes; what it finds is read as text and compared. */
export class Spellings {
  private readonly searched: readonly { readonly spelling: Spelling; readonly loose: RegExp; readonly wanted: string }[]

  constructor({ names, identifiers }: { readonly names: readonly string[]; readonly identifiers: readonly string[] }) {
    const spellings = [...names.flatMap(spellingsOfName), ...identifiers.map(spellingOfIdentifier)]
    const distinct = new Map(spellings.toReversed().map((spelling) => [spelling.parts.join(' '), spelling]))
    this.searched = [...distinct.values()].map((spelling) => ({
      spelling,
      loose: new RegExp(spelling.parts.map(looseOf).join(spelling.gaps), 'g'),
      wanted: spelling.parts.join(''),
    }))
  }

  get isEmpty(): boolean {
    return this.searched.length === 0
  }

  /** All that stand in a text, in no order. */
  in(text: Uint8Array): readonly Mention[] {
    const bytes = Buffer.from(text.buffer, text.byteOffset, text.byteLength)
    const latin = bytes.toString('latin1')
    const mentions: Mention[] = []
    for (const { spelling, loose, wanted } of this.searched) {
      loose.lastIndex = 0
      for (let match = loose.exec(latin); match !== null; match = loose.exec(latin)) {
        mentions.push(...mentionAt(bytes, match.index, loose.lastIndex, { spelling, wanted }))
        // What looked like a name may begin within the name.
        loose.lastIndex = match.index + 1
      }
    }
    return mentions
  }
}

const mentionAt = (
  bytes: Buffer,
  start: number,
  end: number,
  { spelling, wanted }: { spelling: Spelling; wanted: string },
): readonly Mention[] => {
  const found = bytes.toString('utf8', start, end)
  if (fold(found).replaceAll(' ', '') !== wanted) return []
  if (spelling.because !== 'identifier' && !ONE_NAME.test(found)) return []
  if (spelling.because === 'initials' && SMALL_WORD.test(found)) return []
  if (spelling.unspaced) return [{ start, end, because: spelling.because }]
  if (isWordSign(lastCharacter(bytes, start))) return []
  const ending = /^[\p{L}\p{N}\p{M}]*/u.exec(bytes.toString('utf8', end, end + 64))?.[0] ?? ''
  if (ending === '') return [{ start, end, because: spelling.because }]
  const isInflected =
    spelling.inflected && (spelling.parts.at(-1)?.length ?? 0) >= SHORTEST_INFLECTED && [...ending].length <= LONGEST_ENDING
  return isInflected && /^\p{Ll}+$/u.test(ending) ? [{ start, end: end + Buffer.byteLength(ending), because: 'inflected name' }] : []
}

/** Other signs end a clause, and a full stop ends a sentence unless it follows an initial. */
const ONE_NAME = /^(?!.*[\p{L}\p{M}]{2}\.\s)[\p{L}\p{M}\p{N}\s,.'’‐‑–-]+$/su

/** One small letter by itself is a word of some language, and no initial. */
const SMALL_WORD = /(?:^|\P{L})\p{Ll}(?:\P{L}|$)/u

const isWordSign = (character: string): boolean => /[\p{L}\p{N}\p{M}]/u.test(character)
/** The character that ends before a byte. */
const lastCharacter = (bytes: Buffer, end: number): string => {
  for (let length = 1; length <= 4 && length <= end; length++) {
    const last = bytes.subarray(end - length, end)
    if (isUtf8(last)) return last.toString()
  }
  return ''
}
