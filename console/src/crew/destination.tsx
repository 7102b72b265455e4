/** Which hospital: ranked with reasons while the service can be asked, the plain list while it cannot. */
import { useSignal, type Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { read, wordsOf, type Reason, type Schemas } from '../shared/api';
import { distance, named } from '../shared/i18n';
import { sayOr } from '../shared/wording';
import { common } from '../shared/words';
import { Field } from '../shared/components';
import { choose } from './acts';
import { nameOf } from './patients';
import type { PatientCase } from './project';
import { Sheet } from './sheet';
import { t } from './texts';
import { noticeOf, known, patients } from './work';

type Advice = Schemas['Destinations'];

interface Props {
  open: boolean;
  onClose: () => void;
  of: PatientCase;
}

export function DestinationSheet({ open, onClose, of }: Props) {
  return (
    <Sheet open={open} title={`${t.chooseTitle} · ${nameOf(of)}`} onClose={onClose}>
      {open && <Advised of={of} onClose={onClose} />}
    </Sheet>
  );
}

function Advised({ of, onClose }: Omit<Props, 'open'>) {
  const advice = useSignal<Advice | null>(null);
  const failure = useSignal<unknown>(null);
  const wish = useSignal('');
  const reason = useSignal('');
  const all = useSignal(true);
  useEffect(() => {
    const stop = new AbortController();
    const query = wish.value === '' ? {} : { wish: wish.value };
    read('/api/v1/cases/{case_id}/destinations', { path: { case_id: of.id }, query, signal: stop.signal }).then(
      (found) => {
        advice.value = found;
        failure.value = null;
      },
      (error: unknown) => {
        if (!stop.signal.aborted) failure.value = error;
      },
    );
    return () => stop.abort();
  }, [of.id, wish.value]);
  // Whoever was handed over is the hospital's, and stays where they are.
  const others = patients.value.filter((one) => one.id !== of.id && one.end_code === null && !noticeOf(one.id, one.destination_id)?.handed_over_at);
  const bring = async (facility_id: string): Promise<void> => {
    for (const one of all.value ? [of, ...others] : [of]) await choose(one.id, facility_id, reason.value.trim());
    onClose();
  };
  return (
    <>
      {others.length > 0 && (
        <label class="check big-check">
          <input type="checkbox" checked={all.value} onChange={(event) => (all.value = event.currentTarget.checked)} />
          {t.bringAll}
        </label>
      )}
      {of.destination_id !== null && (
        <Field label={t.whyChange}>
          {(joined) => <input {...joined} maxLength={400} value={reason.value} onInput={(event) => (reason.value = event.currentTarget.value)} />}
        </Field>
      )}
      <Wish of={wish} advice={advice.value} />
      {advice.value === null && failure.value === null && <p class="quiet" role="status">{common.loading}</p>}
      {failure.value !== null && <p role="status">⚠ {wordsOf(failure.value)} · {t.unranked}</p>}
      {advice.value !== null && failure.value === null ? <Ranked advice={advice.value} of={of} bring={bring} /> : failure.value !== null && <Plain of={of} bring={bring} />}
    </>
  );
}

/** In the order of the ranking, once there is one: whom a family asks for is rarely at the other end of the prefecture. */
function Wish({ of, advice }: { of: Signal<string>; advice: Advice | null }) {
  const rank = new Map(advice?.destinations.map((one) => [one.facility_id, one.rank]));
  const rankOf = (id: string): number => rank.get(id) ?? Infinity;
  const sorted = known.value.facilities.map((one) => one.organisation).sort((a, b) => rankOf(a.id) - rankOf(b.id) || 0);
  return (
    <Field label={t.wishOf}>
      {(joined) => (
        <select {...joined} value={of.value} onChange={(event) => (of.value = event.currentTarget.value)}>
          <option value="">{t.noWish}</option>
          {sorted.map((one) => <option key={one.id} value={one.id}>{named(one)}</option>)}
        </select>
      )}
    </Field>
  );
}

interface ListProps {
  of: PatientCase;
  bring: (facility_id: string) => Promise<void>;
}

/** Those that suit, or are wished for; the others stay at hand, folded away. Where none suits, all are shown. */
function Ranked({ advice, of, bring }: ListProps & { advice: Advice }) {
  const fit = advice.destinations.filter((one) => one.suits || one.wished);
  const shown = fit.length > 0 ? fit : advice.destinations;
  const others = advice.destinations.filter((one) => !shown.includes(one));
  return (
    <>
      <Choices from={shown} of={of} bring={bring} />
      {others.length > 0 && (
        <details>
          <summary>{t.doesNotSuit} ({others.length})</summary>
          <Choices from={others} of={of} bring={bring} />
        </details>
      )}
      {advice.left_out.length > 0 && (
        <details>
          <summary>{t.leftOut} ({advice.left_out.length})</summary>
          <ul class="lines">
            {advice.left_out.map((one) => <li key={one.facility_id}>{named(one)}: {one.reasons.map(sayOr).join(' ')}</li>)}
          </ul>
        </details>
      )}
    </>
  );
}

function Choices({ from, of, bring }: ListProps & { from: Advice['destinations'] }) {
  return (
    <ol class="hospitals">
      {from.map((one) => (
        <li key={one.facility_id} class="panel" data-rank={one.rank}>
          <h3>
            {one.rank}. {named(one)} {one.wished && <span class="badge">{t.wish}</span>}
            {!one.suits && <span class="badge">⚠ {t.doesNotSuit}</span>}
          </h3>
          <p>
            <b>{t.minutes(Math.max(1, Math.round(one.time_s / 60)))}</b>
            {one.distance_m !== null && <> · {distance(one.distance_m)}</>}
            {one.on_the_way > 0 && <> · {t.onTheWay(one.on_the_way)}</>}
          </p>
          <Reasons of={one.reasons} sign="✓" />
          <Reasons of={one.warnings} sign="⚠" />
          <button type="button" class={one.rank === 1 ? 'primary' : ''} disabled={one.facility_id === of.destination_id} onClick={() => void bring(one.facility_id)}>
            {t.bringHere}<span class="sr"> {named(one)}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}

function Reasons({ of, sign }: { of: readonly Reason[]; sign: string }) {
  if (of.length === 0) return null;
  return <ul class="reasons">{of.map((reason) => <li key={reason.code + JSON.stringify(reason.args)}>{sign} {sayOr(reason)}</li>)}</ul>;
}

function Plain({ of, bring }: ListProps) {
  return (
    <ol class="hospitals">
      {known.value.facilities.map(({ organisation }) => (
        <li key={organisation.id} class="panel">
          <h3>{named(organisation)}</h3>
          <button type="button" disabled={organisation.id === of.destination_id} onClick={() => void bring(organisation.id)}>
            {t.bringHere}<span class="sr"> {named(organisation)}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}
