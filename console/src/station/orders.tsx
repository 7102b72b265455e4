/** The order that rings: across the whole page until somebody says that they heard it, or that nobody can go. */
import { useEffect, useMemo } from 'preact/hooks';
import { read } from '../shared/api';
import { Button, Countdown, Elapsed, KeyHint, PriorityChip } from '../shared/components';
import { clockTime } from '../shared/i18n';
import { resource } from '../shared/resource';
import { alarmWord } from '../shared/server-alarms';
import { units } from '../shared/store';
import { open } from './dialogs';
import { People } from './people';
import { complaintOf, dismiss, endings, hear, placeOf, roughly, unheard, type Run } from './state';
import { t } from './texts';

interface Silence {
  /** When the dispatcher is alarmed. */
  by: string | null;
  /** When that happened. */
  toldAt: string | null;
}

/** The order's own entry says by when it must be heard, another that nobody did. */
function useSilence({ assignment }: Run): Silence {
  const stream_id = assignment.incident_id;
  const timeline = useMemo(
    () =>
      resource(async () => (await read('/api/v1/incidents/{stream_id}/entries', { path: { stream_id } })).entries, {
        entries: ['assignment.', 'stream.'],
        when: (entry) => entry.stream_id === stream_id,
      }),
    [stream_id],
  );
  useEffect(() => () => timeline.stop(), [timeline]);
  const found: Silence = { by: null, toldAt: null };
  for (const { said, act } of timeline.value.value ?? []) {
    const sent = said.kind === 'assignment.sent.v1' || said.kind === 'assignment.reservation-called.v1';
    if (sent && said.assignment_id === assignment.id) found.by = said.station_ack_by ?? found.by;
    if (said.kind === 'stream.deadline-passed.v1' && said.deadline === 'station-ack' && said.subject_id === assignment.id) {
      found.toldAt = act.at;
    }
  }
  return found;
}

function Order({ run, first }: { run: Run; first: boolean }) {
  const { assignment, incident } = run;
  const { by, toldAt } = useSilence(run);
  const unit = units.get(assignment.unit_id);
  const words = [alarmWord('station-ack'), assignment.call_sign, incident.code].join(' · ');
  const near = roughly(incident);
  return (
    <article class="order" data-assignment={assignment.id} aria-label={t.order(assignment.call_sign)}>
      <div class="order-head">
        <span class="order-sign" aria-hidden="true">⚠</span>
        <h2>{assignment.call_sign}</h2>
        <PriorityChip priority={incident.priority} />
        <span class="quiet">{incident.code}</span>
        <span class="grow" />
        <Elapsed from={assignment.sent_at} label={t.sentFor} />
        {by !== null && <Countdown to={by} label={t.left} />}
      </div>
      <p class="order-place">{placeOf(incident)}</p>
      <p>
        <strong>{complaintOf(incident)}</strong>
        {incident.patients != null && <span> · {t.patients(incident.patients)}</span>}
        {near !== null && <span> · {near}</span>}
      </p>
      <p class="order-crew">
        {t.aboard}{t.colon}<People crew={unit?.crew ?? []} />
      </p>
      <div class="order-actions">
        <Button size="big" class="order-heard" onPress={() => hear(run)}>
          {t.heard} {first && <KeyHint keys="F2" />}
        </Button>
        <Button size="big" onPress={() => open({ form: 'crew', unit: assignment.unit_id })}>
          {t.nameCrew} {first && <KeyHint keys="F6" />}
        </Button>
        <Button size="big" onPress={() => open({ form: 'refuse', run })}>
          {t.cannotGo} {first && <KeyHint keys="F4" />}
        </Button>
      </div>
      <p class="order-silence">
        {toldAt !== null ? `⚠ ${t.wasTold(clockTime(toldAt), words)}` : by !== null ? t.willTell(clockTime(by), words) : t.tellsNothing}
      </p>
    </article>
  );
}

export function Orders() {
  return (
    <>
      {endings.value.map((one) => (
        <div class="banner note" key={one.id} role="status">
          <span class="grow">
            ✕ {t.calledOff(one.call_sign, t[one.code])}
            {one.reason && ` · ${one.reason}`}
          </span>
          <button type="button" class="small" onClick={() => dismiss(one.id)}>{t.dismiss}</button>
        </div>
      ))}
      {unheard.value.length > 0 && (
        <section class="orders" aria-label={t.orders}>
          {unheard.value.map((run, n) => <Order key={run.assignment.id} run={run} first={n === 0} />)}
        </section>
      )}
    </>
  );
}
