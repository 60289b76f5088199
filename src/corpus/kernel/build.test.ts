import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { compileKernel } from './build.ts'

test('the kernel in the tree is what its source compiles to, byte for byte', async () => {
  const built = await compileKernel()
  assert.ok(
    Buffer.from(built).equals(readFileSync(join(import.meta.dirname, 'kernel.wasm'))),
    'kernel.wasm is not what its source compiles to; run `npm run build:kernel`',
  )
  const module = new WebAssembly.Module(Buffer.from(built))
  assert.deepEqual(WebAssembly.Module.imports(module), [], 'the kernel can call nothing outside itself')
})
