// How long a test waits for what is quick on a machine that does nothing else.
import { availableParallelism, loadavg } from 'node:os'

/**
 * Milliseconds that something may take which takes at most `quiet` of them where nobody else waits for the processors: twice that, and
 * more where many do. What is promised to the millisecond is measured by benchmarks.
 */
export const patience = (quiet: number): number => quiet * 2 * Math.max(1, (loadavg()[0] ?? 1) / availableParallelism())
