// The manifest of a data set: the one thing that is signed, and that its card, its metadata and its legal summaries are made of.
import { z } from 'zod'
import { isName } from '../../core/ids.ts'
import { isJsonObject, type Json } from '../../core/json.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { parseSigned, statementText } from '../../core/signed-report.ts'
import { type CorpusFailure, unusable } from '../failure.ts'
import { VERDICTS } from '../law/verdict.ts'
import { type Digest, parseDigest } from '../sections.ts'
import { terms, USES } from '../terms.ts'
import { MODES } from './replace.ts'

export const MANIFEST_FORMAT = 'allod/data-set@v1'
/** Where the AI Act's template puts a source (C(2025) 5235, section 2). */
export const SOURCE_KINDS = ['public-data-set', 'licensed', 'third-party', 'crawled', 'user-data', 'synthetic', 'other'] as const
export type SourceKind = (typeof SOURCE_KINDS)[number]

const VERSION = /^\d{1,6}\.\d{1,6}\.\d{1,6}$/
/** As semantic versioning has it, without tags: `1.0.0`. */
export const isVersion = (text: string): boolean => VERSION.test(text)

const digest = z
  .string()
  .refine((text) => parseDigest(text) !== undefined, 'must be SHA-256 in lower-case hexadecimal')
  .transform((text) => text as Digest)
const count = z.int().nonnegative()
const line = z.string().max(1000)
const named = z.strictObject({ id: digest, source: z.string(), file: z.string(), name: z.string() })
const counted = z.strictObject({ name: z.string().nullable(), documents: count, bytes: count, tokens: count })

const source = z.strictObject({
  name: z.string(),
  kind: z.enum(SOURCE_KINDS),
  title: line,
  /** Where it was found: an address or a description; never a path of a machine. */
  address: line.nullable(),
  documents: count,
  bytes: count,
  /** Days on which the oldest and the newest of its files were last changed. */
  from: z.iso.date().nullable(),
  to: z.iso.date().nullable(),
  licences: z.array(z.string().nullable()),
  owners: z.array(z.string()),
  legalBases: z.array(z.string()),
  jurisdictions: z.array(z.string()),
  /** Documents by what was found of a reservation: free, reserved, or nobody looked. */
  reservations: z.strictObject({ free: count, reserved: count, unknown: count }),
})
export type ManifestSource = z.output<typeof source>

const file = z.strictObject({ path: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,99}$/), bytes: count, sha256: digest, rows: count.nullable() })
export type ManifestFile = z.output<typeof file>

const publisher = z.strictObject({ name: line, contact: line.nullable(), country: z.string().nullable() })
const verdict = z.strictObject({ use: z.enum(USES), verdict: z.enum(VERDICTS) })

export const manifest = z.strictObject({
  format: z.literal(MANIFEST_FORMAT),
  name: z.string().refine(isName),
  version: z.string().regex(VERSION),
  title: line,
  description: z.string().max(10_000),
  published: z.iso.date(),
  publisher,
  documents: z.strictObject({ count, bytes: count, tokens: count, tokensFrom: z.string(), root: digest }),
  files: z.array(file),
  filesRoot: digest,
  sources: z.array(source),
  /** Of crawled sources: bytes by host, the largest first. */
  hosts: z.array(z.strictObject({ host: z.string(), documents: count, bytes: count })),
  languages: z.array(counted),
  domains: z.array(counted),
  regions: z.array(counted),
  periods: z.array(counted),
  /** What binds the documents: the algebra of `spec/corpus-law.md` can be run again on it. */
  terms: z.array(z.strictObject({ terms, count, first: z.array(named) })),
  law: z.strictObject({
    home: z.array(z.string()),
    verdicts: z.array(verdict),
    under: z.array(z.string()),
    nonCommercial: z.boolean(),
    shareAlike: z.boolean(),
    restrictions: z.array(z.string()),
    attribution: z.array(z.string()),
    consentEnds: z.iso.date().nullable(),
  }),
  /** `none`: nobody looked. */
  personalData: z.strictObject({
    mode: z.enum(['none', ...MODES]),
    modes: z.record(z.string(), z.enum(MODES)),
    found: z.record(z.string(), count),
  }),
  /** Why documents of its sources are not in it. */
  leftOut: z.array(z.strictObject({ because: z.string(), documents: count })),
  /** What made it: the run, its blocks, and the digest of the declaration. */
  lineage: z.strictObject({
    run: z.string(),
    declaration: digest,
    blocks: z.array(z.strictObject({ block: z.string(), version: count, settings: digest })),
  }),
  /** The version before, by the SHA-256 of its manifest. */
  previous: z.strictObject({ version: z.string(), manifest: digest }).nullable(),
})
export type Manifest = z.output<typeof manifest>
export type SignedManifest = { readonly manifest: Manifest; readonly note: string }

/** Far beyond any: a line for each of some hundred thousand terms. */
const LIMITS = { maxLength: 1 << 28, maxDepth: 16 }

/** Reads `manifest.json`; whether its note is right is another question. */
export const parseManifest = (content: string): Result<SignedManifest, CorpusFailure> => {
  const file = parseSigned(content, LIMITS)
  if (!file.ok) return unusable(`the manifest cannot be read: ${file.error.message}`)
  const parsed = checkManifest(file.value.report)
  return parsed.ok ? ok({ manifest: parsed.value, note: file.value.note }) : parsed
}

/** Whether a value is a manifest. */
export const checkManifest = (value: Json | undefined): Result<Manifest, CorpusFailure> => {
  const parsed = manifest.safeParse(value)
  if (parsed.success) return ok(parsed.data)
  const [issue] = parsed.error.issues
  const format = isJsonObject(value) && value.format !== MANIFEST_FORMAT ? `, and its format is not \`${MANIFEST_FORMAT}\`` : ''
  return err({ kind: 'unusable', message: `\`${issue?.path.join('.') ?? ''}\` of the manifest is wrong: ${issue?.message ?? ''}${format}` })
}

/** What the note of a manifest states. */
export type ManifestStatement = {
  readonly name: string
  readonly version: string
  /** SHA-256 of the canonical form of the manifest. */
  readonly manifest: string
  readonly documents: string
  readonly files: string
  /** Root over the files that were made of the manifest. */
  readonly summaries: string
}
export const manifestNote = (origin: string, { name, version, manifest, documents, files, summaries }: ManifestStatement): string =>
  statementText(MANIFEST_FORMAT, [
    ['origin', origin],
    ['name', name],
    ['version', version],
    ['manifest', manifest],
    ['documents', documents],
    ['files', files],
    ['summaries', summaries],
  ])

/** The root over the summaries that a note states; undefined where it is none of a manifest. */
export const summariesIn = (note: string): string | undefined => /^summaries ([0-9a-f]{64})$/m.exec(note)?.[1]
