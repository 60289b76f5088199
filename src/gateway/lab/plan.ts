// What a run may cost at most, known before it starts.
import { type Micros, micros, type Tokens, tokens } from '../../core/units.ts'
import type { Price } from '../snapshot.ts'
import { encodeQuestion } from './asking.ts'
import type { Experiment, Step, Subject } from './experiment.ts'
import { Hearing } from './hearing.ts'

/** Upper bounds. A token has at least one byte, so the bytes of a question bound its tokens. */
export type Plan = {
  readonly calls: number
  readonly input: Tokens
  readonly output: Tokens
  readonly cost: Micros
  readonly experiments: readonly { readonly id: string; readonly calls: number }[]
}

/** Bytes by which a question may grow with what is settled later: another name of a member, a stream. */
const MARGIN = 96
const DEFAULT_INPUT = 1024
/** Tokens that an endpoint's template and its bounds for reasoning may add to what is sent. */
const TEMPLATE = 64
/** Calls beyond the questions: those that are asked again because the endpoint was busy. */
export const SPARE = 8

/** The plan for these experiments. A step that asks nothing at first may still ask later, and counts. */
export const planOf = (experiments: readonly Experiment[], subject: Subject, price: Price): Plan => {
  const each = experiments.map(({ id, steps }) => ({ id, bounds: steps.flatMap((step) => boundOf(step, id, subject) ?? []) }))
  const bounds = each.flatMap((one) => one.bounds)
  const largest = bounds.reduce((most, bound) => (costOf(bound, price) > costOf(most, price) ? bound : most), bounds[0] ?? NOTHING)
  const spare =
    bounds.length === 0 ? [] : Array.from({ length: SPARE }, () => ({ ...largest, input: Math.min(largest.input, DEFAULT_INPUT) }))
  const all = [...bounds, ...spare]
  const input = tokens(all.reduce((sum, bound) => sum + bound.input, 0))
  const output = tokens(all.reduce((sum, bound) => sum + bound.output, 0))
  return {
    calls: all.length,
    input,
    output,
    cost: costOf({ input, output }, price),
    experiments: each.map((one) => ({ id: one.id, calls: one.bounds.length })),
  }
}

type Bound = { readonly input: number; readonly output: number }
const NOTHING: Bound = { input: 0, output: 0 }

/** Undefined where the dialect has no words for it. */
const boundOf = (step: Step, experiment: string, subject: Subject): Bound | undefined => {
  const question = step.ask(new Hearing([], experiment), subject)
  if (step.input !== undefined || question === undefined) return { input: (step.input ?? DEFAULT_INPUT) + TEMPLATE, output: step.output }
  const encoded = encodeQuestion(question, subject)
  return encoded.ok ? boundOfBody(encoded.value.body, step.output) : undefined
}

export const boundOfBody = (body: string, output: number): Bound => ({
  input: new TextEncoder().encode(body).length + MARGIN + TEMPLATE,
  output,
})

/** Rounded up, so that no sum of parts exceeds the whole by rounding. */
export const costOf = ({ input, output }: Bound, price: Price): Micros =>
  micros(Math.ceil((input * price.input + output * price.output) / 1e6))
