// The two moments at which a call of the Responses API meets what is kept: before it is planned, and before the end of its answer leaves.
import type { JsonObject } from '../core/json.ts'
import { ok, type Result } from '../core/result.ts'
import type { EpochMillis } from '../core/units.ts'
import {
  type Absent,
  type Keeping,
  keeps,
  type Loaded,
  loadFor,
  notKept,
  type Recall,
  recallOf,
  tellingKept,
  termsOf,
  turnOf,
  type Whole,
  wholeRequest,
} from './conversations.ts'
import type { Unreadable } from './dialects/dialect.ts'
import type { NeutralResponse, Warning } from './dialects/neutral.ts'
import type { Conversations, KeepingFailure, KeepingRules, Owner, Turn } from './kept.ts'

/** A question with all that it refers to. */
export type Resumed = Whole & {
  readonly recall: Recall
  readonly loaded: Loaded
  /** The lowest class that the call may have; undefined where it continues nothing. */
  readonly dataClass: string | undefined
}

/**
 * Reads a body and loads what it refers to. To be done before the call is classified, for what was said before may raise its class: then
 * `purpose` is the call's own, and `classes` are those of the snapshot, lowest first.
 */
export const resume = (
  keeping: Keeping,
  { owner, purpose, classes }: { readonly owner: Owner; readonly purpose: string; readonly classes: readonly string[] },
  body: JsonObject,
  now: EpochMillis,
): Result<Resumed, Unreadable | Absent | KeepingFailure> => {
  const recall = recallOf(body)
  if (!recall.ok) return recall
  const loaded = loadFor(keeping, owner, recall.value)
  if (!loaded.ok) return loaded
  const whole = wholeRequest(body, recall.value, loaded.value, now)
  if (!whole.ok) return whole
  const terms = termsOf(loaded.value, purpose, classes)
  if (!terms.ok) return terms
  return ok({ ...whole.value, recall: recall.value, loaded: loaded.value, dataClass: terms.value.dataClass })
}

/** What the answer is to tell: members that replace its own, and warnings that join the others. */
export type Told = { readonly members: JsonObject; readonly warnings: readonly Warning[] }

/**
 * Keeps an answered question where that is wanted, durable when it returns, and says what to tell of it. To be done when the answer is
 * whole and its end is still held; should the call's record fail after that, `conversations.erase` takes the turn back. `law.told` is the
 * answer as the caller gets it, without these members.
 */
export const keepAnswer = (
  conversations: Pick<Conversations, 'save'>,
  { recall, own }: Pick<Resumed, 'recall' | 'own'>,
  answer: NeutralResponse,
  { owner, rules, ...kept }: Parameters<typeof turnOf>[3] & { readonly owner: Owner; readonly rules: KeepingRules },
): Told => {
  const wish = keeps(recall, rules)
  const untold = (why: string): Told => ({ members: tellingKept(recall, false), warnings: [notKept(why)] })
  if (wish === 'refused') return untold('the owner of this exchange keeps no conversations')
  if (wish === 'no') return { members: tellingKept(recall, false), warnings: [] }
  const { turn, warnings } = turnOf(recall, own, answer, kept)
  const saved = conversations.save(owner, turn satisfies Turn, rules)
  return saved.ok ? { members: tellingKept(recall, true), warnings } : untold(saved.error.message)
}
