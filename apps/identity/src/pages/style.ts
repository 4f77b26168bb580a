/** The one style sheet of the pages of sign-in: light and dark, from 320 px on. */
export const style = `:root { color-scheme: light dark; --ink: #17324d; --paper: #fff; --line: #5d7083; --accent: #06c; --alert: #b3002d; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ecf2; --paper: #14202c; --line: #8fa3b7; --accent: #7db8ff; --alert: #ff8fa3; } }
* { box-sizing: border-box; }
body { margin: 0; font: 1.125rem/1.5 "Titillium Web", system-ui, sans-serif; color: var(--ink); background: var(--paper); }
header { padding: .75rem 1rem; background: #06c; color: #fff; font-weight: 600; }
header p { margin: 0; }
main { max-width: 30rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.75rem; line-height: 1.2; }
label { display: block; margin-top: 1rem; font-weight: 600; }
.hint { margin: 0; font-size: 1rem; }
input { width: 100%; min-height: 2.75rem; padding: .5rem; font: inherit; color: inherit; background: var(--paper); border: 2px solid var(--line); border-radius: 4px; }
button { width: 100%; min-height: 2.75rem; margin-top: 1.5rem; padding: .5rem 1rem; font: inherit; font-weight: 600; color: #fff; background: #06c; border: 2px solid #06c; border-radius: 4px; cursor: pointer; }
input:focus-visible, button:focus-visible, a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
a { color: var(--accent); }
.alert { padding: .75rem; border: 2px solid var(--alert); border-radius: 4px; color: var(--alert); font-weight: 600; }
.code { overflow-wrap: anywhere; font-family: ui-monospace, monospace; }
figure { margin: 1rem 0; }
figure svg { display: block; width: 100%; max-width: 14rem; height: auto; background: #fff; }
`;
