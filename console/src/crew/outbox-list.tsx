/** What waits to be sent, and what the service said late or no to. */
import { shortTime } from '../shared/i18n';
import { kindWord } from '../shared/kinds';
import { sayOr } from '../shared/wording';
import { dismiss, settled, waiting, type Item } from './outbox';
import { coded } from './coded';
import { t } from './texts';

const KIND: Record<Exclude<Item['command']['kind'], 'stamp'>, string> = {
  seen: 'assignment.change-heard',
  patient: 'case.opened',
  describe: 'case.patient-described',
  vitals: 'case.vitals-taken',
  destination: 'case.destination-chosen',
  'end-case': 'case.ended',
  sign: 'handover.signed',
};

function what({ command }: Item): string {
  if (command.kind !== 'stamp') return kindWord(KIND[command.kind]);
  const { event } = command.stamp;
  return event.startsWith('back-to-') ? `↶ ${event.slice(8)}` : coded('step', event);
}

export function OutboxList() {
  return (
    <section class="column" aria-label={t.outbox}>
      <h3>{waiting.value.length > 0 ? t.waiting(waiting.value.length) : t.waitingNone}</h3>
      <ol class="lines">
        {waiting.value.map((item) => (
          <li key={item.number}>{what(item)} <span class="quiet">{t.made(shortTime(item.made_at))}</span></li>
        ))}
      </ol>
      {settled.value.length > 0 && (
        <ol class="lines">
          {settled.value.map((item) => (
            <li key={item.number} class="column">
              <span>
                <b>{what(item)}</b> <span class="quiet">{t.made(shortTime(item.made_at))}</span>
                <br />⚠ {item.outcome!.what === 'late' ? t.late : t.refused}
                {item.outcome!.reason && <>: {sayOr(item.outcome!.reason)}</>}
              </span>
              <button type="button" onClick={() => void dismiss(item.number)}>{t.seen}</button>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
