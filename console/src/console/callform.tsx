/** The call form: every field that a call may have, none of them required, kept with each key stroke. */
import { useSignal, type Signal } from '@preact/signals';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { newKey, Problem, send, wordsOf } from '../shared/api';
import { Field, KeyHint, toast } from '../shared/components';
import { serverNow } from '../shared/clock';
import { clockTime } from '../shared/i18n';
import { useKeys } from '../shared/keys';
import { incidents, type Incident } from '../shared/store';
import { word } from '../shared/wording';
import { callOf, dropDraft, emptyDraft, findDraft, keepDraft, type Draft } from './draft';
import { EvidenceField, evidenceWords } from './evidence';
import { notAnswered, ringOf, rings } from './rings';
import { rememberTwins } from './twins';
import { t } from './texts';
import { editing, openDraft, showIncident } from './work';

const SOURCES = ['120', '110', '119', '122', 'alarm', 'text', 'transfer'] as const;
/** The service's noes to a call whose ring is somebody else's or is a call already. */
const RING_GONE = ['ring-done', 'ring-answered'];
const SEXES = ['unknown', 'male', 'female', 'other'] as const;

export function CallForm({ name }: { name: string }) {
  const ring = ringOf(name);
  const draft = useMemo(() => {
    const kept = findDraft(name);
    return { value: kept ?? emptyDraft(ring), restored: kept !== null };
  }, [name]);
  return <Form key={name} name={name} from={draft.value} restored={draft.restored} />;
}

function Form({ name, from, restored }: { name: string; from: Draft; restored: boolean }) {
  const draft = useSignal(from);
  const kept = useSignal<boolean | null>(restored ? true : null);
  const busy = useSignal(false);
  const failure = useSignal<unknown>(null);
  const ring = ringOf(name);
  const first = useRef<HTMLTextAreaElement>(null);

  const put = (change: Partial<Draft>): void => {
    draft.value = { ...draft.peek(), ...change };
    kept.value = keepDraft(name, draft.peek());
  };
  // Before the next key: who answers types at once, and no letter may be lost.
  useLayoutEffect(() => {
    first.current?.focus();
    editing.value = 'call';
    return () => {
      editing.value = null;
    };
  }, []);
  // The ring may be learnt of after the form has opened.
  useEffect(() => {
    if (ring === undefined || draft.peek().ring_id !== null || draft.peek().apart) return;
    const { complaint, callback } = draft.peek();
    put({ ring_id: ring.id, source: ring.source, callback: callback || ring.callback, complaint: complaint || ring.heard, answered_at: '' });
  }, [ring?.id]);

  const take = async (): Promise<void> => {
    if (busy.peek()) return;
    busy.value = true;
    failure.value = null;
    const body = callOf(draft.peek(), ring?.evidence);
    const said = JSON.stringify(body);
    if (draft.peek().keyOf !== said) put({ keyOf: said, key: draft.peek().keyOf === '' ? draft.peek().key : newKey() });
    try {
      const answer = await send('/api/v1/calls', { body }, draft.peek().key);
      dropDraft(name);
      keepRest(answer.incident, said);
      incidents.put(answer.incident);
      rememberTwins(answer);
      void rings().refresh();
      // Another caller may be on the line by now, and somebody types what they say.
      if (openDraft.peek() === name) showIncident(answer.incident.id);
      else toast(t.callTaken(answer.incident.code));
    } catch (error) {
      failure.value = error;
    } finally {
      busy.value = false;
    }
  };
  /** What was typed while the call went out is a draft of its own, of a further contact about the same incident. */
  const keepRest = (incident: Incident, said: string): void => {
    if (JSON.stringify(callOf(draft.peek(), ring?.evidence)) === said) return;
    const rest: Draft = { ...draft.peek(), ring_id: null, apart: true, incident_id: incident.id, key: newKey(), keyOf: '' };
    keepDraft(`new-${newKey()}`, rest);
    toast(t.restKept(incident.code), { tone: 'bad' });
  };
  /** The ring cannot become this call: take it without, into the call's own incident where there is one. */
  const takeApart = (incident_id: string): void => {
    put({ ring_id: null, apart: true, ...(incident_id && { incident_id }), answered_at: draft.peek().answered_at || new Date(serverNow()).toISOString() });
    void take();
  };
  const leave = (): void => {
    openDraft.value = null;
    if (findDraft(name) !== null) toast(t.draftKept);
  };
  useKeys([
    { keys: 'Ctrl+Enter', says: () => t.takeCall, run: () => void take() },
    { keys: 'Escape', says: () => t.leaveForm, run: leave, typing: true },
  ], []);

  const found = failure.value;
  const wrong = (field: string): string | undefined => (found instanceof Problem ? found.field(field) : undefined);
  const form = draft.value;
  return (
    <form class="column call-form" aria-label={t.callForm} onSubmit={(event) => (event.preventDefault(), void take())}>
      <div class="row">
        <h2>{ring ? t.callFrom(ring.callback || t.noNumber) : t.callWithoutRing}</h2>
        <span class="grow" />
        <span class="quiet" role="status">{kept.value === null ? '' : kept.value ? t.draftSaved : t.draftNotSaved}</span>
      </div>
      {ring && (
        <p class="quiet">
          {word(ring.source)} · {t.rangAt} <time>{clockTime(ring.rang_at)}</time>
          {ring.answered_at && <> · {t.answeredAt} <time>{clockTime(ring.answered_at)}</time></>}
          {ring.language && ring.language !== 'zh-CN' && <> · <span class="badge">{t.speaks} {ring.language}</span></>}
          {ring.ended_at && <> · <strong class="late">{t.hungUp}</strong></>}
        </p>
      )}
      {notAnswered.value?.ring_id === name && <p class="wrong" role="alert">{t.notAnswered}: {wordsOf(notAnswered.value.error)}</p>}
      {ring?.heard && <p class="heard"><span class="quiet">{t.heard}</span> {ring.heard}</p>}
      {ring && ring.evidence.length > 0 && (
        <p class="quiet">{t.evidence}: {ring.evidence.map(evidenceWords).join(' · ')}</p>
      )}
      <div class="form-grid">
        <Field label={t.spokenAddress} wrong={wrong('spoken_address')} class="wide">
          {(joined) => <textarea {...joined} ref={first} rows={2} class="short" value={form.spoken_address} onInput={(event) => put({ spoken_address: event.currentTarget.value })} />}
        </Field>
        <Field label={t.complaint} wrong={wrong('complaint')} class="wide">
          {(joined) => <textarea {...joined} rows={2} class="short" value={form.complaint} onInput={(event) => put({ complaint: event.currentTarget.value })} />}
        </Field>
        <TextField label={t.callback} of="callback" {...{ draft, put, wrong }} mode="tel" />
        <TextField label={t.callerName} of="caller_name" {...{ draft, put, wrong }} />
        <TextField label={t.patients} of="patients" {...{ draft, put, wrong }} mode="numeric" />
        <TextField label={t.age} of="age_years" {...{ draft, put, wrong }} mode="decimal" />
        <Field label={t.sex}>
          {(joined) => (
            <select {...joined} value={form.sex} onChange={(event) => put({ sex: event.currentTarget.value as Draft['sex'] })}>
              {SEXES.map((sex) => <option key={sex} value={sex}>{t[`sex-${sex}`]}</option>)}
            </select>
          )}
        </Field>
        <Field label={t.source} wrong={wrong('source')}>
          {(joined) => (
            <select {...joined} value={form.source} onChange={(event) => put({ source: event.currentTarget.value as Draft['source'] })}>
              {SOURCES.map((source) => <option key={source} value={source}>{word(source)}</option>)}
            </select>
          )}
        </Field>
        <Field label={t.remarks} wrong={wrong('remarks')} class="wide">
          {(joined) => <textarea {...joined} rows={2} class="short" value={form.remarks} onInput={(event) => put({ remarks: event.currentTarget.value })} />}
        </Field>
      </div>
      <details>
        <summary>{t.moreFields}</summary>
        <div class="form-grid">
          <EvidenceField draft={draft} put={put} wrong={wrong} />
          <Field label={t.knownIncident} class="wide" hint={t.knownIncidentSays} wrong={wrong('incident_id')}>
            {(joined) => (
              <select {...joined} value={form.incident_id} onChange={(event) => put({ incident_id: event.currentTarget.value })}>
                <option value="">{t.newIncident}</option>
                {incidents.all.value.filter((one) => one.state !== 'closed').slice(0, 200).map((one) => (
                  <option key={one.id} value={one.id}>{one.code} · {one.priority} · {one.address || one.complaint}</option>
                ))}
              </select>
            )}
          </Field>
          <TextField label={t.recording} of="recording" {...{ draft, put, wrong }} />
          <InstantField label={t.rangAt} of="rang_at" {...{ draft, put, wrong }} />
          <InstantField label={t.answeredAt} of="answered_at" {...{ draft, put, wrong }} />
        </div>
      </details>
      {found !== null && (
        <p class="wrong" role="alert">{wordsOf(found)} · {t.nothingLost}</p>
      )}
      {found instanceof Problem && RING_GONE.includes(found.code) && (
        <div class="row">
          {found.args.incident_id !== undefined && (
            <button type="button" onClick={() => takeApart(String(found.args.incident_id))}>{t.joinIncident(incidents.get(String(found.args.incident_id))?.code ?? '')}</button>
          )}
          <button type="button" onClick={() => takeApart('')}>{t.takeApart}</button>
        </div>
      )}
      <div class="row form-actions">
        <button type="submit" class="primary" aria-busy={busy.value || undefined}>{t.takeCall} <KeyHint keys="Ctrl+Enter" /></button>
        <button type="button" onClick={leave}>{t.leaveForm} <KeyHint keys="Esc" /></button>
        <button type="button" class="plain" onClick={() => (dropDraft(name), (openDraft.value = null))}>{t.dropDraft}</button>
      </div>
    </form>
  );
}

type Put = (change: Partial<Draft>) => void;
type TextName = 'callback' | 'caller_name' | 'patients' | 'age_years' | 'recording' | 'rang_at' | 'answered_at';
interface Part {
  label: string;
  of: TextName;
  draft: Signal<Draft>;
  put: Put;
  wrong: (field: string) => string | undefined;
}

function TextField({ label, of, draft, put, wrong, mode }: Part & { mode?: 'tel' | 'numeric' | 'decimal' }) {
  return (
    <Field label={label} wrong={wrong(of)}>
      {(joined) => <input {...joined} inputMode={mode ?? 'text'} autocomplete="off" value={draft.value[of]} onInput={(event) => put({ [of]: event.currentTarget.value })} />}
    </Field>
  );
}

/** Empty means: as the exchange knows it, or unknown. */
function InstantField({ label, of, draft, put, wrong }: Part) {
  const kept = draft.value[of];
  const local = kept === '' ? '' : new Date(Date.parse(kept) - new Date(kept).getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
  return (
    <Field label={label} wrong={wrong(of)}>
      {(joined) => (
        <input
          {...joined}
          type="datetime-local"
          step={1}
          value={local}
          onChange={(event) => put({ [of]: event.currentTarget.value === '' ? '' : new Date(event.currentTarget.value).toISOString() })}
        />
      )}
    </Field>
  );
}

