// One thread of a run: it carries out the tasks that it is handed, one after another, and says what came of each.
import { parentPort, workerData } from 'node:worker_threads'
import type { FromThread, ToThread } from './threads.ts'
import { type WorkOrder, workerCarry } from './work.ts'

const carry = workerCarry(workerData as WorkOrder)
const tell = (message: FromThread): void => parentPort?.postMessage(message)

parentPort?.on('message', async ({ task }: ToThread) => {
  const answer = await carry(task, (news) => tell({ kind: 'news', news }))
  tell({ kind: 'over', answer })
})
