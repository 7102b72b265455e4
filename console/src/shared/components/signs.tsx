/** Status, priority, running times, timeline: always colour, shape and text together. */
import type { ComponentChildren } from 'preact';
import { mmss, since, until } from '../clock';
import { clockTime } from '../i18n';
import { GLYPHS, type Status } from '../status';
import { common } from '../words';

export function statusWord(status: Status): string {
  const words: Record<Status, string> = {
    available: common.available,
    dispatched: common.dispatched,
    'en-route': common.enRoute,
    'on-scene': common.onScene,
    transporting: common.transporting,
    out: common.out,
  };
  return words[status];
}

/** `text` replaces the general word by a finer one ("到达医院"); it is never left out. */
export function StatusGlyph({ status, text }: { status: Status; text?: string }) {
  return (
    <span class="status" data-status={status}>
      <span class="glyph" aria-hidden="true">{GLYPHS[status]}</span>
      {text ?? statusWord(status)}
    </span>
  );
}

export function PriorityChip({ priority }: { priority: string }) {
  return <span class="chip" data-priority={priority}>{priority}</span>;
}

/** Runs down to an instant; overdue is told by sign, word and colour. */
export function Countdown({ to, label }: { to: string; label?: string }) {
  const left = until(to);
  return (
    <span class="count" data-overdue={left < 0}>
      {label && <span class="quiet">{label} </span>}
      {left < 0 && <span aria-hidden="true">⚠ </span>}
      {mmss(left)}
      {left < 0 && <span> {common.overdue}</span>}
    </span>
  );
}

/** Runs up from an instant; overdue above the target. */
export function Elapsed({ from, targetS, label }: { from: string; targetS?: number; label?: string }) {
  const passed = Math.max(0, since(from));
  const late = targetS !== undefined && passed > targetS;
  return (
    <span class="count" data-overdue={late}>
      {label && <span class="quiet">{label} </span>}
      {late && <span aria-hidden="true">⚠ </span>}
      {mmss(passed)}
      {late && <span> {common.overdue}</span>}
    </span>
  );
}

export interface Happening {
  id: string;
  at: string;
  /** When it was recorded, where that was later. */
  recordedAt?: string;
  who: string;
  text: ComponentChildren;
}

/** What happened, in order: time, what, who. */
export function Timeline({ items, label }: { items: readonly Happening[]; label: string }) {
  if (items.length === 0) return <p class="quiet">{common.nothing}</p>;
  return (
    <ol class="timeline" aria-label={label}>
      {items.map((item) => (
        <li key={item.id}>
          <time dateTime={item.at}>{clockTime(item.at)}</time>
          <div>
            {item.text}{' '}
            <span class="by">
              {common.by(item.who)}
              {item.recordedAt && Date.parse(item.recordedAt) - Date.parse(item.at) > 60_000 && (
                <> · {common.recordedAt(clockTime(item.recordedAt))}</>
              )}
            </span>
          </div>
        </li>
      ))}
    </ol>
  );
}

export function DemoMark() {
  return <strong class="demo-mark" title={common.demoSays}>{common.demo}</strong>;
}

export function KeyHint({ keys }: { keys: string }) {
  return <kbd aria-hidden="true">{keys}</kbd>;
}
