// Letters on pictures, by Tesseract (https://tesseract-ocr.github.io) where the machine has it.
import { spawnSync } from 'node:child_process'
import { err, ok, type Result } from '../core/result.ts'
import { codeOf } from './durable.ts'

const MOST_TEXT_BYTES = 16 * 1024 * 1024
/** A page takes seconds; what takes longer is no page. */
const LONGEST_MS = 300_000

/** The text of a picture in languages as Tesseract names them (`fra+deu`); or why there is none. `program` is found on the path. */
export const recognise = (image: Uint8Array, languages: string, program = 'tesseract'): Result<string, string> => {
  // One thread: a run has as many workers as the machine has cores, and equal inputs must give equal letters.
  const run = spawnSync(program, ['stdin', 'stdout', '-l', languages], {
    input: image,
    env: { ...ENVIRONMENT, OMP_THREAD_LIMIT: '1' },
    maxBuffer: MOST_TEXT_BYTES,
    timeout: LONGEST_MS,
    killSignal: 'SIGKILL',
  })
  // It may end before it has read its picture, and then says why.
  if (run.error !== undefined && codeOf(run.error) !== 'EPIPE') return err(missing(codeOf(run.error), program))
  if (run.status === 0) return ok(run.stdout.toString('utf8'))
  const [said = ''] = run.stderr.toString('utf8').trim().split('\n')
  return err(`${program} could not read it: ${said === '' ? `it ended with ${run.status ?? run.signal}` : said}`)
}

const ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C.UTF-8' }

const missing = (code: string, program: string): string => {
  if (code === 'ENOENT') return `it is a picture, and ${program} is not installed to read it; on Debian: apt install tesseract-ocr`
  if (code === 'ETIMEDOUT') return `${program} took longer than ${LONGEST_MS / 1000} seconds`
  return code === 'ENOBUFS'
    ? `it gave more than ${MOST_TEXT_BYTES} bytes of letters, as no page does`
    : `${program} cannot be run (${code})`
}
