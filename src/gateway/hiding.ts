// The obligation `pseudonymise`: what is personal in a question goes out under pseudonyms, and its answer is told with the values again.
//
// INVARIANT(G1): no value that was found leaves, in whatever place of the question it stands; what cannot be looked at is not sent.
import { ExactNumber, isJsonObject, type Json, type JsonObject, parseExactJson } from '../core/json.ts'
import { KnownValues } from '../personal-data/known.ts'
import { PseudonymTable } from '../personal-data/pseudonyms.ts'
import { Restoring } from '../personal-data/restore.ts'
import { rewriteText } from '../personal-data/rewrite.ts'
import { canonical, type Span, withoutOverlaps } from '../personal-data/spans.ts'
import type { Asking } from './carriage.ts'
import { MAX_DEPTH } from './decoded.ts'
import { pointer } from './dialects/losses.ts'
import type { NeutralRequest, Warning } from './dialects/neutral.ts'
import type { Step } from './prepared.ts'
import type { PersonalData } from './snapshot.ts'

/** Pseudonyms may be longer than what they stand for: bytes by which a question may grow, each of which may be a token (G10). */
export const growthOf = (inputBytes: number): number => inputBytes + 4096

/** One name of somebody's, long enough not to be a word of any text. */
const NAME = /\p{Lu}[\p{L}\p{M}’'-]{3,}/gu

/** What of a question cannot be sent, and where it stands in it. */
export class Unhidden {
  readonly path: string
  readonly message: string

  constructor(path: string, message: string) {
    this.path = path
    this.message = message
  }
}
type Place = readonly (string | number)[]

/** The hiding that a step owes a call; undefined where it owes none. */
export const hidingFor = ({ classified, pseudonymised }: Pick<Asking, 'classified' | 'pseudonymised'>, step: Step): Hiding | undefined => {
  const { snapshot, key } = classified.authenticated
  if (pseudonymised?.has(step) !== true) return undefined
  // A plan that owes what cannot be done is never made.
  if (snapshot.personalData === undefined) throw new Error('nobody here can pseudonymise')
  return new Hiding(snapshot.personalData, key.tenant, growthOf(classified.inputBytes))
}

/** One call's pseudonyms. They live as long as the call; the same value has the same one in the tenant's next call, so that conversations go on. */
export class Hiding {
  private readonly detector: PersonalData['detector']
  private readonly table: PseudonymTable
  private readonly known = new KnownValues()
  private readonly room: number
  /** Bytes by which the question has grown. */
  private grown = 0
  /** Member of the question in which the first value stood. */
  private first: string | number | undefined
  private losses: Warning[] = []
  /** Names of calls that would bring a seal back, and what they are called instead. */
  private readonly renamed = new Map<string, string>()
  private made: Restoring | undefined

  constructor({ detector, keyed }: PersonalData, tenant: Parameters<PersonalData['keyed']>[0], room: number) {
    this.detector = detector
    this.table = new PseudonymTable(keyed(tenant))
    this.room = room
  }

  /** The question as it may leave, of any service; or what in it cannot be looked at. Asked again, it gives the same pseudonyms. */
  hide<Question extends object>(question: Question): Question | Unhidden {
    this.grown = 0
    this.losses = []
    this.made = undefined
    const blind = blindSpot(question, [])
    if (blind !== undefined) return blind
    const json = question as unknown as Json
    collect(json, (text) => this.learn(text))
    const hidden = this.rewritten(json, []) as unknown as Question
    if (this.grown > this.room) return new Unhidden('', 'with pseudonyms it would be longer than what was reserved for it')
    if (this.table.given.size > 0) this.tellOfTokens(question)
    return hidden
  }

  /** Whether anything that was found still stands in what is to leave: the last look, at the bytes themselves. */
  isIn(body: string): boolean {
    if (this.table.given.size === 0) return false
    if (this.known.findIn(body).length > 0) return true
    return this.detector
      .findIn(body)
      .some(({ class: name, start, end }) => this.table.has({ class: name, value: canonical(name, body.slice(start, end)) }))
  }

  /** Gives values back in what is told. */
  get restoring(): Restoring {
    this.made ??= new Restoring(this.table.given)
    return this.made
  }

  /** INVARIANT(G4, G8): the caller and the record are told how many values of which class, and never which. */
  warnings(): readonly Warning[] {
    const counts = this.counts()
    if (counts.length === 0) return this.losses
    const list = counts.map(([name, count]) => `${count} × ${name}`).join(', ')
    const message = `personal data went out as pseudonyms (${list}), and the answer is told with the values again`
    return [{ kind: 'emulated', weight: 'constraint', path: pointer(this.first ?? 'messages'), message }, ...this.losses]
  }

  /** A member of the outcome record, with a comma before it. */
  record(): string {
    return `,"pseudonymised":${JSON.stringify(Object.fromEntries(this.counts()))}`
  }

  private counts(): readonly (readonly [string, number])[] {
    const counts = new Map<string, number>()
    for (const name of this.table.classes()) counts.set(name, (counts.get(name) ?? 0) + 1)
    return [...counts].sort(([a], [b]) => (a < b ? -1 : 1))
  }

  private learn(text: string): void {
    for (const { class: name, start, end } of this.detector.findIn(text)) {
      const written = text.slice(start, end)
      this.table.give({ class: name, value: canonical(name, written) }, written)
      this.known.add(name, written)
      // Who was named in full once is called by one name later.
      if (name === 'person') for (const [word] of written.matchAll(NAME)) this.known.add(name, word)
    }
  }

  private text(text: string, place: Place): string {
    const spans: Span[] = [...this.known.findIn(text), ...this.detector.findIn(text)]
    if (spans.length === 0) return text
    this.first ??= place[0]
    return rewriteText(text, withoutOverlaps(spans), ({ class: name }, written) => {
      const pseudonym = this.table.give({ class: name, value: canonical(name, written) }, written)
      this.grown += Math.max(0, pseudonym.length - written.length)
      return pseudonym
    })
  }

  /** Names of members are looked at as values are. */
  private rewritten(value: Json, place: Place): Json {
    const name = place.at(-1)
    if (typeof value === 'string') {
      if (name === 'arguments') return this.json(value, place)
      return place.length === 1 && name === 'model' ? value : (this.renamed.get(value) ?? this.text(value, place))
    }
    if (typeof value === 'number' || value instanceof ExactNumber) return this.number(value, place)
    if (Array.isArray(value))
      return value.map((each, at) => this.rewritten(each, [...place, at])).filter((each, at) => !isEmptied(value[at], each))
    return isJsonObject(value) ? this.object(value, place) : value
  }

  private object(value: JsonObject, place: Place): JsonObject {
    if (isSealedByName(value)) this.renamed.set(value.id, `call_hidden${this.renamed.size}`)
    const members: [string, Json][] = []
    for (const [member, each] of Object.entries(value)) {
      const at = [...place, member]
      if (isSeal(member, each)) this.lose(at, 'only its endpoint can read this, so nobody can say whether it holds personal data')
      else members.push([this.text(member, at), this.rewritten(each, at)])
    }
    const hidden = Object.fromEntries(members)
    return hidden.kind === 'text' && hidden.text !== value.text && Array.isArray(hidden.citations)
      ? { ...hidden, citations: this.unplaced(hidden.citations, [...place, 'citations']) }
      : hidden
  }

  /** Places in a text that has changed are places no more. */
  private unplaced(citations: readonly Json[], place: Place): readonly Json[] {
    this.lose(place, 'places in a text are left out where pseudonyms stand in it')
    return citations.map((citation) => {
      if (!isJsonObject(citation)) return citation
      const { from: _, to: __, ...rest } = citation
      return rest
    })
  }

  private lose(place: Place, message: string): void {
    this.losses.push({ kind: 'dropped', weight: 'hint', path: pointer(...place), message })
  }

  private tellOfTokens(question: object): void {
    const { sampling } = question as Partial<NeutralRequest>
    if (sampling?.logProbabilities === undefined) return
    const message = 'probabilities are told of the tokens as they were written, with pseudonyms'
    this.losses.push({ kind: 'approximated', weight: 'hint', path: '/sampling/logProbabilities', message })
  }

  /** The text of JSON: values stand in its strings, escaped, and a number may be somebody's. */
  private json(text: string, place: Place): string {
    const parsed = parseExactJson(text, { maxLength: text.length, maxDepth: MAX_DEPTH })
    if (!parsed.ok) return this.text(text, place)
    const hidden = this.rewritten(parsed.value, [...place, 0])
    return JSON.stringify(hidden) === JSON.stringify(parsed.value) ? text : JSON.stringify(hidden)
  }

  private number(value: number | ExactNumber, place: Place): Json {
    const text = value instanceof ExactNumber ? value.text : String(value)
    const hidden = this.text(text, place)
    return hidden === text ? value : hidden
  }
}

/** What only its owner can read (`Opaque`), but for a mark that says of a call that it takes free text, and holds nothing. */
const isSeal = (member: string, value: Json): boolean =>
  member === 'opaque' && isJsonObject(value) && 'owner' in value && 'data' in value && value.data !== value.field

/** Where a call is known by what was sealed, its name would bring the seal back. */
const isSealedByName = (value: JsonObject): value is JsonObject & { readonly id: string } => {
  const { kind, id, opaque } = value
  return (
    kind === 'tool-call' && typeof id === 'string' && isJsonObject(opaque) && typeof opaque.data === 'string' && id.endsWith(opaque.data)
  )
}
/** Thoughts of which nothing is left without their seal. */
const isEmptied = (before: Json | undefined, after: Json): boolean =>
  isJsonObject(after) &&
  isJsonObject(before) &&
  after.kind === 'reasoning' &&
  after.text === '' &&
  'opaque' in before &&
  !('opaque' in after)

/** Texts of a question, and of what holds texts as JSON: names of members beside their values say what these are. */
const collect = (value: Json, learn: (text: string) => void): void => {
  if (typeof value === 'string') learn(value)
  else if (Array.isArray(value)) for (const each of value) collect(each, learn)
  else if (isJsonObject(value))
    for (const [name, each] of Object.entries(value)) {
      if (isSeal(name, each)) continue
      learn(name)
      if (JSON_MEMBERS.has(name) && typeof each === 'object') learn(JSON.stringify(each))
      collect(each, learn)
    }
}
/** Hold JSON of the caller's own. */
const JSON_MEMBERS: ReadonlySet<string> = new Set(['members', 'metadata', 'parameters', 'schema'])

const BLIND: Readonly<Record<string, string>> = {
  image: 'nobody has looked into a picture for personal data',
  audio: 'nobody has listened to a recording for personal data',
  file: 'nobody has looked into a file for personal data',
  tokens: 'numbers of a model’s own vocabulary cannot be looked into for personal data',
}
/** The first thing in a question that cannot be looked at. */
const blindSpot = (value: unknown, place: Place): Unhidden | undefined => {
  if (typeof value !== 'object' || value === null) return undefined
  const kind = 'kind' in value && ('source' in value || 'data' in value || 'tokens' in value) ? String(value.kind) : ''
  if (Object.hasOwn(BLIND, kind)) return new Unhidden(pointer(...place), BLIND[kind] ?? '')
  for (const [name, each] of Object.entries(value)) {
    const found = blindSpot(each, [...place, Array.isArray(value) ? Number(name) : name])
    if (found !== undefined) return found
  }
  return undefined
}
