// Carries one task out, in whatever thread or job it is given to. A task done twice leaves the same files.
import { ok, type Result } from '../../core/result.ts'
import type { VerifyPorts } from '../clusters/jaccard.ts'
import type { CorpusFailure } from '../failure.ts'
import { Pack } from '../pack.ts'
import type { Sections } from '../sections.ts'
import { clusterAll } from './cluster.ts'
import { type ExaminePorts, examinePack } from './examine.ts'
import { explainPack } from './explain.ts'
import { type IngestPorts, ingestSlice, measureFile } from './ingest.ts'
import type { Search } from './keys.ts'
import type { News, PackMade, Seen, Task } from './task.ts'

export type CarryPorts = ExaminePorts & IngestPorts & { readonly shingles: () => Promise<VerifyPorts['shinglesOf']> }
/** `tell` hears what comes of the task. `alone`: who reads a slice looks at its packs too, for all others have enough to do. */
export type Carry = (task: Task, tell: (news: News) => void, alone: boolean) => Promise<Result<void, CorpusFailure>>

export const carrier = (search: Search, ports: CarryPorts): Carry => {
  const { storage } = ports
  const newsOf = async (task: Task, tell: (news: News) => void, alone: boolean): Promise<Result<News, CorpusFailure>> => {
    switch (task.kind) {
      case 'measure':
        return measureFile(task.slice, ports)
      case 'ingest':
        return ingestSlice(task.slice, ports, async (made, sections) => {
          const seen = alone ? await lookAt(made, sections) : ok(undefined)
          if (seen.ok) tell({ kind: 'pack', made, ...(seen.value && { seen: seen.value }) })
          return seen.ok ? ok(undefined) : seen
        })
      case 'examine': {
        const seen = await examinePack(search, task.pack, ports)
        return seen.ok ? ok({ kind: 'examined', ...seen.value }) : seen
      }
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
  const lookAt = async ({ pack }: PackMade, sections: Sections): Promise<Result<Seen, CorpusFailure>> => {
    const opened = Pack.of(sections)
    return opened.ok ? examinePack(search, pack, ports, opened.value) : opened
  }
  return async (task, tell, alone) => {
    const news = await newsOf(task, tell, alone)
    if (!news.ok) return news
    tell(news.value)
    return ok(undefined)
  }
}
