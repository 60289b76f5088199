import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  base64,
  type CheckName,
  concat,
  formatNote,
  formatPromiseFile,
  formatReceipt,
  fromBase64,
  fromUtf8,
  MAX_FILE_BYTES,
  parseNote,
  parseReceipt,
  utf8,
  type Verdict,
  verify,
} from '#verifier'
import {
  callRecord,
  LOG_KEYS,
  log,
  ORIGIN,
  promiseOf,
  REQUEST,
  RESPONSE,
  receiptOf,
  SALT,
  signCheckpoint,
  signer,
  type Wish,
  witness,
} from './fixture.test.ts'

const ALL_KEYS = [LOG_KEYS, witness.vkey]
const failures = (verdict: Verdict): CheckName[] => verdict.reasons.filter(({ ok }) => !ok).map(({ check }) => check)
const sentences = (verdict: Verdict): string => verdict.reasons.map(({ ok, sentence }) => `${ok} ${sentence}`).join('\n')
const refused = (verdict: Verdict, kind: Verdict['kind'] = 'receipt', ...checks: CheckName[]): void => {
  assert.equal(verdict.valid, false, sentences(verdict))
  assert.equal(verdict.kind, kind, sentences(verdict))
  assert.ok(failures(verdict).length > 0, 'an invalid verdict says why')
  if (checks.length > 0) assert.deepEqual(failures(verdict), checks, sentences(verdict))
  assert.equal(verdict.record, undefined)
  assert.deepEqual([verdict.proves, verdict.doesNotProve], [[], []])
}
/** The file read, changed and sealed again: what somebody who means harm would do. */
const forged = (
  text: string,
  change: (file: { leaf: string; note: string; index: number; proof: Uint8Array[]; salt: Uint8Array | undefined }) => object,
): string => {
  const parsed = parseReceipt(text)
  assert.ok(parsed.ok)
  const { file } = parsed.value
  const open = { salt: undefined, index: 0, proof: [], ...file, leaf: fromUtf8(file.leaf) ?? '' }
  const { leaf, ...rest } = { ...open, ...(change(open as Parameters<typeof change>[0]) as typeof open) }
  const closed = { ...rest, proof: [...rest.proof], leaf: utf8(leaf) }
  return file.kind === 'receipt' ? formatReceipt(closed) : formatPromiseFile(closed)
}

test('a whole receipt is valid under the log keys, under all keys, as text and as bytes', async () => {
  const receipt = receiptOf()
  for (const keys of [ALL_KEYS, [LOG_KEYS], [log.ed25519.vkey], [log.mlDsa.vkey], [`# the log\r\n\r\n${LOG_KEYS}`]]) {
    const verdict = await verify(receipt, keys)
    assert.ok(verdict.valid, sentences(verdict))
    assert.equal(verdict.kind, 'receipt')
    assert.deepEqual(
      { n: verdict.record?.n, kind: verdict.record?.kind, stream: verdict.record?.stream },
      { n: 3, kind: 'call', stream: 'key_1' },
    )
  }
  const verdict = await verify(utf8(receipt), ALL_KEYS)
  assert.ok(verdict.valid)
  assert.match(verdict.proves.join('\n'), /holds the record as entry 7, and signed its first 12/)
  assert.match(verdict.proves.join('\n'), /`witness.example\/w1` cosigned this state of the log at 2025-10-09T08:53:20.000Z/)
  assert.doesNotMatch(verdict.doesNotProve.join('\n'), /everyone is shown the same log/)
  assert.match((await verify(receipt, [LOG_KEYS])).doesNotProve.join('\n'), /everyone is shown the same log/)
})

test('receipts from logs of every shape are valid', async () => {
  for (const [index, size] of [
    [0, 1],
    [0, 2],
    [1, 2],
    [4, 5],
    [6, 7],
    [299, 300],
  ] as const) {
    const leaf = utf8(callRecord(0, ',"note":"naïve 🦉"'))
    assert.ok((await verify(receiptOf({ index, size, leaf }), ALL_KEYS)).valid, `${index} of ${size}`)
  }
})

test('every byte of a receipt, flipped in two ways, makes it invalid and says why', async () => {
  const receipt = utf8(receiptOf())
  // The ML-DSA signature is here one of a cosigner without a key, which only the seal guards; its own check is tested elsewhere.
  for (let i = 0; i < receipt.length; i++)
    for (const mask of [1 << (i % 8), 0x20, 0xff]) refused(await verify(receipt.with(i, (receipt[i] ?? 0) ^ mask), [log.ed25519.vkey]))
})

test('every byte of a promise, flipped in two ways, makes it invalid and says why', async () => {
  const promise = utf8(promiseOf())
  for (let i = 0; i < promise.length; i++)
    for (const mask of [1 << (i % 8), 0x20, 0xff]) {
      const verdict = await verify(promise.with(i, (promise[i] ?? 0) ^ mask), [LOG_KEYS])
      refused(verdict, verdict.kind === 'receipt' ? 'receipt' : 'promise')
    }
})

test('a flipped byte sealed again is still invalid wherever it is signed, and only the unsigned rest is not', async () => {
  const receipt = receiptOf({ signers: [log.ed25519] })
  const leafFlips = [...Array(callRecord(3).length).keys()].map((i) => ({ at: i }))
  for (const { at } of leafFlips)
    refused(
      await verify(
        forged(receipt, ({ leaf }) => ({ leaf: leaf.slice(0, at) + (leaf[at] === 'x' ? 'y' : 'x') + leaf.slice(at + 1) })),
        [log.ed25519.vkey],
      ),
    )
  refused(
    await verify(
      forged(receipt, ({ index }) => ({ index: index ^ 1 })),
      [log.ed25519.vkey],
    ),
    'receipt',
    'tree',
  )
  refused(
    await verify(
      forged(receipt, ({ proof }) => ({ proof: proof.slice(1) })),
      [log.ed25519.vkey],
    ),
    'receipt',
    'tree',
  )
  refused(
    await verify(
      forged(receipt, ({ note }) => ({ note: note.replace('\n12\n', '\n8\n') })),
      [log.ed25519.vkey],
    ),
    'receipt',
    'tree',
    'signature',
  )
  const otherSalt = forged(receipt, () => ({ salt: new Uint8Array(32) }))
  assert.ok((await verify(otherSalt, [log.ed25519.vkey])).valid, 'the salt is not signed: it opens the commitments or it does not')
  refused(await verify(otherSalt, [log.ed25519.vkey], { request: REQUEST }), 'receipt', 'request')
})

test('each kind of wrong has its own reason', async () => {
  const receipt = receiptOf()
  const damaged = receipt.replace(/(— witness\S* \S{12})./, (_, start) => `${start}${'A'}`)
  refused(await verify(damaged === receipt ? receipt.replace('— witness', '— witnesr') : damaged, [LOG_KEYS]), 'receipt', 'seal')
  refused(
    await verify(
      forged(receipt, ({ leaf }) => ({ leaf: leaf.replace('"FR"', '"US"') })),
      ALL_KEYS,
    ),
    'receipt',
    'tree',
  )
  const stranger = signer(ORIGIN, 'ed25519')
  refused(await verify(receipt, [stranger.vkey]), 'receipt', 'signature')
  refused(await verify(receipt, [LOG_KEYS, stranger.vkey]), 'receipt', 'signature')
  refused(await verify(receipt, [signer('other.example/log', 'ed25519').vkey]), 'receipt', 'log', 'signature')
  assert.match(sentences(await verify(receipt, [witness.vkey])), /wrong log: the file comes from `exchange.example\/log`/)
  refused(await verify(receipt, [witness.vkey]), 'receipt', 'log')
})

test('a required cosigner must have signed; stripping one nobody requires is tolerated', async () => {
  const stripped = receiptOf({ signers: [log.ed25519, log.mlDsa] })
  assert.ok((await verify(stripped, [LOG_KEYS])).valid)
  refused(await verify(stripped, ALL_KEYS), 'receipt', 'signature')
})

test('a signature by the right key over another tree, or dated otherwise, is wrong', async () => {
  const receipt = receiptOf()
  for (const by of [log.ed25519, log.mlDsa, witness]) {
    const transplanted = forged(receipt, ({ note }) => {
      const parsed = parseNote(note)
      assert.ok(parsed.ok)
      const foreign = signCheckpoint(by, { origin: ORIGIN, size: 12, root: new Uint8Array(32), extensions: [] })
      const signatures = parsed.value.signatures.map((line) =>
        line.name === by.key.name && line.id.join() === by.key.id.join() ? foreign : line,
      )
      return { note: formatNote({ ...parsed.value, signatures }) }
    })
    refused(await verify(transplanted, ALL_KEYS), 'receipt', 'signature')
  }
  for (const by of [log.mlDsa, witness]) {
    const redated = forged(receipt, ({ note }) => {
      const parsed = parseNote(note)
      assert.ok(parsed.ok)
      const signatures = parsed.value.signatures.map((line) =>
        line.id.join() === by.key.id.join() ? { ...line, signature: line.signature.with(7, (line.signature[7] ?? 0) ^ 1) } : line,
      )
      return { note: formatNote({ ...parsed.value, signatures }) }
    })
    refused(await verify(redated, ALL_KEYS), 'receipt', 'signature')
  }
})

test('a right signature beside a wrong one of the same key is not enough', async () => {
  const receipt = receiptOf()
  const doubled = forged(receipt, ({ note }) => {
    const parsed = parseNote(note)
    assert.ok(parsed.ok)
    const first = parsed.value.signatures[0] ?? assert.fail()
    return { note: formatNote({ ...parsed.value, signatures: [...parsed.value.signatures, { ...first, signature: new Uint8Array(64) }] }) }
  })
  refused(await verify(doubled, ALL_KEYS), 'receipt', 'signature')
})

test('a logged entry that is no record of ours, or contradicts its place, is refused though its proof holds', async () => {
  const bad: Wish[] = [
    { leaf: utf8('not json') },
    { leaf: utf8('{}') },
    { leaf: utf8(callRecord(3).replace('"v":1', '"v":2')) },
    { leaf: utf8(callRecord(3).replace('"n":3', '"n":3,"n":3')) },
    { leaf: utf8(callRecord(3).replace('"n":3', '"n": 3')) },
    { leaf: utf8(callRecord(3).replace('"n":3', '"n":3.5')) },
    { leaf: utf8(callRecord(3).replace('"stream"', '"str\\u0065am"')) },
    { leaf: utf8(callRecord(3).replace('1760000000123', '9000000000000000')) },
    { leaf: utf8(callRecord(3).replace(/"request":"[0-9a-f]+"/, '"request":"abc"')) },
    { leaf: utf8('[1]') },
    { leaf: utf8(`{"v":1,"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`) },
    { leaf: utf8(callRecord(8)) },
  ]
  for (const wish of bad) refused(await verify(receiptOf(wish), [LOG_KEYS]), 'receipt', 'record')
})

test('a record of a kind that a later version adds is still proven', async () => {
  const verdict = await verify(receiptOf({ leaf: utf8('{"v":1,"stream":"exchange","n":0,"time":0,"kind":"drill","x":[{"y":null}]}') }), [
    LOG_KEYS,
  ])
  assert.ok(verdict.valid, sentences(verdict))
  assert.match(verdict.proves.join('\n'), /an event of kind `drill`; at 1970-01-01T00:00:00.000Z/)
})

test('a promise is valid under the log key and says that it is only a promise', async () => {
  const verdict = await verify(promiseOf(), [LOG_KEYS])
  assert.ok(verdict.valid, sentences(verdict))
  assert.equal(verdict.kind, 'promise')
  assert.match(
    verdict.proves.join('\n'),
    /promised at 2025-10-09T08:53:20.000Z that the record will be its entry 7, in a checkpoint signed by 2025-10-09T08:53:21.000Z/,
  )
  assert.match(verdict.doesNotProve.join('\n'), /that the log kept its promise/)
  refused(await verify(promiseOf(), [signer(ORIGIN, 'ed25519').vkey]), 'promise', 'signature')
  refused(await verify(promiseOf(), [log.mlDsa.vkey]), 'promise', 'log')
  refused(await verify(promiseOf({ origin: 'other.example/log' }), [LOG_KEYS]), 'promise', 'log')
  refused(
    await verify(
      forged(promiseOf(), ({ leaf }) => ({ leaf: leaf.replace('"FR"', '"US"') })),
      [LOG_KEYS],
    ),
    'promise',
    'tree',
  )
  refused(
    await verify(
      forged(promiseOf(), ({ note }) => ({ note: note.replace('index 7', 'index 8') })),
      [LOG_KEYS],
    ),
    'promise',
    'signature',
  )
})

test('a checkpoint is no promise and a promise no checkpoint, though one key signs both', async () => {
  const [receipt, promise] = [receiptOf(), promiseOf()]
  const noteOf = (text: string) => {
    const parsed = parseReceipt(text)
    return parsed.ok ? parsed.value.file.note : assert.fail()
  }
  refused(
    await verify(
      forged(receipt, () => ({ note: noteOf(promise) })),
      [log.ed25519.vkey],
    ),
    'receipt',
    'form',
  )
  refused(
    await verify(
      forged(promise, () => ({ note: noteOf(receipt) })),
      [log.ed25519.vkey],
    ),
    'promise',
    'form',
  )
})

test('content opens its commitment with the salt, other content does not, and without the salt nothing does', async () => {
  const receipt = receiptOf()
  const opened = await verify(receipt, ALL_KEYS, { request: REQUEST, response: fromUtf8(RESPONSE) ?? '' })
  assert.ok(opened.valid, sentences(opened))
  assert.match(opened.proves.join('\n'), /the given request is the one of this record/)
  assert.doesNotMatch(opened.doesNotProve.join('\n'), /what the request contained/)
  assert.match((await verify(receipt, ALL_KEYS)).doesNotProve.join('\n'), /what the request contained/)
  refused(await verify(receipt, ALL_KEYS, { request: RESPONSE }), 'receipt', 'request')
  refused(await verify(receipt, ALL_KEYS, { request: RESPONSE, response: REQUEST }), 'receipt', 'request', 'response')
  refused(await verify(receipt, ALL_KEYS, { subject: 'jane' }), 'receipt', 'subject')
  const erased = receiptOf({ salt: undefined } as unknown as Wish)
  assert.ok((await verify(erased, ALL_KEYS)).valid, 'proof survives erasure')
  refused(await verify(erased, ALL_KEYS, { request: REQUEST }), 'receipt', 'request')
})

test('cut, doubled, re-ended, wrapped or extended files are never valid', async () => {
  for (const text of [receiptOf(), promiseOf()]) {
    const note = text.slice(text.indexOf('\n\n') + 2)
    const wrongs = [
      text.slice(0, -1),
      text + text,
      `${text}\n`,
      `${text} `,
      `\n${text}`,
      `\ufeff${text}`,
      `${text}${note.slice(note.indexOf('— '))}`,
      text.replaceAll('\n', '\r\n'),
      text.replaceAll('\n', '\r'),
      text.replace('\n\n', '\n'),
      text.replace('\n\n', '\n\n\n'),
      text.replace('extra ', 'extra  '),
      text.replace('index ', 'index 0'),
      text.replace('index ', 'index +'),
      `${text}\0`,
      text.normalize('NFD').replace('—', '-'),
    ]
    for (const wrong of wrongs) assert.ok(!(await verify(wrong, [LOG_KEYS])).valid, JSON.stringify(wrong.slice(0, 60)))
    for (let length = 0; length < text.length; length += 13) assert.ok(!(await verify(text.slice(0, length), [log.ed25519.vkey])).valid)
  }
})

test('a base 64 text with stray trailing bits is refused, so no file has a second spelling', async () => {
  const receipt = receiptOf()
  const lines = receipt.split('\n')
  let tried = 0
  for (const [i, line] of lines.entries()) {
    if (!line.endsWith('=')) continue
    const last = line.replace(/=+$/, '').slice(-1)
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
    const twin = alphabet.charAt(alphabet.indexOf(last) ^ 1)
    const changed = line.replace(/.(=+)$/, `${twin}$1`)
    const verdict = await verify(lines.with(i, changed).join('\n'), [LOG_KEYS])
    refused(verdict)
    assert.ok(failures(verdict).includes('form'))
    tried++
  }
  assert.ok(tried > 3)
})

test('what is no receipt at all is unusable, and so are keys that cannot be read', async () => {
  for (const input of ['', 'hello', '{"receipt":1}', new Uint8Array(500).fill(0xff), callRecord(1), LOG_KEYS])
    refused(await verify(input, [LOG_KEYS]), 'unusable', 'form')
  const [name = '', id = '', key = ''] = log.ed25519.vkey.split('+')
  const wrongKeys = [
    [],
    [''],
    ['# only a comment'],
    ['garbage'],
    [`${name}+${id}`],
    [`${name}+00000000+${key}`],
    [`${name}x+${id}+${key}`],
    [`${name}+${id}+${base64(Uint8Array.of(2, ...(fromBase64(key) ?? []).slice(1)))}`],
    [`${name}+${id}+${base64(Uint8Array.of(1, 2, 3))}`],
    [`${LOG_KEYS}garbage`],
  ]
  for (const keys of wrongKeys) refused(await verify(receiptOf(), keys), 'unusable', 'form')
})

test('10 MB of anything is answered at once', async () => {
  const megabytes = 10 * 2 ** 20
  const start = performance.now()
  const inputs = [
    new Uint8Array(megabytes),
    'c2sp.org/tlog-proof@v1\n'.repeat(megabytes / 23),
    `c2sp.org/tlog-proof@v1\nextra ${'A'.repeat(megabytes)}`,
    receiptOf() + '\n'.repeat(megabytes),
  ]
  for (const input of inputs) refused(await verify(input, [LOG_KEYS]), 'unusable', 'form')
  const header = 'c2sp.org/tlog-proof@v1\n'
  const most = MAX_FILE_BYTES - 100
  const within = [
    header + '\n'.repeat(most),
    `${header}extra ${'A'.repeat(most & ~3)}\nindex 0\n\n\n`,
    `${header}extra \n${'index 0\n'.repeat(most / 8)}\n`,
    receiptOf().replace('\n\n', `\n${`${base64(new Uint8Array(32))}\n`.repeat(10_000)}\n`),
    receiptOf() + `— a ${base64(new Uint8Array(5))}\n`.repeat(20_000),
    `${header}extra ${base64(utf8('leaf '.repeat(60_000)))}\n\n`,
  ]
  for (const input of within) refused(await verify(input, [LOG_KEYS]), 'receipt')
  const elapsed = performance.now() - start
  assert.ok(elapsed < 3000, `${elapsed} ms`)
})

test('no bytes make it throw, near a receipt or far from one', async () => {
  const receipt = utf8(receiptOf({ signers: [log.ed25519] }))
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(receipt.length - 1), fc.uint8Array({ maxLength: 4 }), fc.nat(6)), { minLength: 1, maxLength: 4 }),
      async (splices) => {
        let bytes: Uint8Array = receipt
        for (const [at, insert, remove] of splices) bytes = concat(bytes.subarray(0, at), insert, bytes.subarray(at + remove))
        const verdict = await verify(bytes, [log.ed25519.vkey])
        assert.equal(verdict.valid, bytes.length === receipt.length && bytes.every((byte, i) => byte === receipt[i]))
      },
    ),
    { numRuns: 500 },
  )
})

test('a name too long to be cosigned is refused, not thrown', async () => {
  const origin = 'o'.repeat(256)
  const note = `${origin}\n1\n${base64(new Uint8Array(32))}\n\n— ${ORIGIN} ${base64(concat(log.mlDsa.key.id, new Uint8Array(2428)))}\n`
  refused(
    await verify(formatReceipt({ leaf: utf8(callRecord(0)), salt: SALT, index: 0, proof: [], note }), [log.mlDsa.vkey]),
    'receipt',
    'form',
  )
})

test('no name in a file steers the terminal that shows the verdict', async () => {
  const origin = 'exchange.example/\u009b31mlog\u202e'
  const sentence = sentences(await verify(receiptOf({ origin }), [LOG_KEYS]))
  assert.match(sentence, /wrong log/)
  const leaf = utf8(callRecord(3).replace('"home"', `"\\u001b[2J${'x'.repeat(5000)}"`))
  const verdict = await verify(receiptOf({ leaf }), [LOG_KEYS])
  assert.ok(verdict.valid, sentences(verdict))
  for (const text of [sentence, ...verdict.proves, ...verdict.doesNotProve]) {
    assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u)
    assert.ok(text.length < 2000)
  }
})
