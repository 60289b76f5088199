// Texts go through the kernel in pieces, so that its memory is bounded. Where a text is cut is part of the format: `spec/corpus.md`, section "Signature".

const LINE_FEED = 0x0a
const SPACE = 0x20

/**
 * Where the piece ends that starts at `start`: the end of the text if that is near enough, else behind the last line feed that leaves the
 * piece no longer than `longest` bytes, else behind the last byte that is a space or below, else before a character.
 */
export const pieceEnd = (text: Uint8Array, start: number, longest: number): number => {
  if (text.length - start <= longest) return text.length
  const most = start + longest
  const lineFeed = text.subarray(start, most).lastIndexOf(LINE_FEED)
  if (lineFeed >= 0) return start + lineFeed + 1
  for (let end = most; end > start; end--) if ((text[end - 1] ?? 0) <= SPACE) return end
  for (let end = most; end > most - 4; end--) if (((text[end] ?? 0) & 0xc0) !== 0x80) return end
  return most
}
