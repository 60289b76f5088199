// How fast the console's map is there, and a rehearsal on it. `node bench/console.ts [loads]` starts the examples with simulated endpoints,
// loads the page in Debian's Chromium with an empty cache each time, and prints one line of JSON; medians of milliseconds. `mapDrawn` counts
// from navigation to the frame after the first picture of the map, without and with the processor slowed four times; `recolour` from a click
// on another power to the frame after; `rehearsal` from the request to the last byte of the answer, and the first of them, which reads the
// estate. Drawing is by software.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { writeEstate } from '../test/console/estates.ts'
import { Stage, WIDE } from '../test/console/stage.ts'
import { example } from '../test/end-to-end/allod.ts'

const LOADS = Number(process.argv[2] ?? 9)
const REHEARSALS = 15
const SLOWED = 4
const PATIENCE = 60_000
const POLLED = 50

const DRAWN = 'performance.getEntriesByName("map-drawn")[0]?.startTime ?? null'
const recolour = (power: string): string =>
  `new Promise((done) => {
    const began = performance.now()
    document.querySelector('input[type=radio][value=${power}]').click()
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - began)))
  })`

const sorted = (values: readonly number[]): readonly number[] => values.toSorted((a, b) => a - b)
const median = (values: readonly number[]): number => Math.round((sorted(values)[Math.floor(values.length / 2)] ?? 0) * 10) / 10
const spread = (values: readonly number[]) => ({
  median: median(values),
  least: Math.round(Math.min(...values)),
  most: Math.round(Math.max(...values)),
})

/** One load with nothing cached, and what a click on another power takes after it. */
const load = async (
  stage: Stage,
  path: string,
  slowed: number,
): Promise<{ readonly drawn: number; readonly recoloured: number | undefined }> => {
  const context = await stage.visitor({ size: WIDE })
  const page = await context.newPage()
  const browser = await context.newCDPSession(page)
  await browser.send('Emulation.setCPUThrottlingRate', { rate: slowed })
  await page.goto(`/console${path}`)
  const drawn = await markOf(page)
  const recoloured = path === '/map' ? await clicks(page) : undefined
  await context.close()
  return { drawn, recoloured }
}
/** The mark, as soon as it is there; seldom asked for, since asking costs what is measured. */
const markOf = async (page: Page): Promise<number> => {
  const deadline = performance.now() + PATIENCE
  while (performance.now() < deadline) {
    const mark = await page.evaluate<number | null>(DRAWN)
    if (mark !== null) return mark
    await new Promise((resolve) => setTimeout(resolve, POLLED))
  }
  throw new Error('the map was not drawn')
}
const clicks = async (page: Page): Promise<number> => {
  const took: number[] = []
  for (const power of ['see', 'change', 'stop']) took.push(await page.evaluate<number>(recolour(power)))
  return median(took)
}

const loads = async (stage: Stage, path: string, slowed: number) => {
  const all: Awaited<ReturnType<typeof load>>[] = []
  for (let round = 0; round < LOADS; round++) all.push(await load(stage, path, slowed))
  const recoloured = all.flatMap((each) => each.recoloured ?? [])
  return { mapDrawn: spread(all.map(({ drawn }) => drawn)), ...(recoloured.length === 0 ? {} : { recolour: spread(recoloured) }) }
}

const rehearsals = async (stage: Stage) => {
  const context = await stage.visitor({})
  const took: number[] = []
  for (let round = 0; round <= REHEARSALS; round++) {
    const began = performance.now()
    const answer = await context.request.get('/admin/v1/rehearsals/country:US')
    await answer.body()
    took.push(performance.now() - began)
  }
  await context.close()
  const [first = 0, ...more] = took
  return { first: Math.round(first), ...spread(more) }
}

/** Opens an exchange of this configuration for as long as it is measured. */
const on = async <Result>(configuration: string, measure: (stage: Stage) => Promise<Result>): Promise<Result> => {
  const stage = await Stage.open('--config', configuration, '--sandbox')
  const result = await measure(stage)
  await stage.close()
  return result
}

const folder = mkdtempSync(join(tmpdir(), 'allod-bench-console-'))
const result = {
  node: process.version,
  loads: LOADS,
  hybrid: await on(example('hybrid'), async (stage) => ({
    rehearsal: await rehearsals(stage),
    map: await loads(stage, '/map', 1),
    mapSlowed: await loads(stage, '/map', SLOWED),
    home: await loads(stage, '/', 1),
    homeSlowed: await loads(stage, '/', SLOWED),
  })),
  endpoints64: await on(writeEstate(folder, 64), async (stage) => ({
    rehearsal: await rehearsals(stage),
    map: await loads(stage, '/map', 1),
    mapSlowed: await loads(stage, '/map', SLOWED),
  })),
}
rmSync(folder, { recursive: true, force: true })
process.stdout.write(`${JSON.stringify(result)}\n`)
