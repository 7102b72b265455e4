/** The pages' names: there before a page's own code is. */
import { texts } from './i18n';

export const titles = texts({
  'zh-CN': { console: '调度台', shift: '值班长', station: '急救站', crew: '车组端', hospital: '医院急诊', clinic: '基层转诊' },
  en: { console: 'Dispatch console', shift: 'Shift leader', station: 'Station', crew: 'Crew', hospital: 'Hospital', clinic: 'Referrals' },
});
