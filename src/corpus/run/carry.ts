// Carries one task out, in whatever thread or job it is given to. A task done twice leaves the same files.
import { ok, type Result } from '../../core/result.ts'
import type { VerifyPorts } from '../clusters/jaccard.ts'
import type { CorpusFailure } from '../failure.ts'
import { clusterAll } from './cluster.ts'
import { type ExaminePorts, examinePack } from './examine.ts'
import { explainPack } from './explain.ts'
import { type IngestPorts, ingestSlice, measureFile } from './ingest.ts'
import type { Search } from './keys.ts'
import type { News, Task } from './task.ts'

export type CarryPorts = ExaminePorts & IngestPorts & { readonly shingles: () => Promise<VerifyPorts['shinglesOf']> }
export type Carry = (task: Task, tell: (news: News) => void) => Promise<Result<void, CorpusFailure>>

export const carrier = (search: Search, ports: CarryPorts): Carry => {
  const { storage } = ports
  const newsOf = async (task: Task, tell: (news: News) => void): Promise<Result<News, CorpusFailure>> => {
    switch (task.kind) {
      case 'measure':
        return measureFile(task.slice, ports)
      case 'ingest':
        return ingestSlice(task.slice, ports, tell)
      case 'examine':
        return examinePack(search, task.pack, ports)
      case 'cluster': {
        const done = await clusterAll(search, task, { storage, shinglesOf: await ports.shingles() })
        return done.ok ? ok({ kind: 'clustered', isNew: done.value.isNew, ...done.value.found }) : done
      }
      case 'explain': {
        const step = explainPack(search, task.pack, task.clusters, storage)
        return step.ok ? ok({ kind: 'explained', step: step.value }) : step
      }
    }
  }
  return async (task, tell) => {
    const news = await newsOf(task, tell)
    if (!news.ok) return news
    tell(news.value)
    return ok(undefined)
  }
}
