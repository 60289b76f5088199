// Python's official SDKs, in the Python that `ALLOD_PYTHON` names.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import type { Way } from '../driver.ts'
import { callSealOf, sealOf } from '../endpoints.ts'
import { aliasOf, ENDPOINTS, refusedAliasOf } from '../exchange.ts'
import {
  COMPLAINT,
  PLACES,
  QUESTIONS,
  RETRY_AFTER_SECONDS,
  recollection,
  resultFor,
  SCHEMA,
  STRUCTURED,
  THOUGHT,
  TOOL,
  USAGE,
  WORDS,
} from '../script.ts'

/** `problems` is empty where all is as it should be. */
export type PythonCell = { readonly sdk: string; readonly verb: string; readonly alias: string; readonly problems: readonly string[] }

/** The interpreter; undefined where none was named. It must have the packages `openai` and `anthropic`. */
export const PYTHON = process.env.ALLOD_PYTHON || undefined

/** Rejects with what Python complained of. */
export const askWithPython = (python: string, way: Way): Promise<readonly PythonCell[]> =>
  new Promise((resolve, reject) => {
    const file = join(import.meta.dirname, 'verbs.py')
    const child = execFile(python, [file], { maxBuffer: 1 << 24 }, (failure, out, complaints) => {
      if (failure === null) resolve(JSON.parse(out) as readonly PythonCell[])
      else reject(new Error(complaints || failure.message))
    })
    child.stdin?.end(JSON.stringify(scriptFor(way)))
  })

const scriptFor = ({ url, key }: Way) => ({
  url,
  key,
  questions: QUESTIONS,
  tool: TOOL,
  places: PLACES,
  results: Object.fromEntries(PLACES.map((place) => [place, resultFor(place)])),
  schema: SCHEMA,
  structured: STRUCTURED,
  words: WORDS,
  thought: THOUGHT,
  usage: [USAGE.input, USAGE.output],
  complaint: COMPLAINT,
  retryAfter: String(RETRY_AFTER_SECONDS),
  recollections: Object.fromEntries(ENDPOINTS.map((dialect) => [aliasOf(dialect), recollection(sealOf(dialect).data)])),
  callSeals: Object.fromEntries(ENDPOINTS.map((dialect) => [aliasOf(dialect), callSealOf(dialect).data])),
  refused: Object.fromEntries(ENDPOINTS.map((dialect) => [aliasOf(dialect), refusedAliasOf(dialect)])),
})
