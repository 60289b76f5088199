// Drills as their owner runs them: recorded in the log, signed by its key, kept, verified offline, broken by any byte.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { parseNote, parseVerifierKey, signaturesOf, verifySignature } from '#verifier'
import { formatSigned } from '../../src/core/signed-report.ts'
import { parseReport } from '../../src/drills/report.ts'
import { signNote } from '../../src/ledger/note.ts'
import { logSigners } from '../../src/ledger/signers.ts'
import { drill } from '../../src/main/drill.ts'
import { verifyPage, verifyReport } from '../../src/main/drill-reports.ts'
import { signingKey } from '../../src/main/signature.ts'
import { verifyCommand } from '../../src/main/verify.ts'
import { openLogKeys } from '../../src/store/log-keys.ts'
import { allod, eventually, example, newData, removeData, type Started, startAllod } from '../end-to-end/allod.ts'
import { checkLog } from '../guarantees/public-log.ts'
import { here } from '../lab/here.ts'

let exchange: Started
const at = (name: string): string => join(exchange.data, name)
const run = (...argv: readonly string[]) => here(drill, ...argv, '--data', exchange.data, '--config', example('hybrid'))
const filesOf = (id: string): readonly string[] => readdirSync(at(`drills/${id}`)).map((name) => at(`drills/${id}/${name}`))

const ask = async (alias: string, dataClass: string): Promise<void> => {
  const response = await fetch(`${exchange.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${exchange.key}`, 'content-type': 'application/json', 'allod-data-class': dataClass },
    body: JSON.stringify({ model: alias, messages: [{ role: 'user', content: 'What is everyone entitled to?' }], max_tokens: 4 }),
  })
  assert.equal(response.status, 200, await response.text())
}

before(async () => {
  exchange = await startAllod(newData(), '--config', example('hybrid'), '--sandbox')
  for (const [alias, dataClass] of [
    ['assistant', 'public'],
    ['assistant', 'public'],
    ['frontier', 'public'],
    ['assistant', 'confidential'],
  ] as const)
    await ask(alias, dataClass)
})
after(async () => {
  await exchange.kill()
  removeData(exchange.data)
})

const served = async (path: string) => new Uint8Array(await (await fetch(`${exchange.url}/log/${path}`)).arrayBuffer())

test('a drill counts the calls that were really asked, is recorded, and verifies offline as JSON and as a page', async () => {
  const page = at('report.html')
  const { code, out, error } = await run('run', 'model-export-order', '--html', page)
  assert.equal(code, 1, error)
  assert.match(out, /^25 % of the calls find no answer\./)
  assert.match(out, /model:gpt-5 is cut for everyone: of all models abroad, it carries most calls: 3/)
  const [html = '', json = ''] = [...filesOf('model-export-order')].sort()
  assert.equal(readFileSync(page, 'utf8'), readFileSync(html, 'utf8'))
  for (const file of [json, page]) {
    const verdict = await here(verifyCommand, file, '--key', at('log.vkey'))
    assert.equal(verdict.code, 0, verdict.out)
  }
  assert.equal((await allod('verify', page, '--key', at('log.vkey'), '--json')).code, 0)
  const report = parseReport(readFileSync(json, 'utf8'))
  assert.ok(report.ok)
  const { shares, window } = report.value.report
  assert.deepEqual([window.calls, shares.before.answered, shares.after.answered], [4, 4, 3])
  const statement = report.value.note.split('\n')
  await eventually(async () => {
    const { records } = await checkLog(served)
    const record = records.find(({ kind, drill }) => kind === 'drill' && drill === 'model-export-order')
    assert.deepEqual([record?.mode, record?.calls, record?.answered], ['plan', 4, 3])
    assert.deepEqual([`report ${record?.report}`, `page ${record?.page}`], statement.slice(4, 6))
  })
})

test('the note is what the specification says, by the verifier’s own functions', async () => {
  await run('disconnect')
  const [json = ''] = filesOf('disconnect').filter((file) => file.endsWith('.json'))
  const file = parseReport(readFileSync(json, 'utf8'))
  const key = parseVerifierKey(readFileSync(at('log.vkey'), 'utf8').split('\n')[0] ?? '')
  const note = file.ok ? parseNote(file.value.note) : file
  assert.ok(file.ok && key.ok && note.ok)
  const { report } = file.value
  assert.match(
    note.value.text,
    new RegExp(
      `^allod/drill@v1\norigin hybrid.example\ndrill disconnect\ntime ${report.started}\nreport [0-9a-f]{64}\npage [0-9a-f]{64}\n$`,
    ),
  )
  const [line] = signaturesOf(note.value, key.value)
  assert.ok(line && (await verifySignature(key.value, note.value.text, undefined, line.signature)).ok)
})

test('one flipped bit anywhere makes report and page invalid', async () => {
  const key = signingKey(readFileSync(at('log.vkey'), 'utf8')) ?? assert.fail()
  const files = filesOf('model-export-order').map((path) => ({
    bytes: readFileSync(path),
    check: path.endsWith('.html') ? verifyPage : verifyReport,
  }))
  assert.equal(files.length, 2)
  for (const { bytes, check } of files) {
    assert.ok((await check(bytes.toString('utf8'), key)).ok)
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (position, bit) => {
        const damaged = Buffer.from(bytes)
        damaged[position] = (damaged[position] ?? 0) ^ (1 << bit)
        assert.ok(!(await check(damaged.toString('utf8'), key)).ok, `bit ${bit} of byte ${position}`)
      }),
      { numRuns: 300 },
    )
  }
  // Bytes that are no UTF-8 are read as a sign that stands for them, which must not pass for what was there.
  const [file = ''] = filesOf('model-export-order')
  const bytes = readFileSync(file)
  writeFileSync(at('damaged'), Buffer.concat([bytes.subarray(0, -1), Buffer.from([0xff, 0x0a])]))
  assert.equal((await here(verifyCommand, at('damaged'), '--key', at('log.vkey'))).code, 1)
})

test('a report signed by another key, or of another kind, is invalid', async () => {
  const [json = ''] = filesOf('disconnect').filter((file) => file.endsWith('.json'))
  const text = readFileSync(json, 'utf8')
  const file = parseReport(text)
  const keys = await openLogKeys(at('elsewhere'))
  assert.ok(file.ok && keys.ok)
  const { report, note } = file.value
  const forged = signNote(note.slice(0, note.indexOf('\n\n') + 1), logSigners('hybrid.example', keys.value))
  for (const [content, code] of [
    [text, 0],
    [formatSigned({ report, note: forged }), 1],
    [text.replace('allod/drill@v1', 'allod/lab@v1'), 1],
  ] as const) {
    writeFileSync(at('other.json'), content)
    assert.equal((await here(verifyCommand, at('other.json'), '--key', at('log.vkey'))).code, code)
  }
})

test('what was found is shown again, and a damaged report counts for nothing', async () => {
  const shown = await run('report', 'disconnect', '--json')
  const [json = ''] = filesOf('disconnect').filter((file) => file.endsWith('.json'))
  assert.equal(`${shown.out}\n`, readFileSync(json, 'utf8'))
  const page = json.replace('.json', '.html')
  assert.equal((await run('report', 'disconnect', '--html', at('again.html'))).code, 0)
  assert.equal(readFileSync(at('again.html'), 'utf8'), readFileSync(page, 'utf8'))
  writeFileSync(page, readFileSync(page, 'utf8').replace('25 %', '24 %'))
  const changed = await run('report', 'disconnect', '--html', at('changed.html'))
  assert.deepEqual([changed.code, existsSync(at('changed.html'))], [1, false])
  writeFileSync(json, readFileSync(json, 'utf8').replace('"answered":3', '"answered":4'))
  const { code, error } = await run('report', 'disconnect')
  assert.equal(code, 1)
  assert.match(error, /counts for nothing: the note is signed, but speaks of another report/)
})

test('what is really cut is gone before as after, and named', async () => {
  assert.equal((await allod('cut', 'country:US', '--reason', 'a test', '--data', exchange.data)).code, 0)
  const { out } = await run('run', 'disconnect')
  assert.match(out, /really cut now, and gone before as after: country:US/)
  assert.match(out, /demands answered {2}10 before, 10 after, of 10/)
  assert.equal((await allod('restore', 'country:US', '--reason', 'a test', '--data', exchange.data)).code, 0)
  assert.match((await run('run', 'disconnect')).out, /demands answered {2}12 before, 10 after, of 12/)
})

test('drills are listed and shown, and what is wrong is said in one sentence', async () => {
  assert.equal((await run('list')).out.split('\n').length, 22)
  assert.match((await run('show', 'price-shock')).out, /2025-06-17[\s\S]*source {3}/)
  for (const [argv, sentence] of [
    [['run', 'disconect'], 'there is no drill `disconect`; did you mean `disconnect`?'],
    [['run', 'disconnect', '--mode', 'dream'], 'there is no mode `dream`; the modes are plan, live'],
    [['run', 'disconnect', '--window', 'week'], '`week` is no length of time; write it as 12h, 30d or 4w'],
    [
      ['run', 'price-shock', '--target', 'us'],
      '`us` cannot be aimed at; write `country:US`, `place:AE`, `entity:…`, `endpoint:…` or `model:…`',
    ],
    [['run', 'licence-territory', '--target', 'country:US'], '`steps.0.target`: a step that does `licence` needs `model`, not `country`'],
    [['dril'], '`dril` is nothing a drill does; say list, show, run, abort, disconnect or report'],
  ] as const) {
    const { code, error } = await run(...argv)
    assert.deepEqual([code, error], [2, `allod drill: ${sentence}`])
  }
})
