/** Where on a hospital's or clinic's page an alarm of the service is about: a notice, a referral, a visit. */
import type { ServerAlarm } from '../server-alarms';
import { goTo } from './referrals';

export function showAlarm({ kind, subject_id, about }: ServerAlarm): void {
  const referral = about?.referral_id ?? null;
  if (referral === null) goTo.peek()?.(`notice-${subject_id}`);
  else goTo.peek()?.(kind.startsWith('follow-up') && document.getElementById(`visit-${referral}`) ? `visit-${referral}` : `referral-${referral}`);
}
