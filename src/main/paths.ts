import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** The project's own folder, wherever it is installed. */
export const PROJECT = resolve(import.meta.dirname, '../..')

/** The files below one data directory. */
export type DataPaths = {
  readonly root: string
  readonly store: string
  readonly log: string
  readonly secrets: string
  /** The policies that were in force. */
  readonly policies: string
  readonly logVerifierKey: string
  readonly firstKey: string
  /** Holds the code that makes the first administrator, while there is none. */
  readonly setupCode: string
  readonly configuration: string
  readonly adminSocket: string
  engineSocket(endpoint: string): string
}

export const dataPaths = (directory: string): DataPaths => {
  const root = resolve(directory)
  return {
    root,
    store: join(root, 'store.sqlite'),
    log: join(root, 'log'),
    secrets: join(root, 'secrets'),
    policies: join(root, 'policies'),
    logVerifierKey: join(root, 'log.vkey'),
    firstKey: join(root, 'first.key'),
    setupCode: join(root, 'setup.code'),
    configuration: join(root, 'allod.yaml'),
    adminSocket: socketPath(root, 'admin.sock'),
    engineSocket: (endpoint) => socketPath(root, `engine-${endpoint}.sock`),
  }
}

// The kernel bounds the path of a Unix socket at 108 bytes; a deep data directory gets one named by its digest.
const LONGEST_SOCKET_PATH = 100
const socketPath = (root: string, name: string): string => {
  const path = join(root, name)
  if (Buffer.byteLength(path) <= LONGEST_SOCKET_PATH) return path
  return join(tmpdir(), `allod-${createHash('sha256').update(path).digest('hex').slice(0, 24)}.sock`)
}
