import type { Licence, LicenceBook } from './book.ts'
import type { Link } from './chain.ts'
import type { MayQuestion } from './question.ts'

/** The licences that bind through a lineage, each once, nearest first; relicensed ancestors bind nobody. */
const bindingLicences = (book: LicenceBook, links: readonly Link[]): readonly Licence[] => {
  const found = new Set<Licence>()
  for (const link of links) {
    if (link.relicensed) continue
    for (const id of link.model?.licences ?? (link.statedLicence === undefined ? [] : [link.statedLicence])) {
      const licence = book.licences.get(id)
      if (licence === undefined) continue
      const derivative = licence.clauses.some((clause) => clause.kind === 'outputs' && clause.effect === 'derivative')
      if (link.via !== 'trained-on-outputs-of' || derivative) found.add(licence)
    }
  }
  return [...found]
}

/** What the licences ask of whoever uses the model, and the uses they exclude, as `licence: …`. */
export const listDuties = (book: LicenceBook, links: readonly Link[]): readonly string[] =>
  bindingLicences(book, links).flatMap(({ id, clauses }) =>
    clauses.flatMap((clause) => {
      if (clause.kind === 'duty' || clause.kind === 'name') return [`${id}: ${clause.says}`]
      if (clause.kind === 'use-ban') return [`${id}: excluded: ${clause.says}`]
      return clause.kind === 'threshold' && clause.consequence === 'display' ? [`${id}: ${clause.says}`] : []
    }),
  )

/** What a verdict does not cover, and what may end it. */
export const listNotes = (book: LicenceBook, links: readonly Link[], question: MayQuestion): readonly string[] => {
  const notes = ['sanctions and export control: not assessed']
  const model = links[0]?.model
  if (model?.weights === 'closed') notes.push('the weights are closed: only what the developer hosts or contracts for can be used')
  if (model?.weights === 'gated') notes.push('the weights are gated: whoever fetches them accepts further terms and gives contact data')
  if (question.weightsDigest === undefined || model?.weightsDigests === undefined)
    notes.push('nothing here proves that a weight file has the lineage its name says')
  for (const licence of bindingLicences(book, links)) {
    if (licence.revocable === 'yes') notes.push(`${licence.id}: revocable by the licensor`)
    if (licence.revocable === 'on-breach') notes.push(`${licence.id}: ends on breach`)
    if (licence.mutable === 'unilateral')
      notes.push(`${licence.id}: the licensor may change it by posting; keep the digest of the text you adopt`)
    if (licence.mutable === 'policy')
      notes.push(`${licence.id}: ${licence.mutableNote ?? 'its use policy may change'}; keep the digest of the text you adopt`)
    if (licence.exportClause !== undefined) notes.push(`${licence.id}: ${licence.exportClause}`)
    if (licence.note !== undefined) notes.push(`${licence.id}: ${licence.note}`)
    for (const clause of licence.clauses)
      if (clause.kind === 'threshold' && clause.clock === 'release-date' && clause.actions.includes(question.action))
        notes.push(`${licence.id}: ${clause.says}: tested then, for you and your affiliates`)
  }
  if (question.endUser === true) notes.push('asked as an end user of a product; whoever runs the product asks for itself')
  return notes
}
