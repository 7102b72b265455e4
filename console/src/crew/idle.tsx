/** No run now: what comes later, and the end of the last one. */
import { StatusGlyph } from '../shared/components';
import { connected } from '../shared/live';
import { dayTime } from '../shared/i18n';
import { word } from '../shared/wording';
import { Times } from './times';
import { t } from './texts';
import { incident, known, reserved, run } from './work';

export function Idle() {
  const last = run.value;
  return (
    <div class="part scroll" role="region" aria-label={t.idle} tabIndex={0}>
      <h2 class="idle"><StatusGlyph status="available" text={t.idle} /></h2>
      <p>{known.value.at === 0 && !connected.value ? t.never : t.idleSays}</p>
      <Reserved />
      {last !== null && (
        <section class="panel column">
          <h3>{t.lastRun} · {incident.value?.code} · {word(last.state)}</h3>
          <Times />
        </section>
      )}
    </div>
  );
}

/** Runs that begin later; they are never shown as sent. */
export function Reserved() {
  if (reserved.value.length === 0) return null;
  return (
    <section class="panel column">
      <h3>{t.reserved}</h3>
      <ol class="lines">
        {reserved.value.map(({ incident: about, assignment }) => (
          <li key={assignment.id}>
            <b>{assignment.reserved_for && t.reservedFor(dayTime(assignment.reserved_for))}</b> · {about.code}
            <div>{about.address} {about.complaint}</div>
          </li>
        ))}
      </ol>
    </section>
  );
}
