// The exchange as its owner starts it, with an alias for each dialect of endpoints, and a second one that the policy refuses.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Dialect } from '../../src/gateway/dialects/dialect.ts'
import { DIALECTS } from '../../src/gateway/dialects/index.ts'
import { newData, removeData, startAllod } from '../end-to-end/allod.ts'
import { SIMULATED_ACCESS_KEY } from '../vendors/simulator/signature.ts'
import type { Way } from './driver.ts'
import { modelOf, startEndpoints } from './endpoints.ts'
import { type StartedVendor, startVendors } from './vendors.ts'

export const ENDPOINTS: readonly Dialect[] = Object.values(DIALECTS)
export const aliasOf = ({ name }: Dialect): string => name
/** The same endpoint, where no call may go. */
export const refusedAliasOf = ({ name }: Dialect): string => `${name}-abroad`

const FACTS = [
  'located-in country:FR',
  'operated-by entity:operator',
  'hosted-on self',
  'fronted-by nobody',
  'identity-by self',
  'dns-by self',
]
const POLICY = `@id("all")
@reason("all but what is abroad is permitted, because only the wire is looked at")
permit (principal, action, resource) unless { resource.tags.contains("abroad") };
`

/** An endpoint as the configuration has it, and a file that it names. */
type Configured = {
  readonly name: string
  readonly model: string
  readonly settings: string
  readonly file?: { name: string; text: string }
}

const plainEndpoints = (urlOf: (dialect: Dialect) => string): readonly Configured[] =>
  ENDPOINTS.flatMap((dialect) => {
    const at = `kind: ${dialect.name}, baseUrl: '${urlOf(dialect)}'`
    return [
      { name: aliasOf(dialect), model: modelOf(dialect), settings: at },
      { name: refusedAliasOf(dialect), model: modelOf(dialect), settings: `${at}, tags: [abroad]` },
    ]
  })

const vendorEndpoint = ({ column, simulated }: StartedVendor): Configured => {
  const { vendor, key } = simulated
  const parameters = Object.entries(vendor.parameters ?? {}).map(([name, value]) => `${name}: '${value}'`)
  const at = `kind: ${column.dialect}, provider: ${vendor.name}, baseUrl: '${simulated.urls[column.dialect]}', parameters: {${parameters.join(', ')}}`
  const text = vendor.name === 'aws-bedrock' ? `${SIMULATED_ACCESS_KEY}:${key}` : key
  const file = { name: `${column.name}.key`, text }
  return { name: column.name, model: vendor.model, settings: `${at}, authentication: {kind: key, keyFile: ${file.name}}`, file }
}

const configuration = (endpoints: readonly Configured[]): string => {
  const rows = endpoints.flatMap(({ name }, index) =>
    FACTS.map((fact, number) => {
      const [predicate, object] = fact.split(' ')
      return `    - {id: o${index}-${number}, subject: 'endpoint:${name}', predicate: ${predicate}, object: '${object}', source: this test, sourceKind: owner, asOf: '2026-01-01', evidence: attested}`
    }),
  )
  return `exchange: {name: sdks.example, seat: FR, operator: a test}
home: [FR]
currency: EUR
policy: {files: [all.cedar]}
facts:
  rows:
${rows.join('\n')}
endpoints:
${endpoints.map(({ name, model, settings }) => `  ${name}: {${settings}, models: {'${model}': {}}}`).join('\n')}
aliases:
${endpoints.map(({ name, model }) => `  ${name}: {targets: ['${name}/${model}'], unsupported: warn}`).join('\n')}
tenants:
  test: {applications: {test: {}}}
# Endpoints fail here because they are asked to: that says nothing of the next call.
health: {breaker: 'off', retries: 'off', cuts: 'off', outliers: 'off'}
`
}

export type Exchange = { readonly way: Way; stop(): Promise<number | null> }

export const startExchange = async (): Promise<Exchange> => {
  const plain = await startEndpoints(ENDPOINTS)
  const vendors = await startVendors()
  const endpoints = [...plainEndpoints(plain.urlOf), ...vendors.map(vendorEndpoint)]
  const data = newData()
  mkdirSync(data, { recursive: true })
  for (const { file } of endpoints) if (file !== undefined) writeFileSync(join(data, file.name), file.text, { mode: 0o600 })
  writeFileSync(join(data, 'sdks.yaml'), configuration(endpoints))
  writeFileSync(join(data, 'all.cedar'), POLICY)
  const started = await startAllod(data, '--config', join(data, 'sdks.yaml'))
  return {
    way: { url: started.url, key: started.key },
    stop: async () => {
      const code = await started.stop()
      await plain.close()
      await Promise.all(vendors.map(({ simulated }) => simulated.stop()))
      removeData(data)
      return code
    },
  }
}
