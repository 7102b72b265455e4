/** What the clinic page says besides `shared/care`. */
import { texts } from '../shared/i18n';

export const t = texts({
  'zh-CN': {
    tabs: '页面',
    sentTab: '转出',
    backTab: '接收',
    visitsTab: '随访',
    sent: '我的转诊',
    noneSent: '没有进行中的转诊。点“发起转诊”开始。',
    back: '转来患者',
    noneBack: '没有转来的患者。',
    expected: '已接收',
    continueDraft: '继续草稿',
    past: (n: number) => `已结束 ${n} 例`,
  },
  en: {
    tabs: 'Page',
    sentTab: 'Sent',
    backTab: 'Received',
    visitsTab: 'Visits',
    sent: 'My referrals',
    noneSent: 'Nothing is open. Begin with “New referral”.',
    back: 'Referred to us',
    noneBack: 'Nobody is being referred to us.',
    expected: 'Accepted',
    continueDraft: 'Continue the draft',
    past: (n: number) => `Ended: ${n}`,
  },
});
