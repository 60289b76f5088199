import type { AliasName, ApplicationId, TenantId } from '../core/ids.ts'
import type { Jurisdiction } from '../core/jurisdiction.ts'
import { reachIn, toReach } from '../facts/reach.ts'
import { checkPolicies } from '../policy/check.ts'
import { formatCheck } from '../policy/check-format.ts'
import type { CheckedAlias, CheckedCaller, CheckedEndpointModel } from '../policy/check-types.ts'
import { type Command, EXIT, type ExitCode, type Given, type Terminal, UsageFailure } from './command.ts'
import type { Configuration } from './config-schema.ts'
import { jurisdictionOf, keyDefaults } from './exchange.ts'
import { type Law, readLaw, SUPPORTED_OBLIGATIONS, sha256Hex } from './law.ts'
import { EXCHANGE_OPTIONS, loadGiven } from './owner.ts'
import { parseTarget, picksOf, reachSubject } from './snapshot.ts'
import { readDay } from './who.ts'

/** `allod policy`: the law in force, and the exhaustive checker over a configuration. */
export const policy: Command = {
  name: 'policy',
  summary:
    'Shows the policies in force, or checks every tenant, class, purpose, endpoint and failure state. Exit code 1 when the check fails.',
  usage: ['policy check [options]', 'policy show [options]'],
  options: { on: { value: 'DATE', text: 'the day to answer for (default: today)' }, ...EXCHANGE_OPTIONS },
  examples: ['policy check --config examples/hybrid/allod.yaml'],
  async run(given, terminal) {
    const [action, ...more] = given.positionals
    if ((action !== 'check' && action !== 'show') || more.length > 0) throw new UsageFailure('say `check` or `show`')
    const loaded = loadGiven(given, terminal)
    if (loaded === undefined) return EXIT.usage
    const law = readLaw(loaded, readDay(given.text('on')))
    if (!law.ok) {
      for (const message of law.error.messages) terminal.error(message)
      return EXIT.usage
    }
    return action === 'show' ? show(law.value, given, terminal) : check(loaded.configuration, law.value, given, terminal)
  },
}

const show = (law: Law, given: Given, terminal: Terminal): ExitCode => {
  if (given.flag('json')) terminal.out(JSON.stringify({ digest: law.policies.digest, texts: law.texts }, null, 2))
  else terminal.out([`# ${law.policies.digest}`, ...law.texts.map(({ name, text }) => `\n# ${name}\n${text.trimEnd()}`)].join('\n'))
  return EXIT.ok
}

const check = (configuration: Configuration, law: Law, given: Given, terminal: Terminal): ExitCode => {
  const report = checkPolicies({
    texts: law.texts,
    context: law.context,
    obligationsSupported: SUPPORTED_OBLIGATIONS,
    digest: sha256Hex,
    seat: configuration.exchange.seat as Jurisdiction,
    endpointModels: endpointModels(configuration, law),
    aliases: aliases(configuration),
    callers: callers(configuration),
  })
  if (!report.ok) {
    for (const { file, line, message } of report.error.problems)
      terminal.error(`${file}${line === undefined ? '' : `:${line}`}: ${message}`)
    return EXIT.usage
  }
  terminal.out(given.flag('json') ? JSON.stringify(report.value, null, 2) : formatCheck(report.value).trimEnd())
  return report.value.passes ? EXIT.ok : EXIT.no
}

const endpointModels = (configuration: Configuration, law: Law): CheckedEndpointModel[] =>
  Object.entries(configuration.endpoints).flatMap(([name, endpoint]) => {
    const models = endpoint.kind === 'engine' ? [endpoint.model] : Object.keys(endpoint.models)
    const world = law.world(endpoint.kind === 'engine' ? {} : picksOf(endpoint))
    return models.map((model): CheckedEndpointModel => {
      const answer = reachIn(world, reachSubject(name, endpoint, model))
      const target = parseTarget(`${name}/${model}`)
      return { ...target, reach: toReach(answer), facts: answer.rows.map(({ fact }) => fact.id), tags: endpoint.tags }
    })
  })

const aliases = (configuration: Configuration): CheckedAlias[] =>
  Object.entries(configuration.aliases).map(([name, alias]) => ({
    name: name as AliasName,
    targets: alias.targets.map(parseTarget),
    byJurisdiction: new Map(
      Object.entries(alias.byJurisdiction).map(([country, targets]) => [country as Jurisdiction, targets.map(parseTarget)] as const),
    ),
    refuses: alias.refuses,
  }))

/** Each application's widest key: whatever narrower one is made, its calls are among these. */
const callers = (configuration: Configuration): CheckedCaller[] =>
  Object.entries(configuration.tenants).flatMap(([tenant, { applications }]) =>
    Object.entries(applications).map(([application, settings]) => ({
      tenant: tenant as TenantId,
      application: application as ApplicationId,
      jurisdiction: jurisdictionOf(configuration, tenant, settings),
      ...keyDefaults(configuration, settings),
      aliases: settings.aliases === undefined ? ('all' as const) : new Set(settings.aliases as AliasName[]),
    })),
  )
