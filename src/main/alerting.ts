import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { sortableId } from '../core/ids.ts'
import type { JsonObject } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import { type EpochMillis, millis } from '../core/units.ts'
import type { AlertKind, AlertTarget } from '../http/alerts/alert.ts'
import { mailTarget } from '../http/alerts/mail.ts'
import { AlertQueue } from '../http/alerts/queue.ts'
import { webhookTarget } from '../http/alerts/webhook.ts'
import type { Store } from '../store/store.ts'
import type { LoadedConfiguration } from './config.ts'
import type { Configuration } from './config-schema.ts'
import type { Exchange } from './exchange.ts'

/** Sentences; the alerts before stay as they were. */
export type AlertingFailure = { readonly kind: 'alerting'; readonly messages: readonly string[] }
type Receiver = { readonly queue: AlertQueue; readonly kinds: ReadonlySet<AlertKind> }

const BUDGET_INTERVAL = 10_000
const PATIENCE = millis(2000)

/** Tells those whom the configuration names. INVARIANT(G7): telling never fails and is never waited for. */
export class Alerting {
  readonly #origin: Pick<Exchange, 'clock' | 'random'> & { readonly say: (sentence: string) => void }
  #settings: string | undefined
  #name = ''
  #budgetShare = 1
  #receivers: readonly Receiver[] = []
  #budgetsSeen = 0
  /** Budgets that were told of, with their window. */
  #told: ReadonlySet<string> = new Set()

  constructor(origin: Pick<Exchange, 'clock' | 'random'> & { readonly say: (sentence: string) => void }) {
    this.#origin = origin
  }

  /**
   * What is needed to send to those whom this configuration names. From when the function that comes back is called, they are told, and
   * what waits for others is tried once more.
   */
  prepare({ configuration, folder }: LoadedConfiguration): Result<() => void, AlertingFailure> {
    const { alerts, exchange } = configuration
    const settings = JSON.stringify(alerts)
    if (settings === this.#settings) return ok(() => {})
    const messages: string[] = []
    const receivers = this.#receiversOf(alerts, folder, messages)
    if (messages.length > 0) return err({ kind: 'alerting', messages })
    return ok(() => {
      const before = this.#receivers
      this.#receivers = receivers
      this.#settings = settings
      this.#name = exchange.name
      this.#budgetShare = alerts.budgetShare
      for (const { queue } of before) void queue.close(PATIENCE)
    })
  }

  tell(kind: AlertKind, sentence: string, fields: JsonObject): void {
    const time = this.#origin.clock()
    if (this.#receivers.length === 0) return
    const id = `alert_${sortableId(time, this.#origin.random)}`
    for (const { queue, kinds } of this.#receivers)
      if (kinds.has(kind)) queue.tell({ id, kind, time, exchange: this.#name, sentence, fields })
  }

  /** Looks every ten seconds which budgets are nearly spent, and tells of each once in its window. */
  watchBudgets({ admin }: Store, currency: string, now: EpochMillis): void {
    if (this.#receivers.length === 0 || now - this.#budgetsSeen < BUDGET_INTERVAL) return
    this.#budgetsSeen = now
    const listed = admin.listBudgets()
    if (!listed.ok) return
    const near = listed.value.filter(({ spent, reserved, limit }) => spent + reserved >= limit * this.#budgetShare)
    const names = new Map(near.map((budget) => [`${budget.scope} ${budget.owner} ${budget.window} ${budget.limit}`, budget]))
    for (const [name, { scope, owner, window, limit, spent, reserved }] of names) {
      if (this.#told.has(name)) continue
      const share = limit === 0 ? 100 : Math.floor(((spent + reserved) * 100) / limit)
      const fields = { scope, owner, window, limit, spent, reserved, currency }
      this.tell('budget', `the budget of ${scope} \`${owner}\` (${window}) is spent or reserved to ${share} %`, fields)
    }
    this.#told = new Set(names.keys())
  }

  async close(): Promise<void> {
    await Promise.all(this.#receivers.map(({ queue }) => queue.close(PATIENCE)))
  }

  #receiversOf({ webhooks, mail }: Configuration['alerts'], folder: string, messages: string[]): readonly Receiver[] {
    const { clock, say } = this.#origin
    const receiver = (kinds: readonly AlertKind[], target: AlertTarget): Receiver => ({
      queue: new AlertQueue(target, say),
      kinds: new Set(kinds),
    })
    const hooks = webhooks.map(({ url, secretFile, kinds }) =>
      receiver(kinds, webhookTarget({ url, secret: readSecret(resolve(folder, secretFile), messages) }, clock)),
    )
    if (mail === undefined) return hooks
    const { passwordFile, kinds, ...rest } = mail
    const password = passwordFile === undefined ? {} : { password: readSecret(resolve(folder, passwordFile), messages) }
    const { user, ...server } = rest
    return [...hooks, receiver(kinds, mailTarget({ ...server, ...(user === undefined ? {} : { user }), ...password }))]
  }
}

const readSecret = (file: string, messages: string[]): string => {
  try {
    const secret = readFileSync(file, 'utf8').trim()
    if (secret === '') messages.push(`\`alerts\`: the file \`${file}\` is empty; put the secret there`)
    return secret
  } catch {
    messages.push(`\`alerts\`: cannot read \`${file}\`; put the secret there`)
    return ''
  }
}
