import type { EpochMillis } from '../../core/units.ts'

/** What happened this many milliseconds ago counts half. */
export const HALF_LIFE = 30_000

/**
 * What the recent past says of an endpoint model. Sums whose parts fade exponentially with age (Cormode et al., "Forward decay", ICDE
 * 2009, section 3), all by one factor, so that each event costs the same and nothing grows.
 */
export class Figures {
  private at = 0
  private calls = 0
  private failures = 0
  private firstTokens = 0
  private firstTokenTime = 0
  private answers = 0
  private answerTime = 0
  private tokens = 0
  private writingTime = 0

  /** An attempt ended; `failed` is the endpoint's doing. */
  count(failed: boolean, now: EpochMillis): void {
    this.fade(now)
    this.calls++
    if (failed) this.failures++
  }

  /** A stream's first event with data came so many milliseconds after the request left. */
  firstToken(after: number, now: EpochMillis): void {
    this.fade(now)
    this.firstTokens++
    this.firstTokenTime += after
  }

  /** An answer came to its end: milliseconds since its request left, and tokens written in the `writing` last of them. */
  answered(took: number, tokens: number, writing: number, now: EpochMillis): void {
    this.fade(now)
    this.answers++
    this.answerTime += took
    if (writing <= 0) return
    this.tokens += tokens
    this.writingTime += writing
  }

  /** It answers again: what went wrong before is no longer held against it. */
  forgive(): void {
    this.calls = 0
    this.failures = 0
  }

  /** How many attempts stand behind the share of failures, the older ones counting less. */
  weight(now: EpochMillis): number {
    this.fade(now)
    return this.calls
  }

  /** From 0 to 1; 0 of nothing. */
  failureShare(): number {
    return this.calls === 0 ? 0 : this.failures / this.calls
  }

  /** Mean time to the first token of a stream, in milliseconds; undefined when there was none of late. */
  timeToFirstToken(): number | undefined {
    return mean(this.firstTokenTime, this.firstTokens)
  }

  /** Mean time to the end of an answer, in milliseconds. */
  timeToAnswer(): number | undefined {
    return mean(this.answerTime, this.answers)
  }

  tokensPerSecond(): number | undefined {
    return this.writingTime === 0 ? undefined : (this.tokens * 1000) / this.writingTime
  }

  private fade(now: EpochMillis): void {
    const passed = now - this.at
    if (passed === 0) return
    this.at = now
    // A clock that was set back makes nothing young again, and from then on what is old fades as before.
    if (passed < 0) return
    const left = 2 ** (-passed / HALF_LIFE)
    this.calls *= left
    this.failures *= left
    this.firstTokens *= left
    this.firstTokenTime *= left
    this.answers *= left
    this.answerTime *= left
    this.tokens *= left
    this.writingTime *= left
  }
}

/** A thousandth of an event says nothing of today. */
const LEAST = 0.001
const mean = (sum: number, weight: number): number | undefined => (weight < LEAST ? undefined : sum / weight)
