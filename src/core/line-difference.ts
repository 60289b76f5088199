/** A line of two texts laid side by side. `gap` stands for lines that are the same in both and were left out. */
export type DifferentLine = { readonly kind: 'same' | 'added' | 'removed' | 'gap'; readonly text: string }

/** Lines shown before and after each change. */
const CONTEXT = 3
/** Cells of the table of common subsequences; beyond, the whole middle is told as removed and added. */
const MOST_CELLS = 4_000_000

/**
 * What must be removed from `before` and added to it, line by line, to give `after`, by a longest common subsequence; unchanged stretches are
 * left out but for three lines around each change. Empty where both are equal.
 */
export const lineDifference = (before: string, after: string): readonly DifferentLine[] => {
  if (before === after) return []
  const [old, next] = [linesOf(before), linesOf(after)]
  let start = 0
  while (start < old.length && start < next.length && old[start] === next[start]) start++
  let end = 0
  while (end < old.length - start && end < next.length - start && old.at(-1 - end) === next.at(-1 - end)) end++
  const same = (lines: readonly string[]): DifferentLine[] => lines.map((text) => ({ kind: 'same', text }))
  return shortened([
    ...same(old.slice(0, start)),
    ...middle(old.slice(start, old.length - end), next.slice(start, next.length - end)),
    ...same(old.slice(old.length - end)),
  ])
}

const linesOf = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'))

const middle = (old: readonly string[], next: readonly string[]): DifferentLine[] => {
  const lines: DifferentLine[] = []
  const width = next.length + 1
  const removeAll = (from: number) => old.slice(from).map((text): DifferentLine => ({ kind: 'removed', text }))
  const addAll = (from: number) => next.slice(from).map((text): DifferentLine => ({ kind: 'added', text }))
  if ((old.length + 1) * width > MOST_CELLS) return [...removeAll(0), ...addAll(0)]
  // The length of the longest common subsequence of what follows in both.
  const longest = new Uint32Array((old.length + 1) * width)
  const at = (row: number, column: number): number => longest[row * width + column] ?? 0
  for (let row = old.length - 1; row >= 0; row--)
    for (let column = next.length - 1; column >= 0; column--)
      longest[row * width + column] =
        old[row] === next[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1))
  let [row, column] = [0, 0]
  while (row < old.length && column < next.length) {
    const [left, right] = [old[row] ?? '', next[column] ?? '']
    if (left === right) lines.push({ kind: 'same', text: left })
    else if (at(row + 1, column) >= at(row, column + 1)) lines.push({ kind: 'removed', text: left })
    else lines.push({ kind: 'added', text: right })
    const { kind } = lines.at(-1) ?? {}
    if (kind !== 'added') row++
    if (kind !== 'removed') column++
  }
  return [...lines, ...removeAll(row), ...addAll(column)]
}

const shortened = (lines: readonly DifferentLine[]): DifferentLine[] => {
  const isNear = (index: number): boolean =>
    lines.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(({ kind }) => kind === 'added' || kind === 'removed')
  const shown: DifferentLine[] = []
  for (const [index, line] of lines.entries()) {
    if (isNear(index)) shown.push(line)
    else if (shown.at(-1)?.kind !== 'gap') shown.push({ kind: 'gap', text: '' })
  }
  return shown
}
