import { type Day, parseDay } from '../../core/units.ts'
import type { Fact } from '../fact.ts'
import type { LicenceBook, Model } from './book.ts'
import { weaker } from './weigh.ts'

/** The rows of the models and licences as facts, so that the graph answers `allod who model:…` from the same book. */
export const modelFacts = ({ models, licences }: LicenceBook): readonly Fact[] => {
  const facts: Fact[] = []
  const placed = new Set<string>()
  for (const model of models.values()) {
    facts.push(...factsOf(model))
    const entity = developer(model)
    if (model.entity !== undefined || model.country === 'EU' || placed.has(entity)) continue
    placed.add(entity)
    const evidence = weaker(model.evidence, 'declared')
    facts.push({
      ...base(model, 'seat'),
      subject: entity,
      predicate: 'established-in',
      object: `country:${model.country}`,
      evidence,
      note: 'country of the developer as collected with its model',
    })
  }
  for (const licence of licences.values())
    for (const clause of licence.clauses) {
      if (clause.kind !== 'territory' || clause.vacuous !== undefined) continue
      const places = [...clause.blocs.map((bloc) => `bloc:${bloc}`), ...clause.countries.map((code) => `country:${code}`)]
      for (const place of places)
        facts.push({
          id: `licence.${licence.id}.${clause.id}.${place.slice(place.indexOf(':') + 1)}`.slice(0, 64),
          subject: `licence:${licence.id}`,
          predicate: 'licence-excludes',
          object: place,
          source: licence.source,
          sourceKind: 'primary',
          asOf: COLLECTED,
          evidence: clause.evidence ?? licence.evidence,
          note: `${clause.test}: ${clause.says}`,
          origin: 'shipped',
        })
    }
  return facts
}

const COLLECTED = '2026-11-22' as Day

const factsOf = (model: Model): readonly Fact[] => {
  const subject = `model:${model.id}`
  const facts: Fact[] = [{ ...base(model, 'by'), subject, predicate: 'developed-by', object: developer(model) }]
  if (model.origin === 'from-scratch') facts.push({ ...base(model, 'from'), subject, predicate: 'derived-from', object: 'nothing' })
  if (model.origin === 'unknown') facts.push({ ...base(model, 'from'), subject, predicate: 'derived-from', object: 'unknown' })
  for (const [index, parent] of model.parents.entries())
    facts.push({
      ...base(model, `from.${index + 1}`),
      subject,
      predicate: 'derived-from',
      object: `model:${parent.id}`,
      evidence: parent.evidence,
      note: parent.relation,
    })
  for (const [index, edge] of model.outputsOf.entries()) {
    const row = { ...base(model, `outputs.${index + 1}`), subject, object: `model:${edge.of}`, evidence: edge.evidence }
    facts.push({ ...row, predicate: 'trained-on-outputs-of', ...(edge.note !== undefined && { note: edge.note }) })
  }
  for (const [index, licence] of model.licences.entries()) {
    const object = licence === 'Unknown' ? 'unknown' : `licence:${licence}`
    facts.push({ ...base(model, `licence.${index + 1}`), subject, predicate: 'licensed-under', object })
  }
  // A gate asks for a name and consent; whoever passes it may keep a copy, so nobody can take the weights back.
  const weights = model.weights === 'gated' ? { object: 'open', note: 'gated' } : { object: model.weights }
  facts.push({ ...base(model, 'weights'), subject, predicate: 'weights', ...weights })
  return facts
}

const base = (model: Model, part: string): Pick<Fact, 'id' | 'source' | 'sourceKind' | 'asOf' | 'evidence' | 'origin'> => ({
  id: `${model.row}.${part}`,
  source: model.source,
  sourceKind: model.sourceKind,
  asOf: firstDay(model.asOf),
  evidence: model.evidence,
  origin: 'shipped',
})

/** Sources give a month or a year at times: the first day of it, so that the row does not look fresher than it is. */
const firstDay = (text: string): Day => parseDay(`${text}-01-01`.slice(0, 10)) ?? COLLECTED

const developer = ({ entity, developer: name }: Model): string => `entity:${entity ?? slug(name)}`
const slug = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
