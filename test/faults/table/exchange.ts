// An exchange between one caller and endpoints of one dialect that do as they are told: each counts what reaches it.

import type { AliasName } from '../../../src/core/ids.ts'
import { millis } from '../../../src/core/units.ts'
import type { Dialect } from '../../../src/gateway/dialects/dialect.ts'
import type { Alias, Endpoint } from '../../../src/gateway/snapshot.ts'
import { endpointOf, LIMITS, reach, snapshotOf, testKey } from '../../oracles/gateway.ts'
import { type Serving, serve } from '../../oracles/serving.ts'
import { type RawUpstream, startRawUpstream } from '../upstream.ts'
import { type Act, behavesWell } from './faults.ts'

export type Stage = {
  readonly serving: Serving
  readonly faulty: RawUpstream
  readonly spare: RawUpstream
  /** Policy permits it to nobody. */
  readonly forbidden: RawUpstream
  /** Decides by whether a stream was asked for. */
  does(act: (stream: boolean) => Act | undefined): void
  close(): Promise<void>
}

const TIMEOUTS = { connect: millis(400), firstByte: millis(400), idle: millis(400) }
/** Of the endpoint that never fails, on a machine that has much else to do. */
const PATIENT = { connect: millis(4000), firstByte: millis(4000), idle: millis(4000) }
const HOME = reach('FR')
/** Nobody listens there. */
const CLOSED = 'http://127.0.0.1:1/v1'

/** Aliases: `alone` leads to the endpoint that fails, `pair` has a spare one behind it, which in `follows` may go on with a stream; `refused`, `nowhere` and `untrusted` cannot be reached. */
export const stageOf = async (dialect: Dialect): Promise<Stage> => {
  const [faulty, spare, forbidden] = await Promise.all([startRawUpstream(), startRawUpstream(), startRawUpstream()])
  const sketch = { reach: HOME, model: 'there', dialect: dialect.name, alsoSpeaks: [], timeouts: TIMEOUTS }
  const at = (id: string, baseUrl: string, more: object = {}): Endpoint => endpointOf({ ...sketch, id, baseUrl, ...more })
  const endpoints = [
    at('faulty', faulty.baseUrl),
    at('spare', spare.baseUrl, { timeouts: PATIENT }),
    at('forbidden', forbidden.baseUrl, { reach: reach('US') }),
    at('refused', CLOSED),
    at('nowhere', 'http://nobody.invalid/v1'),
    at('untrusted', faulty.baseUrl.replace('http:', 'https:')),
  ]
  const snapshot = snapshotOf(endpoints, { limits: { ...LIMITS, maxResponseBytes: 300_000, callTimeout: millis(8000) } })
  const alias = (name: string, ...targets: readonly string[]): [AliasName, Alias] => {
    const [base] = snapshot.aliases.values()
    if (base === undefined) throw new Error('the snapshot has no alias')
    const led = base.targets.filter(({ endpoint }) => targets.includes(endpoint))
    led.sort((a, b) => targets.indexOf(a.endpoint) - targets.indexOf(b.endpoint))
    const continues = name === 'follows' ? { continuations: 1 } : {}
    return [name as AliasName, { ...base, name: name as AliasName, targets: led, unsupported: 'warn', ...continues }]
  }
  const unreachable = ['refused', 'nowhere', 'untrusted'].flatMap((name) => [
    alias(name, name, 'forbidden'),
    alias(`${name}-pair`, name, 'forbidden', 'spare'),
  ])
  const both = ['faulty', 'forbidden', 'spare']
  const aliases = new Map([alias('alone', 'faulty', 'forbidden'), alias('pair', ...both), alias('follows', ...both), ...unreachable])
  const serving = await serve({ ...snapshot, aliases }, { now: Date.now, key: testKey({ dataClassFloor: 'confidential' }) })
  const isStream = (request: string): boolean =>
    /"stream":true|stream/i.test(request.slice(0, request.indexOf('\r\n'))) || request.includes('"stream":true')
  spare.behaves((socket, request) => behavesWell(socket, dialect, isStream(request)))
  return {
    serving,
    faulty,
    spare,
    forbidden,
    does: (act) => faulty.behaves((socket, request) => act(isStream(request))?.(socket, dialect)),
    close: async () => {
      await serving.stop()
      await Promise.all([faulty.close(), spare.close(), forbidden.close()])
    },
  }
}
