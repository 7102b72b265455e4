/** Short messages, and a live region that screen readers speak. */
import { signal } from '@preact/signals';
import { common } from '../words';

interface Toast {
  id: number;
  text: string;
  tone: 'plain' | 'bad';
  action?: { label: string; run: () => unknown };
}

const toasts = signal<readonly Toast[]>([]);
const spoken = signal('');
let last = 0;

interface Options {
  tone?: Toast['tone'];
  action?: Toast['action'];
  /** How long it stays; errors and what can be undone stay longer. */
  ms?: number;
}

export function toast(text: string, { tone = 'plain', action, ms }: Options = {}): () => void {
  const id = ++last;
  const stays = ms ?? (action ? 10_000 : tone === 'bad' ? 9_000 : 4_000);
  toasts.value = [...toasts.peek().filter((one) => one.text !== text), { id, text, tone, ...(action && { action }) }].slice(-4);
  const gone = (): void => {
    toasts.value = toasts.peek().filter((one) => one.id !== id);
  };
  setTimeout(gone, stays);
  return gone;
}

/** Ten seconds to take something back: a new command that undoes it, never a deletion. */
export function undoable(text: string, undo: () => unknown): void {
  const gone = toast(text, {
    action: {
      label: common.undo,
      run: () => {
        gone();
        return undo();
      },
    },
  });
}

/** Say it to those who listen; shown nowhere. Only for a new P1 and the like: never for what changes every second. */
export function announce(text: string): void {
  spoken.value = '';
  setTimeout(() => {
    spoken.value = text;
  }, 50);
}

export function Toasts() {
  return (
    <>
      <div class="toasts" role="status" aria-live="polite">
        {toasts.value.map((one) => (
          <div key={one.id} data-tone={one.tone}>
            <span>{one.text}</span>
            {one.action && (
              <button type="button" class="small" onClick={() => void one.action?.run()}>{one.action.label}</button>
            )}
          </div>
        ))}
      </div>
      <div class="sr" aria-live="polite">{spoken.value}</div>
    </>
  );
}
