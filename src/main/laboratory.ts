// What the lab found, as a running exchange acts on it and shows it.
import type { Day } from '../core/units.ts'
import { labHtml, labJson } from '../gateway/lab/page.ts'
import type { Profile } from '../gateway/providers/profile.ts'
import type { Configuration } from './config-schema.ts'
import { type KeptReport, newestReports, readAllReports } from './lab.ts'
import { measure } from './measured.ts'
import type { DataPaths } from './paths.ts'

export type LabForm = 'html' | 'json'

/** The reports that were there when they were last read. INVARIANT: what is not used is told, once. */
export class Laboratory {
  readonly #paths: DataPaths
  readonly #say: (sentence: string) => void
  readonly #told = new Set<string>()
  /** As `/lab` serves them; anybody may ask, so they are written once. */
  readonly #pages = new Map<LabForm, string>()
  #reports: readonly KeptReport[] = []
  /** Of these alone anything is shown. */
  #endpoints: Configuration['endpoints'] = {}

  constructor(paths: DataPaths, say: (sentence: string) => void) {
    this.#paths = paths
    this.#say = say
  }

  /** Reads all reports anew. */
  async read(): Promise<void> {
    const { reports, complaints } = await readAllReports(this.#paths)
    this.#tell(complaints)
    this.#reports = reports
    this.#pages.clear()
  }

  /** What was measured of the endpoints of a configuration and holds on a day. */
  measured(configuration: Configuration, today: Day): ReadonlyMap<string, Profile> {
    const { profiles, complaints } = measure(configuration, this.#reports, today)
    this.#tell(complaints)
    this.#endpoints = configuration.endpoints
    this.#pages.clear()
    return profiles
  }

  page(form: LabForm): string {
    const known = this.#pages.get(form)
    if (known !== undefined) return known
    const shown = newestReports(this.#reports).flatMap(({ report }) => (Object.hasOwn(this.#endpoints, report.endpoint) ? [report] : []))
    const page = form === 'json' ? JSON.stringify(labJson(shown)) : labHtml(shown)
    this.#pages.set(form, page)
    return page
  }

  #tell(complaints: readonly string[]): void {
    for (const complaint of complaints) {
      if (!this.#told.has(complaint)) this.#say(complaint)
      this.#told.add(complaint)
    }
  }
}
