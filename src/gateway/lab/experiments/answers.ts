import type { JsonObject } from '../../../core/json.ts'
import type { Stop } from '../../dialects/neutral.ts'
import { asking, say, step } from '../asking.ts'
import type { Experiment, Finding, Judgement } from '../experiment.ts'
import { type Heard, type Hearing, objectOf } from '../hearing.ts'
import { judged, type Opinion, opinion, quoted, stopOf, textOf } from '../judging.ts'

/** Class 11. Asks nothing of its own but for one long answer: every answer of the run is looked at. */
export const finishReasons: Experiment = {
  id: 'finish-reasons',
  number: 11,
  title: 'Words for why an answer ended',
  steps: [step('cut', { request: asking('Count from 1 to 60 in digits.', { sampling: { maxTokens: 4 } }) })],
  judge: (heard): Judgement => {
    const own = ownWords(heard)
    const answered = heard.all.filter(({ outcome }) => outcome === 'answered')
    if (answered.length === 0) return { findings: [{ aspect: 'words', verdict: 'unknown', says: 'nothing was answered', evidence: [] }] }
    const named = new Map([...own].reverse().map(([word, told]) => [aspectOf(word), { word, ...told }]))
    const findings: Finding[] = [...named].map(([aspect, { word, kind, index }]) => ({
      aspect,
      verdict: 'emulated',
      says: `says ${quoted(word)} where the dialect has its own word for \`${kind}\``,
      evidence: [index],
    }))
    if (findings.length === 0)
      findings.push({
        aspect: 'words',
        verdict: 'honours',
        says: 'ends in the words of its dialect',
        evidence: answered.slice(0, 3).map(({ index }) => index),
      })
    const words = Object.fromEntries([...own].flatMap(([word, { kind }]) => (USUAL.has(word) ? [] : [[word, kind]])))
    return { findings, ...(Object.keys(words).length > 0 && { classes: { finishReasons: { words } } }) }
  },
}

const MAX_WORDS = 16
/** A usual word in an unusual place must not become another word for that place. */
const USUAL: ReadonlySet<string> = new Set([
  'stop',
  'length',
  'tool_calls',
  'content_filter',
  'function_call',
  'end_turn',
  'tool_use',
  'max_tokens',
  'STOP',
])
const aspectOf = (word: string): string =>
  `word-${word
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '-')
    .slice(0, 40)}`

const ownWords = (heard: Hearing): ReadonlyMap<string, { readonly kind: Stop['kind']; readonly index: number }> => {
  const words = new Map<string, { readonly kind: Stop['kind']; readonly index: number }>()
  for (const { answer, index } of heard.all)
    for (const { stop } of answer?.choices ?? []) {
      const word = stop.original
      if (word !== undefined && word !== '' && word.length <= 64 && !words.has(word) && words.size < MAX_WORDS)
        words.set(word, { kind: stop.kind, index })
    }
  return words
}

const schema = {
  type: 'object',
  properties: { degrees: { type: 'integer' }, sky: { type: 'string', enum: ['clear', 'cloudy'] } },
  required: ['degrees', 'sky'],
  additionalProperties: false,
}
const WEATHER = 'Write two sentences about the weather in Reims in spring.'
const limited = { sampling: { maxTokens: 160 } }

/** Class 12. The question leads away from JSON, so that an answer in JSON is the mode's doing. */
export const jsonModes: Experiment = {
  id: 'json-modes',
  number: 12,
  title: 'JSON, and JSON by a schema',
  steps: [
    step('plain', { request: asking(WEATHER, limited) }, 160),
    step(
      'object',
      {
        request: asking([say('system', 'If you are asked to, you answer in JSON.'), say('user', WEATHER)], {
          output: { kind: 'json' },
          ...limited,
        }),
      },
      160,
    ),
    step('schema', { request: asking(WEATHER, { output: { kind: 'schema', schema, name: 'weather', strict: true }, ...limited }) }, 160),
  ],
  judge: (heard): Judgement => {
    const plain = heard.of('plain')
    const findings = [
      judged('object', heard.of('object'), (answer) => jsonShown(answer, plain, () => true)),
      judged('schema', heard.of('schema'), (answer) => jsonShown(answer, plain, fits)),
    ]
    return { findings, classes: modeClasses(findings) }
  },
}

const fits = (value: JsonObject): boolean =>
  Number.isInteger(value.degrees) && (value.sky === 'clear' || value.sky === 'cloudy') && Object.keys(value).length === 2

const jsonShown = (heard: Heard, plain: Heard | undefined, right: (value: JsonObject) => boolean): Opinion => {
  const text = textOf(heard).trim()
  const fenced = /^```(?:json)?\s*([\s\S]*?)\s*```$/.exec(text)?.[1]
  const value = objectOf(text)
  const grown = (heard.answer?.usage?.input ?? 0) - (plain?.answer?.usage?.input ?? Number.POSITIVE_INFINITY)
  if (value !== undefined && right(value))
    return grown > 20
      ? opinion('honours', `answers as asked; the question counts ${grown} tokens more than without, so it is also put into words`)
      : opinion('honours', 'answers as asked')
  if (value === undefined && stopOf(heard)?.kind === 'length' && /^[{[]/.test(text))
    return opinion('unknown', 'what begins as JSON is cut before its end')
  if (fenced !== undefined && objectOf(fenced) !== undefined) return opinion('emulated', 'answers in JSON inside a code fence')
  if (value !== undefined) return opinion('ignores', 'answers in JSON that does not fit the schema')
  return opinion('ignores', 'answers in prose')
}

const modeClasses = (findings: readonly Finding[]): { readonly [name: string]: JsonObject } => {
  const [object, schema] = findings.map(({ verdict }) => verdict)
  return object === 'unknown' || schema === 'unknown' ? {} : { jsonModes: { object: object === 'honours', schema: schema === 'honours' } }
}
