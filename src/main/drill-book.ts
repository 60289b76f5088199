import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { err, ok, type Result } from '../core/result.ts'
import { parseScenario, type Scenario, type ScenarioFailure } from '../drills/scenario.ts'
import type { LoadedConfiguration } from './config.ts'
import { PROJECT } from './paths.ts'

/** A scenario, and whether it ships or is the owner's own. */
export type BookedScenario = { readonly scenario: Scenario; readonly origin: 'shipped' | 'owner' }

/** All scenarios by id: those that ship, the dated ones by their day, and the owner's, which take the place of shipped ones of the same id. */
export const readDrillBook = (loaded: LoadedConfiguration): Result<ReadonlyMap<string, BookedScenario>, ScenarioFailure> => {
  const messages: string[] = []
  const read = (path: string, shown: string, origin: BookedScenario['origin']): readonly BookedScenario[] => {
    const text = readText(path)
    const parsed = text === undefined ? undefined : parseScenario(text, shown)
    if (parsed?.ok) return [{ scenario: parsed.value, origin }]
    messages.push(...(parsed?.error.messages ?? [`${shown}: cannot be read`]))
    return []
  }
  const folder = join(PROJECT, 'factbook/drills')
  const shipped = readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .flatMap((name) => read(join(folder, name), `factbook/drills/${name}`, 'shipped'))
    .sort((a, b) => order(a) - order(b))
  const own = loaded.configuration.drills.files.flatMap((name) => read(resolve(loaded.folder, name), name, 'owner'))
  const twice = own.find(({ scenario }, index) => own.findIndex((other) => other.scenario.id === scenario.id) < index)
  if (twice !== undefined) messages.push(`\`drills.files\`: two scenarios have the id \`${twice.scenario.id}\``)
  if (messages.length > 0) return err({ kind: 'scenario-invalid', messages })
  return ok(new Map([...shipped, ...own].map((each) => [each.scenario.id, each])))
}

/** What never happened is only rehearsed, and comes last. */
const order = ({ scenario: { date } }: BookedScenario): number => (date === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(date))

const readText = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
