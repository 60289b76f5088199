// A log small enough to hold in memory, that signs with the native keys. Tests and vectors are made from it.
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import {
  type Checkpoint,
  commitment,
  concat,
  cosignatureMessage,
  formatCheckpoint,
  formatNote,
  formatPromise,
  formatPromiseFile,
  formatReceipt,
  formatTimestamped,
  formatVerifierKey,
  inclusionRanges,
  type KeyType,
  leafHash,
  rangeRoot,
  type SignatureLine,
  subtreeMessage,
  tileRoot,
  utf8,
  type VerifierKey,
  verifierKey,
} from '#verifier'

export const ORIGIN = 'exchange.example/log'
export const SECONDS = 1_760_000_000
export const SALT = new Uint8Array(32).fill(0xa5)
export const REQUEST = utf8('{"model":"assistant","messages":[{"role":"user","content":"Ça va ?"}]}')
export const RESPONSE = utf8('{"choices":[]}')

export type Signer = { readonly key: VerifierKey; readonly vkey: string; readonly secret: KeyObject }
export const signer = (name: string, type: KeyType): Signer => {
  const { publicKey, privateKey } = type === 'cosignature-ml-dsa-44' ? generateKeyPairSync('ml-dsa-44') : generateKeyPairSync('ed25519')
  const raw = publicKey.export({ type: 'spki', format: 'der' })
  const key = verifierKey(name, type, new Uint8Array(raw.subarray(type === 'cosignature-ml-dsa-44' ? 22 : 12)))
  return { key, vkey: formatVerifierKey(key), secret: privateKey }
}

export const signText = ({ key, secret }: Signer, text: string): SignatureLine => ({
  name: key.name,
  id: key.id,
  signature: new Uint8Array(sign(null, utf8(text), secret)),
})

export const signCheckpoint = (by: Signer, checkpoint: Checkpoint, seconds = SECONDS): SignatureLine => {
  const text = formatCheckpoint(checkpoint)
  if (by.key.type === 'ed25519') return signText(by, text)
  const message =
    by.key.type === 'cosignature-ed25519' ? cosignatureMessage(text, seconds) : subtreeMessage(by.key.name, seconds, checkpoint)
  const signature = formatTimestamped(seconds, new Uint8Array(sign(null, message, by.secret)))
  return { name: by.key.name, id: by.key.id, signature }
}

/** Commitments under this salt, as the exchange writes them. */
export const callRecord = (n: number, more = ''): string =>
  `{"v":1,"stream":"key_1","n":${n},"time":1760000000123,"kind":"call","call":"call_0123456789ABCDEFGHJKMNPQRS","class":"internal",` +
  `"purpose":"service","endpoint":"home","model":"seed","see":["FR"],"stop":["FR"],"change":[],` +
  `"request":"${commitment(SALT, 'request', REQUEST)}","response":"${commitment(SALT, 'response', RESPONSE)}","status":200,"end":"complete"${more}}`

const otherRecord = (n: number): string => `{"v":1,"stream":"exchange","n":${n},"time":1760000000000,"kind":"start"}`

export const log = { ed25519: signer(ORIGIN, 'ed25519'), mlDsa: signer(ORIGIN, 'cosignature-ml-dsa-44') }
export const witness = signer('witness.example/w1', 'cosignature-ed25519')
export const LOG_KEYS = `${log.ed25519.vkey}\n${log.mlDsa.vkey}\n`

export type Wish = {
  readonly leaf?: Uint8Array
  readonly index?: number
  readonly size?: number
  readonly origin?: string
  readonly salt?: Uint8Array
  readonly signers?: readonly Signer[]
}

/** A receipt of the record at `index` in a log of `size`, signed by the log's two keys and a witness unless said otherwise. */
export const receiptOf = (wish: Wish = {}): string => {
  const { index = 7, size = 12, origin = ORIGIN, signers = [log.ed25519, log.mlDsa, witness] } = wish
  const leaf = wish.leaf ?? utf8(callRecord(3))
  const leaves = Array.from({ length: size }, (_, i) => leafHash(i === index ? leaf : utf8(otherRecord(i))))
  const read = (level: number, at: number) => tileRoot(concat(...leaves.slice(at * 2 ** level, (at + 1) * 2 ** level)), 0, 2 ** level)
  const checkpoint = { origin, size, root: rangeRoot({ start: 0, end: size }, read), extensions: [] }
  const note = formatNote({ text: formatCheckpoint(checkpoint), signatures: signers.map((by) => signCheckpoint(by, checkpoint)) })
  const proof = inclusionRanges(index, size).map((range) => rangeRoot(range, read))
  return formatReceipt({ leaf, salt: 'salt' in wish ? wish.salt : SALT, index, proof, note })
}

export const promiseOf = (wish: Wish = {}): string => {
  const { index = 7, origin = ORIGIN, signers = [log.ed25519] } = wish
  const leaf = wish.leaf ?? utf8(callRecord(3))
  const text = formatPromise({ origin, index, leafHash: leafHash(leaf), time: 1000 * SECONDS, delay: 1000 })
  return formatPromiseFile({ leaf, salt: SALT, note: formatNote({ text, signatures: signers.map((by) => signText(by, text)) }) })
}
