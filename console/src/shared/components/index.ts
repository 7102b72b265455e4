/** Everything a page is made of. */
export { Button, Dialog, Field, type Joined } from './basics';
export { AlarmBar, ConnectionBanner, ConnectionMark } from './banners';
export { Shell } from './shell';
export { SignInForm } from './sign-in';
export { Countdown, DemoMark, Elapsed, KeyHint, PriorityChip, StatusGlyph, Timeline, statusWord, type Happening } from './signs';
export { LanguageThemeSwitch } from './switches';
export { Toasts, announce, toast, undoable } from './toast';
