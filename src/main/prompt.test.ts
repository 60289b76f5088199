import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { askAt } from './prompt.ts'

/** A terminal as the line editor sees one; what is typed is shown only by who writes it. */
const terminal = () => {
  const [input, output] = [new PassThrough(), new PassThrough()]
  let shown = ''
  output.setEncoding('utf8').on('data', (text: string) => {
    shown += text
  })
  const ask = askAt(input as unknown as NodeJS.ReadStream, output as unknown as NodeJS.WriteStream)
  return { ask, input, shown: () => shown }
}

test('what is typed to a hidden question is never shown, whatever was asked before', async () => {
  const { ask, input, shown } = terminal()
  const answer = (question: Parameters<typeof ask>[0], typed: string) => {
    const asked = ask(question)
    for (const key of typed) input.write(key)
    return asked
  }
  assert.equal(await answer({ text: 'name: ' }, 'lab\n'), 'lab')
  assert.equal(await answer({ text: 'region: ' }, 'eu\n'), 'eu')
  assert.equal(await answer({ text: 'key: ', hidden: true }, 'sehr-gehx\x7feim\n'), 'sehr-geheim')
  assert.equal(await answer({ text: 'model: ' }, 'm\n'), 'm')
  const text = shown()
  for (const piece of ['sehr', 'geh', 'eim']) assert.ok(!text.includes(piece), JSON.stringify(text))
  for (const piece of ['name: ', 'lab', 'key: ', 'model: ']) assert.ok(text.includes(piece), piece)
})

test('who leaves answers nothing', async () => {
  for (const end of ['\x03', '\x04']) {
    const { ask, input } = terminal()
    const asked = ask({ text: 'key: ', hidden: true })
    input.write(end)
    assert.equal(await asked, undefined)
  }
})
