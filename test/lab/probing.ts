// The lab against a server on this machine, over the wire that calls take.
import type { EndpointId } from '../../src/core/ids.ts'
import { ok } from '../../src/core/result.ts'
import { epochMillis, type Micros, micros, millis } from '../../src/core/units.ts'
import { DIALECTS } from '../../src/gateway/dialects/index.ts'
import type { DialectName } from '../../src/gateway/dialects/neutral.ts'
import type { Subject } from '../../src/gateway/lab/experiment.ts'
import { EXPERIMENTS } from '../../src/gateway/lab/experiments/index.ts'
import { planOf } from '../../src/gateway/lab/plan.ts'
import { type LabPorts, type Run, runLab } from '../../src/gateway/lab/run.ts'
import { sendOver } from '../../src/gateway/lab/wire.ts'
import type { Upstream } from '../../src/gateway/ports.ts'
import type { Blocs } from '../../src/gateway/providers/places.ts'
import type { Place, Profile } from '../../src/gateway/providers/profile.ts'
import type { Authentication, Endpoint } from '../../src/gateway/snapshot.ts'
import { createUpstream } from '../../src/http/upstream.ts'

export type Probed = {
  readonly url: string
  readonly model: string
  readonly dialect?: DialectName
  readonly authentication?: Authentication
  readonly profile?: Profile
  readonly place?: Place
  readonly headers?: readonly string[]
  readonly only?: readonly string[]
  readonly maxCalls?: number
  readonly maxCost?: Micros
  readonly ports?: Partial<LabPorts>
  readonly signal?: AbortSignal
  /** What authenticates each request on its way, where no header does. */
  readonly through?: (bare: Upstream) => Upstream
  readonly blocs?: Blocs
}
export const PRICE = { input: micros(1_000_000), output: micros(4_000_000) }

export const endpointAt = ({ url, dialect = 'openai-chat', authentication = { kind: 'none' } }: Probed): Endpoint => ({
  id: 'probed' as EndpointId,
  dialect,
  alsoSpeaks: [],
  baseUrl: url,
  authentication,
  models: new Map(),
  timeouts: { connect: millis(2000), firstByte: millis(5000), idle: millis(2000) },
  maxConnections: 2,
  tags: [],
  simulated: false,
})

export const subjectOf = ({
  dialect = 'openai-chat',
  model,
  profile,
  place,
  authentication,
  through,
  blocs = new Map(),
}: Probed): Subject => ({
  dialect: DIALECTS[dialect] ?? fail(dialect),
  model,
  body: place?.body ?? {},
  profile,
  place,
  blocs,
  scheme: {
    kind: through !== undefined ? 'other' : (authentication?.kind ?? 'none'),
    header: authentication?.kind === 'header' ? authentication.name : undefined,
  },
  streams: 'both',
  streamUsage: 'asked',
  limitMember: undefined,
})
const fail = (dialect: string): never => {
  throw new Error(`no dialect ${dialect}`)
}

export const experimentsOf = (only: readonly string[] | undefined) =>
  EXPERIMENTS.filter(({ id }, index) => only === undefined || index < 2 || only.includes(id))

const headersOf = ({ authentication, headers = [], dialect }: Probed): readonly string[] => [
  'content-type',
  'application/json',
  ...(dialect === 'anthropic-messages' && !headers.includes('anthropic-version') ? ['anthropic-version', '2023-06-01'] : []),
  ...headers,
  ...(authentication?.kind === 'bearer' ? ['authorization', `Bearer ${authentication.token}`] : []),
  ...(authentication?.kind === 'header' ? [authentication.name, authentication.value] : []),
]

export const probe = async (probed: Probed): Promise<Run> => {
  const upstream = createUpstream()
  const clock = () => epochMillis(Date.now())
  const subject = subjectOf(probed)
  const experiments = experimentsOf(probed.only)
  const plan = planOf(experiments, subject, PRICE)
  const wire = {
    upstream,
    authenticated: probed.through,
    endpoint: endpointAt(probed),
    dialect: subject.dialect,
    headers: headersOf(probed),
    reportHeader: probed.profile?.residency?.report?.header,
    clock,
    signal: probed.signal ?? new AbortController().signal,
  }
  const ports: LabPorts = {
    open: async () => ok(undefined),
    send: sendOver(wire),
    wait: async () => {},
    clock,
    stopped: () => probed.signal?.aborted === true,
    ...probed.ports,
  }
  try {
    const bounds = { maxCalls: probed.maxCalls ?? plan.calls, maxCost: probed.maxCost ?? plan.cost, price: PRICE }
    const run = await runLab(experiments, subject, bounds, ports)
    if (!run.ok) throw new Error(run.error.message)
    return run.value
  } finally {
    await upstream.close()
  }
}

/** The verdicts of one experiment by aspect. */
export const verdicts = (run: Run, experiment: string): { readonly [aspect: string]: string } =>
  Object.fromEntries((run.experiments.find(({ id }) => id === experiment)?.findings ?? []).map(({ aspect, verdict }) => [aspect, verdict]))

export const showRun = (run: Run): string =>
  run.experiments
    .map(
      ({ id, findings }) =>
        `${id}\n${findings.map(({ aspect, verdict, says, evidence }) => `  ${aspect}: ${verdict}: ${says} [${evidence}]`).join('\n')}`,
    )
    .join('\n')
