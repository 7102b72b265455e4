/**
 * Keyboard shortcuts. A page registers what it can do; the list for the person is made from the same table.
 *
 *   useKeys([{ keys: 'F2', says: () => t.newCall, run: newCall }, { keys: 'Ctrl+Enter', ..., typing: true }])
 *
 * Nothing happens while an input method composes, and letters do nothing while somebody types in a field, unless
 * `typing` says so.
 */
import { signal } from '@preact/signals';
import { useLayoutEffect } from 'preact/hooks';

export interface Shortcut {
  /** "F2", "Ctrl+K", "/", "Escape": modifiers in the order Ctrl, Alt, Shift. On a Mac, Command counts as Ctrl. */
  keys: string;
  says: () => string;
  run: (event: KeyboardEvent) => void;
  /** Also while a field has the focus. F keys and combinations with Ctrl or Alt always are. */
  typing?: boolean;
}

/** Everything that is registered now, the newest last. */
export const shortcuts = signal<readonly Shortcut[]>([]);

const FIELDS = 'input, textarea, select, [contenteditable]';

export function spellKeys(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  // The shift of "?" is in the sign itself; that of a letter or a named key is not.
  const shift = event.shiftKey && (event.key.length > 1 || /^[A-Z]$/.test(key));
  return [event.ctrlKey || event.metaKey ? 'Ctrl' : '', event.altKey ? 'Alt' : '', shift ? 'Shift' : '', key]
    .filter(Boolean)
    .join('+');
}

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches(FIELDS);
}

function press(event: KeyboardEvent): void {
  // 229: an input method has the key, in browsers that do not say isComposing.
  if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
  const keys = spellKeys(event);
  const found = shortcuts.peek().findLast((one) => one.keys === keys);
  if (found === undefined) return;
  const plain = !/^(F\d+$|Ctrl\+|Alt\+)/.test(keys);
  if (plain && !found.typing && isTyping(event.target)) return;
  // A dialog is answered before anything behind it.
  if (document.querySelector('dialog:modal') !== null && !found.typing) return;
  event.preventDefault();
  found.run(event);
}

let listening = false;

/**
 * Register for as long as the component is there. `of` changes what is registered when its content changes: before the
 * next key can be pressed, or it would answer the question that stood there before.
 */
export function useKeys(mine: readonly Shortcut[], of: readonly unknown[] = []): void {
  useLayoutEffect(() => addKeys(mine), of);
}

export function addKeys(mine: readonly Shortcut[]): () => void {
  if (!listening) {
    listening = true;
    addEventListener('keydown', press);
  }
  shortcuts.value = [...shortcuts.peek(), ...mine];
  return () => {
    shortcuts.value = shortcuts.peek().filter((one) => !mine.includes(one));
  };
}
