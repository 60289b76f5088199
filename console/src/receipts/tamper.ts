import { formatPromiseFile, formatReceipt, fromUtf8, parseReceipt, utf8 } from '@allod/verifier'

/**
 * The same receipt with one word of its record changed, and sealed anew as a forger would: what is left to tell is the log’s root.
 * Undefined where there is no such word.
 */
export const changeWord = (file: string): { readonly text: string; readonly from: string; readonly to: string } | undefined => {
  const parsed = parseReceipt(file)
  const record = parsed.ok ? fromUtf8(parsed.value.file.leaf) : undefined
  if (!parsed.ok || record === undefined) return undefined
  const [, from] = /"class":"([^"\\]+)"/.exec(record) ?? []
  if (from === undefined) return undefined
  const to = from === 'public' ? 'secret' : 'public'
  const leaf = utf8(record.replace(`"class":"${from}"`, `"class":"${to}"`))
  const altered = { ...parsed.value.file, leaf }
  return { text: altered.kind === 'receipt' ? formatReceipt(altered) : formatPromiseFile(altered), from, to }
}
