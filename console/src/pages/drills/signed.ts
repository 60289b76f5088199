// Whether the log's key signed a report, computed here: the exchange is believed in nothing but which key is its own.
import { hex, parseNote, parseVerifierKey, sha256, signaturesOf, utf8, type VerifierKey, verifySignature } from '@allod/verifier'
import type { RunAnswer } from './types.ts'

export type Check = { readonly what: 'signature' | 'report' | 'statement'; readonly ok: boolean; readonly says?: string }
export type SignedVerdict = {
  /** `unable`: this browser cannot check, so nothing is claimed. */
  readonly state: 'genuine' | 'altered' | 'unable'
  readonly checks: readonly Check[]
  readonly key: string
  readonly digest: string
}

/** RFC 8785 of plain values: members in the order of their UTF-16 code units, numbers and texts as ECMAScript writes them. */
export const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  members.sort(([one], [other]) => (one < other ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`
}

/** The signed file, byte for byte as the exchange keeps it. */
export const signedFile = ({ report, note }: Pick<RunAnswer, 'report' | 'note'>): string => `${canonical({ note, report })}\n`

const STATEMENT = /^allod\/drill@v1\norigin (\S+)\ndrill (\S+)\ntime (\d+)\nreport ([0-9a-f]{64})\npage [0-9a-f]{64}\n$/

/** Checks the note's signature, and that it speaks of this report and of no other. */
export const verifySigned = async ({ report, note, keys }: Pick<RunAnswer, 'report' | 'note' | 'keys'>): Promise<SignedVerdict> => {
  const key = signingKey(keys)
  const digest = hex(sha256(utf8(canonical(report))))
  const parsed = parseNote(note)
  const text = parsed.ok ? parsed.value.text : ''
  const [, origin, drill, time, stated] = STATEMENT.exec(text) ?? []
  const [line, ...more] = parsed.ok && key !== undefined ? signaturesOf(parsed.value, key) : []
  const alone = parsed.ok && line !== undefined && more.length === 0 && parsed.value.signatures.length === 1
  const signed = alone && key !== undefined ? await verifySignature(key, text, undefined, line.signature) : undefined
  const checks: readonly Check[] = [
    { what: 'signature', ok: signed?.ok === true, ...(signed?.ok === false ? { says: signed.error } : {}) },
    { what: 'report', ok: stated === digest },
    { what: 'statement', ok: drill === report.scenario.id && time === String(report.started) && origin === key?.name },
  ]
  const isUnable = signed?.ok === false && signed.error.startsWith('cannot be checked')
  const state = checks.every(({ ok }) => ok) ? 'genuine' : isUnable && checks.slice(1).every(({ ok }) => ok) ? 'unable' : 'altered'
  return { state, checks, key: key?.name ?? '', digest }
}

/** The key with which a log signs its statements: the first Ed25519 key of those it has. */
const signingKey = (keys: string): VerifierKey | undefined => {
  for (const line of keys.split('\n')) {
    const key = parseVerifierKey(line)
    if (key.ok && key.value.type === 'ed25519') return key.value
  }
  return undefined
}
