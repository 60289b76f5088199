// One thread of a run: it carries out the tasks that it is handed, one after another, and says what came of each.
import { parentPort, workerData } from 'node:worker_threads'
import type { Result } from '../../core/result.ts'
import { type CorpusFailure, damaged } from '../../corpus/failure.ts'
import { taskName } from '../../corpus/run/task.ts'
import type { FromThread, ToThread } from './threads.ts'
import { type WorkOrder, workerCarry } from './work.ts'

const carry = workerCarry(workerData as WorkOrder)
const tell = (message: FromThread): void => parentPort?.postMessage(message)

parentPort?.on('message', async ({ task, alone }: ToThread) => {
  const answer = await carry(task, (news) => tell({ kind: 'news', news }), alone).catch(
    (bug: unknown): Result<never, CorpusFailure> =>
      damaged(`${taskName(task)} failed: ${bug instanceof Error ? bug.message : String(bug)}`),
  )
  tell({ kind: 'over', answer })
})
