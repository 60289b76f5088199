// The workshop's thread: it reads the law that is in force, computes over it, and asks the exchange for everything else.
import { parentPort } from 'node:worker_threads'
import type { Json, JsonObject } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import { epochMillis } from '../core/units.ts'
import { exposureOf } from '../drills/exposure/exposure.ts'
import { mostExposed } from '../drills/exposure/most.ts'
import { remedies } from '../drills/exposure/remedies.ts'
import { aimedAt, type Scenario } from '../drills/scenario.ts'
import { factsText } from '../facts/graph.ts'
import type { OperationFailure } from './admin.ts'
import { sha256Hex } from './digest.ts'
import { readDrillBook } from './drill-book.ts'
import { groundOf } from './drill-ground.ts'
import { systemClock } from './exchange.ts'
import { exposureGround, exposureJson } from './exposure-ground.ts'
import { type Law, readLaw } from './law.ts'
import { dataPaths } from './paths.ts'
import { rehearse } from './rehearse.ts'
import { askWindow } from './traffic.ts'
import type { AnyJob, FoundExposure, Job, JobGround, ToThread, ToWorkshop } from './workshop-jobs.ts'

type Answer<T> = Result<T, OperationFailure>
type Operate = (name: string, input: JsonObject) => Promise<Answer<Json>>

const DAY = 86_400_000
const waiting = new Map<number, (answer: Answer<Json>) => void>()
let questions = 0
let known: { readonly law: Law; readonly policy: string; readonly facts: string } | undefined

const tell = (message: ToWorkshop): void => parentPort?.postMessage(message)

parentPort?.on('message', (message: ToThread) => {
  if (message.kind === 'answer') {
    waiting.get(message.question)?.(message.answer)
    waiting.delete(message.question)
    return
  }
  const { id, job, over } = message
  const operate: Operate = (name, input) =>
    new Promise((resolve) => {
      const question = questions++
      waiting.set(question, resolve)
      tell({ kind: 'ask', id, question, name, input })
    })
  carryOut(job, over, operate).then(
    (answer) => tell({ kind: 'over', id, answer: answer as Answer<never> }),
    (bug: unknown) => tell({ kind: 'over', id, answer: unavailable(bug instanceof Error ? bug.message : String(bug)) }),
  )
})

const unavailable = (message: string): Answer<never> => err({ kind: 'unavailable', message })

const carryOut = async (job: AnyJob, over: JobGround, operate: Operate): Promise<Answer<unknown>> => {
  const law = lawOf(over)
  if (!law.ok) return law
  return job.kind === 'exposure' ? findExposure(job, over, law.value, operate) : carryOutDrill(job, over, law.value, operate)
}

/** INVARIANT: nothing is computed over another law than that by which calls are decided. */
const lawOf = ({ loaded, day, policy, facts }: JobGround): Answer<Law> => {
  if (known?.policy === policy && known.facts === facts) return ok(known.law)
  const law = readLaw(loaded, day)
  if (!law.ok) return unavailable(law.error.messages.join('; '))
  if (law.value.policies.digest !== policy || law.value.factsDigest !== facts)
    return err({ kind: 'refused', message: 'facts or policies were changed on disk and are not in force yet: reload them first' })
  known = { law: law.value, policy, facts }
  return law
}

const carryOutDrill = async (
  job: Job<'rehearse'>,
  { loaded, root }: JobGround,
  law: Law,
  operate: Operate,
): Promise<Answer<string | null>> => {
  const { windowDays, live } = job
  const scenario = scenarioOf(job, loaded)
  if (!scenario.ok) return scenario
  const order = { scenario: scenario.value, windowDays, ...(live === undefined ? {} : { live }) }
  const kept = await rehearse(order, { loaded, law, paths: dataPaths(root), clock: systemClock, operate })
  return kept.ok ? ok(kept.value?.file ?? null) : kept
}

const scenarioOf = ({ drill, target }: Job<'rehearse'>, loaded: JobGround['loaded']): Answer<Scenario> => {
  const book = readDrillBook(loaded)
  if (!book.ok) return unavailable(book.error.messages.join('; '))
  const found = book.value.get(drill)
  if (found === undefined) return err({ kind: 'unusable', message: `there is no drill \`${drill}\`` })
  const aimed = target === undefined ? ok(found.scenario) : aimedAt(found.scenario, target)
  return aimed.ok ? aimed : err({ kind: 'unusable', message: aimed.error.messages.join('; ') })
}

const findExposure = async (
  { windowDays }: Job<'exposure'>,
  { loaded }: JobGround,
  law: Law,
  operate: Operate,
): Promise<Answer<FoundExposure>> => {
  const to = systemClock()
  const window = await askWindow({ from: epochMillis(to - windowDays * DAY), to }, operate)
  if (window === undefined) return unavailable('the exchange does not answer')
  if (!window.ok) return window
  const ground = exposureGround(loaded, law, window.value)
  const answer = exposureOf(ground)
  const { exchange, currency } = loaded.configuration
  const { refusals } = groundOf(loaded, law)
  return ok({
    exposure: exposureJson(answer, { exchange: exchange.name, currency, factOf: ground.factOf }),
    remedies: remedies(ground, (demand, route) => refusals(demand, route).length === 0),
    most: mostExposed(answer),
    facts: sha256Hex(factsText(law.graph.facts)),
  })
}
