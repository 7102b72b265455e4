/** Dark by default, light for bright rooms; follows other windows of this browser. */
import { effect, signal } from '@preact/signals';

export type Theme = 'dark' | 'light';
const KEPT = 'jiuhu-theme';

function kept(): Theme {
  try {
    return localStorage.getItem(KEPT) === 'light' ? 'light' : 'dark';
  } catch {
    return 'dark';
  }
}

export const theme = signal<Theme>(kept());

export function setTheme(to: Theme): void {
  theme.value = to;
  try {
    localStorage.setItem(KEPT, to);
  } catch {
    // It holds for this page only.
  }
}

if (typeof document !== 'undefined') {
  effect(() => {
    document.documentElement.dataset.theme = theme.value;
  });
  addEventListener('storage', (event) => {
    if (event.key === KEPT) theme.value = kept();
  });
}

/** The value of a CSS custom property in the theme of this moment: for canvas and map, which know no CSS. */
export function paint(name: string): string {
  void theme.value;
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
