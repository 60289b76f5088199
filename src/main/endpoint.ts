import { existsSync, rmSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { dayOf } from '../core/units.ts'
import type { Profile } from '../gateway/providers/profile.ts'
import { Asker } from './asker.ts'
import { type Command, EXIT, type ExitCode, type Given, paint, type Terminal, UsageFailure } from './command.ts'
import { parseConfiguration } from './config.ts'
import type { EndpointConfiguration } from './config-schema.ts'
import { addEndpoint } from './endpoint-add.ts'
import { openConfiguration, replaceConfiguration } from './endpoint-file.ts'
import { systemClock } from './exchange.ts'
import { readAllReports } from './lab.ts'
import { measure, observedModels } from './measured.ts'
import { EXCHANGE_OPTIONS, loadGiven, pathsOf } from './owner.ts'
import { profileNames, shippedProfile } from './profiles.ts'
import { withoutEntry } from './yaml-edit.ts'

/** `allod endpoint`: who answers calls, as `allod.yaml` has it. */
export const endpoint: Command = {
  name: 'endpoint',
  summary: 'Adds, lists and removes endpoints in the configuration; a key is kept in a file of its own.',
  usage: ['endpoint add <provider> [options]', 'endpoint list', 'endpoint remove <name>', 'endpoint providers'],
  options: {
    name: { value: 'NAME', text: 'its name here (default: the provider’s)' },
    region: { value: 'NAME', text: 'where the vendor is asked to run it' },
    dialect: { value: 'NAME', text: 'the dialect it is spoken to in (default: the provider’s first)' },
    parameter: { value: 'NAME=VALUE', text: 'what the provider needs, such as folder=b1g…; may stand several times', multiple: true },
    url: { value: 'URL', text: 'the address, for software on a machine of yours' },
    model: { value: 'NAME', text: 'a model of it; may stand several times', multiple: true },
    'key-file': { value: 'FILE', text: 'the file that holds the key' },
    'key-environment': { value: 'NAME', text: 'the environment variable that holds the key' },
    method: { value: 'KIND', text: 'how the key is shown, of those the provider takes (default: its first)' },
    authority: { value: 'FILE', text: 'PEM file of the authority that certifies the address' },
    subject: { value: 'NAME', text: 'the thing in the fact book it is (default: the region’s)' },
    pick: { value: 'NAME=CODE', text: 'what you chose as its customer: region=DE, customer=CH', multiple: true },
    'no-probe': { text: 'do not ask the address for its models' },
    yes: { text: 'ask nothing, take every default' },
    ...EXCHANGE_OPTIONS,
  },
  examples: [
    'endpoint add mistral',
    'endpoint add gigachat --authority root.pem --key-file gigachat.key --model GigaChat-2-Max',
    'endpoint remove mistral',
  ],
  async run(given, terminal) {
    const [action, subject, ...more] = given.positionals
    if (action === 'add' && subject !== undefined && more.length === 0) return addEndpoint(subject, given, terminal)
    if (action === 'remove' && subject !== undefined && more.length === 0) return remove(subject, given, terminal)
    if (action === 'list' && subject === undefined) return list(given, terminal)
    if (action === 'providers' && subject === undefined) return providers(given, terminal)
    throw new UsageFailure('say `add <provider>`, `list`, `remove <name>` or `providers`')
  },
}

const list = async (given: Given, terminal: Terminal): Promise<ExitCode> => {
  const loaded = loadGiven(given, terminal)
  if (loaded === undefined) return EXIT.usage
  const kept = await readAllReports(pathsOf(given))
  const { profiles, complaints } = measure(loaded.configuration, kept.reports, dayOf(systemClock()))
  for (const complaint of [...kept.complaints, ...complaints]) terminal.error(`allod endpoint: ${complaint}`)
  const rows = Object.entries(loaded.configuration.endpoints).map(([name, each]) => ({ name, ...rowOf(each, profiles.get(name)) }))
  if (given.flag('json')) terminal.out(JSON.stringify(rows, null, 2))
  else
    for (const { name, kind, provider, where, models, measured } of rows) {
      terminal.out(`${name}  ${kind}  ${provider}  ${where}  ${models.join(' ')}`)
      for (const { model, asOf, classes } of measured)
        terminal.out(paint(terminal, 'dim', `  ${model}: measured on ${asOf}: ${classes.join(', ')}`))
    }
  return EXIT.ok
}

const rowOf = (endpoint: EndpointConfiguration, profile: Profile | undefined) =>
  endpoint.kind === 'engine'
    ? { kind: endpoint.kind, provider: 'this machine', where: endpoint.weights, models: [endpoint.model], measured: [] }
    : {
        kind: endpoint.kind,
        provider: endpoint.provider,
        where: endpoint.baseUrl ?? endpoint.region ?? 'its usual place',
        models: Object.keys(endpoint.models),
        measured: observedModels(endpoint, profile),
      }

const providers = (given: Given, terminal: Terminal): ExitCode => {
  const rows = profileNames().flatMap((name) => {
    const profile = shippedProfile(name)
    if (!profile.ok) throw new UsageFailure(profile.error)
    const { title, places, dialects } = profile.value
    return [{ name, title, regions: places.map((place) => place.name), dialects: Object.keys(dialects) }]
  })
  if (given.flag('json')) terminal.out(JSON.stringify(rows, null, 2))
  else for (const { name, title, dialects } of rows) terminal.out(`${name.padEnd(24)} ${title.padEnd(32)} ${dialects.join(' ')}`)
  return EXIT.ok
}

const remove = async (name: string, given: Given, terminal: Terminal): Promise<ExitCode> => {
  const opened = openConfiguration(given)
  const { file, text, configuration } = opened
  if (configuration.endpoints[name] === undefined)
    throw new UsageFailure(`there is no endpoint \`${name}\`; there is ${Object.keys(configuration.endpoints).join(', ')}`)
  const after = withoutEntry(text, 'endpoints', name)
  const parsed = parseConfiguration(after, basename(file))
  if (!parsed.ok) {
    terminal.error(`allod endpoint: without \`${name}\` the configuration would not load: ${parsed.error.messages.join('; ')}`)
    return EXIT.no
  }
  const asker = new Asker(terminal, !given.flag('yes') && !given.flag('json'))
  if (!(await asker.confirm(`remove \`${name}\` from ${file}?`, true))) return EXIT.no
  await replaceConfiguration(opened, after)
  const keyFile = resolve(pathsOf(given).secrets, `endpoint-${name}.key`)
  // A key that this command stored serves nothing else, unless its owner made it.
  const hadKey = existsSync(keyFile) && !after.includes(basename(keyFile))
  if (hadKey) rmSync(keyFile)
  if (given.flag('json')) terminal.out(JSON.stringify({ removed: name, file, keyRemoved: hadKey }))
  else terminal.out(`\`${name}\` was removed from ${file}${hadKey ? ', and its key with it' : ''}`)
  return EXIT.ok
}
