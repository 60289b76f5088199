// Tenants, their applications and keys, and what they may spend.
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { Json } from '../../core/json.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { EpochMillis } from '../../core/units.ts'
import type { Answer } from '../../http/console/contract/index.ts'
import type { TenantChange } from '../../http/console/contract/keys.ts'
import type { ConsoleFailure, Handlers } from '../../http/console/handlers.ts'
import type { StoredSpending } from '../../store/activity.ts'
import type { ListedKey } from '../../store/admin.ts'
import type { StoreFailure } from '../../store/failure.ts'
import { parseConfiguration } from '../config.ts'
import { sha256Hex } from '../digest.ts'
import { keyDefaults } from '../exchange.ts'
import { withValue } from '../yaml-value.ts'
import { budgetsOf, type ShownBudget } from './budgets.ts'
import { changeConfiguration } from './configuration-change.ts'
import type { ConsoleGround } from './ground.ts'
import { isUnused } from './needs.ts'
import { operated } from './operated.ts'

type Routes = 'GET /keys' | 'POST /keys' | 'DELETE /keys/{key}' | 'POST /tenants/preview' | 'PUT /tenants'
type Keys = Answer<'GET /keys'>
type Tenant = Keys['tenants'][number]
type Application = Tenant['applications'][number]
type Preview = Answer<'POST /tenants/preview'>

export const keyHandlers = (ground: ConsoleGround): Pick<Handlers, Routes> => ({
  'GET /keys': async () => {
    const keys = readKeys(ground)
    return keys.ok ? keys : err({ kind: 'unavailable', message: keys.error.message })
  },
  'POST /keys': ({ body }, who) => operated(ground, 'key/create', body, who),
  'DELETE /keys/{key}': ({ path: { key } }, who) => operated(ground, 'key/revoke', { key }, who),
  'POST /tenants/preview': async ({ body }) => preview(ground, body),
  'PUT /tenants': async ({ body: { change, basis } }, who) => {
    const looked = preview(ground, change)
    if (!looked.ok) return looked
    const [problem] = looked.value.problems
    if (problem !== undefined) return err({ kind: 'unusable', message: problem })
    if (looked.value.basis !== basis)
      return err({ kind: 'refused', message: 'the configuration was changed by somebody else meanwhile; look at the difference once more' })
    return changeConfiguration(ground, { what: wordsOf(change), edit: (text) => edited(text, change) }, who)
  },
})

// ---- what there is ---------------------------------------------------------------------------------------------------

/** All that is asked of the store, once. */
type Known = {
  readonly now: EpochMillis
  readonly keys: readonly ListedKey[]
  readonly used: ReadonlyMap<string, EpochMillis>
  readonly usedSince: EpochMillis | undefined
  readonly budgets: readonly ShownBudget[]
  readonly spending: readonly StoredSpending[]
}

const readKeys = ({ exchange, governing }: ConsoleGround): Result<Keys, StoreFailure> => {
  const { store, loaded, clock } = exchange()
  const { configuration } = loaded
  const keys = store.admin.listKeys()
  const used = store.activity.lastHeard()
  const usedSince = store.activity.since()
  const budgets = budgetsOf(exchange())
  const spending = store.activity.spending(clock())
  if (!keys.ok) return keys
  if (!used.ok) return used
  if (!usedSince.ok) return usedSince
  if (!budgets.ok) return budgets
  if (!spending.ok) return spending
  const known: Known = {
    now: clock(),
    keys: keys.value,
    used: used.value,
    usedSince: usedSince.value,
    budgets: budgets.value,
    spending: spending.value,
  }
  const names = new Set([...Object.keys(configuration.tenants), ...keys.value.map(({ key }) => key.tenant)])
  return ok({
    now: known.now,
    tenants: [...names].map((name) => tenantOf(name, configuration, known)),
    aliases: Object.keys(configuration.aliases),
    priorities: [...configuration.priorities],
    usedSince: known.usedSince ?? null,
    needs: { key: governing.approvals.needs('key'), policy: governing.approvals.needs('policy') },
  })
}

type Configuration = ReturnType<ConsoleGround['exchange']>['loaded']['configuration']

const tenantOf = (name: string, configuration: Configuration, known: Known): Tenant => {
  const settings = configuration.tenants[name]
  const own = known.keys.filter(({ key }) => key.tenant === name)
  const names = new Set([...Object.keys(settings?.applications ?? {}), ...own.map(({ key }) => key.application)])
  return {
    tenant: name,
    configured: settings !== undefined,
    jurisdiction: settings?.jurisdiction ?? configuration.exchange.seat,
    budgets: known.budgets.filter(({ scope, owner }) => scope === 'tenant' && owner === name),
    spent: spentBy(known, 'tenant', name),
    applications: [...names].map((application) => applicationOf(name, application, configuration, known)),
  }
}

const applicationOf = (tenant: string, name: string, configuration: Configuration, known: Known): Application => {
  const settings = configuration.tenants[tenant]?.applications[name]
  const owner = `${tenant}/${name}`
  const defaults = settings === undefined ? undefined : keyDefaults(configuration, settings)
  return {
    application: name,
    configured: settings !== undefined,
    dataClassFloor: defaults?.dataClassFloor ?? '',
    purposes: [...(defaults?.purposes ?? [])],
    aliases: settings?.aliases === undefined ? null : [...settings.aliases],
    requestsPerMinute: settings?.requestsPerMinute ?? null,
    tokensPerMinute: settings?.tokensPerMinute ?? null,
    budgets: known.budgets.filter((budget) => budget.scope === 'application' && budget.owner === owner),
    spent: spentBy(known, 'application', owner),
    keys: known.keys.filter(({ key }) => key.tenant === tenant && key.application === name).map((listed) => keyOf(listed, known)),
  }
}

const keyOf = (listed: ListedKey, known: Known): Application['keys'][number] => {
  const { key, prefix, created, revoked, requestsPerMinute, tokensPerMinute } = listed
  return {
    id: key.id,
    prefix,
    dataClassFloor: key.dataClassFloor,
    purposes: [...key.purposes],
    aliases: key.aliases === 'all' ? null : [...key.aliases],
    requestsPerMinute: requestsPerMinute ?? null,
    tokensPerMinute: tokensPerMinute ?? null,
    created,
    expires: key.expires ?? null,
    revoked: revoked ?? null,
    used: known.used.get(key.id) ?? null,
    state: stateOf(listed, known),
    spent: spentBy(known, 'key', key.id),
  }
}

const stateOf = (listed: ListedKey, { now, used, usedSince }: Known): Application['keys'][number]['state'] => {
  if (listed.revoked !== undefined) return 'revoked'
  if (listed.key.expires !== undefined && listed.key.expires <= now) return 'expired'
  return isUnused(listed, { used, since: usedSince, now }) ? 'unused' : 'in-force'
}

const spentBy = ({ spending }: Known, scope: StoredSpending['scope'], owner: string) => {
  const inWindow = (period: StoredSpending['period']) =>
    spending.find((each) => each.scope === scope && each.owner === owner && each.period === period)?.spent ?? 0
  return { today: inWindow('day'), month: inWindow('month') }
}

// ---- what is changed -------------------------------------------------------------------------------------------------

const preview = ({ exchange }: ConsoleGround, change: TenantChange): Result<Preview, ConsoleFailure> => {
  const { file, configuration } = exchange().loaded
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (failure) {
    return err({ kind: 'unavailable', message: `cannot read \`${file}\`: ${(failure as NodeJS.ErrnoException).code ?? 'unreadable'}` })
  }
  const unfit = unfitness(change, configuration)
  if (unfit !== undefined) return err({ kind: 'refused', message: unfit })
  const after = edited(text, change)
  const parsed = parseConfiguration(after, basename(file))
  return ok({ basis: sha256Hex(text), ...difference(text, after), problems: parsed.ok ? [] : [...parsed.error.messages] })
}

/** What is there is not made anew, and what is not there is not changed. */
const unfitness = (change: TenantChange, { tenants }: Configuration): string | undefined => {
  const tenant = tenants[change.tenant]
  if (change.kind === 'tenant') return tenant === undefined ? undefined : `there is a tenant \`${change.tenant}\` already`
  if (tenant === undefined) return `there is no tenant \`${change.tenant}\` in the configuration`
  const { application } = change
  const isThere = application !== undefined && tenant.applications[application] !== undefined
  if (change.kind === 'application')
    return isThere ? `\`${change.tenant}\` has an application \`${change.application}\` already` : undefined
  return application === undefined || isThere
    ? undefined
    : `\`${change.tenant}\` has no application \`${application}\` in the configuration`
}

const edited = (text: string, change: TenantChange): string => {
  if (change.kind === 'tenant') {
    const { tenant, jurisdiction, budget } = change
    return withValue(text, ['tenants', tenant], defined({ jurisdiction, budget, applications: {} }))
  }
  if (change.kind === 'application') {
    const { kind: _, tenant, application, ...settings } = change
    return withValue(text, ['tenants', tenant, 'applications', application], defined(settings))
  }
  const { tenant, application, budget } = change
  const owner = application === undefined ? [] : ['applications', application]
  return withValue(text, ['tenants', tenant, ...owner, 'budget'], budget ?? undefined)
}

const defined = (value: Readonly<Record<string, unknown>>): Json =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined && !isEmptyList(member))) as Json
/** Nothing chosen means what the configuration says of whoever says nothing. */
const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0

/** In one line, for the log and for whoever must agree. */
const wordsOf = (change: TenantChange): string => {
  if (change.kind === 'tenant') return `add the tenant ${change.tenant}`
  const owner = change.application === undefined ? change.tenant : `${change.tenant}/${change.application}`
  if (change.kind === 'application') return `add the application ${owner}`
  if (change.budget === null) return `take the budget of ${owner} away`
  return `set the budget of ${owner} to ${change.budget.limit} for each ${change.budget.period}`
}

/** The lines between what both texts begin and end with. */
const difference = (before: string, after: string): Pick<Preview, 'line' | 'removed' | 'added'> => {
  const [old, next] = [before.split('\n'), after.split('\n')]
  let first = 0
  while (first < old.length && first < next.length && old[first] === next[first]) first++
  let last = 0
  while (last < old.length - first && last < next.length - first && old.at(-1 - last) === next.at(-1 - last)) last++
  return { line: first + 1, removed: old.slice(first, old.length - last), added: next.slice(first, next.length - last) }
}
