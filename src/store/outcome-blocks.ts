// How outcomes of calls lie in the store: 512 to a row, each of their members a column of its own, so that a search reads only what it asks
// for. What a search decides by is the hot half of a row; what it shows of what it found is the cold half.

/** Members of one outcome, all of which stand in its record too; the words among them are those of its flow. */
export type OutcomeRow = {
  /** Index of the record in the log. */
  readonly entry: number
  readonly call: string
  /** When it ended, in milliseconds since 1970. */
  readonly ended: number
  readonly flow: number
  /** Milliseconds. */
  readonly took: number
  /** Micros. */
  readonly cost: number
  readonly input: number
  readonly output: number
  /** The HTTP status that the caller got; 0 where none was sent. */
  readonly status: number
}

export const BLOCK = 512
const ID_BYTES = 26
const PREFIX = 'call_'
const HOT_BYTES = 8 + 8 + 4 + 4
const U32 = 0xffffffff

/** Columns in the machine's own order of bytes: the store is a file of one machine. Eight-byte columns stand first, so that all are aligned. */
export type Hot = {
  readonly count: number
  readonly ended: Float64Array
  readonly cost: Float64Array
  readonly flow: Uint32Array
  readonly took: Uint32Array
}
export type Cold = {
  readonly entry: Float64Array
  readonly input: Uint32Array
  readonly output: Uint32Array
  readonly status: Uint32Array
  readonly ids: Buffer
}
const COLD_BYTES = 8 + 4 + 4 + 4 + ID_BYTES

export const encodeHot = (rows: readonly OutcomeRow[]): Uint8Array => {
  const bytes = new ArrayBuffer(rows.length * HOT_BYTES)
  const { ended, cost, flow, took } = hotOver(bytes, rows.length)
  for (const [i, row] of rows.entries()) {
    ended[i] = row.ended
    cost[i] = row.cost
    flow[i] = row.flow
    took[i] = Math.min(row.took, U32)
  }
  return new Uint8Array(bytes)
}

export const encodeCold = (rows: readonly OutcomeRow[]): Uint8Array => {
  const bytes = new ArrayBuffer(rows.length * COLD_BYTES)
  const { entry, input, output, status, ids } = coldOver(bytes, rows.length)
  for (const [i, row] of rows.entries()) {
    entry[i] = row.entry
    input[i] = Math.min(row.input, U32)
    output[i] = Math.min(row.output, U32)
    status[i] = row.status
    ids.write(row.call.slice(PREFIX.length), i * ID_BYTES, ID_BYTES, 'latin1')
  }
  return new Uint8Array(bytes)
}

export const decodeHot = (stored: Uint8Array): Hot => hotOver(aligned(stored), stored.length / HOT_BYTES)
export const decodeCold = (stored: Uint8Array): Cold => coldOver(aligned(stored), stored.length / COLD_BYTES)

export const rowAt = (hot: Hot, cold: Cold, i: number): OutcomeRow => ({
  entry: cold.entry[i] as number,
  call: callAt(cold, i),
  ended: hot.ended[i] as number,
  flow: hot.flow[i] as number,
  took: hot.took[i] as number,
  cost: hot.cost[i] as number,
  input: cold.input[i] as number,
  output: cold.output[i] as number,
  status: cold.status[i] as number,
})
export const callAt = (cold: Cold, i: number): string => PREFIX + cold.ids.toString('latin1', i * ID_BYTES, (i + 1) * ID_BYTES)

const hotOver = (bytes: ArrayBuffer, count: number): Hot => ({
  count,
  ended: new Float64Array(bytes, 0, count),
  cost: new Float64Array(bytes, 8 * count, count),
  flow: new Uint32Array(bytes, 16 * count, count),
  took: new Uint32Array(bytes, 20 * count, count),
})
const coldOver = (bytes: ArrayBuffer, count: number): Cold => ({
  entry: new Float64Array(bytes, 0, count),
  input: new Uint32Array(bytes, 8 * count, count),
  output: new Uint32Array(bytes, 12 * count, count),
  status: new Uint32Array(bytes, 16 * count, count),
  ids: Buffer.from(bytes, 20 * count, ID_BYTES * count),
})

/** SQLite's bytes begin where they please; columns need a buffer of their own. */
const aligned = (stored: Uint8Array): ArrayBuffer => {
  const bytes = new ArrayBuffer(stored.length)
  new Uint8Array(bytes).set(stored)
  return bytes
}

/** How many outcomes of each flow stand in a block, as pairs of numbers. */
export const countFlows = (rows: readonly OutcomeRow[]): Uint8Array => {
  const counts = new Map<number, number>()
  for (const { flow } of rows) counts.set(flow, (counts.get(flow) ?? 0) + 1)
  return new Uint8Array(new Uint32Array([...counts].flat()).buffer)
}
export const readFlowCounts = (stored: Uint8Array): Uint32Array => new Uint32Array(aligned(stored))
