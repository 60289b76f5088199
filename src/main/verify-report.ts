// Verifies reports offline: those of drills, as JSON or as a page, those of the lab, and manifests of data sets.
import type { VerifierKey } from '#verifier'
import { ok, type Result } from '../core/result.ts'
import * as drills from './drill-reports.ts'
import { signingKey } from './signature.ts'
import type { ShownVerdict } from './verify.ts'

type Checked = Result<void, { readonly message: string }>
type Kind = { readonly what: string; readonly spec: string; check(content: string, key: VerifierKey): Promise<Checked> }

/** Whether the log's key signed this report, to the byte. */
export const verifyReport = async (bytes: Uint8Array, keys: readonly string[]): Promise<ShownVerdict> => {
  const content = Buffer.from(bytes).toString('utf8')
  const key = keys.map(signingKey).find((each) => each !== undefined)
  if (key === undefined) return verdict('unusable', 'none of the keys is an Ed25519 key, with which a log signs reports')
  // Bytes that are no UTF-8 would be read as something else than what stands there.
  if (!Buffer.from(content, 'utf8').equals(bytes)) return verdict('report', 'the file is not UTF-8')
  const { what, spec, check } = kindOf(content)
  const checked = await check(content, key)
  if (!checked.ok) return verdict('report', checked.error.message)
  return {
    valid: true,
    kind: 'report',
    reasons: [{ check: 'signature', ok: true, sentence: `the key \`${key.name}\` signed this ${what}, to the byte` }],
    proves: [`the exchange whose log has the key \`${key.name}\` stated this`],
    doesNotProve: [
      'that what it computed from, or what it heard, was true',
      `that the log holds the same digest: ask the exchange for the record (${spec})`,
    ],
  }
}

const kindOf = (content: string): Kind => {
  if (content.startsWith('<!doctype html>')) return { what: 'page of a drill', spec: 'spec/drill.md', check: drills.verifyPage }
  if (content.startsWith('{"note":"allod/lab@')) return { what: 'report of a probe', spec: 'spec/lab.md', check: checkLab }
  if (content.startsWith('{"note":"allod/data-set@'))
    return { what: 'manifest of a data set', spec: 'spec/corpus.md', check: checkManifest }
  return { what: 'report of a drill', spec: 'spec/drill.md', check: drills.verifyReport }
}

const checkLab = async (content: string, key: VerifierKey): Promise<Checked> => {
  const { parseFile } = await import('../gateway/lab/report.ts')
  const { verifyReport: verifyLab } = await import('./lab.ts')
  const file = parseFile(content)
  if (!file.ok) return file
  const verified = await verifyLab(file.value, key)
  return verified.ok ? ok(undefined) : verified
}

const checkManifest = async (content: string, key: VerifierKey): Promise<Checked> => {
  const { parseManifest } = await import('../corpus/publish/manifest.ts')
  const { verifySignedManifest } = await import('./corpus/data-sets.ts')
  const file = parseManifest(content)
  return file.ok ? await verifySignedManifest(file.value, key) : file
}

const verdict = (kind: 'report' | 'unusable', sentence: string): ShownVerdict => ({
  valid: false,
  kind,
  reasons: [{ check: 'signature', ok: false, sentence }],
  proves: [],
  doesNotProve: [],
})
