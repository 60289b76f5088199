import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const AT_HOME = [
  ['located-in', 'country:FR'],
  ['operated-by', 'entity:operator'],
  ['hosted-on', 'self'],
  ['fronted-by', 'nobody'],
  ['identity-by', 'self'],
  ['dns-by', 'self'],
  ['custody', 'entity:operator'],
]

export type Settings = {
  readonly near: string
  readonly far: string
  /** Fields of `limits`, as YAML. */
  readonly limits?: string
  /** Of both endpoints, as YAML. */
  readonly timeouts?: string
  /** Units of money the tenant may spend in total; an answer of the test's endpoints costs 15. */
  readonly budget?: number
}

/**
 * Writes a configuration that permits everything, so that only faults refuse, and returns its path: the alias `near` leads to an
 * endpoint whose facts put it at home, `far` to one of which nothing is known, so that each call there crosses a border.
 */
export const writeConfiguration = (folder: string, { near, far, limits = '', timeouts = '', budget = 1_000_000 }: Settings): string => {
  const file = join(folder, 'allod.yaml')
  writeFileSync(
    join(folder, 'permit.cedar'),
    '@id("permit-all")\n@reason("a test permits everything")\npermit (principal, action, resource);\n',
  )
  const rows = AT_HOME.map(
    ([predicate, object], index) =>
      `    - { id: o${index}, subject: 'endpoint:near', predicate: ${predicate}, object: '${object}', source: the test, sourceKind: owner, asOf: '2026-11-01', evidence: attested }\n`,
  )
  const models = 'models: { m: { price: { input: 1000000, output: 1000000 }, maxOutputTokens: 50 } }'
  const endpoint = (baseUrl: string) => `{ kind: openai-chat, baseUrl: '${baseUrl}', timeouts: { ${timeouts} }, ${models} }`
  writeFileSync(
    file,
    `exchange: { name: faults.test, seat: FR, operator: a test }
home: [FR]
currency: EUR
policy: { files: [permit.cedar] }
facts:
  rows:
${rows.join('')}endpoints:
  near: ${endpoint(near)}
  far: ${endpoint(far)}
aliases: { near: { targets: [near/m] }, far: { targets: [far/m] } }
tenants: { t: { budget: { limit: ${budget}, period: total }, applications: { app: {} } } }
limits: { ${limits} }
# Each fault is met by the call after the one before.
health: { breaker: off, retries: off, cuts: off }
`,
  )
  return file
}
