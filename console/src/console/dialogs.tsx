/** The dialogs about the chosen incident: hold, close, priority, override, cancel, reserve. What is typed stays until it is taken. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { send, Problem } from '../shared/api';
import { serverNow } from '../shared/clock';
import { Dialog, Field, toast } from '../shared/components';
import { incidents, units, type Incident } from '../shared/store';
import { me } from '../shared/session';
import { assignments } from '../shared/store';
import { common } from '../shared/words';
import { CLOSE_CODES, codeWord } from './codes';
import { entriesOf, fresh, Newer, useSeen } from './conflict';
import { others } from './presence';
import { cancelOrder, order, sendUnits } from './sending';
import { t } from './texts';
import { askedAbout, asking, done, editing } from './work';
import type { Schemas } from '../shared/api';

const MINUTES = [1, 3, 5, 10, 15, 30, 60];
const PRIORITIES = ['P1', 'P2', 'P3', 'P4'] as const;

export function Dialogs() {
  const now = asking.value;
  const incident = askedAbout.value;
  if (now === null) return null;
  if (now.what === 'cancel') return <Cancel assignment_id={now.assignment_id} />;
  if (incident === undefined) return null;
  if (now.what === 'hold') return <Hold incident={incident} />;
  if (now.what === 'close') return <Close incident={incident} />;
  if (now.what === 'priority') return <SetPriority incident={incident} />;
  if (now.what === 'override') return <Override incident={incident} units={now.units} />;
  if (now.what === 'reserve') return <Reserve incident={incident} unit_id={now.unit_id} />;
  return null;
}

function useEditing(what: 'hold' | 'close' | 'priority'): void {
  useEffect(() => {
    editing.value = what;
    return () => {
      editing.value = null;
    };
  }, []);
}

/** Ctrl+Enter submits from inside a text field too. */
export function submitKey(event: KeyboardEvent): void {
  if (event.key !== 'Enter' || !event.ctrlKey || event.isComposing) return;
  event.preventDefault();
  event.stopPropagation();
  (event.currentTarget as HTMLElement).closest('form')?.requestSubmit();
}

interface ReasonProps {
  value: { value: string };
  label: string;
  suggestions?: readonly string[];
}

/** Free words, with the usual ones to choose from. */
export function ReasonField({ value, label, suggestions = [] }: ReasonProps) {
  return (
    <Field label={label} required>
      {(joined) => (
        <>
          <input {...joined} required maxLength={400} autofocus autocomplete="off" list={`${joined.id}-list`} value={value.value} onInput={(event) => (value.value = event.currentTarget.value)} onKeyDown={submitKey} />
          <datalist id={`${joined.id}-list`}>
            {suggestions.map((one) => <option key={one} value={one} />)}
          </datalist>
        </>
      )}
    </Field>
  );
}

export function holdReasons(): string[] {
  return [t.holdNoUnit, t.holdCallerBusy, t.holdPlaceUnclear, t.holdPolice, t.holdPlanned];
}

function Hold({ incident }: { incident: Incident }) {
  useEditing('hold');
  const reason = useSignal(incident.hold?.reason ?? '');
  const owner = useSignal(incident.hold?.owner_id ?? me.peek()?.id ?? '');
  const minutes = useSignal(5);
  const { newer, give } = useSeen(incident, 'state_version');
  const people = [{ actor_id: me.value?.id ?? '', name: me.value?.name ?? '' }, ...others.value];
  return (
    <Dialog
      open
      title={t.holdTitle(incident.code)}
      submit={newer.value.length > 0 ? t.setAllTheSame : t.hold}
      onClose={done}
      onSubmit={async () => {
        if (await give((version) => holdIncident(incident, reason.value, minutes.value, owner.value, version))) done();
      }}
    >
      <Newer entries={newer.value} />
      <ReasonField value={reason} label={t.reason} suggestions={holdReasons()} />
      <Field label={t.owner}>
        {(joined) => (
          <select {...joined} value={owner.value} onChange={(event) => (owner.value = event.currentTarget.value)}>
            {people.filter((one, index) => people.findIndex((other) => other.actor_id === one.actor_id) === index).map((one) => <option key={one.actor_id} value={one.actor_id}>{one.name}</option>)}
          </select>
        )}
      </Field>
      <Field label={t.remindIn}>
        {(joined) => (
          <select {...joined} value={minutes.value} onChange={(event) => (minutes.value = Number(event.currentTarget.value))}>
            {MINUTES.map((one) => <option key={one} value={one}>{t.minutes(one)}</option>)}
          </select>
        )}
      </Field>
    </Dialog>
  );
}

/** `version` is what the person saw, here and below. */
export async function holdIncident(incident: Incident, reason: string, minutes: number, owner_id?: string, version: number = incident.state_version): Promise<void> {
  const body = { reason: reason.trim().slice(0, 80), remind_in_s: Math.max(10, Math.round(minutes * 60)), ...(owner_id && { owner_id }), version };
  incidents.put(await fresh(send('/api/v1/incidents/{incident_id}/hold', { path: { incident_id: incident.id }, body })));
  toast(t.heldNow(incident.code));
}

function Close({ incident }: { incident: Incident }) {
  useEditing('close');
  const code = useSignal<string>(CLOSE_CODES[0]);
  const remarks = useSignal('');
  const { newer, give } = useSeen(incident, 'state_version');
  return (
    <Dialog
      open
      danger
      title={t.closeTitle(incident.code)}
      submit={newer.value.length > 0 ? t.setAllTheSame : t.close}
      onClose={done}
      onSubmit={async () => {
        if (await give((version) => closeIncident(incident, code.value, remarks.value, version))) done();
      }}
    >
      <Newer entries={newer.value} />
      <Field label={t.closeCode} required>
        {(joined) => (
          <select {...joined} autofocus value={code.value} onChange={(event) => (code.value = event.currentTarget.value)}>
            {CLOSE_CODES.map((one) => <option key={one} value={one}>{codeWord(one)}</option>)}
          </select>
        )}
      </Field>
      <Field label={t.remarks}>
        {(joined) => <textarea {...joined} maxLength={4000} value={remarks.value} onInput={(event) => (remarks.value = event.currentTarget.value)} onKeyDown={submitKey} />}
      </Field>
    </Dialog>
  );
}

export async function closeIncident(incident: Incident, code: string, remarks: string, version: number = incident.state_version): Promise<void> {
  const body = { code, remarks: remarks.trim(), version };
  incidents.put(await fresh(send('/api/v1/incidents/{incident_id}/close', { path: { incident_id: incident.id }, body })));
  toast(t.closedNow(incident.code, codeWord(code)));
}

function SetPriority({ incident }: { incident: Incident }) {
  useEditing('priority');
  const priority = useSignal(incident.advised_priority ?? incident.priority);
  const reason = useSignal('');
  const { newer, give } = useSeen(incident, 'priority_version');
  return (
    <Dialog
      open
      title={t.priorityTitle(incident.code, incident.priority)}
      submit={newer.value.length > 0 ? t.setAllTheSame : t.setPriority}
      onClose={done}
      onSubmit={async () => {
        if (await give((version) => setPriority(incident, priority.value, reason.value, version))) done();
      }}
    >
      <Newer entries={newer.value} />
      <fieldset class="row priorities">
        <legend>{t.priority}</legend>
        {PRIORITIES.map((one) => (
          <label key={one} class="check">
            <input type="radio" name="priority" value={one} checked={priority.value === one} onChange={() => (priority.value = one)} />
            <span class="chip" data-priority={one}>{one}</span> {t[`means-${one}`]}
          </label>
        ))}
      </fieldset>
      <ReasonField value={reason} label={t.reason} />
    </Dialog>
  );
}

export async function setPriority(incident: Incident, priority: Schemas['Priority'], reason: string, version: number = incident.priority_version): Promise<void> {
  const body = { priority, reason, version };
  incidents.put(await fresh(send('/api/v1/incidents/{incident_id}/priority', { path: { incident_id: incident.id }, body })));
  toast(t.prioritySet(incident.code, priority));
}

function Override({ incident, units: wanted }: { incident: Incident; units: string[] }) {
  const reason = useSignal('');
  const names = wanted.map((id) => units.get(id)?.call_sign ?? '').join(t.and);
  return (
    <Dialog
      open
      title={t.overrideTitle(names)}
      submit={t.send}
      onClose={done}
      onSubmit={async () => {
        await sendUnits(incident, wanted, reason.value.trim());
        done();
      }}
    >
      <ReasonField value={reason} label={t.overrideReason} suggestions={[t.overrideCloser, t.overrideSkill, t.overrideLocal, t.overrideCoverage]} />
    </Dialog>
  );
}

function Reserve({ incident, unit_id }: { incident: Incident; unit_id: string }) {
  const soon = new Date(serverNow() + 30 * 60_000);
  const at = useSignal(new Date(soon.getTime() - soon.getTimezoneOffset() * 60_000).toISOString().slice(0, 16));
  return (
    <Dialog
      open
      title={t.reserveTitle(units.get(unit_id)?.call_sign ?? '')}
      submit={t.reserve}
      onClose={done}
      onSubmit={async () => {
        await order(incident, [{ unit_id, reserved_for: new Date(at.value).toISOString() }], '');
        done();
      }}
    >
      <Field label={t.reservedFor} required>
        {(joined) => <input {...joined} required type="datetime-local" autofocus value={at.value} onInput={(event) => (at.value = event.currentTarget.value)} />}
      </Field>
    </Dialog>
  );
}

function Cancel({ assignment_id }: { assignment_id: string }) {
  const one = assignments.value.find((found) => found.id === assignment_id);
  const reason = useSignal('');
  const seen = useSignal(one?.version);
  const newer = useSignal<Schemas['Entry'][]>([]);
  const openedAt = useSignal(new Date(serverNow()).toISOString());
  if (one === undefined) {
    return <Dialog open title={t.cancelOrder} onClose={done}><p>{t.orderEnded}</p></Dialog>;
  }
  const give = async (): Promise<void> => {
    try {
      await cancelOrder(one, reason.value, seen.value);
      toast(t.cancelled(one.call_sign));
      done();
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 412) throw error;
      // Somebody was faster: show what they did, keep what was typed, and take the next press as meant for the new state.
      newer.value = (await entriesOf(one.incident_id)).filter((found) => found.act.recorded_at > openedAt.peek() && found.said.kind.startsWith('assignment.'));
      incidents.touch(one.incident_id);
      seen.value = Number(error.args.current ?? one.version);
    }
  };
  return (
    <Dialog open danger title={t.cancelTitle(one.call_sign)} submit={newer.value.length > 0 ? t.setAllTheSame : t.cancelOrder} onClose={done} onSubmit={give}>
      <Newer entries={newer.value} />
      <ReasonField value={reason} label={t.reason} suggestions={[t.cancelCloser, t.cancelCaller, t.cancelWrong]} />
      <p class="quiet">{common.by(one.call_sign)} · {t.crewIsTold}</p>
    </Dialog>
  );
}
