// Sorting of millions of rows in linear time, stable, so that keys are sorted by one after another, the least important first.
const BITS = 11
const BINS = 1 << BITS

/** Sorts rows by `keys[row]` and leaves those with equal keys in the order that they had. `spare` is as long as `rows`. */
export const sortByKey = (rows: Uint32Array, keys: Uint32Array, spare: Uint32Array = new Uint32Array(rows.length)): void => {
  let [from, to] = [rows, spare]
  for (let shift = 0; shift < 32; shift += BITS) {
    const ends = new Uint32Array(BINS)
    for (let i = 0; i < from.length; i++) {
      const bin = ((keys[from[i] as number] as number) >>> shift) & (BINS - 1)
      ends[bin] = (ends[bin] as number) + 1
    }
    if (ends.includes(from.length)) continue
    for (let bin = 0, start = 0; bin < BINS; bin++) {
      const size = ends[bin] as number
      ends[bin] = start
      start += size
    }
    for (let i = 0; i < from.length; i++) {
      const row = from[i] as number
      const bin = ((keys[row] as number) >>> shift) & (BINS - 1)
      const place = ends[bin] as number
      to[place] = row
      ends[bin] = place + 1
    }
    ;[from, to] = [to, from]
  }
  if (from !== rows) rows.set(from)
}

/** Sorts rows by `values[row]`, the largest first and what is no number last. */
export const sortDescending = (rows: Uint32Array, values: Float64Array, spare: Uint32Array): void => {
  const halves = new Uint32Array(values.buffer, values.byteOffset, values.length * 2)
  const keys = new Uint32Array(values.length)
  for (const half of [0, 1] as const) {
    for (let row = 0; row < values.length; row++) keys[row] = descendingKey(values[row] as number, halves, row, half)
    sortByKey(rows, keys, spare)
  }
}

/** IEEE 754 numbers sort as their bits do once the sign is turned round; here all of it is inverted, for the largest come first. */
const descendingKey = (value: number, halves: Uint32Array, row: number, half: 0 | 1): number => {
  if (Number.isNaN(value)) return 0xffffffff
  // -0 and 0 are one number.
  const bits = value === 0 ? 0 : (halves[row * 2 + half] as number)
  if (value < 0) return bits
  return half === 1 ? ~(bits | 0x80000000) : ~bits
}

/** Sorts rows by their ids of `width` bytes each, in the order of bytes; rows with one id keep the order that they had. */
export const sortByIds = (rows: Uint32Array, ids: Uint8Array, width: number): void => {
  const keys = new Uint32Array(ids.length / width)
  const view = new DataView(ids.buffer, ids.byteOffset, ids.byteLength)
  const spare = new Uint32Array(rows.length)
  for (const offset of [4, 0]) {
    for (let row = 0; row < keys.length; row++) keys[row] = view.getUint32(row * width + offset)
    sortByKey(rows, keys, spare)
  }
  // Eight bytes part nearly all of them; what they leave together is sorted by the rest.
  const idOf = (row: number) => ids.subarray(row * width, (row + 1) * width)
  const high = (row: number) => view.getBigUint64(row * width)
  for (let start = 0, end = 1; start < rows.length; start = end++) {
    const first = rows[start] as number
    while (
      end < rows.length &&
      (keys[rows[end] as number] as number) === (keys[first] as number) &&
      high(rows[end] as number) === high(first)
    )
      end++
    if (end - start > 1) rows.subarray(start, end).sort((a, b) => Buffer.compare(idOf(a), idOf(b)))
  }
}

/** Whether two rows have the same id. */
export const isSameId = (ids: Uint8Array, width: number, a: number, b: number): boolean => {
  for (let byte = 0; byte < width; byte++) if (ids[a * width + byte] !== ids[b * width + byte]) return false
  return true
}
