// The exchange as its owner starts it, with an alias for each dialect of endpoints, and a second one that the policy refuses.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Dialect } from '../../src/gateway/dialects/dialect.ts'
import { DIALECTS } from '../../src/gateway/dialects/index.ts'
import { newData, removeData, startAllod } from '../end-to-end/allod.ts'
import type { Way } from './driver.ts'
import { MODEL, startEndpoints } from './endpoints.ts'

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

const configuration = (urlOf: (dialect: Dialect) => string): string => {
  const rows = ENDPOINTS.flatMap((dialect, index) =>
    FACTS.map((fact, number) => {
      const [predicate, object] = fact.split(' ')
      return `    - {id: o${index}-${number}, subject: 'endpoint:${aliasOf(dialect)}', predicate: ${predicate}, object: '${object}', source: this test, sourceKind: owner, asOf: '2026-01-01', evidence: attested}`
    }),
  )
  const endpoint = (name: string, dialect: Dialect, more: string): string =>
    `  ${name}: {kind: ${dialect.name}, baseUrl: '${urlOf(dialect)}', models: {${MODEL}: {}}${more}}`
  const alias = (name: string): string => `  ${name}: {targets: [${name}/${MODEL}], unsupported: warn}`
  return `exchange: {name: sdks.example, seat: FR, operator: a test}
home: [FR]
currency: EUR
policy: {files: [all.cedar]}
facts:
  rows:
${rows.join('\n')}
endpoints:
${ENDPOINTS.map((dialect) => `${endpoint(aliasOf(dialect), dialect, '')}\n${endpoint(refusedAliasOf(dialect), dialect, ', tags: [abroad]')}`).join('\n')}
aliases:
${ENDPOINTS.map((dialect) => `${alias(aliasOf(dialect))}\n${alias(refusedAliasOf(dialect))}`).join('\n')}
tenants:
  test: {applications: {test: {}}}
`
}

export type Exchange = { readonly way: Way; stop(): Promise<number | null> }

export const startExchange = async (): Promise<Exchange> => {
  const endpoints = await startEndpoints(ENDPOINTS)
  const data = newData()
  mkdirSync(data, { recursive: true })
  writeFileSync(join(data, 'sdks.yaml'), configuration(endpoints.urlOf))
  writeFileSync(join(data, 'all.cedar'), POLICY)
  const started = await startAllod(data, '--config', join(data, 'sdks.yaml'))
  return {
    way: { url: started.url, key: started.key },
    stop: async () => {
      const code = await started.stop()
      await endpoints.close()
      removeData(data)
      return code
    },
  }
}
