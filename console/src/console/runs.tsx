/** Units on the chosen incident: state, clocks, live arrival with its age, and what can be done with the order. */
import { useMemo } from 'preact/hooks';
import { useEffect } from 'preact/hooks';
import { age, since } from '../shared/clock';
import { Button, Countdown, Elapsed, KeyHint, StatusGlyph } from '../shared/components';
import { clockTime, distance, shortTime } from '../shared/i18n';
import { resource } from '../shared/resource';
import { select } from '../shared/selection';
import { statusOfState } from '../shared/status';
import { named } from '../shared/i18n';
import type { Assignment, Incident } from '../shared/store';
import { word } from '../shared/wording';
import { callReserved, canTakeBack, etasOf, takeBack } from './sending';
import { targetOf } from './targets';
import { t } from './texts';
import { ask, running } from './work';

/** Older than this, what a fix says of an arrival is no live figure. */
const OLD_S = 30;

export function Runs({ incident }: { incident: Incident }) {
  const etas = useMemo(
    () => resource(() => etasOf(incident.id), { entries: ['assignment.'], when: (entry) => entry.stream_id === incident.id, everyMs: 10_000 }),
    [incident.id],
  );
  useEffect(() => () => etas.stop(), [etas]);
  const found = new Map((etas.value.value?.etas ?? []).map((eta) => [eta.assignment_id, eta]));
  return (
    <section aria-label={t.runs}>
      <h3>{t.runs}</h3>
      <table>
        <thead class="sr"><tr><th scope="col">{t.unit}</th><th scope="col">{t.state}</th><th scope="col">{t.arrival}</th><th scope="col">{t.actions}</th></tr></thead>
        <tbody>
          {running(incident).map((one) => {
            const eta = found.get(one.id);
            return (
              <tr key={one.id}>
                <th scope="row"><button type="button" class="small plain" onClick={() => select({ unit: one.unit_id })}>{one.call_sign}</button></th>
                <td>
                  <StatusGlyph status={statusOfState(one.state)} text={word(one.state)} />
                  <Heard one={one} />
                  {one.destination && <div class="quiet">→ {named(one.destination)}</div>}
                </td>
                <td class="number">
                  {eta && (
                    <>
                      <Countdown to={eta.eta_at} label={eta.target === 'scene' ? t.toScene : t.toHospital} />
                      <div class="quiet">
                        {distance(eta.remaining_m)}
                        {eta.age_s !== null && eta.age_s > OLD_S && <span class="late"> · ⚠ {t.etaOld(age(eta.age_s + Math.max(0, since(etas.value.value!.worked_out_at))))}</span>}
                        {eta.age_s === null && <span> · {t.etaWithoutFix}</span>}
                      </div>
                    </>
                  )}
                </td>
                <td><Actions one={one} /></td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

/** Who has heard the order; silence is shown with its clock. */
function Heard({ one }: { one: Assignment }) {
  if (one.state === 'RSV') return <div class="quiet">{t.reservedFor} {one.reserved_for && shortTime(one.reserved_for)}</div>;
  if (one.state !== 'DSP') return null;
  return (
    <div class="quiet">
      {one.station_heard_at ? `✓ ${t.stationHeard} ${clockTime(one.station_heard_at)}` : `… ${t.stationSilent}`} ·{' '}
      {one.crew_heard_at ? `✓ ${t.crewHeard}` : <Elapsed from={one.sent_at} targetS={targetOf('turnout') / 3} label={t.crewSilent} />}
    </div>
  );
}

function Actions({ one }: { one: Assignment }) {
  const fresh = canTakeBack.value?.assignments.some((mine) => mine.id === one.id) ?? false;
  return (
    <span class="row">
      {fresh && <Button size="small" look="primary" onPress={takeBack}>{t.takeBack} <KeyHint keys="U" /></Button>}
      {one.state === 'RSV' && <Button size="small" look="primary" onPress={() => callReserved(one.id)}>{t.callNow}</Button>}
      {!fresh && ['RSV', 'DSP', 'ACK', 'ENR', 'STG', 'ONS', 'PTC'].includes(one.state) && (
        <Button size="small" look="plain" onPress={() => ask({ what: 'cancel', assignment_id: one.id })}>{t.cancelOrder}</Button>
      )}
    </span>
  );
}
