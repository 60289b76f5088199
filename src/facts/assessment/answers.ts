import { z } from 'zod'
import { nearest } from '../../core/nearest.ts'
import { ok, type Result } from '../../core/result.ts'
import { type Day, parseDay } from '../../core/units.ts'
import { mistakesIn } from '../mistakes.ts'
import { decodeHandwritten, failed, levelOf, type Profile, type ProfileFailure, text } from './profile.ts'

const day = z.string().transform((value, context): Day => {
  const found = parseDay(value)
  if (found !== undefined) return found
  context.addIssue({ code: 'custom', message: `\`${value}\` is no day; write it as \`2026-10-01\`` })
  return z.NEVER
})

const answer = z.strictObject({ criterion: text, level: text, says: text, evidence: text, date: day })
const file = z.strictObject({ profile: text, version: text, by: text, answers: z.array(answer).max(5000) })

/** What the owner says of itself. INVARIANT(G3): however good its evidence reads, it counts as declared and never as shown. */
export type OwnerAnswers = { readonly by: string; readonly answers: ReadonlyMap<string, OwnerAnswer> }
export type OwnerAnswer = Readonly<z.output<typeof answer>>

/** Reads the owner's answers to one profile from YAML 1.2, whole or not at all; an answer from the future is a mistake. `name` is only for the messages. */
export const parseAnswers = (yaml: string, name: string, profile: Profile, today: Day): Result<OwnerAnswers, ProfileFailure> => {
  const decoded = decodeHandwritten(yaml, name)
  if (!decoded.ok) return decoded
  const read = file.safeParse(decoded.value, { reportInput: true })
  if (!read.success) return failed(mistakesIn(read.error.issues, FIELDS, name))
  const wrong = mistakes(read.data, profile, today)
  if (wrong.length > 0) return failed(wrong.map((message) => `${name}: ${message}`))
  return ok({ by: read.data.by, answers: new Map(read.data.answers.map((each) => [each.criterion, each])) })
}

const mistakes = (given: z.output<typeof file>, profile: Profile, today: Day): string[] => {
  if (given.profile !== profile.id || given.version !== profile.version)
    return [`it answers \`${given.profile}\` ${given.version}, and the profile is \`${profile.id}\` ${profile.version}`]
  const criteria = profile.objectives.flatMap((each) => each.criteria.map(({ id }) => id))
  return given.answers.flatMap(({ criterion, level, date }, index) => [
    ...(criteria.includes(criterion) ? [] : [missing('criterion', criterion, criteria)]),
    ...(levelOf(profile, level) === undefined
      ? [
          missing(
            'level',
            level,
            profile.levels.map(({ id }) => id),
          ),
        ]
      : []),
    ...(given.answers.findIndex((other) => other.criterion === criterion) < index ? [`\`${criterion}\` is answered twice`] : []),
    ...(date > today ? [`\`${criterion}\` is answered on ${date}, which is yet to come`] : []),
  ])
}

const missing = (kind: string, name: string, known: readonly string[]): string => {
  const close = nearest(name, known)
  return `there is no ${kind} \`${name}\`${close === undefined ? '' : `; did you mean \`${close}\`?`}`
}

const FIELDS = [...Object.keys(file.shape), ...Object.keys(answer.shape)]
