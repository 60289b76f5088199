import type { WordId } from '../../words/ids.ts'
import { useSay } from '../../words/words.tsx'
import type { IncidentAnswer } from './types.ts'

const KNOWN = {
  'cut-detected': 'home.what.cut-detected',
  'cut-ended': 'home.what.cut-ended',
  'place-contradicted': 'home.what.place-contradicted',
  'records-unreadable': 'home.what.records-unreadable',
  'engine-exited': 'home.what.engine-exited',
  'engine-restarted': 'home.what.engine-restarted',
  'engine-unhealthy': 'home.what.engine-unhealthy',
  'engine-failed': 'home.what.engine-failed',
  'drill-failed': 'home.what.drill-failed',
  cut: 'home.what.cut',
  restore: 'home.what.restore',
} as const satisfies Readonly<Record<string, WordId>>

/** What an incident of the log is, in a sentence; one that this console does not know is shown by its own name. */
export const useWhat = (): ((incident: Pick<IncidentAnswer, 'what' | 'subject'>) => string) => {
  const say = useSay()
  return ({ what, subject }) => {
    const id: WordId | undefined = KNOWN[what as keyof typeof KNOWN]
    const named = subject.replace(/^endpoint:/, '')
    return id === undefined ? `${what} ${named}` : say(id, { subject: named })
  }
}
