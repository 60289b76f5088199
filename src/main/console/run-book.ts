// The drills that were kept, each read and verified once: files of reports never change, and one that does is read anew.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { err, ok, type Result } from '../../core/result.ts'
import type { SignedReport } from '../../drills/report.ts'
import { parseReport } from '../../drills/report.ts'
import { verdictOf } from '../../drills/words.ts'
import type { Answer } from '../../http/console/contract/index.ts'
import { type ListedReport, listReportFiles, readReportFile } from '../../store/report-files.ts'
import { drillFolder, verifyReport } from '../drill-reports.ts'
import type { DataPaths } from '../paths.ts'
import { logKey } from '../signature.ts'

export type Run = Answer<'GET /drills/runs'>['runs'][number]
/** What is remembered of each: enough for lists, and for the days that no other row tells of. */
export type KnownRun = { readonly run: Run; readonly served: SignedReport['report']['served']; readonly home: readonly string[] } & Pick<
  SignedReport['report'],
  'day' | 'policy'
> & { readonly demands: number; readonly windowCalls: number }
type Known = { readonly version: string; readonly found: Result<KnownRun, string> }
/** One sentence. */
export type RunFailure = { readonly kind: 'not-found' | 'unavailable'; readonly message: string }

/** No dot: the console takes an address with one for a file. */
const ID = /^([a-z0-9][a-z0-9-]{0,62})~(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z)$/

export class RunBook {
  readonly #paths: () => DataPaths
  readonly #known = new Map<string, Known>()

  constructor(paths: () => DataPaths) {
    this.#paths = paths
  }

  /** Newest first, and what is no report although it lies among them. */
  async list(): Promise<Result<{ readonly runs: readonly KnownRun[]; readonly damaged: readonly string[] }, RunFailure>> {
    const listed = await listReportFiles(drillFolder(this.#paths()))
    if (!listed.ok) return err({ kind: 'unavailable', message: listed.error.message })
    const there = new Set(listed.value.map(({ path }) => path))
    for (const path of this.#known.keys()) if (!there.has(path)) this.#known.delete(path)
    const [runs, damaged]: [KnownRun[], string[]] = [[], []]
    for (const file of listed.value) {
      const found = await this.#read(file)
      if (found.ok) runs.push(found.value)
      else damaged.push(`${file.name}, ${file.moment}: ${found.error}`)
    }
    return ok({ runs, damaged })
  }

  /** One report as it lies there, whether it is right or not. */
  async open(id: string): Promise<Result<SignedReport & { readonly run: Run; readonly file: string }, RunFailure>> {
    const file = this.fileOf(id)
    const read = file === undefined ? undefined : await readReportFile(file)
    if (file === undefined || read?.ok !== true) return err({ kind: 'not-found', message: 'there is no report of such a drill' })
    const parsed = parseReport(read.value.content)
    if (!parsed.ok) return err({ kind: 'unavailable', message: `the report cannot be read: ${parsed.error.message}` })
    const run = runOf(id, parsed.value, await this.#isSigned(read.value.content))
    return ok({ ...parsed.value, run, file })
  }

  /** The page beside a report; undefined where there is none. */
  async page(id: string): Promise<string | undefined> {
    const file = this.fileOf(id)
    return file === undefined ? undefined : readFile(file.replace(/\.json$/, '.html'), 'utf8').catch(() => undefined)
  }

  /** INVARIANT: what stands in an address leads nowhere but to a report. */
  fileOf(id: string): string | undefined {
    const [, drill, moment] = ID.exec(id) ?? []
    return drill === undefined ? undefined : join(drillFolder(this.#paths()), drill, `${moment}.json`)
  }

  async #read({ path, name, moment, version }: ListedReport): Promise<Result<KnownRun, string>> {
    const known = this.#known.get(path)
    if (known?.version === version) return known.found
    const file = await readReportFile(path)
    const parsed = file.ok ? parseReport(file.value.content) : file
    const found = parsed.ok
      ? ok(knownOf(`${name}~${moment}`, parsed.value, file.ok && (await this.#isSigned(file.value.content))))
      : err(parsed.error.message)
    this.#known.set(path, { version, found })
    return found
  }

  async #isSigned(content: string): Promise<boolean> {
    const key = logKey(this.#paths())
    return key.ok && (await verifyReport(content, key.value)).ok
  }
}

const knownOf = (id: string, signed: SignedReport, isSigned: boolean): KnownRun => {
  const { served, home, day, policy, shares, window } = signed.report
  return { run: runOf(id, signed, isSigned), served, home, day, policy, demands: shares.before.demands, windowCalls: window.calls }
}

const runOf = (id: string, { report }: SignedReport, signed: boolean): Run => {
  const { scenario, mode, started, aims, shares, live } = report
  const during = live?.phases.during
  return {
    id,
    drill: scenario.id,
    title: scenario.title,
    mode,
    started,
    cut: [...new Set(aims.flatMap(({ target }) => (target === null || target === 'all' ? [] : [target])))],
    verdict: withLists(verdictOf(report)),
    calls: during?.calls ?? shares.after.calls,
    answered: during?.answered ?? shares.after.answered,
    refused: during?.refused ?? shares.after.calls - shares.after.answered,
    simulated: live?.sandbox ?? null,
    signed,
  }
}
const withLists = (verdict: ReturnType<typeof verdictOf>): Run['verdict'] =>
  'short' in verdict ? { ...verdict, short: [...verdict.short] } : verdict
