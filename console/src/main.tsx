import { createRoot } from 'react-dom/client'
import { Application, queries } from './application.tsx'
import { startEarly } from './early.ts'
import { keepFrame } from './shell/worker.ts'
import './styles/tokens.css'
import './styles/base.css'
import { startWords } from './words/words.tsx'

const words = startWords()
startEarly(queries)
await words
const root = document.getElementById('root')
if (root !== null) createRoot(root).render(<Application />)
keepFrame()
