import type { EpochMillis, Millis } from '../../core/units.ts'
import type { CutReason, Finding } from './finding.ts'
import type { CutRules } from './rules.ts'

/** What a detected cut rests on. */
export type CutEvidence = { readonly reason: CutReason; readonly attempts: number; readonly lasted: Millis; readonly status: number }

const CLEAR_ATTEMPTS = 3
const REFUSALS = 5
const REPEATED = 3

/**
 * Tells a cut from a bad moment: failures in a row, with nothing between them that shows that somebody still serves us. Clear words are
 * believed behind any two others, since whoever drops those it serves has little left to refuse; other refusals after five, silence after
 * as many as the rules say, each earlier when it lasts.
 */
export class CutWatch {
  /** Set from the moment it was detected until the endpoint answers. */
  detected: CutReason | undefined
  private reason: CutReason | undefined
  /** Failures in a row that have a reason, and failures in a row of any kind. */
  private attempts = 0
  private failures = 0
  private since = 0 as EpochMillis

  /** Returns the evidence at the moment when it becomes enough, once. */
  sees(finding: Finding, status: number, now: EpochMillis, rules: CutRules): CutEvidence | undefined {
    const { reason } = finding
    this.failures++
    if (reason === undefined) {
      // Silence says neither; whoever sends a status is there, and serves us.
      if (status !== 0) this.attempts = 0
      return undefined
    }
    if (this.attempts === 0) this.since = now
    this.reason = reason
    this.attempts++
    if (this.detected !== undefined || !this.isEnough(finding, now, rules)) return undefined
    this.detected = this.reason
    return { reason, attempts: this.attempts, lasted: (now - this.since) as Millis, status }
  }

  /** It answers: returns whether a cut ends by that. */
  answers(): boolean {
    const ended = this.detected !== undefined
    this.detected = undefined
    this.attempts = 0
    this.failures = 0
    return ended
  }

  private isEnough({ kind, clear }: Finding, now: EpochMillis, { attempts, after }: CutRules): boolean {
    if (clear && this.failures >= Math.min(CLEAR_ATTEMPTS, attempts)) return true
    if (this.attempts >= Math.min(kind === 'refused' ? REFUSALS : attempts, attempts)) return true
    return this.attempts >= Math.min(REPEATED, attempts) && now - this.since >= after
  }
}
