import { isJsonObject, type Json, type JsonObject } from '../core/json.ts'
import { proposalLine } from './approve.ts'
import { type Command, paint, type Terminal, UsageFailure } from './command.ts'
import { cutLine } from './cut.ts'
import { scheduleLine } from './drill-dates.ts'
import { objectsIn } from './members.ts'
import { EXCHANGE_OPTIONS, operate } from './owner.ts'

/** `allod status`: what runs, and how it is. */
export const status: Command = {
  name: 'status',
  summary: 'Shows what runs, what is in force, the log, and what is spent.',
  usage: ['status'],
  options: EXCHANGE_OPTIONS,
  async run(given, terminal) {
    if (given.positionals.length > 0) throw new UsageFailure('`status` takes no arguments')
    return operate('status', {}, { given, terminal, show: (value) => isJsonObject(value) && show(value, terminal) })
  },
}

const show = (value: JsonObject, terminal: Terminal): void => {
  const row = (name: string, text: string) => terminal.out(`${paint(terminal, 'dim', name.padEnd(10))} ${text}`)
  row('exchange', `${String(value.exchange)}, run by ${String(value.operator)}`)
  row('home', (Array.isArray(value.home) ? value.home : []).join(' '))
  row('state', typeof value.url === 'string' ? paint(terminal, 'green', `serving ${value.url}`) : 'not running')
  row('policy', String(value.policy))
  row('facts', String(value.facts))
  const log = isJsonObject(value.log) ? value.log : {}
  row('log', `${String(log.records)} records, ${String(log.checkpoint)} under the last checkpoint`)
  if (typeof log.stalled === 'string') row('', paint(terminal, 'red', log.stalled))
  row('keys', `${String(value.keys)} in force`)
  for (const proposal of objectsIn(value.proposals)) row('waits', paint(terminal, 'yellow', proposalLine(proposal)))
  if (isJsonObject(value.drill)) row('drill', paint(terminal, 'yellow', `${String(value.drill.drill)}, ${String(value.drill.phase)}`))
  for (const cut of objectsIn(value.cuts)) row('cut', paint(terminal, 'yellow', cutLine(cut)))
  for (const entry of objectsIn(value.schedule)) row('drill', scheduleLine(entry))
  for (const endpoint of objectsIn(value.endpoints)) row('endpoint', endpointLine(endpoint))
  for (const budget of objectsIn(value.budgets)) row('budget', budgetLine(budget, String(value.currency)))
}

const endpointLine = (endpoint: JsonObject): string => {
  const reach = isJsonObject(endpoint.reach) ? endpoint.reach : {}
  const powers = ['see', 'stop', 'change'].map((power) => `${power}=(${(Array.isArray(reach[power]) ? reach[power] : []).join(' ')})`)
  const state = typeof endpoint.state === 'string' ? `  ${endpoint.state}` : ''
  return `${String(endpoint.endpoint)}/${String(endpoint.model)}  ${powers.join(' ')}${endpoint.simulated === true ? '  simulated' : ''}${state}${condition(endpoint.health)}${measurement(endpoint.measured)}`
}

/** How it does: nothing to say of an endpoint that no call came to. */
const condition = (health: Json | undefined): string => {
  if (!isJsonObject(health)) return ''
  const { breaker, cut, triedInMs, waiting, failureShare, firstTokenMs, answerMs, tokensPerSecond } = health
  const words = [
    typeof cut === 'string' ? `cut off: ${cut.replaceAll('-', ' ')}` : breaker === 'closed' ? 'well' : 'left alone',
    typeof triedInMs === 'number' ? `tried again in ${Math.ceil(triedInMs / 1000)} s` : '',
    Number(waiting) > 0 ? `${String(waiting)} in line` : '',
    Number(failureShare) > 0 ? `${Math.round(Number(failureShare) * 100)} % failed` : '',
    firstTokenMs === undefined ? '' : `first token ${String(firstTokenMs)} ms`,
    answerMs === undefined ? '' : `answer ${String(answerMs)} ms`,
    tokensPerSecond === undefined ? '' : `${String(tokensPerSecond)} tokens/s`,
  ]
  return `  ${words.filter((word) => word !== '').join(', ')}`
}

/** The measurement by which calls are adapted. */
const measurement = (measured: Json | undefined): string =>
  isJsonObject(measured) && Array.isArray(measured.classes)
    ? `  measured on ${String(measured.asOf)}, ${measured.classes.length} classes in force`
    : ''

const money = (micros: Json | undefined): string => (Number(micros) / 1e6).toFixed(2)
const budgetLine = (budget: JsonObject, currency: string): string =>
  `${String(budget.scope)} ${String(budget.owner)}, ${String(budget.window)}: ${money(budget.spent)} of ${money(budget.limit)} ${currency} spent, ${money(budget.reserved)} reserved`
