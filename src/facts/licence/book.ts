import { z } from 'zod'
import { err, ok, type Result } from '../../core/result.ts'
import { type Day, parseDay } from '../../core/units.ts'
import { parseCountry } from '../countries.ts'
import { EVIDENCE, SOURCE_KINDS } from '../fact.ts'

/** What one may want to do with a model. Split because an exchange that serves others is a business of its own in many licences. */
export const ACTIONS = ['use-internal', 'serve-public', 'serve-paid', 'serve-foreign', 'tune', 'redistribute', 'train-on-outputs'] as const
export type Action = (typeof ACTIONS)[number]
/** Who asks, as law names it: some clauses speak of companies and individuals only. */
export const LEGAL_FORMS = ['public-body', 'state-company', 'company', 'ngo', 'natural-person'] as const
export type LegalForm = (typeof LEGAL_FORMS)[number]
export const PURPOSES = ['research', 'education', 'evaluation', 'personal', 'production', 'commercial'] as const
export type Purpose = (typeof PURPOSES)[number]
export type Verdict = 'no' | 'unknown' | 'yes'

const text = z.string().min(1)
const evidence = z.enum(EVIDENCE)
const action = z.enum(ACTIONS)
const form = z.enum(LEGAL_FORMS)
const day = z.string().transform((value, context): Day => {
  const found = parseDay(value)
  if (found !== undefined) return found
  context.addIssue({ code: 'custom', message: `\`${value}\` is no day; write it as \`YYYY-MM-DD\`` })
  return z.NEVER
})
const country = z.string().refine((code) => parseCountry(code) !== undefined, 'must be an ISO 3166-1 alpha-2 code')

/** `quote` is verbatim, `says` a reader's summary; a clause without its own evidence has that of its licence. */
const common = { id: text, quote: text.optional(), says: text, evidence: evidence.optional() }
const governed = { ...common, actions: z.array(action).min(1) }

const territory = z.strictObject({
  ...governed,
  kind: z.literal('territory'),
  test: z.enum(['licensee-domicile', 'place-of-use-and-output', 'stated-intention', 'reported-ban']),
  blocs: z.array(text).default([]),
  countries: z.array(country).default([]),
  /** The words of the clause for whom it excludes; only with a licensee test. */
  covers: z.array(z.enum(['individual', 'company'])).default([]),
  modality: z.literal('multimodal').optional(),
  endUsersExempt: z.boolean().default(false),
  /** Why the clause bites on no model there is. */
  vacuous: text.optional(),
})
const threshold = z.strictObject({
  ...governed,
  kind: z.literal('threshold'),
  measure: z.enum(['monthly-users', 'revenue', 'output-tokens']),
  above: z.number().positive(),
  currency: z.literal('USD').optional(),
  /** `release-date`: tested once, in the month before `on`; a later service cannot cross it. */
  clock: z.enum(['release-date', 'continuous']),
  on: day.optional(),
  of: z.enum(['product', 'licensee', 'group']),
  business: z.literal('maas').optional(),
  /** What crossing it asks for. */
  consequence: z.enum(['separate-licence', 'review', 'display']),
})
const purpose = z.strictObject({
  ...common,
  kind: z.literal('purpose'),
  allows: z.array(z.enum([...PURPOSES, 'non-commercial'])).min(1),
  commercial: z.enum(['no', 'agreement']),
  /** Legal forms the permitted list names. */
  forms: z.array(form).optional(),
  /** Legal forms the clause shuts out whatever they do. */
  excludes: z.array(form).optional(),
  /** Legal forms whose ordinary use may already be the excluded purpose. */
  suspects: z.array(form).optional(),
})
const agreement = z.strictObject({
  ...governed,
  kind: z.literal('agreement'),
  commercialOnly: z.boolean().default(false),
  business: z.literal('maas').optional(),
})
const outputs = z.strictObject({
  ...common,
  kind: z.literal('outputs'),
  effect: z.enum(['free', 'derivative', 'name-duty', 'display', 'forbids-improving', 'owned-by-licensor', 'non-commercial', 'unclear']),
})
const name = z.strictObject({
  ...common,
  kind: z.literal('name'),
  /** What the name must begin with. */
  prefix: text.optional(),
  /** What the name must contain, where a text does not say that it begins with it. */
  contains: text.optional(),
  /** Whether models trained on outputs owe it too. */
  outputs: z.boolean(),
})
const refusal = z.strictObject({ ...governed, kind: z.literal('refusal') })
const unclear = z.strictObject({ ...governed, kind: z.literal('unclear') })
const useBan = z.strictObject({ ...common, kind: z.literal('use-ban') })
const duty = z.strictObject({ ...common, kind: z.literal('duty'), travels: z.union([z.boolean(), z.literal('disputed')]).default(false) })

const clause = z.discriminatedUnion('kind', [territory, threshold, purpose, agreement, outputs, name, refusal, unclear, useBan, duty])
export type Clause = Readonly<z.output<typeof clause>>
export type ClauseOf<Kind extends Clause['kind']> = Extract<Clause, { readonly kind: Kind }>

const permission = z.enum(['yes', 'no', 'conditional', 'unknown'])
const licence = z.strictObject({
  id: text,
  text: text.optional(),
  /** Digest of the text at adoption, `sha256:` and hex; the owner's rows may carry it. */
  textDigest: text.optional(),
  source: text,
  evidence,
  read: z.enum(['own-text', 'full-copy', 'clause-only', 'not-read']),
  permits: z.strictObject({ use: permission, modify: permission, redistribute: permission, commercial: permission }),
  quote: text.optional(),
  revocable: z.enum(['yes', 'no', 'on-breach', 'unknown']),
  mutable: z.enum(['no', 'policy', 'unilateral', 'unknown']),
  mutableNote: text.optional(),
  governingLaw: text.optional(),
  exportClause: text.optional(),
  note: text.optional(),
  contradictions: z.array(z.strictObject({ says: text })).default([]),
  clauses: z.array(clause),
})
export type Licence = Readonly<z.output<typeof licence>>
export type Permission = keyof Licence['permits']

const statement = z.strictObject({
  licence: text.optional(),
  where: text,
  says: text,
  evidence,
  /** False where the difference is allowed, such as a child stricter than its parent. */
  fault: z.boolean().default(true),
})
const model = z
  .strictObject({
    row: text,
    id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:@/-]*$/),
    developer: text,
    entity: text.optional(),
    country: z.union([country, z.literal('EU')]),
    brand: text.optional(),
    /** `unknown`: no text read says whether it was trained from scratch. INVARIANT(G3): such a model never gets a yes. */
    origin: z.enum(['from-scratch', 'derived', 'unknown']),
    parents: z.array(z.strictObject({ id: text, relation: text, evidence })).default([]),
    outputsOf: z.array(z.strictObject({ of: text, licence: text.optional(), evidence, note: text.optional() })).default([]),
    weights: z.enum(['open', 'gated', 'closed', 'unknown']),
    weightsDigests: z.array(text).optional(),
    modality: z.enum(['text', 'multimodal']).optional(),
    licences: z.array(text).min(1),
    statements: z.array(statement).default([]),
    languages: z.array(text).default([]),
    trainingData: text.optional(),
    sizes: z.array(text).default([]),
    since: text.optional(),
    source: text,
    sourceKind: z.enum(SOURCE_KINDS),
    asOf: z.string().regex(/^\d{4}(-\d{2}(-\d{2})?)?$/),
    evidence,
    note: text.optional(),
  })
  .refine(({ origin, parents }) => (origin === 'derived' ? parents.length > 0 : origin === 'unknown' || parents.length === 0), {
    message: 'a `derived` model names a parent, a `from-scratch` one names none',
  })
export type Model = Readonly<z.output<typeof model>>

const modelFile = z.strictObject({ schema: z.literal('allod-models/1'), collected: day, models: z.array(model) })
const licenceFile = z.strictObject({ schema: z.literal('allod-licences/1'), collected: day, licences: z.array(licence) })

/** Models and licences by id, with the order of the rows forgotten. */
export type LicenceBook = { readonly models: ReadonlyMap<string, Model>; readonly licences: ReadonlyMap<string, Licence> }
export type BookFailure = { readonly kind: 'licence-book-invalid'; readonly message: string }

export const makeBook = (models: readonly Model[], licences: readonly Licence[]): LicenceBook => ({
  models: new Map(models.map((row) => [row.id, row])),
  licences: new Map(licences.map((row) => [row.id, row])),
})

/** Reads the decoded `factbook/models.yaml` and `factbook/licences.yaml` (`spec/licences.md`), strictly; the first mistake is named. */
export const parseBook = (models: unknown, licences: unknown): Result<LicenceBook, BookFailure> => {
  const readModels = modelFile.safeParse(models)
  if (!readModels.success) return invalid('models', readModels.error)
  const readLicences = licenceFile.safeParse(licences)
  if (!readLicences.success) return invalid('licences', readLicences.error)
  const book = makeBook(readModels.data.models, readLicences.data.licences)
  const twice = repeated(readModels.data.models.map(({ id }) => id)) ?? repeated(readLicences.data.licences.map(({ id }) => id))
  if (twice !== undefined) return err({ kind: 'licence-book-invalid', message: `\`${twice}\` has two rows` })
  return ok(book)
}

const repeated = (ids: readonly string[]): string | undefined => ids.find((id, index) => ids.indexOf(id) !== index)
const invalid = (file: string, error: z.ZodError): Result<never, BookFailure> => {
  const [issue] = error.issues
  const place = issue === undefined ? file : [file, ...issue.path.map(String)].join('.')
  return err({ kind: 'licence-book-invalid', message: `${place}: ${issue?.message ?? 'not readable'}` })
}
