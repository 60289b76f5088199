// Estates to look at: the `hybrid` example, and one with real rows of the fact book under it, with as many endpoints as wanted, at home, in
// the alliance and abroad. At home a simulation stands for the engine: nobody reads what it says, and a model takes seconds to load.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { example } from '../end-to-end/allod.ts'

const ENGINE = 'home: { kind: engine, weights: seed, model: seed }'
const SIMULATION = `home: { kind: openai-chat, baseUrl: 'https://home.example.org/v1', models: { seed: {} } }`
/** What the exchange knows of its own engine without being told. */
const AT_HOME = [
  'located-in country:FR',
  'operated-by entity:operator',
  'hosted-on self',
  'fronted-by nobody',
  'identity-by nobody',
  'dns-by nobody',
  'custody entity:operator',
]
const ROWS = AT_HOME.map((row, index) => {
  const [predicate, object] = row.split(' ')
  return `    - { id: h${index}, subject: 'endpoint:home', predicate: ${predicate}, object: '${object}', source: the test, sourceKind: owner, asOf: '2026-11-01', evidence: attested }\n`
})

/** The `hybrid` example, and `more` of a configuration behind it. */
export const hybrid = (more = ''): string => {
  const text = readFileSync(example('hybrid'), 'utf8')
  if (!text.includes(ENGINE)) throw new Error('the example has another engine')
  return `${text.replace(ENGINE, SIMULATION)}${more}\nfacts:\n  rows:\n${ROWS.join('')}`
}
export const writeHybrid = (folder: string, more = ''): string => {
  const file = join(folder, 'allod.yaml')
  writeFileSync(file, hybrid(more))
  return file
}

/** Endpoints of the fact book, in the order in which an estate takes them. */
const SUBJECTS = [
  'openai-global',
  'ionos-model-hub',
  'infomaniak-ai',
  'krutrim-cloud',
  'berget-api',
  'maritaca-api',
  'clova-studio',
  'kimi-api',
  'anthropic-1p',
  'openai-jp',
  'openai-au',
  'core42-ai-cloud',
  'cloudferro-sherlock',
  'hetzner-inference',
  'gigachat',
  'deepseek-api',
] as const

/** Aliases that lead to the first endpoints, how often each is asked by `CALLS`, and where public data goes from there. */
const ALIASES: readonly (readonly [alias: string, targets: readonly string[]])[] = [
  ['assistant', ['openai-global', 'ionos-model-hub', 'home']],
  ['translate', ['ionos-model-hub', 'infomaniak-ai', 'home']],
  ['code', ['openai-global']],
  ['search', ['krutrim-cloud', 'berget-api']],
  ['speech', ['maritaca-api', 'berget-api']],
  ['reports', ['home', 'berget-api']],
]
/** What is asked, so that every alias has a share of its own. */
export const ASKED = [
  'reports',
  'reports',
  'assistant',
  'assistant',
  'assistant',
  'translate',
  'translate',
  'code',
  'search',
  'speech',
] as const

/** Writes the configuration of an estate with so many endpoints beside the engine at home, and says where it is. */
export const writeEstate = (folder: string, endpoints: number): string => {
  const names = Array.from({ length: endpoints }, (_, index) => {
    const subject = SUBJECTS[index % SUBJECTS.length] ?? SUBJECTS[0]
    return { name: index < SUBJECTS.length ? subject : `${subject}-${Math.floor(index / SUBJECTS.length)}`, subject }
  })
  const known = new Set<string>(['home', ...names.map(({ name }) => name)])
  const target = (name: string): string => (name === 'home' ? 'home/seed' : `${name}/model`)
  const more = names.slice(SUBJECTS.length).map(({ name }, index) => [`more-${index}`, [name, 'home']] as const)
  const aliases = [...ALIASES, ...more].map(([alias, targets]) => [alias, targets.filter((each) => known.has(each))] as const)
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'allod.yaml')
  writeFileSync(
    file,
    `exchange: { name: map.example, seat: FR, operator: Example City }
home: [FR]
currency: EUR
policy: { preset: hybrid }
sets:
  adequate: [bloc:EEA, bloc:EU-GDPR-adequacy]
  alliance: [bloc:EU]
purposes: { general: { legalBasis: public task } }
facts:
  rows:
${ROWS.join('')}endpoints:
  ${SIMULATION}
${names.map(endpointText).join('')}aliases:
${aliases.map(([alias, targets]) => `  ${alias}: { targets: [${targets.map(target).join(', ')}], refuses: [internal, confidential, secret] }\n`).join('')}tenants:
  city:
    budget: { limit: 500, period: month }
    applications:
      portal: { dataClassFloor: public, purposes: [general] }
`,
  )
  return file
}

const endpointText = ({ name, subject }: { readonly name: string; readonly subject: string }): string =>
  `  ${name}: { kind: openai-chat, baseUrl: 'https://${name}.example.org/v1', authentication: { kind: bearer, tokenFile: secrets/${name}.token }, subject: 'endpoint:${subject}', models: { model: { price: { input: 1, output: 4 } } } }\n`
