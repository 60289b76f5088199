import { nearest } from '../core/nearest.ts'
import { err, ok, type Result } from '../core/result.ts'
import { type Day, parseDay } from '../core/units.ts'
import { parseCountry } from './countries.ts'
import { PREDICATE_NAMES, PREDICATES, type Predicate, type PredicateShape, type ReferenceKind } from './predicates.ts'

/** Weakest first: the order is the meaning. */
export const EVIDENCE = ['unverified', 'declared', 'documented', 'attested', 'observed'] as const
export type Evidence = (typeof EVIDENCE)[number]
export const SOURCE_KINDS = ['primary', 'secondary', 'owner'] as const
export type SourceKind = (typeof SOURCE_KINDS)[number]
/** Percent of capital or votes; `majority`: more than half, figure not printed; `controls`: a subsidiary, figure not printed. */
export type Share = number | 'majority' | 'controls'

/** One statement about one thing, with where it comes from and when it was true. */
export type Fact = {
  readonly id: string
  /** For example `entity:akenes`, `endpoint:exoscale-inference`, `endpoint:llmhub/gpt-5`, `model:apertus-70b`, `country:FR`. */
  readonly subject: string
  readonly predicate: Predicate
  /** A reference such as `country:CH`, or one of the words the predicate allows, such as `nobody`. */
  readonly object: string
  readonly share?: Share
  /** The first day on which it holds. */
  readonly validFrom?: Day
  /** The first day on which it no longer holds. */
  readonly validTo?: Day
  readonly source: string
  readonly sourceKind: SourceKind
  /** The day for which the source says it. */
  readonly asOf: Day
  readonly evidence: Evidence
  readonly note?: string
  /** Ids of shipped rows that this row overrules. Only the owner's rows may. */
  readonly replaces?: readonly string[]
  readonly origin: 'shipped' | 'owner'
}

/** What is wrong with one row, in one sentence. */
export type FactFailure = {
  readonly kind: 'fact-invalid'
  readonly file: string
  /** The row's id, or its place such as `row 12`. */
  readonly row: string
  readonly field?: string
  readonly message: string
}

export type FactFile = { readonly name: string; readonly origin: Fact['origin'] }
type Fields = { readonly [name: string]: unknown }

const FIELDS = [
  'id',
  'subject',
  'predicate',
  'object',
  'share',
  'validFrom',
  'validTo',
  'source',
  'sourceKind',
  'asOf',
  'evidence',
  'note',
  'replaces',
] as const
const NAME = /^[a-z0-9][a-z0-9._-]*$/
const MODEL_NAME = /^[A-Za-z0-9][A-Za-z0-9._:@/-]*$/
const ROW_ID = /^[a-z0-9][a-z0-9._:-]{0,63}$/i

/**
 * Reads the rows of one decoded fact file, `{ facts: [row, …] }`. Strict: unknown fields, unknown predicates and references of the
 * wrong kind are failures, all of them reported. Ids must be unique over all files; `checkFacts` looks at that.
 */
export const parseFacts = (decoded: unknown, file: FactFile): Result<readonly Fact[], readonly FactFailure[]> => {
  const problem = (row: string, message: string): FactFailure => ({ kind: 'fact-invalid', file: file.name, row, message })
  if (!isFields(decoded)) return err([problem('file', 'a fact file holds `facts:` and a list of rows')])
  const stray = Object.keys(decoded).find((name) => name !== 'facts')
  if (stray !== undefined) return err([problem('file', `\`${stray}\` is no field of a fact file; its only field is \`facts\``)])
  const rows = decoded.facts ?? []
  if (!Array.isArray(rows)) return err([problem('file', '`facts` must be a list of rows')])
  const facts: Fact[] = []
  const failures: FactFailure[] = []
  for (const [index, row] of rows.entries()) {
    const reader = new RowReader(row, `row ${index + 1}`, file)
    const fact = reader.read()
    if (fact === undefined) failures.push(...reader.failures)
    else facts.push(fact)
  }
  return failures.length > 0 ? err(failures) : ok(facts)
}

/** Reads one decoded row, as `parseFacts` does. `place` names it in failures until its id is known. */
export const parseFact = (row: unknown, place: string, file: FactFile): Result<Fact, readonly FactFailure[]> => {
  const reader = new RowReader(row, place, file)
  const fact = reader.read()
  return fact === undefined ? err(reader.failures) : ok(fact)
}

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Collects every failure of one row, so that an author sees them all at once. */
class RowReader {
  readonly failures: FactFailure[] = []
  private readonly fields: Fields
  private readonly file: FactFile
  private place: string

  constructor(row: unknown, place: string, file: FactFile) {
    this.file = file
    this.place = place
    this.fields = isFields(row) ? row : {}
    if (!isFields(row)) this.fail(undefined, 'a row must be a set of fields')
  }

  read(): Fact | undefined {
    const id = this.text('id')
    if (id !== undefined && !ROW_ID.test(id))
      this.fail('id', `\`${id}\` is no row id: letters, digits, \`.\`, \`_\`, \`:\`, \`-\`, at most 64`)
    else if (id !== undefined) this.place = id
    for (const name of Object.keys(this.fields))
      if (!FIELDS.some((field) => field === name)) this.unknownName(name, `\`${name}\` is no field`, FIELDS)
    const predicate = this.oneOf('predicate', PREDICATE_NAMES)
    const subject = this.text('subject')
    const object = this.text('object')
    if (predicate !== undefined) {
      const allowed: PredicateShape = PREDICATES[predicate]
      this.reference('subject', subject, allowed.subjects, [])
      this.reference('object', object, allowed.objects, allowed.words)
    }
    const share = this.share(predicate)
    const validFrom = this.optionalDay('validFrom')
    const validTo = this.optionalDay('validTo')
    if (validFrom && validTo && validTo <= validFrom) this.fail('validTo', `\`${validTo}\` must be after validFrom \`${validFrom}\``)
    const source = this.text('source')
    const sourceKind = this.oneOf('sourceKind', SOURCE_KINDS)
    const asOf = this.fields.asOf === undefined ? this.missing('asOf') : this.optionalDay('asOf')
    const evidence = this.oneOf('evidence', EVIDENCE)
    const note = this.fields.note === undefined ? undefined : this.text('note')
    const replaces = this.replaces()
    if (this.failures.length > 0 || !id || !subject || !predicate || !object || !source || !sourceKind || !asOf || !evidence)
      return undefined
    const dates = { ...(validFrom && { validFrom }), ...(validTo && { validTo }), asOf }
    const optional = { ...(share !== undefined && { share }), ...(note !== undefined && { note }), ...(replaces && { replaces }) }
    return { id, subject, predicate, object, ...dates, source, sourceKind, evidence, ...optional, origin: this.file.origin }
  }

  private fail(field: string | undefined, message: string): undefined {
    this.failures.push({ kind: 'fact-invalid', file: this.file.name, row: this.place, ...(field !== undefined && { field }), message })
  }

  private missing(field: string): undefined {
    this.fail(field, `\`${field}\` is missing`)
  }

  private unknownName(field: string, message: string, names: readonly string[], name = field): undefined {
    const near = nearest(name, names)
    this.fail(field, near === undefined ? `${message}; one of ${names.join(', ')} was expected` : `${message}; did you mean \`${near}\`?`)
  }

  private text(field: string): string | undefined {
    const value = this.fields[field]
    if (value === undefined || value === null) return this.missing(field)
    if (typeof value !== 'string' || value.trim() === '') return this.fail(field, `\`${field}\` must be text`)
    return value
  }

  private oneOf<T extends string>(field: string, names: readonly T[]): T | undefined {
    const value = this.text(field)
    if (value === undefined) return undefined
    const found = names.find((name) => name === value)
    return found ?? this.unknownName(field, `\`${value}\` is no ${field}`, names, value)
  }

  private optionalDay(field: string): Day | undefined {
    const value = this.fields[field]
    if (value === undefined) return undefined
    const day = typeof value === 'string' ? parseDay(value) : undefined
    return day ?? this.fail(field, `${quoted(value)} is no day; write it as \`YYYY-MM-DD\``)
  }

  private share(predicate: Predicate | undefined): Share | undefined {
    const value = this.fields.share
    if (value === undefined) return undefined
    const allowed: PredicateShape | undefined = predicate && PREDICATES[predicate]
    if (allowed && !allowed.share) return this.fail('share', `\`${predicate}\` has no share`)
    if (value === 'majority' || value === 'controls') return value
    if (typeof value === 'number' && value > 0 && value <= 100) return value
    return this.fail('share', `${quoted(value)} is no share: a percentage above 0 and up to 100, \`majority\` or \`controls\``)
  }

  private replaces(): readonly string[] | undefined {
    const value = this.fields.replaces
    if (value === undefined) return undefined
    if (this.file.origin !== 'owner') return this.fail('replaces', 'only a row of the owner may replace another')
    const ids: unknown[] = Array.isArray(value) ? value : [value]
    if (ids.every((id) => typeof id === 'string')) return ids
    return this.fail('replaces', '`replaces` must be a row id or a list of row ids')
  }

  private reference(field: string, value: string | undefined, kinds: readonly ReferenceKind[], words: readonly string[]): undefined {
    if (value === undefined || words.includes(value)) return
    const expected = [...kinds.map((kind) => `\`${kind}:…\``), ...words.map((word) => `\`${word}\``)].join(', ')
    const colon = value.indexOf(':')
    const kind = kinds.find((name) => name === value.slice(0, Math.max(colon, 0)))
    if (kind === undefined) return this.fail(field, `\`${value}\` does not fit: one of ${expected} was expected`)
    const wrong = wrongReference(kind, value.slice(colon + 1))
    if (wrong !== undefined) this.fail(field, `\`${value}\` ${wrong}`)
  }
}

/** A value as a message names it. A set of fields may bear a `toString` that is no function, so it is not asked. */
const quoted = (value: unknown): string =>
  typeof value === 'object' && value !== null ? 'a list or a set of fields' : `\`${String(value)}\``

/** What is wrong with the part after the colon, if anything. */
const wrongReference = (kind: ReferenceKind, rest: string): string | undefined => {
  if (kind === 'country') return parseCountry(rest) ? undefined : 'is no ISO 3166-1 alpha-2 country code'
  if (kind === 'share') return /^\d{1,3}(\.\d+)?$/.test(rest) && Number(rest) <= 100 ? undefined : 'is no percentage from 0 to 100'
  if (kind === 'count') return /^\d{1,4}$/.test(rest) ? undefined : 'is no count'
  if (kind === 'pinned')
    return /^sha256:[0-9a-f]{64}$/.test(rest) ? undefined : 'is no digest; write `pinned:sha256:` and 64 lower-case hex digits'
  if (kind === 'endpoint') {
    const slash = rest.indexOf('/')
    if (slash < 0) return NAME.test(rest) ? undefined : 'is no endpoint name'
    return NAME.test(rest.slice(0, slash)) && MODEL_NAME.test(rest.slice(slash + 1)) ? undefined : 'is no endpoint and model'
  }
  if (kind === 'model' || kind === 'bloc' || kind === 'region' || kind === 'market') return MODEL_NAME.test(rest) ? undefined : 'is no name'
  if (kind === 'text' || kind === 'event' || kind === 'licence') return rest.length > 0 ? undefined : 'is empty'
  return NAME.test(rest) ? undefined : 'is no name: lower case, digits, `.`, `_`, `-`'
}
