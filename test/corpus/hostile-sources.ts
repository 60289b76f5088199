// Reads every file of a folder in a process of its own, and says what came of each and how much memory it took.
import { join } from 'node:path'
import { sourceDeclaration } from '../../src/corpus/read/declaration.ts'
import { isRefusal } from '../../src/corpus/read/reading.ts'
import type { Digest } from '../../src/corpus/sections.ts'
import { readFile } from '../../src/main/corpus/sources.ts'
import { listFolder, openSourceFile } from '../../src/store/corpus-source-files.ts'

const [folder = '.'] = process.argv.slice(2)
const declaration = sourceDeclaration.parse({ from: { folder }, documents: 'line' })
const listed = listFolder(folder, ['**'])
if (!listed.ok) throw new Error(listed.error.message)
const idle = process.resourceUsage().maxRSS
const files: Record<string, { documents: string[]; reasons: string[] }> = {}
for (const each of listed.value) {
  const opened = openSourceFile(join(folder, each.path), each)
  if (!opened.ok) throw new Error(opened.error.message)
  const came: { documents: string[]; reasons: string[] } = { documents: [], reasons: [] }
  files[each.path] = came
  const context = { source: 'hostile', file: each.path, digest: '0'.repeat(64) as Digest, time: each.time, declaration }
  for await (const found of readFile(opened.value, context)) {
    if (isRefusal(found)) came.reasons.push(found.reason)
    else if (came.documents.length < 10) came.documents.push(Buffer.from(found.text.subarray(0, 40)).toString())
  }
  opened.value.close()
}
process.stdout.write(JSON.stringify({ files, grownBy: (process.resourceUsage().maxRSS - idle) * 1024 }))
