import type { JsonObject } from '../../../core/json.ts'
import { asking, step } from '../asking.ts'
import type { Experiment, Finding, Judgement, Subject } from '../experiment.ts'
import { type Heard, objectOf } from '../hearing.ts'
import { judged, opinion, quoted, refusal } from '../judging.ts'

const WRONGS: readonly { readonly aspect: string; readonly question: Parameters<typeof step>[1] }[] = [
  { aspect: 'not-json', question: { request: asking('Say hello in one word.'), text: '{"model": "allod", ' } },
  { aspect: 'empty-object', question: { request: asking('Say hello in one word.'), text: '{}' } },
  {
    aspect: 'wrong-type',
    question: (_, { dialect }) => ({ request: asking('Say hello in one word.'), patch: { [listOf(dialect.name)]: 'hello' } }),
  },
]
const listOf = (dialect: string): string => (dialect === 'gemini' ? 'contents' : 'messages')

/** How it says no to what is plainly wrong. */
export const errorShapes: Experiment = {
  id: 'error-shapes',
  title: 'How errors are told',
  steps: WRONGS.map(({ aspect, question }) => step(aspect, question)),
  judge: (heard, subject): Judgement => ({ findings: WRONGS.map(({ aspect }) => told(aspect, heard.of(aspect), subject)) }),
}

const told = (aspect: string, heard: Heard | undefined, subject: Subject): Finding => {
  if (heard === undefined) return judged(aspect, heard, () => opinion('unknown', ''))
  const evidence = [heard.index]
  if (heard.outcome === 'silent' || heard.outcome === 'busy') return judged(aspect, heard, () => opinion('unknown', ''))
  if (heard.status >= 200 && heard.status < 300)
    return { aspect, verdict: 'ignores', says: `answers ${heard.status} to what cannot be a question`, evidence }
  if (heard.status >= 500) return { aspect, verdict: 'ignores', says: `takes it for its own fault: ${refusal(heard)}`, evidence }
  const shape = shapeOf(heard, subject)
  return shape
    ? { aspect, verdict: 'honours', says: refusal(heard), evidence }
    : { aspect, verdict: 'emulated', says: `tells errors in a shape of its own: ${quoted(heard.text)}`, evidence }
}

/** Whether the members are those that the dialect's own errors have. */
const shapeOf = (heard: Heard, { dialect }: Subject): boolean => {
  const body = objectOf(heard.text)
  if (body === undefined) return false
  const given = flat(body)
  return membersOf(dialect.encodeError({ status: 400, kind: 'invalid-request', message: 'x' }).body).every((path) =>
    Object.hasOwn(given, path),
  )
}
const REQUIRED = /(?:^|\.)(?:message|type|error)$/
const membersOf = (body: JsonObject): readonly string[] => Object.keys(flat(body)).filter((path) => REQUIRED.test(path))
const flat = (body: JsonObject): { readonly [path: string]: true } => {
  const paths: Record<string, true> = {}
  for (const [name, value] of Object.entries(body)) {
    paths[name] = true
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      for (const inner of Object.keys(value)) paths[`${name}.${inner}`] = true
  }
  return paths
}
