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
    const messages: string[] = []
    const secrets = secretsOf(alerts, folder, messages)
    if (messages.length > 0) return err({ kind: 'alerting', messages })
    // A secret may be replaced in its file.
    const settings = JSON.stringify([alerts, secrets])
    if (settings === this.#settings) return ok(() => {})
    const receivers = this.#receiversOf(alerts, secrets)
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

  #receiversOf({ webhooks, mail }: Configuration['alerts'], secrets: Secrets): readonly Receiver[] {
    const { clock, say } = this.#origin
    const receiver = (kinds: readonly AlertKind[], target: AlertTarget): Receiver => ({
      queue: new AlertQueue(target, say),
      kinds: new Set(kinds),
    })
    const hooks = webhooks.map(({ url, kinds }, index) =>
      receiver(kinds, webhookTarget({ url, secret: secrets.webhooks[index] ?? '' }, clock)),
    )
    if (mail === undefined) return hooks
    const { passwordFile: _, kinds, user, ...server } = mail
    const { password } = secrets
    const login = { ...(user === undefined ? {} : { user }), ...(password === undefined ? {} : { password }) }
    return [...hooks, receiver(kinds, mailTarget({ ...server, ...login }))]
  }
}

/** What stands in the files that the configuration names; those of the webhooks in their order. */
type Secrets = { readonly webhooks: readonly string[]; readonly password: string | undefined }

const secretsOf = ({ webhooks, mail }: Configuration['alerts'], folder: string, messages: string[]): Secrets => ({
  webhooks: webhooks.map(({ secretFile }) => readSecret(resolve(folder, secretFile), messages)),
  password: mail?.passwordFile === undefined ? undefined : readSecret(resolve(folder, mail.passwordFile), messages),
})

const readSecret = (file: string, messages: string[]): string => {
  try {
    const secret = readFileSync(file, 'utf8').trim()
    if (secret === '' || secret === 'whsec_') messages.push(`\`alerts\`: the file \`${file}\` is empty; put the secret there`)
    return secret
  } catch {
    messages.push(`\`alerts\`: cannot read \`${file}\`; put the secret there`)
    return ''
  }
}
