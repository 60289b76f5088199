// Facts as the console shows them, and the owner's, changed there.
import { readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { stringify } from 'yaml'
import { isJsonObject } from '../../core/json.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { PREDICATES, type PredicateShape } from '../../facts/predicates.ts'
import { selectFacts } from '../../facts/report.ts'
import type { Answer, Question } from '../../http/console/contract/index.ts'
import type { ConsoleFailure, Handlers, Visitor } from '../../http/console/handlers.ts'
import { codeOf, replaceFile } from '../../store/durable.ts'
import { sha256Hex } from '../digest.ts'
import { type ChangedFacts, changeFacts, effectOf, type FactChange } from '../fact-change.ts'
import { PolicyChecker } from '../policy-checker.ts'
import { countedCalls, usageOf } from './endpoint-usage.ts'
import { factTeller } from './fact-rows.ts'
import type { ConsoleGround } from './ground.ts'

type Preview = Answer<'POST /facts/preview'>
const MOST = 500

export const factHandlers = (ground: ConsoleGround): Pick<Handlers, 'GET /facts' | 'POST /facts/preview' | 'PUT /facts'> => {
  const checker = new PolicyChecker()
  return {
    'GET /facts': async ({ query }) => ok(listFacts(ground, query)),
    'POST /facts/preview': ({ body }) => preview(ground, checker, body),
    'PUT /facts': ({ body }, who) => save(ground, body, who),
  }
}

const listFacts = ({ exchange }: ConsoleGround, { subject, predicate }: Question<'GET /facts'>['query']): Answer<'GET /facts'> => {
  const { law } = exchange()
  const found = selectFacts(law.facts, { ...(subject && { about: subject }), ...(predicate && { predicate }) })
  return {
    facts: found.slice(0, MOST).map(factTeller(exchange())),
    inAll: found.length,
    digest: law.factsDigest,
    predicates: Object.entries<PredicateShape>(PREDICATES).map(([name, { subjects, objects, words, share }]) => ({
      name,
      subjects: [...subjects],
      objects: [...objects],
      words: [...words],
      share,
    })),
  }
}

const NO_CALLS = { total: 0, refused: 0, elsewhere: 0, answered: 0 }
const NO_EFFECT = { flips: [], flipsInAll: 0, decisionsInAll: 0, calls: NO_CALLS, powers: [], failures: [], rows: [] }
/** So many days of calls are looked at again. */
const DAYS = 30

const preview = async (ground: ConsoleGround, checker: PolicyChecker, change: FactChange): Promise<Result<Preview, ConsoleFailure>> => {
  const { loaded, law } = ground.exchange()
  const text = readConfiguration(loaded.file)
  if (!text.ok) return text
  const common = { basis: sha256Hex(text.value), needs: ground.governing.approvals.needs('policy') }
  const changed = changeFacts(text.value, loaded, change, law)
  if (!changed.ok) return ok({ ...NO_EFFECT, ...common, problems: [...changed.error] })
  const usage = await usageOf(ground, DAYS)
  if (!usage.ok) return usage
  const effect = await effectOf(checker, { loaded, law }, changed.value, countedCalls(usage.value))
  if (!effect.ok) return err({ kind: 'unavailable', message: effect.error })
  const rows = changed.value.rows.map((row) => stringify(row, { collectionStyle: 'flow', lineWidth: 0 }).trim())
  // What is frozen here is as it was sent there.
  return ok({ ...(effect.value as unknown as Pick<Preview, keyof typeof effect.value>), ...common, problems: [], rows })
}

const readConfiguration = (file: string): Result<string, ConsoleFailure> => {
  try {
    return ok(readFileSync(file, 'utf8'))
  } catch (thrown) {
    return err({ kind: 'unavailable', message: `cannot read \`${file}\`: ${codeOf(thrown) || 'unreadable'}` })
  }
}

/** Exactly what was read is decided upon: by one person at once, or by those who must agree, and written when they do. */
const save = async (
  { exchange, governing, enforce }: ConsoleGround,
  { basis, ...change }: Question<'PUT /facts'>['body'],
  who: Visitor,
): Promise<Result<Answer<'PUT /facts'>, ConsoleFailure>> => {
  const { loaded, law } = exchange()
  const text = readConfiguration(loaded.file)
  if (!text.ok) return text
  if (sha256Hex(text.value) !== basis)
    return err({
      kind: 'refused',
      message: 'the configuration was changed by somebody else meanwhile; look at what would change once more',
    })
  const changed = changeFacts(text.value, loaded, change, law)
  if (!changed.ok) return err({ kind: 'unusable', message: changed.error.map(({ message }) => message).join('; ') })
  const what = `change facts of the owner: ${change.add.length} added, ${change.remove.length} taken out (sha256:${sha256Hex(changed.value.text)})`
  const decided = await governing.approvals.decide(who, {
    kind: 'policy',
    what,
    perform: async (by) => {
      const written = await replaceText(loaded.file, text.value, changed.value)
      if (!written.ok) return written
      const enforced = await enforce({ by, reason: what })
      if (enforced.ok) return ok({})
      // What the exchange cannot run on must not be what it starts from next time.
      await replaceFile(loaded.file, text.value, dirname(loaded.file), statSync(loaded.file).mode & 0o777)
      return err({ kind: 'refused', message: enforced.error.message })
    },
  })
  if (!decided.ok) return decided
  const waits = isJsonObject(decided.value) && decided.value.proposal !== undefined
  return ok({ outcome: waits ? 'waits' : 'in-force', waits, digest: exchange().law.factsDigest })
}

type Failed = Result<never, { readonly kind: 'refused' | 'unavailable'; readonly message: string }>
const replaceText = async (file: string, before: string, { text }: ChangedFacts): Promise<Result<void, never> | Failed> => {
  const now = readConfiguration(file)
  if (!now.ok || now.value !== before)
    return err({ kind: 'refused', message: `\`${file}\` was changed by somebody else meanwhile; nothing was written` })
  try {
    await replaceFile(file, text, dirname(file), statSync(file).mode & 0o777)
    return ok(undefined)
  } catch (thrown) {
    return err({ kind: 'unavailable', message: `cannot write \`${file}\`: ${codeOf(thrown) || 'unwritable'}; nothing was changed` })
  }
}
