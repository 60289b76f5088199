// G1, G2 and G3 over generated worlds. Each world is law, facts, aliases, keys, calls and failures drawn by chance; the gateway runs in
// it on a clock of the test's own, and every request that leaves is judged by rules that share no code with the gateway's.
//
// A failure prints fast-check's seed and the number of the world, then the smallest world like it that still fails. To see that world
// again, call `play` with its number; `ALLOD_THOROUGH=10` searches longer.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Fact } from '../../src/facts/fact.ts'
import { REACH_2 } from '../../src/facts/rules.ts'
import { surely, THOROUGH, times } from '../thorough.ts'
import { type CallPlan, drawCall } from './calls.ts'
import { NO_FEATURES } from './features.ts'
import { OVERLOADED } from './scripts.ts'
import { numbersFrom, Tape } from './tape.ts'
import { type Incidents, type Tally, Trial } from './trial.ts'
import { judgeCall } from './verdict.ts'
import { drawWorld, type Edition, ENDPOINTS, editionOf, type World } from './world.ts'

/** In so many worlds a search comes at least as often to each place as the tables below say. */
const ALL = { worlds: 10_000, crowded: 1000 }
const WORLDS = times(1500, ALL.worlds)
const CROWDED_WORLDS = times(250, ALL.crowded)
const LOSSES = times(250, 800)
const TAPE_LENGTH = 450

const numbered = fc.noShrink(fc.noBias(fc.integer()))

const drawIncidents = (tape: Tape, span: number): Incidents => ({
  cuts: tape.chance(40)
    ? Array.from({ length: 1 + tape.below(3) }, () => ({ at: tape.below(span), endpoint: tape.pick(ENDPOINTS), on: !tape.chance(25) }))
    : [],
  cutsInFlight: tape.chance(30) ? 40 : 0,
  reload: tape.below(span),
  ledger: tape.chance(30) ? tape.pick(['slow', 'flaky', 'fails', 'fails-at-once', 'heals', 'hangs']) : 'sound',
  trouble: tape.chance(60) ? tape.below(span) : 0,
  shutdown: tape.chance(15) ? tape.below(span) : 60_000,
})

const playOnce = (numbers: readonly number[], most: number, tally: Tally): void => {
  const tape = new Tape(numbers)
  const world = drawWorld(tape)
  const count = most === 1 ? 1 + Number(tape.chance(20)) : 3 + tape.below(most)
  const span = most === 1 ? 1200 : 2500
  const plans: CallPlan[] = Array.from({ length: count }, (_, number) => drawCall(tape, world, number, most === 1 ? 500 : 1500))
  const trial = new Trial(tape, world, plans, drawIncidents(tape, span), tally)
  try {
    trial.run()
    for (const call of trial.calls) judgeCall(call, tally)
  } catch (failure) {
    const text = failure instanceof Error ? (failure.stack ?? failure.message) : String(failure)
    throw new Error(`${text}\n\n${trial.trace.join('\n')}\n\nunder law ${world.first.law.number}:\n${world.first.law.text}`)
  }
}

/** One world by its number, and when it fails, the smallest world like it that fails too. */
const play = (world: number, most: number, tally: Tally): void => {
  let numbers = numbersFrom(world, TAPE_LENGTH)
  let failure = failureOf(numbers, most, tally)
  if (failure === undefined) return
  for (const block of [105, 21, 7, 1]) {
    for (let from = 0; from < TAPE_LENGTH; from += block) {
      const plainer = numbers.map((each, i) => (i >= from && i < from + block ? 0 : each))
      const still = failureOf(plainer, most, {})
      if (still !== undefined) [numbers, failure] = [plainer, still]
    }
  }
  throw failure
}
const failureOf = (numbers: readonly number[], most: number, tally: Tally): unknown => {
  try {
    playOnce(numbers, most, tally)
    return undefined
  } catch (failure) {
    return failure
  }
}

/** A search that never came to the place it guards proves nothing. `share`: of the worlds in which it comes there so often. */
const assertTried = (tally: Tally, share: number, least: Readonly<Record<string, number>>): void => {
  for (const [what, number] of Object.entries(least)) {
    const wanted = share < 1 ? surely(number * share) : number
    assert.ok((tally[what] ?? 0) >= wanted, `only ${tally[what] ?? 0} times: ${what}`)
  }
}

test(`G1, G2: in ${WORLDS} worlds no byte leaves for an endpoint that nothing permits, or abroad without a record`, () => {
  const tally: Tally = {}
  fc.assert(
    fc.property(numbered, (world) => play(world, 1, tally)),
    { numRuns: WORLDS },
  )
  assertTried(tally, WORLDS / ALL.worlds, {
    'sent home': 300,
    'sent abroad': 2000,
    translated: 1000,
    'translated 200': 200,
    'passed over what cannot take it': 1,
    'fell back': 350,
    'asked again': 20,
    'kept to its room': 300,
    'altered in scarcity': 1,
    'gone on with': 5,
    'asked beside another': 30,
    outpaced: 12,
    'asked for a better answer': 30,
    'given a better answer': 6,
    'given the first answer': 20,
    'sent behind a reload': 30,
    'passed over what was cut': 15,
    'ended by a cut, and answered': 200,
    'ended by a cut, and told': 5,
    '451 no_permitted_endpoint': 1500,
    '503 ledger_unavailable': 500,
    'border failed': 200,
    'ledger hangs': 50,
    'stream end': 300,
    'stream abort': 40,
    vanished: 200,
    '503 closing': 50,
  })
})

test(`G1, G2: the same with several calls under way at once, in ${CROWDED_WORLDS} worlds`, () => {
  const tally: Tally = {}
  fc.assert(
    fc.property(numbered, (world) => play(world, 5, tally)),
    { numRuns: CROWDED_WORLDS },
  )
  assertTried(tally, CROWDED_WORLDS / ALL.crowded, {
    'sent home': 40,
    'sent abroad': 600,
    'fell back': 60,
    'sent behind a reload': 10,
    'passed over what was cut': 5,
    '503 too_many_calls': 75,
    '503 endpoints_resting': 1,
    '429 endpoints_busy': 2,
    'border failed': 30,
    'ledger hangs': 20,
    'stream abort': 15,
    vanished: 30,
  })
})

const HANDS = new Set<string>(['located-in', 'operated-by', 'hosted-on', 'fronted-by'])
const SETTLING = new Set<string>(REACH_2.questions.flatMap(({ settledBy }) => settledBy))
/** Whether a fact alone answers a question: no other row about the same thing would, and none overrules or contradicts it. */
const settlesAlone = (fact: Fact, facts: readonly Fact[]): boolean => {
  const thing = (each: Fact) => each.subject.split('/')[0]
  if (!SETTLING.has(fact.predicate) || fact.replaces !== undefined || /^(unknown|region:)/.test(fact.object)) return false
  const others = facts.filter((each) => each !== fact && each.predicate === fact.predicate && thing(each) === thing(fact))
  const isTwin = ({ id }: Fact) => id.startsWith(`${fact.id}-`) || fact.id.startsWith(`${id}-`)
  return others.every((each) => each.predicate === 'owned-by' && !isTwin(each))
}

/** Where a call goes when every endpoint turns it away. */
const contacted = (tape: Tape, edition: Edition, people: World['people'], plan: CallPlan): readonly string[] => {
  const sound: Incidents = { script: OVERLOADED, cuts: [], cutsInFlight: 0, reload: 0, ledger: 'sound', trouble: 0, shutdown: 60_000 }
  const trial = new Trial(tape, { first: edition, second: edition, people }, [plan], sound, {})
  trial.run()
  return trial.calls.flatMap(({ sendings }) => sendings.map(({ target }) => `${target.endpoint}/${target.model}`))
}

test('G3: without a fact that settled a question, no endpoint is contacted that was not before', () => {
  let fewer = 0
  fc.assert(
    fc.property(numbered, (number) => {
      const tape = new Tape(numbersFrom(number, TAPE_LENGTH))
      const { first, people } = drawWorld(tape)
      if (!first.law.cautious) return
      const plan = {
        ...drawCall(tape, { first, second: first, people }, 0, 1),
        vanishes: undefined,
        fullAfter: undefined,
        budget: undefined,
      }
      // One endpoint gets into foreign hands by one row: the loss that would tempt most.
      const hands = first.facts.filter(({ subject, predicate }) => subject.startsWith('endpoint:') && HANDS.has(predicate))
      const foreign = hands[tape.below(hands.length)]
      const facts = first.facts.map((fact) =>
        fact === foreign ? { ...fact, object: fact.predicate === 'located-in' ? 'country:US' : 'entity:b' } : fact,
      )
      const all = { ...first, maxAttempts: 9, features: NO_FEATURES }
      const before = contacted(tape, editionOf({ ...all, facts }), people, plan)
      for (const lost of facts.filter((fact) => settlesAlone(fact, facts) && tape.chance(fact.id === foreign?.id ? 100 : 25))) {
        const after = contacted(tape, editionOf({ ...all, facts: facts.filter((fact) => fact !== lost) }), people, plan)
        const added = after.filter((target) => !before.includes(target))
        assert.deepEqual(added, [], `without ${lost.subject} ${lost.predicate} ${lost.object}, under law ${first.law.number}`)
        if (after.length < before.length) fewer++
      }
    }),
    { numRuns: LOSSES },
  )
  assert.ok(fewer > (THOROUGH ? 10 : 1), `only ${fewer} losses closed an endpoint`)
})
