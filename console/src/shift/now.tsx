/** What is true at this moment: counts, alarms with their owners, incidents that wait, seats that are there. */
import { Button, Countdown, Elapsed, PriorityChip } from '../shared/components';
import { now } from '../shared/clock';
import { clockTime } from '../shared/i18n';
import { alarmAbout, alarmRate, alarmWord } from '../shared/server-alarms';
import { incidents, units } from '../shared/store';
import { me } from '../shared/session';
import { alarms, heldNow, openCount, readyUnits, report, rings, take, waiting } from './data';
import { IncidentLink } from './links';
import { present } from './presence';
import { MOST, Table } from './table';
import { editingWord, t } from './texts';

function Count({ name, label, value, more, alert }: { name: string; label: string; value: string | number; more?: string; alert?: boolean }) {
  return (
    <div data-now={name} data-alert={alert}>
      <dt>{label}</dt>
      <dd>
        <strong class="number">
          {alert && <span aria-hidden="true">⚠ </span>}
          {value}
        </strong>
        {more && <span class="quiet"> {more}</span>}
      </dd>
    </div>
  );
}

export function Now() {
  const urgent = waiting.value.filter((one) => one.priority === 'P1').length;
  const ringing = rings.value.filter((one) => one.state === 'ringing').length;
  const missed = rings.value.filter((one) => one.state === 'missed').length;
  return (
    <section aria-label={t.now}>
      <dl class="now">
        <Count name="open" label={t.openIncidents} value={openCount.value} />
        <Count name="unsent" label={t.unsent} value={waiting.value.length} more={urgent > 0 ? t.urgentWaiting(urgent) : ''} alert={urgent > 0} />
        <Count name="held" label={t.held} value={heldNow.value.length} />
        <Count name="ringing" label={t.ringing} value={ringing} />
        <Count name="missed" label={t.missedOpen} value={missed} alert={missed > 0} />
        <Count name="ready" label={t.unitsReady} value={`${readyUnits.value} / ${units.all.value.length}`} />
      </dl>
    </section>
  );
}

/** How often there is an alarm: too many are as bad as none (EEMUA 191). */
function Rate() {
  const rate = alarmRate.value;
  if (rate === undefined) return null;
  const each = rate.operators === 0 ? null : rate.alarms / rate.operators;
  return (
    <p class={each !== null && each >= 1 ? 'late' : 'quiet'} data-alarm-rate={rate.alarms}>
      {each !== null && each >= 1 && <span aria-hidden="true">⚠ </span>}
      {t.alarmRate(rate.alarms, rate.operators)}
      {each !== null && ` · ${t.alarmRateEach(each.toFixed(1))}`}
    </p>
  );
}

export function Alarms() {
  return (
    <>
      <AlarmTable />
      <Rate />
    </>
  );
}

/** When it becomes the shift leader's; from then on it is theirs. */
function Escalation({ at }: { at: string }) {
  if (Date.parse(at) <= now.value) return <strong class="late">⚠ {t.escalated}</strong>;
  return <Countdown to={at} label={t.escalatesIn} />;
}

function AlarmTable() {
  return (
    <Table name="alarms" title={t.alarms} none={t.noAlarms} count={alarms.value.length} columns={[t.alarm, t.incident, t.unit, { name: t.since_, number: true }, t.owner]}>
      {alarms.value.slice(0, MOST).map((alarm) => (
        <tr key={`${alarm.kind} ${alarm.subject_id}`} data-alarm={alarm.kind}>
          <th scope="row">{alarmWord(alarm.kind)}</th>
          <td>
            {(alarm.incident_id !== null || !alarm.about) && <IncidentLink id={alarm.incident_id} code={alarm.incident_code} />}
            {alarm.about && <div>{alarmAbout(alarm)}</div>}
          </td>
          <td>{alarm.call_sign ?? '–'}</td>
          <td class="number"><Elapsed from={alarm.since} /></td>
          <td>
            {alarm.acknowledged_by !== null ? (
              <>
                {alarm.acknowledged_by} <span class="quiet">{clockTime(alarm.acknowledged_at!)}</span>
              </>
            ) : (
              <>
              {alarm.escalates_at !== null && <><Escalation at={alarm.escalates_at} />{' '}</>}
              <Button size="small" onPress={() => take(alarm)} aria-label={`${t.nobody} · ${t.takeIt}: ${alarmWord(alarm.kind)} ${alarm.call_sign ?? ''}`}>
                {t.nobody} · {t.takeIt}
              </Button>
              </>
            )}
          </td>
        </tr>
      ))}
    </Table>
  );
}

export function Waiting() {
  const targetS = report.value?.answer_to_dispatch.target_s;
  return (
    <Table name="waiting" title={t.waiting} none={t.noWaiting} count={waiting.value.length} columns={[t.priority, t.incident, t.place, t.waits]}>
      {waiting.value.slice(0, MOST).map((one) => (
        <tr key={one.id}>
          <td><PriorityChip priority={one.priority} /></td>
          <th scope="row"><IncidentLink id={one.id} code={one.code} /></th>
          <td>{one.address || one.area?.name || '–'}</td>
          <td><Elapsed from={one.opened_at} {...(targetS !== undefined && { targetS })} /></td>
        </tr>
      ))}
    </Table>
  );
}

export function Seats() {
  const seats = present.value;
  return (
    <section class="panel list" aria-labelledby="seats" data-list="seats">
      <h2 id="seats">
        {t.present} <span class="number list-count">{seats.length}</span>
      </h2>
      {seats.length === 0 && <p class="quiet">{t.nobodyPresent}</p>}
      <ul class="seats">
        {seats.map((one) => {
          const looks = one.looking_at === null ? undefined : incidents.get(one.looking_at)?.code;
          const says = [looks && t.lookingAt(looks), one.editing && t.editing(editingWord(one.editing))].filter(Boolean);
          return (
            <li key={`${one.actor_id} ${one.seat}`}>
              <span aria-hidden="true">● </span>
              <strong>{one.name}</strong>
              {one.seat && one.seat !== one.name && <span class="quiet"> {t.seat(one.seat)}</span>}
              {one.actor_id !== me.value?.id && says.length > 0 && <span> · {says.join(' · ')}</span>}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
