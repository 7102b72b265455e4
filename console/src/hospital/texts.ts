/** What the hospital page says besides `shared/care`. */
import { texts } from '../shared/i18n';

export const t = texts({
  'zh-CN': {
    offers: '收治征询',
    noOffers: '没有待答复的征询。',
    accepted: '已接收，在途',
    noneComing: '没有已接收的转诊在途。',
    here: '在院转诊患者',
    noneHere: '没有待反馈的转诊患者。',
    sent: '本院转出',
    noneSent: '没有进行中的转出。',
    past: (n: number) => `已结束 ${n} 例`,
    referrals: '转诊',
    house: '本院',
  },
  en: {
    offers: 'Asked to take',
    noOffers: 'No question waits for an answer.',
    accepted: 'Accepted, on the way',
    noneComing: 'No accepted referral is on the way.',
    here: 'Here by referral',
    noneHere: 'No referred patient waits for an outcome.',
    sent: 'Referred by us',
    noneSent: 'Nothing that we sent is open.',
    past: (n: number) => `Ended: ${n}`,
    referrals: 'Referrals',
    house: 'Our hospital',
  },
});
