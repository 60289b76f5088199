import style from './rail.module.css'

/** Name and sign of the console. */
export const Logo = () => (
  <span className={style.logo}>
    <svg
      width="22"
      height="22"
      viewBox="0 0 22 22"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d="M2.5 2.5h17v17h-17z M2.5 14.5l6-5 5 5 6-6" />
    </svg>
    <span translate="no">Allod</span>
  </span>
)
