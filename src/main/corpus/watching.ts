// Tells a terminal how far a run is.
import { styleText } from 'node:util'
import type { RunEvent, Watch } from '../../corpus/run/run.ts'
import type { Terminal } from '../command.ts'
import { amount, count, fractionOf, newTally, progressLine, size, type Tally } from './progress.ts'

/** How often the line is drawn again, and how often a plain line is written, in milliseconds. */
const REDRAW = 200
const PLAIN = 10_000
const DEFAULT_WIDTH = 100

export type Watcher = {
  readonly watch: Watch
  /** Clears the line; what was counted, and the milliseconds since it began. */
  stop(): { readonly tally: Tally; readonly elapsed: number }
}

/** A bar for a person, a line now and then for a log, nothing beside `--json`. */
export const watching = (terminal: Terminal, isQuiet: boolean): Watcher => {
  const began = performance.now()
  const tally = newTally()
  const isDrawn = terminal.isTerminal && !isQuiet
  let phase = ''
  const elapsed = (): number => performance.now() - began
  const width = (): number => (process.stderr.columns || DEFAULT_WIDTH) - 1
  const draw = (): void => void process.stderr.write(`\r\x1b[2K${styleText('dim', phase || progressLine(tally, elapsed(), width()))}`)
  const tell = (): void => {
    if (fractionOf(tally) < 1) terminal.error(progressLine(tally, elapsed(), Number.POSITIVE_INFINITY))
  }
  const timer = isQuiet ? undefined : setInterval(isDrawn ? draw : tell, isDrawn ? REDRAW : PLAIN)
  timer?.unref()
  return {
    watch: (event) => {
      count(tally, event)
      phase = phaseOf(event) ?? ''
      const sentence = isQuiet ? undefined : sentenceOf(event)
      if (sentence === undefined) return
      if (isDrawn) process.stderr.write('\r\x1b[2K')
      terminal.error(sentence)
    },
    stop: () => {
      clearInterval(timer)
      if (isDrawn) process.stderr.write('\r\x1b[2K')
      return { tally, elapsed: elapsed() }
    },
  }
}

const phaseOf = (event: RunEvent): string | undefined =>
  event.kind === 'comparing'
    ? `looking for duplicates among ${amount(event.documents)} documents`
    : event.kind === 'compared'
      ? 'writing down why'
      : undefined

const sentenceOf = (event: RunEvent): string | undefined => {
  if (event.kind === 'listed') return `${event.source}: ${amount(event.files)} files, ${size(event.bytes)}`
  return undefined
}
