import { type EpochMillis, epochMillis } from '../../src/core/units.ts'

/** Time that moves only when the next thing that was put off comes due. Things due at one moment happen in the order given. */
export class Schedule {
  now: EpochMillis
  private readonly due: { readonly at: number; readonly act: () => void }[] = []

  constructor(start: EpochMillis) {
    this.now = start
  }

  after(delay: number, act: () => void): void {
    const at = this.now + delay
    let place = this.due.length
    while (place > 0 && (this.due[place - 1]?.at ?? 0) > at) place--
    this.due.splice(place, 0, { at, act })
  }

  /** Lets everything happen, what follows from it included. */
  run(): void {
    for (let next = this.due.shift(); next !== undefined; next = this.due.shift()) {
      this.now = epochMillis(next.at)
      next.act()
    }
  }
}
