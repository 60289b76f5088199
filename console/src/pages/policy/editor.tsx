// CodeMirror, in a chunk of its own. It lives in a shadow root: there its style sheets are constructed by script, which the page’s content
// security policy allows, where a style element in the page would be refused.
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { EditorState, RangeSetBuilder, StateEffect, StateField } from '@codemirror/state'
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
  ViewPlugin,
  type ViewUpdate,
  WidgetType,
} from '@codemirror/view'
import { useEffect, useRef } from 'react'
import { type CodeKind, tokenize } from '../../ui/tokenize.ts'
import style from './policy.module.css'

export type Problem = { readonly line: number; readonly column: number; readonly message: string }
export type EditorProps = {
  readonly name: string
  /** What is edited first; another `name` begins anew. */
  readonly start: string
  readonly label: string
  readonly problems: readonly Problem[]
  /** Where to go, each time it changes. */
  readonly goTo: { readonly line: number; readonly column: number } | undefined
  readonly onChange: (text: string) => void
  readonly onSave: () => void
}

const KINDS: Readonly<Record<Exclude<CodeKind, 'plain'>, Decoration>> = {
  keyword: Decoration.mark({ class: 'keyword' }),
  string: Decoration.mark({ class: 'string' }),
  comment: Decoration.mark({ class: 'comment' }),
}

/** The same lexicon as wherever Cedar is read, over the lines in sight. */
const colours = (view: EditorView): DecorationSet => {
  const builder = new RangeSetBuilder<Decoration>()
  for (const { from, to } of view.visibleRanges)
    for (let at = from; at <= to; ) {
      const line = view.state.doc.lineAt(at)
      let start = line.from
      for (const { kind, text } of tokenize(line.text, 'cedar')) {
        if (kind !== 'plain') builder.add(start, start + text.length, KINDS[kind])
        start += text.length
      }
      at = line.to + 1
    }
  return builder.finish()
}
const cedar = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet
    constructor(view: EditorView) {
      this.decorations = colours(view)
    }
    update({ docChanged, viewportChanged, view }: ViewUpdate): void {
      if (docChanged || viewportChanged) this.decorations = colours(view)
    }
  },
  { decorations: ({ decorations }) => decorations },
)

class Message extends WidgetType {
  readonly text: string

  constructor(text: string) {
    super()
    this.text = text
  }

  override eq({ text }: Message): boolean {
    return text === this.text
  }

  toDOM(): HTMLElement {
    const box = document.createElement('div')
    box.className = 'message'
    box.dir = 'auto'
    box.textContent = this.text
    return box
  }
}

const showProblems = StateEffect.define<readonly Problem[]>()
const WRONG = Decoration.line({ class: 'wrong' })
const problemLines = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (before, { effects, changes, state }) => {
    const effect = effects.find((each) => each.is(showProblems))
    if (effect === undefined) return before.map(changes)
    const placed = effect.value.filter(({ line }) => line >= 1 && line <= state.doc.lines)
    return Decoration.set(
      placed.flatMap(({ line, message }) => {
        const { from, to } = state.doc.line(line)
        return [WRONG.range(from), Decoration.widget({ widget: new Message(message), block: true, side: 1 }).range(to)]
      }),
      true,
    )
  },
  provide: (field) => EditorView.decorations.from(field),
})

const look = EditorView.theme({
  '&': { color: 'var(--ink)', backgroundColor: 'var(--surface)', fontSize: 'var(--text-code)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-content': { fontFamily: 'var(--mono)', lineHeight: '1.6', caretColor: 'var(--ink)' },
  '.cm-scroller': { maxBlockSize: '68vh', minBlockSize: '18rem' },
  '.cm-cursor': { borderInlineStartColor: 'var(--ink)' },
  '.cm-gutters': { backgroundColor: 'var(--surface)', color: 'var(--ink-3)', borderInlineEnd: '1px solid var(--line)' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--hover)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': { background: 'var(--line)' },
  '.keyword': { fontWeight: '600' },
  '.string': { color: 'var(--ink-2)' },
  '.comment': { color: 'var(--ink-3)' },
  '.wrong': { backgroundColor: 'var(--crit-bg)', boxShadow: 'inset 3px 0 var(--crit-fill)' },
  '.message': {
    padding: '2px 12px 4px 12px',
    backgroundColor: 'var(--crit-bg)',
    color: 'var(--crit)',
    fontFamily: 'var(--font)',
    whiteSpace: 'normal',
    position: 'sticky',
    insetInlineStart: '0',
    maxInlineSize: 'min(58ch, 74vw)',
  },
})

/** Cedar text to be changed, with what is wrong at its line. Tab leaves it; Ctrl or ⌘ with Enter is `onSave`. */
export const Editor = ({ name, start, label, problems, goTo, onChange, onSave }: EditorProps) => {
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(null)
  const heard = useRef({ onChange, onSave })
  heard.current = { onChange, onSave }
  // A new name is a new text; the text itself is the editor’s from then on.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `start` and `label` belong to `name`
  useEffect(() => {
    if (host.current === null) return undefined
    const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: 'open' })
    const save = (): boolean => {
      heard.current.onSave()
      return true
    }
    const editor = new EditorView({
      parent: root,
      root,
      state: EditorState.create({
        doc: start,
        extensions: [
          lineNumbers(),
          history(),
          drawSelection(),
          highlightActiveLine(),
          cedar,
          problemLines,
          look,
          EditorView.contentAttributes.of({ 'aria-label': label, dir: 'ltr', tabindex: '0', spellcheck: 'false', autocorrect: 'off' }),
          keymap.of([{ key: 'Mod-Enter', run: save }, ...defaultKeymap, ...historyKeymap]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) heard.current.onChange(update.state.doc.toString())
          }),
        ],
      }),
    })
    view.current = editor
    return () => {
      view.current = null
      editor.destroy()
    }
  }, [name])
  useEffect(() => view.current?.dispatch({ effects: showProblems.of(problems) }), [problems])
  useEffect(() => {
    const editor = view.current
    if (editor === null || goTo === undefined) return
    const line = editor.state.doc.line(Math.min(Math.max(goTo.line, 1), editor.state.doc.lines))
    editor.dispatch({ selection: { anchor: Math.min(line.from + goTo.column - 1, line.to) }, scrollIntoView: true })
    editor.focus()
  }, [goTo])
  return <div ref={host} className={style.editor} dir="ltr" data-editor={name} />
}
