/** The time points of the run, and which of them wait to be sent. */
import { shortTime } from '../shared/i18n';
import { coded } from './coded';
import { t } from './texts';
import { run } from './work';

export function Times() {
  const stamps = run.value?.stamps ?? [];
  if (stamps.length === 0) return null;
  return (
    <ol class="times" aria-label={t.times}>
      {stamps.map((one) => (
        <li key={`${one.event} ${one.at}`} data-event={one.event}>
          <time dateTime={one.at}>{shortTime(one.at)}</time> {coded('step', one.event)}
          {one.waiting && <span class="badge">{t.notSent}</span>}
        </li>
      ))}
    </ol>
  );
}
