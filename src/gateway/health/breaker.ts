import type { EpochMillis, Millis, Random } from '../../core/units.ts'
import type { BreakerRules } from './rules.ts'

/** Who entered in which state of a breaker. 0: nobody may. */
export type Pass = number
export const NO_PASS: Pass = 0

/**
 * A circuit breaker (Nygard, "Release It!", 2nd edition, section 5.2): closed it lets calls through; open, none; when its rest is over it is
 * half open and lets a bounded number of trials through, of which the first that ends decides.
 *
 * INVARIANT: a call that entered before the last change of state changes nothing when it ends.
 */
export class Breaker {
  state: 'closed' | 'open' | 'half-open' = 'closed'
  /** While open: when it may be tried. */
  until = 0 as EpochMillis
  /** While open: since when. */
  private since = 0 as EpochMillis
  private pass: Pass = 1
  private failuresInARow = 0
  private rests = 0
  private trials = 0

  /** Whether somebody may enter now. */
  admits(now: EpochMillis, trials: number): boolean {
    if (this.state === 'closed') return true
    // A clock that was set back must not make a rest of seconds one of hours.
    return this.state === 'open' ? now >= this.until || now < this.since : this.trials < trials
  }

  /** Lets one call enter, to be given back by `succeeded`, `failed` or `left`, once; `NO_PASS` when none may. */
  enter(now: EpochMillis, trials: number): Pass {
    if (this.state === 'closed') return this.pass
    if (!this.admits(now, trials)) return NO_PASS
    if (this.state === 'open') this.become('half-open')
    this.trials++
    return this.pass
  }

  isTrial(pass: Pass): boolean {
    return this.state === 'half-open' && pass === this.pass
  }

  /** Returns whether it closed by this. */
  succeeded(pass: Pass): boolean {
    if (pass !== this.pass) return false
    this.failuresInARow = 0
    if (this.state !== 'half-open') return false
    this.rests = 0
    this.become('closed')
    return true
  }

  /** `tooMany`: the share of failures alone would open it. Returns whether it opened by this. */
  failed(pass: Pass, now: EpochMillis, rules: BreakerRules, tooMany: boolean, random: Random): boolean {
    if (pass !== this.pass) return false
    this.failuresInARow++
    if (this.state === 'closed' && this.failuresInARow < rules.failures && !tooMany) return false
    this.open(now, rules, random)
    return true
  }

  /** A call ended that says nothing of the endpoint. */
  left(pass: Pass): void {
    if (pass === this.pass && this.state === 'half-open') this.trials--
  }

  /** Whoever knows that it is well again says so. */
  close(): void {
    this.rests = 0
    if (this.state !== 'closed') this.become('closed')
  }

  /** Opens for the next, longer rest: between half of it and all of it, so that exchanges do not come back all at once. */
  open(now: EpochMillis, { rest, longest }: { readonly rest: Millis; readonly longest: Millis }, random: Random): void {
    const whole = Math.min(longest, rest * 2 ** Math.min(this.rests++, 30))
    this.until = (now + Math.round(whole * (0.5 + fraction(random) / 2))) as EpochMillis
    this.since = now
    this.become('open')
  }

  /** The endpoint itself asked to be left alone until then. A rest that is longer already stays. */
  restUntil(until: EpochMillis, now: EpochMillis): void {
    if (this.state === 'open' && this.until >= until) return
    this.until = until
    this.since = now
    this.become('open')
  }

  private become(state: Breaker['state']): void {
    this.state = state
    this.pass++
    this.failuresInARow = 0
    this.trials = 0
  }
}

/** From 0 to 1. */
export const fraction = (random: Random): number => {
  const [high = 0, low = 0] = random(2)
  return (high * 256 + low) / 65_535
}
