import { nearest } from '../core/nearest.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { Graph } from './graph.ts'

export type SubjectFailure = { readonly kind: 'subject-unknown'; readonly message: string }
const KINDS = ['endpoint', 'model', 'entity'] as const

/**
 * The reference a person meant: `endpoint:x`, `model:x`, `entity:x`, or a bare name, tried in that order. An endpoint that has rows
 * may be asked for any model (`x/model`). What no row speaks of is a failure with the nearest right name.
 */
export const resolveSubject = (graph: Graph, text: string): Result<string, SubjectFailure> => {
  const known = knownSubjects(graph)
  const written = /^(endpoint|model|entity):/.test(text)
  for (const reference of written ? [text] : KINDS.map((kind) => `${kind}:${text}`)) {
    const slash = reference.startsWith('endpoint:') ? reference.indexOf('/') : -1
    if (known.has(reference) || (slash > 0 && known.has(reference.slice(0, slash)))) return ok(reference)
  }
  const names = [...known].map((reference) => (written ? reference : reference.slice(reference.indexOf(':') + 1)))
  const near = nearest(text, names)
  const hint = near === undefined ? 'see `allod facts list`' : `did you mean \`${near}\`?`
  return err({ kind: 'subject-unknown', message: `no fact speaks of \`${text}\`; ${hint}` })
}

const knownSubjects = (graph: Graph): ReadonlySet<string> => {
  const known = new Set<string>()
  for (const { subject, object } of graph.facts) {
    for (const reference of [subject, object]) if (KINDS.some((kind) => reference.startsWith(`${kind}:`))) known.add(reference)
  }
  for (const endpoint of graph.models.keys()) known.add(endpoint)
  return known
}
