// Whether a statement is that of an exchange's log: what reports of the lab and of drills are verified by.
import { readFileSync } from 'node:fs'
import { parseVerifierKey, type VerifierKey } from '#verifier'
import { err, ok, type Result } from '../core/result.ts'
import { openNote } from '../ledger/note.ts'
import type { DataPaths } from './paths.ts'

/** One sentence. */
export type SignatureFailure = { readonly kind: 'signature'; readonly message: string }

/** Whether a note says exactly this, and the key signed it. */
export const saysAndSigned = async (note: string, wanted: string, key: VerifierKey): Promise<Result<void, SignatureFailure>> => {
  const opened = await openNote(note, key)
  if (!opened.ok) return failed(opened.error.message)
  return opened.value === wanted ? ok(undefined) : failed('the note is signed, but speaks of another report')
}

/** The Ed25519 key of the exchange's log. */
export const logKey = ({ logVerifierKey }: Pick<DataPaths, 'logVerifierKey'>): Result<VerifierKey, SignatureFailure> => {
  try {
    const key = signingKey(readFileSync(logVerifierKey, 'utf8'))
    return key === undefined ? failed(`\`${logVerifierKey}\` holds no Ed25519 key`) : ok(key)
  } catch {
    return failed(`cannot read \`${logVerifierKey}\``)
  }
}

/** The first Ed25519 key among verifier keys, one a line: the log signs its statements with it. */
export const signingKey = (text: string): VerifierKey | undefined => {
  for (const line of text.split('\n')) {
    const key = parseVerifierKey(line)
    if (key.ok && key.value.type === 'ed25519') return key.value
  }
  return undefined
}

const failed = (message: string): Result<never, SignatureFailure> => err({ kind: 'signature', message })
