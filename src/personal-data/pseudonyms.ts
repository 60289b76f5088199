// Pseudonyms: the same value has the same one under one key, nobody without the key can tell which value it was, and nothing but a table that
// somebody keeps leads back.
/** What a pseudonym stands for: a value as `canonical` has it. */
export type Value = { readonly class: string; readonly value: string }

/** A keyed hash of a text, HMAC-SHA-256 (RFC 2104): 32 bytes. Who holds the key holds the link between values and pseudonyms. */
export type KeyedHash = (text: string) => Uint8Array

/** Sixteen consonants: no vowel, so that no word comes about, and no digit, so that no pseudonym is taken for a number again. */
const LETTERS = 'BCDFGHJKLMNPQRST'
const LENGTH = 12
/** Of the hash: 48 bits, so that among a million values two have one pseudonym with a chance of one in five hundred. */
const lettersOf = (hash: Uint8Array): string => {
  let letters = ''
  for (let at = 0; at < LENGTH; at++) letters += LETTERS.charAt((hash[at] ?? 0) & 15)
  return letters
}

/** Where programs read the form itself, it is kept, in ranges that nobody has: RFC 2606 for mail, RFC 1112 section 4 and RFC 3849 for addresses. */
const shapes: Readonly<Record<string, (hash: Uint8Array, value: string) => string>> = {
  email: (hash) => `${lettersOf(hash).toLowerCase()}@person.invalid`,
  ip: (hash, value) => (value.includes(':') ? sixth(hash) : fourth(hash)),
}
/** Each number has three digits, so that no pseudonym begins another. */
const fourth = (hash: Uint8Array): string => {
  const three = [1, 2, 3].map((at) => 100 + ((hash[at] ?? 0) % 156))
  return [240 + ((hash[0] ?? 0) % 16), ...three].join('.')
}
const sixth = (hash: Uint8Array): string => {
  const groups = [0, 2, 4, 6, 8, 10].map((at) => (4096 + ((((hash[at] ?? 0) << 8) | (hash[at + 1] ?? 0)) % 61440)).toString(16))
  return ['2001', 'db8', ...groups].join(':')
}

/**
 * The pseudonym of a value: `IBAN-BCDFGHJKLMNP`, `bcdfghjklmnp@person.invalid`, `245.117.203.131`. `again` counts from 1 where it was another
 * value's already; only somebody with a table of them can know.
 */
export const pseudonymOf = ({ class: name, value }: Value, keyed: KeyedHash, again = 0): string => {
  const hash = keyed(`${name}\0${value}${again === 0 ? '' : `\0${again}`}`)
  return shapes[name]?.(hash, value) ?? `${name.toUpperCase()}-${lettersOf(hash)}`
}

/** What stands in place of a value where nothing of it is to remain: `[IBAN]`, `[BR-CPF]`. */
export const maskOf = ({ class: name }: Pick<Value, 'class'>): string => `[${name.toUpperCase()}]`

/** Pseudonyms that were given out, and what they stand for. Forgotten with the object. */
export class PseudonymTable {
  /** By pseudonym: the value as it was written first. */
  readonly given = new Map<string, string>()
  private readonly keyed: KeyedHash
  private readonly byValue = new Map<string, string>()

  constructor(keyed: KeyedHash) {
    this.keyed = keyed
  }

  /** Whether this value has a pseudonym already. */
  has({ class: name, value }: Value): boolean {
    return this.byValue.has(`${name}\0${value}`)
  }

  /** The class of each value that has one. */
  *classes(): Iterable<string> {
    for (const key of this.byValue.keys()) yield key.slice(0, key.indexOf('\0'))
  }

  /** The pseudonym of a value; `written` as it stands in the text. */
  give(span: Value, written: string): string {
    const key = `${span.class}\0${span.value}`
    const known = this.byValue.get(key)
    if (known !== undefined) return known
    let pseudonym = pseudonymOf(span, this.keyed)
    for (let again = 1; this.given.has(pseudonym); again++) pseudonym = pseudonymOf(span, this.keyed, again)
    this.byValue.set(key, pseudonym)
    this.given.set(pseudonym, written)
    return pseudonym
  }
}
