import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import type { Task } from '../../corpus/run/task.ts'
import { type Digest, digestOf } from '../../corpus/sections.ts'
import { createThreads } from './threads.ts'

const folder = mkdtempSync(join(tmpdir(), 'allod-threads-'))
after(() => rmSync(folder, { recursive: true }))

/** Threads that do as the first digits of the pack say: `d` dies, `o` dies the first time, `f` fails, everything else is examined. */
const SCRIPT = `
const { parentPort, workerData } = require('node:worker_threads')
const { existsSync, writeFileSync } = require('node:fs')
parentPort.on('message', ({ task, alone }) => {
  const [kind] = task.pack
  const mark = workerData + '/' + task.pack
  if (kind === 'd' || (kind === 'e' && !existsSync(mark))) { writeFileSync(mark, ''); process.exit(7) }
  if (kind === 'f') return parentPort.postMessage({ kind: 'over', answer: { ok: false, error: { kind: 'unusable', message: 'it is not what it says' } } })
  parentPort.postMessage({ kind: 'news', news: { kind: 'examined', dropped: {}, ran: [String(alone)] } })
  parentPort.postMessage({ kind: 'over', answer: { ok: true } })
})`
const script = join(folder, 'thread.cjs')
writeFileSync(script, SCRIPT)
const threadsOf = (count: number) => createThreads(count, () => new Worker(script, { workerData: folder }))

const packOf = (digit: string, number: number): Digest => (digit + digestOf(String(number)).slice(1)) as Digest
const tasks = (digits: string): Task[] => [...digits].map((digit, number) => ({ kind: 'examine', pack: packOf(digit, number) }))
const nameOf = (task: Task): string => (task.kind === 'examine' ? task.pack : '')

test('each task is carried out once, and those that its news ask for after it', async () => {
  const threads = threadsOf(2)
  const heard: string[] = []
  const ran = await threads.run(tasks('0123'), (task) => {
    heard.push(nameOf(task))
    return nameOf(task).startsWith('2') ? [{ kind: 'examine', pack: packOf('9', 9) }] : []
  })
  assert.deepEqual(ran, { ok: true, value: undefined })
  assert.deepEqual(heard.map((name) => name[0]).sort(), ['0', '1', '2', '3', '9'])
  assert.deepEqual(await threads.run([], () => []), { ok: true, value: undefined }, 'nothing to do is done')
  await threads.close()
})

test('a task whose thread dies is given to another once; the second death fails the run, in a sentence', async () => {
  const threads = threadsOf(2)
  const heard: string[] = []
  const ran = await threads.run(tasks('0e1'), (task) => {
    heard.push(nameOf(task))
    return []
  })
  assert.equal(ran.ok, true)
  assert.equal(heard.length, 3)
  const failed = await threads.run(tasks('0d1'), () => [])
  assert.ok(!failed.ok)
  assert.equal(failed.error.message, `the look at pack \`${packOf('d', 1).slice(0, 12)}\` ended its thread 2 times: it ended with code 7`)
  await threads.close()
})

test('the first failure ends the run, and no thread is left', async () => {
  const threads = threadsOf(2)
  const ran = await threads.run(tasks('0f1234'), () => [])
  assert.deepEqual(ran, { ok: false, error: { kind: 'unusable', message: 'it is not what it says' } })
  await threads.close()
})

test('who reads looks at its packs itself while there is work for all others, and leaves them to others at the end', async () => {
  const threads = threadsOf(3)
  const alone: string[] = []
  await threads.run(tasks('01234567'), (_, news) => {
    if (news.kind === 'examined') alone.push(...news.ran)
    return []
  })
  assert.deepEqual(alone.sort(), ['false', 'false', 'true', 'true', 'true', 'true', 'true', 'true'])
  await threads.close()
})
