/**
 * A source of choices: numbers that fast-check drew beforehand, so that it also knows how to make a failing world smaller.
 * Zero is always the plainest choice, and a tape that is used up goes on with zeros.
 */
export class Tape {
  private at = 0
  private readonly numbers: ArrayLike<number>

  constructor(numbers: ArrayLike<number>) {
    this.numbers = numbers
  }

  /** A whole number from 0 to `bound` - 1. */
  below(bound: number): number {
    return (this.numbers[this.at++] ?? 0) % bound
  }

  /** True in so many cases of a hundred; never once the tape is used up. */
  chance(percent: number): boolean {
    return this.below(100) >= 100 - percent
  }

  /** Name a choice several times to make it likelier; name the plainest one first. */
  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.below(choices.length)] ?? choices[0]
  }

  some<T>(choices: readonly T[], percent: number): readonly T[] {
    return choices.filter(() => this.chance(percent))
  }
}

/** Numbers for things that are drawn once and shared by many worlds (mulberry32). */
export const numbersFrom = (seed: number, length: number): readonly number[] => {
  let state = seed
  return Array.from({ length }, () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return (mixed ^ (mixed >>> 14)) & 0xffff
  })
}
