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

/** Orders another policy, and remembers what waits. */
export class PolicyChanges {
  readonly #ground: ConsoleGround
  readonly #check: Check
  readonly #proposed = new Map<string, PolicyChange>()
  #isBusy = false

  constructor(ground: ConsoleGround, check: Check) {
    this.#ground = ground
    this.#check = check
  }

  /** Puts these texts in force where one person is enough, else lets them wait for the others; refuses what the check refuses. */
  async order(order: Order, who: Visitor): Promise<Result<Enforced, ConsoleFailure>> {
    const { texts, edition, reason } = order
    if (!isLine(reason, LONGEST_REASON) || reason.trim() === '')
      return err({ kind: 'unusable', message: `a reason is one line of 1 to ${LONGEST_REASON} characters` })
    const before = this.#texts()
    if (editionOf(before) !== edition) return refused(CHANGED_MEANWHILE)
    const changes = texts.filter(({ name, text }) => before.find((each) => each.name === name)?.text !== text)
    if (changes.length === 0 && texts.length === before.length) return refused('this is what is in force already')
    const found = await this.#check(this.#ground.exchange(), texts)
    if (!found.ok) return err({ kind: found.error.kind === 'checker' ? 'unavailable' : 'refused', message: found.error.message })
    // INVARIANT: what an alias could not answer, or what could never apply, does not come into force from here.
    if (!found.value.passes) return refused(found.value.failures.map(({ message }) => message).join('; '))
    const arranged = arrange(this.#ground.exchange(), texts, await keptFiles(this.#ground))
    if (!arranged.ok) return refused(arranged.error.message)
    const what = `put the policy ${found.value.digest} in force`
    const perform = (by: readonly string[]) => {
      this.#proposed.delete(what)
      return this.#alone(order, by)
    }
    const decided = await this.#ground.governing.approvals.decide(who, { kind: 'policy', what, reason, perform })
    if (!decided.ok) return decided
    if (isJsonObject(decided.value) && decided.value.proposal !== undefined) this.#proposed.set(what, { what, changes })
    return ok(decided.value as Enforced)
  }

  /** What waits; what is no longer in the list of proposals is forgotten here too. */
  proposed(): readonly PolicyChange[] {
    const waiting = new Set(this.#ground.governing.approvals.list().map(({ what }) => what))
    for (const what of this.#proposed.keys()) if (!waiting.has(what)) this.#proposed.delete(what)
    return [...this.#proposed.values()]
  }

  #texts(): readonly NamedText[] {
    const { loaded, law } = this.#ground.exchange()
    return namedTexts(loaded.configuration, law.texts)
  }

  /** One after the other: the second would be of an edition that is gone. */
  async #alone(order: Order, by: readonly string[]): Promise<Result<Json, OperationFailure>> {
    if (this.#isBusy) return refused(CHANGED_MEANWHILE)
    this.#isBusy = true
    try {
      return await this.#putInForce(order, by)
    } finally {
      this.#isBusy = false
    }
  }

  /** Whole or not at all: what cannot come into force is not left lying beside the configuration. */
  async #putInForce({ texts, edition, reason }: Order, by: readonly string[]): Promise<Result<Json, OperationFailure>> {
    if (editionOf(this.#texts()) !== edition) return refused(CHANGED_MEANWHILE)
    const arranged = arrange(this.#ground.exchange(), texts, await keptFiles(this.#ground))
    if (!arranged.ok) return refused(arranged.error.message)
    const written = await write(arranged.value)
    if (!written.ok) return err({ kind: 'unavailable', message: written.error.message })
    const enforced = await this.#ground.enforce({ by, reason })
    if (!enforced.ok) {
      await written.value()
      return refused(`this policy could not come into force: ${enforced.error.message}`)
    }
    const copied = arranged.value.copied ?? null
    return ok({ digest: this.#ground.exchange().law.policies.digest, edition: editionOf(this.#texts()), copied })
  }
}

/** The files that some kept version knows. */
const keptFiles = async ({ versions }: ConsoleGround): Promise<IsKept> => {
  const files = (await versions.list()).flatMap(({ texts }) => texts.filter(({ origin }) => origin === 'file'))
  return (name, text) => files.some((each) => each.name === name && (text === undefined || each.text === text))
}
