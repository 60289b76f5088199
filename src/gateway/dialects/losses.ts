// What an encoding could not carry, gathered on the way (G4).
import type { DialectName, Extensions, Warning } from './neutral.ts'

/** Collects warnings; of several for one path the first stands, so that a stream may find the same loss again and again. */
export class Losses {
  private readonly found = new Map<string, Warning>()

  get warnings(): readonly Warning[] {
    return [...this.found.values()]
  }

  dropped(weight: Warning['weight'], path: string, message: string): void {
    this.add({ kind: 'dropped', weight, path, message })
  }

  approximated(weight: Warning['weight'], path: string, message: string): void {
    this.add({ kind: 'approximated', weight, path, message })
  }

  emulated(weight: Warning['weight'], path: string, message: string): void {
    this.add({ kind: 'emulated', weight, path, message })
  }

  /** The extensions' members if they are of this dialect; a loss of each otherwise. */
  extensions(extensions: Extensions | undefined, mine: DialectName, wire: string): Extensions['members'] {
    if (extensions === undefined || extensions.dialect === mine) return extensions?.members ?? {}
    for (const name of Object.keys(extensions.members))
      this.dropped('constraint', pointer('extensions', 'members', name), `${wire} has no member \`${name}\``)
    return {}
  }

  private add(warning: Warning): void {
    if (!this.found.has(warning.path)) this.found.set(warning.path, warning)
  }
}

/** The JSON pointer (RFC 6901) of these steps. */
export const pointer = (...steps: readonly (string | number)[]): string =>
  steps.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
