/** The ranking with its reasons: a number key sends that one, Enter the recommended ones. */
import { mmss } from '../shared/clock';
import { Button, KeyHint } from '../shared/components';
import { distance, named } from '../shared/i18n';
import { wordsOf, type Schemas } from '../shared/api';
import { list, type Incident } from '../shared/store';
import { sayOr, word } from '../shared/wording';
import { common } from '../shared/words';
import { TakenBy } from './conflict';
import { mark, marked, ranking, rankingFailure } from './ranking';
import { lost, sendCandidate, sendUnits } from './sending';
import { t } from './texts';
import { ask } from './work';

type Candidate = Schemas['Candidate'];
const SHOWN = 5;

function Parts({ one }: { one: Candidate }) {
  const { ready_s, turnout_s, drive_s } = one.parts;
  return (
    <span class="quiet number">
      {ready_s > 0 && <>{t.ready} {mmss(ready_s)} + </>}
      {t.turnout} {mmss(turnout_s)} + {t.drive} {mmss(drive_s)}
      {one.length_m !== null && <> · {distance(one.length_m)}</>}
    </span>
  );
}

/** A reason that names an area by its code says its name. */
function sayWhy(reason: Candidate['reasons'][number]): string {
  const area = list('areas').value.value?.find((found) => found.code === reason.args?.['area_code']);
  return sayOr(area === undefined ? reason : { ...reason, args: { ...reason.args, area_code: named(area) } });
}

function Row({ one, incident, recommended }: { one: Candidate; incident: Incident; recommended: boolean }) {
  const reasons = one.reasons.filter((reason) => reason.code !== 'eta-parts');
  return (
    <li class="candidate" data-recommended={recommended}>
      <input type="checkbox" aria-label={t.markUnit(one.call_sign)} checked={marked.value.has(one.unit_id)} onChange={() => mark(one.unit_id)} />
      <div class="grow">
        <div class="row">
          <b>{one.call_sign}</b>
          {recommended && <span class="badge good">✓ {t.recommended}</span>}
          {one.suitability === 'partial' && <span class="badge warn">△ {t.lacks} {one.missing.map(word).join(t.and)}</span>}
          {one.ask_first && <span class="badge warn">? {t.askFirst}</span>}
        </div>
        <Parts one={one} />
        {reasons.length > 0 && <div class="reasons">{reasons.map(sayWhy).join(' · ')}</div>}
      </div>
      <div class="eta number">
        <b>{mmss(one.eta_expected_s)}</b>
        <span class="quiet">{t.worst} {one.eta_worst_s === null ? '?' : mmss(one.eta_worst_s)}</span>
      </div>
      <Button look={recommended ? 'primary' : undefined} onPress={() => sendUnits(incident, [one.unit_id])}>
        {t.send} <span class="sr">{one.call_sign}</span> {one.rank <= 9 && <KeyHint keys={String(one.rank)} />}
      </Button>
    </li>
  );
}

export function RankingView({ incident }: { incident: Incident }) {
  const found = ranking.value;
  const failure = rankingFailure.value;
  const refusal = lost.value?.incident_id === incident.id ? lost.value : null;
  const chosen = [...marked.value];
  return (
    <section class="ranking" aria-label={t.ranking}>
      <div class="row">
        <h3>{t.ranking}</h3>
        <span class="grow" />
        {chosen.length > 0 && (
          <Button size="small" look="primary" onPress={() => sendUnits(incident, chosen)}>{t.sendMarked(chosen.length)}</Button>
        )}
        {found !== null && found.ranking.recommended.length > 1 && (
          <Button size="small" look="primary" onPress={() => sendCandidate(0)}>{t.sendBoth} <KeyHint keys="Enter" /></Button>
        )}
      </div>
      {refusal && (
        <p class="notice-box" role="alert">
          <b>⚠ {refusal.words}</b> {refusal.taken && <TakenBy taken={refusal.taken} />}
        </p>
      )}
      {found === null && failure === null && <p class="quiet">{common.loading}</p>}
      {failure !== null && (
        <p class="notice-box" role="status">
          {wordsOf(failure)} <Button size="small" onPress={() => ask({ what: 'place' })}>{t.correctPlace} <KeyHint keys="E" /></Button>
        </p>
      )}
      {found !== null && (
        <>
          {found.ranking.candidates.length === 0 && <p class="notice-box">⚠ {t.nobodyCanCome}</p>}
          <ol class="candidates">
            {found.ranking.candidates.slice(0, SHOWN).map((one) => (
              <Row key={one.unit_id} one={one} incident={incident} recommended={found.ranking.recommended.includes(one.unit_id)} />
            ))}
          </ol>
          <Rest found={found} incident={incident} />
        </>
      )}
    </section>
  );
}

/** The others, and those that cannot come with everything that stands in their way. */
function Rest({ found, incident }: { found: Schemas['CandidatesView']; incident: Incident }) {
  const more = found.ranking.candidates.slice(SHOWN);
  const { left_out } = found.ranking;
  if (more.length + left_out.length === 0) return null;
  return (
    <details>
      <summary>{t.restOfFleet(more.length, left_out.length)}</summary>
      <table>
        <caption class="sr">{t.restOfFleet(more.length, left_out.length)}</caption>
        <tbody>
          {more.slice(0, 40).map((one) => (
            <tr key={one.unit_id}>
              <th scope="row">{one.rank}. {one.call_sign}</th>
              <td class="number">{mmss(one.eta_expected_s)}</td>
              <td>{one.reasons.filter((reason) => reason.code !== 'eta-parts').map(sayWhy).join(' · ')}</td>
              <td><Button size="small" onPress={() => sendUnits(incident, [one.unit_id])}>{t.send} <span class="sr">{one.call_sign}</span></Button></td>
            </tr>
          ))}
          {left_out.slice(0, 60).map((one) => (
            <tr key={one.unit_id}>
              <th scope="row">{one.call_sign}</th>
              <td>✕</td>
              <td>{one.reasons.map(sayWhy).join(' · ')}</td>
              <td><Button size="small" look="plain" onPress={() => ask({ what: 'reserve', unit_id: one.unit_id })}>{t.reserve} <span class="sr">{one.call_sign}</span></Button></td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
