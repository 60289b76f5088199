import type { JsonObject } from '../../core/json.ts'
import type { Experiment, Finding, Judgement, Subject, Transcript } from './experiment.ts'
import { type Heard, Hearing, hear } from './hearing.ts'

export type Judged = {
  readonly results: readonly { readonly id: string; readonly findings: readonly Finding[] }[]
  readonly classes: { readonly [deviationClass: string]: JsonObject }
}

/** Judges everything that was heard. Pure: the same transcripts give the same findings. */
export const judgeAll = (experiments: readonly Experiment[], heard: readonly Heard[], subject: Subject): Judged => {
  const judged = experiments.map((experiment) => ({ id: experiment.id, ...judgeOne(experiment, heard, subject) }))
  return {
    results: judged.map(({ id, findings }) => ({ id, findings })),
    classes: Object.assign({}, ...judged.map(({ classes }) => classes ?? {})) as Judged['classes'],
  }
}

/** Refusals count only of an endpoint that answers something: otherwise it may be the key, the address, or a header that is missing. */
const judgeOne = ({ judge, id }: Experiment, heard: readonly Heard[], subject: Subject): Judgement => {
  const judgement = judge(new Hearing(heard, id), subject)
  if (heard.some(({ outcome }) => outcome === 'answered')) return judgement
  const unsure = (finding: Finding): Finding =>
    finding.verdict === 'rejects' ? { ...finding, verdict: 'unknown', says: `${finding.says}; but nothing at all was answered` } : finding
  return { findings: judgement.findings.map(unsure) }
}

/** The same from the transcripts of a file. Of a question asked twice, the first answer was that the endpoint was busy. */
export const judgeTranscripts = (experiments: readonly Experiment[], transcripts: readonly Transcript[], subject: Subject): Judged => {
  const heard = transcripts.map((transcript, index) => hear(transcript, index, subject.dialect))
  const last = new Map(heard.map((each) => [`${each.experiment}/${each.label}`, each.index]))
  const named = heard.map((each) =>
    last.get(`${each.experiment}/${each.label}`) === each.index ? each : { ...each, label: `${each.label}-busy` },
  )
  return judgeAll(experiments, named, subject)
}
