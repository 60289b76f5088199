// Statements that are no records, signed by the log's key.
import { formatNote, noteMessage, parseNote, signaturesOf, type VerifierKey, verifySignature } from '#verifier'
import { err, ok, type Result } from '../core/result.ts'
import type { LogSigners } from './ports.ts'

export type NoteFailure = { readonly kind: 'note-invalid'; readonly message: string }

/**
 * A signed note (c2sp.org/signed-note) of the log's Ed25519 key. The first line of the text must name a format of its own, so that no
 * statement can pass for a checkpoint or a promise.
 */
export const signNote = (text: string, { log }: Pick<LogSigners, 'log'>): string =>
  formatNote({ text, signatures: [{ name: log.key.name, id: log.key.id, signature: log.sign(noteMessage(text)) }] })

/** The text of a note that this key, and nobody else, has signed. */
export const openNote = async (note: string, key: VerifierKey): Promise<Result<string, NoteFailure>> => {
  const parsed = parseNote(note)
  if (!parsed.ok) return invalid(`the note cannot be read: ${parsed.error}`)
  const { text, signatures } = parsed.value
  const [line, ...more] = signaturesOf(parsed.value, key)
  // A line of another's could be changed without anybody noticing.
  if (line === undefined || more.length > 0 || signatures.length > 1) return invalid(`the note must be signed by \`${key.name}\` alone`)
  const verified = await verifySignature(key, text, undefined, line.signature)
  return verified.ok ? ok(text) : invalid(`the signature of \`${key.name}\` ${verified.error}`)
}

const invalid = (message: string): Result<never, NoteFailure> => err({ kind: 'note-invalid', message })
