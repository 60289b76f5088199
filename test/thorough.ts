// How long tests search. Every run tries everything there is: each test, page, dialect and fault; a thorough one tries it more often, in
// more combinations and looks. `ALLOD_THOROUGH` is the only switch: 1 as the pipeline and `npm run test:thorough` set it, 20 to search
// twenty times as long as that.
import assert from 'node:assert/strict'

const FACTOR = Number(process.env.ALLOD_THOROUGH ?? 0)
assert.ok(FACTOR >= 0, '`ALLOD_THOROUGH` must be a number, such as 1')

export const THOROUGH = FACTOR > 0

/** How often something is tried that is drawn by chance, in a quick run and in a thorough one. */
export const times = (quick: number, thorough: number): number => (THOROUGH ? Math.ceil(thorough * FACTOR) : quick)

/** Of what is expected so often at least, how often a search surely comes to it: four standard deviations below (Poisson). */
export const surely = (expected: number): number => Math.max(0, Math.floor(expected - 4 * Math.sqrt(expected)))
