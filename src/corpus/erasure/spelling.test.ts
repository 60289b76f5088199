import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Spellings } from './spelling.ts'

const found = (wanted: { names?: string[]; identifiers?: string[] }, text: string): string[] => {
  const bytes = Buffer.from(text)
  return new Spellings({ names: wanted.names ?? [], identifiers: wanted.identifiers ?? [] })
    .in(bytes)
    .map(({ start, end, because }) => `${because}: ${bytes.toString('utf8', start, end)}`)
    .sort()
}

test('a name is found in other orders, without accents, with endings, by initials', () => {
  const names = ['Mari-Liis Õunapuu']
  assert.deepEqual(found({ names }, 'Kohtus kuulati üle Mari-Liis Õunapuu.'), ['name: Mari-Liis Õunapuu'])
  assert.deepEqual(found({ names }, 'ÕUNAPUU, MARI LIIS'), ['name: ÕUNAPUU, MARI LIIS'])
  assert.deepEqual(found({ names }, 'kaebaja Mari-Liis Ounapuu, sündinud'), ['name: Mari-Liis Ounapuu'])
  assert.deepEqual(found({ names }, 'Mari-Liis Õunapuule määrati'), ['inflected name: Mari-Liis Õunapuule'])
  assert.deepEqual(found({ names }, 'allkiri: M.-L. Õunapuu'), ['initials: M.-L. Õunapuu'])
  assert.deepEqual(found({ names }, 'Mari-Liis Õunapuustiku; Õunapuu. Mari-Liis'), [])
  assert.deepEqual(found({ names }, 'xMari-Liis Õunapuu'), [])
  assert.deepEqual(found({ names }, 'Mari Õunapuu'), [])
})

test('names of several alphabets, and the letters that one letter stands for', () => {
  assert.deepEqual(found({ names: ['Jürgen Groß'] }, 'JÜRGEN GROSS; Juergen Groß; Jurgen Gross'), [
    'name: Juergen Groß',
    'name: Jurgen Gross',
    'name: JÜRGEN GROSS',
  ])
  assert.deepEqual(found({ names: ['Jan Nováková'] }, 'o Jan Novákové a Jan Novakova'), ['name: Jan Novakova'])
  assert.deepEqual(found({ names: ['Иван Петров'] }, 'истец ИВАН ПЕТРОВ и Петрова'), ['name: ИВАН ПЕТРОВ'])
  assert.deepEqual(found({ names: ['Иван Петров'] }, 'у Ивана; Иван Петрову'), ['inflected name: Иван Петрову'])
  assert.deepEqual(found({ names: ['Γιώργος Παππάς'] }, 'ο Γιωργος Παππας είπε'), ['name: Γιωργος Παππας'])
  // The accent stands by itself in the second.
  assert.deepEqual(found({ names: ['José Peña'] }, 'Jose\u0301 Pen\u0303a'), ['name: Jose\u0301 Pen\u0303a'])
  assert.deepEqual(found({ names: ['Peña, José'] }, '„José Peña“'), ['name: José Peña'])
})

test('scripts with vowel signs, with points, and without spaces', () => {
  assert.deepEqual(found({ names: ['मोहन वर्मा'] }, 'वादी मोहन वर्मा ने'), ['name: मोहन वर्मा'])
  // Other vowels make another name.
  assert.deepEqual(found({ names: ['मोहन वर्मा'] }, 'महीन वर्मा; मोहन वर्मी'), [])
  assert.deepEqual(found({ names: ['محمد علي'] }, 'قال مُحَمَّد عَلِي'), ['name: مُحَمَّد عَلِي'])
  assert.deepEqual(found({ names: ['דוד לוי'] }, 'אמר דָּוִד לֵוִי'), ['name: דָּוִד לֵוִי'])
  assert.deepEqual(found({ names: ['王小明'] }, '原告王小明诉称'), ['name: 王小明'])
  assert.deepEqual(found({ names: ['김민수'] }, '피고 김민수는'), ['name: 김민수'])
  assert.deepEqual(found({ names: ['ぎんが'] }, 'きんか、ぎんがは'), ['name: ぎんが'])
})

test('an identifier is found in any grouping, and not within a longer one', () => {
  const identifiers = ['48001085718', 'mari.ounapuu@example.ee']
  assert.deepEqual(found({ identifiers }, 'isikukood 480 0108 5718, kiri: Mari.Ounapuu@Example.ee'), [
    'identifier: 480 0108 5718',
    'identifier: Mari.Ounapuu@Example.ee',
  ])
  assert.deepEqual(found({ identifiers }, '480010857180 148001085718'), [])
})

test('wherever a name stands between other signs, its place is exact', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), fc.string({ unit: 'grapheme', maxLength: 30 }), (before, after) => {
      const text = `${before} Zofia Żółkiewska. ${after}`
      const mentions = found({ names: ['Zofia Żółkiewska'] }, text)
      assert.ok(mentions.includes('name: Zofia Żółkiewska'), JSON.stringify(mentions))
    }),
    { numRuns: 200 },
  )
})
