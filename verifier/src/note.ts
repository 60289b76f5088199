// Signed notes and their keys, as in c2sp.org/signed-note and c2sp.org/tlog-cosignature.
import { base64, bigEndian, concat, equalBytes, fail, fromBase64, hex, ok, type Result, utf8 } from './bytes.ts'
import { sha256 } from './sha256.ts'

/** What a key signs, and how: the signature type byte of its key ID. */
export const KEY_TYPES = {
  /** Ed25519 over the text of a note. */
  ed25519: 0x01,
  /** Ed25519 over a checkpoint and the time it was seen (`cosignature/v1`). */
  'cosignature-ed25519': 0x04,
  /** ML-DSA-44 over a tree head and the time it was seen (`subtree/v1`). */
  'cosignature-ml-dsa-44': 0x06,
} as const
export type KeyType = keyof typeof KEY_TYPES
const KEY_BYTES: Record<KeyType, number> = { ed25519: 32, 'cosignature-ed25519': 32, 'cosignature-ml-dsa-44': 1312 }

/** The public half of a key, under the name it signs as. */
export type VerifierKey = { readonly name: string; readonly type: KeyType; readonly publicKey: Uint8Array; readonly id: Uint8Array }

/** `id` is the four bytes of the key ID, `signature` all that follows them. */
export type SignatureLine = { readonly name: string; readonly id: Uint8Array; readonly signature: Uint8Array }
/** `text` ends in a newline. */
export type Note = { readonly text: string; readonly signatures: readonly SignatureLine[] }

/** SHA-256(name ‖ 0x0A ‖ type ‖ public key), first four bytes. */
export const keyId = (name: string, type: KeyType, publicKey: Uint8Array): Uint8Array =>
  sha256(concat(utf8(`${name}\n`), Uint8Array.of(KEY_TYPES[type]), publicKey)).slice(0, 4)

export const verifierKey = (name: string, type: KeyType, publicKey: Uint8Array): VerifierKey => {
  if (!isKeyName(name)) throw new Error(`\`${name}\` is no key name: it is empty, too long, or has a space or a plus`)
  if (publicKey.length !== KEY_BYTES[type]) throw new Error(`a ${type} key has ${KEY_BYTES[type]} bytes, not ${publicKey.length}`)
  return { name, type, publicKey, id: keyId(name, type, publicKey) }
}

/** `name+id+key`: the id in hexadecimal, type byte and key in base 64. */
export const formatVerifierKey = (key: VerifierKey): string =>
  `${key.name}+${hex(key.id)}+${base64(concat(Uint8Array.of(KEY_TYPES[key.type]), key.publicKey))}`

export const parseVerifierKey = (line: string): Result<VerifierKey> => {
  const [, name = '', id = '', encoded = ''] = /^([^+]*)\+([0-9a-f]{8})\+(.+)$/.exec(line) ?? []
  const bytes = fromBase64(encoded)
  if (!isKeyName(name) || bytes === undefined || bytes.length === 0) return fail('the line is not of the form `name+id+key`')
  const type = (Object.keys(KEY_TYPES) as KeyType[]).find((candidate) => KEY_TYPES[candidate] === bytes[0])
  if (type === undefined)
    return fail(`the key of \`${name}\` has type ${bytes[0]}, which is not one of ${Object.values(KEY_TYPES).join(', ')}`)
  if (bytes.length - 1 !== KEY_BYTES[type])
    return fail(`the key of \`${name}\` has ${bytes.length - 1} bytes instead of ${KEY_BYTES[type]}`)
  const key = verifierKey(name, type, bytes.slice(1))
  if (hex(key.id) !== id) return fail(`the key of \`${name}\` does not have the ID \`${id}\`: the line is damaged`)
  return ok(key)
}

export const formatSignature = ({ name, id, signature }: SignatureLine): string => `— ${name} ${base64(concat(id, signature))}\n`

export const formatNote = (note: Note): string => `${note.text}\n${note.signatures.map(formatSignature).join('')}`

/** More than the sixteen that the specification asks for, few enough to bound the work. */
const MAX_SIGNATURES = 64

/** Reads a note strictly: `formatNote` of the result is the same text. */
export const parseNote = (note: string): Result<Note> => {
  const end = note.lastIndexOf('\n\n')
  if (end < 0 || !note.endsWith('\n') || end + 2 === note.length) return fail('there is no signature after an empty line')
  if (hasControls(note)) return fail('there is a control character other than a newline')
  const lines = note.slice(end + 2, -1).split('\n')
  if (lines.length > MAX_SIGNATURES) return fail(`there are more than ${MAX_SIGNATURES} signatures`)
  const signatures: SignatureLine[] = []
  for (const line of lines) {
    const [, name = '', encoded = ''] = /^— (\S+) (\S+)$/.exec(line) ?? []
    const bytes = fromBase64(encoded)
    if (!isKeyName(name) || bytes === undefined || bytes.length < 5) return fail(`signature line ${signatures.length + 1} is malformed`)
    signatures.push({ name, id: bytes.slice(0, 4), signature: bytes.slice(4) })
  }
  return ok({ text: note.slice(0, end + 1), signatures })
}

/** The signature lines that name this key. */
export const signaturesOf = (note: Note, key: VerifierKey): SignatureLine[] =>
  note.signatures.filter(({ name, id }) => name === key.name && equalBytes(id, key.id))

/** What a cosignature line holds after the key ID: the time in seconds, then the signature. */
export const formatTimestamped = (seconds: number, signature: Uint8Array): Uint8Array => concat(bigEndian(seconds, 8), signature)

/** A name must fit the one length byte it has in what ML-DSA cosigners sign. */
export const MAX_NAME_BYTES = 255
const isKeyName = (name: string): boolean => name !== '' && utf8(name).length <= MAX_NAME_BYTES && !/[\s+\u0085\p{Cc}]/u.test(name)
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a note must not contain
const hasControls = (text: string): boolean => /[\u0000-\u0009\u000b-\u001f]/.test(text)
