// What is measured, each started once; all of them stand before the same mock upstream.
import { join } from 'node:path'
import { benchmarkConfiguration, type RunningExchange, startExchange } from './exchange.ts'
import type { Aim } from './load.ts'
import { startNginx } from './nginx.ts'
import { type Peer, startLitellm, startPortkey } from './peers.ts'
import { accepts, freePort, type Running, start, waitFor } from './processes.ts'

export const TARGETS = ['bare', 'allod', 'allod-border', 'allod-translated', 'nginx', 'portkey', 'litellm'] as const
export type TargetName = (typeof TARGETS)[number]
export type Target = { readonly name: TargetName; readonly version: string; readonly aim: Aim }
export type Stage = {
  readonly targets: readonly Target[]
  /** Each with the reason why it is not measured. */
  readonly skipped: Readonly<Record<string, string>>
  readonly exchange: RunningExchange | undefined
  stop(): Promise<void>
}
export type StageOptions = {
  readonly only: ReadonlySet<string>
  /** Folder the other gateways are installed into. */
  readonly cache: string
  readonly version: string
  /** Node options for Allod's process. */
  readonly nodeOptions: readonly string[]
}

const PATH = '/v1/chat/completions'
const startScript = async (name: string, ...argv: readonly string[]): Promise<{ running: Running; port: number }> => {
  const port = await freePort()
  const running = start(process.execPath, [join(import.meta.dirname, name), String(port), ...argv])
  await waitFor(running, () => accepts(port))
  return { running, port }
}

/** Starts the upstream and every target asked for. A peer that cannot be had is skipped with the reason, never silently. */
export const setStage = async ({ only, cache, version, nodeOptions }: StageOptions): Promise<Stage> => {
  const upstream = await startScript('upstream.ts')
  const stops = [upstream.running.stop]
  const targets: Target[] = []
  const skipped: Record<string, string> = {}
  const add = (name: TargetName, { running, port, version: own, headers }: Peer, model = 'assistant'): void => {
    targets.push({ name, version: own, aim: { port, pid: running.pid, path: PATH, model, headers } })
  }
  const addPeer = async (name: TargetName, begin: () => Promise<Peer | undefined>, missing: string): Promise<void> => {
    if (!only.has(name)) return
    try {
      const peer = await begin()
      if (peer === undefined) skipped[name] = missing
      else {
        stops.push(peer.running.stop)
        add(name, peer)
      }
    } catch (failure) {
      skipped[name] = (failure instanceof Error ? failure.message : String(failure)).slice(0, 600)
    }
  }
  const bare = await startScript('bare.ts', String(upstream.port))
  stops.push(bare.running.stop)
  // It is handed the same key as Allod, and ignores it.
  add('bare', { ...bare, version: `node ${process.version}`, headers: ['authorization', `Bearer ${'k'.repeat(56)}`] })
  let exchange: RunningExchange | undefined
  if (only.has('allod') || only.has('allod-border') || only.has('allod-translated')) {
    exchange = await startExchange(benchmarkConfiguration(upstream.port), nodeOptions)
    stops.push(exchange.stop)
    const peer = { running: exchange, port: exchange.port, version, headers: ['authorization', `Bearer ${exchange.key}`] }
    add('allod', peer, 'near')
    add('allod-border', peer, 'far')
    const { aim } = targets.find(({ name }) => name === 'allod') as Target
    targets.push({ name: 'allod-translated', version, aim: { ...aim, path: '/v1/messages', dialect: 'anthropic-messages' } })
  }
  await addPeer('nginx', () => startNginx(upstream.port), 'nginx is not installed')
  await addPeer('portkey', () => startPortkey(cache, upstream.port), '')
  await addPeer('litellm', () => startLitellm(cache, upstream.port), '')
  return {
    targets,
    skipped,
    exchange,
    stop: async () => {
      await Promise.all(stops.map((stop) => stop()))
    },
  }
}
