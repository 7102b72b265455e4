/** The question protocols in use, and what is asked and answered in the reader's language. */
import { read, type Schemas } from '../shared/api';
import { language } from '../shared/i18n';
import { resource } from '../shared/resource';
import { once } from './once';
import { t } from './texts';

export type Question = Schemas['Question'];
export type Answer = string | number;

export const protocols = once(() => resource(() => read('/api/v1/protocols')));

export const said = (text: Schemas['Text']): string => (language.value === 'en' ? text.en : text.zh);

const complaintOf = (id: string): Schemas['Complaint'] | undefined => protocols().value.value?.complaints.find((one) => one.id === id);

/** The complaint's name; its code while the protocols are on their way. */
export function complaintName(id: string): string {
  const found = complaintOf(id);
  return found === undefined ? id : said(found.name);
}

/** A question of every call or of this complaint; an unknown one reads as its code. */
export function questionOf(complaint: string, id: string): Question {
  const all = [...(protocols().value.value?.key.questions ?? []), ...(complaintOf(complaint)?.questions ?? [])];
  return all.find((one) => one.id === id) ?? { id, text: { zh: id, en: id } };
}

export function answerWord(question: Question, answer: Answer): string {
  if (answer === 'yes') return t.yes;
  if (answer === 'no') return t.no;
  if (answer === 'unknown') return t.unknown;
  const choice = question.choices?.find((one) => one.id === answer);
  if (choice !== undefined) return said(choice.text);
  return question.unit ? `${answer} ${said(question.unit)}` : String(answer);
}
