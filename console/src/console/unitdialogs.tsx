/** Holding a unit back by hand, with the reason and until when; and what became of a ring that was no call. */
import { useSignal } from '@preact/signals';
import { Problem, read, send } from '../shared/api';
import { serverNow } from '../shared/clock';
import { Dialog, Field, toast } from '../shared/components';
import { units, type Unit } from '../shared/store';
import { codeWord, RING_CODES } from './codes';
import { ReasonField } from './dialogs';
import { ringOf, settle } from './rings';
import { t } from './texts';
import { asking, done } from './work';

export function UnitDialogs() {
  const now = asking.value;
  if (now?.what === 'pause') {
    const unit = units.get(now.unit_id);
    return unit === undefined ? null : <Pause unit={unit} />;
  }
  return now?.what === 'ring' ? <Settle ring_id={now.ring_id} /> : null;
}

function Pause({ unit }: { unit: Unit }) {
  const reason = useSignal('');
  const minutes = useSignal(30);
  const seen = useSignal(unit.version);
  const changed = useSignal('');
  const give = async (): Promise<void> => {
    try {
      await pauseUnit(unit, reason.value, minutes.value, seen.value);
      done();
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 412) throw error;
      // Another seat changed it: fetch what it is now, show it, and let the next press count for that.
      const fresh = await refetch(unit.id);
      seen.value = fresh.version;
      changed.value = error.words;
    }
  };
  return (
    <Dialog open title={t.pauseTitle(unit.call_sign)} submit={changed.value ? t.setAllTheSame : t.pauseUnit} onClose={done} onSubmit={give}>
      {changed.value && <p class="notice-box" role="alert">{changed.value} · {t.typedIsKept}</p>}
      <ReasonField value={reason} label={t.reason} suggestions={[t.pauseRefuel, t.pauseMeal, t.pauseDisinfect, t.pauseRepair]} />
      <Field label={t.until}>
        {(joined) => (
          <select {...joined} value={minutes.value} onChange={(event) => (minutes.value = Number(event.currentTarget.value))}>
            {[15, 30, 60, 120, 0].map((one) => <option key={one} value={one}>{one === 0 ? t.untilEnded : t.minutes(one)}</option>)}
          </select>
        )}
      </Field>
    </Dialog>
  );
}

async function refetch(unit_id: string): Promise<Unit> {
  const fresh = await read('/api/v1/units/{unit_id}', { path: { unit_id } });
  units.put(fresh);
  return fresh;
}

/** `minutes` 0: until somebody ends it. */
export async function pauseUnit(unit: Unit, reason: string, minutes: number, version: number = unit.version): Promise<void> {
  const until = minutes > 0 ? new Date(serverNow() + minutes * 60_000).toISOString() : null;
  units.put(await send('/api/v1/units/{unit_id}/pause', { path: { unit_id: unit.id }, body: { reason, until, version } }));
  toast(t.paused(unit.call_sign));
}

function Settle({ ring_id }: { ring_id: string }) {
  const code = useSignal<string>(RING_CODES[0]);
  return (
    <Dialog
      open
      title={t.settleTitle(ringOf(ring_id)?.callback || t.noNumber)}
      submit={t.settle}
      onClose={done}
      onSubmit={async () => {
        await settle(ring_id, code.value);
        done();
      }}
    >
      <Field label={t.closeCode} required>
        {(joined) => (
          <select {...joined} autofocus value={code.value} onChange={(event) => (code.value = event.currentTarget.value)}>
            {RING_CODES.map((one) => <option key={one} value={one}>{codeWord(one)}</option>)}
          </select>
        )}
      </Field>
    </Dialog>
  );
}
