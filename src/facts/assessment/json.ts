import type { Assessment, Bounds, CriterionAnswer, ObjectiveAnswer } from './assess.ts'
import type { Profile } from './profile.ts'
import { levelId, type Written } from './words.ts'

/** `allod report --json`: the shape is fixed by section 6 of `spec/profiles.md`; members may be added, never changed. Levels are named. */
export const assessmentJson = (assessment: Assessment, written: Written): object => {
  const { profile, objectives, score, ...rest } = assessment
  const { id, title, version, published, levels, notes, sources } = profile
  return {
    v: 1,
    ...written,
    ...rest,
    profile: { id, title, version, published, levels, notes, sources },
    objectives: objectives.map((each) => objectiveJson(each, profile)),
    ...(score === undefined ? {} : { score: rounded(score) }),
  }
}

const objectiveJson = ({ bounds, points: _, gate, criteria, ...rest }: ObjectiveAnswer, profile: Profile) => ({
  ...rest,
  level: named(bounds, profile),
  ...(gate === undefined ? {} : { gate: { ...gate, minimum: levelId(profile, gate.minimum) } }),
  criteria: criteria.map((each) => criterionJson(each, profile)),
})

const criterionJson = ({ bounds, ...rest }: CriterionAnswer, profile: Profile) => ({ ...rest, level: named(bounds, profile) })

const named = ({ shown, declared, atMost }: Bounds, profile: Profile) => ({
  shown: levelId(profile, shown),
  declared: levelId(profile, declared),
  atMost: levelId(profile, atMost),
})

const rounded = ({ shown, declared, atMost }: Bounds): Bounds => ({ shown: two(shown), declared: two(declared), atMost: two(atMost) })
const two = (value: number): number => Number(value.toFixed(2))
