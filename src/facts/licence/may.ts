import { nearest } from '../../core/nearest.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { Action, LicenceBook, Model, Verdict } from './book.ts'
import { type Link, lineage } from './chain.ts'
import { type Conflict, conflictsOf } from './conflicts.ts'
import { nameDuties, nameFindings, nameProblems } from './names.ts'
import { listDuties, listNotes } from './notes.ts'
import { firstLowest, open, passes } from './outcome.ts'
import type { Finding, MayQuestion, Memberships } from './question.ts'
import { applyLicence, applyThroughOutputs } from './terms.ts'
import { weaker, weigh } from './weigh.ts'

/** The verdict of one model of the lineage, with the finding that decided it. */
export type Step = {
  readonly model: string
  readonly via: Link['via'] | 'name-duty'
  readonly path: readonly string[]
  readonly licences: readonly string[]
  readonly verdict: Verdict
  readonly finding: Finding
}
export type MayAnswer = {
  readonly question: MayQuestion
  readonly verdict: Verdict
  /** The first finding that gave the verdict, and the model of the lineage it belongs to. */
  readonly deciding: Finding & { readonly model: string }
  /** The model itself, its ancestors nearest first, then what it was trained on the outputs of. */
  readonly chain: readonly Step[]
  /** What a yes asks of the licensee, as `licence: duty`. */
  readonly duties: readonly string[]
  readonly notes: readonly string[]
  readonly conflicts: readonly Conflict[]
}
export type MayFailure = { readonly kind: 'model-unknown'; readonly message: string; readonly near: readonly string[] }

const MADE_AVAILABLE: readonly Action[] = ['serve-public', 'serve-paid', 'serve-foreign', 'redistribute']

/**
 * Whether the licences of a model and of everything it was made from allow an action: the meet over the lineage, no < unknown < yes
 * (`spec/licences.md`, `may@1`). Sanctions and export control stand outside the licence and are not assessed.
 */
export const may = (book: LicenceBook, question: MayQuestion, memberships: Memberships): Result<MayAnswer, MayFailure> => {
  const root = findModel(book, question.model)
  if (!root.ok) return root
  const links = lineage(book, root.value)
  const chain: Step[] = links.map((link) => step(book, link, question, memberships))
  const problems = nameProblems(root.value, nameDuties(book, links))
  if (MADE_AVAILABLE.includes(question.action))
    for (const found of nameFindings(problems))
      chain.push({
        model: root.value.id,
        via: 'name-duty',
        path: [root.value.id],
        licences: found.licence === undefined ? [] : [found.licence],
        verdict: found.verdict,
        finding: found,
      })
  const decided = firstLowest(chain) ?? step(book, { ...rootLink(root.value), model: undefined }, question, memberships)
  return ok({
    question: { ...question, model: root.value.id },
    verdict: decided.verdict,
    deciding: { model: decided.model, ...decided.finding },
    chain,
    duties: listDuties(book, links),
    notes: listNotes(book, links, question),
    conflicts: conflictsOf(book, links),
  })
}

const rootLink = (model: Model): Link => ({
  id: model.id,
  model,
  via: 'itself',
  path: [model.id],
  edge: 'observed',
  relicensed: false,
  statedLicence: undefined,
})

const step = (book: LicenceBook, link: Link, question: MayQuestion, memberships: Memberships): Step => {
  const findings = [...licenceFindings(book, link, question, memberships), ...rowFindings(link, question)]
  const lowest = firstLowest(findings) ?? weigh({ ...open('nothing is known about it'), evidence: 'unverified' }, link.id)
  const licences = link.model?.licences ?? (link.statedLicence === undefined ? [] : [link.statedLicence])
  return { model: link.id, via: link.via, path: link.path, licences, verdict: lowest.verdict, finding: lowest }
}

const licenceFindings = (book: LicenceBook, link: Link, question: MayQuestion, memberships: Memberships): readonly Finding[] => {
  const { model } = link
  const path = model === undefined ? link.edge : weaker(link.edge, model.evidence)
  if (link.relicensed && model !== undefined) {
    const child = link.path.at(-2) ?? link.id
    const own = passes(`\`${child}\` is offered by the same licensor, which may license its own anew`)
    return [weigh({ ...own, evidence: path, source: model.source }, `\`${link.id}\``)]
  }
  const ids = model?.licences ?? (link.statedLicence === undefined ? [] : [link.statedLicence])
  return ids.map((id): Finding => {
    const licence = book.licences.get(id)
    if (licence === undefined)
      return { ...open(`there is no row for the licence \`${id}\``, 'a row for it'), licence: id, evidence: 'unverified' }
    const term = { licence, model, path }
    return link.via === 'trained-on-outputs-of'
      ? applyThroughOutputs(term, question, memberships)
      : applyLicence(term, question, memberships)
  })
}

/** What the row of the model itself leaves open: no row, no word on its origin, weights that are not the ones named. */
const rowFindings = (link: Link, question: MayQuestion): readonly Finding[] => {
  const { model } = link
  if (model === undefined) {
    const role = link.via === 'trained-on-outputs-of' ? 'a source of its training data' : 'an ancestor'
    return [{ ...open(`there is no row for \`${link.id}\`, ${role}`, `a documented row for \`${link.id}\``), evidence: 'unverified' }]
  }
  const findings: Finding[] = []
  if (model.origin === 'unknown') {
    const reason = `no text read says what \`${model.id}\` was made from`
    findings.push({
      ...open(reason, 'the developer’s statement that it was trained from scratch, or from what'),
      evidence: model.evidence,
      source: model.source,
    })
  }
  const digest = link.via === 'itself' ? question.weightsDigest : undefined
  if (digest !== undefined && model.weightsDigests !== undefined && !model.weightsDigests.includes(digest))
    findings.push({ ...open(`the weights \`${digest}\` are not those the row names`, 'signed lineage'), evidence: model.evidence })
  return findings
}

/** By id, by id in any case, or by the part after the slash when only one has it. */
const findModel = (book: LicenceBook, name: string): Result<Model, MayFailure> => {
  const exact = book.models.get(name)
  if (exact !== undefined) return ok(exact)
  const lower = name.toLowerCase()
  const all = [...book.models.values()]
  const [only, second] = all.filter(({ id }) => id.toLowerCase() === lower || id.toLowerCase().endsWith(`/${lower}`))
  if (only !== undefined && second === undefined) return ok(only)
  const near = nearNames(book, lower)
  const hint =
    near.length === 0 ? '`allod facts list` shows the models known' : `did you mean ${near.map((id) => `\`${id}\``).join(' or ')}?`
  return err({ kind: 'model-unknown', message: `no row describes the model \`${name}\`; ${hint}`, near })
}

/** At most three: names that contain the word, then the one nearest in spelling. */
const nearNames = (book: LicenceBook, word: string): readonly string[] => {
  const ids = [...book.models.keys()].sort()
  const part = word.slice(word.lastIndexOf('/') + 1)
  const containing = part.length < 3 ? [] : ids.filter((id) => id.toLowerCase().includes(part))
  const spelled =
    nearest(word, ids) ??
    ids.find(
      (id) =>
        id.slice(id.indexOf('/') + 1) ===
        nearest(
          part,
          ids.map((each) => each.slice(each.indexOf('/') + 1)),
        ),
    )
  return [...new Set([...(spelled === undefined ? [] : [spelled]), ...containing])].slice(0, 3)
}
