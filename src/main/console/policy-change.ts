// How another policy comes into force: checked, decided by as many people as it takes, written beside the configuration, put in force whole.
import { isJsonObject, type Json } from '../../core/json.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { Answer } from '../../http/console/contract/index.ts'
import type { ConsoleFailure, Visitor } from '../../http/console/handlers.ts'
import type { OperationFailure } from '../admin.ts'
import type { Exchange } from '../exchange.ts'
import { isLine } from '../members.ts'
import type { PolicyChecker } from '../policy-checker.ts'
import { arrange, type IsKept, write } from '../policy-files.ts'
import { editionOf, type NamedText, namedTexts } from '../policy-versions.ts'
import type { ConsoleGround } from './ground.ts'

/** What these texts decide, or why they are none. */
type Check = (exchange: Exchange, texts: readonly NamedText[]) => ReturnType<PolicyChecker['check']>
type Order = { readonly texts: readonly NamedText[]; readonly edition: string; readonly reason: string }
type Enforced = Answer<'PUT /policy'>
/** A change that waits for another person, by the words it waits under. */
export type PolicyChange = { readonly what: string; readonly changes: readonly NamedText[] }

const LONGEST_REASON = 500
const CHANGED_MEANWHILE = 'somebody else changed the policy meanwhile; look at it as it is now, and change that'

const refused = (message: string): Result<never, ConsoleFailure & OperationFailure> => err({ kind: 'refused', message })

export const policyChanges = (ground: ConsoleGround, check: Check) => {
  const proposed = new Map<string, PolicyChange>()
  let isBusy = false
  const textsInForce = (): readonly NamedText[] => {
    const { loaded, law } = ground.exchange()
    return namedTexts(loaded.configuration, law.texts)
  }

  /** Whole or not at all: what cannot come into force is not left lying beside the configuration. */
  const putInForce = async ({ texts, edition, reason }: Order, by: readonly string[]): Promise<Result<Json, OperationFailure>> => {
    if (editionOf(textsInForce()) !== edition) return refused(CHANGED_MEANWHILE)
    const arranged = arrange(ground.exchange(), texts, await keptFiles(ground))
    if (!arranged.ok) return refused(arranged.error.message)
    const written = await write(arranged.value)
    if (!written.ok) return err({ kind: 'unavailable', message: written.error.message })
    const enforced = await ground.enforce({ by, reason })
    if (!enforced.ok) {
      await written.value()
      return refused(`this policy could not come into force: ${enforced.error.message}`)
    }
    return ok({
      digest: ground.exchange().law.policies.digest,
      edition: editionOf(textsInForce()),
      copied: arranged.value.copied ?? null,
    })
  }

  /** One after the other: the second would be of an edition that is gone. */
  const alone = async (order: Order, by: readonly string[]): Promise<Result<Json, OperationFailure>> => {
    if (isBusy) return refused(CHANGED_MEANWHILE)
    isBusy = true
    try {
      return await putInForce(order, by)
    } finally {
      isBusy = false
    }
  }

  const order = async (wanted: Order, who: Visitor): Promise<Result<Enforced, ConsoleFailure>> => {
    const { texts, edition, reason } = wanted
    if (!isLine(reason, LONGEST_REASON) || reason.trim() === '')
      return err({ kind: 'unusable', message: `a reason is one line of 1 to ${LONGEST_REASON} characters` })
    const before = textsInForce()
    if (editionOf(before) !== edition) return refused(CHANGED_MEANWHILE)
    const changes = texts.filter(({ name, text }) => before.find((each) => each.name === name)?.text !== text)
    if (changes.length === 0 && texts.length === before.length) return refused('this is what is in force already')
    const found = await check(ground.exchange(), texts)
    if (!found.ok) return err({ kind: found.error.kind === 'checker' ? 'unavailable' : 'refused', message: found.error.message })
    // INVARIANT: what an alias could not answer, or what could never apply, does not come into force from here.
    if (!found.value.passes) return refused(found.value.failures.map(({ message }) => message).join('; '))
    const arranged = arrange(ground.exchange(), texts, await keptFiles(ground))
    if (!arranged.ok) return refused(arranged.error.message)
    const what = `put the policy ${found.value.digest} in force`
    const decided = await ground.governing.approvals.decide(who, {
      kind: 'policy',
      what,
      reason,
      perform: async (by) => {
        proposed.delete(what)
        return alone(wanted, by)
      },
    })
    if (!decided.ok) return decided
    if (isJsonObject(decided.value) && decided.value.proposal !== undefined) proposed.set(what, { what, changes })
    return ok(decided.value as Enforced)
  }

  return {
    order,
    /** What waits, and what of it is no longer in the list of proposals is forgotten here too. */
    proposed: (): readonly PolicyChange[] => {
      const waiting = new Set(ground.governing.approvals.list().map(({ what }) => what))
      for (const what of proposed.keys()) if (!waiting.has(what)) proposed.delete(what)
      return [...proposed.values()]
    },
  }
}

/** The files that some kept version knows. */
const keptFiles = async ({ versions }: ConsoleGround): Promise<IsKept> => {
  const files = (await versions.list()).flatMap(({ texts }) => texts.filter(({ origin }) => origin === 'file'))
  return (name, text) => files.some((each) => each.name === name && (text === undefined || each.text === text))
}
