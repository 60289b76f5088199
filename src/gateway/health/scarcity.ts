import type { NeutralRequest, Warning } from '../dialects/neutral.ts'
import type { Step } from '../prepared.ts'
import type { Classified } from '../stages.ts'
import type { Health } from './health.ts'

/**
 * What the owner wants done while so much of the room of an alias is taken: another of its targets first, shorter answers, or none. Of
 * those whose bound is passed, the last of each kind holds. Priorities in `spares` are not touched.
 */
export type Measure = {
  /** Calls that run or wait, over calls that may run side by side; above 1 there is a line. */
  readonly above: number
  readonly spares: readonly string[]
} & (
  | { readonly kind: 'model'; readonly target: string }
  | { readonly kind: 'shorter'; readonly maxOutputTokens: number }
  | { readonly kind: 'refuse' }
)

/** What scarcity does to one call. INVARIANT(G4): each effect on an answer stands in `declared`. */
export type Degradation = {
  /** As `endpoint/model`; it is one of the plan's own, or nothing comes of it (G1). */
  readonly target: string | undefined
  readonly maxOutputTokens: number | undefined
  readonly refuses: boolean
}

/** What to do with this call now; undefined where there is room enough. */
export const degradationOf = (
  measures: readonly Measure[],
  steps: readonly Step[],
  classified: Classified,
  health: Health,
): Degradation | undefined => {
  const { key, snapshot } = classified.authenticated
  const priority = key.priority ?? snapshot.priorities?.at(-1)
  const substitutes = new Set(measures.flatMap((measure) => (measure.kind === 'model' ? [measure.target] : [])))
  // The room of who steps in for others is not what is scarce.
  const load = health.load(steps.filter((step) => !substitutes.has(nameOf(step))))
  const due = measures.filter(({ above, spares }) => load > above && (priority === undefined || !spares.includes(priority)))
  if (due.length === 0) return undefined
  return {
    target: due.findLast((measure) => measure.kind === 'model')?.target,
    maxOutputTokens: due.findLast((measure) => measure.kind === 'shorter')?.maxOutputTokens,
    refuses: due.some(({ kind }) => kind === 'refuse'),
  }
}

/** The same steps, the one that steps in first. */
export const withFirst = (steps: readonly Step[], target: string | undefined): readonly Step[] => {
  const first = steps.find((step) => nameOf(step) === target)
  return first === undefined ? steps : [first, ...steps.filter((step) => step !== first)]
}

/** What this call is told of what scarcity did to it at this step; empty when nothing. */
export const declared = ({ target, maxOutputTokens }: Degradation, step: Step, asked: number | undefined): readonly Warning[] => {
  const warnings: Warning[] = []
  const approximated = { kind: 'approximated', weight: 'constraint' } as const
  if (nameOf(step) === target)
    warnings.push({
      ...approximated,
      path: '/model',
      message: `room is scarce, and \`${target}\` answers in place of what would answer otherwise`,
    })
  if (maxOutputTokens !== undefined && (asked === undefined || asked > maxOutputTokens))
    warnings.push({
      ...approximated,
      path: '/sampling/maxTokens',
      message: `room is scarce, and an answer is at most ${maxOutputTokens} tokens long`,
    })
  return warnings
}

/** The question with as short an answer as there is room for. */
export const shortened = (question: NeutralRequest, degradation: Degradation | undefined): NeutralRequest => {
  const most = degradation?.maxOutputTokens
  if (most === undefined || (question.sampling.maxTokens ?? Number.POSITIVE_INFINITY) <= most) return question
  return { ...question, sampling: { ...question.sampling, maxTokens: most } }
}

const nameOf = ({ endpoint, model }: Step): string => `${endpoint.id}/${model.model}`
