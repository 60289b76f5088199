// The models of the licence book, and what the owner may do with each.
import { err, ok, type Result } from '../../core/result.ts'
import { rowsOf } from '../../facts/graph.ts'
import { ACTIONS, LEGAL_FORMS, type LegalForm, type LicenceBook, type Model } from '../../facts/licence/book.ts'
import { type Link, lineage } from '../../facts/licence/chain.ts'
import { type MayAnswer, may } from '../../facts/licence/may.ts'
import { graphMemberships } from '../../facts/licence/memberships.ts'
import { conflictLine } from '../../facts/licence/report.ts'
import type { Answer } from '../../http/console/contract/index.ts'
import type { ConsoleFailure, Handlers } from '../../http/console/handlers.ts'
import { shippedBook } from '../licence-book.ts'
import { reachSubject } from '../snapshot.ts'
import type { ConsoleGround } from './ground.ts'

type Row = Answer<'GET /models'>['models'][number]
type Page = Answer<'GET /models/{model}'>
type Asker = Page['asker']
/** What a service of an exchange asks about; training on outputs is no act of an exchange. */
const ASKED = ACTIONS.filter((action) => action !== 'train-on-outputs')

export const modelHandlers = (ground: ConsoleGround): Pick<Handlers, 'GET /models' | 'GET /models/{model}'> => {
  const known = new Answers(ground)
  return {
    'GET /models': async ({ query: { form } }) => {
      const book = known.book()
      if (!book.ok) return book
      const asker = askerOf(ground, form)
      const serving = servedModels(ground)
      const models: Row[] = []
      for (const model of book.value.models.values()) {
        const verdicts = ASKED.map((action) => [action, known.may(book.value, model.id, action, asker)?.verdict ?? 'unknown'] as const)
        models.push({ ...describe(model, serving), may: Object.fromEntries(verdicts) })
        // Whoever calls meanwhile must not wait for a whole book.
        if (models.length % 16 === 0) await new Promise((resolve) => setImmediate(resolve))
      }
      return ok({ asker, actions: [...ASKED], models })
    },
    'GET /models/{model}': async ({ path, query: { form } }) => {
      const book = known.book()
      if (!book.ok) return book
      const model = book.value.models.get(path.model)
      if (model === undefined) return err({ kind: 'not-found', message: `no row describes the model \`${path.model}\`` })
      return ok(pageOf(ground, known, book.value, model, askerOf(ground, form)))
    },
  }
}

/** Verdicts hang on the day, the asker and the facts alone, so each is reckoned once. */
class Answers {
  readonly #ground: ConsoleGround
  #book: LicenceBook | undefined
  #digest = ''
  readonly #answers = new Map<string, MayAnswer | undefined>()

  constructor(ground: ConsoleGround) {
    this.#ground = ground
  }

  book(): Result<LicenceBook, ConsoleFailure> {
    if (this.#book !== undefined) return ok(this.#book)
    const read = shippedBook()
    if (!read.ok) return err({ kind: 'unavailable', message: read.error.message })
    this.#book = read.value
    return read
  }

  may(book: LicenceBook, model: string, action: (typeof ASKED)[number], { seat, form }: Asker): MayAnswer | undefined {
    const { law } = this.#ground.exchange()
    if (this.#digest !== law.factsDigest) {
      this.#digest = law.factsDigest
      this.#answers.clear()
    }
    const key = `${model} ${action} ${seat} ${form}`
    const known = this.#answers.get(key)
    if (known !== undefined) return known
    const answer = may(book, { model, action, seat, legalForm: form as LegalForm, day: law.day }, graphMemberships(law.graph))
    const told = answer.ok ? answer.value : undefined
    this.#answers.set(key, told)
    return told
  }
}

/** The owner: where its seat is, and what it is before the law; `company` where nobody said. */
const askerOf = ({ exchange }: ConsoleGround, form: LegalForm | undefined): Asker => {
  const { loaded, law } = exchange()
  const { exchange: own, drills } = loaded.configuration
  return { seat: own.seat, form: form ?? drills.legalForm ?? 'company', day: law.day, forms: [...LEGAL_FORMS] }
}

/** `endpoint/model` of this exchange, by the model of the book that answers there. */
const servedModels = ({ snapshot }: ConsoleGround): ReadonlyMap<string, readonly string[]> => {
  const served = new Map<string, string[]>()
  for (const { id, models } of snapshot().endpoints.values())
    for (const { model, serves } of models.values())
      for (const name of serves) served.set(name, [...(served.get(name) ?? []), `${id}/${model}`])
  return served
}

const describe = (model: Model, serving: ReadonlyMap<string, readonly string[]>): Omit<Row, 'may'> => ({
  id: model.id,
  developer: model.developer,
  country: model.country,
  origin: model.origin,
  weights: model.weights,
  licences: [...model.licences],
  languages: [...model.languages],
  sizes: [...model.sizes],
  since: model.since ?? null,
  evidence: model.evidence,
  servedBy: [...(serving.get(`model:${model.id}`) ?? [])],
})

const pageOf = (ground: ConsoleGround, known: Answers, book: LicenceBook, model: Model, asker: Asker): Page => {
  const answers = ASKED.flatMap((action) => {
    const answer = known.may(book, model.id, action, asker)
    return answer === undefined ? [] : [{ action, answer }]
  })
  const [first] = answers
  const row = describe(model, servedModels(ground))
  return {
    ...row,
    asker,
    source: model.source,
    asOf: model.asOf,
    note: model.note ?? null,
    trainingData: model.trainingData ?? null,
    may: answers.map(({ action, answer: { verdict, deciding } }) => ({
      action,
      verdict,
      reason: deciding.reason,
      of: deciding.model,
      licence: deciding.licence ?? null,
      clause: deciding.clause ?? null,
      quote: deciding.quote ?? null,
      source: deciding.source ?? null,
      remedy: deciding.remedy ?? null,
      evidence: deciding.evidence,
    })),
    lineage: lineage(book, model).map(describeLink),
    duties: [...(first?.answer.duties ?? [])],
    notes: [...(first?.answer.notes ?? [])],
    conflicts: (first?.answer.conflicts ?? []).map(conflictLine),
    custody: custodyOf(ground, row.servedBy),
  }
}

const describeLink = ({ id, model, via, path, edge }: Link): Page['lineage'][number] => ({
  model: id,
  via,
  depth: path.length - 1,
  parent: path.at(-2) ?? null,
  known: model !== undefined,
  developer: model?.developer ?? null,
  country: model?.country ?? null,
  licences: [...(model?.licences ?? [])],
  evidence: edge,
})

/** Who keeps the weights where it answers, as the facts say it. */
const custodyOf = ({ exchange }: ConsoleGround, servedBy: readonly string[]): Page['custody'] => {
  const { loaded, law } = exchange()
  return servedBy.map((route) => {
    const name = route.slice(0, route.indexOf('/'))
    const settings = loaded.configuration.endpoints[name]
    if (settings === undefined) return { endpoint: route, custody: null }
    const [row] = rowsOf(law.graph, reachSubject(name, settings, route.slice(name.length + 1)), 'custody')
    return { endpoint: route, custody: row?.object ?? null }
  })
}
