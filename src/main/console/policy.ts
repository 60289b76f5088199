// The law of the exchange, as the console shows and changes it: what is in force, what it decides, what a change would change, and what was
// in force before. Whatever is checked is checked in a thread of its own, so that no call waits.
import { lineDifference } from '../../core/line-difference.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { epochMillis } from '../../core/units.ts'
import type { Answer } from '../../http/console/contract/index.ts'
import type { ConsoleFailure, Handler, Handlers } from '../../http/console/handlers.ts'
import { HOUR } from '../../store/traffic.ts'
import type { Exchange } from '../exchange.ts'
import type { Law } from '../law.ts'
import { PolicyChecker } from '../policy-checker.ts'
import { editionOf, type NamedText, namedTexts, type PolicyVersion } from '../policy-versions.ts'
import type { Checkable, Checked } from '../policy-worker.ts'
import type { ConsoleGround } from './ground.ts'
import { type PolicyChange, PolicyChanges } from './policy-change.ts'
import { policyInput, tryPolicy } from './policy-try.ts'

type Names = 'GET /policy' | 'GET /policy/calls' | 'POST /policy/try' | 'POST /policy/preview' | 'PUT /policy' | 'POST /policy/rollback'
type HistoryNames = 'GET /policy/history' | 'GET /policy/history/{version}'
const MONTH = 30 * 24 * HOUR
const DAY = 24 * HOUR

export const policyHandlers = (ground: ConsoleGround): Pick<Handlers, Names | HistoryNames> => {
  const checker = new PolicyChecker()
  const checks = new WeakMap<Law, Promise<Result<Checked, ConsoleFailure>>>()
  /** What is in force, checked once for as long as it is. */
  const inForce = (exchange: Exchange): Promise<Result<Checked, ConsoleFailure>> => {
    const known = checks.get(exchange.law)
    if (known !== undefined) return known
    const checking = run(checker, { after: checkable(exchange, textsOf(exchange)) })
    checks.set(exchange.law, checking)
    // What failed for want of time or of a thread is asked again.
    checking.then((checked) => checked.ok || checks.delete(exchange.law))
    return checking
  }
  const changes = new PolicyChanges(ground, (exchange, texts) => checker.check({ after: checkable(exchange, texts) }))
  return {
    'GET /policy': async () => {
      const exchange = ground.exchange()
      const found = await inForce(exchange)
      return found.ok ? ok(describe(exchange, found.value, changes.proposed(), ground)) : found
    },
    'GET /policy/calls': async ({ query }) => callsOf(ground.exchange(), query),
    'POST /policy/try': async ({ body }) => tryPolicy(ground, body),
    'POST /policy/preview': async ({ body }) => preview(checker, ground.exchange(), body),
    'PUT /policy': ({ body: { name, text, edition, reason } }, who) => {
      const texts = textsWith(textsOf(ground.exchange()), { name, text })
      return changes.order({ texts, edition, reason }, who)
    },
    'POST /policy/rollback': async ({ body: { version, edition, reason } }, who) => {
      const found = await ground.versions.find(version)
      return found === undefined ? noVersion(version) : changes.order({ texts: found.texts, edition, reason }, who)
    },
    ...historyHandlers(ground),
  }
}

const textsOf = ({ loaded, law }: Exchange): readonly NamedText[] => namedTexts(loaded.configuration, law.texts)

/** One text replaced, or a file added behind the others. */
const textsWith = (texts: readonly NamedText[], { name, text }: { readonly name: string; readonly text: string }): readonly NamedText[] =>
  texts.some((each) => each.name === name)
    ? texts.map((each) => (each.name === name ? { ...each, text } : each))
    : [...texts, { name, text, origin: 'file' }]

/** The configuration in force under these texts, as another thread can read it. */
const checkable = ({ loaded, law }: Exchange, texts: readonly NamedText[]): Checkable => {
  const { digest: _digest, ...input } = policyInput(loaded.configuration, law)
  const edition = editionOf(texts)
  return { name: `${law.policies.digest} ${law.factsDigest} ${edition}`, input: { ...input, texts } }
}

const unavailable = (message: string): Result<never, ConsoleFailure> => err({ kind: 'unavailable', message })

const run = async (checker: PolicyChecker, job: Parameters<PolicyChecker['check']>[0]): Promise<Result<Checked, ConsoleFailure>> => {
  const found = await checker.check(job)
  return found.ok ? found : unavailable(found.error.message)
}

const describe = (
  { loaded: { configuration }, law }: Exchange,
  found: Checked,
  proposed: readonly PolicyChange[],
  { governing }: ConsoleGround,
): Answer<'GET /policy'> => {
  const { endpointModels, aliases, callers, seat } = policyInput(configuration, law)
  const texts = namedTexts(configuration, law.texts)
  const waiting = governing.approvals.list() as unknown as readonly Omit<Answer<'GET /policy'>['proposed'][number], 'changes'>[]
  return {
    ...found,
    facts: law.factsDigest,
    day: law.day,
    edition: editionOf(texts),
    texts,
    endpoints: endpointModels.map(({ endpoint, model, reach: { see, stop, change } }) => ({ endpoint, model, see, stop, change })),
    aliases: aliases.map(({ name, targets, byJurisdiction, refuses }) => ({
      name,
      targets: targets.map(nameOf),
      byJurisdiction: Object.fromEntries([...byJurisdiction].map(([country, there]) => [country, there.map(nameOf)])),
      refuses,
    })),
    callers: callers.map(({ tenant, application, jurisdiction, dataClassFloor, purposes, aliases: own }) => ({
      name: `${tenant}/${application}`,
      jurisdiction: jurisdiction ?? seat,
      dataClassFloor,
      purposes,
      aliases: own === 'all' ? null : [...own],
    })),
    dataClasses: configuration.dataClasses,
    purposes: Object.keys(configuration.purposes),
    needs: configuration.approvals.policy,
    proposed: waiting.flatMap((proposal) => {
      const change = proposed.find(({ what }) => what === proposal.what)
      return change === undefined ? [] : [{ ...proposal, changes: change.changes.map(({ name, text }) => ({ name, text })) }]
    }),
  }
}
const nameOf = ({ endpoint, model }: { readonly endpoint: string; readonly model: string }): string => `${endpoint}/${model}`

type Asked = { readonly application: string; readonly dataClass: string; readonly purpose: string }
const callsOf = async (exchange: Exchange, asked: Asked): Promise<Result<Answer<'GET /policy/calls'>, ConsoleFailure>> => {
  const counted = await traffic(exchange, MONTH)
  const since = exchange.store.traffic.since()
  if (!counted.ok) return counted
  if (!since.ok) return unavailable(since.error.message)
  const sums = new Map<string, { alias: string; route: string | null; calls: number }>()
  for (const { caller, alias, route, calls, dataClass, purpose } of counted.value) {
    if (caller !== asked.application || dataClass !== asked.dataClass || purpose !== asked.purpose) continue
    const key = JSON.stringify([alias, route])
    sums.set(key, { alias, route, calls: calls + (sums.get(key)?.calls ?? 0) })
  }
  return ok({ since: since.value === undefined ? null : new Date(since.value).toISOString(), calls: [...sums.values()] })
}

/** The calls of so many milliseconds until now. The newest records reach the store with their checkpoint. */
const traffic = async ({ store, ledger, clock }: Exchange, length: number) => {
  const published = await ledger.publish()
  if (!published.ok) return unavailable(published.error.message)
  const now = clock()
  const counted = store.traffic.between(epochMillis(now - length), epochMillis(now + HOUR))
  if (!counted.ok) return unavailable(counted.error.message)
  return ok(
    counted.value.map(({ tenant, application, alias, dataClass, purpose, route, calls }) => ({
      caller: `${tenant}/${application}`,
      alias,
      dataClass,
      purpose,
      route: route ?? null,
      calls,
    })),
  )
}

const preview = async (
  checker: PolicyChecker,
  exchange: Exchange,
  change: { readonly name: string; readonly text: string },
): Promise<Result<Answer<'POST /policy/preview'>, ConsoleFailure>> => {
  const counted = await traffic(exchange, DAY)
  if (!counted.ok) return counted
  const texts = textsOf(exchange)
  const before = checkable(exchange, texts)
  const after = checkable(exchange, textsWith(texts, change))
  const found = await checker.check({ after, compare: { before, traffic: counted.value } })
  if (!found.ok) return found.error.kind === 'checker' ? unavailable(found.error.message) : ok({ problems: found.error.problems })
  const { difference, ...rest } = found.value
  return ok({ problems: [], checked: rest, ...(difference === undefined ? {} : { difference }) })
}

const noVersion = (number: number): Result<never, ConsoleFailure> =>
  err({ kind: 'not-found', message: `there is no version ${number}; the oldest are no longer kept` })

/** Every version with the one before it, the newest first. */
const withBefore = (versions: readonly PolicyVersion[]) => versions.map((version, index) => ({ version, before: versions[index + 1] }))

/** A text that went and another that came in its place, as when a preset becomes a file, are one text with another name. */
const differencesOf = (version: PolicyVersion, before: PolicyVersion | undefined) => {
  const [now, then] = [version.texts, before?.texts ?? []]
  const isIn = (texts: readonly NamedText[], name: string): boolean => texts.some((each) => each.name === name)
  const gone = then.filter(({ name }) => !isIn(now, name))
  const pairs = now.map((text) => ({ text, old: isIn(then, text.name) ? then.find(({ name }) => name === text.name) : gone.shift() }))
  return [
    ...pairs.map(({ text, old }) => ({ name: text.name, lines: lineDifference(old?.text ?? '', text.text) })),
    ...gone.map(({ name, text }) => ({ name, lines: lineDifference(text, '') })),
  ].filter(({ lines }) => lines.length > 0)
}

const historyHandlers = (ground: ConsoleGround): Pick<Handlers, HistoryNames> => {
  const list: Handler<'GET /policy/history'> = async () => {
    const edition = editionOf(textsOf(ground.exchange()))
    const versions = await ground.versions.list()
    return ok(
      withBefore(versions).map(({ version, before }, index) => {
        const lines = before && differencesOf(version, before).flatMap((each) => each.lines)
        const count = (kind: string): number | null => lines?.filter((line) => line.kind === kind).length ?? null
        const { at, by, texts, ...rest } = version
        return {
          ...rest,
          at: new Date(at).toISOString(),
          by,
          texts: texts.map(({ name, origin }) => ({ name, origin })),
          added: count('added'),
          removed: count('removed'),
          inForce: index === 0 && version.edition === edition,
        }
      }),
    )
  }
  return {
    'GET /policy/history': list,
    'GET /policy/history/{version}': async ({ path }) => {
      const number = /^\d{1,9}$/.test(path.version) ? Number(path.version) : 0
      const versions = await ground.versions.list()
      const found = withBefore(versions).find(({ version }) => version.number === number)
      if (found === undefined) return noVersion(number)
      return ok({ texts: found.version.texts, differences: differencesOf(found.version, found.before) })
    },
  }
}
