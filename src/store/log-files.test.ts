import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { consistencyProof, parseCheckpoint, parseNote, tilePath, verify, verifyConsistency } from '#verifier'
import { logSigners, verifierKeys } from '../ledger/signers.ts'
import { openLogFiles } from './log-files.ts'
import { openLogKeys } from './log-keys.ts'
import { append, type OpenLog, ORIGIN, openLog } from './log-writer.test.ts'

const inDirectory = (name: string, body: (directory: string) => Promise<void>): void => {
  test(name, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'allod-log-'))
    try {
      await body(directory)
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  })
}
const opened = async (directory: string): Promise<OpenLog> => {
  const log = await openLog(directory)
  return log.ok ? log.value : assert.fail(log.error.message)
}
const closed = async ({ ledger, files }: OpenLog): Promise<void> => {
  assert.ok((await ledger.close()).ok)
  await files.close()
}
const keyLines = async (directory: string): Promise<string> => {
  const keys = await openLogKeys(join(directory, 'secrets'))
  return keys.ok ? verifierKeys(logSigners(ORIGIN, keys.value)) : assert.fail(keys.error.message)
}
const head = (checkpoint: string) => {
  const note = parseNote(checkpoint)
  const parsed = note.ok ? parseCheckpoint(note.value.text) : note
  return parsed.ok ? parsed.value : assert.fail(parsed.error)
}
const writer = join(import.meta.dirname, 'log-writer.test.ts')

inDirectory('a log on files goes on where it was closed, and its files verify', async (directory) => {
  const first = await opened(directory)
  await Promise.all(Array.from({ length: 600 }, (_, i) => append(first.ledger, `"time":1,"kind":"start","id":${i}`)))
  await first.ledger.publish()
  const wal = join(directory, 'log', 'wal')
  assert.deepEqual(readdirSync(wal), [])
  const older = head(first.ledger.checkpoint())
  await closed(first)
  const second = await opened(directory)
  assert.equal(second.ledger.size(), 600)
  assert.equal(second.ledger.nextNumber('key_a'), 600)
  assert.deepEqual(await append(second.ledger, '"time":1,"kind":"start","id":600'), { ok: true, value: { index: 600 } })
  await second.ledger.publish()
  const receipt = await second.ledger.receipt(300)
  assert.ok(receipt.ok && receipt.value.kind === 'receipt')
  const verdict = await verify(receipt.value.text, [await keyLines(directory)])
  assert.ok(verdict.valid, JSON.stringify(verdict.reasons))
  const newer = head(second.ledger.checkpoint())
  const proof = await second.ledger.consistency(600)
  assert.ok(proof.ok && verifyConsistency(600, 601, older.root, newer.root, proof.value))
  const inclusion = await second.ledger.proof(600)
  assert.ok(inclusion.ok && inclusion.value.length > 0)
  // What stands on disk is the public log, at the standard paths; superseded partial tiles are gone.
  const log = join(directory, 'log')
  assert.equal(readFileSync(join(log, 'checkpoint'), 'utf8'), second.ledger.checkpoint())
  assert.deepEqual(readdirSync(join(log, 'tile/0')).sort(), ['000', '001', '002.p'])
  for (const path of ['tile/0/000', 'tile/0/002.p/89', 'tile/0/002.p/88', 'tile/1/000.p/2', 'tile/entries/001', 'tile/0/000.p/7'])
    assert.ok((await second.ledger.readPublic(path)).ok && ((await second.ledger.readPublic(path)) as { value?: unknown }).value, path)
  assert.equal(((await second.ledger.readPublic('tile/0/000.p/7')) as { value: Uint8Array }).value.length, 7 * 32)
  for (const path of [
    'tile/0/002',
    'tile/0/002.p/90',
    'tile/2/000.p/1',
    'tile/0/../0/000',
    'wal/x',
    'lock',
    '',
    'tile/00/000',
    '/checkpoint',
  ])
    assert.deepEqual(await second.ledger.readPublic(path), { ok: true, value: undefined }, path)
  await closed(second)
})

inDirectory('keys and write-ahead files are for their owner only, and a lost key is not replaced', async (directory) => {
  await closed(await opened(directory))
  const secrets = join(directory, 'secrets')
  for (const name of readdirSync(secrets)) assert.equal(statSync(join(secrets, name)).mode & 0o777, 0o600)
  assert.equal(statSync(secrets).mode & 0o777, 0o700)
  assert.equal(statSync(join(directory, 'log', 'wal')).mode & 0o777, 0o700)
  rmSync(join(secrets, 'log-ml-dsa-44.pem'))
  const half = await openLog(directory)
  assert.match(half.ok ? '' : half.error.message, /is missing while the other is there: restore it$/)
  rmSync(secrets, { recursive: true })
  const other = await openLog(directory)
  assert.match(other.ok ? '' : other.error.message, /^the log is not signed by this ed25519 key: restore the log's own$/)
})

inDirectory('one process at a time has the log', async (directory) => {
  const log = await opened(directory)
  const second = await openLogFiles(join(directory, 'log'))
  assert.match(second.ok ? '' : second.error.message, /^the log is in use by another process/)
  const child = spawnSync(process.execPath, [writer, 'read-only', directory], { encoding: 'utf8' })
  assert.match(child.stderr, /the log is in use by another process/)
  await closed(log)
  await closed(await opened(directory))
})

/** A segment as a crash leaves it: nothing of it is published. */
const leaveSegment = async (directory: string): Promise<string> => {
  const log = await openLog(directory, {}, { checkpoints: false })
  assert.ok(log.ok)
  for (let i = 0; i < 3; i++) assert.ok((await append(log.value.ledger, `"time":1,"kind":"start","id":${i}`)).ok)
  await log.value.files.close()
  const [name = ''] = readdirSync(join(directory, 'log', 'wal'))
  return join(directory, 'log', 'wal', name)
}

for (const [what, spoil, size] of [
  ['whole', () => undefined, 3],
  ['cut within its last group', (path: string) => truncateSync(path, statSync(path).size - 5), 2],
  ['followed by garbage', (path: string) => appendFileSync(path, '#not a group'), 3],
  ['followed by zeros', (path: string) => appendFileSync(path, new Uint8Array(5000)), 3],
  ['empty', (path: string) => truncateSync(path, 0), 0],
] as const)
  inDirectory(`a segment that is ${what} gives ${size} records`, async (directory) => {
    spoil(await leaveSegment(directory))
    writeFileSync(join(directory, 'log/wal/0000000000000009-00000000.new'), 'half made')
    const log = await opened(directory)
    assert.equal(log.ledger.size(), size)
    assert.deepEqual(
      log.projected.map(({ secret }) => secret),
      Array(size).fill('{"call":"c"}'),
    )
    assert.deepEqual(await append(log.ledger, '"id":9'), { ok: true, value: { index: size } })
    await closed(log)
    assert.deepEqual(readdirSync(join(directory, 'log', 'wal')), [])
  })

inDirectory('a segment damaged before what is durable is refused, not cut', async (directory) => {
  const path = await leaveSegment(directory)
  const bytes = readFileSync(path)
  bytes[120] = (bytes[120] ?? 0) ^ 1
  writeFileSync(path, bytes)
  const log = await openLog(directory)
  assert.match(log.ok ? '' : log.error.message, /^segment `.*` is damaged at record 0$/)
  assert.deepEqual(readFileSync(path), bytes)
})

inDirectory('a removal cut short is finished at the next start', async (directory) => {
  await closed(await opened(directory))
  writeFileSync(join(directory, 'log/wal/0000000000000000-00000000.gone'), '{"salt":"secret"}')
  await closed(await opened(directory))
  assert.ok(!existsSync(join(directory, 'log/wal/0000000000000000-00000000.gone')))
})

const namespaced = spawnSync('unshare', ['--mount', 'sh', '-c', 'mount -t tmpfs -o size=512k none /mnt']).status === 0
test('a full disk stops appends with one sentence, and they go on when there is room', {
  skip: !namespaced && 'needs root and unshare',
}, () => {
  // The file system lives in the child's own mount namespace and ends with it.
  const script = `mount -t tmpfs -o size=512k none /mnt && exec '${process.execPath}' '${writer}' fill /mnt`
  const child = spawnSync('unshare', ['--mount', 'sh', '-c', script], { encoding: 'utf8', timeout: 20_000 })
  assert.equal(child.status, 0, child.stderr)
})

test('a read-only disk is refused with one sentence', { skip: !namespaced && 'needs root and unshare' }, () => {
  const script = `mount -t tmpfs none /mnt && mkdir -p /mnt/log/wal && mount -o remount,ro /mnt && exec '${process.execPath}' '${writer}' read-only /mnt`
  const child = spawnSync('unshare', ['--mount', 'sh', '-c', script], { encoding: 'utf8', timeout: 20_000 })
  assert.equal(child.status, 0, child.stderr)
})

/** Runs the writer until it has said some records and kills it; what it said was acknowledged. */
const runAndKill = (
  directory: string,
  round: number,
  patience: number,
): Promise<{ readonly acknowledged: string[]; readonly stderr: string }> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [writer, 'write', directory, String(round)], { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    let stderr = ''
    child.stdout.on('data', (text: Buffer) => {
      if (said === '') setTimeout(() => child.kill('SIGKILL'), patience)
      said += text.toString()
    })
    child.stderr.on('data', (text: Buffer) => {
      stderr += text.toString()
    })
    child.on('close', () => resolve({ acknowledged: said.split('\n').slice(1, -1), stderr }))
  })

inDirectory('after kill -9 at any moment all that was acknowledged is there', async (directory) => {
  const acknowledged: string[] = []
  const checkpoints: string[] = []
  for (let round = 0; round < 10; round++) {
    const run = await runAndKill(directory, round, 5 + Math.random() * 120)
    assert.equal(run.stderr, '')
    acknowledged.push(...run.acknowledged)
    checkpoints.push(readFileSync(join(directory, 'log', 'checkpoint'), 'utf8'))
  }
  assert.ok(acknowledged.length > 100, `${acknowledged.length} records were acknowledged`)
  const log = await opened(directory)
  const { ledger, projected } = log
  for (const line of acknowledged) {
    const [index = '', id = ''] = line.split(' ')
    assert.ok(projected[Number(index)]?.record.endsWith(`,"id":"${id}"}`), `record ${index} is ${id}`)
  }
  const next = new Map<string, number>()
  for (const { record } of projected) {
    const { stream, n } = JSON.parse(record) as { stream: string; n: number }
    assert.equal(n, next.get(stream) ?? 0)
    next.set(stream, n + 1)
  }
  const size = ledger.size()
  assert.equal(size, projected.length)
  const { root } = head(ledger.checkpoint())
  const tile = (path: string): Uint8Array => readFileSync(join(directory, 'log', path))
  for (const older of checkpoints.map(head)) {
    const proof = consistencyProof(older.size, size, ({ level, index, width }) => tile(tilePath(level, index, width)))
    assert.ok(verifyConsistency(older.size, size, older.root, root, proof), `the log of ${size} keeps the checkpoint over ${older.size}`)
  }
  await closed(log)
})

// Killed between the truncation and the write of a tile it wrote anew, an exchange found an empty file under its last checkpoint.
test('a tile that is there already is not written again, and one that differs is', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'allod-tiles-'))
  try {
    const files = await openLogFiles(join(directory, 'log'))
    assert.ok(files.ok)
    const { tiles } = files.value
    const path = tilePath(1, 0, 3)
    const file = join(directory, 'log', path)
    const changed = () => statSync(file, { bigint: true }).ctimeNs
    assert.ok((await tiles.write(path, Buffer.alloc(96, 1))).ok)
    assert.ok((await tiles.sync()).ok)
    const before = changed()
    assert.ok((await tiles.write(path, Buffer.alloc(96, 1))).ok)
    assert.equal(changed(), before)
    truncateSync(file, 10)
    assert.ok((await tiles.write(path, Buffer.alloc(96, 1))).ok)
    assert.equal(readFileSync(file).length, 96)
    await files.value.close()
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})

test('a tile that could not be written keeps no later one from becoming durable', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'allod-tiles-'))
  try {
    const files = await openLogFiles(join(directory, 'log'))
    assert.ok(files.ok)
    const { tiles } = files.value
    const path = tilePath(0, 0, 3)
    mkdirSync(join(directory, 'log', path), { recursive: true })
    assert.ok(!(await tiles.write(path, Buffer.alloc(96, 1))).ok, 'something else is in its place')
    rmSync(join(directory, 'log', path), { recursive: true })
    // The next attempt has more records, so the partial tile is another file.
    assert.ok((await tiles.write(tilePath(0, 0, 5), Buffer.alloc(160, 1))).ok)
    assert.deepEqual(await tiles.sync(), { ok: true, value: undefined })
    await files.value.close()
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})
