import type { Json } from '../../core/json.ts'
import type { Result } from '../../core/result.ts'
import type { CorpusFailure } from '../../corpus/failure.ts'
import type { Task } from '../../corpus/run/task.ts'
import { readSpooled, writeSpooled } from '../../store/corpus-spool.ts'
import { type Command, EXIT, UsageFailure } from '../command.ts'
import { type Done, doneName, tasksName } from './spooled.ts'
import { type WorkOrder, workerCarry } from './work.ts'

/** `allod corpus work`: what a cluster's job runs; nobody need call it by hand. */
export const work: Command = {
  name: 'corpus work',
  summary: 'Carries out the tasks that a run left in a spool directory for one job of a cluster.',
  usage: ['corpus work --spool DIR --task N'],
  options: {
    spool: { value: 'DIR', text: 'directory of the job array' },
    task: { value: 'N', text: 'number of the array’s element' },
  },
  async run(given, terminal) {
    const [spool, group] = [given.text('spool'), Number(given.text('task') ?? 'none')]
    if (spool === undefined || !Number.isSafeInteger(group) || group < 0)
      throw new UsageFailure('say where the tasks are and which: --spool DIR --task N')
    const written = await carryOut(spool, group)
    if (written.ok) return EXIT.ok
    terminal.error(`allod corpus work: ${written.error.message}`)
    return EXIT.unavailable
  },
}

const carryOut = async (spool: string, group: number): Promise<Result<void, CorpusFailure>> => {
  const [order, tasks] = [readSpooled(spool, 'order.json'), readSpooled(spool, tasksName(group))]
  if (!order.ok) return order
  if (!tasks.ok) return tasks
  const carry = workerCarry(order.value as unknown as WorkOrder)
  const done: { news: Done['news']; failure: Done['failure'] } = { news: [], failure: null }
  for (const [index, task] of (tasks.value as unknown as readonly Task[]).entries()) {
    const answer = await carry(task, (news) => done.news.push([index, news]), true)
    if (answer.ok) continue
    done.failure = answer.error
    break
  }
  return writeSpooled(spool, doneName(group), done as unknown as Json)
}
