/** The question protocol: one key for each answer. "Unknown" is an answer; nothing waits for the last question. */
import { signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { read, send, wordsOf, type Schemas } from '../shared/api';
import { Button, KeyHint, PriorityChip, toast } from '../shared/components';
import { language } from '../shared/i18n';
import { useKeys, type Shortcut } from '../shared/keys';
import { onFresh } from '../shared/live';
import { selection } from '../shared/selection';
import { incidents, type Incident } from '../shared/store';
import { word } from '../shared/wording';
import { answerWord, protocols, questionOf, said, type Answer, type Question } from './protocols';
import { askRanking } from './ranking';
import { t } from './texts';
import { sendCandidate } from './sending';
import { asking, openDraft } from './work';

type Triage = Schemas['TriageView'];

/** Letters that choose: none of those that mean something else on this page. */
const LETTERS = 'ABDFGIJKLOQSVWZ';

const triage = signal<Triage | null>(null);
const failure = signal<unknown>(null);

/** What comes for an incident that is shown no more, or was asked for before an answer and comes after it, is not shown. */
function show(newer: Triage): void {
  if (newer.incident.id !== selection.peek().incident) return;
  const shown = triage.peek()?.incident;
  if (shown?.id === newer.incident.id && newer.incident.version < shown.version) return;
  triage.value = newer;
}

async function load(incident_id: string, complaint = ''): Promise<void> {
  try {
    show(await read('/api/v1/incidents/{incident_id}/questions', { path: { incident_id }, query: { complaint } }));
    failure.value = null;
  } catch (error) {
    if (incident_id === selection.peek().incident) failure.value = error;
  }
}

/** Answers already given count on: the service joins them. */
async function give(incident: Incident, found: Triage, of: string, answer: Answer): Promise<void> {
  const body = { complaint: found.complaint, answers: { ...found.incident.answers, [of]: answer } };
  const newer = await send('/api/v1/incidents/{incident_id}/answers', { path: { incident_id: incident.id }, body });
  show(newer);
  incidents.put(newer.incident);
  askRanking();
}

export function Questions({ incident }: { incident: Incident }) {
  useEffect(() => {
    if (triage.peek()?.incident.id !== incident.id) triage.value = null;
    void load(incident.id, incident.protocol);
    return onFresh(() => void load(incident.id, incident.protocol));
  }, [incident.id, incident.protocol, JSON.stringify(incident.answers)]);
  const found = triage.value?.incident.id === incident.id ? triage.value : null;
  if (failure.value !== null && found === null) return <p class="notice-box" role="status">{wordsOf(failure.value)}</p>;
  if (found === null) return null;
  const next = found.questions.find((one) => !(one.id in found.incident.answers));
  const { assessment } = found;
  return (
    <section class="questions" aria-label={t.questions}>
      <div class="row">
        <h3>{t.questions}</h3>
        <label class="row">
          <span class="sr">{t.protocol}</span>
          <select class="inline" value={found.complaint} onChange={(event) => void load(incident.id, event.currentTarget.value)}>
            {(protocols().value.value?.complaints ?? []).map((one) => (
              <option key={one.id} value={one.id}>{said(one.name)}{found.guesses[0] === one.id ? ` · ${t.guessed}` : ''}</option>
            ))}
          </select>
        </label>
        <PriorityChip priority={assessment.priority} />
        {assessment.complete && <span class="quiet">{t.allAnswered}</span>}
        <span class="grow" />
        {protocols().value.value?.signed === false && <span class="badge warn">{t.unsigned}</span>}
      </div>
      {assessment.offer_unit_now && <Urgent incident={incident} assessment={assessment} />}
      {next !== undefined && <Ask key={next.id} incident={incident} found={found} question={next} />}
      {!assessment.offer_unit_now && assessment.advice.length > 0 && <Advice advice={assessment.advice} />}
      <Known incident={incident} found={found} />
    </section>
  );
}

/** An arrest, or as bad: a unit and hands on the chest, before any further question. */
function Urgent({ incident, assessment }: { incident: Incident; assessment: Schemas['Assessment'] }) {
  const sent = (incident.assignments ?? []).some((one) => one.released_at === null);
  return (
    <div class="urgent" role="alert">
      {!sent && <Button look="danger" onPress={() => sendCandidate(0)}>{t.sendNow} <KeyHint keys="Enter" /></Button>}
      <Advice advice={assessment.advice} />
    </div>
  );
}

function Advice({ advice }: { advice: readonly Schemas['AdviceText'][] }) {
  return (
    <ul class="advice" aria-label={t.sayToCaller}>
      {advice.map((one) => <li key={one.code}>» {said(one.text)}</li>)}
    </ul>
  );
}

function choicesOf(question: Question): { key: string; answer: Answer; text: string }[] {
  const unknown = { key: 'X', answer: 'unknown', text: t.unknown };
  if (question.kind === 'number') return [unknown];
  if (question.kind === 'choice') {
    return [...(question.choices ?? []).map((one, index) => ({ key: LETTERS[index] ?? '', answer: one.id, text: said(one.text) })), unknown];
  }
  return [{ key: 'Y', answer: 'yes', text: t.yes }, { key: 'N', answer: 'no', text: t.no }, unknown];
}

function Ask({ incident, found, question }: { incident: Incident; found: Triage; question: Question }) {
  const typed = useSignal('');
  const wrong = useSignal('');
  const reply = async (answer: Answer): Promise<void> => {
    wrong.value = '';
    try {
      await give(incident, found, question.id, answer);
    } catch (error) {
      wrong.value = wordsOf(error);
    }
  };
  const choices = choicesOf(question);
  const keys: Shortcut[] = choices
    .filter((one) => one.key !== '')
    .map((one) => ({ keys: one.key, says: () => `${said(question.text)} ${one.text}`, run: () => void reply(one.answer) }));
  const busy = openDraft.value !== null || asking.value !== null;
  useKeys(busy ? [] : keys, [question.id, busy, language.value, found]);
  return (
    <div class="question" role="group" aria-label={said(question.text)}>
      <p><b>{said(question.text)}</b></p>
      <div class="row">
        {question.kind === 'number' && (
          <form class="row" onSubmit={(event) => (event.preventDefault(), typed.value !== '' && void reply(Number(typed.value)))}>
            <input
              class="inline number"
              inputMode="decimal"
              aria-label={said(question.text)}
              min={question.minimum ?? undefined}
              max={question.maximum ?? undefined}
              value={typed.value}
              onInput={(event) => (typed.value = event.currentTarget.value)}
            />
            {question.unit && <span>{said(question.unit)}</span>}
            <button type="submit">{t.give}</button>
          </form>
        )}
        {choices.map((one) => (
          <button key={one.key + one.answer} type="button" onClick={() => void reply(one.answer)}>{one.text} <KeyHint keys={one.key} /></button>
        ))}
      </div>
      {wrong.value && <p class="wrong" role="alert">{wrong.value}</p>}
    </div>
  );
}

/** What was answered, to be corrected; and the rules that followed, with their source and who signed them. */
function Known({ incident, found }: { incident: Incident; found: Triage }) {
  const { answers } = found.incident;
  const asked = Object.keys(answers).map((id) => questionOf(found.complaint, id));
  const rules = found.assessment.rules;
  // What was not recorded must not look recorded.
  const correct = async (id: string, select: HTMLSelectElement): Promise<void> => {
    try {
      await give(incident, found, id, select.value);
    } catch (error) {
      select.value = String(answers[id]);
      toast(wordsOf(error), { tone: 'bad' });
    }
  };
  if (asked.length === 0 && rules.length === 0) return null;
  return (
    <details>
      <summary>{t.answersAndRules(asked.length, rules.length)} · {found.assessment.protocol_version}</summary>
      <dl class="facts">
        {asked.map((question) => (
          <>
            <dt>{said(question.text)}</dt>
            <dd>
              {question.kind === 'number' ? (
                answerWord(question, answers[question.id]!)
              ) : (
                <select class="inline" aria-label={said(question.text)} value={String(answers[question.id])} onChange={(event) => void correct(question.id, event.currentTarget)}>
                  {choicesOf(question).map((one) => <option key={String(one.answer)} value={String(one.answer)}>{one.text}</option>)}
                </select>
              )}
            </dd>
          </>
        ))}
      </dl>
      <ul class="rules">
        {rules.map((rule) => (
          <li key={rule.id}>
            {(rule.priority ?? rule.lowers_to) && <PriorityChip priority={(rule.priority ?? rule.lowers_to)!} />} <code>{rule.id}@{rule.version}</code> · {said(rule.notice)}
            <div class="quiet">{rule.source.join('; ')}</div>
          </li>
        ))}
      </ul>
      {found.assessment.capabilities.length > 0 && <p>{t.needs}: {found.assessment.capabilities.map(word).join(t.and)}</p>}
    </details>
  );
}
