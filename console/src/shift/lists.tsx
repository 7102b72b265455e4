/** What a leader hands on: held, overdue, missed, and how runs and incidents ended without transport. */
import { clockTime, dayTime, language } from '../shared/i18n';
import { alarmWord } from '../shared/server-alarms';
import { word } from '../shared/wording';
import { length } from './figures';
import { report, type Report } from './data';
import { IncidentLink } from './links';
import { MOST, Table } from './table';
import { t } from './texts';

function Ends({ name, title, rows }: { name: string; title: string; rows: Report['ends'] }) {
  const all = rows.reduce((sum, one) => sum + one.n, 0);
  return (
    <Table name={name} title={title} none={t.noEnds} count={all} columns={[t.name, { name: t.count, number: true }]}>
      {rows.map((one) => (
        <tr key={one.code} data-code={one.code}>
          <th scope="row">{language.value === 'en' ? one.en : one.zh}</th>
          <td class="number">{one.n}</td>
        </tr>
      ))}
    </Table>
  );
}

export function Lists() {
  const found = report.value;
  if (found === undefined) return null;
  return (
    <>
      <Table name="held" title={t.heldRows} none={t.noHeld} count={found.held.length} columns={[t.incident, t.reason, t.owner_, { name: t.heldAt, number: true }, { name: t.remindAt, number: true }, t.state]}>
        {found.held.slice(0, MOST).map((one) => (
          <tr key={`${one.incident_id} ${one.held_at}`}>
            <th scope="row"><IncidentLink id={one.incident_id} code={one.incident_code} /></th>
            <td>{word(one.reason)}</td>
            <td>{one.owner_name || '–'}</td>
            <td class="number">{dayTime(one.held_at)}</td>
            <td class="number">{dayTime(one.remind_at)}</td>
            <td>{one.still ? <strong>{t.stillHeld}</strong> : t.wasHeld}</td>
          </tr>
        ))}
      </Table>
      <Table name="overdue" title={t.overdue} none={t.noOverdue} count={found.overdue.length} columns={[t.matter, t.incident, t.unit, { name: t.dueAt, number: true }, { name: t.passedAt, number: true }]}>
        {found.overdue.slice(0, MOST).map((one) => (
          <tr key={`${one.deadline} ${one.subject_id} ${one.due_at}`}>
            <th scope="row">{alarmWord(one.deadline)}</th>
            <td><IncidentLink id={one.incident_id} code={one.incident_code} /></td>
            <td>{one.call_sign ?? '–'}</td>
            <td class="number">{clockTime(one.due_at)}</td>
            <td class="number">{clockTime(one.passed_at)}</td>
          </tr>
        ))}
      </Table>
      <Table name="missed" title={t.missed} none={t.noMissed} count={found.missed.length} columns={[t.number, { name: t.rangAt, number: true }, { name: t.waited, number: true }, t.dealt]}>
        {found.missed.slice(0, MOST).map((one) => (
          <tr key={one.ring_id}>
            <th scope="row" class="number">{one.callback || t.noNumber}</th>
            <td class="number">{clockTime(one.rang_at)}</td>
            <td class="number">{length(one.waited_s)}</td>
            <td>
              {one.dealt_with_at === null ? (
                <strong class="late">⚠ {t.notDealt}</strong>
              ) : (
                t.dealtAt(clockTime(one.dealt_with_at), one.incident_id !== null ? t.asCall : one.end_code === null ? '' : word(one.end_code))
              )}
            </td>
          </tr>
        ))}
      </Table>
      <div class="pair">
        <Ends name="calls" title={t.callsTaken(found.incidents)} rows={found.calls} />
        <Ends name="ends" title={t.ends} rows={found.ends} />
        <Ends name="closes" title={t.closes} rows={found.closes} />
      </div>
    </>
  );
}
