// How far a run is: one line that redraws itself where a person looks, and a line now and then where nobody does.
import type { RunEvent } from '../../corpus/run/run.ts'

/** Everything counted since the run began in this process. */
export type Tally = {
  files: number
  /** Of the files as they lie: all, and those that were read. */
  listedBytes: number
  readBytes: number
  documents: number
  refused: number
  /** Of text: made into packs, and examined. */
  madeBytes: number
  examinedBytes: number
  examinedDocuments: number
  /** Slices that had to be read, and steps that had to run; the others lay there from before. */
  sliceSteps: number
  steps: number
  dropped: Record<string, number>
}
export const newTally = (): Tally => ({
  files: 0,
  listedBytes: 0,
  readBytes: 0,
  documents: 0,
  refused: 0,
  madeBytes: 0,
  examinedBytes: 0,
  examinedDocuments: 0,
  sliceSteps: 0,
  steps: 0,
  dropped: {},
})

export const count = (tally: Tally, event: RunEvent): void => {
  switch (event.kind) {
    case 'listed':
      tally.files += event.files
      tally.listedBytes += event.bytes
      break
    case 'read':
      tally.readBytes += event.bytes
      tally.documents += event.documents
      tally.refused += event.refused
      if (event.isNew) tally.sliceSteps++
      break
    case 'made':
      tally.madeBytes += event.bytes
      break
    case 'examined':
      tally.examinedBytes += event.bytes
      tally.examinedDocuments += event.documents
      tally.steps += event.ran.length
      for (const [rule, documents] of Object.entries(event.dropped)) tally.dropped[rule] = (tally.dropped[rule] ?? 0) + documents
      break
    case 'compared':
      if (event.isNew) tally.steps++
  }
}

/**
 * Part of the work that is done, 0 to 1: of the bytes that were read, as many as were examined. A slice counts once it is read to its end, so
 * at the beginning the texts themselves are the better guess.
 */
export const fractionOf = ({ listedBytes, readBytes, madeBytes, examinedBytes }: Tally): number => {
  if (listedBytes === 0) return 0
  const known = (readBytes / listedBytes) * (madeBytes === 0 ? 1 : examinedBytes / madeBytes)
  return readBytes === listedBytes ? known : Math.max(known, Math.min(ALMOST, examinedBytes / listedBytes))
}
const ALMOST = 0.99

const BAR = 24
/** One line of at most `width` characters. `elapsed` in milliseconds since the run began. */
export const progressLine = (tally: Tally, elapsed: number, width: number): string => {
  const fraction = fractionOf(tally)
  const full = Math.round(fraction * BAR)
  const parts = [
    `${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${String(Math.floor(fraction * 100)).padStart(3)} %`,
    `${amount(tally.examinedDocuments)} documents`,
    `${size(elapsed > 0 ? (tally.examinedBytes * 1000) / elapsed : 0)}/s`,
    ...(fraction > 0.01 && fraction < 1 ? [`${duration((elapsed * (1 - fraction)) / fraction)} left`] : []),
    ...(tally.refused > 0 ? [`${amount(tally.refused)} unreadable`] : []),
    ...reasons(tally),
  ]
  return shortened(parts.join('  '), width)
}

/** The counts by reason, the largest first. */
export const reasons = ({ dropped }: Pick<Tally, 'dropped'>): readonly string[] =>
  Object.entries(dropped)
    .sort(([a, more], [b, less]) => less - more || (a < b ? -1 : 1))
    .map(([rule, documents]) => `${rule} ${amount(documents)}`)

const shortened = (text: string, width: number): string => (text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`)

/** A count as people read it: `12,345`. */
export const amount = (number: number): string => String(Math.round(number)).replace(/\B(?=(\d{3})+$)/g, ',')
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const
/** Bytes in units of a thousand, with three digits. */
export const size = (bytes: number): string => {
  const power = Math.min(UNITS.length - 1, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** power
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(value >= 10 ? 1 : 2)} ${UNITS[power]}`
}
/** Milliseconds as people say them: `1 h 02 min`. */
export const duration = (milliseconds: number): string => {
  const seconds = Math.ceil(milliseconds / 1000)
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  if (hours > 0) return `${hours} h ${String(minutes).padStart(2, '0')} min`
  return minutes > 0 ? `${minutes} min ${String(seconds % 60).padStart(2, '0')} s` : `${seconds} s`
}
