// Disks that fill up or turn read-only under a running exchange. Mounts are made in a mount namespace of the exchange's own, so they
// end with its process whatever becomes of the test, and need no rights on the machine where it lends user namespaces.
import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, unlinkSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Started } from '../end-to-end/allod.ts'

export type Disk = {
  readonly name: string
  /** Why it cannot be had on this machine. */
  readonly skip: string | false
  /** Prepares `folder`, and gives the command through which an exchange with its data below `folder/data` is started. */
  prepare(folder: string): readonly string[]
  /** May be repeated: a disk that fills up has room again when something is removed from it. */
  fail(exchange: Started): void
  recover(exchange: Started): void
  /** Whether the log and the store are on it. */
  readonly log: boolean
  readonly store: boolean
  /** Whether what it holds is there after the process has ended. */
  readonly lasting: boolean
}

const NAMESPACES = [
  ['unshare', '--user', '--map-root-user', '--mount'],
  ['unshare', '--mount'],
]
const runs = ([command = '', ...argv]: readonly string[]): boolean => spawnSync(command, argv).status === 0
export const namespace = NAMESPACES.find((words) => runs([...words, 'mount', '-t', 'tmpfs', 'tmpfs', tmpdir()]))
export const noNamespace = namespace === undefined && 'this machine lends no mount namespace (`unshare --mount`)'
const noLimits = !runs(['prlimit', '--pid', String(process.pid)]) && 'there is no `prlimit` here'

/** Runs a shell script in a new namespace, then what follows; `$0` is the folder. */
const confined = (script: string, folder: string): readonly string[] => [...(namespace ?? []), 'sh', '-ec', `${script}; exec "$@"`, folder]
const TMPFS = 'mount -t tmpfs -o size=8m,mode=700 allod-test'

const FILLER = 'filler'
/** A folder as the exchange sees it. */
export const within = (exchange: Started, ...path: readonly string[]): string =>
  join(`/proc/${exchange.process.pid}/root`, exchange.data, ...path)
const fill = (folder: string): void => {
  const file = openSync(join(folder, FILLER), 'a')
  const zeros = new Uint8Array(1 << 16)
  try {
    for (let size = zeros.length; size > 0; size >>= 1)
      try {
        for (;;) if (writeSync(file, zeros, 0, size) < size) break
      } catch (thrown) {
        if ((thrown as NodeJS.ErrnoException).code !== 'ENOSPC') throw thrown
      }
  } finally {
    closeSync(file)
  }
}
const full = (...path: readonly string[]): Pick<Disk, 'fail' | 'recover'> => ({
  fail: (exchange) => fill(within(exchange, ...path)),
  recover: (exchange) => unlinkSync(join(within(exchange, ...path), FILLER)),
})

const inNamespaceOf = (exchange: Started, ...words: readonly string[]): void => {
  const enter = [
    '--target',
    String(exchange.process.pid),
    '--mount',
    ...(namespace?.includes('--user') ? ['--user', '--preserve-credentials'] : []),
  ]
  const ran = spawnSync('nsenter', [...enter, '--', ...words])
  if (ran.status !== 0) throw new Error(`\`${words.join(' ')}\`: ${ran.stderr}`)
}

export const DISKS: readonly Disk[] = [
  {
    name: 'full, under the log',
    skip: noNamespace,
    prepare: (folder) => {
      mkdirSync(join(folder, 'data/log'), { recursive: true })
      return confined(`${TMPFS} "$0/data/log"`, folder)
    },
    ...full('log'),
    log: true,
    store: false,
    lasting: false,
  },
  {
    name: 'full, under the whole data directory',
    skip: noNamespace,
    prepare: (folder) => {
      mkdirSync(join(folder, 'data'))
      return confined(`${TMPFS} "$0/data"`, folder)
    },
    ...full(),
    log: true,
    store: true,
    lasting: false,
  },
  {
    name: 'full, under the store',
    skip: noNamespace,
    prepare: (folder) => {
      mkdirSync(join(folder, 'data'))
      mkdirSync(join(folder, 'log'))
      return confined(`${TMPFS} "$0/data"; mkdir "$0/data/log"; mount --bind "$0/log" "$0/data/log"`, folder)
    },
    ...full(),
    log: false,
    store: true,
    lasting: false,
  },
  {
    name: 'read-only, under the log',
    skip: noNamespace,
    prepare: (folder) => confined(':', folder),
    // A file system cannot be made read-only under files that are open for writing; a read-only view of it is laid over it instead.
    fail: (exchange) => {
      const log = join(exchange.data, 'log')
      inNamespaceOf(exchange, 'sh', '-c', 'test ! -w "$0" || mount -o bind,ro "$0" "$0"', log)
    },
    recover: (exchange) => inNamespaceOf(exchange, 'umount', '--lazy', join(exchange.data, 'log')),
    log: true,
    store: false,
    lasting: true,
  },
  {
    name: 'closed to every write of the process (RLIMIT_FSIZE)',
    skip: noLimits,
    prepare: () => [],
    fail: (exchange) => limitFiles(exchange, '0'),
    recover: (exchange) => limitFiles(exchange, 'unlimited'),
    log: true,
    store: true,
    lasting: true,
  },
]

/** Disks on which nothing can be written from the start, for an exchange with its data in `folder/data`. */
export const unusableDisks = (
  folder: string,
): readonly { readonly name: string; readonly skip: string | false; readonly wrapper: readonly string[] }[] => [
  {
    name: 'full',
    skip: noNamespace,
    wrapper: confined(`mkdir -p "$0/data"; ${TMPFS} "$0/data"; head -c 9M /dev/zero > "$0/data/filler" 2>&1 || :`, folder),
  },
  { name: 'read-only', skip: noNamespace, wrapper: confined('mkdir -p "$0/data"; mount -o bind,ro "$0/data" "$0/data"', folder) },
  { name: 'closed to every write', skip: false, wrapper: ['sh', '-ec', 'ulimit -f 0; exec "$@"', 'sh'] },
]

/** The soft limit only: the hard one stays, so that no rights are needed to raise it again. */
const limitFiles = (exchange: Started, bytes: string): void => {
  const ran = spawnSync('prlimit', ['--pid', String(exchange.process.pid), `--fsize=${bytes}:`])
  if (ran.status !== 0) throw new Error(`prlimit: ${ran.stderr}`)
}
