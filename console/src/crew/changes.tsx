/** What was changed of the order: the reason, until the crew says that it has seen it. */
import { clear } from '../shared/alarm';
import { mmss } from '../shared/durations';
import { named, shortTime } from '../shared/i18n';
import { list } from '../shared/store';
import { changeSeen } from './acts';
import { unheardChanges } from './begin';
import { coded } from './coded';
import { t } from './texts';
import { facilityOf, known, patients, seenCalledOff } from './work';

/** Which roads, and why they are closed. */
function closedRoads(ids: readonly string[]): string {
  const found = ids.length === 0 ? [] : (list('closures').value.value ?? []).filter((one) => ids.includes(one.id));
  return found.map((one) => [one.road, one.reason].filter(Boolean).join(' · ')).join('; ');
}

export function ChangeNotice() {
  const open = unheardChanges.value;
  const newest = open.at(-1);
  if (newest === undefined) return null;
  const destination = facilityOf(patients.value.find((one) => one.destination_id)?.destination_id);
  return (
    <section class="change" role="alertdialog" aria-labelledby="change-title" aria-describedby="change-about">
      <h2 id="change-title">⚠ {t.changed}</h2>
      <ul id="change-about">
        {open.map((change) => (
          <li key={change.id}>
            <b>{coded('change', change.because)}</b>{' '}
            {change.longerByS !== null && Math.abs(change.longerByS) >= 30 && (
              <span>· {change.longerByS > 0 ? t.longer(mmss(change.longerByS)) : t.shorter(mmss(-change.longerByS))}</span>
            )}
            {change.because === 'destination' && destination && <span> · {named(destination)}</span>}
            {change.address && <div>{change.address}</div>}
            {change.reason && <div>{change.reason}</div>}
            {change.because === 'closure' && <div>{closedRoads(change.closures)}</div>}
            <span class="quiet"> · {shortTime(change.at)}</span>
          </li>
        ))}
      </ul>
      <button type="button" class="primary" onClick={() => void changeSeen(newest.id)}>{t.changeHeard}</button>
    </section>
  );
}

export function CalledOff() {
  const ended = known.value.calledOff;
  if (ended.length === 0) return null;
  const seen = (): void => {
    ended.forEach(({ id }) => clear(`called-off ${id}`));
    seenCalledOff();
  };
  return (
    <section class="change" role="alertdialog" aria-labelledby="called-off" aria-describedby="called-off-about">
      <h2 id="called-off">⚠ {t.calledOff}</h2>
      <ul id="called-off-about">
        {ended.map(({ id, code, reason }) => <li key={id}><b>{t.calledOffCode(code)}</b> {reason}</li>)}
      </ul>
      <button type="button" class="primary" onClick={seen}>{t.seen}</button>
    </section>
  );
}
