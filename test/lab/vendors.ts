// The lab against every simulated vendor, spoken to as its profile says: address, place, headers, authentication, name of the model.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { Jurisdiction } from '../../src/core/jurisdiction.ts'
import { parseDay } from '../../src/core/units.ts'
import type { DialectName } from '../../src/gateway/dialects/neutral.ts'
import { EXPERIMENTS } from '../../src/gateway/lab/experiments/index.ts'
import { type Report, reportOf } from '../../src/gateway/lab/report.ts'
import type { Upstream } from '../../src/gateway/ports.ts'
import { authenticationsFor, keyHeader, placeNamed, targetOf } from '../../src/gateway/providers/places.ts'
import type { Place, Profile } from '../../src/gateway/providers/profile.ts'
import type { Authentication } from '../../src/gateway/snapshot.ts'
import { PROFILES } from '../providers/shipped.ts'
import { startVendor, VENDORS } from '../vendors/index.ts'
import type { Simulated, VendorOptions } from '../vendors/simulator/server.ts'
import type { Fault } from '../vendors/simulator/vendor.ts'
import { type Probed, probe } from './probing.ts'

/** One column: a vendor, and what of it where it has several. */
export type Case = {
  readonly vendor: string
  readonly model?: string
  readonly place?: string
  readonly dialect?: DialectName
  readonly parameters?: { readonly [name: string]: string }
  readonly options?: VendorOptions
  /** What goes wrong with the first answer. */
  readonly fault?: Fault
}
/** Speed says nothing of a simulator, and an echo answers in every language. */
const LEFT_OUT: ReadonlySet<string> = new Set(['latency', 'languages'])
const ONLY = EXPERIMENTS.flatMap(({ id }) => (LEFT_OUT.has(id) ? [] : [id]))
const DAY = parseDay('2026-11-22') ?? assert.fail()
const BLOCS = new Map([['EU', new Set(['FR', 'DE', 'SE'] as unknown as Jurisdiction[])]])

/** The vendors that are simulated and have a profile, with the models and places of theirs that differ. */
export const CASES: readonly Case[] = [
  ...PROFILES.filter(({ name }) => VENDORS.has(name) && name !== 'google-vertex').map(({ name }) => ({
    vendor: name,
    ...(name === 'aws-bedrock' && { options: { region: 'eu-central-1' } }),
  })),
  { vendor: 'alibaba-model-studio', model: 'qwq-plus' },
  { vendor: 'sea-lion', model: 'aisingapore/Llama-SEA-LION-v3.5-70B-R' },
  { vendor: 'sarvam', model: 'glm5.3', parameters: { version: 'v2' } },
  { vendor: 'anthropic', place: 'us' },
  { vendor: 'anthropic', place: 'us', fault: 'elsewhere' },
  { vendor: 'mistral', model: 'magistral-medium-latest' },
  { vendor: 'mistral', fault: 'interrupted' },
  { vendor: 'deepseek', fault: 'interrupted' },
  { vendor: 'ionos', fault: 'rate-limited' },
  { vendor: 'openai', place: 'eu' },
  { vendor: 'xai', place: 'eu-west-1' },
]

export const probeVendor = async (wanted: Case): Promise<Report> => {
  const simulated = await startVendor(wanted.vendor, wanted.options ?? {})
  try {
    if (wanted.fault !== undefined) simulated.fail(wanted.fault)
    return await probeSimulated(simulated, wanted)
  } finally {
    await simulated.stop()
  }
}

const probeSimulated = async (simulated: Simulated, wanted: Case): Promise<Report> => {
  const profile = PROFILES.find(({ name }) => name === wanted.vendor) ?? assert.fail(wanted.vendor)
  const dialect =
    wanted.dialect ??
    simulated.vendor.services.map((each) => each.dialect).find((each) => profile.dialects[each] !== undefined) ??
    assert.fail()
  const model = wanted.model ?? simulated.vendor.model
  const place = placeNamed(profile, wanted.place)
  assert.ok(place.ok)
  const given = wanted.parameters ?? simulated.vendor.parameters ?? {}
  const parameters = Object.fromEntries(Object.entries(given).filter(([name]) => !Object.hasOwn(place.value.parameters ?? {}, name)))
  const target = targetOf(profile, { place: place.value, dialect, model, parameters })
  assert.ok(target.ok, target.ok ? '' : target.error.message)
  const url = simulated.origin + new URL(target.value.baseUrl).pathname.replace(/\/+$/, '')
  const probed: Probed = {
    url,
    model: target.value.model,
    dialect,
    profile,
    place: place.value,
    headers: target.value.headers,
    only: ONLY,
    blocs: BLOCS,
    ...(await authenticationOf(simulated, profile, dialect)),
  }
  const run = await probe(probed)
  return reportOf(headingOf(wanted, model, target.value.model, dialect, place.value), run)
}

const headingOf = (wanted: Case, model: string, modelThere: string, dialect: DialectName, place: Place) => ({
  endpoint: wanted.vendor,
  model,
  modelThere,
  dialect,
  address: 'http://simulated.test',
  provider: wanted.vendor,
  place: place.name,
  simulated: true,
  day: DAY,
})

type Credentials = { readonly authentication?: Authentication; readonly through?: (bare: Upstream) => Upstream }

/** A key in a header where that is a way; a token where the key is exchanged for one. */
const authenticationOf = async ({ key, origin }: Simulated, profile: Profile, dialect: DialectName): Promise<Credentials> => {
  const ways = authenticationsFor(profile, dialect)
  const plain = ways.find(({ kind }) => kind === 'bearer' || kind === 'header')
  if (plain !== undefined) {
    const [name = '', value = ''] = keyHeader(plain, key) ?? []
    const bearer = name === 'authorization' && value.startsWith('Bearer ')
    return { authentication: bearer ? { kind: 'bearer', token: key } : { kind: 'header', name, value } }
  }
  const oauth = ways.find((way) => way.kind === 'oauth')
  if (oauth === undefined) return {}
  const response = await fetch(origin + new URL(oauth.tokenUrl).pathname, {
    method: 'POST',
    headers: [['authorization', `Basic ${key}`], ...oauth.uuidHeaders.map((name): [string, string] => [name, randomUUID()])],
    body: new URLSearchParams({ scope: 'GIGACHAT_API_PERS' }),
  })
  const { [oauth.tokenMember]: token = '' } = (await response.json()) as { [name: string]: string }
  return { authentication: { kind: 'bearer', token }, through: (bare) => bare }
}
