// Compiles the kernel: `node src/corpus/kernel/build.ts`. The same source and compiler give the same bytes; a test compares them with the file.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import asc from 'assemblyscript/asc'

const FILE = 'kernel.wasm'
/** No collector and no imports: the kernel uses fixed places in its memory, and can neither allocate nor call out. */
const OPTIONS = ['-O3', '--noAssert', '--converge', '--runtime', 'stub', '--use', 'abort=', '--enable', 'simd', '--initialMemory', '1024']

export const compileKernel = async (): Promise<Uint8Array> => {
  let binary: Uint8Array | undefined
  const { error, stderr } = await asc.main(['assembly/index.ts', '--baseDir', import.meta.dirname, '--outFile', FILE, ...OPTIONS], {
    writeFile: (_name, contents) => {
      binary = typeof contents === 'string' ? undefined : contents
    },
  })
  if (error !== null || binary === undefined) throw new Error(`the kernel does not compile: ${stderr.toString()}`, { cause: error })
  return binary
}

if (import.meta.main) writeFileSync(join(import.meta.dirname, FILE), await compileKernel())
