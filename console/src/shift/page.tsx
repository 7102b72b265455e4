/** The shift leader page: this moment, the figures of a period, what is handed on, and what is covered. */
import { useEffect } from 'preact/hooks';
import { Field, Shell } from '../shared/components';
import { clockTime, dayTime } from '../shared/i18n';
import { atSeat } from '../shared/seat';
import { followAlarms } from '../shared/server-alarms';
import { may } from '../shared/session';
import { keep } from '../shared/store';
import { titles } from '../shared/titles';
import { CoveragePane } from './coverage';
import { followShift, report, reportFailure } from './data';
import { Figures } from './figures';
import { ConsoleLink, showInConsole } from './links';
import { Lists } from './lists';
import { Alarms, Now, Seats, Waiting } from './now';
import { chooseOwn, kind, KINDS, ownSince, ownUntil, usable } from './period';
import { followSeats } from './presence';
import { t } from './texts';

function Period() {
  const shown = report.value;
  const query = shown && `since=${encodeURIComponent(shown.since)}&until=${encodeURIComponent(shown.until)}`;
  return (
    <div class="period no-print">
      <div role="group" aria-label={t.period} class="row">
        {KINDS.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={kind.value === one}
            title={one === 'shift' ? t.shiftSays : undefined}
            onClick={() => (one === 'own' ? chooseOwn() : (kind.value = one))}
          >
            {t[`period-${one}`]}
          </button>
        ))}
      </div>
      {kind.value === 'own' && (
        <>
          <Field label={t.since}>
            {(joined) => <input {...joined} type="datetime-local" value={ownSince.value} onInput={(event) => (ownSince.value = event.currentTarget.value)} />}
          </Field>
          <Field label={t.until} {...(!usable.value && { wrong: t.periodWrong })}>
            {(joined) => <input {...joined} type="datetime-local" value={ownUntil.value} onInput={(event) => (ownUntil.value = event.currentTarget.value)} />}
          </Field>
        </>
      )}
      <span class="grow" />
      {query && <a class="button" href={atSeat(`/api/v1/reports/shift.csv?${query}`)} download>{t.csv}</a>}
      <button type="button" onClick={() => print()}>{t.print}</button>
      <ConsoleLink />
    </div>
  );
}

function Covered() {
  const shown = report.value;
  if (shown === undefined) return null;
  return (
    <p class="quiet number" data-report-until={shown.until}>
      <span class="print-only">{t.reportTitle} · </span>
      {t.from(dayTime(shown.since), dayTime(shown.until))} · {t.madeAt(clockTime(shown.made_at))}
      {reportFailure.value !== null && <strong class="late" role="status"> ⚠ {t.failed(t.figures)}</strong>}
    </p>
  );
}

export function Shift() {
  keep('incidents', 'units', 'positions');
  useEffect(followShift, []);
  useEffect(() => (may('incident.work') ? followSeats() : undefined), []);
  useEffect(() => followAlarms({ escalatedOnly: true, go: (alarm) => showInConsole(alarm.incident_id) }), []);
  return (
    <Shell title={titles.shift}>
      <div class="shift">
        <Now />
        <Period />
        <Covered />
        <Figures />
        <div class="shift-panes">
          <div class="column">
            <Alarms />
            <Waiting />
            <Lists />
            <Seats />
          </div>
          <CoveragePane />
        </div>
      </div>
    </Shell>
  );
}
