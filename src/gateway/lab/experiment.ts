// What the lab asks of an endpoint, and how the answers are judged. Everything here is pure: a run can be judged again from its file.
import type { JsonObject } from '../../core/json.ts'
import type { Millis, Tokens } from '../../core/units.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { DialectName, NeutralRequest } from '../dialects/neutral.ts'
import type { Blocs } from '../providers/places.ts'
import type { Place, Profile } from '../providers/profile.ts'
import type { Hearing } from './hearing.ts'

/**
 * `honours`: does what the dialect's documentation says. `ignores`: takes it, and does otherwise without a word. `rejects`: answers with
 * an error. `emulated`: brings it about in a way of its own. `unknown`: not asked, not answered, or the answer does not tell.
 */
export const VERDICTS = ['honours', 'ignores', 'rejects', 'emulated', 'unknown'] as const
export type Verdict = (typeof VERDICTS)[number]

/** One thing found out. INVARIANT: whoever says more than `unknown` names the transcripts that show it. */
export type Finding = {
  /** Lower-case words joined by `-` or `_`, or a language tag; unique in its experiment. */
  readonly aspect: string
  readonly verdict: Verdict
  /** One lower-case sentence without a full stop. */
  readonly says: string
  /** Indices of transcripts. */
  readonly evidence: readonly number[]
  /** What was measured, by name and unit: `firstByteMilliseconds`. Never compared between runs. */
  readonly figures?: { readonly [name: string]: number }
}

export type Judgement = {
  readonly findings: readonly Finding[]
  /** Deviations as a provider's profile states them, without source and evidence. */
  readonly classes?: { readonly [deviationClass: string]: JsonObject }
}

export type Experiment = {
  /** Lower-case words joined by `-`. */
  readonly id: string
  /** The deviation class, 1 to 18; absent for what is measured beside them. */
  readonly number?: number
  readonly title: string
  /** Aspects asked in words that are other vendors'. An endpoint that does not take them does as its dialect says. */
  readonly foreign?: readonly string[]
  /** Each is at most one call. */
  readonly steps: readonly Step[]
  /** INVARIANT: never throws, whatever was heard. */
  readonly judge: (heard: Hearing, subject: Subject) => Judgement
  /** What the questions after this one must know of the endpoint to be understood at all. */
  readonly settle?: (heard: Hearing, subject: Subject) => Subject
}

export type Step = {
  readonly label: string
  /** The question, from what was heard so far; undefined when it would tell nothing. Of a first call it must not ask for more than of a later. */
  readonly ask: (heard: Hearing, subject: Subject) => Question | undefined
  /** The most tokens the answer may have by what is asked; where no limit is asked for, what such an answer is expected to have. */
  readonly output: Tokens
  /** Bytes of the question, for steps whose question cannot be known beforehand. */
  readonly input?: number
}

export type Question = {
  readonly request: Omit<NeutralRequest, 'model'>
  /** Members put over the encoded body, each whole. */
  readonly patch?: JsonObject
  /** Instead of the model that is probed. */
  readonly model?: string
  /** Instead of the endpoint's own. */
  readonly authentication?: 'none' | 'wrong'
  /** Sent as the body, whatever the request says. */
  readonly text?: string
  /** Whose words the patch is in; absent: every dialect has them. */
  readonly dialects?: readonly DialectName[]
  /** Asked as it stands, whatever was settled. */
  readonly plain?: boolean
}

/** One model behind one endpoint, and what is settled of how it must be spoken to. */
export type Subject = {
  readonly dialect: Dialect
  /** The endpoint's name of it. */
  readonly model: string
  /** What the vendor must be told in each body. */
  readonly body: JsonObject
  readonly profile: Profile | undefined
  readonly place: Place | undefined
  readonly blocs: Blocs
  /** How the key goes out, in words, without the key. */
  readonly scheme: { readonly kind: 'none' | 'bearer' | 'header' | 'other'; readonly header: string | undefined }
  readonly streams: 'both' | 'only' | 'never'
  /** Whether a stream counts its tokens when it is asked to, always, or never. */
  readonly streamUsage: 'asked' | 'always' | 'never'
  /** The member that holds the limit of tokens, where it is not the dialect's own. */
  readonly limitMember: string | undefined
}

/** How a call ended for the wire. Text is what came, as UTF-8; of binary frames, the events they hold. */
export type Received =
  | {
      readonly kind: 'answer'
      readonly status: number
      /** Lower-case names. Only those that tell something: the type of the content, limits, places. */
      readonly headers: { readonly [name: string]: string }
      readonly body: string
      /** The rest was longer than any answer to what the lab asks. */
      readonly truncated: boolean
      readonly firstByte: Millis
      readonly total: Millis
    }
  | { readonly kind: 'failure'; readonly failure: string; readonly message: string; readonly total: Millis }

/** INVARIANT: no secret stands in a transcript. */
export type Transcript = {
  readonly experiment: string
  readonly label: string
  readonly path: string
  /** The body as it was sent. */
  readonly sent: string
  readonly authentication: 'own' | 'none' | 'wrong'
  readonly received: Received
}
