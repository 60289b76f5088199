// For tests: an exchange over real sockets with its other ports in memory.
import { epochMillis, type Millis, millis } from '../../src/core/units.ts'
import { createGateway } from '../../src/gateway/gateway.ts'
import type { GatewayPorts, Key } from '../../src/gateway/ports.ts'
import type { Snapshot } from '../../src/gateway/snapshot.ts'
import { allocate, isUtf8, nativeHashing, pooledRandom } from '../../src/http/native.ts'
import { DEFAULT_PATIENCE, type Patience, type RunningServer, startServer } from '../../src/http/server.ts'
import { createUpstream } from '../../src/http/upstream.ts'
import { type World, worldOf } from './gateway.ts'

export type Serving = { readonly world: World; readonly server: RunningServer; readonly base: string; stop(drain?: Millis): Promise<void> }

/** Starts one on a port of the system's choice; the clock is `now`, in milliseconds. */
export const serve = async (
  snapshot: Snapshot,
  given: { readonly now: () => number; readonly key?: Key; readonly patience?: Patience; readonly ports?: Partial<GatewayPorts> },
): Promise<Serving> => {
  const world = worldOf(snapshot, {
    hashing: nativeHashing,
    isUtf8,
    random: pooledRandom(),
    ...(given.key === undefined ? {} : { key: given.key }),
  })
  const upstream = createUpstream()
  const clock = () => epochMillis(given.now())
  const gateway = createGateway({ ...world.ports, allocate, upstream, clock, ...given.ports })
  const server = await startServer({
    gateway,
    clock,
    host: '127.0.0.1',
    port: 0,
    wellKnown: () => '{"name":"test"}',
    readReceipt: async (call) => `receipt of ${call}`,
    readPublic: async (path) => (path === 'checkpoint' ? new TextEncoder().encode('checkpoint') : undefined),
    lab: () => '',
    health: () => ({ healthy: true, text: '{"status":"ok"}' }),
    patience: given.patience ?? DEFAULT_PATIENCE,
    // In a test, a fault in our own code is that test's failure.
    onFault: (fault) => {
      throw fault
    },
  })
  return {
    world,
    server,
    base: server.url,
    stop: async (drain = millis(0)) => {
      await server.close({ drain })
      await upstream.close()
    },
  }
}
