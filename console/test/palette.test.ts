/** Contrast of the palettes (WCAG 2.2: 4.5 for text, 3 for signs and borders), computed from the style sheet itself. */
import { expect, test } from 'vitest';
import css from '../src/shared/style.css?raw';

function palette(theme: 'dark' | 'light'): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, selector, body] of css.matchAll(/(:root[^{]*)\{([^}]*)\}/g)) {
    if (selector!.includes('data-theme') && !selector!.includes(theme)) continue;
    for (const [, name, value] of body!.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/gi)) found[name!] = value!;
  }
  return found;
}

function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const TEXT = ['text', 'muted', 'link', 'overdue', 'warn', 'good', 'available', 'dispatched', 'en-route', 'on-scene', 'transporting', 'out'];
const PAIRS: [string, string, number][] = [
  ...TEXT.flatMap((name) => ['page', 'panel', 'header'].map((on) => [name, on, 4.5] as [string, string, number])),
  ...['text', 'muted', 'overdue'].flatMap((name) => ['input', 'raised', 'selected'].map((on) => [name, on, 4.5] as [string, string, number])),
  ...['edge', 'focus'].flatMap((name) => ['page', 'panel', 'input'].map((on) => [name, on, 3] as [string, string, number])),
  ...['p1', 'p2', 'p3', 'p4'].map((name) => [`${name}-text`, name, 4.5] as [string, string, number]),
  ['accent-text', 'accent', 4.5], ['danger-text', 'danger', 4.5], ['demo-text', 'demo', 4.5],
  ['road-label', 'halo', 4.5], ['place-label', 'halo', 4.5], ['hospital-label', 'halo', 4.5],
  ['route', 'map', 3], ['closure', 'map', 3], ['area', 'map', 3],
];

for (const theme of ['dark', 'light'] as const) {
  const colours = palette(theme);
  test.each(PAIRS)(`${theme}: %s on %s is at least %s`, (name, on, least) => {
    expect(contrast(colours[name]!, colours[on]!)).toBeGreaterThanOrEqual(least);
  });
}
