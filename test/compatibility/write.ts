// Brings the generated part of docs/compatibility.md up to date.
import { writePage } from './markdown.ts'

writePage()
